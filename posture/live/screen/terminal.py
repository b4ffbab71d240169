"""The live display as lines of text, for terminals and pipes, with its keys."""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from posture.live.screen.wording import (
    KEYS,
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
from posture.live.session import Command, DisplayState
from posture.report.text.console import make_console, sanitise_line
from posture.types import PRIMARY_MEASURES


class KeyReader:
    """Reads keys without waiting; use it with ``with``, so that the terminal is left as it was.

    Attributes
    ----------
    works : bool
        Whether keys can be heard.
    """

    def __init__(self) -> None:
        self.works = False
        self._before: Any = None

    def __enter__(self) -> Self:
        """Let the terminal give each key at once."""
        if sys.stdin is None or not sys.stdin.isatty():
            return self
        if sys.platform != "win32":
            import termios
            import tty

            try:
                self._before = termios.tcgetattr(sys.stdin)
                # Unlike raw mode it leaves Ctrl-C its meaning.
                tty.setcbreak(sys.stdin)
            except termios.error:
                return self
        self.works = True
        return self

    def __exit__(self, *_: object) -> None:
        """Leave the terminal as it was."""
        if sys.platform != "win32" and self._before is not None:
            import termios

            termios.tcsetattr(sys.stdin, termios.TCSADRAIN, self._before)
            self._before = None
        self.works = False

    def pressed(self) -> str:
        """Return the key that was pressed, in lower case; empty for none."""
        if not self.works:
            return ""
        if sys.platform == "win32":
            import msvcrt

            return msvcrt.getwch().lower() if msvcrt.kbhit() else ""
        import os
        import select

        if not select.select([sys.stdin], [], [], 0.0)[0]:
            return ""
        # Not sys.stdin.read, whose buffer `select` does not see.
        return os.read(sys.stdin.fileno(), 1).decode("ascii", "replace").lower()


if TYPE_CHECKING:
    from rich.live import Live

_REFRESH = 8.0


class LiveText:
    """What is written to; use it with ``with``.

    Parameters
    ----------
    keys : sequence of (key, command, word)
        What is heard.

    Attributes
    ----------
    console : rich.console.Console
    """

    def __init__(self, keys: Keys) -> None:
        self.console = make_console()
        self._keys = keys
        self._reader = KeyReader()
        self._live: Live | None = None

    def __enter__(self) -> Self:
        """Take the terminal."""
        if self.console.is_terminal:
            from rich.live import Live

            self._reader.__enter__()
            self._live = Live(console=self.console, refresh_per_second=_REFRESH, transient=True)
            self._live.__enter__()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Leave the terminal as it was."""
        if self._live is not None:
            self._live.__exit__(kind, error, traceback)
            self._reader.__exit__()

    @property
    def redraws(self) -> bool:
        """Whether it is drawn anew in place."""
        return self._live is not None

    @property
    def hears_keys(self) -> bool:
        """Whether keys can be heard."""
        return self._reader.works

    def redraw(self, lines: Sequence[str], style: str = "") -> Command | None:
        """Show lines in the place of those before, and return what a pressed key means."""
        from rich.text import Text

        assert self._live is not None
        self._live.update(Text("\n".join(self._fit(line) for line in lines), style))
        pressed = self._reader.pressed()
        return next((command for key, command, _word in self._keys if key == pressed), None)

    def write(self, *lines: str) -> None:
        """Write lines below those before."""
        for line in lines:
            self.console.print(self._fit(line), soft_wrap=True)
        self.console.file.flush()

    def _fit(self, line: str) -> str:
        return sanitise_line(line, getattr(self.console.file, "encoding", None) or sys.getdefaultencoding())


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

    def show(self, moment: DisplayState) -> Command | None:
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


def _style(moment: DisplayState) -> str:
    return _STYLE.get(moment.state.phase, "")


def _lines(moment: DisplayState, *, keys: bool) -> list[str]:
    lines = [title(moment)]
    if text := explanation(moment):
        lines.append(text)
    estimate = moment.state.estimate
    if estimate is not None:
        for name in PRIMARY_MEASURES:
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


def _one_line(moment: DisplayState) -> str:
    parts = [title(moment)]
    if text := explanation(moment):
        parts.append(text)
    estimate = moment.state.estimate
    if estimate is not None:
        parts += [f"{titled(name)} {value_line(estimate.analysis, name)}" for name in PRIMARY_MEASURES]
    return " | ".join(parts)
