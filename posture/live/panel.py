"""What stands beside the picture: the state in large letters, gauges with their uncertainty, pace, keys."""

from __future__ import annotations

import time
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from posture.language import gettext as _
from posture.language import number
from posture.live.session import Moment
from posture.live.shot import Picture
from posture.live.words import (
    KEYS,
    MAIN,
    VIEW_KEYS,
    explanation,
    flags_line,
    pace_line,
    strides_line,
    title,
    titled,
)
from posture.records import Analysis
from posture.report.film.backline import ARCH, TILT
from posture.report.film.drawing import Colour, write
from posture.report.film.screen import GROUND, INK, MUTED
from posture.report.plots.lettering import Letters, letters, wrapped
from posture.report.words import value_text
from posture.thresholds import NEUTRAL, VERDICT_CHANGE

# Grounds of the state's banner: they differ in lightness too, not in colour alone.
_BANNER: dict[str, Colour] = {
    "good": (23, 92, 67),
    "hollow_back": (150, 84, 0),
    "unsure": (70, 78, 84),
    "setup": (38, 84, 124),
    "neutral": (38, 84, 124),
    "calibrating": (38, 84, 124),
}
_TRACK: Colour = (58, 68, 73)
_ZONE: Colour = (47, 107, 85)
_COLOUR: dict[str, Colour] = {"pelvic_tilt_deg": TILT, "lumbar_arch_deg": ARCH}
# What a gauge spans, degrees: the angle, or its change against the own standing posture.
_SPAN = {"pelvic_tilt_deg": (0.0, 60.0), "lumbar_arch_deg": (10.0, 70.0)}
_CHANGE_SPAN = (-20.0, 20.0)
# Letters, shares of the panel's width: the state must be read from a treadmill.
_TITLE, _BIG, _TEXT, _SMALL = 0.105, 0.15, 0.056, 0.044
# A short state, such as the verdict, is larger where it fits into one line.
_LARGER_TITLES = (0.17, 0.15, 0.13)
_MARGIN = 0.05
_UNIT = 0.54
# The pace changes with every picture; nobody reads it so fast, and drawing it takes time from the eyes.
_PACE_EVERY_S = 0.5


@dataclass(frozen=True)
class Gauge:
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


def gauges(analysis: Analysis) -> list[Gauge]:
    """Return the gauges: the changes against the own standing posture where they decide, else the angles."""
    found = []
    for name in MAIN:
        change = None if analysis.baseline is None else analysis.baseline.change.get(name)
        measure = analysis.measures.get(name)
        if change is not None and analysis.verdict.basis == "own_standing":
            limit = VERDICT_CHANGE[name].value
            good = (_CHANGE_SPAN[0], limit)
            found.append(Gauge(name, change.value, *change.ci90, _CHANGE_SPAN, good, is_change=True))
        elif measure is not None:
            good = NEUTRAL[name]
            found.append(Gauge(name, measure.value, *measure.ci90, _SPAN[name], good, is_change=False))
    return found


class Panel:
    """Draws the panel, anew only where something has changed.

    Parameters
    ----------
    width, height : int
        Pixels.
    """

    def __init__(self, width: int, height: int) -> None:
        self.size = (width, height)
        # Of the letters: in a low picture they are smaller, so that all of it has room.
        self._unit = min(width, round(_UNIT * height))
        # Both measure glyph by glyph, which takes longer than all the rest.
        self._letters = lru_cache(maxsize=256)(letters)
        self._wrapped = lru_cache(maxsize=256)(wrapped)
        self._canvas: Picture = np.empty((height, width, 3), dtype=np.uint8)
        self._key: object = None
        self._pace = ""
        self._pace_s = -1e9

    def draw(self, moment: Moment) -> Picture:
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
        return self._canvas

    def _draw(self, moment: Moment) -> None:
        self._canvas[:] = GROUND
        top = self._banner(moment)
        estimate = moment.state.estimate
        if estimate is not None:
            for gauge in gauges(estimate.analysis):
                top = self._gauge(gauge, top)
            top = self._lines(strides_line(estimate.analysis), _SMALL, MUTED, top)
        elif moment.state.neutral is not None:
            top = self._lines(_("Your own posture is taken."), _TEXT, INK, top)
        self._foot(moment, self.size[1])

    def _banner(self, moment: Moment) -> float:
        """Draw the state and what to do, and return where it ends."""
        width = self.size[0]
        room = width * (1 - 2 * _MARGIN)
        size, heads = self._heads(title(moment), room)
        texts = self._wrapped(explanation(moment), _TEXT * self._unit, room) if explanation(moment) else []
        bottom = round(self._unit * (_MARGIN * 1.4 + 1.25 * (size * len(heads) + _TEXT * len(texts))))
        away = moment.camera in ("lost", "paused", "opening")
        self._canvas[:bottom] = _BANNER["unsure" if away else moment.state.phase]
        top = 0.4 * _MARGIN * self._unit
        for line in heads:
            top = self._line(line, size, (255, 255, 255), top, bold=True)
        for line in texts:
            top = self._line(line, _TEXT, (255, 255, 255), top)
        return bottom + _MARGIN * self._unit

    def _heads(self, text: str, room: float) -> tuple[float, list[str]]:
        """Return the size of a state's letters, and its lines."""
        for size in _LARGER_TITLES:
            # What is broken into two lines anyway is read as well when it is smaller.
            if len(lines := self._wrapped(text, size * self._unit, room, bold=True)) == 1:
                return size, lines
        return _TITLE, self._wrapped(text, _TITLE * self._unit, room, bold=True)

    def _gauge(self, gauge: Gauge, top: float) -> float:
        width = self.size[0]
        name = titled(gauge.name)
        if gauge.is_change:
            name = _("{measure}, against standing").format(measure=name)
        top = self._lines(name, _TEXT, _COLOUR[gauge.name], top)
        sign = "+" if gauge.is_change and gauge.value >= 0 else ""
        top = self._line(f"{sign}{value_text(gauge.value, 'deg')}", _BIG, INK, top, bold=True)
        left, right = round(_MARGIN * width), round((1 - _MARGIN) * width)
        top += 0.01 * self._unit
        bar = round(0.05 * self._unit)
        row = round(top)

        def x(value: float) -> int:
            share = (value - gauge.span[0]) / (gauge.span[1] - gauge.span[0])
            return round(left + float(np.clip(share, 0.0, 1.0)) * (right - left))

        self._canvas[row : row + bar, left:right] = _TRACK
        self._canvas[row : row + bar, x(gauge.good[0]) : x(gauge.good[1])] = _ZONE
        inset = bar // 4
        self._canvas[row + inset : row + bar - inset, x(gauge.low) : x(gauge.high) + 1] = _COLOUR[gauge.name]
        mark = max(2, round(0.008 * width))
        self._canvas[row - inset : row + bar + inset, x(gauge.value) - mark : x(gauge.value) + mark] = INK
        text = _("90 %: {low} to {high}, green: not raised").format(
            low=number(gauge.low, plus=gauge.is_change), high=number(gauge.high, plus=gauge.is_change)
        )
        return self._lines(text, _SMALL, MUTED, top + 1.5 * bar) + 0.5 * _MARGIN * self._unit

    def _foot(self, moment: Moment, height: int) -> None:
        width = self.size[0]
        texts: list[tuple[str, Colour]] = []
        if moment.note:
            texts.append((moment.note, INK))
        if flags := flags_line(moment):
            texts.append((flags, (240, 190, 80)))
        texts.append((self._pace, MUTED))
        keys = [*((key, word) for key, _command, word in KEYS), *VIEW_KEYS]
        texts.append((" · ".join(f"{key}: {_(word)}" for key, word in keys), MUTED))
        room = width * (1 - 2 * _MARGIN)
        lines = [
            (line, colour)
            for text, colour in texts
            for line in self._wrapped(text, _SMALL * self._unit, room)
        ]
        top = height - 0.5 * _MARGIN * width - 1.25 * _SMALL * self._unit * len(lines)
        for line, colour in lines:
            top = self._line(line, _SMALL, colour, top)

    def _lines(self, text: str, size: float, colour: Colour, top: float) -> float:
        width = self.size[0]
        for line in self._wrapped(text, size * self._unit, width * (1 - 2 * _MARGIN)):
            top = self._line(line, size, colour, top)
        return top

    def _line(self, text: str, size: float, colour: Colour, top: float, *, bold: bool = False) -> float:
        """Write one line, and return where the next one begins."""
        width, height = self.size
        drawn: Letters = self._letters(text, size * self._unit, bold=bold)
        bottom = top + 1.25 * size * self._unit
        if bottom <= height:
            write(self._canvas, drawn, (_MARGIN * width, top + size * self._unit), colour)
        return bottom
