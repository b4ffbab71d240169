"""Joins the rooms: a clip in, an analysis out.

The only way in for the command line too: ``posture analyze`` is `analyze` with a report.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Literal

import numpy as np

from posture import quality
from posture.arrays import Array
from posture.assess import assess
from posture.back.measures import UNITS, BackMeasures, measure_back, simple_measure
from posture.contour.arms import arm_distance
from posture.contour.recover import gather_evidence, misfit_to, share_of_body
from posture.contour.shape_model import SHAPE_MODEL_FILE, ShapeModel, load_shape_model
from posture.contour.sighting import FACINGS, Sighting, observe
from posture.errors import OptionError
from posture.exercises.match import Findings, suggest
from posture.gait.activity import cadence_spm
from posture.gait.roll import camera_roll_deg
from posture.gait.rotation import rotation_ranges_deg, rotation_signal_deg
from posture.gait.runner import Choice, Mover, choose, describe
from posture.gait.signals import trunk_lengths
from posture.gait.strides import even_parts
from posture.pose.landmarker import Landmarker
from posture.pose.models import MODEL_FILES, models_folder
from posture.pose.people import find_people
from posture.pose.trunk import (
    ELBOWS,
    INDEX_FINGERS,
    SHOULDERS,
    WRISTS,
    body_height_px,
    inside_picture,
    lean_deg,
    to_trunk_frame,
    trunk_axis,
)
from posture.pose.view import read_view
from posture.records import Analysis, Gait, Measure, Quality, Software, Source, Stride, Subject
from posture.thresholds import GATES
from posture.version import __version__
from posture.video import ReadSummary, VideoInfo, open_video, sample_frames, sha256_of

ModelName = Literal["lite", "full", "heavy"]
Progress = Callable[[int, int], None]

# A first look at a few frames tells how many people the landmarker must follow (looking for more costs time).
LOOK_FRAMES = 6
MOST_PEOPLE = 3
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
    back : BackMeasures or None
        None when the picture does not hold the back.
    hips, shoulders : array, shape (N, 2), or None
        The runner's trunk axis in each of their frames, pixels of the delivered picture.
    misfit : array, shape (N,), or None
        How far each frame's visible back edge lies from the measured line, trunk lengths; inf where it is not used.
    """

    analysis: Analysis
    runner: Mover | None
    back: BackMeasures | None
    hips: Array | None
    shoulders: Array | None
    misfit: Array | None = None


@dataclass(frozen=True)
class _Watched:
    info: VideoInfo
    summary: ReadSummary
    times_s: Array
    sightings: list[list[Sighting]]


def analyze(
    path: str | Path,
    *,
    model: ModelName = "full",
    start: float | None = None,
    end: float | None = None,
    slow_motion: float = 1.0,
    person: str | int = "largest",
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
    progress : callable, optional
        Called with (frames done, expected frames or 0) after every frame.

    Returns
    -------
    Analysis

    Raises
    ------
    VideoError
        When the clip cannot be read.
    OptionError
        When an option cannot be used with this clip.
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
        path, model=model, start=start, end=end, slow_motion=slow_motion, person=person, progress=progress
    ).analysis


def examine(
    path: str | Path,
    *,
    model: ModelName = "full",
    start: float | None = None,
    end: float | None = None,
    slow_motion: float = 1.0,
    person: str | int = "largest",
    progress: Progress | None = None,
) -> Examination:
    """Analyse a clip and keep the arrays behind the numbers; see `analyze` for the parameters."""
    if not (np.isfinite(slow_motion) and 1.0 <= slow_motion <= MAX_SLOW_MOTION):
        raise OptionError(
            f"{slow_motion:g} is not a slow-motion factor",
            where="--slow-motion",
            advice=f"Say how many times slower than life it plays, 1 to {MAX_SLOW_MOTION:.0f}.",
        )
    shape_model = load_shape_model(models_folder() / SHAPE_MODEL_FILE)
    clip = _Clip(Path(path), model, start, end)
    watched, movers = _follow(clip, str(person), progress)
    if not movers:
        return _nobody(watched, model, slow_motion)
    return _judge(watched, choose(movers, str(person)), model, slow_motion, shape_model)


@dataclass(frozen=True)
class _Clip:
    path: Path
    model: ModelName
    start: float | None
    end: float | None


def _follow(clip: _Clip, person: str, progress: Progress | None) -> tuple[_Watched, list[Mover]]:
    """Watch the clip, and once more for several people where one alone does not explain what is seen."""
    look = _look(clip)
    people = look.people if person in ("largest", "1") else MOST_PEOPLE
    watched = _watch(clip, people, look.mirrored, progress)
    movers = _movers(watched)
    if people == 1 and _doubtful(watched, movers):
        watched = _watch(clip, MOST_PEOPLE, look.mirrored, progress)
        movers = _movers(watched)
    return watched, movers


def _watch(clip: _Clip, people: int, mirrored: bool, progress: Progress | None) -> _Watched:
    with open_video(clip.path, start_s=clip.start, end_s=clip.end) as video:
        times: list[float] = []
        sightings: list[list[Sighting]] = []
        expected = video.frames_expected or 0
        with Landmarker(clip.model, people=people, mirrored=mirrored) as landmarker:
            for frame in video.frames():
                sightings.append([observe(p) for p in landmarker.detect(frame.rgb)])
                times.append(frame.time_s)
                if progress is not None:
                    progress(len(times), expected)
        return _Watched(video.info, video.summary, np.array(times), sightings)


@dataclass(frozen=True)
class _Look:
    people: int
    mirrored: bool


def _look(clip: _Clip) -> _Look:
    """Look at a few key frames: how many people there are, and whether the largest faces left."""
    frames = sample_frames(clip.path, LOOK_FRAMES, start_s=clip.start, end_s=clip.end, key_frames_only=True)
    with Landmarker(clip.model, people=MOST_PEOPLE, mode="image", masks=False) as landmarker:
        seen = [landmarker.detect(frame.rgb) for frame in frames]
    largest = [max(people, key=lambda p: np.ptp(p.landmarks[:, 1])).landmarks for people in seen if people]
    return _Look(
        people=max((len(people) for people in seen), default=1) or 1,
        mirrored=bool(largest) and read_view(np.array(largest)).facing == "left",
    )


def _landmarks(watched: _Watched) -> list[list[Array]]:
    return [[s.landmarks for s in people] for people in watched.sightings]


def _movers(watched: _Watched) -> list[Mover]:
    landmarks = _landmarks(watched)
    return [describe(p, landmarks, watched.times_s) for p in find_people(landmarks, watched.times_s)]


def _doubtful(watched: _Watched, movers: list[Mover]) -> bool:
    """Tell whether following one person may have missed the runner.

    A landmarker that follows one person stays with whoever it met first, and jumps to another when it loses them.
    """
    apart = find_people(_landmarks(watched), watched.times_s, join=False)
    return len(apart) > 1 or any(m.activity not in ("running", "walking") for m in movers)


def _nobody(watched: _Watched, model: ModelName, slow_motion: float) -> Examination:
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
    return Examination(analysis, None, None, None, None)


def _judge(
    watched: _Watched, choice: Choice, model: ModelName, slow_motion: float, shape_model: ShapeModel
) -> Examination:
    runner = choice.runner
    facing = runner.view.facing
    hips, shoulders = trunk_axis(runner.landmarks, facing)
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
        back = _back(watched, runner, hips, shoulders, roll, shape_model)
    recording = first if back is None else quality.with_back(first, back.free, back.upper_free)
    issues = quality.find_issues(recording)
    measures = _measures(runner, back)
    judged = assess(measures, issues)
    analysis = Analysis(
        source=_source(watched, len(runner.frames), slow_motion),
        subject=Subject(
            direction=facing if quality.is_side_view(recording) else None,
            activity=runner.activity,
            people_seen=choice.people_seen,
            visible_side=runner.view.visible_side if quality.is_side_view(recording) else None,
            chosen=choice.why,
        ),
        quality=Quality(
            measurable=not any(issue.blocking for issue in issues),
            view_yaw_deg=runner.view.yaw_deg,
            body_height_px=height,
            trunk_px=runner.size_px,
            arm_free_share=recording.arm_free_share,
            strides=strides,
            camera_roll_deg=roll,
            detected_share=recording.detected_share,
            issues=issues,
        ),
        gait=Gait(
            cadence_spm=cadence,
            stride_s=None if runner.strides.stride_s is None else runner.strides.stride_s / slow_motion,
            strides=tuple(
                Stride(start_s=float(a), end_s=float(b), side=runner.strides.side)
                for a, b in runner.strides.bounds_s
            ),
        ),
        measures=measures,
        verdict=judged.verdict,
        exercises=suggest(Findings(judged.verdict.label, judged.raised)),
        software=_software(model),
    )
    if back is None:
        return Examination(analysis, runner, None, hips, shoulders)
    return Examination(analysis, runner, back.measures, hips, shoulders, back.misfit)


@dataclass(frozen=True)
class _Back:
    measures: BackMeasures
    free: float
    upper_free: float
    misfit: Array


def _back(
    watched: _Watched,
    runner: Mover,
    hips: Array,
    shoulders: Array,
    roll: float | None,
    shape_model: ShapeModel,
) -> _Back | None:
    """Measure the back over the strides (of somebody who stands: over even parts of the clip)."""
    if len(runner.strides):
        number, phase = runner.strides.frame_stride, runner.strides.frame_phase
    elif runner.activity == "standing":
        number, phase = even_parts(runner.time_s)
    else:
        return None
    facing = runner.view.facing
    row = FACINGS.index(facing)
    places = zip(runner.frames, runner.slots, strict=True)
    edges = np.array([watched.sightings[f][s].edges[row] for f, s in places], dtype=np.float64)
    used = (number >= 0) & np.isfinite(edges).any(axis=1)
    kept = np.unique(number[used])
    if len(kept) == 0:
        return None
    number = np.searchsorted(kept, number[used])
    arms = to_trunk_frame(_arm_points(runner.landmarks[used]), hips[used], shoulders[used], facing)
    distance = arm_distance(edges[used], arms.reshape(len(arms), 2, -1, 2))
    evidence = gather_evidence(edges[used], distance, phase[used], number, shape_model)
    lean = lean_deg(hips[used], shoulders[used], facing)
    if roll is not None:
        lean = lean - (roll if facing == "right" else -roll)
    measures = measure_back(evidence, lean, phase[used], number, shape_model)
    return _Back(
        measures=measures,
        free=share_of_body(evidence, shape_model),
        upper_free=share_of_body(evidence, shape_model, upper=True),
        misfit=np.where(used, misfit_to(measures.outline, edges), np.inf),
    )


def _arm_points(landmarks: Array) -> Array:
    """Return shoulder, elbow, wrist and finger of the left and then of the right arm, shape (F, 8, 2)."""
    order = [pair[side] for side in (0, 1) for pair in (SHOULDERS, ELBOWS, WRISTS, INDEX_FINGERS)]
    return landmarks[:, order]


def _measures(runner: Mover, back: _Back | None) -> dict[str, Measure | None]:
    measures: dict[str, Measure | None] = dict.fromkeys(MEASURES)
    if back is None or back.free < GATES["min_arm_free_share"].value:
        return measures
    found = dict(back.measures.measures)
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


def _source(watched: _Watched, used: int, slow_motion: float) -> Source:
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
