"""Content of a screen, independent of window and terminal, and the wording that all sessions share."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from types import TracebackType
from typing import Protocol, Self

from posture.drawing.palette import INK, MUTED, Colour
from posture.exercises.library import Picture as Drawing
from posture.language import gettext as _
from posture.language import gettext_noop
from posture.live.session import Command, DisplayState
from posture.live.source import CameraStatus
from posture.types import Image

Keys = tuple[tuple[str, Command, str], ...]
ViewKeys = tuple[tuple[str, str], ...]
# Keys that only a window has.
VIEW_KEYS: ViewKeys = (("v", gettext_noop("mirror")), ("f", gettext_noop("full screen")))

# Grounds of banners: they differ in lightness too, not in colour alone.
GREEN: Colour = (23, 92, 67)
ORANGE: Colour = (150, 84, 0)
BLUE: Colour = (38, 84, 124)
TRACK: Colour = (58, 68, 73)
_FLAGS: Colour = (240, 190, 80)
# Sizes of letters, shares of the window's height: legible from 3 m, and the rest a third of that at least.
TITLE, LARGER_TITLES, TEXT, SMALL = 0.1, (0.14, 0.12), 0.05, 0.035


@dataclass(frozen=True)
class PanelText:
    """A text in as many lines as it needs."""

    text: str
    size: float  # Height of the letters, share of the panel's unit.
    colour: Colour = INK
    bold: bool = False
    space_above: float = 0.0  # Share of the unit.
    one_line_sizes: tuple[float, ...] = ()  # Larger sizes, the first of which is used that fits in one line.
    plate: Colour | None = None  # Colour of a plate behind the text.


@dataclass(frozen=True)
class PanelGauge:
    """A measure with its uncertainty on a scale, degrees.

    Attributes
    ----------
    title, number, legend
        Above the scale, in large letters, and below it.
    value, low, high
        The value and its 90 % interval.
    span, neutral
        Range of the scale, and the part of it that is not raised.
    """

    title: str
    number: str
    legend: str
    colour: Colour
    value: float
    low: float
    high: float
    span: tuple[float, float]
    neutral: tuple[float, float]


@dataclass(frozen=True)
class PanelContent:
    """Content of the panel beside the picture; the panel is drawn again when it changes.

    Attributes
    ----------
    banner, aside
        At the top, from top to bottom, and large at its right end.
    banner_share
        Least height of the banner, share of the unit, so that the picture stays in its place.
    blocks
        Beside the picture, from top to bottom.
    progress : float or None
        Elapsed share of a bar below the banner, 0..1; None for no bar.
    drawing : Drawing or None
        Placed below the blocks where there is room.
    wide
        Whether there is no picture, so that the blocks have all the room.
    """

    banner: tuple[PanelText, ...]
    banner_colour: Colour
    banner_share: float
    blocks: tuple[PanelText | PanelGauge, ...]
    footer: tuple[PanelText, ...]
    aside: str = ""
    progress: float | None = None
    drawing: Drawing | None = None
    wide: bool = False


class LiveScreen(Protocol):
    """A window, a terminal or a page that displays a session."""

    def __enter__(self) -> Self:
        """Open it."""

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Close it."""

    def show(self, display: DisplayState) -> Command | None:
        """Display a state, and return the command of a pressed key."""

    def linger(self, display: DisplayState) -> None:
        """Leave the end of a session on display until the user has seen it."""

    def snapshot(self) -> bytes | None:
        """Return a JPEG of the display; None where there is none to save."""


class ScreenContent(ABC):
    """Source of everything that window and terminal display of a session.

    Attributes
    ----------
    keys, terminal_keys
        Keys of the window, and of the terminal.
    """

    keys: Keys
    terminal_keys: Keys

    @abstractmethod
    def panel(self, display: DisplayState) -> PanelContent:
        """Return the panel beside the picture."""

    @abstractmethod
    def placeholder(self, display: DisplayState) -> Image:
        """Return the picture while the camera gives none, shape (height, width, 3), RGB."""

    @abstractmethod
    def lines(self, display: DisplayState) -> list[str]:
        """Return the lines of a terminal that is redrawn in place."""

    @abstractmethod
    def log_lines(self, display: DisplayState) -> list[str]:
        """Return the lines to append to an output that cannot be redrawn: those that changed since the last call."""

    def style(self, display: DisplayState) -> str:  # noqa: ARG002 - for those who have one
        """Return the style of `lines`, as rich names it."""
        return ""


def footer(display: DisplayState, *texts: str) -> tuple[PanelText, ...]:
    """Return the footer: note, flags and further texts."""
    return (
        PanelText(display.note, SMALL),
        PanelText(flags_line(display), SMALL, _FLAGS),
        *(PanelText(text, SMALL, MUTED) for text in texts),
    )


def camera_words(status: CameraStatus) -> str:
    """Return the state of the camera, for the user; empty when it runs."""
    return {
        "opening": _("The camera is starting."),
        "lost": _("Camera disconnected. Trying again."),
        "paused": _("Paused: the camera is switched off."),
        "ended": _("The camera has stopped."),
        "running": "",
    }[status]


def flags_line(display: DisplayState) -> str:
    """Return whether the sound is off and a recording runs; empty for neither."""
    flags = [_("sound off")] if display.muted else []
    if display.recording:
        flags.append(_("recording"))
    return ", ".join(flags)


def keys_line(keys: Keys | ViewKeys) -> str:
    """Return the keys with their meaning."""
    return " · ".join(f"{key}: {_(word)}" for key, *_command, word in keys)
