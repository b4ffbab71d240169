"""The runner with the measured back line: its points, both tangents, tilt and arch as angles with their arcs."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from posture.contour.geometry import BackAngles
from posture.contour.grid import T_GRID
from posture.drawing.image import SHOWN_T, Picture, Trunk, resize
from posture.types import Array

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

# What of the runner is shown, trunk lengths: below and above the hips, before and behind the trunk's middle.
BELOW, ABOVE, BEFORE, BEHIND = 0.85, 1.75, 0.95, 1.15
LINE, TILT, ARCH, DOT = "#35d0a0", "#56b4e9", "#ffb000", "#ffffff"
CASING = "#10161a"
JPEG_QUALITY = 82
DPI = 100
# Width of a picture at most, times its height.
WIDEST = 1.6
ARC_L = 0.34
# Width of a bold character, shares of the font's size.
GLYPH_EM = 0.72
# Tangents that are nearly parallel meet too far away to show their angle there, trunk lengths.
FURTHEST_MEETING_L = 0.9


@dataclass(frozen=True)
class BackWords:
    """The words on the picture; None for what is not written.

    Attributes
    ----------
    tilt, arch : str or None
        With their numbers.
    points : tuple of str or None
        Of buttock, hollow and upper back.
    """

    tilt: str | None
    arch: str | None
    points: tuple[str, str, str] | None = None


def draw_back(
    picture: Picture,
    trunk: Trunk,
    outline: Array,
    angles: BackAngles,
    words: BackWords,
    *,
    height: int = 900,
    at: int = 0,
    boldness: float = 1.0,
    roll_deg: float = 0.0,
) -> tuple[bytes, int, int]:
    """Draw a measured back on a frame, cut to the runner, as JPEG.

    Parameters
    ----------
    picture : array of uint8, shape (height, width, 3)
        RGB.
    trunk : Trunk
        Where the trunk lies in it.
    outline : array, shape (len(T_GRID),)
        Distance from the trunk axis, trunk lengths, backward positive.
    angles : BackAngles
        Of outlines; number ``at`` is this one's.
    words : BackWords
    height : int
        Of the result, pixels.
    at : int
    boldness : float
        How much larger than usual lines and words are, for a picture that is shown small.
    roll_deg : float
        The camera's roll, clockwise positive: how far the true vertical is turned in the picture.

    Returns
    -------
    tuple of bytes, int, int
        The JPEG, its width and its height.
    """
    from matplotlib.figure import Figure

    part, placed = _cut(picture, trunk, height)
    tall, wide = part.shape[:2]
    figure = Figure(figsize=(wide / DPI, tall / DPI), dpi=DPI)
    axes = figure.add_axes((0, 0, 1, 1))
    axes.imshow(part, interpolation="nearest")
    axes.axis("off")
    axes.set_xlim(-0.5, wide - 0.5)
    axes.set_ylim(tall - 0.5, -0.5)
    axes.set_autoscale_on(False)
    _draw(axes, placed, outline, angles, at, words, roll_deg, unit=boldness * tall / 900)
    return _jpeg(figure), wide, tall


def _jpeg(figure: Figure) -> bytes:
    data = io.BytesIO()
    figure.savefig(data, format="jpg", dpi=DPI, pil_kwargs={"quality": JPEG_QUALITY, "optimize": True})
    return data.getvalue()


def _cut(picture: Picture, trunk: Trunk, height: int) -> tuple[Picture, Trunk]:
    """Cut a picture to the runner and scale it; what lies outside the picture is missing in the result."""
    length = float(np.hypot(*(trunk.shoulders - trunk.hips)))
    ahead = 1.0 if trunk.facing == "right" else -1.0
    middle = 0.5 * (trunk.hips[0] + trunk.shoulders[0])
    sides = sorted((middle + ahead * BEFORE * length, middle - ahead * BEHIND * length))
    base = float(trunk.hips[1])
    corner = np.array([sides[0], base - ABOVE * length])
    opposite = np.array([sides[1], base + BELOW * length])
    tall, wide = picture.shape[:2]
    left, top = np.clip(np.floor(corner), 0, (wide - 2, tall - 2)).astype(int)
    right, bottom = np.clip(np.ceil(opposite), (left + 2, top + 2), (wide, tall)).astype(int)
    part = np.ascontiguousarray(picture[top:bottom, left:right])
    # A strip of somebody at the picture's edge does not become a very wide picture.
    factor = min(height / part.shape[0], WIDEST * height / part.shape[1])
    moved = np.array([left, top], dtype=np.float64)
    placed = Trunk((trunk.hips - moved) * factor, (trunk.shoulders - moved) * factor, trunk.facing)
    return resize(part, factor), placed


def _draw(
    axes: Axes,
    trunk: Trunk,
    outline: Array,
    angles: BackAngles,
    at: int,
    words: BackWords,
    roll_deg: float,
    *,
    unit: float,
) -> None:
    length = float(np.hypot(*(trunk.shoulders - trunk.hips)))
    shown = (T_GRID >= SHOWN_T[0]) & (T_GRID <= SHOWN_T[1])
    _cased(axes, trunk.place(T_GRID[shown], outline[shown]), LINE, 9 * unit)
    lower = _tangent(trunk, outline, float(angles.sacral_t[at]), length)
    upper = _tangent(trunk, outline, float(angles.thoracolumbar_t[at]), length)
    behind = -1.0 if trunk.facing == "right" else 1.0
    if words.tilt is not None:
        _tilt(axes, lower, length, words.tilt, behind, unit, roll_deg)
    if words.arch is not None:
        _arch(axes, lower, upper, length, words.arch, -behind, unit)
    places = np.array([angles.gluteal_t[at], angles.lumbar_t[at], angles.thoracic_t[at]])
    dots = trunk.place(places, np.interp(places, T_GRID, outline))
    if words.points is not None:
        column = float((behind * dots[:, 0]).max() * behind) + behind * 0.3 * length
        _name_points(axes, dots, words.points, column, behind, unit)
    axes.plot(
        *dots.T,
        "o",
        color=DOT,
        markersize=10 * unit,
        markeredgecolor=CASING,
        markeredgewidth=2 * unit,
        zorder=8,
    )


def _name_points(
    axes: Axes, dots: Array, names: tuple[str, str, str], column: float, behind: float, unit: float
) -> None:
    """Write the points' names in a column behind the back, each with a thin line to its point."""
    for dot, name in zip(dots, names, strict=True):
        axes.plot([column, dot[0]], [dot[1]] * 2, color=DOT, linewidth=1.3 * unit, alpha=0.9, zorder=7)
        align = "right" if behind < 0 else "left"
        _plate(axes, (column, float(dot[1])), name, DOT, 17 * unit, align=align, quiet=True)


@dataclass(frozen=True)
class _Tangent:
    """A tangent: the point where it touches, and its direction upward, of length 1."""

    point: Array
    up: Array


def _tangent(trunk: Trunk, outline: Array, at: float, length: float) -> _Tangent:
    step = 0.02
    t = np.array([at - step, at, at + step])
    points = trunk.place(t, np.interp(t, T_GRID, outline))
    direction = points[2] - points[0]
    return _Tangent(points[1], direction / max(float(np.hypot(*direction)), 1e-9 * length))


def _tilt(
    axes: Axes, lower: _Tangent, length: float, word: str, behind: float, unit: float, roll_deg: float
) -> None:
    """Draw the lower tangent, the true vertical through its foot, and the angle between them."""
    foot = lower.point - 0.3 * length * lower.up
    vertical = np.array([np.sin(np.radians(roll_deg)), -np.cos(np.radians(roll_deg))])
    _cased(axes, np.array([foot, foot + 0.7 * length * vertical]), TILT, 2.5 * unit, dashed=True)
    _cased(axes, np.array([foot, foot + 1.0 * length * lower.up]), TILT, 3 * unit)
    _cased(axes, _arc(foot, vertical, lower.up, 0.6 * length), TILT, 3 * unit)
    place = foot + length * np.array([behind * 0.05, 0.0]) + 0.72 * length * vertical
    _plate(axes, (place[0], place[1]), word, TILT, 21 * unit, align="right" if behind < 0 else "left")


def _arch(
    axes: Axes, lower: _Tangent, upper: _Tangent, length: float, word: str, ahead: float, unit: float
) -> None:
    """Draw the upper tangent down to the lower one, and the angle between the two."""
    meeting = _meeting(lower, upper)
    far = meeting is None or float(np.hypot(*(meeting - upper.point))) > FURTHEST_MEETING_L * length
    start = upper.point - 0.3 * length * upper.up if meeting is None or far else meeting
    _cased(axes, np.array([start, upper.point + 0.4 * length * upper.up]), ARCH, 3 * unit)
    if not far:
        _cased(axes, _arc(start, lower.up, upper.up, ARC_L * length), ARCH, 3 * unit)
    place = start + length * np.array([ahead * 0.42, -0.36])
    align = "left" if ahead > 0 else "right"
    _plate(axes, (place[0], place[1]), word, ARCH, 21 * unit, align=align)


def _meeting(lower: _Tangent, upper: _Tangent) -> Array | None:
    matrix = np.stack([lower.up, -upper.up], axis=1)
    if abs(float(np.linalg.det(matrix))) < 1e-3:
        return None
    along: Array = np.linalg.solve(matrix, upper.point - lower.point)
    meeting: Array = lower.point + along[0] * lower.up
    return meeting


def _arc(centre: Array, first: Array, second: Array, radius: float) -> Array:
    """Return an arc from one direction to another, the short way round, shape (N, 2)."""
    start = np.arctan2(first[1], first[0])
    turn = np.arctan2(second[1], second[0]) - start
    turn = (turn + np.pi) % (2 * np.pi) - np.pi
    angle = start + np.linspace(0.0, turn, 40)
    return np.asarray(centre + radius * np.stack([np.cos(angle), np.sin(angle)], axis=1))


def _cased(axes: Axes, points: Array, colour: str, width: float, *, dashed: bool = False) -> None:
    """Draw a line with a dark edge, so that it shows on any background."""
    style = (0, (3, 2)) if dashed else "-"
    for extra, ink, below in ((3.0, CASING, 0), (0.0, colour, 1)):
        axes.plot(
            *points.T, color=ink, linewidth=0.72 * (width + extra), alpha=0.55 if extra else 1.0, zorder=5 + below,
            linestyle=style if not extra else "-", solid_capstyle="round",
        )  # fmt: skip


def _plate(
    axes: Axes,
    at: tuple[float, float],
    text: str,
    colour: str,
    size: float,
    *,
    align: str,
    quiet: bool = False,
) -> None:
    """Write on a dark plate that stays inside the picture."""
    wide, tall = axes.get_xlim()[1], axes.get_ylim()[0]
    points = DPI / 72
    width, half = size * points * (GLYPH_EM * len(text) + 1.0), size * points * 0.9
    x = max(at[0], width) if align == "right" else min(at[0], wide - width)
    y = min(max(at[1], half), tall - half)
    axes.text(
        x, y, text, color=colour, fontsize=size, fontweight="normal" if quiet else "bold", ha=align, va="center",
        zorder=9, clip_on=True,
        bbox={"boxstyle": "round,pad=0.35", "facecolor": CASING, "edgecolor": "none", "alpha": 0.62 if quiet else 0.82},
    )  # fmt: skip
