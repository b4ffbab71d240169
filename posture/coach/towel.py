"""The towel exercise: is the lower back flatter than in the own usual standing, and is it held. Pure.

Who stands free, side on, shows the outline of the back, and it is measured as everywhere in this package: the change
against the own standing with its interval. Who lies shows the camera nothing of the lower back, since floor and towel
hide it; then only the buttocks are watched.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from posture.coach.criteria import Judgement
from posture.coach.observation import PoseWindow
from posture.coach.settings import COACH
from posture.language import gettext_noop
from posture.pose.landmarks import ANKLES, HIPS, SHOULDERS, midpoint
from posture.types import Array

# After this step of the library the pelvis comes back, and nothing is held.
LET_GO_STEP = 6
STANDING_STEPS = {
    4: gettext_noop(
        "Breathe out and draw the pubic bone towards the navel. The pelvis tips back and the lower back gets flatter."
    ),
    5: gettext_noop("Stay like that for two or three calm breaths, with soft knees."),
    LET_GO_STEP: gettext_noop("Let the pelvis come back slowly to your usual posture, and begin again."),
}
"""In the place of the library's steps, which speak of towel and floor, for who stands free."""


@dataclass(frozen=True)
class ChangeFromStanding:
    """A measure's change against the own usual standing, degrees, less is flatter.

    Attributes
    ----------
    value, low, high : float
        With its 90 % interval.
    """

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class BackFlattening:
    """How the back of somebody who stands differs from their usual standing.

    Attributes
    ----------
    tilt, arch : Against or None
        Of the pelvis, and of the lower back; None where it was not measured.
    """

    tilt: ChangeFromStanding | None
    arch: ChangeFromStanding | None

    @property
    def is_flatter(self) -> bool | None:
        """Whether the back is flatter; None when it cannot be told.

        It is when one of the two has fallen with its whole interval and the other has not risen. It is not when
        neither has fallen by more than `COACH` says. Between the two nothing can be told.
        """
        changes = [one for one in (self.tilt, self.arch) if one is not None]
        if not changes:
            return None
        if any(one.high < 0 for one in changes) and not any(one.low > 0 for one in changes):
            return True
        if all(one.value > -COACH.flatter_deg for one in changes):
            return False
        return None


def judge_standing(flattening: BackFlattening | None, *, was_flatter: bool) -> Judgement:
    """Judge somebody who stands.

    Parameters
    ----------
    flattening : Flattening or None
        None while nothing is measured.
    was_flatter : bool
        Whether the back was flatter before in this set.
    """
    flatter = None if flattening is None else flattening.is_flatter
    if flatter is None:
        return Judgement()
    if flatter:
        return Judgement({"back_flatter": True})
    return Judgement({"back_flatter": False}, ("back_lost" if was_flatter else "back_not_flatter",))


def hips_up(moments: PoseWindow) -> Array:
    """Return how far the hips are above the line from shoulders to ankles, trunk lengths, shape (F,).

    Parameters
    ----------
    moments : Moments
        Of somebody who lies, seen from the side.
    """
    hips, shoulders, ankles = (midpoint(moments.landmarks, pair) for pair in (HIPS, SHOULDERS, ANKLES))
    along = ankles[:, 0] - shoulders[:, 0]
    share = np.where(
        np.abs(along) > 1.0, (hips[:, 0] - shoulders[:, 0]) / np.where(along == 0, 1.0, along), 0.5
    )
    floor = shoulders[:, 1] + np.clip(share, 0.0, 1.0) * (ankles[:, 1] - shoulders[:, 1])
    return np.asarray((floor - hips[:, 1]) / moments.trunk_px)


def judge_lying(moments: PoseWindow, resting_up: float | None) -> Judgement:
    """Judge somebody who lies on the back.

    Parameters
    ----------
    moments : Moments
    resting_up : float or None
        Their `hips_up` at rest; None while it is not known.
    """
    if resting_up is None:
        return Judgement()
    raised = float(np.median(hips_up(moments))) - resting_up
    if raised > COACH.buttocks_l:
        return Judgement({"buttocks_down": False}, ("buttocks_up",))
    return Judgement({"buttocks_down": True})
