"""Watches a clip: every frame through the landmarker, what is seen kept small, and who moves how.

The rooms video, pose, contour (its edges) and gait, joined; nothing is measured here yet.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from posture.contour.observation import FACINGS, Observation, observe, pack_arrays
from posture.gait.subject import TrackedPerson, describe
from posture.pose.landmarker import Landmarker, PoseDetection
from posture.pose.landmarks import MIRRORED
from posture.pose.roi import RoiLandmarker, count_people, initial_state, search_tiles
from posture.pose.tracking import link_detections
from posture.pose.view import estimate_view
from posture.thresholds import GATES
from posture.types import Array, PoseModel, Progress
from posture.video import FrameStore, ReadSummary, VideoInfo, open_video, sample_frames, sha256_of

# A first look at a few frames tells how many people the landmarker must follow (looking for more costs time).
LOOK_FRAMES = 6
MOST_PEOPLE = 3
# A landmarker that looks for more people than there are searches every frame anew, and more often loses those it has
# (a real clip with two walkers: one is followed in 109 frames of 230 instead of 88).
SECOND_LOOK_PEOPLE = 2
# Who is seen in fewer of the frames is looked for once more from near; so is somebody who is not seen in all of them
# and for too few strides. All of 17 rendered runners who cross a wide picture, or are small in a panned one, and who
# were found in 53 to 90 % of the frames, for at most four strides, are then found in every frame.
SELDOM, ALWAYS = 0.5, 0.98
# A clip of somebody who crosses the picture is short and often has a single key frame.
NEAR_LOOK_FRAMES = 8
# So many frames' sightings are put together at a time.
PACKED_FRAMES = 256


@dataclass(frozen=True)
class ClipObservations:
    """What was seen of a clip.

    Attributes
    ----------
    info : VideoInfo
    summary : ReadSummary
    times_s : array, shape (F,)
        Seconds after the clip's first frame.
    sightings : list (frames) of list (people) of Observation
    sha256 : str or None
        Hash of the file; None for a folder of images.
    others, rivals : int
        People beside the one whom a closer look follows, and how many of them get on in the picture as well.
    """

    info: VideoInfo
    summary: ReadSummary
    times_s: Array
    sightings: list[list[Observation]]
    sha256: str | None = None
    others: int = 0
    rivals: int = 0

    def edges_of(self, mover: TrackedPerson) -> Array:
        """Return the mask's edge behind a person in each of their frames, shape (N, len(T_GRID)), trunk lengths.

        In single precision, as it is kept.
        """
        row = FACINGS.index(mover.view.facing)
        places = zip(mover.frames, mover.slots, strict=True)
        return np.array([self.sightings[f][s].edges[row] for f, s in places])

    def visibility_of(self, mover: TrackedPerson) -> Array:
        """Return how surely each of a person's landmarks is seen, 0..1, shape (N, 33).

        Where a swap of left and right was repaired, the visibility goes with the landmark.
        """
        seen = [self.sightings[f][s] for f, s in zip(mover.frames, mover.slots, strict=True)]
        own = np.array([one.visibility for one in seen], dtype=np.float64)
        moved = (mover.landmarks != np.array([one.landmarks for one in seen])).any(axis=-1)
        return np.where(moved, own[:, list(MIRRORED)], own)


@dataclass(frozen=True)
class Clip:
    """Which clip is watched, which part of it, and with which pose model."""

    path: Path
    model: PoseModel
    start: float | None
    end: float | None


def observe_clip(
    clip: Clip, person: str, progress: Progress | None, spool: FrameStore | None = None
) -> tuple[ClipObservations, list[TrackedPerson]]:
    """Watch the clip, and once more where one look does not explain what is seen.

    Somebody who is hardly ever found is looked for from near; several people are followed where there is not one only.

    Parameters
    ----------
    clip : Clip
    person : str
        ``largest`` or a number, as the user chose.
    progress : callable or None
        Called with (frames done, expected frames or 0) after every frame; begins at 1 again for a further pass.
    spool : FrameStore, optional
        Keeps the pictures of the first pass.

    Returns
    -------
    ClipObservations
    list of TrackedPerson
        The people seen; empty when there were none.
    """
    found = _follow(clip, person in ("largest", "1"), progress, spool)
    return replace(found.watched, sha256=sha256_of(clip.path)), found.movers


def track_people(watched: ClipObservations) -> list[TrackedPerson]:
    """Return the people of a clip with their view and gait; empty when nobody was seen for long enough."""
    landmarks = _landmarks(watched)
    return [describe(p, landmarks, watched.times_s) for p in link_detections(landmarks, watched.times_s)]


@dataclass(frozen=True)
class _Pass:
    """One pass over the clip, and who was seen."""

    watched: ClipObservations
    movers: list[TrackedPerson]

    @property
    def best(self) -> TrackedPerson | None:
        """The one who moves most like a runner."""
        return max(self.movers, key=lambda m: m.score, default=None)

    @property
    def share(self) -> float:
        """The share of frames in which the best was seen."""
        return 0.0 if self.best is None else len(self.best.frames) / len(self.watched.times_s)

    @property
    def moves(self) -> bool:
        """Whether the best runs or walks."""
        return self.best is not None and self.best.activity in ("running", "walking")

    @property
    def score(self) -> float:
        return 0.0 if self.best is None else self.best.score


def _follow(clip: Clip, one: bool, progress: Progress | None, spool: FrameStore | None) -> _Pass:
    """Watch the clip as often as needed; ``one``: a single person is wanted, whoever it is."""
    look = _look(clip)
    people = look.people if one else MOST_PEOPLE
    found = _watch(clip, Landmarker(clip.model, people=people, mirrored=look.mirrored), progress, spool)
    if one and _seldom(found):
        near = _watch_near(clip, progress)
        if near is not None and near.score > found.score:
            return near
    if people == 1 and _doubtful(found):
        # The key frames may have shown somebody else: the one who moves most like a runner decides how it is seen.
        mirrored = look.mirrored if found.best is None else found.best.view.facing == "left"
        second = _watch(clip, Landmarker(clip.model, people=SECOND_LOOK_PEOPLE, mirrored=mirrored), progress)
        return _fuller(found, second)
    return found


def _fuller(one: _Pass, two: _Pass) -> _Pass:
    """Choose between a pass that follows one person and one that follows two, which loses people more often."""
    if two.moves > one.moves or len(two.movers) > 1:
        return two
    return two if two.moves == one.moves and two.share >= one.share else one


def _watch_near(clip: Clip, progress: Progress | None) -> _Pass | None:
    """Watch one person through a window that moves with them; None when a closer look shows nobody."""
    frames = sample_frames(clip.path, NEAR_LOOK_FRAMES, start_s=clip.start, end_s=clip.end)
    with Landmarker(clip.model, mode="image", masks=False) as landmarker:
        seen = [search_tiles(landmarker, frame.rgb) for frame in frames]
    tallest = _tallest(seen)
    if not len(tallest):
        return None
    people, moving = count_people([[initial_state(person.landmarks) for person in look] for look in seen])
    ways = [initial_state(landmarks) for landmarks in tallest]
    start = replace(ways[0], height=float(np.median([way.height for way in ways])))
    found = _watch(clip, RoiLandmarker(start, clip.model, mirrored=_faces_left(tallest)), progress)
    watched = replace(found.watched, others=people - 1, rivals=max(moving - 1, 0))
    return replace(found, watched=watched)


def _watch(
    clip: Clip, eyes: Landmarker | RoiLandmarker, progress: Progress | None, spool: FrameStore | None = None
) -> _Pass:
    with open_video(clip.path, start_s=clip.start, end_s=clip.end, tee=spool) as video:
        times: list[float] = []
        sightings: list[list[Observation]] = []
        expected = video.frames_expected or 0
        with eyes:
            for frame in video.frames():
                sightings.append([observe(p) for p in eyes.detect(frame.rgb)])
                times.append(frame.time_s)
                if len(times) % PACKED_FRAMES == 0:
                    sightings[-PACKED_FRAMES:] = pack_arrays(sightings[-PACKED_FRAMES:])
                if progress is not None:
                    progress(len(times), expected)
        watched = ClipObservations(video.info, video.summary, np.array(times), sightings)
    return _Pass(watched, track_people(watched))


@dataclass(frozen=True)
class _Look:
    people: int
    mirrored: bool


def _look(clip: Clip) -> _Look:
    """Look at a few key frames: how many people there are, and whether the largest faces left."""
    frames = sample_frames(clip.path, LOOK_FRAMES, start_s=clip.start, end_s=clip.end, key_frames_only=True)
    with Landmarker(clip.model, people=MOST_PEOPLE, mode="image", masks=False) as landmarker:
        seen = [landmarker.detect(frame.rgb) for frame in frames]
    return _Look(
        people=max((len(people) for people in seen), default=1) or 1,
        mirrored=_faces_left(_tallest(seen)),
    )


def _tallest(seen: Sequence[Sequence[PoseDetection]]) -> Array:
    """Return the landmarks of the tallest person of each frame in which there is one, shape (N, 33, 2)."""
    tallest = [max(people, key=lambda p: np.ptp(p.landmarks[:, 1])).landmarks for people in seen if people]
    return np.array(tallest).reshape(-1, 33, 2)


def _faces_left(landmarks: Array) -> bool:
    return len(landmarks) > 0 and estimate_view(landmarks).facing == "left"


def _landmarks(watched: ClipObservations) -> list[list[Array]]:
    return [[s.landmarks for s in people] for people in watched.sightings]


def _seldom(found: _Pass) -> bool:
    """Tell whether a closer look is due: nobody is there for long, or for too few strides and not all of the time."""
    best = found.best
    if best is None or found.share < SELDOM:
        return True
    few = best.activity != "standing" and len(best.strides) < GATES.min_strides
    return few and found.share < ALWAYS


def _doubtful(found: _Pass) -> bool:
    """Tell whether following one person may have missed the runner.

    A landmarker that follows one person stays with whoever it met first, and jumps to another when it loses them.
    """
    apart = link_detections(_landmarks(found.watched), found.watched.times_s, join=False)
    return len(apart) > 1 or any(m.activity not in ("running", "walking") for m in found.movers)
