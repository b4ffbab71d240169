"""What stands beside the picture: the state in large letters, gauges with their uncertainty, pace, keys."""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np

from posture.drawing.palette import ARCH, INK, MUTED, TILT, WHITE, Colour
from posture.language import format_number
from posture.language import gettext as _
from posture.live.screen.text_canvas import BLUE, GREEN, MARGIN, ORANGE, SMALL, TRACK, Board
from posture.live.screen.wording import (
    KEYS,
    VIEW_KEYS,
    explanation,
    keys_line,
    pace_line,
    strides_line,
    title,
    titled,
)
from posture.live.session import DisplayState
from posture.records.analysis import Analysis
from posture.report.wording import LIVE_CHANGE_GAUGE_RANGE, LIVE_GAUGE_RANGES, value_text
from posture.thresholds import NEUTRAL, VERDICT_CHANGE
from posture.types import PRIMARY_MEASURES, Image

_BANNER: dict[str, Colour] = {
    "good": GREEN,
    "hollow_back": ORANGE,
    "unsure": (70, 78, 84),
    "setup": BLUE,
    "neutral": BLUE,
    "calibrating": BLUE,
}
_ZONE: Colour = (47, 107, 85)
_COLOUR: dict[str, Colour] = {"pelvic_tilt_deg": TILT, "lumbar_arch_deg": ARCH}
# Letters, shares of the panel's width: the state must be read from a treadmill.
_TITLE, _BIG, _TEXT = 0.105, 0.15, 0.056
# A short state, such as the verdict, is larger where it fits into one line.
_LARGER_TITLES = (0.17, 0.15, 0.13)
_UNIT = 0.54
# The pace changes with every picture; nobody reads it so fast, and drawing it takes time from the eyes.
_PACE_EVERY_S = 0.5


@dataclass(frozen=True)
class PanelGauge:
    """One measure as a gauge shows it, degrees.

    Attributes
    ----------
    name : str
        Of the measure.
    value : float
    low, high : float
        Its 90 % interval.
    span : tuple of float
        What the gauge spans.
    good : tuple of float
        The part that is not raised.
    is_change : bool
        Whether it is the change against the own standing posture.
    """

    name: str
    value: float
    low: float
    high: float
    span: tuple[float, float]
    good: tuple[float, float]
    is_change: bool


def gauges(analysis: Analysis) -> list[PanelGauge]:
    """Return the gauges: the changes against the own standing posture where they decide, else the angles."""
    found = []
    for name in PRIMARY_MEASURES:
        change = None if analysis.baseline is None else analysis.baseline.change.get(name)
        measure = analysis.measures.get(name)
        if change is not None and analysis.verdict.basis == "own_standing":
            limit = VERDICT_CHANGE[name].value
            good = (LIVE_CHANGE_GAUGE_RANGE[0], limit)
            found.append(
                PanelGauge(name, change.value, *change.ci90, LIVE_CHANGE_GAUGE_RANGE, good, is_change=True)
            )
        elif measure is not None:
            good = NEUTRAL[name]
            found.append(
                PanelGauge(name, measure.value, *measure.ci90, LIVE_GAUGE_RANGES[name], good, is_change=False)
            )
    return found


class RunningPanel:
    """Draws the panel, anew only where something has changed.

    Parameters
    ----------
    width, height : int
        Pixels.
    """

    def __init__(self, width: int, height: int) -> None:
        self.size = (width, height)
        self._board = Board(width, height, share=_UNIT)
        self._key: object = None
        self._pace = ""
        self._pace_s = -1e9

    def draw(self, moment: DisplayState) -> Image:
        """Return the panel, shape (height, width, 3), RGB; the same array each time."""
        estimate = moment.state.estimate
        now = time.monotonic()
        if now - self._pace_s >= _PACE_EVERY_S:
            self._pace, self._pace_s = pace_line(moment), now
        key = (
            title(moment),
            explanation(moment),
            id(estimate),
            self._pace,
            moment.muted,
            moment.recording,
            moment.note,
        )
        if key != self._key:
            self._key = key
            self._draw(moment)
        return self._board.canvas

    def _draw(self, moment: DisplayState) -> None:
        board = self._board
        board.clear()
        top = self._banner(moment)
        estimate = moment.state.estimate
        if estimate is not None:
            for gauge in gauges(estimate.analysis):
                top = self._gauge(gauge, top)
            board.text(strides_line(estimate.analysis), SMALL, MUTED, top)
        elif moment.state.neutral is not None:
            board.text(_("Your own posture is taken."), _TEXT, INK, top)
        board.foot(moment, (self._pace, f"{keys_line(KEYS)} · {keys_line(VIEW_KEYS)}"))

    def _banner(self, moment: DisplayState) -> float:
        """Draw the state and what to do, and return where it ends."""
        board = self._board
        size = self._title_size(title(moment))
        heads = board.fitted(title(moment), size, bold=True)
        texts = board.fitted(explanation(moment), _TEXT)
        bottom = round(
            board.rows(size, len(heads)) + board.rows(_TEXT, len(texts)) + 1.4 * MARGIN * board.unit
        )
        away = moment.camera in ("lost", "paused", "opening")
        board.canvas[:bottom] = _BANNER["unsure" if away else moment.state.phase]
        top = board.text(title(moment), size, WHITE, 0.4 * MARGIN * board.unit, bold=True)
        board.text(explanation(moment), _TEXT, WHITE, top)
        return bottom + MARGIN * board.unit

    def _title_size(self, text: str) -> float:
        """Return the largest size in which a state is one line."""
        # What is broken into two lines anyway is read as well when it is smaller.
        fits = (size for size in _LARGER_TITLES if len(self._board.fitted(text, size, bold=True)) == 1)
        return next(fits, _TITLE)

    def _gauge(self, gauge: PanelGauge, top: float) -> float:
        board, width = self._board, self.size[0]
        name = titled(gauge.name)
        if gauge.is_change:
            name = _("{measure}, against standing").format(measure=name)
        top = board.text(name, _TEXT, _COLOUR[gauge.name], top)
        sign = "+" if gauge.is_change and gauge.value >= 0 else ""
        top = board.line(f"{sign}{value_text(gauge.value, 'deg')}", _BIG, INK, top, bold=True)
        left, right = round(MARGIN * width), round((1 - MARGIN) * width)
        bar = round(0.05 * board.unit)
        row = round(top + 0.01 * board.unit)

        def x(value: float) -> int:
            share = (value - gauge.span[0]) / (gauge.span[1] - gauge.span[0])
            return round(left + float(np.clip(share, 0.0, 1.0)) * (right - left))

        board.canvas[row : row + bar, left:right] = TRACK
        board.canvas[row : row + bar, x(gauge.good[0]) : x(gauge.good[1])] = _ZONE
        inset = bar // 4
        board.canvas[row + inset : row + bar - inset, x(gauge.low) : x(gauge.high) + 1] = _COLOUR[gauge.name]
        mark = max(2, round(0.008 * width))
        board.canvas[row - inset : row + bar + inset, x(gauge.value) - mark : x(gauge.value) + mark] = INK
        text = _("90 %: {low} to {high}, green: not raised").format(
            low=format_number(gauge.low, plus=gauge.is_change),
            high=format_number(gauge.high, plus=gauge.is_change),
        )
        return board.text(text, SMALL, MUTED, row + 1.5 * bar) + 0.5 * MARGIN * board.unit
