"""Shows a session in a terminal, or line by line where the output goes into a file."""

from __future__ import annotations

import time

from posture.live.live_text import LiveText
from posture.live.session import Command, Moment
from posture.live.words import (
    KEYS,
    MAIN,
    Keys,
    change_line,
    explanation,
    flags_line,
    keys_line,
    pace_line,
    strides_line,
    title,
    titled,
    value_line,
)

_STYLE = {"good": "green", "hollow_back": "bold yellow"}
# Where nothing can be redrawn, a line is written when the state changes, and the numbers at most this often, seconds.
_LINE_EVERY_S = 5.0
# Only a window has a picture to keep.
TERMINAL_KEYS: Keys = tuple(key for key in KEYS if key[1] != "snapshot")


class Terminal(LiveText):
    """A screen of text; use it with ``with``.

    Parameters
    ----------
    quiet : bool
        Write only changes of the state.
    """

    def __init__(self, *, quiet: bool = False) -> None:
        super().__init__(TERMINAL_KEYS)
        self._quiet = quiet
        self._told: tuple[str, str] | None = None
        self._last_s = -1e9

    def show(self, moment: Moment) -> Command | None:
        """Show a moment, and return what a key means where the terminal gives keys."""
        if self.redraws:
            return self.redraw(_lines(moment, keys=self.hears_keys), _style(moment))
        now = time.monotonic()
        told = (title(moment), explanation(moment))
        numbers = not self._quiet and moment.state.estimate is not None
        if told != self._told or (numbers and now - self._last_s >= _LINE_EVERY_S):
            self._told, self._last_s = told, now
            self.write(_one_line(moment))
        return None

    def snapshot(self) -> bytes | None:
        """Return nothing: there is no picture."""
        return None

    def close(self) -> None:
        """Do nothing."""


def _style(moment: Moment) -> str:
    return _STYLE.get(moment.state.phase, "")


def _lines(moment: Moment, *, keys: bool) -> list[str]:
    lines = [title(moment)]
    if text := explanation(moment):
        lines.append(text)
    estimate = moment.state.estimate
    if estimate is not None:
        for name in MAIN:
            lines.append(f"{titled(name)}: {value_line(estimate.analysis, name)}")
            if (change := change_line(estimate.analysis, name)) is not None:
                lines.append(f"  {change}")
        lines.append(strides_line(estimate.analysis))
    lines.append(pace_line(moment))
    if marks := flags_line(moment):
        lines.append(marks)
    if moment.note:
        lines.append(moment.note)
    if keys:
        lines.append(keys_line(TERMINAL_KEYS))
    return lines


def _one_line(moment: Moment) -> str:
    parts = [title(moment)]
    if text := explanation(moment):
        parts.append(text)
    estimate = moment.state.estimate
    if estimate is not None:
        parts += [f"{titled(name)} {value_line(estimate.analysis, name)}" for name in MAIN]
    return " | ".join(parts)
