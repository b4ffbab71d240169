"""Joins the rooms: a clip in, an analysis out.

The only way in for the command line too: ``posture analyze`` is `analyze` with a report.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from posture import quality
from posture.analysis.examination import Examination
from posture.analysis.observe import Clip, ClipObservations, observe_clip, track_people
from posture.analysis.options import AnalysisOptions, ask
from posture.analysis.record import (
    frame_rate,
    gait_of,
    outline_of_back,
    software_of,
    source_of,
    with_baseline,
)
from posture.back.availability import MEASURES, reported_measures
from posture.back.course import course_of, stride_values
from posture.comparison.baseline import comparable, holds_json
from posture.exercises.match import Findings, suggest
from posture.gait.activity import cadence_spm
from posture.gait.camera_roll import camera_roll_deg
from posture.gait.subject import Choice, TrackedPerson, choose
from posture.language import SOURCE, Language, language, use_language
from posture.pose.trunk_frame import body_height_px, inside_picture
from posture.records.analysis import Analysis, Gait, Quality, Subject
from posture.types import PoseModel, Progress
from posture.verdict import assess
from posture.video import FrameStore, open_video


def analyze(
    path: str | Path,
    *,
    model: PoseModel = "full",
    start: float | None = None,
    end: float | None = None,
    slow_motion: float = 1.0,
    person: str | int = "largest",
    baseline: str | Path | Analysis | None = None,
    progress: Progress | None = None,
    lang: Language = SOURCE,
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
    lang : {"en", "de"}
        Language of the texts in the analysis and in errors.

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
    with use_language(lang):
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
    model: PoseModel = "full",
    start: float | None = None,
    end: float | None = None,
    slow_motion: float = 1.0,
    person: str | int = "largest",
    baseline: str | Path | Analysis | None = None,
    progress: Progress | None = None,
    baseline_progress: Progress | None = None,
    spool: FrameStore | None = None,
) -> Examination:
    """Analyse a clip and keep the arrays behind the numbers; see `analyze` for the parameters.

    Texts are in the active language of `posture.language`.

    ``baseline_progress`` is called instead of ``progress`` while a baseline clip is watched. ``spool`` keeps
    the clip's pictures on the way.
    """
    asked = ask(model, slow_motion, person)
    if baseline is not None:
        # A clip that is not there is said before the baseline's frames are watched.
        with open_video(path, start_s=start, end_s=end):
            pass
        before = read_or_analyze(baseline, model=model, progress=baseline_progress or progress)
        name = before.source.path if isinstance(baseline, Analysis) else str(baseline)
        asked = asked.against(before, name)
    found = _examined(
        *observe_clip(Clip(Path(path), model, start, end), asked.person, progress, spool), asked
    )
    return replace(found, spool=spool)


def examine_watched(
    watched: ClipObservations,
    *,
    model: PoseModel = "full",
    slow_motion: float = 1.0,
    person: str | int = "largest",
    baseline: Analysis | None = None,
) -> Examination:
    """Analyse a clip that has been watched already; `examine` without the watching, gates and verdict included.

    Parameters
    ----------
    watched : ClipObservations
    model : {"lite", "full", "heavy"}
        The pose model it was watched with.
    slow_motion, person
        As in `analyze`.
    baseline : Analysis, optional
        Of the runner's own standing clip or of an earlier run.

    Raises
    ------
    OptionError
        When an option cannot be used with this clip.
    ModelFileError
        When a model file is missing or altered.
    """
    asked = ask(model, slow_motion, person)
    if baseline is not None:
        asked = asked.against(baseline, baseline.source.path)
    return _examined(watched, track_people(watched), asked)


def read_or_analyze(
    clip: str | Path | Analysis, *, model: PoseModel = "full", progress: Progress | None = None
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
    return examine(clip, model=model, progress=progress).analysis


def _examined(
    watched: ClipObservations, movers: Sequence[TrackedPerson], asked: AnalysisOptions
) -> Examination:
    found = _judge(watched, choose(movers, asked.person), asked) if movers else _nobody(watched, asked)
    seen = [[s.landmarks for s in people] for people in watched.sightings]
    found = replace(found, times_s=watched.times_s, people=seen)
    if asked.before is None:
        return found
    analysis = with_baseline(found.analysis, asked.before, path=asked.before_path)
    if asked.own is not None and not comparable(analysis.baseline):
        # What cannot be compared must not tell about the parts that arms hide either.
        return _examined(watched, movers, replace(asked, own=None))
    return replace(found, analysis=analysis)


def _nobody(watched: ClipObservations, asked: AnalysisOptions) -> Examination:
    recording = quality.Recording(
        frames_read=len(watched.times_s),
        detected_share=0.0,
        damage=watched.summary.damage,
        remark=watched.summary.remark,
        fps=frame_rate(watched.times_s),
    )
    issues = quality.find_issues(recording)
    judged = assess({}, issues)
    analysis = Analysis(
        source=source_of(watched, used=0, slow_motion=asked.slow_motion),
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
        software=software_of(asked.model),
        language=language(),
    )
    return Examination(analysis, None, None)


def _judge(watched: ClipObservations, choice: Choice, asked: AnalysisOptions) -> Examination:
    runner = choice.runner
    cadence = cadence_spm(runner.strides, asked.slow_motion)
    roll = camera_roll_deg(runner)
    strides = len(runner.strides)
    height = body_height_px(runner.landmarks)
    first = quality.Recording(
        frames_read=len(watched.times_s),
        detected_share=len(runner.frames) / len(watched.times_s),
        damage=watched.summary.damage,
        remark=watched.summary.remark,
        fps=frame_rate(watched.times_s),
        activity=runner.activity,
        yaw_deg=runner.view.yaw_deg,
        facing_share=runner.view.facing_share,
        upside_down=runner.view.upside_down,
        rivals=choice.rivals + (watched.rivals if asked.person == "largest" else 0),
        strides=strides,
        body_height_px=height,
        cut_off_share=1.0 - inside_picture(runner.landmarks, watched.info.width, watched.info.height),
        cadence_spm=cadence,
        slow_motion=asked.slow_motion,
        camera_roll_deg=roll,
    )
    back = None
    if quality.shows_back(first):
        back = asked.measure_back_of(runner, watched, roll_deg=roll)
    recording = first
    if back is not None:
        recording = quality.with_back(
            first,
            back.unoccluded_share,
            back.upper_unoccluded_share,
            odd=back.is_outlier,
            ambiguous=back.is_ambiguous,
        )
    issues = quality.find_issues(recording)
    measures = reported_measures(runner, back)
    judged = assess(measures, issues)
    # Gait is read from the legs' swing across the picture, which only a side view shows.
    sideways = quality.is_side_view(recording)
    analysis = Analysis(
        source=source_of(watched, used=len(runner.frames), slow_motion=asked.slow_motion),
        subject=Subject(
            direction=runner.view.facing if sideways else None,
            activity=runner.activity if sideways else "unknown",
            people_seen=choice.people_seen + watched.others,
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
        gait=gait_of(runner, stride_values(runner, back, measures), slow_motion=asked.slow_motion)
        if sideways
        else Gait(cadence_spm=None, stride_s=None, strides=()),
        measures=measures,
        outline=None if back is None or not back.is_reliable else outline_of_back(back, asked.shape_model),
        course=None if back is None or not back.is_reliable else course_of(runner, back, measures),
        verdict=judged.verdict,
        exercises=suggest(Findings(judged.verdict.label, judged.raised)),
        software=software_of(asked.model),
        language=language(),
    )
    return Examination(analysis, runner, back, visibility=watched.visibility_of(runner))
