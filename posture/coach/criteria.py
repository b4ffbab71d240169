"""Criteria that a camera checks during an exercise, hints about them, and reasons for not judging."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

from posture.language import gettext_noop

# A criterion is met, not met, or unknown; an unknown one is missing from `Judgement.met`.
Criterion = Literal["back_flatter", "buttocks_down", "upright", "pelvis_level", "ribs_turn", "in_line", "leg_level"]
# In order of importance: only one hint is given at a time.
Hint = Literal[
    "back_lost",
    "back_not_flatter",
    "buttocks_up",
    "hip_sinks",
    "hip_high",
    "bends",
    "leans_back",
    "leans_aside",
    "pelvis_drops",
    "leg_high",
    "turn_more",
]
# Reasons why the exercise is only timed.
NotJudged = Literal["nobody", "hidden", "side_on", "no_neutral", "other_pose", "not_shown", "stand_free"]

CRITERION_WORDS: dict[Criterion, str] = {
    "back_flatter": gettext_noop("pelvis tipped back or lower back flatter than in your usual posture"),
    "buttocks_down": gettext_noop("buttocks on the floor"),
    "upright": gettext_noop("trunk upright"),
    "pelvis_level": gettext_noop("pelvis level"),
    "ribs_turn": gettext_noop("ribs turning"),
    "in_line": gettext_noop("shoulder, hip and knee in one line"),
    "leg_level": gettext_noop("leg no higher than the trunk"),
}
HINT_WORDS: dict[Hint, str] = {
    "back_lost": gettext_noop("Keep it: draw the pubic bone towards the navel again."),
    "back_not_flatter": gettext_noop("Draw the pubic bone a little further towards the navel."),
    "buttocks_up": gettext_noop("Let the buttocks down: only the pelvis tips."),
    "hip_sinks": gettext_noop("Lift the hip."),
    "hip_high": gettext_noop("Lower the hip a little."),
    "bends": gettext_noop("Stay tall: the trunk does not bend forward."),
    "leans_back": gettext_noop("Do not lean back: let the ribs sink."),
    "leans_aside": gettext_noop("Stay upright: do not lean to the side."),
    "pelvis_drops": gettext_noop("Keep the pelvis level."),
    "leg_high": gettext_noop("Lower the leg: no higher than the trunk."),
    "turn_more": gettext_noop("Turn the ribs further, elbow towards the knee."),
}
NOT_JUDGED_WORDS: dict[NotJudged, str] = {
    "nobody": gettext_noop("Timer only: nobody is in the picture."),
    "hidden": gettext_noop("Timer only: you are not fully in the picture."),
    "side_on": gettext_noop("Timer only: turn so that the camera sees you from the side."),
    "no_neutral": gettext_noop("Timer only: your usual posture was not recorded."),
    "other_pose": gettext_noop("Timer only: you are not in position yet."),
    "not_shown": gettext_noop("Timer only: a camera cannot see what matters here."),
    "stand_free": gettext_noop("Timer only: the camera does not see the line of your lower back well enough."),
}


@dataclass(frozen=True)
class Judgement:
    """Judgement of the last moments of an exercise."""

    # Only the criteria that could be observed.
    met: Mapping[Criterion, bool] = field(default_factory=lambda: MappingProxyType({}))
    hints: tuple[Hint, ...] = ()  # Possible improvements; each belongs to a criterion that is not met.
    not_judged: NotJudged | None = None  # Reason why nothing could be observed.
