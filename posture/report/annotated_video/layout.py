"""The screen around the picture: the verdict above it, the timeline with its cursor and the numbers below."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from posture.drawing.canvas import write
from posture.drawing.palette import DARK, GROUND, INK, MUTED, WHITE, rgb_of
from posture.drawing.text import Letters, letters, wrapped
from posture.language import format_number
from posture.language import gettext as _
from posture.records.analysis import Analysis
from posture.report.plots.timeline import LEFT, TEXT, Step, Timeline, TimelineRow, draw_timeline
from posture.report.wording import headline_of, how_sure, own_change, sentence, value_text
from posture.types import PRIMARY_MEASURES, Array, Image

# Narrower pictures stand in the middle of a screen this wide, pixels: the letters need it.
LEAST_WIDTH = 360
# Shares of the screen's width.
HEADLINE, MARGIN, LINE = 0.038, 0.016, 1.32
MAX_LINES = 3


class Screen:
    """The pictures of the video, composed one after the other.

    Parameters
    ----------
    banner : shape (rows, width, 3)
        Stands above the picture.
    measures
        Those of the timeline's rows.
    span_s
        First and last moment of the video, seconds of the clip.

    Attributes
    ----------
    size, picture : tuple of int
        Width and height of the whole and of the clip's picture in it, pixels.
    top : int
        Row in which the picture begins.
    """

    def __init__(
        self,
        analysis: Analysis,
        banner: Image,
        timeline: Timeline,
        measures: tuple[str, ...],
        span_s: tuple[float, float],
        picture: tuple[int, int],
    ) -> None:
        width = banner.shape[1]
        self.picture = picture
        self.size = (width, banner.shape[0] + picture[1] + timeline.past.shape[0])
        self._analysis, self._timeline, self._measures, self._span_s = analysis, timeline, measures, span_s
        self._titles = {"pelvic_tilt_deg": _("Tilt"), "lumbar_arch_deg": _("Arch")}
        self._stride_title = _("Stride {number} of {count}")
        self._part_title = _("Stride {number} of {count}, part {part}")
        self._canvas = np.empty((self.size[1], width, 3), dtype=np.uint8)
        self._canvas[:] = GROUND
        self._canvas[: banner.shape[0]] = banner
        self.top = banner.shape[0]
        self._left = (width - picture[0]) // 2
        self._below = self._canvas[self.top + picture[1] :]
        self._below[:] = timeline.future
        self._cursor = int(timeline.left)
        self._letters = lru_cache(maxsize=64)(self._render)
        self._scale = self._scale_to_fit()
        self._written: list[str] | None = None

    def compose(self, picture: Image, time_s: float, stride: int | None) -> Image:
        """Return the whole screen at a moment; it is the same array each time.

        Parameters
        ----------
        picture : shape (height, width, 3)
        time_s
            Seconds of the clip; must not run back.
        stride
            Number of the stride among those of the analysis; None outside of all.
        """
        height, width = picture.shape[:2]
        self._canvas[self.top : self.top + height, self._left : self._left + width] = picture
        self._move_cursor(time_s)
        self._write_texts(stride)
        return self._canvas

    def _move_cursor(self, time_s: float) -> None:
        timeline, (first, last) = self._timeline, self._span_s
        share = (time_s - first) / (last - first) if last > first else 0.0
        x = round(timeline.left + float(np.clip(share, 0.0, 1.0)) * (timeline.right - timeline.left))
        width = max(1, round(0.0025 * self.size[0]))
        begin = min(self._cursor, x)
        self._below[:, begin:x] = timeline.past[:, begin:x]
        self._below[: timeline.bottom, x : x + width] = WHITE
        self._cursor = x

    def _write_texts(self, stride: int | None) -> None:
        """Rewrite the texts of the rows where they have changed."""
        texts = self.texts(stride)
        if texts == self._written:
            return
        self._written = texts
        edge = int(LEFT * self.size[0])
        self._below[:, :edge] = self._timeline.past[:, :edge]
        colours = [*(rgb_of(DARK.of(name)) for name in self._measures), MUTED]
        for text, colour, middle in zip(texts, colours, self._timeline.rows, strict=True):
            at = (MARGIN * self.size[0], middle + 0.36 * TEXT * self.size[0])
            write(self._below[:, :edge], self._letters(text, colour != MUTED), at, colour)

    def texts(self, stride: int | None) -> list[str]:
        """Return the texts beside the rows during a stride (None: outside of all), from the first row down."""
        strides = self._analysis.gait.strides
        current = strides[stride] if stride is not None and stride < len(strides) else None
        texts = []
        for name in self._measures:
            value = None if current is None else (current.measures or {}).get(name)
            if not strides and (clip := self._analysis.measures.get(name)) is not None:
                # A standing person: the number of the clip.
                value = clip.value
            texts.append(f"{self._titles[name]} {'–' if value is None else value_text(value, 'deg')}")
        if current is None or stride is None:
            return [*texts, ""]
        part = sum(segment.start_s <= current.start_s for segment in self._analysis.segments)
        title = self._part_title if part else self._stride_title
        return [*texts, title.format(number=stride + 1, count=len(strides), part=part)]

    def _render(self, text: str, bold: bool, scale: float | None = None) -> Letters:
        size = (1.06 if bold else 0.9) * (scale or self._scale[bold]) * TEXT * self.size[0]
        return letters(text, size, bold=bold)

    def _scale_to_fit(self) -> dict[bool, float]:
        """Return factors on the size of the measures (True) and of the stride (False) that fit beside their rows."""
        room = (LEFT - 2 * MARGIN) * self.size[0]
        count = len(self._analysis.gait.strides)
        title = self._part_title if self._analysis.segments else self._stride_title
        widest = {
            True: [f"{self._titles[name]} {value_text(88.8, 'deg')}" for name in self._measures],
            False: [title.format(number=count, count=count, part=len(self._analysis.segments))],
        }
        return {
            bold: min([1.0, *(room / self._render(text, bold, 1.0).cover.shape[1] for text in texts)])
            for bold, texts in widest.items()
        }


def make_screen(analysis: Analysis, times_s: Array, picture: tuple[int, int]) -> Screen:
    """Lay out the screen for a clip.

    Parameters
    ----------
    times_s : shape (F,)
        Of the frames, seconds of the clip.
    picture
        Width and height of the clip's pictures, pixels.
    """
    width = max(picture[0], LEAST_WIDTH)
    end = float(times_s[0]) + (analysis.source.duration_s or float(times_s[-1] - times_s[0]))
    span_s = (float(times_s[0]), max(end, float(times_s[-1])))
    rows = _rows(analysis, span_s)
    used = [(s.start_s, s.end_s) for s in analysis.gait.strides]
    left_out = [(s.start_s, s.end_s) for s in analysis.gait.left_out]
    changes = [segment.start_s for segment in analysis.segments[1:]]
    timeline = draw_timeline(rows, used, left_out, span_s, width, changes)
    measures = tuple(row.measure for row in rows)
    return Screen(analysis, _banner(analysis, width), timeline, measures, span_s, picture)


def _rows(analysis: Analysis, span_s: tuple[float, float]) -> list[TimelineRow]:
    rows = []
    for name in PRIMARY_MEASURES:
        clip = analysis.measures.get(name)
        if clip is None:
            continue
        steps = [
            Step(s.start_s, s.end_s, value)
            for s in analysis.gait.strides
            if s.measures is not None and (value := s.measures.get(name)) is not None
        ]
        if not analysis.gait.strides:
            steps = [Step(*span_s, clip.value)]
        if steps:
            limit = _limit(analysis, name)
            rows.append(TimelineRow(name, steps, limit, "" if limit is None else format_number(limit, 1)))
    return rows


def _limit(analysis: Analysis, name: str) -> float | None:
    """Return the threshold of a measure: where the own standing posture decides, that plus its limit.

    None for a standing person, since the thresholds are those of runners.
    """
    if not analysis.gait.strides:
        return None
    change, limit = own_change(analysis, name)
    if change is None or limit is None or analysis.baseline is None:
        return analysis.verdict.thresholds.get(name)
    before = analysis.baseline.measures.get(name)
    return None if before is None else before.value + limit


def _banner(analysis: Analysis, width: int) -> Image:
    """Return the verdict in words, which stands above the picture."""
    margin, room = MARGIN * width, (1 - 2 * MARGIN) * width
    big, small = HEADLINE * width, TEXT * width
    head = letters(headline_of(analysis.verdict.label), big, bold=True)
    if analysis.verdict.label == "not_measurable" or analysis.segments:
        # The first reason blocks most, or names the parts.
        reasons = analysis.verdict.reasons
        text, colour = sentence(reasons[0]) if reasons else "", INK
    else:
        sure = how_sure(analysis)
        text, colour = "" if sure is None else _("How sure: {words}").format(words=sure), MUTED
    lines = [letters(line, small) for line in _shortened(wrapped(text, small, room))]
    beside = len(lines) == 1 and head.cover.shape[1] + 3 * margin + lines[0].cover.shape[1] <= room
    rows = LINE * big + (0 if beside else LINE * small * len(lines)) + 1.2 * margin
    banner = np.empty((2 * round(rows / 2), width, 3), dtype=np.uint8)
    banner[:] = GROUND
    base = 0.6 * margin + big
    write(banner, head, (margin, base), INK)
    for line in lines:
        if beside:
            write(banner, line, (head.cover.shape[1] + 3 * margin, base), colour)
        else:
            base += LINE * small
            write(banner, line, (margin, base), colour)
    return banner


def _shortened(lines: list[str]) -> list[str]:
    return lines if len(lines) <= MAX_LINES else [*lines[: MAX_LINES - 1], f"{lines[MAX_LINES - 1]} …"]
