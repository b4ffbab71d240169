"""The plots below the annotated video: tilt and arch of the strides over time, and the strides themselves.

Drawn once in two editions, for the past and for the time still to come; the video shows the first up to its moment and
the second after it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from posture.drawing.palette import DARK
from posture.language import format_short_number
from posture.language import gettext as _
from posture.report.plots.style import MARKER
from posture.types import Image

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

# Shares of the video's width; shown 380 px wide, text of TEXT is 12 px high.
TEXT = 0.0315
LEFT, RIGHT = 0.285, 0.105
ROW, STRIP, AXIS, GAP = 0.072, 0.034, 0.036, 0.012
# Least range of a row, degrees, so that noise does not look like movement.
LEAST_DEG = 12.0
DPI = 100
# Narrower strides get no marks, pixels.
DOT_PX = 9.0
SHORTEST_S = 1e-3
Spans = Sequence[tuple[float, float]]
TICK_STEPS_S = (0.5, 1, 2, 5, 10, 20, 30, 60, 120, 300, 600)


@dataclass(frozen=True)
class Step:
    """Value of a stride, and its time in seconds of the clip."""

    start_s: float
    end_s: float
    value: float


@dataclass(frozen=True)
class TimelineRow:
    """A measure over time; its name in the record gives colour and shape."""

    measure: str
    steps: Sequence[Step]
    threshold: float | None
    threshold_text: str


@dataclass(frozen=True)
class Timeline:
    """The drawn rows with the strip below them.

    Attributes
    ----------
    past, future : shape (height, width, 3)
        Both editions.
    left, right
        Beginning and end of the time axis, pixels.
    bottom
        End of the strip, pixels from the top.
    rows
        Middles of the rows, pixels from the top; the strip's is the last.
    """

    past: Image
    future: Image
    left: float
    right: float
    bottom: int
    rows: tuple[float, ...]


def draw_timeline(
    rows: Sequence[TimelineRow],
    used: Spans,
    left_out: Spans,
    span_s: tuple[float, float],
    width: int,
    changes_s: Sequence[float] = (),
) -> Timeline:
    """Draw rows and strip.

    Parameters
    ----------
    rows
        Empty for a clip without measures.
    used, left_out
        Beginning and end of the strides of the strip, seconds of the clip.
    span_s
        First and last moment of the video, seconds of the clip.
    width
        Pixels, even.
    changes_s
        Moments at which the posture changes, seconds of the clip.
    """
    from matplotlib.figure import Figure

    # A single frame takes time too.
    span_s = (span_s[0], max(span_s[1], span_s[0] + SHORTEST_S))
    heights = [*[ROW * width] * len(rows), STRIP * width]
    gaps, axis = GAP * width, AXIS * width
    height = 2 * round((sum(heights) + gaps * (len(heights) + 1) + axis) / 2)
    tops = np.cumsum([gaps, *[h + gaps for h in heights]])[:-1]
    editions = []
    for is_past in (True, False):
        figure = Figure(figsize=(width / DPI, height / DPI), dpi=DPI, facecolor=DARK.ground)
        for row, top, row_height in zip(rows, tops, heights, strict=False):
            axes = _axes(figure, top, row_height, height, span_s)
            _row(axes, row, width, is_past)
            for moment in changes_s:
                axes.axvline(moment, color=DARK.muted, linewidth=_points(max(1.0, 0.0017 * width)))
        axes = _axes(figure, tops[-1], heights[-1], height, span_s)
        _strip(axes, used, left_out, width, is_past)
        _time_axis(axes, span_s, width)
        editions.append(_pixels(figure))
    middles = tuple(float(top + row_height / 2) for top, row_height in zip(tops, heights, strict=True))
    bottom = round(tops[-1] + heights[-1])
    return Timeline(editions[0], editions[1], LEFT * width, (1 - RIGHT) * width, bottom, middles)


def _pixels(figure: Figure) -> Image:
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    canvas = FigureCanvasAgg(figure)
    canvas.draw()  # type: ignore[no-untyped-call]
    rgba = np.asarray(canvas.buffer_rgba())  # type: ignore[no-untyped-call]
    return np.ascontiguousarray(rgba[:, :, :3])


def _axes(figure: Figure, top: float, row_height: float, height: int, span_s: tuple[float, float]) -> Axes:
    axes = figure.add_axes((LEFT, 1 - (top + row_height) / height, 1 - LEFT - RIGHT, row_height / height))
    axes.set_facecolor("none")
    for spine in axes.spines.values():
        spine.set_visible(False)
    axes.set_xlim(*span_s)
    axes.set_xticks([])
    axes.set_yticks([])
    return axes


def _points(pixels: float) -> float:
    return pixels * 72 / DPI


def _row(axes: Axes, row: TimelineRow, width: int, is_past: bool) -> None:
    values = [s.value for s in row.steps] + ([] if row.threshold is None else [row.threshold])
    middle, reach = (max(values) + min(values)) / 2, max(max(values) - min(values), LEAST_DEG) / 2
    axes.set_ylim(middle - 1.25 * reach, middle + 1.25 * reach)
    first, last = axes.get_xlim()
    # Grey: nothing was measured here.
    _bars(axes, _unmeasured(row.steps, first, last), *axes.get_ylim(), DARK.faint, 0.75 if is_past else 0.45)
    if row.threshold is not None:
        line = _points(max(1.2, 0.0017 * width))
        axes.axhline(row.threshold, color=DARK.muted, linewidth=line, linestyle=(0, (4, 3)))
        axes.annotate(
            row.threshold_text, (1, row.threshold), (_points(0.01 * width), 0), xycoords=("axes fraction", "data"),
            textcoords="offset points", color=DARK.muted, fontsize=_points(0.029 * width), va="center",
            annotation_clip=False,
        )  # fmt: skip
    colour, alpha = DARK.of(row.measure), 1.0 if is_past else 0.28
    px_per_s = (axes.get_position().width * width) / max(last - first, 1e-9)
    line = _points(max(1.5, 0.0032 * width))
    start, end, value = np.array([(s.start_s, s.end_s, s.value) for s in row.steps]).reshape(-1, 3).T
    axes.hlines(value, start, end, color=colour, alpha=alpha, linewidth=line)
    if row.steps and np.median(end - start) * px_per_s >= DOT_PX:
        axes.plot(
            (start + end) / 2, value, MARKER.get(row.measure, "o"), color=colour, alpha=alpha,
            markersize=_points(max(4.0, 0.011 * width)), markeredgewidth=0,
        )  # fmt: skip


def _bars(axes: Axes, spans: Spans, low: float, high: float, colour: str, alpha: float) -> None:
    """Fill spans of time between two heights."""
    widths = [(start, end - start) for start, end in spans]
    axes.broken_barh(widths, (low, high - low), facecolors=colour, alpha=alpha, linewidth=0)


def _unmeasured(steps: Sequence[Step], first: float, last: float) -> Spans:
    """Return the spans without a measured stride."""
    ends = [first, *(s.end_s for s in steps)]
    starts = [*(s.start_s for s in steps), last]
    return [(a, b) for a, b in zip(ends, starts, strict=True) if b - a > 1e-3]


def _strip(axes: Axes, used: Spans, left_out: Spans, width: int, is_past: bool) -> None:
    axes.set_ylim(0, 1)
    if not used and not left_out:
        axes.axhline(0.5, color=DARK.faint, linewidth=_points(max(1.0, 0.0017 * width)))
    faded = 1.0 if is_past else 0.3
    _bars(axes, left_out, 0.25, 0.75, DARK.left_out, 0.3 * faded)
    _bars(axes, used, 0.25, 0.75, DARK.ink, 0.28 * faded)
    strikes = sorted({t for span in (*used, *left_out) for t in span})
    line = _points(max(1.0, min(0.0032 * width, 0.25 * width / max(len(strikes), 1))))
    axes.vlines(strikes, 0, 1, color=DARK.ink, alpha=faded, linewidth=line)


def _time_axis(axes: Axes, span_s: tuple[float, float], width: int) -> None:
    from matplotlib.ticker import FixedLocator

    first, last = span_s
    room = (1 - LEFT - RIGHT) / (3.6 * TEXT)
    step = next((s for s in TICK_STEPS_S if (last - first) / s <= room), TICK_STEPS_S[-1])
    ticks = np.arange(np.ceil(first / step - 1e-6), np.floor(last / step + 1e-6) + 1) * step
    axes.xaxis.set_major_locator(FixedLocator(ticks.tolist()))
    seconds = _("{number} s")
    axes.set_xticklabels([seconds.format(number=format_short_number(float(tick) + 0.0)) for tick in ticks])
    size, pad = _points(0.027 * width), _points(0.006 * width)
    axes.tick_params(axis="x", colors=DARK.muted, labelsize=size, length=0, pad=pad)
