"""Detect and track the people of a clip, keeping landmarks and mask edges only.

Frames are read and go through the landmarker in one or more passes; nothing is measured yet.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from posture.analysis.preview import MAX_PEOPLE, Preview, faces_left, preview, tallest_people
from posture.contour.observation import FACINGS, Observation, observe, pack_arrays
from posture.gait.runner_choice import TrackedPerson, describe
from posture.gait.strides import FEW_STRIDES
from posture.pose.bystanders import Bystanders, BystanderSearch
from posture.pose.candidates import Clues, is_plausible
from posture.pose.jumps import pose_jumps
from posture.pose.landmarker import Landmarker
from posture.pose.landmarks import MIRRORED
from posture.pose.roi import RoiLandmarker, count_people, initial_state, search_tiles
from posture.pose.tracking import link_detections, may_mix_people
from posture.scene.evidence import SceneEvidence
from posture.scene.sampler import SceneSampler, SceneSamples
from posture.thresholds import IDENTITY
from posture.types import Array, Indices, PoseModel, Progress, Rotation
from posture.video import FrameStore, ReadSummary, VideoInfo, open_video, sample_frames, sha256_of
from posture.video.cuts import Thumbnail, find_cuts, thumbnail

# The preview counts the people, since the landmarker takes longer the more of them it looks for.
PREVIEW_FRAMES = 6
# A landmarker that looks for more people than there are searches every frame from the start, and more often loses those
# it has (a real clip with two walkers: one is followed in 109 frames of 230 instead of 88).
PEOPLE_OF_SECOND_PASS = 2
# Below this share of frames, or with too few strides in a clip in which the runner is not detected throughout, run the
# ROI detector as a second pass. All of 17 rendered runners who cross a wide picture, or are small in a panned one, and
# who were detected in 53 to 90 % of the frames, for at most four strides, are then detected in every frame.
MIN_DETECTED_SHARE, FULLY_DETECTED_SHARE = 0.5, 0.98
# A landmarker that changes over to another person loses the first for at most so long, seconds.
CHANGE_OVER_S = 0.5
# A clip of a runner who crosses the picture is short and often has a single key frame: the ROI search takes any frames.
ROI_SEARCH_FRAMES = 8
# Pack observations in chunks of this many frames.
PACKED_FRAMES = 256


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

    @property
    def shot_starts(self) -> Indices:
        """Frames at which another shot begins, without the first one; by jumps of the pose without the pictures."""
        if self.cuts is not None:
            return self.cuts
        return np.flatnonzero(pose_jumps(self.landmarks).large)

    @property
    def landmarks(self) -> list[list[Array]]:
        """Landmarks of the people in each frame, each of shape (33, 2), pixels, x right, y down."""
        return [[person.landmarks for person in frame] for frame in self.sightings]

    @property
    def clues(self) -> Clues:
        """Facts about the detections that decide who is who."""
        size = self.info.width, self.info.height
        starts, beside = self.shot_starts, self.bystanders
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


@dataclass(frozen=True)
class ClipRequest:
    """A clip, its part (seconds), and how to read it.

    ``frame_store`` keeps the frames of the first pass, ``fps`` is the rate of a folder of images. Without a turn,
    pictures in which people lie, or nobody is found, are turned until they stand.
    """

    path: Path
    model: PoseModel
    start: float | None = None
    end: float | None = None
    frame_store: FrameStore | None = None
    rotate: Rotation | None = None
    fps: float | None = None

    @property
    def how_to_open(self) -> dict[str, Any]:
        """Options of `open_video` and `sample_frames`."""
        return {"start_s": self.start, "end_s": self.end, "rotate": self.rotate or 0, "image_fps": self.fps}


def observe_clip(
    clip: ClipRequest, person: str = "largest", progress: Progress | None = None
) -> tuple[ClipObservations, list[TrackedPerson]]:
    """Observe a clip, in further passes where the first does not explain what is seen.

    The passes: a preview of a few frames; all frames, following as many people as the preview shows; where the runner
    is rarely detected, a region of interest around one person; where following one person may have missed the runner,
    all frames with two people.

    Parameters
    ----------
    person
        ``largest`` or a number, as the user chose.
    progress
        Called after every frame; begins at 1 again for a further pass.

    Returns
    -------
    observations : ClipObservations
    people : list of TrackedPerson
        Empty when nobody was detected.
    """
    best = _best_pass(clip, person in ("largest", "1"), progress)
    return replace(best.observations, sha256=sha256_of(clip.path)), best.people


def track_people(observations: ClipObservations) -> list[TrackedPerson]:
    """Return the people of a clip with their view and gait; empty when nobody was detected for long enough."""
    landmarks, times_s, clues = observations.landmarks, observations.times_s, observations.clues
    tracks = link_detections(landmarks, times_s, clues=clues)
    return [describe(track, landmarks, times_s, cuts_s=times_s[clues.shot_starts]) for track in tracks]


def with_pictures(
    observations: ClipObservations, thumbnails: Sequence[Thumbnail], scene: SceneSampler, search: BystanderSearch
) -> ClipObservations:
    """Return the observations of a clip with what was read from its pictures beside the landmarks."""
    beside = search.bystanders()
    jumps = pose_jumps(observations.landmarks, () if beside is None else beside.frames.tolist())
    cuts = find_cuts(thumbnails, jumps.possible, jumps.certain)
    return replace(observations, cuts=cuts, scene=scene.samples(), bystanders=beside)


@dataclass(frozen=True)
class _Pass:
    """One pass over the clip, and the people who were tracked in it."""

    observations: ClipObservations
    people: list[TrackedPerson]

    @property
    def best(self) -> TrackedPerson | None:
        """The person who moves most like a runner."""
        return max(self.people, key=lambda person: person.score, default=None)

    @property
    def share(self) -> float:
        """Share of frames in which the best person was detected or is covered by another."""
        return 0.0 if self.best is None else len(self.best.sighted) / len(self.observations.times_s)

    @property
    def moves(self) -> bool:
        """Whether the best person runs or walks."""
        return self.best is not None and self.best.activity in ("running", "walking")

    @property
    def score(self) -> float:
        """Score of the best person."""
        return 0.0 if self.best is None else self.best.score


def _best_pass(clip: ClipRequest, one: bool, progress: Progress | None) -> _Pass:
    """Run the passes that are needed; ``one``: only one person is wanted, whoever it is."""
    seen = _look(clip)
    people, mirrored = seen.people if one else MAX_PEOPLE, seen.mirrored
    clip = replace(clip, rotate=clip.rotate or seen.turn_deg)
    landmarker = Landmarker(clip.model, people=people, mirrored=mirrored)
    first = _run_pass(clip, landmarker, progress, tee=clip.frame_store)
    if people == 1 and _changes_over(first):
        return _second_pass(clip, first, progress, mirrored=mirrored)
    if one and _rarely_detected(first):
        near = _roi_pass(clip, progress)
        if near is not None and near.score > first.score:
            return near
    if people == 1 and _may_have_missed_runner(first):
        return _second_pass(clip, first, progress, mirrored=mirrored)
    return first


def _second_pass(clip: ClipRequest, first: _Pass, progress: Progress | None, *, mirrored: bool) -> _Pass:
    """Look for two people, and return the more complete pass."""
    # The key frames may have shown a bystander: the person who moves most like a runner decides the mirroring.
    if first.best is not None:
        mirrored = first.best.view.facing == "left"
    landmarker = Landmarker(clip.model, people=PEOPLE_OF_SECOND_PASS, mirrored=mirrored)
    return _more_complete_pass(first, _run_pass(clip, landmarker, progress))


def _roi_pass(clip: ClipRequest, progress: Progress | None) -> _Pass | None:
    """Follow one person through a window that moves with them; None when the search detects nobody."""
    frames = sample_frames(clip.path, ROI_SEARCH_FRAMES, **clip.how_to_open)
    with Landmarker(clip.model, mode="image", masks=False) as landmarker:
        detections = [search_tiles(landmarker, frame.rgb) for frame in frames]
    tallest = tallest_people(detections)
    if not len(tallest):
        return None
    people, moving = count_people([[initial_state(p.landmarks) for p in frame] for frame in detections])
    states = [initial_state(landmarks) for landmarks in tallest]
    start = replace(states[0], height=float(np.median([state.height for state in states])))
    roi_pass = _run_pass(clip, RoiLandmarker(start, clip.model, mirrored=faces_left(tallest)), progress)
    observations = replace(roi_pass.observations, others=people - 1, rivals=max(moving - 1, 0))
    return replace(roi_pass, observations=observations)


def _run_pass(
    clip: ClipRequest,
    landmarker: Landmarker | RoiLandmarker,
    progress: Progress | None,
    tee: FrameStore | None = None,
) -> _Pass:
    with open_video(clip.path, tee=tee, **clip.how_to_open) as video:
        times: list[float] = []
        sightings: list[list[Observation]] = []
        thumbnails: list[Thumbnail] = []
        scene, search = SceneSampler(), BystanderSearch()
        expected = video.frames_expected or 0
        with landmarker, search:
            for frame in video.frames():
                sightings.append([observe(detection, frame.rgb) for detection in landmarker.detect(frame.rgb)])
                thumbnails.append(thumbnail(frame.rgb))
                followed = [person.landmarks for person in sightings[-1]]
                scene.add(len(times), frame.rgb, followed)
                search.add(len(times), frame.time_s, frame.rgb, followed)
                times.append(frame.time_s)
                if len(times) % PACKED_FRAMES == 0:
                    sightings[-PACKED_FRAMES:] = pack_arrays(sightings[-PACKED_FRAMES:])
                if progress is not None:
                    progress(len(times), expected)
        observations = ClipObservations(video.info, video.summary, np.array(times), sightings)
        observations = with_pictures(observations, thumbnails, scene, search)
    return _Pass(observations, track_people(observations))


def _look(clip: ClipRequest) -> Preview:
    """Return what a few key frames show."""
    frames = sample_frames(clip.path, PREVIEW_FRAMES, key_frames_only=True, **clip.how_to_open)
    return preview([frame.rgb for frame in frames], clip.model, may_turn=clip.rotate is None)


def _rarely_detected(first: _Pass) -> bool:
    """Return whether nobody is there for long, or for too few strides and not all of the time."""
    best = first.best
    if best is None or first.share < MIN_DETECTED_SHARE:
        return True
    # A window follows one person only, and would change over to another who covers that one.
    few = best.activity != "standing" and len(best.strides) < FEW_STRIDES and not best.overlapped.size
    return few and first.share < FULLY_DETECTED_SHARE


def _changes_over(first: _Pass) -> bool:
    """Return whether the landmarker seems to change over from one person to another."""
    seen = first.observations
    return may_mix_people(
        seen.landmarks, seen.times_s, seen.clues, max_gap_s=CHANGE_OVER_S, min_frames=IDENTITY.min_frames
    )


def _may_have_missed_runner(first: _Pass) -> bool:
    """Return whether the landmarker, which stays with whom it met first, may have missed the runner."""
    seen = first.observations
    mixed = may_mix_people(seen.landmarks, seen.times_s, seen.clues)
    return mixed or any(p.activity not in ("running", "walking") for p in first.people)


def _more_complete_pass(one: _Pass, two: _Pass) -> _Pass:
    """Choose between a pass that follows one person and one that follows two, which loses people more often."""
    if two.moves > one.moves or len(two.people) > 1:
        return two
    return two if two.moves == one.moves and two.share >= one.share else one
