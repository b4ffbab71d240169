"""The `Analysis` record of a clip, built from what was measured."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

import numpy as np

from posture.analysis.observations import ClipObservations
from posture.back.measure import BackResult
from posture.back.segments import PostureSegment
from posture.exercises.match import suggest
from posture.gait.activity import cadence_spm
from posture.gait.build import build_of
from posture.gait.runner_choice import Choice, TrackedPerson
from posture.gait.view_course import ViewSpan, stride_yaws_deg
from posture.language import language
from posture.outline.shape_model import ShapeModel
from posture.pose.appearance import mean_colours
from posture.pose.models import MODEL_FILES
from posture.quality.issues import find_conditions, find_issues, find_part_issues, with_part_issues
from posture.quality.recording import Recording, is_side_view
from posture.records.analysis import (
    Analysis,
    AnalysisParts,
    Baseline,
    Gait,
    Label,
    LeftOut,
    Outline,
    Quality,
    Segment,
    Software,
    Source,
    Stride,
    Subject,
    ViewSegment,
)
from posture.types import Array, Indices, PoseModel
from posture.verdict import assess
from posture.version import __version__, installed_version


def build_analysis(parts: AnalysisParts, baseline: Baseline | None = None) -> Analysis:
    """Judge a clip, match exercises, and build its analysis in the active language."""
    assessment = assess(parts.measures, parts.quality.issues, baseline, parts.segments)
    return Analysis(
        created_at=_now(),
        **vars(parts),
        baseline=baseline,
        verdict=assessment.verdict,
        exercises=suggest(
            assessment.verdict.label, assessment.raised, own_standing=assessment.verdict.basis == "own_standing"
        ),
        language=language(),
    )


def _now() -> datetime:
    """Return the time to note in an analysis; ``SOURCE_DATE_EPOCH`` fixes it, so that results can be reproduced [1]_.

    References
    ----------
    .. [1] SOURCE_DATE_EPOCH specification, https://reproducible-builds.org/specs/source-date-epoch/
    """
    fixed = os.environ.get("SOURCE_DATE_EPOCH", "")
    if fixed.isascii() and fixed.isdigit() and len(fixed) <= 11:
        return datetime.fromtimestamp(int(fixed), UTC)
    return datetime.now().astimezone().replace(microsecond=0)


def frame_rate(times_s: Array, gaps: Indices | Sequence[int] = ()) -> float | None:
    """Return the mean frame rate of frames at these times, shape (F,); None for fewer than two times.

    Parameters
    ----------
    gaps
        First frames after a stretch that was not read; the time before them does not count.
    """
    steps = np.delete(np.diff(times_s), np.asarray(gaps, dtype=np.intp) - 1)
    total_s = float(steps.sum())
    return len(steps) / total_s if total_s > 0 else None


def _parts_read(times_s: Array, gaps: Indices) -> tuple[tuple[float, float], ...]:
    """Return begin and end of each part of a clip that was read in parts, seconds; else nothing."""
    if not len(gaps):
        return ()
    step_s = float(np.median(np.diff(times_s)))
    return tuple((round(float(part[0]), 4), round(float(part[-1]) + step_s, 4)) for part in np.split(times_s, gaps))


def source_of(observations: ClipObservations, runner: TrackedPerson | None, slow_motion: float) -> Source:
    """Return what was read of a clip, and in how many frames the runner was detected."""
    info, summary = observations.info, observations.summary
    duration = None
    if summary.end_time_s is not None and summary.first_time_s is not None:
        duration = summary.end_time_s - summary.first_time_s
    return Source(
        path=str(info.path),
        sha256=observations.sha256,
        width=info.width,
        height=info.height,
        fps=frame_rate(observations.times_s, observations.gaps),
        duration_s=duration,
        frames_total=info.frames_promised,
        frames_read=len(observations.times_s),
        frames_used=0 if runner is None else len(runner.frames),
        rotation_deg=info.rotation_deg,
        extra_rotation_deg=info.extra_rotation_deg,
        slow_motion=slow_motion,
        codec=info.codec,
        read_every=observations.summary.read_every,
        start_s=summary.first_time_s,
        recorded_at=None if info.recorded is None else info.recorded.time,
        recorded_from=None if info.recorded is None else info.recorded.origin,
        parts_read=_parts_read(observations.times_s, observations.gaps),
    )


def subject_of(
    choice: Choice | None, observations: ClipObservations, recording: Recording, name: str | None = None
) -> Subject:
    """Return who was measured; direction and activity can be read in a side view only."""
    if choice is None:
        return Subject(direction=None, activity="unknown", people_seen=0, name=name)
    sideways = is_side_view(recording)
    return Subject(
        direction=choice.runner.view.facing if sideways else None,
        activity=choice.runner.activity if sideways else "unknown",
        people_seen=choice.people_seen + observations.others,
        visible_side=choice.runner.view.visible_side if sideways else None,
        chosen=choice.why,
        name=name,
        build=(build_of(choice.runner) or {}) if sideways else {},
        colours=_colours_of(choice.runner),
    )


def _colours_of(runner: TrackedPerson) -> dict[str, tuple[int, int, int]]:
    if runner.appearance is None:
        return {}
    colours = dict(zip(("trunk", "thighs"), mean_colours(runner.appearance), strict=True))
    return {
        part: (round(red), round(green), round(blue))
        for part, (red, green, blue) in colours.items()
        if np.isfinite(red)
    }


def quality_of(
    recording: Recording, runner: TrackedPerson | None, parts: Sequence[tuple[PostureSegment, Recording]] = ()
) -> Quality:
    """Return what the recording allows.

    Parameters
    ----------
    parts
        In which the posture differs, each with its own recording.
    """
    spans = [(*segment.bounds_s, find_part_issues(own)) for segment, own in parts]
    issues = with_part_issues(find_issues(recording), spans)
    is_upright = recording.turn_deg == 0
    measurable = not any(issue.blocking for issue in issues)
    return Quality(
        measurable=measurable,
        view_yaw_deg=_rounded(recording.yaw_deg, 2) if is_upright else None,
        body_height_px=_rounded(recording.body_height_px, 1) if is_upright else None,
        trunk_px=None if runner is None else round(runner.size_px, 1),
        arm_free_share=_rounded(recording.arm_free_share, 4),
        strides=recording.strides if is_side_view(recording) else 0,
        camera_roll_deg=_rounded(recording.camera_roll_deg, 2),
        detected_share=round(recording.detected_share, 4),
        cuts_s=tuple(round(cut, 4) for cut in recording.cuts_s),
        occluders=recording.occluders,
        segments=() if runner is None or not is_upright else tuple(_view_of(span) for span in runner.views),
        issues=issues,
        conditions=find_conditions(recording) if measurable else (),
    )


def _view_of(span: ViewSpan) -> ViewSegment:
    return ViewSegment(
        start_s=round(span.start_s, 4),
        end_s=round(span.end_s, 4),
        view_yaw_deg=round(span.yaw_deg, 2),
        used=span.is_used,
        reason=span.reason,
    )


def gait_of(
    runner: TrackedPerson | None, values: Sequence[Mapping[str, float | None] | None] = (), *, slow_motion: float = 1.0
) -> Gait:
    """Return a runner's strides and rhythm; an empty gait without a runner.

    Parameters
    ----------
    values
        Each stride's own measures by name.
    slow_motion
        How many times slower than life the clip plays.
    """
    if runner is None:
        return Gait(cadence_spm=None, stride_s=None, strides=())
    strides = runner.strides
    return Gait(
        part_strides=round(strides.in_all - len(strides), 2),
        cadence_spm=_rounded(cadence_spm(strides, slow_motion), 2),
        stride_s=None if strides.stride_s is None else round(strides.stride_s / slow_motion, 4),
        strides=tuple(
            Stride(
                start_s=round(float(start), 4),
                end_s=round(float(end), 4),
                side=strides.side,
                measures=None if own is None else dict(own),
                view_yaw_deg=_rounded(yaw_deg, 2),
            )
            for (start, end), own, yaw_deg in zip(
                strides.bounds_s, values, stride_yaws_deg(runner.landmarks, strides), strict=True
            )
        ),
        left_out=tuple(
            LeftOut(start_s=round(odd.start_s, 4), end_s=round(odd.end_s, 4), reason=odd.reason)
            for odd in strides.skipped
        ),
    )


def outline_of(back: BackResult, model: ShapeModel) -> Outline:
    """Return the mean outline as it is stored."""
    return Outline(
        t=tuple(np.round(model.t, 4).tolist()),
        distance=tuple(np.round(back.measured.outline[model.inside], 5).tolist()),
        coefficients=tuple(np.round(back.shape.mean, 5).tolist()),
        coefficients_sd=tuple(np.round(np.sqrt(np.diag(back.shape.covariance)), 5).tolist()),
        model=model.name,
    )


def segment_of(segment: PostureSegment, label: Label, recording: Recording) -> Segment:
    """Return the record of a part of the clip with the verdict on it, and what its own recording shows."""
    start, end = segment.bounds_s
    return Segment(
        start_s=round(start, 4),
        end_s=round(end, 4),
        strides=len(segment.runner.strides),
        measures=dict(segment.measures),
        label=label,
        issues=find_part_issues(recording),
    )


def software_of(model: PoseModel) -> Software:
    """Return the versions and the pose model of this installation."""
    return Software(
        posture=__version__,
        mediapipe=installed_version("mediapipe") or "unknown",
        opencv=installed_version("opencv-contrib-python") or "unknown",
        model=model,
        model_sha256=MODEL_FILES[model].sha256,
    )


def _rounded(value: float | None, decimals: int) -> float | None:
    return None if value is None else round(value, decimals)
