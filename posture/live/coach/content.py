"""Screen content of the coach: the step with its drawing, the seconds left, a hint and what the camera sees."""

from __future__ import annotations

import math

import numpy as np

from posture.coach.criteria import CRITERION_WORDS, HINT_WORDS, NOT_JUDGED_WORDS
from posture.coach.lesson import LessonDisplay
from posture.coach.plan import ExerciseId, StageKind
from posture.coach.record import Difference, difference_text, side_words
from posture.coach.towel import ChangeFromStanding
from posture.drawing.palette import MUTED, WHITE, Colour
from posture.exercises.library import Exercise
from posture.language import format_list, format_number, gettext_noop
from posture.language import gettext as _
from posture.live.running.framing import ADVICE, AdviceCode
from posture.live.screen.content import (
    BLUE,
    GREEN,
    LARGER_TITLES,
    ORANGE,
    SMALL,
    TEXT,
    TITLE,
    TRACK,
    VIEW_KEYS,
    Keys,
    PanelContent,
    PanelGauge,
    PanelText,
    ScreenContent,
    camera_words,
    footer,
    keys_line,
)
from posture.live.screen.view import PAPER, drawing_on_paper
from posture.live.session import DisplayState
from posture.report.text.console import Page, make_console
from posture.types import Image

_KEYS: Keys = (
    ("n", "next", gettext_noop("next")),
    ("p", "pause", gettext_noop("pause")),
    ("m", "mute", gettext_noop("mute")),
    ("q", "quit", gettext_noop("quit")),
)
_TITLES: dict[StageKind, str] = {
    "ready": gettext_noop("Get ready"),
    "neutral": gettext_noop("Stand as you usually do"),
    "hold": gettext_noop("Go"),
    "change": gettext_noop("Change sides"),
    "rest": gettext_noop("Rest"),
}
# Displayed before each exercise begins.
_CAMERA_SEES: dict[ExerciseId, str] = {
    "towel": gettext_noop(
        "Stand free and side on, and your back is measured. When you lie, only the buttocks are watched, "
        "since floor and towel hide the rest."
    ),
    "crossing": gettext_noop(
        "From the side the camera sees whether the trunk stays upright and the ribs turn; from the front, whether the "
        "pelvis stays level."
    ),
    "core": gettext_noop(
        "The side plank is watched from in front or behind, the bird dog from the side. The dead bug is only timed."
    ),
}
# Faults of the view that matter in every exercise.
_COMMON_FAULTS: frozenset[AdviceCode] = frozenset({"too_dark", "no_person", "cut_off"})
_BANNER: dict[str, Colour] = {
    "hold": GREEN,
    "ready": BLUE,
    "neutral": BLUE,
    "change": BLUE,
    "rest": TRACK,
    "done": GREEN,
}
# Height of the banner, and letters of a step, with the camera's picture and without it, shares of the window's height.
_BANNER_SHARE, _STEP, _LARGE_STEP = 0.27, 0.045, 0.065
_PLACEHOLDER = (720, 540)
_BAR = 30


class LessonContent(ScreenContent):
    """Content of a lesson; with `quiet`, the log leaves the steps out."""

    # Only a window has a picture to save.
    keys = (*_KEYS[:2], ("s", "snapshot", gettext_noop("snapshot")), *_KEYS[2:])
    terminal_keys = _KEYS

    def __init__(self, *, quiet: bool = False) -> None:
        self._quiet = quiet
        self._logged = ("", "", "", "", "")

    def panel(self, display: DisplayState) -> PanelContent:
        """Return stage, seconds left, hint, step and its drawing."""
        lesson, has_picture = _lesson_of(display), display.detected is not None
        blocks: list[PanelText | PanelGauge] = []
        if hint := hint_text(lesson):
            blocks.append(PanelText(hint, TEXT, WHITE, bold=True, plate=ORANGE))
        # Without the camera's picture, letters are large enough to be read from the mat.
        blocks.append(PanelText(step_text(lesson), _STEP if has_picture else _LARGE_STEP))
        if lesson.kind in ("ready", "neutral"):
            blocks.append(PanelText(lesson.exercise.stop_signs.always, SMALL, space_above=0.02))
        blocks += [PanelText(line, SMALL) for line in back_lines(lesson)]
        blocks.append(PanelText(watch_text(lesson, display), SMALL, MUTED, space_above=0.01))
        if done := lesson.kind == "done":
            blocks = [PanelText(line, TEXT, space_above=0.01) for line in lesson.summary]
        views = VIEW_KEYS if has_picture else VIEW_KEYS[1:]
        keys = _("Any key closes this window.") if done else f"{keys_line(self.keys)} · {keys_line(views)}"
        return PanelContent(
            banner=(
                PanelText(lesson_title(lesson), TITLE, WHITE, bold=True, one_line_sizes=LARGER_TITLES),
                PanelText(position_text(lesson), TEXT, WHITE),
            ),
            banner_colour=_BANNER["rest" if lesson.paused else lesson.kind],
            banner_share=_BANNER_SHARE,
            blocks=tuple(blocks),
            footer=footer(display, keys),
            aside=seconds_left(lesson),
            progress=_elapsed_share(lesson),
            drawing=lesson.picture if has_picture and not done else None,
            wide=done,
        )

    def placeholder(self, display: DisplayState) -> Image:
        """Return the drawing of the step, or blank paper."""
        width, height = _PLACEHOLDER
        drawing = _lesson_of(display).picture
        if drawing is None:
            return np.full((height, width, 3), PAPER, dtype=np.uint8)
        return drawing_on_paper(drawing, width, height)

    def lines(self, display: DisplayState) -> list[str]:
        """Return stage, seconds left, progress, step, observations and hint."""
        lesson = _lesson_of(display)
        seconds = seconds_left(lesson)
        lines = [f"{lesson_title(lesson)}  {seconds} s" if seconds else lesson_title(lesson)]
        lines.append(position_text(lesson))
        if (share := _elapsed_share(lesson)) is not None:
            done = round(_BAR * share)
            lines.append("#" * done + "." * (_BAR - done))
        lines += [step_text(lesson), watch_text(lesson, display), *back_lines(lesson)]
        if hint := hint_text(lesson):
            lines.append(f"-> {hint}")
        return [line for line in lines if line]

    def log_lines(self, display: DisplayState) -> list[str]:
        """Return the stage, step, observation and hint, where each has changed."""
        lesson = _lesson_of(display)
        title, position = lesson_title(lesson), position_text(lesson)
        step = "" if self._quiet else step_text(lesson)
        watch, hint = watch_text(lesson, display), hint_text(lesson)
        before, self._logged = self._logged, (title, position, step, hint, watch)
        new_stage = before[:2] != (title, position)
        lines = []
        if new_stage:
            seconds = seconds_left(lesson)
            lines.append(f"{title} | {position}" + (f" | {seconds} s" if seconds else ""))
        if step and (new_stage or before[2] != step):
            lines.append(f"  {step}")
        if watch and before[4] != watch:
            lines.append(f"  {watch}")
        if hint and (new_stage or before[3] != hint):
            lines.append(f"  -> {hint}")
        return lines


def print_introduction(exercise: Exercise) -> None:
    """Print where the steps and stop signs of an exercise are."""
    console = make_console()
    text = _("{exercise}. Steps, drawings, and when to see a doctor first: posture exercises {name}")
    Page(console).unwrapped(text.format(exercise=exercise.title, name=exercise.id))
    console.file.flush()


def lesson_title(lesson: LessonDisplay) -> str:
    """Return the stage in a few words."""
    if lesson.paused:
        return _("Paused")
    return _("Done") if lesson.kind == "done" else _(_TITLES[lesson.kind])


def seconds_left(lesson: LessonDisplay) -> str:
    """Return the seconds until the stage ends, never zero; empty when all is done."""
    return "" if lesson.kind == "done" else format_number(max(math.ceil(lesson.left_s), 1), 0)


def position_text(lesson: LessonDisplay) -> str:
    """Return exercise, set, move and side."""
    if lesson.stage is None:
        return lesson.exercise.title
    parts = [
        lesson.exercise.title,
        _("Set {number} of {count}").format(number=lesson.stage.number, count=lesson.plan.sets),
        lesson.part,
        side_words(lesson.plan.exercise, lesson.side),
    ]
    return " · ".join(part for part in parts if part)


def step_text(lesson: LessonDisplay) -> str:
    """Return the step in a sentence or two."""
    if lesson.kind == "neutral":
        return _(
            "First your usual posture, for comparison. Stand side on and still, arms slightly forward. "
            "To lie on the towel instead, press n."
        )
    return lesson.step


def hint_text(lesson: LessonDisplay) -> str:
    """Return the hint on display; empty for none."""
    return "" if lesson.hint is None else _(HINT_WORDS[lesson.hint])


def watch_text(lesson: LessonDisplay, display: DisplayState) -> str:
    """Return the criteria that are met, or the reason why none is observed."""
    if lesson.kind == "done" or not lesson.has_camera:
        return ""
    if display.camera in ("opening", "lost", "paused"):
        return camera_words(display.camera)
    if lesson.kind != "hold":
        return _advice_before_set(lesson, display)
    if lesson.judgement.not_judged is not None:
        return _(NOT_JUDGED_WORDS[lesson.judgement.not_judged])
    good = [_(CRITERION_WORDS[name]) for name, met in lesson.judgement.met.items() if met]
    return _("Seen: {things}").format(things=format_list(good)) if good else ""


def _advice_before_set(lesson: LessonDisplay, display: DisplayState) -> str:
    """Return advice on the view, or what the camera sees of the exercise."""
    fault = display.output.view.fault
    if lesson.kind == "neutral":
        # Before the first check there is no fault yet.
        return "" if fault is None or fault == "no_picture" else _(ADVICE[fault])
    if lesson.kind != "ready":
        return ""
    if fault in _COMMON_FAULTS:
        return _(ADVICE[fault])
    if lesson.has_neutral:
        return _("Your usual posture is recorded.")
    return _(_CAMERA_SEES[lesson.plan.exercise])


def back_lines(lesson: LessonDisplay) -> list[str]:
    """Return the difference of a standing back from usual standing, with intervals."""
    if lesson.flattening is None:
        return []
    named: tuple[tuple[str, ChangeFromStanding | None], ...] = (
        (_("Pelvic tilt"), lesson.flattening.tilt),
        (_("Lumbar arch"), lesson.flattening.arch),
    )
    return [
        f"{name} {difference_text(Difference(value=change.value, ci90=(change.low, change.high)))}"
        for name, change in named
        if change is not None
    ]


def _elapsed_share(lesson: LessonDisplay) -> float | None:
    """Return the elapsed share of the stage, 0..1; None for a stage without a duration."""
    if lesson.stage is None or lesson.stage.seconds <= 0:
        return None
    return 1 - lesson.left_s / lesson.stage.seconds


def _lesson_of(display: DisplayState) -> LessonDisplay:
    if display.lesson is None:
        raise ValueError("a display state with a lesson was expected")
    return display.lesson
