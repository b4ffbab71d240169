"""The scene around a runner of a clip, from its samples, the landmarks and the mask edges."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from posture.analysis.observations import ClipObservations
from posture.back.measure import SceneCorrections
from posture.contour.grid import T_GRID
from posture.gait.runner_choice import TrackedPerson
from posture.outline.posterior import BACK_T
from posture.outline.shape_model import ShapeModel
from posture.pose.trunk_frame import trunk_axis
from posture.quality.recording import Recording, crossing_pattern, has_back_light, has_pitch, is_dark
from posture.records.analysis import Occluder
from posture.scene.evidence import SceneEvidence, ThingKind, read_lines, read_scene, read_scene_alone
from posture.scene.sampler import SceneSamples
from posture.scene.trunk_path import TrunkPath
from posture.thresholds import REMARKS, WIDENING
from posture.types import Array

# The part of the back on which tilt and arch rest: buttocks and lower back.
DECISIVE_T = (-0.1, 0.45)
# Degrees; the camera's roll is measured to about a tenth.
MIN_ROLL_DRIFT_DEG = 0.5
# Standard deviation of the roll at the start, as a share of the turn that follows.
ROLL_SD_SHARE = 0.25
# Bins of the stride phase, and the share of it that counts as all of it.
PHASE_BINS, MOST_OF_STRIDE = 25, 0.8


def scene_of(observations: ClipObservations, runner: TrackedPerson, model: ShapeModel) -> SceneEvidence | None:
    """Return the scene around a runner; None where no samples were kept.

    Observations that hold the evidence instead of the samples hold it for the person who was chosen then.
    """
    scene = observations.scene
    if scene is None:
        return None
    if isinstance(scene, SceneEvidence):
        return scene.at(runner.frames) if len(scene.frames) else None
    return read_scene(scene, trunk_path(observations, runner, model))


def scene_in_strides(
    observations: ClipObservations, scene: SceneEvidence, runner: TrackedPerson, model: ShapeModel
) -> SceneEvidence:
    """Return the scene of a clip with the lines that cross the runner in some of the strides, where samples were kept.

    Parameters
    ----------
    runner
        With these strides only.
    """
    samples = observations.scene
    if not isinstance(samples, SceneSamples):
        return scene
    inside = np.flatnonzero(runner.strides.frame_stride >= 0)
    trunk = trunk_path(observations, runner, model).at(inside)
    return replace(scene, lines=read_lines(samples, trunk))


def scene_without_runner(observations: ClipObservations) -> SceneEvidence | None:
    """Return what the pictures show where nobody was found; None where no samples were kept."""
    scene = observations.scene
    return read_scene_alone(scene) if isinstance(scene, SceneSamples) else scene


def trunk_path(observations: ClipObservations, runner: TrackedPerson, model: ShapeModel) -> TrunkPath:
    """Return a runner's trunk over the clip, with the back edge of a mean running body."""
    hips, shoulders = trunk_axis(runner.landmarks, runner.view.facing)
    mean = model.mean + model.running.mean @ model.components
    return TrunkPath(
        frames=runner.frames,
        hips=hips,
        shoulders=shoulders,
        boxes=np.concatenate([runner.landmarks.min(axis=1), runner.landmarks.max(axis=1)], axis=1),
        backward=1.0 if runner.view.facing == "right" else -1.0,
        t=T_GRID,
        depth=np.interp(T_GRID, model.t, mean),
        edges=observations.edges_of(runner),
    )


def with_scene(recording: Recording, scene: SceneEvidence | None, runner: TrackedPerson) -> Recording:
    """Return a recording with what the scene adds to it."""
    if scene is None:
        return recording
    inside = runner.strides.frame_stride >= 0 if len(runner.strides) else np.ones(len(runner.frames), dtype=np.bool_)
    hidden = scene.hidden[inside][:, _decisive()]
    known = scene.roll_deg[np.isfinite(scene.roll_deg)]
    return replace(
        recording,
        occluders=tuple(
            _occluder(np.asarray(scene.hidden_by[inside] == number), kind, runner.strides.frame_phase[inside])
            for number, kind in enumerate(scene.kinds, start=1)
            if (scene.hidden_by[inside][:, _back()] == number).mean() > REMARKS.hidden_share
        ),
        hidden_share=float(hidden.mean()) if hidden.size else 0.0,
        roll_drift_deg=float(np.ptp(known)) if len(known) else 0.0,
        seen_roll_deg=recording.seen_roll_deg if (lines := _roll_of_lines(scene)) is None else lines,
        light=scene.light,
        lines=scene.lines,
    )


def _roll_of_lines(scene: SceneEvidence) -> float | None:
    """Return the mean angle of the scene's lines to level or upright; None where lines cross the runner, or without."""
    angles = scene.line_roll_deg
    crossed = scene.lines is not None and scene.lines.weight >= REMARKS.pattern_weight
    return None if crossed or angles is None or not np.isfinite(angles).any() else float(np.nanmean(angles))


def corrections_of(recording: Recording, scene: SceneEvidence | None) -> SceneCorrections:
    """Return by what the camera and the scene change the measuring of the back."""
    return SceneCorrections(
        roll_deg=roll_by_frame(recording, scene),
        roll_sd_deg=sd_of_roll_deg(recording),
        hidden=None if scene is None else scene.hidden,
        widening=widening_of(recording),
    )


def with_empty_scene(recording: Recording, scene: SceneEvidence | None) -> Recording:
    """Return a recording in which nobody was found with what its pictures show."""
    return recording if scene is None else replace(recording, light=scene.light, is_striped=scene.is_striped)


def roll_by_frame(recording: Recording, scene: SceneEvidence | None) -> float | Array | None:
    """Return the camera's roll, or that of each frame where the camera turns during the clip.

    The roll that is known otherwise is the clip's mean. Without it, a camera that turns far is taken to be level at the
    start, and one that only sways to be level on average.
    """
    known = recording.camera_roll_deg
    if scene is None or recording.roll_drift_deg <= MIN_ROLL_DRIFT_DEG:
        return known
    roll = scene.roll_deg
    finite = np.isfinite(roll)
    roll = np.interp(np.arange(len(roll)), np.flatnonzero(finite), roll[finite])
    if known is None and recording.roll_drift_deg > REMARKS.roll_drift_deg:
        return roll
    return np.asarray(roll - roll.mean() + (known or 0.0))


def sd_of_roll_deg(recording: Recording) -> float:
    """Return how uncertain the roll is because the camera turns: when it was level is not known."""
    if recording.camera_roll_deg is not None or recording.roll_drift_deg <= REMARKS.roll_drift_deg:
        return 0.0
    return ROLL_SD_SHARE * recording.roll_drift_deg


def widening_of(recording: Recording) -> dict[str, float]:
    """Return by cause how many times as large the scene makes the errors of the outline."""
    factors = {}
    if recording.occluders:
        factors["something_in_front"] = WIDENING.in_front + WIDENING.hidden * recording.hidden_share
    elif crossing_pattern(recording) is not None:
        factors["something_in_front"] = WIDENING.pattern
    if is_dark(recording):
        contrast = 0.0 if recording.light is None else recording.light.contrast
        factors["dark"] = float(
            np.clip(WIDENING.dark_contrast / max(contrast, 1.0), WIDENING.dark_least, WIDENING.dark_most)
        )
    if has_pitch(recording):
        factors["camera_pitch"] = WIDENING.camera_pitch
    if has_back_light(recording):
        factors["back_light"] = WIDENING.back_light
    return factors


def _back() -> npt.NDArray[np.bool_]:
    return np.asarray((T_GRID >= BACK_T[0]) & (T_GRID <= BACK_T[1]))


def _decisive() -> npt.NDArray[np.bool_]:
    return np.asarray((T_GRID >= DECISIVE_T[0]) & (T_GRID <= DECISIVE_T[1]))


def _occluder(hidden: npt.NDArray[np.bool_], kind: ThingKind, phase: Array) -> Occluder:
    """Describe what a thing hides of the back: samples of shape (F, T), some of them, at stride phases (F,)."""
    back = _back()
    share = np.where(back, hidden.mean(axis=0), 0.0)
    at = T_GRID[share > 0.5 * share.max()]
    start, end = _phase_span(np.asarray(hidden[:, back].any(axis=1)), phase)
    return Occluder(
        kind=kind,
        from_t=round(float(at[0]), 3),
        to_t=round(float(at[-1]), 3),
        phase_start=start,
        phase_end=end,
        hidden_share=round(float(hidden[:, _decisive()].mean()), 4),
    )


def _phase_span(hidden: npt.NDArray[np.bool_], phase: Array) -> tuple[float | None, float | None]:
    """Return the span of the stride in which something is hidden; None, None when nearly always or unknown."""
    known = np.isfinite(phase)
    if not known.any():
        return None, None
    of_frame = np.minimum((phase[known] * PHASE_BINS).astype(int), PHASE_BINS - 1)
    count = np.bincount(of_frame, minlength=PHASE_BINS)
    share = np.bincount(of_frame, weights=hidden[known], minlength=PHASE_BINS) / np.maximum(count, 1)
    active = share >= 0.5
    if not active.any() or active.mean() > MOST_OF_STRIDE:
        return None, None
    # The span ends where the longest run of free phases begins.
    covered = np.flatnonzero(active)
    gaps = np.diff(np.append(covered, covered[0] + PHASE_BINS))
    last = int(gaps.argmax())
    start, end = covered[(last + 1) % len(covered)], covered[last] + 1
    return round(float(start) / PHASE_BINS, 3), round(float(end % PHASE_BINS) / PHASE_BINS, 3)
