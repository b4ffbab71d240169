"""Observations of a clip: landmarks and mask edges of everybody detected, and facts that its pictures show."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from posture.contour.observation import FACINGS, Observation
from posture.gait.runner_choice import TrackedPerson, describe
from posture.pose.bystanders import Bystanders
from posture.pose.candidates import Clues, is_plausible
from posture.pose.jumps import pose_jumps
from posture.pose.landmarks import MIRRORED
from posture.pose.tracking import link_detections
from posture.scene.evidence import SceneEvidence
from posture.scene.sampler import SceneSamples
from posture.types import Array, Indices
from posture.video import ReadSummary, VideoInfo


@dataclass(frozen=True)
class ClipObservations:
    """Landmarks and mask edges of everybody detected in a clip.

    Attributes
    ----------
    times_s : array, shape (F,)
        Seconds after the clip's first frame.
    sightings
        Frames, and in each the people.
    sha256
        None for a folder of images.
    others, rivals
        People beside the one whom the ROI follows, and how many of them move through the picture as well.
    cuts
        Frames at which another shot of the film begins, without the first one; None when the pictures are not known.
    scene
        Small pictures of the clip, or what was read from them about the chosen runner; None without pictures.
    bystanders
        Sightings of people beside those whom the landmarker follows; None without any.
    gaps
        First frames after a stretch of the clip that was not read.
    """

    info: VideoInfo
    summary: ReadSummary
    times_s: Array
    sightings: list[list[Observation]]
    sha256: str | None = None
    others: int = 0
    rivals: int = 0
    cuts: Indices | None = None
    scene: SceneSamples | SceneEvidence | None = None
    bystanders: Bystanders | None = None
    gaps: Indices = field(default_factory=lambda: np.zeros(0, dtype=np.intp))

    @property
    def shot_starts(self) -> Indices:
        """Frames at which another shot begins, without the first one; by jumps of the pose without the pictures."""
        if self.cuts is not None:
            return self.cuts
        return np.setdiff1d(np.flatnonzero(pose_jumps(self.landmarks).large), self.gaps)

    @cached_property
    def landmarks(self) -> list[list[Array]]:
        """Landmarks of the people in each frame, each of shape (33, 2), pixels, x right, y down."""
        return [[person.landmarks for person in frame] for frame in self.sightings]

    @cached_property
    def clues(self) -> Clues:
        """Facts about the detections that decide who is who."""
        size = self.info.width, self.info.height
        # Who is who after a gap is asked as after a cut.
        starts, beside = np.union1d(self.shot_starts, self.gaps), self.bystanders
        return Clues(
            usable=[
                [is_plausible(one.landmarks, one.visibility, *size) for one in people] for people in self.sightings
            ],
            appearances=[[one.appearance for one in people] for people in self.sightings],
            shot_starts=starts,
            bystanders=() if beside is None else beside.tracks(self.times_s, starts),
        )

    def edges_of(self, person: TrackedPerson) -> Array:
        """Return the mask edge behind a person in each of their frames, shape (N, len(T_GRID)), float32.

        In trunk lengths from the trunk axis, backward positive; NaN where there is none.
        """
        row = FACINGS.index(person.view.facing)
        places = zip(person.frames, person.slots, strict=True)
        return np.array([self.sightings[f][s].edges[row] for f, s in places])

    def visibility_of(self, person: TrackedPerson) -> Array:
        """Return the visibility of a person's landmarks in each of their frames, shape (N, 33), 0..1.

        Where a left/right swap was repaired, the visibility is swapped with the landmarks.
        """
        own_observations = [self.sightings[f][s] for f, s in zip(person.frames, person.slots, strict=True)]
        own = np.array([one.visibility for one in own_observations], dtype=np.float64)
        swapped = (person.landmarks != np.array([one.landmarks for one in own_observations])).any(axis=-1)
        return np.where(swapped, own[:, list(MIRRORED)], own)


def track_people(observations: ClipObservations) -> list[TrackedPerson]:
    """Return the people of a clip with their view and gait; empty when nobody was detected for long enough."""
    landmarks, times_s, clues = observations.landmarks, observations.times_s, observations.clues
    tracks = link_detections(landmarks, times_s, clues=clues)
    return [describe(track, landmarks, times_s, cuts_s=times_s[clues.shot_starts]) for track in tracks]
