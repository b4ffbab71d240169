"""A page in a browser as the screen and the loudspeaker of a session: messages of plain values, drawn by a script.

It gets the words of a window's panel; only its own buttons have words of their own.
"""

from __future__ import annotations

import queue
from collections.abc import Callable
from dataclasses import asdict, replace
from typing import Any, Self

import numpy as np

from posture.drawing.canvas import Polyline
from posture.drawing.palette import WHITE
from posture.live.audio import Sound, reminder
from posture.live.running.content import pace_line
from posture.live.screen.content import PanelContent, PanelText, ScreenContent, flags_line
from posture.live.screen.figure import figure_lines
from posture.live.session import Command, DisplayState

Send = Callable[[dict[str, Any]], None]


class PageScreen:
    """Sends what a page displays; a context manager.

    Parameters
    ----------
    send
        Takes a message.
    commands
        Of the page's buttons.
    """

    def __init__(self, content: ScreenContent, send: Send, commands: queue.SimpleQueue[Command]) -> None:
        self._content, self._send, self._commands = content, send, commands
        self._shown: dict[str, Any] = {}

    def __enter__(self) -> Self:
        """Return the screen."""
        return self

    def __exit__(self, *_: object) -> None:
        """Leave the last state on the page."""

    def show(self, display: DisplayState) -> Command | None:
        """Send what has changed, and return the command of a button."""
        message = screen_message(self._content, display)
        changed = {name: value for name, value in message.items() if self._shown.get(name) != value}
        self._shown |= changed
        if changed:
            self._send({"type": "screen", **changed})
        try:
            return self._commands.get_nowait()
        except queue.Empty:
            return None

    def linger(self, display: DisplayState) -> None:
        """Send the end of a session, which stays on the page."""
        self.show(display)

    def snapshot(self) -> bytes | None:
        """Return None: the page has the picture."""
        return None


class PagePlayer:
    """Lets a page play the sounds of a session."""

    def __init__(self, send: Send) -> None:
        self._send, self._reminder = send, reminder()

    def remind(self) -> None:
        """Remind of a hollow back."""
        self.play(self._reminder)

    def play(self, sound: Sound) -> None:
        """Send a sound: words for a voice, notes in Hz for a tone."""
        self._send({"type": "sound", "text": sound.text, "notes": list(sound.notes_hz)})


def screen_message(content: ScreenContent, display: DisplayState) -> dict[str, Any]:
    """Return everything that a page displays of a session.

    Returns
    -------
    dict
        ``panel``: banner, blocks and drawing, sizes as shares of the screen's height. ``figure``: lines over the
        picture, in shares of its width and height. ``phase``, ``camera``, ``note``, ``flags``, ``pace``, ``muted``,
        ``pictures`` (looked at so far), ``exercise`` (to do next).
    """
    exercise = None
    if display.closing is not None:
        # The page has a link instead of a command.
        exercise = display.closing.exercise
        display = replace(display, closing=replace(display.closing, exercise=None))
    panel = content.panel(display)
    if panel.drawing is None and display.detected is None and display.lesson is not None:
        panel = replace(panel, drawing=display.lesson.picture)
    return {
        "panel": _panel(panel),
        "figure": _figure(display),
        "phase": display.state.phase,
        "camera": display.camera,
        "note": display.note,
        "flags": flags_line(display),
        "pace": pace_line(display) if display.detected is not None else "",
        "muted": display.muted,
        "pictures": display.pace.results,
        "exercise": exercise,
    }


def _panel(panel: PanelContent) -> dict[str, Any]:
    return {
        "banner": [_text(text) for text in panel.banner if text.text],
        "colour": panel.banner_colour,
        "blocks": [
            _text(block) if isinstance(block, PanelText) else asdict(block)
            for block in panel.blocks
            if not (isinstance(block, PanelText) and not block.text)
        ],
        "aside": panel.aside,
        "progress": panel.progress,
        "drawing": None if panel.drawing is None else asdict(panel.drawing),
        "wide": panel.wide,
    }


def _text(text: PanelText) -> dict[str, Any]:
    return {
        "text": text.text,
        "sizes": [*text.one_line_sizes, text.size],
        "bold": text.bold,
        "quiet": text.colour not in (WHITE, PanelText.colour),
        "plate": text.plate,
    }


def _figure(display: DisplayState) -> list[dict[str, Any]]:
    """Return lines and dots (of one point) in the order in which they are drawn."""
    if display.detected is None:
        return []
    size = display.detected.frame.size
    figure = figure_lines(display, size)
    if figure is None:
        return []
    dots = [Polyline(dot[None], WHITE, 2 * figure.dot_radius) for dot in figure.dots]
    return [
        {
            "points": np.round(line.points / np.array(size), 4).tolist(),
            "colour": line.colour,
            "width": round(line.width / min(size), 5),
        }
        for line in (*figure.bones, *figure.back, *dots)
    ]
