"""What is said, and when: at most one thing at a time, only when it lasts, and not again at once. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from posture.coach.criteria import Hint
from posture.coach.settings import COACH


@dataclass(frozen=True)
class HintState:
    """What is shown and was said.

    Attributes
    ----------
    shown : Hint or None
        What is on the screen.
    absent_since_s : float or None
        Since when what is shown is no longer found.
    wanted : Hint or None
        What would be shown next, if it lasts.
    wanted_since_s : float
        Since when it is found.
    said_s : float
        When something was said last, seconds.
    """

    shown: Hint | None = None
    absent_since_s: float | None = None
    wanted: Hint | None = None
    wanted_since_s: float = 0.0
    said_s: float = -1e9


def update_hint(speech: HintState, hints: Sequence[Hint], time_s: float) -> tuple[HintState, Hint | None]:
    """Return the speech after one more look, and what to say aloud now.

    Parameters
    ----------
    speech : Speech
    hints : sequence of Hint
        What could be better now, the most important first; empty when all is well and when nothing can be told.
    time_s : float
    """
    speech = _kept(speech, hints, time_s)
    if speech.shown is not None:
        return speech, None
    first = hints[0] if hints else None
    if first != speech.wanted:
        return replace(speech, wanted=first, wanted_since_s=time_s), None
    lasts = time_s - speech.wanted_since_s >= COACH.hint_after_s
    rested = time_s - speech.said_s >= COACH.hint_rest_s
    if first is None or not lasts or not rested:
        return speech, None
    return HintState(shown=first, said_s=time_s), first


def _kept(speech: HintState, hints: Sequence[Hint], time_s: float) -> HintState:
    """Return the speech with what is shown taken off once it has been gone for a while."""
    if speech.shown is None:
        return speech
    if speech.shown in hints:
        return replace(speech, absent_since_s=None)
    since = time_s if speech.absent_since_s is None else speech.absent_since_s
    if time_s - since >= COACH.hint_gone_s:
        return HintState(said_s=speech.said_s)
    return replace(speech, absent_since_s=since)


def clear_hint(speech: HintState) -> HintState:
    """Return the speech with nothing on the screen: another stage has begun."""
    return HintState(said_s=speech.said_s)
