"""Render clips with nuisances and known truth as video files: ``make nuisances``.

Needs the ``render`` extra and hours; resumable. Each clip is an MP4 with a JSON of what was drawn and what is true;
`validation.nuisances.observe` observes them.
"""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Callable, Iterable, Iterator
from fractions import Fraction
from pathlib import Path

import av
import numpy as np

from validation.nuisances import in_front, light, movement, others, worn_things
from validation.nuisances.draw import CLIPS, RENDERED, Nuisance, draw
from validation.nuisances.record import record
from validation.nuisances.staging import Script, StagedClip, write_script
from validation.rendering import body, compose

BUILDERS: dict[str, Callable[[Script], StagedClip]] = {
    "clean": movement.clean,
    "treadmill_rail": in_front.treadmill_rail,
    "post": in_front.post,
    "fence": in_front.fence,
    "waist_pack": worn_things.waist_pack,
    "backpack": worn_things.backpack,
    "running_vest": worn_things.running_vest,
    "loose_shirt": worn_things.loose_shirt,
    "hood": worn_things.hood,
    "long_hair": worn_things.long_hair,
    "shade_stripes": light.shade_stripes,
    "half_shade": light.half_shade,
    "dark": light.dark,
    "back_light": light.back_light,
    "passer_by": others.passer_by,
    "overtaker": others.overtaker,
    "cut_persons": others.cut_persons,
    "cut_same": others.cut_same,
    "camera_pitch": movement.camera_pitch,
    "slow_roll": movement.slow_roll,
    "posture_change": movement.posture_change,
    "slow_jog": movement.slower,
    "walking": movement.slower,
    "fast2": movement.fast2,
    "slow": movement.slow,
    "small": movement.small,
    "few_strides": movement.few_strides,
}


def build(script: Script) -> StagedClip:
    """Stage the clip of a script."""
    return BUILDERS[script.nuisance.kind](script)


def pictures(clip: StagedClip) -> Iterator[np.ndarray]:
    """Yield the frames of a clip: shots joined, moments mixed, mirrored for a runner who faces left."""
    per_frame = 2 if clip.filming.blur else 1
    turned = clip.further.get("turned_shots", ())
    for number, shot in enumerate(clip.shots):
        left = (clip.filming.facing == "left") != (number in turned)
        waiting: list[np.ndarray] = []
        count = 0
        for picture in compose.frames(shot):
            waiting.append(picture)
            if len(waiting) < per_frame:
                continue
            mixed = picture if per_frame == 1 else np.mean(waiting, axis=0).astype(np.uint8)
            waiting = []
            count += 1
            if (count - 1) % clip.every == 0:
                yield np.ascontiguousarray(mixed[:, ::-1] if left else mixed)


def encode(path: Path, frames: Iterable[np.ndarray], clip: StagedClip) -> int:
    """Write an MP4 as a phone would; return the number of frames."""
    rate = Fraction(clip.fps or clip.filming.fps).limit_denominator(1000)
    options = {"crf": str(clip.filming.crf), "preset": "veryfast"}
    count = 0
    with av.open(str(path), "w", format="mp4", options={"movflags": "use_metadata_tags"}) as container:
        if clip.tag_fps is not None:
            container.metadata["com.android.capture.fps"] = f"{clip.tag_fps:.6f}"
        stream = container.add_stream("libx264", rate=rate, options=options)
        stream.time_base = 1 / rate
        for frame in frames:
            if not stream.codec_context.is_open:
                stream.width, stream.height, stream.pix_fmt = frame.shape[1], frame.shape[0], "yuv420p"
            container.mux(stream.encode(av.VideoFrame.from_ndarray(frame, format="rgb24")))
            count += 1
        container.mux(stream.encode(None))
    return count


def make(model: body.BodyModel, nuisance: Nuisance, folder: Path) -> Path:
    """Render one clip with its JSON; both are complete or not there."""
    script = write_script(model, nuisance)
    clip = build(script)
    target = folder / f"{nuisance.name}.mp4"
    partial, about = target.with_suffix(".partial"), target.with_suffix(".json.partial")
    frames = encode(partial, pictures(clip), clip)
    about.write_text(json.dumps(record(script, clip, frames)) + "\n", encoding="utf-8")
    about.replace(target.with_suffix(".json"))
    partial.replace(target)
    return target


def main() -> None:
    """Render the missing clips; several processes may share the work with --part I --of N."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--out", type=Path, default=RENDERED)
    parser.add_argument("--clips", type=int, default=CLIPS)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--part", type=int, default=0)
    parser.add_argument("--of", type=int, default=1)
    parser.add_argument("--kind", action="append", help="only this kind; may be given several times")
    given = parser.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    model = body.BodyModel()
    for number in range(given.first + given.part, given.clips, given.of):
        nuisance = draw(number)
        if given.kind and nuisance.kind not in given.kind:
            continue
        target = given.out / f"{nuisance.name}.mp4"
        if not target.exists():
            make(model, nuisance, given.out)
            print(target.name, target.stat().st_size // 1000, "kB", flush=True)


if __name__ == "__main__":
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    main()


if __name__ == "__main__":
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    main()
