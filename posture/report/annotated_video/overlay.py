"""Texts on the annotated video: verdict and numbers in the upper corner behind the runner's head.

A player's controls lie at the bottom.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from posture.drawing.canvas import write
from posture.drawing.palette import ARCH, CASING, INK, MUTED, TILT, VERDICT, Colour
from posture.drawing.sign import draw_sign
from posture.drawing.text import letters, wrapped
from posture.language import gettext as _
from posture.records.analysis import Analysis
from posture.report.wording import headline_of, own_change, sentence, value_text
from posture.types import PRIMARY_MEASURES, Image

# Shares of the video's width. Shown 360 px wide, the smallest text is 12 px high.
HEADLINE, NUMBER, TEXT, MARGIN = 0.056, 0.044, 0.033, 0.02
# The width that counts is at most so many heights: texts on a wide picture keep clear of the player's controls.
WIDEST = 1.2
# Of the texts, share of the width; where the back is not seen from the side, the head may stand further behind.
ROOM, SMALL_ROOM = 0.57, 0.4
# Between a number and its limit, share of the number's height.
GAP = 0.45
LEADING = 1.28
MAX_LINES = 7
OPACITY = 0.72
COLOURS = {"pelvic_tilt_deg": TILT, "lumbar_arch_deg": ARCH}


@dataclass(frozen=True)
class _Line:
    """A line of text, with another one small behind it; size and indent in pixels."""

    text: str
    size: float
    colour: Colour
    bold: bool = False
    indent: float = 0.0
    aside: str = ""


class Overlay:
    """Writes on the pictures of a video.

    Parameters
    ----------
    size
        Width and height of the video, pixels.
    left
        Whether the texts stand in the left corner.
    """

    def __init__(self, analysis: Analysis, size: tuple[int, int], *, left: bool) -> None:
        self._analysis, self._left = analysis, left
        self._width = min(size[0], round(WIDEST * size[1]))
        is_measured = analysis.verdict.label != "not_measurable"
        self._margin = MARGIN * self._width
        self._room = (ROOM if is_measured else SMALL_ROOM) * self._width - 2 * self._margin
        self._titles = {"pelvic_tilt_deg": _("Tilt"), "lumbar_arch_deg": _("Arch")}
        self._stride_title = _("Stride {number} of {count}")
        self._part_title = _("Stride {number} of {count}, part {part}")
        self._mean, self._limit_title = _("Mean"), _("limit {value}")
        self._letters = lru_cache(maxsize=64)(letters)
        self._blocks = lru_cache(maxsize=4)(self._block)
        self._verdict_lines = self._of_verdict()

    def draw(self, picture: Image, stride: int | None) -> None:
        """Write on a picture.

        Parameters
        ----------
        stride
            Number of the stride among those of the analysis; None outside of all.
        """
        block, shine = self._blocks(stride)
        height, width = block.shape[:2]
        begin = 0 if self._left else picture.shape[1] - width
        behind = picture[:height, begin : begin + width]
        behind[:] = (behind * shine).astype(np.uint8) + block

    def texts(self, stride: int | None) -> list[str]:
        """Return the lines below the verdict during a stride (None: outside of all)."""
        return [f"{line.text} {line.aside}".strip() for line in self._of_stride(stride)]

    def label(self, name: str, degrees: float) -> str:
        """Return a measure's name with its value."""
        return f"{self._titles[name]} {value_text(degrees, 'deg', 0)}"

    def _block(self, stride: int | None) -> tuple[Image, NDArray[np.float32]]:
        """Return the texts on their plate, and which share of the picture shines through, each (height, width, 3)."""
        lines = [*self._verdict_lines, *self._of_stride(stride)]
        width = round(max(self._end(line) for line in lines) + 2 * self._margin)
        height = round(LEADING * sum(line.size for line in lines) + 1.2 * self._margin)
        # What differs between both shines through.
        on_black, on_white = np.zeros((height, width, 3), np.uint8), np.full((height, width, 3), 255, np.uint8)
        for ground in (on_black, on_white):
            ground[:] = (ground * (1.0 - OPACITY) + np.array(CASING) * OPACITY).astype(np.uint8)
            self._write(ground, lines)
        return on_black, (on_white - on_black).astype(np.float32) / np.float32(255)

    def _write(self, ground: Image, lines: Sequence[_Line]) -> None:
        draw_sign(ground, self._analysis.verdict.label, (self._margin, 0.9 * self._margin), lines[0].size)
        base = 0.6 * self._margin
        for line in lines:
            base += LEADING * line.size
            text = self._letters(line.text, line.size, bold=line.bold)
            write(ground, text, (self._margin + line.indent, base - 0.32 * line.size), line.colour)
            if line.aside:
                aside = self._letters(line.aside, TEXT * self._width)
                write(ground, aside, (self._margin + self._aside_at(line), base - 0.32 * line.size), INK)

    def _of_verdict(self) -> list[_Line]:
        verdict = self._analysis.verdict
        headline, size = headline_of(verdict.label), HEADLINE * self._width
        indent = 1.3 * size
        longest = max(letters(word, size, bold=True).cover.shape[1] for word in headline.split())
        size *= min(1.0, 0.98 * (self._room - indent) / longest)
        lines = [
            _Line(text, size, VERDICT[verdict.label], bold=True, indent=indent)
            for text in wrapped(headline, size, self._room - indent, bold=True)
        ]
        if verdict.reasons and (verdict.label == "not_measurable" or self._analysis.segments):
            # The first reason blocks most, or names the parts.
            lines += self._small(sentence(verdict.reasons[0]), INK)
        return lines

    def _of_stride(self, stride: int | None) -> list[_Line]:
        """Return the numbers of a stride, or of the whole clip outside of the strides, where it has one posture."""
        analysis, strides = self._analysis, self._analysis.gait.strides
        current = strides[stride] if stride is not None and stride < len(strides) else None
        lines: list[_Line] = []
        for name in PRIMARY_MEASURES:
            clip = analysis.measures.get(name)
            if clip is None or (current is None and analysis.segments):
                continue
            value = clip.value if current is None else (current.measures or {}).get(name)
            text = f"{self._titles[name]} –" if value is None else self.label(name, value)
            limit = _limit(analysis, name)
            aside = "" if limit is None else self._limit_title.format(value=value_text(limit, "deg", 0))
            lines += self._number(_Line(text, NUMBER * self._width, COLOURS[name], bold=True, aside=aside))
        if lines and current is not None and stride is not None:
            part = sum(segment.start_s <= current.start_s for segment in analysis.segments)
            title = self._part_title if part else self._stride_title
            lines += self._small(title.format(number=stride + 1, count=len(strides), part=part), MUTED)
        elif lines and strides:
            lines += self._small(self._mean, MUTED)
        return lines

    def _number(self, line: _Line) -> list[_Line]:
        """Return a number with its limit behind it, or below where that does not fit."""
        if self._end(line) <= self._room:
            return [line]
        return [replace(line, aside=""), *self._small(line.aside, INK)]

    def _aside_at(self, line: _Line) -> float:
        return line.indent + self._letters(line.text, line.size, bold=line.bold).cover.shape[1] + GAP * line.size

    def _end(self, line: _Line) -> float:
        """Return the width of a line, pixels."""
        if not line.aside:
            return self._aside_at(line) - GAP * line.size
        return self._aside_at(line) + self._letters(line.aside, TEXT * self._width).cover.shape[1]

    def _small(self, text: str, colour: Colour) -> list[_Line]:
        size = TEXT * self._width
        lines = wrapped(text, size, self._room)
        if len(lines) > MAX_LINES:
            lines = [*lines[: MAX_LINES - 1], f"{lines[MAX_LINES - 1]} …"]
        return [_Line(line, size, colour) for line in lines]


def _limit(analysis: Analysis, name: str) -> float | None:
    """Return the threshold of a measure: where the own standing posture decides, that plus its limit.

    None without a verdict, and for a standing person, since the thresholds are those of runners.
    """
    if not analysis.gait.strides or analysis.verdict.label == "not_measurable":
        return None
    change, limit = own_change(analysis, name)
    if change is None or limit is None or analysis.baseline is None:
        return analysis.verdict.thresholds.get(name)
    before = analysis.baseline.measures.get(name)
    return None if before is None else before.value + limit
