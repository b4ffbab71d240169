"""The runner: view and gait of each tracked person, and the choice among them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt

from posture.contour.observation import FACINGS
from posture.errors import OptionError
from posture.gait.activity import MIN_STRIDES, classify
from posture.gait.leg_signals import LegSignals, leg_signals
from posture.gait.strides import Strides, find_strides, no_strides
from posture.gait.view_course import ViewSpan, select_side_view
from posture.language import gettext as _
from posture.language import gettext_noop, ngettext
from posture.pose.appearance import Appearance
from posture.pose.landmarks import HIPS, SHOULDERS
from posture.pose.side_swaps import repair_swaps
from posture.pose.tracking import Track
from posture.pose.tracklets import known_difference
from posture.pose.view import ViewEstimate, estimate_view
from posture.thresholds import GATES, IDENTITY
from posture.types import Activity, Array, Indices

# Weight of each activity in the score: a moving person beats a larger or longer visible bystander.
ACTIVITY_WEIGHT: dict[Activity, float] = {"running": 4.0, "walking": 3.0, "unknown": 1.0, "standing": 1.0}
# After a longer gap, seconds, the strides begin afresh: nothing is known of the rhythm in between.
MAX_GAP_S = 1.0
# A rival has at least this share of the best score, the same activity, and this share of frames in common.
RIVAL_SCORE = 0.5
RIVAL_OVERLAP = 0.3
# Others of at least this share of the runner's size are named.
OTHER_SIZE = 0.5
# Who is chosen by a place is followed within so many seconds of its time, the middle of the trunk within so many trunk
# lengths: those who run side by side are further apart, and a stride moves the trunk less.
MAX_TIME_AWAY_S, MAX_PLACE_AWAY_L = 0.5, 1.5
_PLACE = re.compile(r"([01]\.\d+),([01]\.\d+)@(\d+(?:\.\d+)?)", re.ASCII)
# Reasons for a choice.
_WHY: dict[Activity, str] = {
    "running": gettext_noop("the largest of {count} people who run steadily"),
    "walking": gettext_noop("the largest of {count} people who walk steadily"),
}
_ONLY: dict[Activity, str] = {
    "running": gettext_noop("the only one of {count} people who runs"),
    "walking": gettext_noop("the only one of {count} people who walks"),
}
_SEEN = gettext_noop("the largest of {count} people who are seen steadily")
_NEWEST = gettext_noop("the last of {count} people to run or walk")


@dataclass(frozen=True)
class TrackedPerson:
    """A person with their view and gait over the clip."""

    frames: Indices  # Shape (N,). Indices of the frames, as in `Track`.
    slots: Indices  # Shape (N,). Index of the person among the detections of each, as in `Track`.
    landmarks: Array  # Shape (N, 33, 2). Pixels, left/right swaps repaired.
    time_s: Array  # Shape (N,). Seconds.
    swapped: int  # Number of frames with a repaired swap.
    size_px: float  # Median trunk length, pixels.
    view: ViewEstimate
    legs: LegSignals
    strides: Strides
    activity: Activity
    score: float  # Trunk length times share of frames times weight of the activity.
    overlapped: Indices = field(default_factory=lambda: np.zeros(0, dtype=np.intp))  # As in `Track`.
    is_hidden: bool = False  # As in `Track`.
    appearance: Appearance | None = None  # As in `Track`.
    # Shape (K,). Indices of frames of other shots, which do not show the person from the same side.
    other_side: Indices = field(default_factory=lambda: np.zeros(0, dtype=np.intp))
    # Spans of the clip by view; strides that are not seen from the side are left out. Empty without strides.
    views: tuple[ViewSpan, ...] = ()
    # Shape (K,). Indices of further frames, in which the person stands still before or after the run.
    standing: Indices = field(default_factory=lambda: np.zeros(0, dtype=np.intp))

    @property
    def sighted(self) -> Indices:
        """All frames with the person, those in which they stand or others overlap them too, ascending."""
        return np.union1d(np.union1d(self.frames, self.standing), self.overlapped)


@dataclass(frozen=True)
class PersonPlace:
    """Place by which a user points at a person in a still.

    Attributes
    ----------
    x, y
        Middle of the trunk, shares of the picture's width and height from its upper left corner, 0..1.
    time_s
        Seconds after the clip's first frame.
    """

    x: float
    y: float
    time_s: float

    def __str__(self) -> str:
        return f"{self.x:.4f},{self.y:.4f}@{self.time_s:.3f}"


def read_place(person: str) -> PersonPlace | None:
    """Return the place that a text such as ``0.4200,0.5500@3.200`` names; None for any other text."""
    numbers = _PLACE.fullmatch(person)
    if numbers is None:
        return None
    place = PersonPlace(*(float(number) for number in numbers.groups()))
    return place if max(place.x, place.y) <= 1.0 else None


@dataclass(frozen=True)
class Choice:
    """The chosen person and the ambiguity of the choice."""

    runner: TrackedPerson
    people_seen: int
    rivals: int  # Number of others who could be the runner as well, and cannot be distinguished for sure.
    why: str | None  # Reason for the choice, for the user; None with one person only.
    # The others who move and are not small, and can be distinguished; best first.
    others: tuple[TrackedPerson, ...] = ()


def describe(
    track: Track, landmarks: Sequence[Sequence[Array]], times_s: Array, *, cuts_s: Sequence[float] | Array = ()
) -> TrackedPerson:
    """Estimate view and gait of one person.

    Parameters
    ----------
    landmarks : sequence (frames) of sequence (people) of shape (33, 2)
        Pixels.
    times_s : shape (F,)
        Times of all frames, seconds.
    cuts_s
        Times of the first frames after cuts, seconds.
    """
    marks = np.array([landmarks[f][s] for f, s in zip(track.frames, track.slots, strict=True)])
    shots = np.searchsorted(np.asarray(cuts_s, dtype=np.float64), times_s[track.frames], side="right")
    used = _shots_from_one_side(marks, shots)
    sighted, marks = track.frames, marks[used]
    track = replace(track, frames=sighted[used], slots=track.slots[used])
    time = times_s[track.frames]
    marks, swapped = repair_swaps(marks, time, track.size_px)
    view = estimate_view(marks)
    legs = leg_signals(marks, time, view.facing)
    returns_s = time[1:][np.diff(time) > MAX_GAP_S]
    strides = find_strides(legs, view.visible_side, times_s, cuts_s=sorted({*map(float, cuts_s), *returns_s.tolist()}))
    strides, view, views = select_side_view(marks, time, strides, view)
    activity = classify(legs, strides)
    if activity == "standing":
        # Swaying is periodic too, but has no strides.
        strides = no_strides(len(time), strides.side)
    share = len(track.frames) / len(times_s)
    # A person who strides, running or walking, is no bystander.
    role: Activity = "walking" if activity == "unknown" and strides.in_all >= MIN_STRIDES else activity
    return TrackedPerson(
        frames=track.frames,
        slots=track.slots,
        landmarks=marks,
        time_s=time,
        swapped=swapped,
        size_px=track.size_px,
        view=view,
        legs=legs,
        strides=strides,
        activity=activity,
        score=track.size_px * share * ACTIVITY_WEIGHT[role],
        overlapped=track.overlapped,
        is_hidden=track.is_hidden,
        appearance=track.appearance,
        other_side=sighted[~used],
        views=views,
    )


def _shots_from_one_side(landmarks: Array, shots: Indices) -> npt.NDArray[np.bool_]:
    """Return the frames of the shots that show a person from one side, shape (N,); all where no shot does.

    Parameters
    ----------
    landmarks : shape (N, 33, 2)
        Pixels.
    shots : shape (N,)
        Shot of each frame.
    """
    everything = np.ones(len(shots), dtype=np.bool_)
    numbers = np.unique(shots)
    if len(numbers) < 2:
        return everything
    frames_by_facing = {facing: np.zeros(len(shots), dtype=np.bool_) for facing in FACINGS}
    for shot in numbers:
        own = shots == shot
        view = estimate_view(landmarks[own])
        if view.facing_share >= GATES.min_facing_share and abs(view.yaw_deg) <= GATES.max_yaw_deg:
            frames_by_facing[view.facing] |= own
    most = max(frames_by_facing.values(), key=np.count_nonzero)
    return most if most.any() else everything


def rank(people: Sequence[TrackedPerson]) -> list[TrackedPerson]:
    """Return the people in the order of their numbers for the user: the highest score is number 1."""
    return sorted(people, key=lambda p: -p.score)


def choose(people: Sequence[TrackedPerson], person: str = "largest", size_px: tuple[int, int] | None = None) -> Choice:
    """Choose the runner, or the person that the user requests.

    Parameters
    ----------
    people
        At least one.
    person
        ``largest``; ``newest``, the last who strides; a rank: 1 is the highest score; or a `PersonPlace` as text.
    size_px
        Width and height of the pictures, which a place needs.

    Raises
    ------
    OptionError
        When there is no person of that rank, or nobody at that place.
    """
    ranked = rank(people)
    count = len(ranked)
    if size_px is not None and (place := read_place(person)) is not None:
        person = str(_rank_at(ranked, place, size_px))
    if person == "newest":
        ranked = _newest_first(ranked)
    elif person != "largest":
        if person not in {str(number) for number in range(1, count + 1)}:
            raise OptionError(
                ngettext(
                    "there is no person {person}: {count} person was seen",
                    "there is no person {person}: {count} people were seen",
                    count,
                ).format(person=person, count=count),
                where="--person",
                advice=_("Use largest or 1.")
                if count == 1
                else _("Use largest or a number from 1 to {count}.").format(count=count),
            )
        why = _("person {person} of {count}, as asked").format(person=person, count=count)
        return Choice(ranked[int(person) - 1], count, 0, why)
    best = ranked[0]
    rivals = sum(_is_rival(best, other) for other in ranked[1:])
    others = tuple(other for other in ranked[1:] if not _is_rival(best, other) and _may_be_meant(best, other))
    return Choice(best, count, rivals, None if count == 1 else _reason(best, ranked, person), others)


def _reason(best: TrackedPerson, people: Sequence[TrackedPerson], person: str) -> str:
    """Return the reason for a choice among several people, for the user."""
    is_newest = person == "newest" and len(best.strides) >= GATES.min_strides
    same = sum(len(one.strides) > 0 if is_newest else one.activity == best.activity for one in people)
    if same == 1 and best.activity in _ONLY:
        return _(_ONLY[best.activity]).format(count=len(people))
    if is_newest or best.activity in _WHY:
        return _(_NEWEST if is_newest else _WHY[best.activity]).format(count=same)
    return _(_SEEN).format(count=len(people))


def _rank_at(ranked: Sequence[TrackedPerson], place: PersonPlace, size_px: tuple[int, int]) -> int:
    """Return the rank of the person nearest to a place; raise `OptionError` when nobody is near."""
    distances = [_distance_l(person, place, size_px) for person in ranked]
    nearest = int(np.argmin(distances))
    if distances[nearest] > MAX_PLACE_AWAY_L:
        raise OptionError(
            _("the person who was chosen in the picture could not be followed"),
            where="--person",
            advice=_("Choose another person, or let posture choose."),
        )
    return nearest + 1


def _distance_l(person: TrackedPerson, place: PersonPlace, size_px: tuple[int, int]) -> float:
    """Return how far the middle of a person's trunk is from a place, trunk lengths; infinite at another time."""
    away_s = np.abs(person.time_s - place.time_s)
    at = int(np.argmin(away_s))
    if away_s[at] > MAX_TIME_AWAY_S:
        return np.inf
    trunk = person.landmarks[at, [*SHOULDERS, *HIPS]].mean(axis=0)
    return float(np.linalg.norm(trunk - np.multiply((place.x, place.y), size_px)) / person.size_px)


def _newest_first(ranked: Sequence[TrackedPerson]) -> list[TrackedPerson]:
    """Return the people with the last who strides first; in their order where nobody strides enough to be measured."""
    striding = [person for person in ranked if len(person.strides) >= GATES.min_strides]
    if not striding:
        return list(ranked)
    newest = max(striding, key=lambda person: person.sighted[-1])
    return [newest, *(person for person in ranked if person is not newest)]


def _is_rival(best: TrackedPerson, other: TrackedPerson) -> bool:
    both = np.intersect1d(best.sighted, other.sighted).size
    overlap = both / max(1, min(best.sighted.size, other.sighted.size))
    alike = other.activity == best.activity and other.score >= RIVAL_SCORE * best.score
    return alike and overlap >= RIVAL_OVERLAP and not _looks_different(best, other)


def _looks_different(one: TrackedPerson, other: TrackedPerson) -> bool:
    difference = known_difference(one.appearance, other.appearance)
    return difference is not None and difference > IDENTITY.max_difference


def _may_be_meant(best: TrackedPerson, other: TrackedPerson) -> bool:
    return other.activity != "standing" and other.size_px >= OTHER_SIZE * best.size_px
