"""The analysis pipeline: from a clip to an `Analysis`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import numpy as np
import numpy.typing as npt

from posture.analysis.camera_turn import with_turning_lines
from posture.analysis.examination import Examination
from posture.analysis.observe import ClipObservations, ClipRequest, observe_clip, track_people
from posture.analysis.options import AnalysisOptions, Models, load_models
from posture.analysis.record import (
    build_analysis,
    frame_rate,
    gait_of,
    outline_of,
    quality_of,
    segment_of,
    software_of,
    source_of,
    subject_of,
)
from posture.analysis.surroundings import roll_by_frame, scene_of, sd_of_roll_deg, widening_of, with_scene
from posture.back.availability import MEASURES, reported_measures
from posture.back.course import course_of
from posture.back.error_model import NO_WIDENING
from posture.back.measure import BackResult, measure_back_of
from posture.back.segments import (
    PostureSegment,
    clip_measures,
    compose_strides,
    has_foreign_outline,
    largest_tilt_sd,
    measure_segments,
    values_of_strides,
)
from posture.comparison.baseline import (
    BaselineClip,
    compare_with_baseline,
    holds_json,
    is_comparable,
    own_standing,
)
from posture.gait.activity import cadence_spm
from posture.gait.camera_roll import camera_roll_deg
from posture.gait.runner_choice import Choice, TrackedPerson, choose, rank
from posture.language import SOURCE, Language, use_language
from posture.outline.shape_model import Gaussian
from posture.pose.tracking import presence_share
from posture.pose.trunk_frame import body_height_px, inside_picture
from posture.quality.issues import find_issues
from posture.quality.recording import Recording, is_covered, is_side_view, shows_back
from posture.records.analysis import Analysis, AnalysisParts, Baseline, Segment
from posture.thresholds import REMARKS
from posture.types import Array, PoseModel, Progress, Rotation
from posture.verdict import assess
from posture.video import FrameStore, VideoInfo, open_video


def analyze(
    path: str | Path,
    *,
    model: PoseModel = "full",
    start: float | None = None,
    end: float | None = None,
    slow_motion: float | None = None,
    person: str | int = "largest",
    baseline: str | Path | Analysis | None = None,
    rotate: Rotation | None = None,
    roll: float | None = None,
    progress: Progress | None = None,
    lang: Language = SOURCE,
) -> Analysis:
    """Analyse a jog video.

    Parameters
    ----------
    path
        A video file, or a folder of numbered images.
    model : {"full", "lite", "heavy"}
        Pose model: faster or more accurate.
    start, end
        Only this part of the clip, seconds.
    slow_motion
        How many times slower than life the clip plays, 0.5 for double speed; corrects cadence and stride time. By
        default what the file states (Android's cameras do), else 1.
    person
        ``largest``, or a number (1 is the best candidate) when several people are seen.
    baseline
        The runner's own standing clip, its analysis.json or its analysis: the verdict then rests on the change from
        it. For an earlier run, only the change is reported.
    rotate : {None, 0, 90, 180, 270}
        Turn the picture clockwise by so many degrees so that it stands upright; also the baseline's, when that is a
        clip. None to find out.
    roll
        Roll of the camera in degrees, -45 to 45: how far the scene appears turned clockwise. None to estimate it.
        Also the baseline's, when that is a clip.
    progress
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
            rotate=rotate,
            roll=roll,
            progress=progress,
        ).analysis


def examine(
    path: str | Path,
    *,
    model: PoseModel = "full",
    start: float | None = None,
    end: float | None = None,
    slow_motion: float | None = None,
    person: str | int = "largest",
    baseline: str | Path | Analysis | None = None,
    rotate: Rotation | None = None,
    roll: float | None = None,
    progress: Progress | None = None,
    baseline_progress: Progress | None = None,
    frame_store: FrameStore | None = None,
) -> Examination:
    """Analyse a clip and keep the arrays behind the numbers.

    Texts are in the active language of `posture.language`. Parameters and errors are those of `analyze`, and two more.

    Parameters
    ----------
    baseline_progress
        Called instead of ``progress`` while a baseline clip is analysed.
    frame_store
        Keeps small copies of the clip's frames.
    """
    options, models = AnalysisOptions(model, slow_motion, str(person), rotate, roll), load_models()
    request = ClipRequest(Path(path), model, start, end, frame_store, rotate)
    reference = None
    if baseline is not None:
        # Fail on a missing clip before spending minutes on the baseline.
        with open_video(path, start_s=start, end_s=end):
            pass
        before = read_or_analyze(
            baseline, model=model, rotate=rotate, roll=roll, progress=baseline_progress or progress
        )
        reference = BaselineClip(before, name_of(baseline))
    observations, people = observe_clip(request, options.person, progress)
    examination = _examine_people(observations, people, options, models, reference)
    return replace(examination, frame_store=frame_store)


def examine_observations(
    observations: ClipObservations,
    *,
    model: PoseModel = "full",
    slow_motion: float | None = None,
    person: str | int = "largest",
    baseline: Analysis | None = None,
    roll: float | None = None,
    same_session: bool = False,
) -> Examination:
    """Analyse a clip whose frames have gone through the landmarker already.

    Parameters
    ----------
    model
        The pose model that made them.
    slow_motion, roll
        As in `analyze`.
    person
        As in `analyze`, or ``newest``: the last who strides, in the window of a camera that goes on.
    baseline
        Of the runner's own standing clip or of an earlier run.
    same_session
        Whether baseline and clip are different parts of one live session.

    Raises
    ------
    OptionError
        When an option cannot be used with this clip.
    ModelFileError
        When a model file is missing or altered.
    """
    options, models = AnalysisOptions(model, slow_motion, str(person), roll_deg=roll), load_models()
    reference = None if baseline is None else BaselineClip(baseline, baseline.source.path, same_session)
    return _examine_people(observations, track_people(observations), options, models, reference)


def read_or_analyze(
    clip: str | Path | Analysis,
    *,
    model: PoseModel = "full",
    rotate: Rotation | None = None,
    roll: float | None = None,
    progress: Progress | None = None,
) -> Analysis:
    """Return a given analysis, read an analysis.json, or analyse a video; options as in `analyze`.

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
    return examine(clip, model=model, rotate=rotate, roll=roll, progress=progress).analysis


def measure_runner(
    runner: TrackedPerson,
    observations: ClipObservations,
    models: Models,
    *,
    roll_deg: float | Array | None,
    own_outline: Gaussian | None,
    widening: Mapping[str, float] = NO_WIDENING,
    steady: bool = False,
    hidden: npt.NDArray[np.bool_] | None = None,
    roll_sd_deg: float = 0.0,
) -> BackResult | None:
    """Measure the back of a person of the clip; None when there is nothing to measure over.

    Parameters
    ----------
    roll_deg
        The camera's roll, clockwise positive, or that of each of the person's frames; None when unknown.
    own_outline
        The runner's own standing outline, which informs the parts that the arms hide.
    widening
        By cause, how many times as large it makes the systematic error.
    steady
        Whether the posture is known to stay the same.
    hidden : shape (N, len(T_GRID))
        Samples of the back's edge that something in front of the runner hides.
    roll_sd_deg
        Standard deviation of the roll, beyond that of a camera that stands still.
    """
    return measure_back_of(
        runner,
        observations.edges_of(runner),
        roll_deg=roll_deg,
        shape_model=models.shape,
        mask_error=models.mask_error,
        standing=own_outline,
        errors=models.errors,
        clothing=models.clothing,
        widening=widening,
        steady=steady,
        hidden=hidden,
        roll_sd_deg=roll_sd_deg,
    )


def name_of(clip: str | Path | Analysis) -> str:
    """Return the name of a clip in a comparison: as it was given, or as its analysis has it."""
    return clip.source.path if isinstance(clip, Analysis) else str(clip)


def _examine_people(
    observations: ClipObservations,
    people: Sequence[TrackedPerson],
    options: AnalysisOptions,
    models: Models,
    reference: BaselineClip | None,
) -> Examination:
    """Choose the runner, measure the clip, compare it with the baseline, and judge it."""
    choice = choose(people, options.person) if people else None
    own_outline = None if reference is None else own_standing(reference.analysis, models.shape)
    clip = _measure_clip(observations, choice, options, models, own_outline)
    baseline = _compared(clip.parts, reference)
    if own_outline is not None and not is_comparable(baseline):
        # An incomparable baseline must not inform the prior: measure again without it.
        clip = _measure_clip(observations, choice, options, models, None)
        baseline = _compared(clip.parts, reference)
    segments = tuple(_judge_segment(segment, clip, reference) for segment in clip.segments)
    runner = None if choice is None else choice.runner
    return Examination(
        analysis=build_analysis(replace(clip.parts, segments=segments), baseline),
        runner=runner,
        back=clip.back,
        times_s=observations.times_s,
        people=observations.landmarks,
        candidates=rank(people),
        visibility=None if runner is None else observations.visibility_of(runner),
    )


def _compared(parts: AnalysisParts, reference: BaselineClip | None) -> Baseline | None:
    return None if reference is None else compare_with_baseline(parts, reference)


@dataclass(frozen=True)
class _MeasuredClip:
    """What was measured before it is compared and judged: over the clip, and apart in each posture."""

    recording: Recording
    parts: AnalysisParts
    back: BackResult | None
    segments: tuple[PostureSegment, ...]


def _judge_segment(segment: PostureSegment, clip: _MeasuredClip, reference: BaselineClip | None) -> Segment:
    """Return the record of a part of the clip, judged like a clip."""
    own = replace(clip.parts, measures=dict(segment.measures))
    back = segment.back
    issues = find_issues(replace(clip.recording, odd=not back.is_body, ambiguous=back.is_ambiguous))
    return segment_of(segment, assess(own.measures, issues, _compared(own, reference)).verdict.label)


def _measure_clip(
    observations: ClipObservations,
    choice: Choice | None,
    options: AnalysisOptions,
    models: Models,
    own_outline: Gaussian | None,
) -> _MeasuredClip:
    """Measure the runner over the clip, and apart in each posture."""
    runner = None if choice is None else choice.runner
    recording = _describe_recording(observations, choice, options)
    back: BackResult | None = None
    segments: tuple[PostureSegment, ...] = ()
    if runner is not None and shows_back(recording):
        scene = with_turning_lines(scene_of(observations, runner, models.shape), runner)
        recording = with_scene(recording, scene, runner)
        measure = partial(
            measure_runner,
            observations=observations,
            models=models,
            roll_deg=roll_by_frame(recording, scene),
            own_outline=own_outline,
            widening=widening_of(recording),
            hidden=None if scene is None else scene.hidden,
            roll_sd_deg=sd_of_roll_deg(recording),
        )
        back = measure(runner)
        if back is not None and not is_covered(replace(recording, arm_free_share=back.unoccluded_share)):
            segments = measure_segments(runner, back, partial(measure, steady=True))
    if back is not None:
        measured = [segment.back for segment in segments] or [back]
        recording = replace(
            recording,
            arm_free_share=back.unoccluded_share,
            upper_free_share=back.upper_unoccluded_share,
            odd=has_foreign_outline(measured),
            loose_possible=any(part.may_be_loose for part in measured),
            worn_t=next((part.worn_t for part in measured if part.worn_t is not None), None),
            ambiguous=all(part.is_ambiguous for part in measured),
            postures=max(len(segments), 1),
            tilt_sd_deg=largest_tilt_sd(back, segments),
        )
    covered = is_covered(recording)
    measures = dict.fromkeys(MEASURES) if runner is None else reported_measures(runner, back, is_covered=covered)
    measures = clip_measures(measures, segments)
    gait, outline, course = gait_of(None), None, None
    # Gait is read from the legs' swing across the picture, which only a side view shows.
    if runner is not None and is_side_view(recording):
        gait = gait_of(runner, values_of_strides(runner, back, measures, segments), slow_motion=recording.slow_motion)
    # A mean over several postures is nobody's back.
    if runner is not None and back is not None and back.is_reliable and not segments and not covered:
        outline, course = outline_of(back, models.shape), course_of(runner, back, measures)
    parts = AnalysisParts(
        source=source_of(observations, runner, recording.slow_motion),
        subject=subject_of(choice, observations, recording),
        quality=quality_of(recording, runner),
        gait=gait,
        measures=measures,
        outline=outline,
        course=course,
        software=software_of(options.model),
    )
    return _MeasuredClip(recording, parts, None if back is None else compose_strides(back, segments), segments)


def _describe_recording(observations: ClipObservations, choice: Choice | None, options: AnalysisOptions) -> Recording:
    """Return what the quality rules need to know, before the back is measured."""
    frames_read = len(observations.times_s)
    file = Recording(
        frames_read=frames_read,
        detected_share=0.0,
        damage=observations.summary.damage,
        remark=observations.summary.remark,
        fps=frame_rate(observations.times_s),
        slow_motion=options.slow_motion or 1.0,
    )
    if choice is None:
        return file
    runner, info, clues = choice.runner, observations.info, observations.clues
    stated = _stated_slow_motion(info, runner) if options.slow_motion is None else None
    slow_motion = stated or file.slow_motion
    seconds = observations.times_s
    return replace(
        file,
        detected_share=presence_share(runner.sighted, clues.shot_of(runner.sighted)),
        cuts_s=tuple(seconds[clues.shot_starts].tolist()),
        shots_left_out=runner.other_side.size > 0,
        others=len(choice.others),
        runner_span_s=(float(seconds[runner.sighted[0]]), float(seconds[runner.sighted[-1]])),
        overlapped_s=len(runner.overlapped) / file.fps if file.fps else 0.0,
        overlapped=runner.is_hidden,
        activity=runner.activity,
        yaw_deg=runner.view.yaw_deg,
        facing_share=runner.view.facing_share,
        turn_deg=runner.view.turn_deg,
        side_spans_s=tuple((span.start_s, span.end_s) for span in runner.views if span.is_used),
        oblique_s=sum(span.end_s - span.start_s for span in runner.views if not span.is_used),
        rotate_deg=(runner.view.turn_deg + info.extra_rotation_deg) % 360,
        turned_deg=info.extra_rotation_deg if options.rotate is None else 0,
        rivals=choice.rivals + (observations.rivals if options.person == "largest" else 0),
        strides=len(runner.strides),
        part_strides=runner.strides.in_all - len(runner.strides),
        body_height_px=body_height_px(runner.landmarks),
        cut_off_share=1.0 - inside_picture(runner.landmarks, info.width, info.height),
        slow_motion=slow_motion,
        slow_motion_is_stated=stated is not None,
        cadence_spm=cadence_spm(runner.strides, slow_motion),
        camera_roll_deg=camera_roll_deg(runner) if options.roll_deg is None else options.roll_deg,
    )


def _stated_slow_motion(info: VideoInfo, runner: TrackedPerson) -> float | None:
    """Return the slow-motion factor that the file states; None when nobody runs so fast: the film was sped up since."""
    if info.slow_motion is None:
        return None
    cadence = cadence_spm(runner.strides, info.slow_motion)
    return None if cadence is not None and cadence > REMARKS.fast_motion_spm else info.slow_motion
