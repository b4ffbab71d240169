"""Form of a rule, and texts that several rules share."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from posture.language import format_number, gettext_noop
from posture.language import gettext as _
from posture.quality.recording import Recording
from posture.records.analysis import Issue

FILM = gettext_noop(
    "Film from the side, camera level at hip height, the whole body in the picture, for at least 10 strides."
)
MORE_LIGHT = gettext_noop("Film in daylight, or turn on more light.")
CLEAR_AND_EVEN = gettext_noop("Film where nothing stands between camera and back, and the light on it is even.")

# Code of the issue that lines cross the picture whose cause is not known.
BARS_OR_SHADE = "bars_or_shade"


def span_text(start_s: float, end_s: float) -> str:
    """Return a span of the clip in words."""
    return _("from {start} to {end} s").format(start=format_number(start_s), end=format_number(end_s))


@dataclass(frozen=True)
class Rule:
    """A rule of recordings, and the issue where it is violated.

    Attributes
    ----------
    applies
        Whether a recording violates the rule.
    message, advice
        Marked texts; the message may also be a function that returns the finished one.
    blocking
        Whether a violation leaves nothing to measure; a function where that depends on the recording.
    numbers
        Values of the fields of message and advice, shown without decimals.
    """

    code: str
    applies: Callable[[Recording], bool]
    message: str | Callable[[Recording], str]
    advice: str
    blocking: bool | Callable[[Recording], bool] = False
    numbers: Callable[[Recording], Mapping[str, float | None]] = lambda _recording: {}

    def issue(self, recording: Recording) -> Issue:
        """Return the issue of a recording that violates the rule, in the active language."""
        numbers = {name: format_number(value or 0.0, 0) for name, value in self.numbers(recording).items()}
        message = _(self.message).format(**numbers) if isinstance(self.message, str) else self.message(recording)
        advice = _(self.advice).format(**numbers)
        blocking = self.blocking if isinstance(self.blocking, bool) else self.blocking(recording)
        return Issue(code=self.code, message=message, advice=advice, blocking=blocking)
