"""The window's content: a banner, the runner with skeleton, back line and arch, and a text panel beside them."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

import numpy as np

from posture.drawing.canvas import decode_rgba, draw_dots, draw_lines, resize, write
from posture.drawing.palette import GROUND, INK, WHITE, Colour
from posture.drawing.text import letters, wrapped
from posture.exercises.library import Picture as Drawing
from posture.exercises.library import picture_bytes
from posture.live.screen.content import SMALL, TRACK, PanelContent, PanelGauge, PanelText, ScreenContent
from posture.live.screen.figure import figure_lines
from posture.live.session import DisplayState
from posture.types import Image

# Width and height of a window that has none yet, and the largest that is drawn: more takes time from the detector.
SIZE, _MAX_SIZE, _MIN_SIZE = (1280, 720), (1920, 1080), (320, 240)
# Largest width of the picture, share of the window's; a narrow window's unit is limited by this share of its width.
_PICTURE, _UNIT_OF_WIDTH = 0.62, 0.75
# Space beside and between texts, share of the unit.
_GAP = 0.03
# Letters of a gauge, shares of the unit.
_TITLE, _NUMBER = 0.045, 0.09
# Line height, share of the letters' size.
_SPACING = 1.25
# Height of a drawing, share of the unit: at least.
_MIN_DRAWING = 0.2
_ZONE: Colour = (47, 107, 85)
_PROGRESS: Colour = (120, 200, 160)
# Drawings are made for light and dark grounds; this is paper.
PAPER: Colour = (246, 246, 243)


def fitted_size(width: int, height: int) -> tuple[int, int]:
    """Return the size to draw for a window, of the same shape where it is neither tiny nor huge."""
    if width < _MIN_SIZE[0] or height < _MIN_SIZE[1]:
        return SIZE
    scale = min(1.0, _MAX_SIZE[0] / width, _MAX_SIZE[1] / height)
    return max(_MIN_SIZE[0], round(scale * width)), max(_MIN_SIZE[1], round(scale * height))


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

    def draw(self, display: DisplayState, size: tuple[int, int] = SIZE) -> Image:
        """Return the window's content, shape (height, width, 3), RGB; `size` is its width and height, pixels."""
        if self._panel is None or self._panel.size != size:
            self._panel = _Panel(*size)
        content = self._content.panel(display)
        if content.wide:
            return self._panel.draw(content, 0.0)
        detected = display.detected
        rgb = self._content.placeholder(display) if detected is None else detected.frame.rgb
        canvas = self._panel.draw(content, rgb.shape[1] / rgb.shape[0])
        place = canvas[self._panel.picture_rows, : self._panel.picture_width]
        scale = min(place.shape[0] / rgb.shape[0], place.shape[1] / rgb.shape[1])
        picture = resize(rgb, scale)[: place.shape[0], : place.shape[1]]
        if detected is not None:
            picture = self._with_runner(picture, display)
        place[:] = 0 if detected is not None else PAPER
        row, left = ((own - other) // 2 for own, other in zip(place.shape, picture.shape[:2], strict=False))
        place[row : row + picture.shape[0], left : left + picture.shape[1]] = picture
        return canvas

    def _with_runner(self, picture: Image, display: DisplayState) -> Image:
        picture = np.ascontiguousarray(picture[:, ::-1] if self.mirror else picture).copy()
        if display.camera in ("lost", "paused"):
            # Dimmed: it is an old picture.
            return np.asarray(picture // 3, dtype=np.uint8)
        self._draw_runner(picture, display)
        return picture

    def _draw_runner(self, picture: Image, display: DisplayState) -> None:
        lines = figure_lines(display, (picture.shape[1], picture.shape[0]), mirror=self.mirror)
        if lines is None:
            return
        draw_lines(picture, lines.bones, 0.5)
        # The contour last: its dark edge, too, lies over the tangents.
        draw_lines(picture, lines.back[:-1])
        draw_lines(picture, lines.back[-1:])
        draw_dots(picture, lines.dots, WHITE, lines.dot_radius)


class _Panel:
    """Draws a `PanelContent` around the place of the picture, again only when it has changed.

    Sizes are shares of `unit`, pixels; `size` is width and height, pixels.

    Attributes
    ----------
    picture_rows, picture_width
        Place of the picture, at the left, pixels.
    """

    def __init__(self, width: int, height: int) -> None:
        self.size = (width, height)
        self.unit = min(height, round(_UNIT_OF_WIDTH * width))
        self.picture_rows, self.picture_width = slice(0, height), 0
        self._canvas: Image = np.empty((height, width, 3), dtype=np.uint8)
        self._drawn: tuple[PanelContent, float] | None = None
        # Left and right end of the texts, and where they end at the bottom, pixels.
        self._left, self._right, self._bottom = 0.0, float(width), float(height)
        # Both measure glyph by glyph, which takes longer than all the rest.
        self._letters = lru_cache(maxsize=256)(letters)
        self._wrapped = lru_cache(maxsize=256)(wrapped)

    def draw(self, content: PanelContent, aspect: float) -> Image:
        """Return the panel, shape (height, width, 3), RGB; the same array each time.

        Parameters
        ----------
        aspect
            Width of the picture, share of its height; 0 for none.
        """
        if self._drawn == (content, aspect):
            return self._canvas
        self._drawn = (content, aspect)
        width, height = self.size
        gap = _GAP * self.unit
        self._canvas[:] = GROUND
        self._left, self._right, self._bottom = gap, width - gap, float(height)
        top = self._draw_banner(content)
        bottom = self._draw_footer(content.footer)
        self.picture_rows = slice(top, max(top + 1, round(bottom - 0.5 * gap)))
        rows = self.picture_rows.stop - top
        self.picture_width = min(max(1, round(aspect * rows)), round(_PICTURE * width))
        self._left, self._bottom = (self.picture_width if aspect else 0) + gap, bottom
        row = top + gap
        for block in content.blocks:
            if isinstance(block, PanelGauge):
                row = self._draw_gauge(block, row)
            elif block.plate is not None:
                row = self._draw_plate(block, block.plate, row)
            else:
                row = self._draw_text(block, row)
        if content.drawing is not None:
            self._draw_drawing(content.drawing, row + 0.5 * gap, bottom - 0.5 * gap)
        return self._canvas

    def _wrap(self, text: PanelText) -> list[str]:
        """Return a text in lines that fit between the ends; none for an empty text."""
        if not text.text:
            return []
        return self._wrapped(text.text, text.size * self.unit, self._right - self._left, bold=text.bold)

    def _fitted(self, text: PanelText) -> PanelText:
        """Return a text in the largest size in which it is one line, else in its own."""
        larger = (replace(text, size=size, one_line_sizes=()) for size in text.one_line_sizes)
        return next((one for one in larger if len(self._wrap(one)) == 1), text)

    def _height(self, text: PanelText) -> float:
        return _SPACING * text.size * self.unit * len(self._wrap(text))

    def _draw_text(self, text: PanelText, top: float) -> float:
        """Write a text, without the lines that find no room, and return where the next one begins."""
        text = self._fitted(text)
        top += text.space_above * self.unit
        for line in self._wrap(text):
            bottom = top + _SPACING * text.size * self.unit
            if bottom <= self._bottom + 1:
                drawn = self._letters(line, text.size * self.unit, bold=text.bold)
                write(self._canvas, drawn, (self._left, top + text.size * self.unit), text.colour)
            top = bottom
        return top

    def _draw_banner(self, content: PanelContent) -> int:
        """Draw the banner, and return the row below it."""
        gap, end = _GAP * self.unit, self._right
        if content.aside:
            aside = self._letters(content.aside, content.banner_share * self.unit, bold=True)
            self._right -= aside.cover.shape[1] + gap
        texts = [self._fitted(text) for text in content.banner]
        rows = sum(self._height(text) for text in texts)
        bottom = round(max(rows + gap, content.banner_share * self.unit))
        self._canvas[:bottom] = content.banner_colour
        row = (bottom - rows) / 2
        for text in texts:
            row = self._draw_text(text, row)
        if content.aside:
            write(self._canvas, aside, (self._right + gap, (bottom + aside.above) / 2), WHITE)
        self._right = end
        if content.progress is not None:
            bar = max(3, round(0.015 * self.unit))
            self._canvas[bottom : bottom + bar] = TRACK
            self._canvas[bottom : bottom + bar, : round(content.progress * self.size[0])] = _PROGRESS
            bottom += bar
        return bottom

    def _draw_plate(self, text: PanelText, colour: Colour, top: float) -> float:
        pad = 0.5 * _GAP * self.unit
        bottom = top + self._height(text) + 2 * pad
        self._canvas[round(top) : round(bottom), round(self._left - pad) :] = colour
        self._draw_text(text, top + pad)
        return bottom + pad

    def _draw_gauge(self, gauge: PanelGauge, top: float) -> float:
        canvas = self._canvas
        top = self._draw_text(PanelText(gauge.title, _TITLE, gauge.colour), top)
        top = self._draw_text(PanelText(gauge.number, _NUMBER, INK, bold=True), top)
        left, right = round(self._left), round(self._right)
        bar = round(0.04 * self.unit)
        row = round(top)
        if row + 2 * bar > self._bottom:
            return top

        def x(value: float) -> int:
            share = (value - gauge.span[0]) / (gauge.span[1] - gauge.span[0])
            return round(left + float(np.clip(share, 0.0, 1.0)) * (right - left))

        canvas[row : row + bar, left:right] = TRACK
        canvas[row : row + bar, x(gauge.neutral[0]) : x(gauge.neutral[1])] = _ZONE
        inset = bar // 4
        canvas[row + inset : row + bar - inset, x(gauge.low) : x(gauge.high) + 1] = gauge.colour
        mark = max(2, round(0.005 * self.unit))
        canvas[row - inset : row + bar + inset, x(gauge.value) - mark : x(gauge.value) + mark] = INK
        top = self._draw_text(PanelText(gauge.legend, SMALL, INK), row + 1.3 * bar)
        return top + 0.5 * _GAP * self.unit

    def _draw_footer(self, texts: tuple[PanelText, ...]) -> float:
        """Write texts at the bottom, and return where they begin."""
        begin = top = self.size[1] - 0.3 * _GAP * self.unit - sum(self._height(text) for text in texts)
        for text in texts:
            top = self._draw_text(text, top)
        return begin

    def _draw_drawing(self, drawing: Drawing, top: float, bottom: float) -> None:
        """Place a drawing between two rows, where there is room for it."""
        height = min(round(bottom - top), round(0.75 * (self._right - self._left)))
        if height < _MIN_DRAWING * self.unit:
            return
        picture = drawing_on_paper(drawing, round(height * 4 / 3), height)
        left = round((self._left + self._right - picture.shape[1]) / 2)
        row = round(bottom) - picture.shape[0]
        self._canvas[row : row + picture.shape[0], left : left + picture.shape[1]] = picture


@lru_cache(maxsize=8)
def drawing_on_paper(drawing: Drawing, width: int, height: int) -> Image:
    """Return a drawing on light paper, as large as fits, shape (height, width, 3), RGB."""
    rgba = decode_rgba(picture_bytes(drawing))[:, :: -1 if drawing.mirrored else 1]
    small = resize(rgba, min(width / rgba.shape[1], height / rgba.shape[0]))
    cover = small[..., 3:] / 255.0
    paper = np.full((height, width, 3), PAPER, dtype=np.uint8)
    row, left = (height - small.shape[0]) // 2, (width - small.shape[1]) // 2
    part = paper[row : row + small.shape[0], left : left + small.shape[1]]
    part[:] = np.round(part * (1 - cover) + small[..., :3] * cover).astype(np.uint8)
    return paper
