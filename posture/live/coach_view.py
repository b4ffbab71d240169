"""The coach in a window: the camera's picture or the drawing of the step, and beside it what to do and the seconds."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from posture.exercises.library import Picture as Drawing
from posture.exercises.library import picture_bytes
from posture.language import gettext as _
from posture.live.coach_words import (
    WINDOW_KEYS,
    back_lines,
    coach_title,
    hint_text,
    seconds_left,
    step_text,
    watch_text,
    where,
)
from posture.live.session import Moment
from posture.live.shot import Picture
from posture.live.view import View
from posture.live.words import VIEW_KEYS, keys_line
from posture.report.film.drawing import Colour, write
from posture.report.film.screen import GROUND, INK, MUTED
from posture.report.overlay import decoded, resize
from posture.report.plots.lettering import Letters, letters, wrapped

# Grounds of the stage's banner; they differ in lightness too.
_BANNER: dict[str, Colour] = {
    "hold": (23, 92, 67),
    "ready": (38, 84, 124),
    "neutral": (38, 84, 124),
    "change": (38, 84, 124),
    "rest": (58, 68, 73),
    "done": (23, 92, 67),
}
_HINT: Colour = (150, 84, 0)
_WHITE: Colour = (255, 255, 255)
_TRACK: Colour = (58, 68, 73)
_BAR: Colour = (120, 200, 160)
# The paper behind a drawing, which is made for a light ground and a dark one.
_PAPER: Colour = (246, 246, 243)
# Letters, shares of the panel's width; in a low picture they are smaller.
_TITLE, _COUNT, _HINT_SIZE, _LARGE, _TEXT, _SMALL = 0.1, 0.26, 0.072, 0.07, 0.054, 0.042
_MARGIN, _UNIT = 0.05, 0.52
# The step's drawing beside the camera's picture, share of the panel's width at most.
_DRAWING = 0.62
_ALONE = (720, 540)


class CoachView(View):
    """Draws lessons.

    Parameters
    ----------
    mirror : bool
        Show the camera's picture as a mirror does.
    """

    def __init__(self, *, mirror: bool = True) -> None:
        super().__init__(mirror=mirror, panel=CoachPanel)
        self._drawn = lru_cache(maxsize=8)(_on_paper)

    def without_picture(self, moment: Moment) -> Picture:
        """Return the step's drawing, as large as there is room."""
        shown = moment.coach
        if shown is None or shown.picture is None:
            return np.full((_ALONE[1], _ALONE[0], 3), _PAPER, dtype=np.uint8)
        return self._drawn(shown.picture, *_ALONE)


class CoachPanel:
    """Draws what stands beside the picture, anew only where something has changed.

    Parameters
    ----------
    width, height : int
        Pixels.
    """

    def __init__(self, width: int, height: int) -> None:
        self.size = (width, height)
        self._unit = min(width, round(_UNIT * height))
        self._letters = lru_cache(maxsize=256)(letters)
        self._wrapped = lru_cache(maxsize=256)(wrapped)
        self._drawn = lru_cache(maxsize=8)(_on_paper)
        self._canvas: Picture = np.empty((height, width, 3), dtype=np.uint8)
        self._key: object = None

    def draw(self, moment: Moment) -> Picture:
        """Return the panel, shape (height, width, 3), RGB; the same array each time."""
        shown = moment.coach
        assert shown is not None
        key = (
            coach_title(shown),
            seconds_left(shown),
            where(shown),
            step_text(shown),
            shown.picture,
            hint_text(shown),
            watch_text(shown, moment),
            (*back_lines(shown), *shown.done),
            moment.muted,
            moment.recording,
            moment.note,
            moment.seen is None,
        )
        if key != self._key:
            self._key = key
            self._draw(moment)
        return self._canvas

    def _draw(self, moment: Moment) -> None:
        shown = moment.coach
        assert shown is not None
        self._canvas[:] = GROUND
        top = self._banner(moment)
        if hint := hint_text(shown):
            top = self._plate(hint, top)
        # Without the camera's picture there is room to be read from the mat.
        size = _TEXT if moment.seen is not None else _LARGE
        top = self._text(step_text(shown), size, INK, top)
        if shown.kind in ("ready", "neutral"):
            top = self._text(shown.exercise.stop_signs.always, _SMALL, MUTED, top + 0.02 * self._unit)
        for line in (*back_lines(shown), *shown.done):
            top = self._text(line, _SMALL, INK, top)
        top = self._text(watch_text(shown, moment), _SMALL, MUTED, top + 0.01 * self._unit)
        bottom = self._foot(moment)
        if moment.seen is not None and shown.picture is not None:
            self._drawing(shown.picture, top + 0.02 * self._unit, bottom - 0.02 * self._unit)

    def _banner(self, moment: Moment) -> float:
        """Draw stage, seconds and where in the plan it is, and return where it ends."""
        shown = moment.coach
        assert shown is not None
        width, unit = self.size[0], self._unit
        heads = self._wrapped(coach_title(shown), _TITLE * unit, self._room, bold=True)
        places = self._wrapped(where(shown), _SMALL * unit, self._room)
        count = seconds_left(shown)
        lines = 1.25 * (_TITLE * len(heads) + _SMALL * len(places) + _COUNT * bool(count))
        bottom = round(unit * (lines + 1.4 * _MARGIN))
        self._canvas[:bottom] = _BANNER["rest" if shown.paused else shown.kind]
        top = 0.4 * _MARGIN * unit
        for line in heads:
            top = self._line(line, _TITLE, _WHITE, top, bold=True)
        if count:
            top = self._line(count, _COUNT, _WHITE, top, bold=True)
        for line in places:
            top = self._line(line, _SMALL, _WHITE, top)
        if shown.stage is not None and shown.stage.seconds > 0:
            bar = max(3, round(0.018 * unit))
            share = 1 - shown.left_s / shown.stage.seconds
            self._canvas[bottom : bottom + bar] = _TRACK
            self._canvas[bottom : bottom + bar, : round(share * width)] = _BAR
            bottom += bar
        return bottom + 0.5 * _MARGIN * unit

    def _plate(self, text: str, top: float) -> float:
        """Draw what to improve on a ground of its own, and return where it ends."""
        lines = self._wrapped(text, _HINT_SIZE * self._unit, self._room, bold=True)
        bottom = top + self._unit * (1.25 * _HINT_SIZE * len(lines) + 0.6 * _MARGIN)
        self._canvas[round(top) : round(bottom)] = _HINT
        top += 0.2 * _MARGIN * self._unit
        for line in lines:
            top = self._line(line, _HINT_SIZE, _WHITE, top, bold=True)
        return bottom + 0.5 * _MARGIN * self._unit

    def _drawing(self, drawing: Drawing, top: float, bottom: float) -> None:
        """Put the step's drawing where there is room for it."""
        height = min(round(bottom - top), round(0.75 * _DRAWING * self.size[0]))
        if height < 0.2 * self._unit:
            return
        picture = self._drawn(drawing, round(height * 4 / 3), height)
        left = (self.size[0] - picture.shape[1]) // 2
        row = round(bottom) - picture.shape[0]
        self._canvas[row : row + picture.shape[0], left : left + picture.shape[1]] = picture

    def _foot(self, moment: Moment) -> float:
        """Write the keys, and return where they begin."""
        texts: list[tuple[str, Colour]] = []
        if moment.note:
            texts.append((moment.note, INK))
        flags = [_("sound off")] if moment.muted else []
        if moment.recording:
            flags.append(_("recording"))
        if flags:
            texts.append((", ".join(flags), (240, 190, 80)))
        views = VIEW_KEYS if moment.seen is not None else VIEW_KEYS[1:]
        more = " · ".join(f"{key}: {_(word)}" for key, word in views)
        texts.append((f"{keys_line(WINDOW_KEYS)} · {more}", MUTED))
        lines = [
            (line, c) for text, c in texts for line in self._wrapped(text, _SMALL * self._unit, self._room)
        ]
        begin = top = self.size[1] - 0.5 * _MARGIN * self.size[0] - 1.25 * _SMALL * self._unit * len(lines)
        for line, colour in lines:
            top = self._line(line, _SMALL, colour, top)
        return begin

    @property
    def _room(self) -> float:
        return self.size[0] * (1 - 2 * _MARGIN)

    def _text(self, text: str, size: float, colour: Colour, top: float) -> float:
        for line in self._wrapped(text, size * self._unit, self._room):
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


def _on_paper(drawing: Drawing, width: int, height: int) -> Picture:
    """Return a drawing on light paper, as large as fits, shape (height, width, 3), RGB."""
    rgba = decoded(picture_bytes(drawing))
    small = resize(rgba, min(width / rgba.shape[1], height / rgba.shape[0]))
    cover = small[..., 3:] / 255.0
    paper = np.full((height, width, 3), _PAPER, dtype=np.uint8)
    row, left = (height - small.shape[0]) // 2, (width - small.shape[1]) // 2
    part = paper[row : row + small.shape[0], left : left + small.shape[1]]
    part[:] = np.round(part * (1 - cover) + small[..., :3] * cover).astype(np.uint8)
    return paper
