"""Judge the towel exercise: is the lower back flatter than in usual standing, and does it stay flat.

Done standing free and side on, the back's outline is visible and measured as everywhere in this package: the change
from usual standing with its interval. Done lying, floor and towel hide the lower back; then only the buttocks are
watched.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from posture.coach.criteria import Judgement
from posture.coach.observation import PoseWindow
from posture.coach.plan import ExerciseForm
from posture.coach.settings import COACH
from posture.language import gettext_noop
from posture.pose.landmarks import ANKLES, HIPS, SHOULDERS, midpoint
from posture.types import Array

# Replaces the library's steps and drawings, which show towel and floor.
STANDING_FORM = ExerciseForm(
    ready_progression=2,
    steps={
        4: gettext_noop(
            "Breathe out and draw the pubic bone towards the navel. "
            "The pelvis tips back and the lower back gets flatter."
        ),
        5: gettext_noop("Stay like that for two or three calm breaths, with soft knees."),
        6: gettext_noop("Let the pelvis come back slowly to your usual posture, and begin again."),
    },
    has_pictures=False,
)


@dataclass(frozen=True)
class ChangeFromStanding:
    """Change of a measure from usual standing with its 90 % interval, degrees; negative is flatter."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class BackFlattening:
    """Difference between a standing back and the same person's usual standing.

    Attributes
    ----------
    tilt, arch : ChangeFromStanding or None
        Of the pelvis, and of the lower back; None where it was not measured.
    """

    tilt: ChangeFromStanding | None
    arch: ChangeFromStanding | None

    @property
    def is_flatter(self) -> bool | None:
        """Whether the back is flatter; None when the measurement cannot decide.

        True when one of the two has fallen with its whole interval and the other has not risen. False when neither
        has fallen by more than ``COACH.flatter_deg``.
        """
        changes = [change for change in (self.tilt, self.arch) if change is not None]
        if not changes:
            return None
        if any(change.high < 0 for change in changes) and not any(change.low > 0 for change in changes):
            return True
        if all(change.value > -COACH.flatter_deg for change in changes):
            return False
        return None


def judge_standing(flattening: BackFlattening | None, *, was_flatter: bool) -> Judgement:
    """Judge the standing form.

    Parameters
    ----------
    flattening : BackFlattening or None
        None while nothing is measured.
    was_flatter
        Whether the back was flatter earlier in this set.
    """
    flatter = None if flattening is None else flattening.is_flatter
    if flatter is None:
        return Judgement()
    if flatter:
        return Judgement({"back_flatter": True})
    return Judgement({"back_flatter": False}, ("back_lost" if was_flatter else "back_not_flatter",))


def hips_up(window: PoseWindow) -> Array:
    """Return the height of the hips above the line from shoulders to ankles, trunk lengths, shape (F,).

    Parameters
    ----------
    window
        A lying person, seen from the side.
    """
    hips, shoulders, ankles = (midpoint(window.landmarks, pair) for pair in (HIPS, SHOULDERS, ANKLES))
    along = ankles[:, 0] - shoulders[:, 0]
    share = np.where(np.abs(along) > 1.0, (hips[:, 0] - shoulders[:, 0]) / np.where(along == 0, 1.0, along), 0.5)
    floor = shoulders[:, 1] + np.clip(share, 0.0, 1.0) * (ankles[:, 1] - shoulders[:, 1])
    return np.asarray((floor - hips[:, 1]) / window.trunk_px)


def judge_lying(window: PoseWindow, resting_height: float | None) -> Judgement:
    """Judge the lying form.

    Parameters
    ----------
    resting_height : float or None
        `hips_up` at rest; None while it is unknown.
    """
    if resting_height is None:
        return Judgement()
    raised = float(np.median(hips_up(window))) - resting_height
    if raised > COACH.buttocks_l:
        return Judgement({"buttocks_down": False}, ("buttocks_up",))
    return Judgement({"buttocks_down": True})
