"""The runner: chosen over the whole clip among the people seen; steady, moving, largest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from posture.errors import OptionError
from posture.gait.activity import classify
from posture.gait.leg_signals import LegSignals, leg_signals
from posture.gait.strides import Strides, find_strides, no_strides
from posture.language import gettext as _
from posture.language import ngettext
from posture.pose.side_swaps import repair_swaps
from posture.pose.tracking import Track
from posture.pose.view import ViewEstimate, estimate_view
from posture.types import Activity, Array, Indices

# How much each activity counts in the choice; somebody who moves beats a bystander who is larger or seen longer.
ACTIVITY_WEIGHT: dict[Activity, float] = {"running": 4.0, "walking": 3.0, "unknown": 1.0, "standing": 1.0}
# Another with at least this share of the best one's score, seen at the same time and as active, is a rival.
RIVAL_SCORE = 0.5
RIVAL_OVERLAP = 0.3


@dataclass(frozen=True)
class TrackedPerson:
    """One person with their view and gait over the clip.

    Attributes
    ----------
    frames, slots : array of int, shape (N,)
        Frames in which they were seen, and which of its people they are.
    landmarks : array, shape (N, 33, 2)
        Pixels; left/right swaps repaired.
    time_s : array, shape (N,)
    swapped : int
        Frames in which a swap was repaired.
    size_px : float
        Median trunk length.
    view : ViewEstimate
    legs : LegSignals
    strides : Strides
    activity : {"running", "walking", "standing", "unknown"}
    score : float
        Trunk length times the share of frames, times the weight of the activity.
    """

    frames: Indices
    slots: Indices
    landmarks: Array
    time_s: Array
    swapped: int
    size_px: float
    view: ViewEstimate
    legs: LegSignals
    strides: Strides
    activity: Activity
    score: float


@dataclass(frozen=True)
class Choice:
    """The chosen person, and how clear the choice was.

    Attributes
    ----------
    runner : TrackedPerson
    people_seen : int
    rivals : int
        Others who could as well be the runner.
    why : str or None
        Words for the choice; None when only one person was seen.
    """

    runner: TrackedPerson
    people_seen: int
    rivals: int
    why: str | None


def describe(sighted: Track, landmarks: Sequence[Sequence[Array]], times_s: Array) -> TrackedPerson:
    """Read view and gait of one person.

    Parameters
    ----------
    sighted : Track
    landmarks : sequence (frames) of sequence (people) of array, shape (33, 2)
        Pixels.
    times_s : array, shape (F,)
    """
    marks = np.array([landmarks[f][s] for f, s in zip(sighted.frames, sighted.slots, strict=True)])
    time = times_s[sighted.frames]
    marks, swapped = repair_swaps(marks, time, sighted.size_px)
    view = estimate_view(marks)
    legs = leg_signals(marks, time, view.facing)
    strides = find_strides(legs, view.visible_side, times_s)
    activity = classify(legs, strides)
    if activity == "standing":
        # Swaying has a rhythm too, but no strides.
        strides = no_strides(len(time), strides.side)
    share = len(sighted.frames) / len(times_s)
    return TrackedPerson(
        frames=sighted.frames,
        slots=sighted.slots,
        landmarks=marks,
        time_s=time,
        swapped=swapped,
        size_px=sighted.size_px,
        view=view,
        legs=legs,
        strides=strides,
        activity=activity,
        score=sighted.size_px * share * ACTIVITY_WEIGHT[activity],
    )


def choose(movers: Sequence[TrackedPerson], person: str = "largest") -> Choice:
    """Choose the runner, or the person the user names.

    Parameters
    ----------
    movers : sequence of TrackedPerson
        At least one.
    person : str
        ``largest``, or a number: 1 is the best candidate.

    Raises
    ------
    OptionError
        When the number is not one of the people seen.
    """
    ranked = sorted(movers, key=lambda m: -m.score)
    seen = len(ranked)
    if person != "largest":
        if person not in {str(number) for number in range(1, seen + 1)}:
            raise OptionError(
                ngettext(
                    "there is no person {person}: {count} person was seen",
                    "there is no person {person}: {count} people were seen",
                    seen,
                ).format(person=person, count=seen),
                where="--person",
                advice=_("Use largest or 1.")
                if seen == 1
                else _("Use largest or a number from 1 to {count}.").format(count=seen),
            )
        why = _("person {person} of {count}, as asked").format(person=person, count=seen)
        return Choice(ranked[int(person) - 1], seen, 0, why)
    best = ranked[0]
    rivals = sum(_rivals(best, other) for other in ranked[1:])
    return Choice(best, seen, rivals, None if seen == 1 else _why(best.activity, seen))


def _why(activity: Activity, people: int) -> str:
    if activity == "running":
        text = _("the largest steadily running of {count} people")
    elif activity == "walking":
        text = _("the largest steadily walking of {count} people")
    else:
        text = _("the largest steadily seen of {count} people")
    return text.format(count=people)


def _rivals(best: TrackedPerson, other: TrackedPerson) -> bool:
    both = np.intersect1d(best.frames, other.frames).size
    overlap = both / max(1, min(best.frames.size, other.frames.size))
    return (
        other.activity == best.activity
        and other.score >= RIVAL_SCORE * best.score
        and overlap >= RIVAL_OVERLAP
    )
