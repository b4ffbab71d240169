"""Measure one person over a clip, and apart in each posture; before any comparison or verdict."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from posture.analysis.camera_turn import with_turning_lines
from posture.analysis.describe_recording import describe_recording
from posture.analysis.observations import ClipObservations
from posture.analysis.options import AnalysisOptions
from posture.analysis.record import gait_of, outline_of, quality_of, software_of, source_of, subject_of
from posture.analysis.running import running_of
from posture.analysis.surroundings import corrections_of, scene_in_strides, scene_of, with_scene
from posture.back.availability import MEASURES, reported_measures
from posture.back.course import course_of
from posture.back.measure import BackResult, measure_back_of
from posture.back.models import Models
from posture.back.segments import (
    PostureSegment,
    clip_measures,
    compose_strides,
    has_foreign_outline,
    largest_tilt_sd,
    measure_segments,
    values_of_strides,
)
from posture.gait.runner_choice import Choice, TrackedPerson
from posture.outline.shape_model import Gaussian
from posture.quality.recording import Recording, has_implausible_lean, is_covered, shows_back, shows_legs
from posture.records.analysis import AnalysisParts
from posture.scene.evidence import SceneEvidence


@dataclass(frozen=True)
class MeasuredClip:
    """A clip that is not compared and judged yet."""

    recording: Recording
    parts: AnalysisParts
    # With the strides as their segments measured them; None when the recording does not allow measuring it.
    back: BackResult | None
    segments: tuple[PostureSegment, ...]  # Parts in which the posture differs; none where it stays the same.
    part_recordings: tuple[Recording, ...]  # What the rules need to know of each of these parts by itself.


@dataclass(frozen=True)
class _BackOfClip:
    """Measures the back of a person over a clip, or over a part of it with what is in front of the back there."""

    observations: ClipObservations
    models: Models
    recording: Recording
    scene: SceneEvidence | None  # None where no samples were kept.
    own_outline: Gaussian | None  # The person's own standing outline.

    def over_clip(self, person: TrackedPerson) -> BackResult | None:
        """Measure all strides."""
        return self._measure(person, self.recording, steady=False)

    def over_part(self, person: TrackedPerson) -> BackResult | None:
        """Measure the strides that a person is left with, all of one posture."""
        return self._measure(person, self.recording_of_part(person), steady=True)

    def recording_of_part(self, person: TrackedPerson) -> Recording:
        """Return the clip's recording with what the scene adds to it in the strides that a person is left with."""
        if self.scene is None:
            return self.recording
        scene = scene_in_strides(self.observations, self.scene, person, self.models.shape)
        return with_scene(self.recording, scene, person)

    def _measure(self, person: TrackedPerson, recording: Recording, *, steady: bool) -> BackResult | None:
        scene, edges = corrections_of(recording, self.scene), self.observations.edges_of(person)
        return measure_back_of(person, edges, self.models, scene=scene, standing=self.own_outline, steady=steady)


def measure_clip(
    observations: ClipObservations,
    choice: Choice | None,
    options: AnalysisOptions,
    models: Models,
    own_outline: Gaussian | None,
) -> MeasuredClip:
    """Measure the chosen person.

    Parameters
    ----------
    own_outline
        Their own standing outline, which informs about the parts that the arms hide.
    """
    runner = None if choice is None else choice.runner
    recording = describe_recording(observations, choice, options)
    back: BackResult | None = None
    segments: tuple[PostureSegment, ...] = ()
    part_recordings: tuple[Recording, ...] = ()
    moves = False
    if runner is not None and shows_back(recording):
        scene = with_turning_lines(scene_of(observations, runner, models.shape), runner)
        moves = scene is not None and scene.camera_moves
        recording = with_scene(recording, scene, runner)
        measure = _BackOfClip(observations, models, recording, scene, own_outline)
        back = measure.over_clip(runner)
        if back is not None and not is_covered(replace(recording, arm_free_share=back.unoccluded_share)):
            segments = measure_segments(runner, back, measure.over_part)
            part_recordings = tuple(
                replace(_with_back(measure.recording_of_part(one.runner), one.back), odd=not one.back.is_body)
                for one in segments
            )
            segments = tuple(map(_without_covered, segments, part_recordings))
    if back is not None:
        recording = _with_back(recording, back, segments)
    if has_implausible_lean(recording):
        back, segments, part_recordings = None, (), ()
    covered = is_covered(recording)
    measures = dict.fromkeys(MEASURES) if runner is None else reported_measures(runner, back, is_covered=covered)
    measures = clip_measures(measures, segments)
    gait, outline, course = gait_of(None), None, None
    # Gait is read from the legs' swing across the picture, which only a side view shows.
    if runner is not None and shows_legs(recording):
        gait = gait_of(runner, values_of_strides(runner, back, measures, segments), slow_motion=recording.slow_motion)
        if recording.fps_is_assumed:
            gait = gait.model_copy(update={"cadence_spm": None, "stride_s": None})
    # A mean over several postures is nobody's back.
    if runner is not None and back is not None and back.is_reliable and not segments and not covered:
        outline, course = outline_of(back, models.shape), course_of(runner, back, measures)
    parts = AnalysisParts(
        source=source_of(observations, runner, recording.slow_motion),
        subject=subject_of(choice, observations, recording, options.name),
        quality=quality_of(recording, runner, list(zip(segments, part_recordings, strict=True))),
        gait=gait,
        measures=measures,
        outline=outline,
        course=course,
        software=software_of(options.model),
        running=None
        if runner is None
        else running_of(runner, recording, camera_moves=moves, height_m=options.height_m),
    )
    composed = None if back is None else compose_strides(back, segments)
    return MeasuredClip(recording, parts, composed, segments, part_recordings)


def _without_covered(segment: PostureSegment, recording: Recording) -> PostureSegment:
    """Return a part without the numbers of a back that something covers."""
    if not is_covered(recording):
        return segment
    return replace(segment, measures=reported_measures(segment.runner, segment.back, is_covered=True))


def _with_back(recording: Recording, back: BackResult, segments: Sequence[PostureSegment] = ()) -> Recording:
    """Return a recording with what the measured back adds to it."""
    measured = [segment.back for segment in segments] or [back]
    return replace(
        recording,
        arm_free_share=back.unoccluded_share,
        upper_free_share=back.upper_unoccluded_share,
        lean_deg=None if (lean := back.measured.measures.get("trunk_lean_deg")) is None else lean.value,
        odd=has_foreign_outline(measured),
        loose_possible=any(part.may_be_loose for part in measured),
        worn_t=next((part.worn_t for part in measured if part.worn_t is not None), None),
        neck_step_l=back.neck_step_l,
        ambiguous=all(part.is_ambiguous for part in measured),
        postures=max(len(segments), 1),
        tilt_sd_deg=largest_tilt_sd(back, segments),
    )
