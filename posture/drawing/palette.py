"""Colours that colour-blind people tell apart, for light and for dark ground."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Theme:
    """Colours of a page.

    Attributes
    ----------
    name : {"light", "dark"}
    ink, muted, faint : str
        Text, secondary text, lines of the grid.
    ground : str
        What lies behind the plot; the plot itself is transparent.
    tilt, arch : str
        Okabe-Ito's blue and vermillion, for the dark page sky blue and orange.
    neutral : str
        What other runners have.
    left_out : str
        What was seen but not used.
    """

    name: Literal["light", "dark"]
    ink: str
    muted: str
    faint: str
    ground: str
    tilt: str
    arch: str
    neutral: str
    left_out: str

    def of(self, measure: str) -> str:
        """Return the colour of a measure."""
        return {"pelvic_tilt_deg": self.tilt, "lumbar_arch_deg": self.arch}.get(measure, self.ink)


LIGHT = Theme("light", "#1b2327", "#566067", "#dfe3e3", "#ffffff", "#0072b2", "#c75000", "#b9dfcf", "#8a9499")
DARK = Theme("dark", "#e9edee", "#a9b4b9", "#3a4449", "#1d2428", "#56b4e9", "#e69f00", "#2f6b55", "#7d898f")
