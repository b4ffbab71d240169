"""Colours of plots, photographs, videos and live screens, chosen to suit colour-blind people too."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from posture.records.analysis import Label

Colour = tuple[int, int, int]
"""Red, green and blue, 0..255."""


@dataclass(frozen=True)
class Theme:
    """Colours of a page, as ``#rrggbb``.

    Attributes
    ----------
    ink, muted, faint
        Text, secondary text, grid lines.
    ground
        Behind the plot, which is transparent itself.
    tilt, arch
        Okabe-Ito's blue and vermillion; on the dark page sky blue and orange.
    neutral
        Range of neutral runners.
    left_out
        Strides that were detected but not used.
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


def rgb_of(colour: str) -> Colour:
    """Return the RGB of a colour written as ``#rrggbb``."""
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


# Drawn on pictures and beside them: the dark theme, with a dark edge so that lines show on any background.
INK, MUTED, GROUND = rgb_of(DARK.ink), rgb_of(DARK.muted), rgb_of(DARK.ground)
TILT, ARCH = rgb_of(DARK.tilt), rgb_of(DARK.arch)
BACK: Colour = (53, 208, 160)
WHITE: Colour = (255, 255, 255)
CASING: Colour = (16, 22, 26)
VERDICT: dict[Label, Colour] = {
    "hollow_back": (255, 154, 87),
    "borderline": (240, 199, 74),
    "not_hollow_back": (79, 208, 168),
    "not_measurable": (181, 177, 230),
}
"""As on the dark page."""
NEAR_SIDE: Colour = (226, 232, 236)
FAR_SIDE: Colour = (138, 149, 156)
