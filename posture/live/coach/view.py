"""The coach in a window: the camera's picture or the drawing of the step, and beside it what to do and the seconds."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from posture.coach.lesson import LessonDisplay
from posture.drawing.image import decode_rgba, resize
from posture.drawing.palette import INK, MUTED, WHITE, Colour
from posture.exercises.library import Picture as Drawing
from posture.exercises.library import picture_bytes
from posture.live.coach.wording import (
    WINDOW_KEYS,
    back_lines,
    coach_title,
    hint_text,
    seconds_left,
    step_text,
    watch_text,
    where,
)
from posture.live.screen.text_canvas import BLUE, GREEN, MARGIN, ORANGE, SMALL, TRACK, Board
from posture.live.screen.view import SessionView
from posture.live.screen.wording import VIEW_KEYS, keys_line
from posture.live.session import DisplayState
from posture.types import Image

_BANNER: dict[str, Colour] = {
    "hold": GREEN,
    "ready": BLUE,
    "neutral": BLUE,
    "change": BLUE,
    "rest": TRACK,
    "done": GREEN,
}
_BAR: Colour = (120, 200, 160)
# The paper behind a drawing, which is made for a light ground and a dark one.
_PAPER: Colour = (246, 246, 243)
# Letters, shares of the panel's width; in a low picture they are smaller.
_TITLE, _COUNT, _HINT, _LARGE, _TEXT = 0.1, 0.26, 0.072, 0.07, 0.054
_UNIT = 0.52
# The step's drawing beside the camera's picture, share of the panel's width at most.
_DRAWING = 0.62
_ALONE = (720, 540)


class CoachView(SessionView):
    """Draws lessons.

    Parameters
    ----------
    mirror : bool
        Show the camera's picture as a mirror does.
    """

    def __init__(self, *, mirror: bool = True) -> None:
        super().__init__(mirror=mirror, panel=CoachPanel)
        self._drawn = lru_cache(maxsize=8)(_on_paper)

    def without_picture(self, moment: DisplayState) -> Image:
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
        self._board = Board(width, height, share=_UNIT)
        self._drawn = lru_cache(maxsize=8)(_on_paper)
        self._key: object = None

    def draw(self, moment: DisplayState) -> Image:
        """Return the panel, shape (height, width, 3), RGB; the same array each time."""
        shown = _shown(moment)
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
            self._draw(moment, shown)
        return self._board.canvas

    def _draw(self, moment: DisplayState, shown: LessonDisplay) -> None:
        board = self._board
        board.clear()
        top = self._banner(shown)
        if hint := hint_text(shown):
            top = self._plate(hint, top)
        # Without the camera's picture there is room to be read from the mat.
        size = _TEXT if moment.seen is not None else _LARGE
        top = board.text(step_text(shown), size, INK, top)
        if shown.kind in ("ready", "neutral"):
            top = board.text(shown.exercise.stop_signs.always, SMALL, MUTED, top + 0.02 * board.unit)
        for line in (*back_lines(shown), *shown.done):
            top = board.text(line, SMALL, INK, top)
        top = board.text(watch_text(shown, moment), SMALL, MUTED, top + 0.01 * board.unit)
        views = VIEW_KEYS if moment.seen is not None else VIEW_KEYS[1:]
        bottom = board.foot(moment, (f"{keys_line(WINDOW_KEYS)} · {keys_line(views)}",))
        if moment.seen is not None and shown.picture is not None:
            self._drawing(shown.picture, top + 0.02 * board.unit, bottom - 0.02 * board.unit)

    def _banner(self, shown: LessonDisplay) -> float:
        """Draw stage, seconds and where in the plan it is, and return where it ends."""
        board = self._board
        head, count, place = coach_title(shown), seconds_left(shown), where(shown)
        rows = (
            board.rows(_TITLE, len(board.fitted(head, _TITLE, bold=True)))
            + board.rows(_COUNT, bool(count))
            + board.rows(SMALL, len(board.fitted(place, SMALL)))
        )
        bottom = round(rows + 1.4 * MARGIN * board.unit)
        board.canvas[:bottom] = _BANNER["rest" if shown.paused else shown.kind]
        top = board.text(head, _TITLE, WHITE, 0.4 * MARGIN * board.unit, bold=True)
        if count:
            top = board.line(count, _COUNT, WHITE, top, bold=True)
        board.text(place, SMALL, WHITE, top)
        if shown.stage is not None and shown.stage.seconds > 0:
            bar = max(3, round(0.018 * board.unit))
            share = 1 - shown.left_s / shown.stage.seconds
            board.canvas[bottom : bottom + bar] = TRACK
            board.canvas[bottom : bottom + bar, : round(share * self.size[0])] = _BAR
            bottom += bar
        return bottom + 0.5 * MARGIN * board.unit

    def _plate(self, text: str, top: float) -> float:
        """Draw what to improve on a ground of its own, and return where it ends."""
        board = self._board
        rows = board.rows(_HINT, len(board.fitted(text, _HINT, bold=True)))
        bottom = top + rows + 0.6 * MARGIN * board.unit
        board.canvas[round(top) : round(bottom)] = ORANGE
        board.text(text, _HINT, WHITE, top + 0.2 * MARGIN * board.unit, bold=True)
        return bottom + 0.5 * MARGIN * board.unit

    def _drawing(self, drawing: Drawing, top: float, bottom: float) -> None:
        """Put the step's drawing where there is room for it."""
        height = min(round(bottom - top), round(0.75 * _DRAWING * self.size[0]))
        if height < 0.2 * self._board.unit:
            return
        picture = self._drawn(drawing, round(height * 4 / 3), height)
        left = (self.size[0] - picture.shape[1]) // 2
        row = round(bottom) - picture.shape[0]
        self._board.canvas[row : row + picture.shape[0], left : left + picture.shape[1]] = picture


def _shown(moment: DisplayState) -> LessonDisplay:
    if moment.coach is None:
        raise ValueError("a moment of the coach was expected")
    return moment.coach


def _on_paper(drawing: Drawing, width: int, height: int) -> Image:
    """Return a drawing on light paper, as large as fits, shape (height, width, 3), RGB."""
    rgba = decode_rgba(picture_bytes(drawing))
    small = resize(rgba, min(width / rgba.shape[1], height / rgba.shape[0]))
    cover = small[..., 3:] / 255.0
    paper = np.full((height, width, 3), _PAPER, dtype=np.uint8)
    row, left = (height - small.shape[0]) // 2, (width - small.shape[1]) // 2
    part = paper[row : row + small.shape[0], left : left + small.shape[1]]
    part[:] = np.round(part * (1 - cover) + small[..., :3] * cover).astype(np.uint8)
    return paper
