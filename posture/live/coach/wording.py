"""The words of the coach, the same in the window and in the terminal."""

from __future__ import annotations

import math

from posture.coach.criteria import CRITERION_WORDS, HINT_WORDS, NOT_JUDGED_WORDS
from posture.coach.lesson import LessonDisplay
from posture.coach.plan import ExerciseId, StageKind
from posture.coach.record import Difference, difference_text, side_words
from posture.coach.towel import ChangeFromStanding
from posture.language import format_list, format_number, gettext_noop
from posture.language import gettext as _
from posture.live.running.framing import ADVICE, AdviceCode
from posture.live.screen.wording import Keys
from posture.live.session import DisplayState, camera_words

COACH_KEYS: Keys = (
    ("n", "next", gettext_noop("next")),
    ("p", "pause", gettext_noop("pause")),
    ("m", "mute", gettext_noop("mute")),
    ("q", "quit", gettext_noop("quit")),
)
# Only a window has a picture to keep.
WINDOW_KEYS: Keys = (*COACH_KEYS[:2], ("s", "snapshot", gettext_noop("snapshot")), *COACH_KEYS[2:])

_TITLES: dict[StageKind, str] = {
    "ready": gettext_noop("Get ready"),
    "neutral": gettext_noop("Stand as you usually do"),
    "hold": gettext_noop("Go"),
    "change": gettext_noop("Change sides"),
    "rest": gettext_noop("Rest"),
}
# What a camera can tell of each exercise, said before it begins.
_SEES: dict[ExerciseId, str] = {
    "towel": gettext_noop(
        "Standing free and side on, your back is measured; lying, only the buttocks are watched, since floor and towel "
        "hide the rest."
    ),
    "crossing": gettext_noop(
        "From the side the camera sees whether the trunk stays upright and the ribs turn; from the front, whether the "
        "pelvis stays level."
    ),
    "core": gettext_noop(
        "The side plank is watched from before or behind you, the bird dog from the side; the dead bug is only timed."
    ),
}
# What is wrong with the view whatever the exercise.
_HELP: frozenset[AdviceCode] = frozenset({"too_dark", "no_person", "cut_off"})


def coach_title(shown: LessonDisplay) -> str:
    """Return the stage in a few words."""
    if shown.paused:
        return _("Paused")
    return _("Done") if shown.kind == "done" else _(_TITLES[shown.kind])


def seconds_left(shown: LessonDisplay) -> str:
    """Return how many seconds the stage still goes on; empty when all is done."""
    # Never a zero while it goes on.
    return "" if shown.kind == "done" else format_number(max(math.ceil(shown.left_s), 1), 0)


def where(shown: LessonDisplay) -> str:
    """Return exercise, set, move and side."""
    if shown.stage is None:
        return shown.exercise.title
    parts = [
        shown.exercise.title,
        _("Set {number} of {count}").format(number=shown.stage.number, count=shown.plan.sets),
        shown.part,
        side_words(shown.plan.exercise, shown.side),
    ]
    return " · ".join(part for part in parts if part)


def step_text(shown: LessonDisplay) -> str:
    """Return what to do now, a sentence or two."""
    if shown.kind == "neutral":
        return _(
            "Stand side on and still, arms slightly forward, without wall or towel: your usual posture is taken. "
            "To do it lying down, go on with n."
        )
    return shown.step


def hint_text(shown: LessonDisplay) -> str:
    """Return what to improve; empty for nothing."""
    return "" if shown.hint is None else _(HINT_WORDS[shown.hint])


def watch_text(shown: LessonDisplay, moment: DisplayState) -> str:
    """Return what the camera tells now, or why it tells nothing."""
    if shown.kind == "done":
        return ""
    no_camera = NOT_JUDGED_WORDS["no_camera"]
    if not shown.has_camera:
        return _(no_camera)
    if moment.camera in ("opening", "lost", "paused"):
        return camera_words(moment.camera)
    if shown.kind != "hold":
        return _before(shown, moment)
    if shown.reading.not_judged is not None:
        return _(NOT_JUDGED_WORDS[shown.reading.not_judged])
    good = [_(CRITERION_WORDS[name]) for name, met in shown.reading.met.items() if met]
    return _("Seen: {things}").format(things=format_list(good)) if good else ""


def _before(shown: LessonDisplay, moment: DisplayState) -> str:
    """Return what the camera needs or can tell, while nothing is held."""
    help_ = moment.findings.look.help
    if shown.kind == "neutral":
        # Before the first look nothing is wrong with the view.
        return "" if help_ is None or help_ == "no_picture" else _(ADVICE[help_])
    if shown.kind != "ready":
        return ""
    if help_ in _HELP:
        return _(ADVICE[help_])
    if shown.has_neutral:
        return _("Your usual posture is taken.")
    return _(_SEES[shown.plan.exercise])


def back_lines(shown: LessonDisplay) -> list[str]:
    """Return how the back of somebody who stands differs from their usual standing, with intervals."""
    found = shown.flattening
    if found is None:
        return []
    named: tuple[tuple[str, ChangeFromStanding | None], ...] = (
        (_("Pelvic tilt"), found.tilt),
        (_("Lumbar arch"), found.arch),
    )
    return [
        f"{name} {difference_text(Difference(value=one.value, ci90=(one.low, one.high)))}"
        for name, one in named
        if one is not None
    ]
