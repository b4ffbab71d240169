"""The analysis pipeline: from a clip to an `Analysis`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from posture.analysis.clip_pass import ClipRequest
from posture.analysis.examination import EXAMINATION, Examination
from posture.analysis.measure_clip import measure_clip
from posture.analysis.observations import ClipObservations, track_people
from posture.analysis.observe import observe_clip
from posture.analysis.options import DEFAULT_OPTIONS, AnalysisOptions
from posture.analysis.record import build_analysis, segment_of
from posture.analysis.standing_part import split_standing, standing_baseline
from posture.back.models import Models, load_models
from posture.back.segments import PostureSegment
from posture.comparison.baseline import (
    BaselineClip,
    compare_with_baseline,
    find_analysis_file,
    is_comparable,
    own_standing,
)
from posture.gait.runner_choice import Choice, TrackedPerson, choose, rank
from posture.language import SOURCE, Language, use_language
from posture.quality.issues import find_issues
from posture.quality.recording import Recording
from posture.records.analysis import Analysis, AnalysisParts, Baseline, Segment
from posture.types import PoseModel, Progress, Rotation
from posture.verdict import assess
from posture.video import open_video


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
    fps: float | None = None,
    name: str | None = None,
    auto_baseline: bool = True,
    height: float | None = None,
    every_frame: bool = False,
    whole: bool = False,
    progress: Progress | None = None,
    lang: Language = SOURCE,
) -> Analysis:
    """Analyse a jog video; takes about as long as the clip, and nothing leaves this computer.

    Parameters
    ----------
    path
        A video file, or a folder of numbered images; for a folder of results, its analysis is returned.
    model : {"full", "lite", "heavy"}
        Pose model: ``lite`` is faster, ``heavy`` slower; on rendered runners none is clearly more accurate.
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
    fps
        Pictures a second, for a folder of images. None assumes 30, and leaves cadence and stride time out.
    name
        The runner's name, for the record and the page.
    auto_baseline
        Whether a part of the clip in which the runner stands still for at least 2 seconds is the baseline when none is
        given.
    height
        How tall the runner is, metres: the vertical oscillation is then in centimetres.
    every_frame
        Read all frames of clips with high frame rates too, instead of about 30 a second.
    whole
        Read long clips from beginning to end, instead of six sections spread over them.
    progress
        Called with (frames done, expected frames or 0) after every frame; for a baseline that is a clip too, first.
    lang : {"en", "de"}
        Language of the texts in the analysis and in errors.

    Returns
    -------
    Analysis
        Verdict, numbers with their intervals, limits of the recording, exercises. Nothing is written until
        `Analysis.save`.

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
        if (file := find_analysis_file(path)) is not None:
            return Analysis.from_json(file)
        options = AnalysisOptions(
            model,
            start,
            end,
            slow_motion,
            str(person),
            rotate,
            roll,
            fps,
            name,
            auto_baseline,
            height,
            every_frame,
            whole,
        )
        examination = _examine(path, options, baseline, progress=progress)
        # For `Analysis.save`, which draws pictures and film.
        vars(examination.analysis)[EXAMINATION] = examination
        return examination.analysis


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
    fps: float | None = None,
    name: str | None = None,
    auto_baseline: bool = True,
    height: float | None = None,
    every_frame: bool = False,
    whole: bool = False,
    progress: Progress | None = None,
    baseline_progress: Progress | None = None,
    landmarkers: int | None = None,
) -> Examination:
    """Analyse a clip and keep the arrays behind the numbers.

    Texts are in the active language of `posture.language`. Parameters and errors are those of `analyze`;
    there are two more.

    Parameters
    ----------
    baseline_progress
        Called instead of ``progress`` while a baseline clip is analysed.
    landmarkers
        Number of landmarkers that work at the same time; None for one on each core, at most four.
    """
    options = AnalysisOptions(
        model, start, end, slow_motion, str(person), rotate, roll, fps, name, auto_baseline, height, every_frame, whole
    )
    return _examine(
        path, options, baseline, progress=progress, baseline_progress=baseline_progress, landmarkers=landmarkers
    )


def _examine(
    path: str | Path,
    options: AnalysisOptions,
    baseline: str | Path | Analysis | None = None,
    *,
    progress: Progress | None = None,
    baseline_progress: Progress | None = None,
    landmarkers: int | None = None,
) -> Examination:
    """Observe a clip, and analyse it; parameters as in `examine`."""
    models, reference = load_models(), None
    if baseline is not None:
        # Fail on a missing clip before spending minutes on the baseline.
        with open_video(path, start_s=options.start_s, end_s=options.end_s, image_fps=options.fps):
            pass
        before = read_or_analyze(baseline, options.of_baseline(), baseline_progress or progress)
        reference = BaselineClip(before, name_of(baseline))
    part = options.start_s, options.end_s
    request = ClipRequest(
        Path(path),
        options.model,
        *part,
        options.rotate,
        options.fps,
        landmarkers,
        options.slow_motion,
        options.every_frame,
        options.whole,
    )
    observations, people = observe_clip(request, options.person, progress)
    choice = _choose(observations, people, options.person)
    return _examine_choice(observations, people, choice, options, models, reference)


def examine_observations(
    observations: ClipObservations,
    options: AnalysisOptions = DEFAULT_OPTIONS,
    *,
    baseline: Analysis | None = None,
    is_live_window: bool = False,
) -> Examination:
    """Analyse a clip whose frames have gone through the landmarker already.

    Parameters
    ----------
    options
        With the pose model that made the observations.
    baseline
        Of the runner's own standing clip or of an earlier run.
    is_live_window
        Whether these are the last seconds of a live session, of which the baseline is a part too. Then the last who
        strides is measured: who runs now, not who ran for longer before.

    Raises
    ------
    OptionError
        When an option cannot be used with this clip.
    ModelFileError
        When a model file is missing or altered.
    """
    people = track_people(observations)
    choice = _choose(observations, people, "newest" if is_live_window else options.person)
    reference = None if baseline is None else BaselineClip(baseline, baseline.source.path, is_live_window)
    options = replace(options, auto_baseline=options.auto_baseline and not is_live_window)
    return _examine_choice(observations, people, choice, options, load_models(), reference)


def read_or_analyze(
    clip: str | Path | Analysis, options: AnalysisOptions = DEFAULT_OPTIONS, progress: Progress | None = None
) -> Analysis:
    """Return a given analysis, read an analysis.json (or that of a folder of results), or analyse a video.

    Raises
    ------
    RecordError
        When it is a JSON file but not an analysis.
    VideoError
        When it is neither.
    """
    if isinstance(clip, Analysis):
        return clip
    if (file := find_analysis_file(clip)) is not None:
        return Analysis.from_json(file)
    examination = _examine(clip, options, progress=progress)
    vars(examination.analysis)[EXAMINATION] = examination
    return examination.analysis


def name_of(clip: str | Path | Analysis) -> str:
    """Return the name of a clip in a comparison: as it was given, or as its analysis has it."""
    return clip.source.path if isinstance(clip, Analysis) else str(clip)


def _choose(observations: ClipObservations, people: Sequence[TrackedPerson], person: str) -> Choice | None:
    size_px = observations.info.width, observations.info.height
    return choose(people, person, size_px) if people else None


def _examine_choice(
    observations: ClipObservations,
    people: Sequence[TrackedPerson],
    choice: Choice | None,
    options: AnalysisOptions,
    models: Models,
    reference: BaselineClip | None,
) -> Examination:
    """Measure the chosen person, compare with the baseline, and judge.

    Without a baseline, a part of the clip in which the person stands still is one.
    """
    if choice is not None:
        choice, standing = split_standing(observations, choice)
        if reference is None and options.auto_baseline and standing is not None:
            reference = standing_baseline(observations, standing, choice.runner, options, models)
    own_outline = None if reference is None else own_standing(reference.analysis, models.shape)
    clip = measure_clip(observations, choice, options, models, own_outline)
    baseline = _compared(clip.parts, reference)
    if own_outline is not None and not is_comparable(baseline):
        # An incomparable baseline must not inform the prior: measure again without it.
        clip = measure_clip(observations, choice, options, models, None)
        baseline = _compared(clip.parts, reference)
    if reference is not None and reference.is_part and not is_comparable(baseline):
        reference = baseline = None
    judged = zip(clip.segments, clip.part_recordings, strict=True)
    segments = tuple(_judge_segment(segment, own, clip.parts, reference) for segment, own in judged)
    runner = None if choice is None else choice.runner
    return Examination(
        analysis=build_analysis(replace(clip.parts, segments=segments), baseline),
        runner=runner,
        back=clip.back,
        times_s=observations.times_s,
        people=observations.landmarks,
        candidates=rank(people),
        visibility=None if runner is None else observations.visibility_of(runner),
        standing=None if reference is None else vars(reference.analysis).get(EXAMINATION),
    )


def _compared(parts: AnalysisParts, reference: BaselineClip | None) -> Baseline | None:
    return None if reference is None else compare_with_baseline(parts, reference)


def _judge_segment(
    segment: PostureSegment, recording: Recording, clip: AnalysisParts, reference: BaselineClip | None
) -> Segment:
    """Return the record of a part of the clip, judged like a clip."""
    own = replace(clip, measures=dict(segment.measures))
    label = assess(own.measures, find_issues(recording), _compared(own, reference)).verdict.label
    return segment_of(segment, label, recording)
