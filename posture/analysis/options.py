"""Validated analysis options."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from posture.errors import UsageError
from posture.gait.runner_choice import read_place
from posture.language import format_number, format_short_number
from posture.language import gettext as _
from posture.thresholds import BODY_HEIGHT
from posture.types import PoseModel, Rotation

# Below 1, the clip plays faster than life.
MIN_SLOW_MOTION, MAX_SLOW_MOTION = 0.25, 64.0
# A camera that is turned further lies on its side, degrees.
MAX_ROLL_DEG = 45.0


@dataclass(frozen=True)
class AnalysisOptions:
    """How the user wants a clip analysed.

    Raises
    ------
    UsageError
        When the slow-motion factor, the turn or the roll is out of range, or the person is no number.
    """

    model: PoseModel = "full"
    start_s: float | None = None  # Only this part of the clip, to `end_s`, seconds.
    end_s: float | None = None
    # How many times slower than life the clip plays, `MIN_SLOW_MOTION` to `MAX_SLOW_MOTION`; None to take what the file
    # states.
    slow_motion: float | None = None
    # ``largest``; a number: 1 is the best candidate; or a `posture.gait.runner_choice.PersonPlace` as text.
    person: str = "largest"
    # Clockwise turn of the picture besides the one that the file states, degrees; None to find out.
    rotate: Rotation | None = None
    roll_deg: float | None = None  # Roll of the camera, clockwise positive, degrees; None to estimate it.
    # Frame rate of a folder of images, pictures a second; None to assume one and leave out what rests on it.
    fps: float | None = None
    name: str | None = None  # The runner's name, for the record and the page.
    # Whether a part of the clip in which the runner stands still becomes the baseline when none is given.
    auto_baseline: bool = True
    height_m: float | None = None  # How tall the runner stands; None when unknown.
    every_frame: bool = False  # Whether all frames are read at high frame rates too.
    whole: bool = False  # Whether long clips are read from beginning to end.

    def __post_init__(self) -> None:
        check_slow_motion(self.slow_motion)
        check_person(self.person)
        check_rotation(self.rotate)
        check_roll(self.roll_deg)
        check_height(self.height_m)

    def of_baseline(self) -> AnalysisOptions:
        """Return the options for a baseline clip: those of the model, the camera and the frames to read."""
        kept = AnalysisOptions(self.model, rotate=self.rotate, roll_deg=self.roll_deg, auto_baseline=False)
        return replace(kept, every_frame=self.every_frame, whole=self.whole)


def check_person(person: str) -> None:
    """Raise `UsageError` when the person is neither ``largest`` nor a number nor a place."""
    if person != "largest" and not (person.isascii() and person.isdigit()) and read_place(person) is None:
        raise UsageError(
            _("{person} does not name a person").format(person=person),
            where="--person",
            advice=_("Use largest or a number."),
        )


def check_slow_motion(slow_motion: float | None) -> None:
    """Raise `UsageError` when a slow-motion factor is out of range; to be called before long work."""
    if slow_motion is not None and not (np.isfinite(slow_motion) and MIN_SLOW_MOTION <= slow_motion <= MAX_SLOW_MOTION):
        raise UsageError(
            _("{factor} is not a slow-motion factor").format(factor=format_short_number(slow_motion)),
            where="--slow-motion",
            advice=_(
                "Say how many times slower than real time it plays, {least} to {most}; 0.5 is double speed."
            ).format(least=format_short_number(MIN_SLOW_MOTION), most=format_number(MAX_SLOW_MOTION, 0)),
        )


def check_rotation(rotate: int | None) -> None:
    """Raise `UsageError` for a turn of the picture that is no multiple of 90 degrees."""
    if rotate is not None and rotate not in (0, 90, 180, 270):
        raise UsageError(
            _("a picture cannot be turned by {number} degrees").format(number=format_short_number(rotate)),
            where="--rotate",
            advice=_("Use 90, 180 or 270, clockwise, so that the picture stands upright."),
        )


def check_roll(roll_deg: float | None) -> None:
    """Raise `UsageError` when the roll of the camera is out of range; to be called before long work."""
    if roll_deg is not None and not (np.isfinite(roll_deg) and abs(roll_deg) <= MAX_ROLL_DEG):
        raise UsageError(
            _("{number} degrees is too much for a camera's roll").format(number=format_short_number(roll_deg)),
            where="--roll",
            advice=_(
                "Use -{most} to {most}, clockwise positive. If the picture lies on its side, use --rotate."
            ).format(most=format_number(MAX_ROLL_DEG, 0)),
        )


def check_height(height_m: float | None) -> None:
    """Raise `UsageError` when nobody is that tall; to be called before long work."""
    low, high = BODY_HEIGHT.least_m, BODY_HEIGHT.most_m
    if height_m is not None and not low <= height_m <= high:
        raise UsageError(
            _("{number} centimetres is not a runner's height").format(number=format_short_number(100 * height_m)),
            where="--height",
            advice=_("Use centimetres or metres, such as 172 or 1.72."),
        )


DEFAULT_OPTIONS = AnalysisOptions()
