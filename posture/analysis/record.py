"""The parts of an analysis that only restate what was seen: the clip, the strides, the software."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from posture.analysis.observe import ClipObservations
from posture.back.measure import BackResult
from posture.comparison.changes import changes, notes
from posture.exercises.match import Findings, suggest
from posture.gait.activity import cadence_spm
from posture.gait.subject import TrackedPerson
from posture.outline.shape_model import ShapeModel
from posture.pose.models import MODEL_FILES
from posture.records.analysis import Analysis, Baseline, Gait, LeftOut, Outline, Software, Source, Stride
from posture.types import Array, PoseModel
from posture.verdict import assess
from posture.version import __version__, installed_version


def frame_rate(times_s: Array) -> float | None:
    """Return the mean frame rate of frames at these times, shape (F,); None when the times do not tell."""
    if len(times_s) < 2 or times_s[-1] <= times_s[0]:
        return None
    return float((len(times_s) - 1) / (times_s[-1] - times_s[0]))


def source_of(watched: ClipObservations, *, used: int, slow_motion: float) -> Source:
    """Return what was read of a clip.

    Parameters
    ----------
    watched : ClipObservations
    used : int
        Frames in which the runner was found.
    slow_motion : float
        How many times slower than life it plays.
    """
    info, summary = watched.info, watched.summary
    duration = None
    if summary.end_time_s is not None and summary.first_time_s is not None:
        duration = summary.end_time_s - summary.first_time_s
    return Source(
        path=str(info.path),
        sha256=watched.sha256,
        width=info.width,
        height=info.height,
        fps=frame_rate(watched.times_s),
        duration_s=duration,
        frames_total=info.frames_promised,
        frames_read=len(watched.times_s),
        frames_used=used,
        rotation_deg=info.rotation_deg,
        slow_motion=slow_motion,
        codec=info.codec,
        start_s=summary.first_time_s,
    )


def gait_of(
    runner: TrackedPerson, values: Sequence[Mapping[str, float | None] | None], *, slow_motion: float
) -> Gait:
    """Return a runner's strides and rhythm.

    Parameters
    ----------
    runner : TrackedPerson
    values : sequence of mapping or None
        Each stride's own measures by name.
    slow_motion : float
        How many times slower than life the clip plays.
    """
    strides = runner.strides
    cadence = cadence_spm(strides, slow_motion)
    return Gait(
        cadence_spm=None if cadence is None else round(cadence, 2),
        stride_s=None if strides.stride_s is None else round(strides.stride_s / slow_motion, 4),
        strides=tuple(
            Stride(
                start_s=round(float(start), 4),
                end_s=round(float(end), 4),
                side=strides.side,
                measures=None if own is None else dict(own),
            )
            for (start, end), own in zip(strides.bounds_s, values, strict=True)
        ),
        left_out=tuple(
            LeftOut(start_s=round(odd.start_s, 4), end_s=round(odd.end_s, 4), reason=odd.reason)
            for odd in strides.skipped
        ),
    )


def software_of(model: PoseModel) -> Software:
    """Return which versions and which pose model make an analysis on this machine."""
    return Software(
        posture=__version__,
        mediapipe=installed_version("mediapipe") or "unknown",
        opencv=installed_version("opencv-contrib-python") or "unknown",
        model=model,
        model_sha256=MODEL_FILES[model].sha256,
    )


def outline_of_back(back: BackResult, model: ShapeModel) -> Outline:
    """Return the mean outline as it is stored."""
    return Outline(
        t=tuple(np.round(model.t, 4).tolist()),
        distance=tuple(np.round(back.measured.outline[model.inside], 5).tolist()),
        coefficients=tuple(np.round(back.shape.mean, 5).tolist()),
        coefficients_sd=tuple(np.round(np.sqrt(np.diag(back.shape.covariance)), 5).tolist()),
        model=model.name,
    )


def with_baseline(analysis: Analysis, before: Analysis, *, path: str) -> Analysis:
    """Return the analysis with a baseline, and with the verdict and the exercises that follow from it.

    Parameters
    ----------
    analysis : Analysis
        Of the clip in question.
    before : Analysis
        Of the standing clip, or of an earlier run.
    path : str
        How the baseline is called in the result.
    """
    baseline = Baseline(
        path=path,
        activity=before.subject.activity,
        measures=before.measures,
        change=changes(before, analysis),
        notes=notes(before, analysis, baseline=True),
    )
    judged = assess(analysis.measures, analysis.quality.issues, baseline)
    suggestions = suggest(Findings(judged.verdict.label, judged.raised))
    return analysis.model_copy(
        update={"baseline": baseline, "verdict": judged.verdict, "exercises": suggestions}
    )
