"""Joins the rooms: a clip in, an analysis out.

The only way in for the command line too: ``posture analyze`` is `analyze` with a report.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import numpy as np

from posture import quality
from posture.arrays import Array
from posture.assess import assess
from posture.back.course import course_of, stride_values
from posture.back.measures import UNITS, simple_measure
from posture.back.of_runner import RunnerBack, back_of
from posture.baseline import holds_json, with_baseline
from posture.contour.shape_model import SHAPE_MODEL_FILE, ShapeModel, load_shape_model
from posture.errors import OptionError
from posture.exercises.match import Findings, suggest
from posture.gait.activity import cadence_spm
from posture.gait.roll import camera_roll_deg
from posture.gait.rotation import rotation_ranges_deg, rotation_signal_deg
from posture.gait.runner import Choice, Mover, choose
from posture.gait.signals import trunk_lengths
from posture.pose.models import MODEL_FILES, models_folder
from posture.pose.trunk import (
    body_height_px,
    inside_picture,
)
from posture.records import Analysis, Gait, LeftOut, Measure, Quality, Software, Source, Stride, Subject
from posture.thresholds import GATES
from posture.version import __version__
from posture.video import open_video, sha256_of
from posture.watch import Clip, ModelName, Progress, Watched, follow

MEASURES = (*UNITS, "thorax_rotation_deg", "pelvis_drop_deg")
MAX_SLOW_MOTION = 64.0


@dataclass(frozen=True)
class Examination:
    """An analysis with the arrays behind it, for pictures and tables.

    Attributes
    ----------
    analysis : Analysis
    runner : Mover or None
        None when nobody was found.
    back : RunnerBack or None
        None when the picture does not hold the back.
    """

    analysis: Analysis
    runner: Mover | None
    back: RunnerBack | None


def analyze(
    path: str | Path,
    *,
    model: ModelName = "full",
    start: float | None = None,
    end: float | None = None,
    slow_motion: float = 1.0,
    person: str | int = "largest",
    baseline: str | Path | Analysis | None = None,
    progress: Progress | None = None,
) -> Analysis:
    """Analyse a jog video.

    Parameters
    ----------
    path : str or Path
        A video file, or a folder of numbered images.
    model : {"lite", "full", "heavy"}
        Pose model: faster or more accurate.
    start, end : float, optional
        Only this part of the clip, seconds.
    slow_motion : float
        How many times slower than life the clip plays; corrects cadence and stride time.
    person : str or int
        ``largest``, or a number (1 is the best candidate) when several people are seen.
    baseline : str, Path or Analysis, optional
        The runner's own standing clip, its analysis.json or its analysis: the verdict then rests on the change from
        it. Of an earlier run, only the change is told.
    progress : callable, optional
        Called with (frames done, expected frames or 0) after every frame; for a baseline that is a clip too, first.

    Returns
    -------
    Analysis
        Numbers with their intervals, verdict with its reasons, what limits the recording, exercises. Nothing is
        written.

    Raises
    ------
    VideoError
        When the clip cannot be read.
    OptionError
        When an option cannot be used with this clip.
    RecordError
        When the baseline is a JSON file but not an analysis.
    ModelFileError
        When a model file is missing or altered.

    Examples
    --------
    >>> import posture
    >>> a = posture.analyze("jog.mp4")  # doctest: +SKIP
    >>> a.verdict.label  # doctest: +SKIP
    'not_hollow_back'
    """
    return examine(
        path,
        model=model,
        start=start,
        end=end,
        slow_motion=slow_motion,
        person=person,
        baseline=baseline,
        progress=progress,
    ).analysis


def examine(
    path: str | Path,
    *,
    model: ModelName = "full",
    start: float | None = None,
    end: float | None = None,
    slow_motion: float = 1.0,
    person: str | int = "largest",
    baseline: str | Path | Analysis | None = None,
    progress: Progress | None = None,
    baseline_progress: Progress | None = None,
) -> Examination:
    """Analyse a clip and keep the arrays behind the numbers; see `analyze` for the parameters.

    ``baseline_progress`` is called instead of ``progress`` while a baseline clip is watched.
    """
    if not (np.isfinite(slow_motion) and 1.0 <= slow_motion <= MAX_SLOW_MOTION):
        raise OptionError(
            f"{slow_motion:g} is not a slow-motion factor",
            where="--slow-motion",
            advice=f"Say how many times slower than life it plays, 1 to {MAX_SLOW_MOTION:.0f}.",
        )
    if baseline is None:
        return _examine(Clip(Path(path), model, start, end), slow_motion, str(person), progress)
    # A clip that is not there is said before the baseline's frames are watched.
    with open_video(path, start_s=start, end_s=end):
        pass
    before = read_or_analyze(baseline, model=model, progress=baseline_progress or progress)
    found = _examine(Clip(Path(path), model, start, end), slow_motion, str(person), progress)
    name = before.source.path if isinstance(baseline, Analysis) else str(baseline)
    return replace(found, analysis=with_baseline(found.analysis, before, path=name))


def read_or_analyze(
    clip: str | Path | Analysis, *, model: ModelName = "full", progress: Progress | None = None
) -> Analysis:
    """Return the analysis of a clip: as it is, read from an analysis.json, or made of a video.

    Raises
    ------
    RecordError
        When it is a JSON file but not an analysis.
    VideoError
        When it is neither.
    """
    if isinstance(clip, Analysis):
        return clip
    if holds_json(Path(clip)):
        return Analysis.from_json(clip)
    return _examine(Clip(Path(clip), model, None, None), 1.0, "largest", progress).analysis


def _examine(clip: Clip, slow_motion: float, person: str, progress: Progress | None) -> Examination:
    shape_model = load_shape_model(models_folder() / SHAPE_MODEL_FILE)
    watched, movers = follow(clip, person, progress)
    if not movers:
        return _nobody(watched, clip.model, slow_motion)
    return _judge(watched, choose(movers, person), clip.model, slow_motion, shape_model)


def _nobody(watched: Watched, model: ModelName, slow_motion: float) -> Examination:
    recording = quality.Recording(
        frames_read=len(watched.times_s),
        detected_share=0.0,
        damage=watched.summary.damage,
        remark=watched.summary.remark,
        fps=_rate(watched.times_s),
    )
    issues = quality.find_issues(recording)
    judged = assess({}, issues)
    analysis = Analysis(
        source=_source(watched, 0, slow_motion),
        subject=Subject(direction=None, activity="unknown", people_seen=0),
        quality=Quality(
            measurable=False,
            view_yaw_deg=None,
            body_height_px=None,
            trunk_px=None,
            arm_free_share=None,
            strides=0,
            detected_share=0.0,
            issues=issues,
        ),
        gait=Gait(cadence_spm=None, stride_s=None, strides=()),
        measures=dict.fromkeys(MEASURES),
        verdict=judged.verdict,
        exercises=(),
        software=_software(model),
    )
    return Examination(analysis, None, None)


def _judge(
    watched: Watched, choice: Choice, model: ModelName, slow_motion: float, shape_model: ShapeModel
) -> Examination:
    runner = choice.runner
    cadence = cadence_spm(runner.strides, slow_motion)
    roll = camera_roll_deg(runner)
    strides = len(runner.strides)
    height = body_height_px(runner.landmarks)
    first = quality.Recording(
        frames_read=len(watched.times_s),
        detected_share=len(runner.frames) / len(watched.times_s),
        damage=watched.summary.damage,
        remark=watched.summary.remark,
        fps=_rate(watched.times_s),
        activity=runner.activity,
        yaw_deg=runner.view.yaw_deg,
        facing_share=runner.view.facing_share,
        upside_down=runner.view.upside_down,
        rivals=choice.rivals,
        strides=strides,
        body_height_px=height,
        cut_off_share=1.0 - inside_picture(runner.landmarks, watched.info.width, watched.info.height),
        cadence_spm=cadence,
        slow_motion=slow_motion,
        camera_roll_deg=roll,
    )
    back = None
    if quality.shows_back(first):
        back = back_of(runner, watched.edges_of(runner), roll_deg=roll, shape_model=shape_model)
    recording = first if back is None else quality.with_back(first, back.free, back.upper_free)
    issues = quality.find_issues(recording)
    measures = _measures(runner, back)
    judged = assess(measures, issues)
    # Gait is read from the legs' swing across the picture, which only a side view shows.
    sideways = quality.is_side_view(recording)
    analysis = Analysis(
        source=_source(watched, len(runner.frames), slow_motion),
        subject=Subject(
            direction=runner.view.facing if sideways else None,
            activity=runner.activity if sideways else "unknown",
            people_seen=choice.people_seen,
            visible_side=runner.view.visible_side if sideways else None,
            chosen=choice.why,
        ),
        quality=Quality(
            measurable=not any(issue.blocking for issue in issues),
            view_yaw_deg=round(runner.view.yaw_deg, 2),
            body_height_px=round(height, 1),
            trunk_px=round(runner.size_px, 1),
            arm_free_share=None if recording.arm_free_share is None else round(recording.arm_free_share, 4),
            strides=strides if sideways else 0,
            camera_roll_deg=None if roll is None else round(roll, 2),
            detected_share=round(recording.detected_share, 4),
            issues=issues,
        ),
        gait=_gait(runner, stride_values(runner, back, measures), slow_motion)
        if sideways
        else Gait(cadence_spm=None, stride_s=None, strides=()),
        measures=measures,
        course=None if back is None else course_of(runner, back, measures),
        verdict=judged.verdict,
        exercises=suggest(Findings(judged.verdict.label, judged.raised)),
        software=_software(model),
    )
    return Examination(analysis, runner, back)


def _gait(runner: Mover, values: Sequence[dict[str, float | None] | None], slow_motion: float) -> Gait:
    strides = runner.strides
    cadence = cadence_spm(strides, slow_motion)
    return Gait(
        cadence_spm=None if cadence is None else round(cadence, 2),
        stride_s=None if strides.stride_s is None else round(strides.stride_s / slow_motion, 4),
        strides=tuple(
            Stride(start_s=round(float(a), 4), end_s=round(float(b), 4), side=strides.side, measures=own)
            for (a, b), own in zip(strides.bounds_s, values, strict=True)
        ),
        left_out=tuple(
            LeftOut(start_s=round(odd.start_s, 4), end_s=round(odd.end_s, 4), reason=odd.reason)
            for odd in strides.left_out
        ),
    )


def _measures(runner: Mover, back: RunnerBack | None) -> dict[str, Measure | None]:
    measures: dict[str, Measure | None] = dict.fromkeys(MEASURES)
    if back is None or back.free < GATES["min_arm_free_share"].value:
        return measures
    found = dict(back.measured.measures)
    moving = runner.activity in ("running", "walking")
    if moving:
        signal = rotation_signal_deg(runner.landmarks, trunk_lengths(runner.landmarks))
        inside = runner.strides.frame_stride >= 0
        ranges = rotation_ranges_deg(
            signal[inside], runner.strides.frame_phase[inside], runner.strides.frame_stride[inside]
        )
        rotation = simple_measure("thorax_rotation_deg", ranges)
        if rotation is not None:
            found["thorax_rotation_deg"] = rotation
    hidden = {"lumbar_arch_deg", "thoracolumbar_deg", "lumbar_arch_index"}
    for name, m in found.items():
        if name in hidden and back.upper_free < GATES["min_upper_free_share"].value:
            continue
        if name == "pelvic_tilt_range_deg" and not moving:
            continue
        measures[name] = Measure(
            value=round(m.value, 3),
            unit=m.unit,
            ci90=(round(m.low, 3), round(m.high, 3)),
            strides=m.strides,
            sd=None if m.stride_sd is None else round(m.stride_sd, 3),
        )
    return measures


def _rate(times_s: Array) -> float | None:
    if len(times_s) < 2 or times_s[-1] <= times_s[0]:
        return None
    return float((len(times_s) - 1) / (times_s[-1] - times_s[0]))


def _source(watched: Watched, used: int, slow_motion: float) -> Source:
    info, summary = watched.info, watched.summary
    duration = None
    if summary.end_time_s is not None and summary.first_time_s is not None:
        duration = summary.end_time_s - summary.first_time_s
    return Source(
        path=str(info.path),
        sha256=sha256_of(info.path),
        width=info.width,
        height=info.height,
        fps=_rate(watched.times_s),
        duration_s=duration,
        frames_total=info.frames_promised,
        frames_read=len(watched.times_s),
        frames_used=used,
        rotation_deg=info.rotation_deg,
        slow_motion=slow_motion,
        codec=info.codec,
    )


def _software(model: ModelName) -> Software:
    return Software(
        posture=__version__,
        mediapipe=_version_of("mediapipe"),
        opencv=_version_of("opencv-contrib-python"),
        model=model,
        model_sha256=MODEL_FILES[model].sha256,
    )


def _version_of(distribution: str) -> str:
    try:
        return version(distribution)
    except PackageNotFoundError:
        return "unknown"
