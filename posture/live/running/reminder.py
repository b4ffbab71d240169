"""Timing of the reminders: when a hollow back is pointed out."""

from __future__ import annotations

from dataclasses import dataclass, replace

from posture.live.running.state import Phase
from posture.live.settings import LIVE


@dataclass(frozen=True)
class ReminderState:
    """Timing of the reminders."""

    # Whether a hollow back is reminded of at once; after a reminder, only after a good while in between.
    armed: bool = True
    good_since_s: float | None = None  # Time since which the back is good.
    last_s: float = -1e9  # Time of the last reminder, seconds.


def update_reminder(reminder: ReminderState, phase: Phase, time_s: float) -> tuple[ReminderState, bool]:
    """Return the next state, and whether to remind now.

    The phase ``hollow_back`` already stands for several strides. After each reminder there is a rest. A hollow back
    that lasts beyond a longer rest is reminded of again; one that returns, only when the back was good in between.
    """
    rested = time_s - reminder.last_s >= LIVE.cue_rest_s
    if phase == "hollow_back":
        reminder = replace(reminder, good_since_s=None)
        if (reminder.armed and rested) or time_s - reminder.last_s >= LIVE.cue_again_s:
            return ReminderState(armed=False, last_s=time_s), True
        return reminder, False
    if phase != "good":
        return replace(reminder, good_since_s=None), False
    since = time_s if reminder.good_since_s is None else reminder.good_since_s
    armed = reminder.armed or time_s - since >= LIVE.cue_good_s
    return replace(reminder, good_since_s=since, armed=armed), False
