"""The annotated video on the page: inside it when it is small enough, else as a file beside it."""

from __future__ import annotations

from dataclasses import dataclass

from posture.output.names import VIDEO

# Larger films stay beside the page: browsers on phones hold a page's text in memory more than once.
LARGEST_INSIDE = 40_000_000
# A jump lands a little after the moment, so that rounding never shows the frame before it.
NUDGE_S = 0.005


@dataclass(frozen=True)
class Clock:
    """Where the clip's moments are in the film.

    Attributes
    ----------
    offset_s : float
        The clip's time at the film's beginning, seconds.
    """

    offset_s: float = 0.0

    def at(self, clip_s: float) -> float:
        """Return the film's second of a moment of the clip."""
        return round(max(clip_s - self.offset_s + NUDGE_S, 0.0), 3)


@dataclass(frozen=True)
class Film:
    """The annotated video.

    Attributes
    ----------
    data : bytes
        MP4.
    offset_s : float
        The clip's time at the film's beginning, seconds.
    name : str
        Of the file beside the page; where the film goes when it is too large for the page.
    largest_inside : int
        Bytes; a larger film is linked to.
    """

    data: bytes
    offset_s: float = 0.0
    name: str = VIDEO
    largest_inside: int = LARGEST_INSIDE

    @property
    def inside(self) -> bool:
        """Whether the page holds it."""
        return len(self.data) <= self.largest_inside

    @property
    def clock(self) -> Clock:
        """Where the clip's moments are in it."""
        return Clock(self.offset_s)
