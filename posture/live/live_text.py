"""A terminal that is drawn anew in place and gives its keys; where the output goes into a file, lines one by one."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from types import TracebackType
from typing import TYPE_CHECKING, Self

from posture.live.keys import KeyReader
from posture.live.session import Command
from posture.live.words import Keys
from posture.report.console import fit, make_console

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
        return fit(line, getattr(self.console.file, "encoding", None) or sys.getdefaultencoding())
