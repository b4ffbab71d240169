"""Helps to set the camera up: what is wrong with the view of the last moment, and what to do; the worst thing first.

The gates of `posture.quality` on one second of frames, in the words of somebody who stands before the camera.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from posture.contour.observation import Observation
from posture.language import gettext_noop
from posture.live.settings import LIVE
from posture.pose.landmarks import ANKLES, HIPS, SHOULDERS, midpoint
from posture.pose.trunk_frame import body_height_px, inside_picture
from posture.pose.view import ViewEstimate, estimate_view
from posture.thresholds import GATES
from posture.types import Array

AdviceCode = Literal[
    "no_picture",
    "too_dark",
    "no_person",
    "upside_down",
    "cut_off",
    "too_small",
    "not_side_view",
    "tilted",
    "loose_clothing",
    "back_hidden",
    "back_ambiguous",
    "walking",
    "unclear",
    "close",
    "too_slow",
]

ADVICE: dict[AdviceCode, str] = {
    "no_picture": gettext_noop("No picture comes. The camera is tried again."),
    "too_dark": gettext_noop("It is too dark. Switch on a light, or turn away from the window."),
    "no_person": gettext_noop("Step into the picture; if you are in it already, come nearer."),
    "upside_down": gettext_noop("The picture is upside down. Turn the camera."),
    "cut_off": gettext_noop("Step back until your whole body is in the picture, head to feet."),
    "too_small": gettext_noop("Come nearer, or set the camera to a higher resolution."),
    "not_side_view": gettext_noop("Turn side on: the camera must see you from the side."),
    "tilted": gettext_noop("The camera is tilted. Level it."),
    "loose_clothing": gettext_noop(
        "A loose shirt hides the hollow of the back. Tuck it in tightly, or lift it."
    ),
    "back_hidden": gettext_noop("The back is hidden. Nothing may stand between camera and back."),
    "back_ambiguous": gettext_noop(
        "An arm beside the back cannot be told from it. Keep the elbows clear of the back."
    ),
    "walking": gettext_noop("You are walking. The check is about running."),
    "unclear": gettext_noop("Your steps cannot be made out. Run steadily in the middle of the picture."),
    "too_slow": gettext_noop(
        "Too few pictures come to make out your steps. Give more light, close other programs, or add: --model lite"
    ),
    "close": gettext_noop("Too close to the limit to tell."),
}


@dataclass(frozen=True)
class ViewCheck:
    """What the last moment shows.

    Attributes
    ----------
    help : Code or None
        What is wrong; None when the view is good.
    still : bool
        Whether somebody stands still.
    view : ViewEstimate or None
        None when nobody is seen.
    """

    help: AdviceCode | None
    still: bool = False
    view: ViewEstimate | None = None


def check_view(
    sightings: Sequence[Observation | None],
    times_s: Sequence[float],
    size: tuple[int, int],
    brightness: float,
) -> ViewCheck:
    """Judge the view.

    Parameters
    ----------
    sightings : sequence of Observation or None
        Of about the last second, the oldest first.
    times_s : sequence of float
        Of each of them, seconds.
    size : tuple of int
        Width and height of the picture, pixels.
    brightness : float
        Mean of the newest picture, 0..255.
    """
    marks = np.array([one.landmarks for one in sightings if one is not None])
    if len(marks) < max(1, LIVE.seen_share * len(sightings)):
        return ViewCheck("too_dark" if brightness < LIVE.dark else "no_person")
    view = estimate_view(marks)
    return ViewCheck(_fault(marks, view, size), _is_still(marks, times_s), view)


def _fault(marks: Array, view: ViewEstimate, size: tuple[int, int]) -> AdviceCode | None:
    if view.upside_down:
        return "upside_down"
    if 1.0 - inside_picture(marks, *size) > GATES.max_cut_off_share:
        return "cut_off"
    if body_height_px(marks) < GATES.min_body_height_px:
        return "too_small"
    # Within a part of a stride the trunk's own rotation looks like a turn of the view.
    if abs(view.yaw_deg) > LIVE.setup_yaw_deg:
        return "not_side_view"
    return None


def _is_still(marks: Array, times_s: Sequence[float]) -> bool:
    """Tell whether feet, hips and shoulders stay where they are."""
    if len(marks) < 2 or times_s[-1] - times_s[0] < LIVE.still_look_s:
        return False
    trunk = midpoint(marks, SHOULDERS) - midpoint(marks, HIPS)
    length = float(np.median(np.hypot(trunk[:, 0], trunk[:, 1])))
    spots = np.stack([midpoint(marks, pair) for pair in (SHOULDERS, HIPS)], axis=1)
    spots = np.concatenate([spots, marks[:, list(ANKLES)]], axis=1)
    moved = np.subtract(*np.percentile(spots, [95, 5], axis=0))
    return bool(np.hypot(*np.moveaxis(moved, -1, 0)).max() < LIVE.still_l * max(length, 1.0))
