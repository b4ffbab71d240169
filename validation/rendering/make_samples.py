"""Render samples/, joggers with known truth as H.264 with a sidecar each: ``make samples``.

Needs the ``render`` extra.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from scipy.ndimage import gaussian_filter1d

from posture.contour.angles import SMOOTHING_L, measure_outlines
from posture.contour.grid import T_GRID, T_STEP
from posture.types import Array
from validation.rendering import body, kinematics, outline, scene

FOLDER = Path(__file__).resolve().parents[2] / "samples"
FPS = 30
SECONDS = 8.0
STAND_SECONDS = 4.0
# From standing still to the full stride.
STARTING_SECONDS = 1.0
CRF = 23
# The background is still and the noise is low, so that each clip stays under 1 MB.
MAX_BYTES = 1_000_000

# Two adults of average build whose outlines are near the middle of the rendered population.
RUNNER_N = body.Person({"gender": 0.35, "age": 0.6, "muscle": 0.6, "weight": 0.4, "height": 0.55, "proportions": 0.7})
RUNNER_H = body.Person(
    {"gender": 1.0, "age": 0.6, "muscle": 0.55, "weight": 0.42, "height": 0.5, "proportions": 0.7},
    {"buttocks-volume-incr": 0.2},
)
LOOK_N = scene.Look(shirt=(0.15, 0.30, 0.65), background=11, noise=1.0)
LOOK_H = scene.Look(
    shirt=(0.75, 0.15, 0.20), shorts=(0.12, 0.12, 0.16), hair=(0.35, 0.2, 0.1), background=12, noise=1.0
)
NEUTRAL = kinematics.Style(runner="A", pelvis_tilt_deg=2.0, lumbar_extension_deg=2.0, trunk_lean_deg=5.0, stride_s=0.70)
HOLLOW = kinematics.Style(
    runner="A", pelvis_tilt_deg=22.0, lumbar_extension_deg=22.0, trunk_lean_deg=4.0, stride_s=0.72
)


@dataclass(frozen=True)
class Sample:
    """One sample clip; ``stand_s`` is how long the runner stands before the run, seconds."""

    name: str
    person: body.Person
    look: scene.Look
    style: kinematics.Style
    camera: scene.Camera
    standing: bool = False
    stand_s: float = 0.0

    @property
    def first_running(self) -> int:
        """Return the first frame of the full stride."""
        return round((self.stand_s + STARTING_SECONDS) * FPS) if self.stand_s else 0


SAMPLES = (
    Sample("run_neutral", RUNNER_N, LOOK_N, NEUTRAL, scene.Camera()),
    Sample("run_hollow", RUNNER_H, LOOK_H, HOLLOW, scene.Camera(yaw_deg=3.0)),
    Sample("stand_neutral", RUNNER_N, LOOK_N, NEUTRAL, scene.Camera(), standing=True),
    Sample("stand_hollow", RUNNER_H, LOOK_H, NEUTRAL, scene.Camera(yaw_deg=3.0), standing=True),
    Sample("run_front", RUNNER_N, LOOK_N, NEUTRAL, scene.Camera(yaw_deg=90.0)),
    Sample("stand_then_run", RUNNER_H, LOOK_H, HOLLOW, scene.Camera(yaw_deg=3.0), stand_s=3.0),
)


def make(sample: Sample, model: body.BodyModel, folder: Path) -> Path:
    """Render one sample and write it with its truth."""
    frames = round((STAND_SECONDS if sample.standing else SECONDS) * FPS)
    time_s = np.arange(frames) / FPS
    phase = time_s / sample.style.stride_s
    standing = kinematics.stand(frames, pelvis_tilt_deg=4.0, lumbar_extension_deg=4.0)
    running = 0.0 if sample.standing else np.clip((time_s - sample.stand_s) / STARTING_SECONDS, 0.0, 1.0)
    share = np.broadcast_to(running if sample.stand_s or sample.standing else 1.0, frames)
    angles = kinematics.blend(standing, kinematics.run(sample.style, phase), share)
    offsets = np.column_stack([np.zeros((frames, 2)), share * kinematics.bounce(phase)])
    posed = model.pose(sample.person, angles)
    path = folder / f"{sample.name}.mp4"
    with scene.Renderer(sample.camera, sample.look) as renderer:
        encode(path, renderer.frames(posed, offsets), sample.camera)
    truth = truth_of(sample, angles, posed)
    if sample.stand_s:
        before = measures_of(posed, range(round(sample.stand_s * FPS)))[0]
        truth["standing"] = {"end_s": sample.stand_s, "measures": before}
    path.with_suffix(".json").write_text(json.dumps(truth, indent=1) + "\n", encoding="utf-8")
    return path


def encode(path: Path, pictures: Iterator[np.ndarray], camera: scene.Camera, *, fps: int = FPS) -> None:
    """Write pictures as H.264, yuv420p."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=fps, options={"crf": str(CRF), "preset": "slow"})
        stream.width, stream.height, stream.pix_fmt = camera.width, camera.height, "yuv420p"
        stream.time_base = Fraction(1, fps)
        for picture in pictures:
            container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        container.mux(stream.encode(None))


def truth_of(sample: Sample, angles: body.JointAngles, posed: body.PosedBody) -> dict[str, object]:
    """Return joint angles, outline truth and camera of a sample."""
    # Only whole strides, because the measures are means over strides.
    stride = round(sample.style.stride_s * FPS)
    first = sample.first_running
    count = len(angles) if sample.standing else (len(angles) - first) // stride * stride
    measures, curve = measures_of(posed, range(first, first + count))
    tilt, extension = angles.pelvis_tilt[first:], angles.lumbar_extension[first:]
    return {
        "what": "Truth of a rendered clip: outline of the mesh without arms, shanks, neck and head, orthographic",
        "made_by": "validation/rendering/make_samples.py (make samples)",
        "activity": "standing" if sample.standing else "running",
        "stride_s": None if sample.standing else sample.style.stride_s,
        "joint_angles_deg": {
            "pelvis_tilt_mean": round(float(tilt.mean()), 3),
            "pelvis_tilt_range": round(float(np.ptp(tilt)), 3),
            "lumbar_extension_mean": round(float(extension.mean()), 3),
            "lumbar_extension_range": round(float(np.ptp(extension)), 3),
        },
        "measures": measures,
        "outline": {"t": T_GRID.tolist(), "c": np.round(curve, 5).tolist()},
        "camera": asdict(sample.camera),
    }


def measures_of(posed: body.PosedBody, frames: range) -> tuple[dict[str, float], Array]:
    """Return the measures of the mean outline of some frames, and that outline, smoothed."""
    edges = outline.armless_edges(posed)
    rows = [outline.back_outline(posed, frame, edges) for frame in frames]
    curve = gaussian_filter1d(np.mean([r[0] for r in rows], axis=0), SMOOTHING_L / T_STEP, mode="nearest")
    lean = float(np.mean([r[1] for r in rows]))
    mean = measure_outlines(curve, lean, smooth=False)
    tilt = measure_outlines(np.array([r[0] for r in rows]), np.array([r[1] for r in rows])).pelvic_tilt_deg
    measures = {
        "pelvic_tilt_deg": float(mean.pelvic_tilt_deg[0]),
        "thoracolumbar_deg": float(mean.thoracolumbar_deg[0]),
        "lumbar_arch_deg": float(mean.lumbar_arch_deg[0]),
        "lumbar_arch_index": float(mean.lumbar_arch_index[0]),
        "trunk_lean_deg": lean,
        "pelvic_tilt_range_deg": float(np.ptp(tilt)),
    }
    return {name: round(number, 3) for name, number in measures.items()}, curve


def main(names: list[str]) -> int:
    """Render all samples, or those named."""
    model = body.BodyModel()
    wrong = 0
    for sample in SAMPLES:
        if names and sample.name not in names:
            continue
        path = make(sample, model, FOLDER)
        size = path.stat().st_size
        wrong += size > MAX_BYTES
        print(f"{path.name}: {size / 1000:.0f} kB{' - too large' if size > MAX_BYTES else ''}", flush=True)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
