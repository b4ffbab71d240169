"""The window's picture: the runner with skeleton, back line and arch, and a text panel beside it."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

import numpy as np

from posture.drawing.back_line import BackPose, Trunk, draw_back, skeleton
from posture.drawing.canvas import Points, decode_rgba, draw_lines, resize, write
from posture.drawing.palette import GROUND, INK, MUTED, Colour
from posture.drawing.text import letters, wrapped
from posture.exercises.library import Picture as Drawing
from posture.exercises.library import picture_bytes
from posture.live.screen.content import (
    MARGIN,
    SMALL,
    TRACK,
    PanelContent,
    PanelGauge,
    PanelText,
    ScreenContent,
)
from posture.live.session import DisplayState
from posture.pose.trunk_frame import trunk_axis
from posture.types import Image

# Width and height that a camera's picture is fitted into.
_BOX = (960, 720)
# The panel needs this height, pixels.
_MIN_HEIGHT = 480
# Width of the panel, share of its height, and its lower limit, pixels.
_PANEL, _MIN_PANEL = 0.62, 300
# Widths of back line and bones, shares of the picture's shorter side.
_LINE, _BONE = 0.0083, 0.004
# Letters of a gauge, shares of the panel's unit.
_TITLE, _NUMBER = 0.056, 0.15
# Line height, share of the letters' size.
_SPACING = 1.25
# Height of a drawing, share of the panel's width at most, and of its unit at least.
_MAX_DRAWING, _MIN_DRAWING = 0.62, 0.2
_ZONE: Colour = (47, 107, 85)
_PROGRESS: Colour = (120, 200, 160)
# Drawings are made for light and dark grounds; this is paper.
PAPER: Colour = (246, 246, 243)


class SessionView:
    """Draws a session.

    Parameters
    ----------
    mirror
        Show the picture as a mirror does.
    """

    def __init__(self, content: ScreenContent, *, mirror: bool = True) -> None:
        self.mirror = mirror
        self._content = content
        self._panel: _Panel | None = None

    def draw(self, display: DisplayState) -> Image:
        """Return picture and panel, shape (height, width, 3), RGB."""
        picture = _pad_to_height(self._picture(display), _MIN_HEIGHT)
        height = picture.shape[0]
        size = (max(_MIN_PANEL, round(_PANEL * height)), height)
        if self._panel is None or self._panel.size != size:
            self._panel = _Panel(*size)
        return np.concatenate([picture, self._panel.draw(self._content.panel(display))], axis=1)

    def _picture(self, display: DisplayState) -> Image:
        if display.detected is None:
            return self._content.placeholder(display)
        rgb = display.detected.frame.rgb
        scale = min(max(1.0, _MIN_HEIGHT / rgb.shape[0]), _BOX[0] / rgb.shape[1], _BOX[1] / rgb.shape[0])
        picture = rgb if scale == 1.0 else resize(rgb, scale)
        picture = np.ascontiguousarray(picture[:, ::-1] if self.mirror else picture).copy()
        if display.camera in ("lost", "paused"):
            # Dimmed: it is an old picture.
            return np.asarray(picture // 3, dtype=np.uint8)
        self._draw_runner(picture, display)
        return picture

    def _draw_runner(self, picture: Image, display: DisplayState) -> None:
        detected, view = display.detected, display.output.view.view
        if detected is None or detected.observation is None or view is None:
            return
        height, width = picture.shape[:2]
        scale = np.array([width / detected.frame.size[0], height / detected.frame.size[1]])
        landmarks = detected.observation.landmarks * scale
        side = min(picture.shape[:2])
        bones = skeleton(self._mirrored(landmarks, width), view.visible_side, max(1.0, _BONE * side))
        draw_lines(picture, bones, 0.5)
        estimate = display.state.estimate
        if estimate is None or estimate.outline is None or estimate.angles is None:
            return
        hips, shoulders = trunk_axis(landmarks[None], view.facing)
        trunk = Trunk(hips[0], shoulders[0], view.facing)
        if self.mirror:
            trunk = replace(
                trunk,
                hips=self._mirrored(hips, width)[0],
                shoulders=self._mirrored(shoulders, width)[0],
                facing="left" if view.facing == "right" else "right",
            )
        line = max(3.0, _LINE * side)
        arch = estimate.analysis.measures.get("lumbar_arch_deg") is not None
        draw_back(picture, BackPose(trunk, estimate.outline, estimate.angles, 0), trunk, line, arch=arch)

    def _mirrored(self, points: Points, width: int) -> Points:
        if not self.mirror:
            return points
        return np.stack([width - points[..., 0], points[..., 1]], axis=-1)


def _pad_to_height(picture: Image, height: int) -> Image:
    """Return a picture with black above and below."""
    missing = height - picture.shape[0]
    if missing <= 0:
        return picture
    return np.pad(picture, ((missing // 2, missing - missing // 2), (0, 0), (0, 0)))


class _Panel:
    """Draws a `PanelContent` of letters, gauges and a drawing, again only when it has changed.

    Sizes are shares of `unit`, pixels; `size` is width and height, pixels.
    """

    def __init__(self, width: int, height: int) -> None:
        self.size = (width, height)
        self.unit = width
        self._canvas: Image = np.empty((height, width, 3), dtype=np.uint8)
        self._content: PanelContent | None = None
        # Both measure glyph by glyph, which takes longer than all the rest.
        self._letters = lru_cache(maxsize=256)(letters)
        self._wrapped = lru_cache(maxsize=256)(wrapped)

    def draw(self, content: PanelContent) -> Image:
        """Return the panel, shape (height, width, 3), RGB; the same array each time."""
        if content == self._content:
            return self._canvas
        self._content = content
        self.unit = min(self.size[0], round(content.unit_share * self.size[1]))
        self._canvas[:] = GROUND
        top = self._draw_banner(content)
        for block in content.blocks:
            if isinstance(block, PanelGauge):
                top = self._draw_gauge(block, top)
            elif block.plate is not None:
                top = self._draw_plate(block, block.plate, top)
            else:
                top = self._draw_text(block, top)
        bottom = self._draw_footer(content.footer)
        if content.drawing is not None:
            self._draw_drawing(content.drawing, top + 0.02 * self.unit, bottom - 0.02 * self.unit)
        return self._canvas

    def _wrap(self, text: PanelText) -> list[str]:
        """Return a text in lines that fit between the margins; none for an empty text."""
        room = self.size[0] * (1 - 2 * MARGIN)
        if not text.text:
            return []
        return self._wrapped(text.text, self._size(text) * self.unit, room, bold=text.bold)

    def _size(self, text: PanelText) -> float:
        """Return the largest size in which a text is one line, else its own."""
        larger = (replace(text, size=size, one_line_sizes=()) for size in text.one_line_sizes)
        return next((one.size for one in larger if len(self._wrap(one)) == 1), text.size)

    def _height(self, size: float, lines: int) -> float:
        return _SPACING * size * self.unit * lines

    def _draw_text(self, text: PanelText, top: float) -> float:
        """Write a text, without the lines below the panel's end, and return where the next one begins."""
        width, height = self.size
        size = self._size(text)
        top += text.space_above * self.unit
        for line in self._wrap(text):
            bottom = top + self._height(size, 1)
            if bottom <= height:
                drawn = self._letters(line, size * self.unit, bold=text.bold)
                write(self._canvas, drawn, (MARGIN * width, top + size * self.unit), text.colour)
            top = bottom
        return top

    def _draw_banner(self, content: PanelContent) -> float:
        rows = sum(self._height(self._size(text), len(self._wrap(text))) for text in content.banner)
        bottom = round(rows + 1.4 * MARGIN * self.unit)
        self._canvas[:bottom] = content.banner_colour
        top = 0.4 * MARGIN * self.unit
        for text in content.banner:
            top = self._draw_text(text, top)
        if content.progress is not None:
            bar = max(3, round(0.018 * self.unit))
            self._canvas[bottom : bottom + bar] = TRACK
            self._canvas[bottom : bottom + bar, : round(content.progress * self.size[0])] = _PROGRESS
            bottom += bar
        return bottom + content.banner_space * self.unit

    def _draw_plate(self, text: PanelText, colour: Colour, top: float) -> float:
        bottom = top + self._height(text.size, len(self._wrap(text))) + 0.6 * MARGIN * self.unit
        self._canvas[round(top) : round(bottom)] = colour
        self._draw_text(text, top + 0.2 * MARGIN * self.unit)
        return bottom + 0.5 * MARGIN * self.unit

    def _draw_gauge(self, gauge: PanelGauge, top: float) -> float:
        canvas, width = self._canvas, self.size[0]
        top = self._draw_text(PanelText(gauge.title, _TITLE, gauge.colour), top)
        top = self._draw_text(PanelText(gauge.number, _NUMBER, INK, bold=True), top)
        left, right = round(MARGIN * width), round((1 - MARGIN) * width)
        bar = round(0.05 * self.unit)
        row = round(top + 0.01 * self.unit)

        def x(value: float) -> int:
            share = (value - gauge.span[0]) / (gauge.span[1] - gauge.span[0])
            return round(left + float(np.clip(share, 0.0, 1.0)) * (right - left))

        canvas[row : row + bar, left:right] = TRACK
        canvas[row : row + bar, x(gauge.neutral[0]) : x(gauge.neutral[1])] = _ZONE
        inset = bar // 4
        canvas[row + inset : row + bar - inset, x(gauge.low) : x(gauge.high) + 1] = gauge.colour
        mark = max(2, round(0.008 * width))
        canvas[row - inset : row + bar + inset, x(gauge.value) - mark : x(gauge.value) + mark] = INK
        top = self._draw_text(PanelText(gauge.legend, SMALL, MUTED), row + 1.5 * bar)
        return top + 0.5 * MARGIN * self.unit

    def _draw_footer(self, texts: tuple[PanelText, ...]) -> float:
        """Write texts at the bottom, and return where they begin."""
        lines = sum(len(self._wrap(text)) for text in texts)
        begin = top = self.size[1] - 0.5 * MARGIN * self.size[0] - self._height(SMALL, lines)
        for text in texts:
            top = self._draw_text(text, top)
        return begin

    def _draw_drawing(self, drawing: Drawing, top: float, bottom: float) -> None:
        """Place a drawing between two rows, where there is room for it."""
        height = min(round(bottom - top), round(0.75 * _MAX_DRAWING * self.size[0]))
        if height < _MIN_DRAWING * self.unit:
            return
        picture = drawing_on_paper(drawing, round(height * 4 / 3), height)
        left = (self.size[0] - picture.shape[1]) // 2
        row = round(bottom) - picture.shape[0]
        self._canvas[row : row + picture.shape[0], left : left + picture.shape[1]] = picture


@lru_cache(maxsize=8)
def drawing_on_paper(drawing: Drawing, width: int, height: int) -> Image:
    """Return a drawing on light paper, as large as fits, shape (height, width, 3), RGB."""
    rgba = decode_rgba(picture_bytes(drawing))
    small = resize(rgba, min(width / rgba.shape[1], height / rgba.shape[0]))
    cover = small[..., 3:] / 255.0
    paper = np.full((height, width, 3), PAPER, dtype=np.uint8)
    row, left = (height - small.shape[0]) // 2, (width - small.shape[1]) // 2
    part = paper[row : row + small.shape[0], left : left + small.shape[1]]
    part[:] = np.round(part * (1 - cover) + small[..., :3] * cover).astype(np.uint8)
    return paper
