"""The plots below the film: the strides' tilt and arch over time, and the strides themselves.

Drawn once in two editions, for what has been and for what is still to come; the film shows the first up to the moment
and the second after it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from posture.drawing.palette import DARK
from posture.language import format_short_number
from posture.report.plots.style import MARKER
from posture.types import Image

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

# Shares of the film's width; shown 380 px wide, text of TEXT is 12 px high.
TEXT = 0.0315
LEFT, RIGHT = 0.285, 0.105
ROW, STRIP, AXIS, GAP = 0.072, 0.034, 0.036, 0.012
# A row shows at least so many degrees, so that noise does not look like movement.
LEAST_DEG = 12.0
DPI = 100
# Narrower strides get no marks of their own, pixels.
DOT_PX = 9.0
SHORTEST_S = 1e-3
FEWEST_TICKS_S = (0.5, 1, 2, 5, 10, 20, 30, 60, 120, 300, 600)


@dataclass(frozen=True)
class Step:
    """A stride's value, and when it was: seconds of the clip."""

    start_s: float
    end_s: float
    value: float


@dataclass(frozen=True)
class Row:
    """A measure over time.

    Attributes
    ----------
    measure : str
        Its name in the record; gives colour and shape.
    steps : sequence of Step
    threshold : float or None
    threshold_text : str
        What is written at the threshold.
    """

    measure: str
    steps: Sequence[Step]
    threshold: float | None
    threshold_text: str


@dataclass(frozen=True)
class Strip:
    """The strides over time: seconds of the clip.

    Attributes
    ----------
    used, left_out : sequence of (start, end)
    """

    used: Sequence[tuple[float, float]]
    left_out: Sequence[tuple[float, float]]


@dataclass(frozen=True)
class Panel:
    """The finished panel.

    Attributes
    ----------
    past, future : array of uint8, shape (height, width, 3)
        RGB.
    left, right : float
        Where the time axis begins and ends, pixels.
    bottom : int
        Where the strip ends, pixels from the top.
    rows : tuple of float
        The rows' middles, pixels from the top; the strip's is the last.
    """

    past: Image
    future: Image
    left: float
    right: float
    bottom: int
    rows: tuple[float, ...]


def film_panel(
    rows: Sequence[Row], strip: Strip, span_s: tuple[float, float], width: int, seconds: str
) -> Panel:
    """Draw the panel.

    Parameters
    ----------
    rows : sequence of Row
        None for a clip without measures.
    strip : Strip
    span_s : tuple of float
        First and last moment of the film, seconds of the clip.
    width : int
        Pixels, even.
    seconds : str
        How a time is written, such as ``{number} s``.
    """
    # A single frame takes time too.
    span_s = (span_s[0], max(span_s[1], span_s[0] + SHORTEST_S))
    heights = [*[ROW * width] * len(rows), STRIP * width]
    gaps, axis = GAP * width, AXIS * width
    height = 2 * round((sum(heights) + gaps * (len(heights) + 1) + axis) / 2)
    tops = np.cumsum([gaps, *[h + gaps for h in heights]])[:-1]
    editions = []
    for past in (True, False):
        figure = _figure(width, height)
        axes = None
        for row, top, tall in zip(rows, tops, heights, strict=False):
            axes = _axes(figure, top, tall, height, span_s)
            _row(axes, row, width, past)
        axes = _axes(figure, tops[-1], heights[-1], height, span_s)
        _strip(axes, strip, width, past)
        _time_axis(axes, span_s, width, seconds)
        editions.append(_pixels(figure))
    middles = tuple(float(top + tall / 2) for top, tall in zip(tops, heights, strict=True))
    bottom = round(tops[-1] + heights[-1])
    return Panel(editions[0], editions[1], LEFT * width, (1 - RIGHT) * width, bottom, middles)


def _figure(width: int, height: int) -> Figure:
    from matplotlib.figure import Figure

    return Figure(figsize=(width / DPI, height / DPI), dpi=DPI, facecolor=DARK.ground)


def _pixels(figure: Figure) -> Image:
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    canvas = FigureCanvasAgg(figure)
    canvas.draw()  # type: ignore[no-untyped-call]
    rgba = np.asarray(canvas.buffer_rgba())  # type: ignore[no-untyped-call]
    return np.ascontiguousarray(rgba[:, :, :3])


def _axes(figure: Figure, top: float, tall: float, height: int, span_s: tuple[float, float]) -> Axes:
    axes = figure.add_axes((LEFT, 1 - (top + tall) / height, 1 - LEFT - RIGHT, tall / height))
    axes.set_facecolor("none")
    for spine in axes.spines.values():
        spine.set_visible(False)
    axes.set_xlim(*span_s)
    axes.set_xticks([])
    axes.set_yticks([])
    return axes


def _points(pixels: float) -> float:
    return pixels * 72 / DPI


def _row(axes: Axes, row: Row, width: int, past: bool) -> None:
    values = [s.value for s in row.steps] + ([] if row.threshold is None else [row.threshold])
    middle, reach = (max(values) + min(values)) / 2, max(max(values) - min(values), LEAST_DEG) / 2
    axes.set_ylim(middle - 1.25 * reach, middle + 1.25 * reach)
    first, last = axes.get_xlim()
    # Grey: nothing was measured here.
    low, high = axes.get_ylim()
    _bars(axes, _unmeasured(row.steps, first, last), (low, high), DARK.faint, 0.75 if past else 0.45)
    if row.threshold is not None:
        line = _points(max(1.2, 0.0017 * width))
        axes.axhline(row.threshold, color=DARK.muted, linewidth=line, linestyle=(0, (4, 3)))
        axes.annotate(
            row.threshold_text,
            (1, row.threshold),
            (_points(0.01 * width), 0),
            xycoords=("axes fraction", "data"),
            textcoords="offset points",
            color=DARK.muted,
            fontsize=_points(0.029 * width),
            va="center",
            annotation_clip=False,
        )
    colour, faded = DARK.of(row.measure), 1.0 if past else 0.28
    each = (axes.get_position().width * width) / max(last - first, 1e-9)
    axes.hlines(
        [s.value for s in row.steps],
        [s.start_s for s in row.steps],
        [s.end_s for s in row.steps],
        color=colour,
        alpha=faded,
        linewidth=_points(max(1.5, 0.0032 * width)),
    )
    if row.steps and np.median([s.end_s - s.start_s for s in row.steps]) * each >= DOT_PX:
        axes.plot(
            [(s.start_s + s.end_s) / 2 for s in row.steps],
            [s.value for s in row.steps],
            MARKER.get(row.measure, "o"),
            color=colour,
            alpha=faded,
            markersize=_points(max(4.0, 0.011 * width)),
            markeredgewidth=0,
        )


def _bars(
    axes: Axes,
    spans: Sequence[tuple[float, float]],
    height: tuple[float, float],
    colour: str,
    alpha: float,
) -> None:
    """Fill spans of time between two heights."""
    widths = [(start, end - start) for start, end in spans]
    axes.broken_barh(widths, (height[0], height[1] - height[0]), facecolors=colour, alpha=alpha, linewidth=0)


def _unmeasured(steps: Sequence[Step], first: float, last: float) -> list[tuple[float, float]]:
    """Return the parts of the time in which no stride was measured."""
    ends = [first, *(s.end_s for s in steps)]
    starts = [*(s.start_s for s in steps), last]
    return [(a, b) for a, b in zip(ends, starts, strict=True) if b - a > 1e-3]


def _strip(axes: Axes, strip: Strip, width: int, past: bool) -> None:
    axes.set_ylim(0, 1)
    if not strip.used and not strip.left_out:
        axes.axhline(0.5, color=DARK.faint, linewidth=_points(max(1.0, 0.0017 * width)))
    faded = 1.0 if past else 0.3
    _bars(axes, strip.left_out, (0.25, 0.75), DARK.left_out, 0.3 * faded)
    _bars(axes, strip.used, (0.25, 0.75), DARK.ink, 0.28 * faded)
    strikes = sorted({t for span in (*strip.used, *strip.left_out) for t in span})
    line = _points(max(1.0, min(0.0032 * width, 0.25 * width / max(len(strikes), 1))))
    axes.vlines(strikes, 0, 1, color=DARK.ink, alpha=faded, linewidth=line)


def _time_axis(axes: Axes, span_s: tuple[float, float], width: int, seconds: str) -> None:
    from matplotlib.ticker import FixedLocator

    first, last = span_s
    room = (1 - LEFT - RIGHT) / (3.6 * TEXT)
    step = next((s for s in FEWEST_TICKS_S if (last - first) / s <= room), FEWEST_TICKS_S[-1])
    ticks = np.arange(np.ceil(first / step - 1e-6), np.floor(last / step + 1e-6) + 1) * step
    axes.xaxis.set_major_locator(FixedLocator(ticks.tolist()))
    axes.set_xticklabels([seconds.format(number=format_short_number(float(tick) + 0.0)) for tick in ticks])
    axes.tick_params(
        axis="x",
        colors=DARK.muted,
        labelsize=_points(0.027 * width),
        length=0,
        pad=_points(0.006 * width),
    )
