"""Photograph of the runner with the measured back line, both tangents, and tilt and arch as angles."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from posture.drawing.back_line import ARC_L, BackGeometry, BackPose, Trunk, arc, back_geometry, ray, with_angles
from posture.drawing.canvas import PLATE_OPACITY, Polyline, draw_dots, draw_lines, encode_jpeg, resize, write
from posture.drawing.palette import ARCH, BACK, TILT, WHITE, Colour
from posture.drawing.text import letters
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
CONTOUR_PX, ANGLE_PX, CASING_PX, LEADER_PX, DOT_PX = 9.0, 2.0, 1.0, 1.3, 6.5
ANGLE_TEXT_PX, POINT_TEXT_PX = 29.0, 23.5
QUIET_OPACITY = 0.62
# Rim of a plate, share of the text's height.
PLATE_PADDING = 0.45
DASH_PX, GAP_PX = 5.0, 9.0


def draw_back_photo(
    picture: Image,
    pose: BackPose,
    tilt_deg: float | None,
    arch_deg: float | None,
    *,
    named: bool = False,
    height: int = REFERENCE_HEIGHT,
    boldness: float = 1.0,
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
        Whether the names of tilt, arch and the three points are written as well.
    height
        Of the result at most, pixels.
    boldness
        Factor on lines and texts, for a picture that is shown small.
    roll_deg
        The camera's roll, clockwise positive: rotation of the true vertical in the picture.

    Returns
    -------
    tuple
        The JPEG, its width and its height.
    """
    part, trunk = _crop(picture, pose.trunk, height)
    back = with_angles(back_geometry(pose, trunk), trunk, tilt_deg, arch_deg, roll_deg)
    photo = _BackPhoto(part, trunk, back, boldness * part.shape[0] / REFERENCE_HEIGHT)
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
            self._tilt(_label(_("Tilt"), tilt_deg, named), roll_deg)
        if arch_deg is not None:
            self._arch(_label(_("Arch"), arch_deg, named))
        if named:
            self._name_points((_("buttock"), _("hollow"), _("upper back")))
        draw_dots(self.picture, self.back.apices, WHITE, DOT_PX * self.unit)

    def _tilt(self, text: str, roll_deg: float) -> None:
        """Draw the lower tangent, the true vertical through its foot, and the angle between them."""
        length, width, up = self.trunk.length, ANGLE_PX * self.unit, self.back.lower.up
        foot = self.back.lower.point - 0.3 * length * up
        vertical = np.array([np.sin(np.radians(roll_deg)), -np.cos(np.radians(roll_deg))])
        self._lines(self._dashes(foot, vertical, 0.7 * length, TILT))
        angle = arc(foot, vertical, up, 0.6 * length)
        self._lines([ray(foot, up, length, TILT, width), Polyline(angle, TILT, width)])
        place = foot + length * np.array([self.trunk.backward * 0.05, 0.0]) + 0.72 * length * vertical
        self._plate(text, place, TILT, ANGLE_TEXT_PX)

    def _arch(self, text: str) -> None:
        """Draw the upper tangent down to the lower one, and the angle between the two."""
        length, width = self.trunk.length, ANGLE_PX * self.unit
        upper, meeting = self.back.upper, self.back.meeting
        start = upper.point - 0.3 * length * upper.up if meeting is None else meeting
        lines = [Polyline(np.array([start, upper.point + 0.4 * length * upper.up]), ARCH, width)]
        if meeting is not None:
            lines.append(Polyline(arc(meeting, self.back.lower.up, upper.up, ARC_L * length), ARCH, width))
        self._lines(lines)
        place = start + length * np.array([-self.trunk.backward * 0.42, -0.36])
        self._plate(text, place, ARCH, ANGLE_TEXT_PX, before=True)

    def _name_points(self, names: tuple[str, str, str]) -> None:
        """Write the names of the points in a column behind the back, each with a thin line to its point."""
        backward, apices = self.trunk.backward, self.back.apices
        column = float((backward * apices[:, 0]).max() * backward) + backward * 0.3 * self.trunk.length
        leaders = [np.array([[column, y], [x, y]]) for x, y in apices]
        draw_lines(self.picture, [Polyline(line, WHITE, LEADER_PX * self.unit) for line in leaders], 0.0)
        for y, name in zip(apices[:, 1], names, strict=True):
            self._plate(name, np.array([column, y]), WHITE, POINT_TEXT_PX, quiet=True)

    def _lines(self, lines: list[Polyline]) -> None:
        draw_lines(self.picture, lines, CASING_PX * self.unit)

    def _dashes(self, start: Array, direction: Array, length: float, colour: Colour) -> list[Polyline]:
        dash, period = DASH_PX * self.unit, (DASH_PX + GAP_PX) * self.unit
        return [
            ray(start + at * direction, direction, min(dash, length - at), colour, ANGLE_PX * self.unit)
            for at in np.arange(0.0, length, period)
        ]

    def _plate(
        self, text: str, place: Array, colour: Colour, size: float, before: bool = False, quiet: bool = False
    ) -> None:
        """Write on a plate behind a place, or before it, seen from the runner; it stays inside the picture."""
        drawn = letters(text, size * self.unit, bold=not quiet)
        to_the_left = (self.trunk.backward < 0) != before
        left = float(place[0]) - (drawn.cover.shape[1] if to_the_left else 0.0)
        baseline = (left, float(place[1]) + drawn.above / 2)
        opacity = QUIET_OPACITY if quiet else PLATE_OPACITY
        write(self.picture, drawn, baseline, colour, plate=opacity, padding=PLATE_PADDING)


def _label(name: str, degrees: float, named: bool) -> str:
    return f"{name} {format_number(degrees, 0)}°" if named else f"{format_number(degrees, 0)}°"
