"""The standing part of a clip that also shows the run: left out of the strides, and measured as a clip of its own."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from posture.analysis.examination import EXAMINATION, Examination
from posture.analysis.measure_clip import measure_clip
from posture.analysis.observations import ClipObservations, track_people
from posture.analysis.options import AnalysisOptions
from posture.analysis.record import build_analysis
from posture.back.models import Models
from posture.comparison.baseline import BaselineClip
from posture.contour.observation import Observation
from posture.gait.camera_roll import camera_roll_deg
from posture.gait.runner_choice import Choice, TrackedPerson, choose, describe
from posture.gait.standing import find_still_parts
from posture.pose.tracking import Track
from posture.scene.evidence import SceneEvidence
from posture.scene.sampler import SceneSamples
from posture.thresholds import GATES
from posture.types import Indices


def split_standing(observations: ClipObservations, choice: Choice) -> tuple[Choice, TrackedPerson | None]:
    """Separate the frames in which the runner stands still from those of the run.

    Returns
    -------
    choice : Choice
        With the runner in the other frames only; as it was where those show too few strides.
    standing : TrackedPerson or None
        The runner in the frames of an upright stand; None without one.
    """
    runner = choice.runner
    still = find_still_parts(runner)
    moving = np.setdiff1d(np.arange(len(runner.frames)), still.rows)
    if not len(still.rows) or not len(moving):
        return choice, None
    running = _in_rows(observations, runner, moving)
    if running.activity == "standing" or running.strides.in_all < GATES.min_strides:
        return choice, None
    running = replace(running, score=runner.score, other_side=runner.other_side, standing=runner.frames[still.rows])
    standing = _in_rows(observations, runner, still.standing) if len(still.standing) else None
    return replace(choice, runner=running), standing


def standing_baseline(
    observations: ClipObservations,
    standing: TrackedPerson,
    runner: TrackedPerson,
    options: AnalysisOptions,
    models: Models,
) -> BaselineClip | None:
    """Measure the standing part of a clip like a standing clip; None where its view or picture does not allow it.

    Parameters
    ----------
    runner
        The person in the frames of the run, whose path may show the camera's roll.
    """
    roll = camera_roll_deg(runner) if options.roll_deg is None else options.roll_deg
    part = clip_of_part(observations, standing)
    people = track_people(part)
    if not people:
        return None
    choice = choose(people)
    clip = measure_clip(part, choice, replace(options, person="largest", roll_deg=roll), models, None)
    analysis = build_analysis(clip.parts)
    # The picture of the page is taken from the whole clip, by its times.
    shown = replace(choice.runner, time_s=choice.runner.time_s + observations.times_s[standing.frames[0]])
    vars(analysis)[EXAMINATION] = Examination(analysis, shown, clip.back)
    return BaselineClip(analysis, analysis.source.path, same_session=True, is_part=True)


def clip_of_part(observations: ClipObservations, person: TrackedPerson) -> ClipObservations:
    """Return the part of a clip between a person's first and last frame, without the others, as a clip of its own."""
    first, end = int(person.frames[0]), int(person.frames[-1]) + 1
    times = observations.times_s
    start_s = observations.summary.first_time_s or 0.0
    sightings: list[list[Observation]] = [[] for _ in range(first, end)]
    for frame, slot in zip(person.frames, person.slots, strict=True):
        sightings[frame - first] = [observations.sightings[frame][slot]]
    cuts, gaps = observations.cuts, observations.gaps
    return replace(
        observations,
        summary=replace(
            observations.summary,
            frames_read=end - first,
            first_time_s=start_s + float(times[first]),
            end_time_s=start_s + float(times[end]) if end < len(times) else observations.summary.end_time_s,
        ),
        times_s=times[first:end] - times[first],
        sightings=sightings,
        others=0,
        rivals=0,
        cuts=None if cuts is None else cuts[(cuts > first) & (cuts < end)] - first,
        gaps=gaps[(gaps > first) & (gaps < end)] - first,
        scene=_scene_of_part(observations.scene, first, end),
        bystanders=None,
    )


def _scene_of_part(
    scene: SceneSamples | SceneEvidence | None, first: int, end: int
) -> SceneSamples | SceneEvidence | None:
    if scene is None:
        return None
    inside = (scene.frames >= first) & (scene.frames < end)
    if not inside.any():
        return None
    frames = scene.frames[inside]
    if isinstance(scene, SceneSamples):
        return replace(scene, frames=frames - first, pictures=scene.pictures[inside])
    return replace(scene.at(frames), frames=frames - first)


def _in_rows(observations: ClipObservations, person: TrackedPerson, rows: Indices) -> TrackedPerson:
    """Return a person in some of their frames only."""
    track = Track(
        frames=person.frames[rows],
        slots=person.slots[rows],
        size_px=person.size_px,
        overlapped=person.overlapped,
        is_hidden=person.is_hidden,
        appearance=person.appearance,
    )
    cuts_s = observations.times_s[observations.clues.shot_starts]
    return describe(track, observations.landmarks, observations.times_s, cuts_s=cuts_s)
