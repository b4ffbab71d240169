"""Link the detections of successive frames to tracks, one per person.

Tracklets of one person are joined across long gaps, cuts of the film and changes of the light; frames in which people
overlap are kept apart.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from posture.pose.appearance import Appearance, mean_appearance
from posture.pose.candidates import NO_CLUES, Candidate, Clues, candidates_of, trunk_length
from posture.pose.overlaps import Sightings, overlapped_frames, passed_frames, without_own
from posture.pose.tracklets import MAX_GAP_S, grow_tracklets, known_difference, reach_l
from posture.thresholds import IDENTITY
from posture.types import Array, Indices

# A track shorter than this share of the longest is noise.
MIN_TRACK_SHARE = 0.1
# Around a sudden change of appearance nobody else is seen for so long, seconds: then the light has changed.
ALONE_S = 1.0


@dataclass(frozen=True)
class Track:
    """Detections of one person over the clip."""

    frames: Indices  # Shape (N,). Indices of the frames with the person.
    slots: Indices  # Shape (N,). Index of the person among the detections of the frame.
    size_px: float  # Median trunk length, pixels.
    # Shape (M,). Indices of further frames, in which another person covers this one's trunk or is close behind it; the
    # person need not be detected in them.
    overlapped: Indices = field(default_factory=lambda: np.zeros(0, dtype=np.intp))
    is_hidden: bool = False  # Whether that is so nearly all of the time; then ``frames`` holds those frames as well.
    appearance: Appearance | None = None  # Mean over the frames; None when unknown.

    @property
    def sighted(self) -> Indices:
        """All frames with the person, those in which others overlap them too, ascending."""
        return np.union1d(self.frames, self.overlapped)


def link_detections(
    landmarks: Sequence[Sequence[Array]], times_s: Array, *, clues: Clues = NO_CLUES, join: bool = True
) -> tuple[Track, ...]:
    """Link the detections of successive frames.

    Parameters
    ----------
    landmarks : sequence (frames) of sequence (people) of shape (33, 2)
        Pixels.
    times_s : shape (F,)
        Seconds.
    join
        Join the parts before and after a long gap or a cut where they show the same person by size and appearance;
        where the appearance is unknown, by size and when there is never a second person.

    Returns
    -------
    tuple of Track
        Longest first.

    Examples
    --------
    >>> here = np.zeros((33, 2))
    >>> here[[11, 12], 1] = -100.0  # shoulders 100 pixels above the hips
    >>> [track.frames.tolist() for track in link_detections([[here], [], [here + 5.0]], np.array([0.0, 0.1, 0.2]))]
    [[0, 2]]
    """
    frames = candidates_of(landmarks, times_s, clues)
    people = [_Person.of(tracklet.detections) for tracklet in grow_tracklets(frames, clues.shot_starts)]
    if join:
        people = _join(people, frames, clues)
    # A passer-by is seen beside the runner at some time; without that, a short track is the runner, badly detected.
    has_company = bool(clues.bystanders) or any(len(detected) > 1 for detected in landmarks)
    if join and not has_company:
        people = _merge_turns(people)
    longest = max((len(person.detections) for person in people), default=0)
    lasting = [person for person in people if len(person.detections) >= max(1, MIN_TRACK_SHARE * longest)]
    lasting.sort(key=lambda person: -len(person.detections))
    sightings = {
        id(p): p.sightings for p in people if p in lasting or (has_company and len(p.detections) >= IDENTITY.min_frames)
    }
    shots = clues.shot_of(np.arange(len(landmarks)))
    alone = np.array([len(detected) < 2 for detected in landmarks])
    tracks = []
    for person in lasting:
        others = [seen for key, seen in sightings.items() if key != id(person)]
        overlapped = overlapped_frames(person.sightings, others, times_s, shots)
        for seen in clues.bystanders:
            bystander = without_own(person.sightings, seen)
            if bystander is not None:
                overlapped = np.union1d(overlapped, passed_frames(person.sightings, bystander, times_s, shots, alone))
        tracks.append(_track_of(person, overlapped))
    return tuple(tracks)


def may_mix_people(
    landmarks: Sequence[Sequence[Array]],
    times_s: Array,
    clues: Clues,
    *,
    max_gap_s: float = np.inf,
    min_frames: int = 1,
) -> bool:
    """Return whether detections of one person at a time may be of several: within a shot, they do not go on.

    A landmarker that looks for one person may change over to another who passes: then place, size or appearance jump.

    Parameters
    ----------
    max_gap_s
        Longest time without a detection in between, seconds: after a longer one the person may have moved on.
    min_frames
        Shorter tracks do not count.
    """
    tracks = [
        track
        for track in link_detections(landmarks, times_s, clues=clues, join=False)
        if len(track.sighted) >= min_frames
    ]
    for one in tracks:
        for other in tracks:
            gap_s = times_s[other.sighted[0]] - times_s[one.sighted[-1]]
            shots = np.intersect1d(clues.shot_of(one.sighted), clues.shot_of(other.sighted))
            if other is not one and len(shots) and gap_s <= max_gap_s and one.sighted[0] <= other.sighted[0]:
                return True
    return False


def presence_share(frames: Indices, shots: Indices) -> float:
    """Return the share of frames with a person between the first and the last of them in each shot.

    Parameters
    ----------
    frames : shape (N,)
        Frames with the person, at least one.
    shots : shape (N,)
        Shot of each.

    Examples
    --------
    >>> presence_share(np.array([3, 4, 6, 50, 51]), np.array([0, 0, 0, 1, 1]))
    0.8333333333333334
    """
    spans = [int(np.ptp(frames[shots == shot])) + 1 for shot in np.unique(shots)]
    return len(frames) / sum(spans)


@dataclass(frozen=True, eq=False)
class _Person:
    """Detections of one person in order of time, the median trunk length (pixels), and the mean appearance."""

    detections: list[Candidate]
    size: float
    appearance: Appearance | None

    @classmethod
    def of(cls, detections: list[Candidate]) -> _Person:
        looks = [d.appearance for d in detections if d.appearance is not None]
        appearance = mean_appearance(np.stack(looks)) if looks else None
        return cls(detections, _median_size(detections), appearance)

    @property
    def frames(self) -> Indices:
        return np.array([d.frame for d in self.detections], dtype=np.intp)

    @property
    def sightings(self) -> Sightings:
        return Sightings(self.frames, np.stack([d.landmarks for d in self.detections]))

    def joined(self, later: _Person) -> _Person:
        detections = sorted([*self.detections, *later.detections], key=lambda detection: detection.frame)
        looks = [(p.appearance, len(p.detections)) for p in (self, later) if p.appearance is not None]
        appearance = None
        if looks:
            appearance = mean_appearance(np.stack([a for a, _ in looks]), np.array([n for _, n in looks]))
        return _Person(detections, _median_size(detections), appearance)


def _median_size(detections: Sequence[Candidate]) -> float:
    return float(np.median([trunk_length(d.landmarks) for d in detections]))


def _track_of(person: _Person, overlapped: Indices) -> Track:
    frames, slots = person.frames, np.array([d.slot for d in person.detections], dtype=np.intp)
    clear = ~np.isin(frames, overlapped)
    is_hidden = bool(clear.mean() < IDENTITY.min_clear_share)
    clear |= is_hidden
    return Track(
        frames=frames[clear],
        slots=slots[clear],
        size_px=person.size,
        overlapped=overlapped,
        is_hidden=is_hidden,
        appearance=person.appearance,
    )


def _join(people: Sequence[_Person], frames: Sequence[Sequence[Candidate]], clues: Clues) -> list[_Person]:
    """Join the parts of the same person, in order of time."""
    never_two = all(len(detections) < 2 for detections in frames)
    crowded_s = np.array([detections[0].time_s for detections in frames if len(detections) > 1])
    joined: list[_Person] = []
    for later in sorted(people, key=lambda person: person.detections[0].frame):
        costs = [_joining_cost(person, later, clues, crowded_s, never_two=never_two) for person in joined]
        if costs and min(costs) < np.inf:
            own = int(np.argmin(costs))
            joined[own] = joined[own].joined(later)
        else:
            joined.append(later)
    return joined


def _merge_turns(people: Sequence[_Person]) -> list[_Person]:
    """Merge those who take turns at one place: one person, whose colours flicker."""
    merged: list[_Person] = []
    for person in sorted(people, key=lambda person: -len(person.detections)):
        for place, longer in enumerate(merged):
            if _takes_turns(longer, person):
                merged[place] = longer.joined(person)
                break
        else:
            merged.append(person)
    return merged


def _takes_turns(longer: _Person, other: _Person) -> bool:
    """Return whether one person is seen in the place of another, and more often, between the other's sightings.

    All along the clip: a landmarker that changes over to another person comes back once, if at all.
    """
    own, frames = longer.sightings, other.frames
    between = (own.frames > frames[0]) & (own.frames < frames[-1])
    all_along = np.ptp(frames) > 0.5 * np.ptp(own.frames)
    if not all_along or np.isin(frames, own.frames).any() or between.sum() <= len(frames):
        return False
    away = without_own(own, other.sightings)
    return away is None or len(away.frames) < 0.5 * len(frames)


def _joining_cost(person: _Person, later: _Person, clues: Clues, crowded_s: Array, *, never_two: bool) -> float:
    """Return the difference between two parts in appearance; infinite when they are not the same person's."""
    end, start = person.detections[-1], later.detections[0]
    larger, smaller = max(person.size, later.size), min(person.size, later.size)
    if end.frame >= start.frame or larger > IDENTITY.max_size_ratio * smaller:
        return np.inf
    difference = known_difference(person.appearance, later.appearance)
    if difference is None:
        return 0.0 if never_two else np.inf
    same_shot = clues.shot_of(end.frame) == clues.shot_of(start.frame)
    if difference <= IDENTITY.max_difference or (same_shot and _goes_on(end, start, crowded_s)):
        return difference
    return np.inf


def _goes_on(end: Candidate, start: Candidate, crowded_s: Array) -> bool:
    """Return whether a person goes on at the same place, nobody else is there, and only the light changes by and by.

    Where the colours change from one frame to the next, another person has come.
    """
    elapsed_s = start.time_s - end.time_s
    near = np.hypot(*(start.hips - end.hips)) <= reach_l(elapsed_s) * end.length
    alone = not ((crowded_s > end.time_s - ALONE_S) & (crowded_s < start.time_s + ALONE_S)).any()
    sudden = (known_difference(end.appearance, start.appearance) or 0.0) > IDENTITY.max_difference
    return bool(elapsed_s <= MAX_GAP_S and near and alone and not sudden)
