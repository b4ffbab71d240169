"""When to remind: a hollow back that is held, once, and again only after a while; silent when unsure. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace

from posture.live.running.state import Phase
from posture.live.settings import LIVE


@dataclass(frozen=True)
class ReminderState:
    """What was said so far.

    Attributes
    ----------
    armed : bool
        Whether a hollow back is said as soon as it is seen; after a reminder, only when it was gone or held on.
    good_since_s : float or None
        Since when the back is good.
    last_s : float
        Time of the last reminder, seconds.
    """

    armed: bool = True
    good_since_s: float | None = None
    last_s: float = -1e9


def update_reminder(cue: ReminderState, phase: Phase, time_s: float) -> tuple[ReminderState, bool]:
    """Return the cue after the strides were judged once more, and whether to remind now.

    The phase ``hollow_back`` already means that it was held over several strides. A reminder is followed by a time of
    rest, whatever happens; a hollow back that is still held after that is reminded of again, and one that comes back
    is only when the back was good for a while in between.

    Parameters
    ----------
    cue : Cue
    phase : Phase
    time_s : float
    """
    rested = time_s - cue.last_s >= LIVE.cue_rest_s
    if phase == "hollow_back":
        cue = replace(cue, good_since_s=None)
        if (cue.armed and rested) or time_s - cue.last_s >= LIVE.cue_again_s:
            return ReminderState(armed=False, last_s=time_s), True
        return cue, False
    if phase != "good":
        return replace(cue, good_since_s=None), False
    since = time_s if cue.good_since_s is None else cue.good_since_s
    armed = cue.armed or time_s - since >= LIVE.cue_good_s
    return replace(cue, good_since_s=since, armed=armed), False
