"""Terminal that displays a session as lines of text and reads keys; also for pipes and files."""

from __future__ import annotations

import sys
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from posture.live.screen.content import ScreenContent, keys_line
from posture.live.session import Command, DisplayState
from posture.report.text.console import make_console, sanitise_line

if TYPE_CHECKING:
    from rich.live import Live

_REFRESH_HZ = 8.0


class KeyReader:
    """Reads keys without waiting; a context manager that restores the terminal.

    Attributes
    ----------
    works
        Whether keys can be read.
    """

    def __init__(self) -> None:
        self.works = False
        self._before: Any = None

    def __enter__(self) -> Self:
        """Make the terminal pass on each key at once."""
        if sys.stdin is None or not sys.stdin.isatty():
            return self
        if sys.platform != "win32":
            import termios
            import tty

            try:
                self._before = termios.tcgetattr(sys.stdin)
                # Unlike raw mode it keeps Ctrl-C.
                tty.setcbreak(sys.stdin)
            except termios.error:
                return self
        self.works = True
        return self

    def __exit__(self, *_: object) -> None:
        """Restore the terminal."""
        if sys.platform != "win32" and self._before is not None:
            import termios

            termios.tcsetattr(sys.stdin, termios.TCSADRAIN, self._before)
            self._before = None
        self.works = False

    def pressed(self) -> str:
        """Return the pressed key in lower case; empty for none."""
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


class Terminal:
    """A screen of text, redrawn in place on a terminal, else written line by line; a context manager."""

    def __init__(self, content: ScreenContent) -> None:
        self._content = content
        self._console = make_console()
        self._reader = KeyReader()
        self._live: Live | None = None

    def __enter__(self) -> Self:
        """Take over the terminal."""
        if self._console.is_terminal:
            from rich.live import Live

            self._reader.__enter__()
            self._live = Live(console=self._console, refresh_per_second=_REFRESH_HZ, transient=True)
            self._live.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Restore the terminal."""
        if self._live is not None:
            self._live.__exit__(kind, error, traceback)
            self._reader.__exit__()

    def show(self, display: DisplayState) -> Command | None:
        """Display a state, and return the command of a pressed key."""
        if self._live is None:
            for line in self._content.log_lines(display):
                self._console.print(self._fit(line), soft_wrap=True)
            self._console.file.flush()
            return None
        from rich.text import Text

        lines = [*self._content.lines(display), display.note]
        if self._reader.works:
            lines.append(keys_line(self._content.terminal_keys))
        text = "\n".join(self._fit(line) for line in lines if line)
        self._live.update(Text(text, self._content.style(display)))
        pressed = self._reader.pressed()
        return next((command for key, command, _ in self._content.terminal_keys if key == pressed), None)

    def linger(self, display: DisplayState) -> None:
        """Return at once: the summary follows as text."""

    def snapshot(self) -> bytes | None:
        """Return None: a terminal has no picture."""
        return None

    def _fit(self, line: str) -> str:
        return sanitise_line(line, getattr(self._console.file, "encoding", None) or sys.getdefaultencoding())
