"""Photograph of the runner with the measured back line, both tangents, and tilt and arch as angles."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from posture.drawing.back_line import ARC_L, BackGeometry, BackPose, Trunk, arc, back_geometry, ray, with_angles
from posture.drawing.canvas import PLATE_OPACITY, Polyline, draw_dots, draw_lines, encode_jpeg, resize, write
from posture.drawing.palette import ARCH, BACK, TILT, WHITE, Colour
from posture.drawing.text import Letters, letters
from posture.language import format_number
from posture.language import gettext as _
from posture.types import Array, Image

# The part of the picture that is shown, trunk lengths: below and above the hips, before and behind the trunk's middle.
BELOW, ABOVE, BEFORE, BEHIND = 0.85, 1.75, 0.95, 1.15
JPEG_QUALITY = 82
# A strip of a runner at the picture's edge does not become a very wide picture: width at most, times its height.
MAX_ASPECT = 1.6
# Sizes in pixels of a picture of this height.
REFERENCE_HEIGHT = 900
CONTOUR_PX, ANGLE_PX, CASING_PX, DOT_PX = 13.0, 3.2, 1.5, 10.0
# The page shows it 166 pixels wide on a phone: numbers are then 12 pixels high, names 10.
NUMBER_PX, NAME_PX = 54.0, 46.0
# Rim of a plate, share of the text's height.
PLATE_PADDING = 0.2
DASH_PX, GAP_PX = 8.0, 13.0


def draw_back_photo(
    picture: Image,
    pose: BackPose,
    tilt_deg: float | None,
    arch_deg: float | None,
    *,
    named: bool = False,
    height: int = REFERENCE_HEIGHT,
    roll_deg: float = 0.0,
) -> tuple[bytes, int, int]:
    """Draw a measured back on a frame that is cropped to the runner.

    Parameters
    ----------
    picture : shape (height, width, 3)
        RGB.
    tilt_deg, arch_deg
        The drawn tangents span these angles, and they are written beside; None for an angle that is not drawn.
    named
        Whether the names of tilt and arch are written as well.
    height
        Of the result at most, pixels.
    roll_deg
        The camera's roll, clockwise positive: rotation of the true vertical in the picture.

    Returns
    -------
    tuple
        The JPEG, its width and its height.
    """
    part, trunk = _crop(picture, pose.trunk, height)
    back = with_angles(back_geometry(pose, trunk), trunk, tilt_deg, arch_deg, roll_deg)
    photo = _BackPhoto(part, trunk, back, part.shape[0] / REFERENCE_HEIGHT)
    photo.draw(tilt_deg, arch_deg, named=named, roll_deg=roll_deg)
    return encode_jpeg(part, JPEG_QUALITY), part.shape[1], part.shape[0]


def _crop(picture: Image, trunk: Trunk, height: int) -> tuple[Image, Trunk]:
    """Crop a picture to the runner and scale it; what lies outside of the picture is missing in the result."""
    length = trunk.length
    middle = 0.5 * (trunk.hips[0] + trunk.shoulders[0])
    sides = sorted((middle - trunk.backward * BEFORE * length, middle + trunk.backward * BEHIND * length))
    base = float(trunk.hips[1])
    corner = np.array([sides[0], base - ABOVE * length])
    opposite = np.array([sides[1], base + BELOW * length])
    picture_height, picture_width = picture.shape[:2]
    left, top = np.clip(np.floor(corner), 0, (picture_width - 2, picture_height - 2)).astype(int)
    limits = (picture_width, picture_height)
    right, bottom = np.clip(np.ceil(opposite), (left + 2, top + 2), limits).astype(int)
    part = np.ascontiguousarray(picture[top:bottom, left:right])
    factor = min(height / part.shape[0], MAX_ASPECT * height / part.shape[1])
    origin = np.array([left, top], dtype=np.float64)
    placed = Trunk((trunk.hips - origin) * factor, (trunk.shoulders - origin) * factor, trunk.facing)
    return np.ascontiguousarray(resize(part, factor)), placed


@dataclass(frozen=True)
class _BackPhoto:
    """A back being drawn; `unit` scales the sizes in pixels."""

    picture: Image
    trunk: Trunk
    back: BackGeometry
    unit: float

    def draw(self, tilt_deg: float | None, arch_deg: float | None, *, named: bool, roll_deg: float) -> None:
        self._lines([Polyline(self.back.contour, BACK, CONTOUR_PX * self.unit)])
        if tilt_deg is not None:
            self._tilt(_("Tilt") if named else "", tilt_deg, roll_deg)
        if arch_deg is not None:
            self._arch(_("Arch") if named else "", arch_deg)
        draw_dots(self.picture, self.back.apices, WHITE, DOT_PX * self.unit)

    def _tilt(self, name: str, degrees: float, roll_deg: float) -> None:
        """Draw the lower tangent, the true vertical through its foot, and the angle between them."""
        length, width, up = self.trunk.length, ANGLE_PX * self.unit, self.back.lower.up
        foot = self.back.lower.point - 0.3 * length * up
        vertical = np.array([np.sin(np.radians(roll_deg)), -np.cos(np.radians(roll_deg))])
        self._lines(self._dashes(foot, vertical, 0.7 * length, TILT))
        angle = arc(foot, vertical, up, 0.6 * length)
        self._lines([ray(foot, up, length, TILT, width), Polyline(angle, TILT, width)])
        place = foot + length * np.array([self.trunk.backward * 0.1, 0.0]) + 0.5 * length * vertical
        self._plate(name, degrees, place, TILT)

    def _arch(self, name: str, degrees: float) -> None:
        """Draw the upper tangent down to the lower one, and the angle between the two."""
        length, width = self.trunk.length, ANGLE_PX * self.unit
        upper, meeting = self.back.upper, self.back.meeting
        start = upper.point - 0.3 * length * upper.up if meeting is None else meeting
        lines = [Polyline(np.array([start, upper.point + 0.4 * length * upper.up]), ARCH, width)]
        if meeting is not None:
            lines.append(Polyline(arc(meeting, self.back.lower.up, upper.up, ARC_L * length), ARCH, width))
        self._lines(lines)
        place = start + length * np.array([-self.trunk.backward * 0.42, -0.36])
        self._plate(name, degrees, place, ARCH, before=True)

    def _lines(self, lines: list[Polyline]) -> None:
        draw_lines(self.picture, lines, CASING_PX * self.unit)

    def _dashes(self, start: Array, direction: Array, length: float, colour: Colour) -> list[Polyline]:
        dash, period = DASH_PX * self.unit, (DASH_PX + GAP_PX) * self.unit
        return [
            ray(start + at * direction, direction, min(dash, length - at), colour, ANGLE_PX * self.unit)
            for at in np.arange(0.0, length, period)
        ]

    def _plate(self, name: str, degrees: float, place: Array, colour: Colour, before: bool = False) -> None:
        """Write a number below its name on a plate behind a place, or before it, seen from the runner."""
        drawn = letters(f"{format_number(degrees, 0)}°", NUMBER_PX * self.unit, bold=True)
        if name:
            drawn = _above(letters(name, NAME_PX * self.unit), drawn)
        to_the_left = (self.trunk.backward < 0) != before
        left = float(place[0]) - (drawn.cover.shape[1] if to_the_left else 0.0)
        baseline = (left, float(place[1]) + drawn.above / 2)
        write(self.picture, drawn, baseline, colour, plate=PLATE_OPACITY, padding=PLATE_PADDING)


def _above(upper: Letters, lower: Letters) -> Letters:
    """Return two lines of text as one, each in the middle."""
    width = max(upper.cover.shape[1], lower.cover.shape[1])
    lines = []
    for line in (upper, lower):
        before = (width - line.cover.shape[1]) // 2
        lines.append(np.pad(line.cover, ((0, 0), (before, width - line.cover.shape[1] - before))))
    gap = np.zeros((lower.above // 4, width), dtype=np.uint8)
    rows = len(lines[0]) + len(gap)
    return Letters(np.vstack([lines[0], gap, lines[1]]), rows + lower.above)
