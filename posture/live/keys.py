"""Keys of a terminal, one at a time and without Enter; nothing where the input is no terminal."""

from __future__ import annotations

import sys
from typing import Any, Self


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
