"""Advice on setting the camera up: what is wrong with the view over the last second, the worst fault first.

The gates of `posture.quality` on one second of frames, worded for a person who stands before the camera.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from posture.contour.observation import Observation
from posture.language import gettext_noop
from posture.live.detector import DetectedFrame
from posture.live.settings import LIVE
from posture.pose.landmarks import ANKLES, HIPS, SHOULDERS, midpoint
from posture.pose.trunk_frame import body_height_px, inside_picture
from posture.pose.view import ViewEstimate, estimate_view
from posture.thresholds import GATES
from posture.types import Array, Facing

# The view is checked this often, and over this long, seconds.
CHECK_EVERY_S, CHECK_S = 0.25, 1.0
# The runner counts as turned round after this many checks in a row.
_AGREEING_CHECKS = 4

AdviceCode = Literal[
    "no_picture",
    "too_dark",
    "no_person",
    "rotated",
    "cut_off",
    "too_small",
    "not_side_view",
    "tilted",
    "something_in_front",
    "back_light",
    "loose_clothing",
    "worn_on_back",
    "back_hidden",
    "back_ambiguous",
    "walking",
    "unclear",
    "close",
    "too_slow",
]

ADVICE: dict[AdviceCode, str] = {
    "no_picture": gettext_noop("There is no picture. Trying the camera again."),
    "too_dark": gettext_noop("It is too dark. Switch on a light, or turn away from the window."),
    "no_person": gettext_noop("Step into the picture; if you are in it already, come nearer."),
    "rotated": gettext_noop("The picture is not upright. Turn the camera."),
    "cut_off": gettext_noop("Step back until your whole body is in the picture, head to feet."),
    "too_small": gettext_noop("Come nearer, or set the camera to a higher resolution."),
    "not_side_view": gettext_noop("Turn side on: the camera must see you from the side."),
    "tilted": gettext_noop("The camera is tilted. Level it."),
    "something_in_front": gettext_noop(
        "Something is in front of your back. Move the camera so that no handrail or post is."
    ),
    "back_light": gettext_noop("The light is behind you. Put the camera on the side of the window or lamp."),
    "loose_clothing": gettext_noop("A loose shirt hides the hollow of the back. Tuck it in tightly, or lift it."),
    "worn_on_back": gettext_noop("Hair, hood or pack hangs behind your neck. Tie up the hair, take off hood and pack."),
    "back_hidden": gettext_noop("The back is hidden. Nothing may stand between camera and back."),
    "back_ambiguous": gettext_noop("An arm looks like part of your back. Keep the elbows clear of the back."),
    "walking": gettext_noop("You are walking. Start to run: only running is judged."),
    "unclear": gettext_noop("Your steps are hard to see. Run steadily in the middle of the picture."),
    "too_slow": gettext_noop("Close other programs, or use the faster model (--model lite)."),
    "close": gettext_noop("Too close to the limit to decide."),
}


@dataclass(frozen=True)
class ViewCheck:
    """Result of a check of the view."""

    fault: AdviceCode | None  # None when the view is good.
    still: bool = False  # Whether the person stands still.
    view: ViewEstimate | None = None  # None when nobody is detected.
    rate: float | None = None  # Pictures a second, where they are too few (the fault ``too_slow``).


class ViewMonitor:
    """Checks the view over the last second, and notices when the runner turns round.

    Attributes
    ----------
    facing : {"left", "right"}
        Running direction that several checks agreed on.
    """

    def __init__(self, facing: Facing = "right") -> None:
        self.facing: Facing = facing
        self.latest = ViewCheck("no_picture")
        # Without the pictures: a second of those can fill the memory.
        self._recent: deque[tuple[float, Observation | None]] = deque()
        self._size, self._brightness = (0, 0), 0.0
        self._checked_s = -1e9
        self._disagreeing = 0

    def add(self, detected: DetectedFrame) -> None:
        """Add a frame."""
        self._size, self._brightness = detected.frame.size, detected.brightness
        self._recent.append((detected.frame.time_s, detected.observation))
        while detected.frame.time_s - self._recent[0][0] > CHECK_S:
            self._recent.popleft()

    def clear(self) -> None:
        """Drop all frames, and the last check."""
        self._recent.clear()
        self._checked_s = -1e9
        self.latest = ViewCheck("no_picture")

    def check_if_due(self, every_s: float = CHECK_EVERY_S) -> bool:
        """Check the view into `latest`, and return True, where the last check is older than `every_s`."""
        times, observations = zip(*self._recent, strict=True)
        if times[-1] - self._checked_s < every_s:
            return False
        self._checked_s = times[-1]
        self.latest = check_view(observations, times, self._size, self._brightness)
        return True

    @property
    def is_turning(self) -> bool:
        """Whether the last check saw the runner face the other way, not yet confirmed by others."""
        return self._disagreeing > 0

    def update_facing(self) -> bool:
        """Return True when the runner has turned round, once several checks agree.

        Landmarks differ slightly on mirrored input; the caller must not mix them in one window.
        """
        view = self.latest.view
        if self.latest.fault is not None or view is None or view.facing == self.facing:
            self._disagreeing = 0
            return False
        self._disagreeing += 1
        if self._disagreeing < _AGREEING_CHECKS:
            return False
        self.facing, self._disagreeing = view.facing, 0
        return True


def check_view(
    observations: Sequence[Observation | None], times_s: Sequence[float], size: tuple[int, int], brightness: float
) -> ViewCheck:
    """Check the view.

    Parameters
    ----------
    observations : sequence of Observation or None
        Of about the last second, oldest first.
    times_s
        Of each observation, seconds.
    size
        Width and height of the picture, pixels.
    brightness
        Mean of the newest picture, 0..255.
    """
    landmarks = np.array([observation.landmarks for observation in observations if observation is not None])
    if len(landmarks) < max(1, LIVE.seen_share * len(observations)):
        return ViewCheck("too_dark" if brightness < LIVE.dark else "no_person")
    view = estimate_view(landmarks)
    return ViewCheck(_fault(landmarks, view, size), _is_still(landmarks, times_s), view)


def _fault(landmarks: Array, view: ViewEstimate, size: tuple[int, int]) -> AdviceCode | None:
    if view.turn_deg:
        return "rotated"
    if 1.0 - inside_picture(landmarks, *size) > GATES.max_cut_off_share:
        return "cut_off"
    if body_height_px(landmarks) < GATES.min_body_height_px:
        return "too_small"
    # Over a part of a stride, the rotation of the trunk looks like an oblique view.
    if abs(view.yaw_deg) > LIVE.setup_yaw_deg:
        return "not_side_view"
    return None


def _is_still(landmarks: Array, times_s: Sequence[float]) -> bool:
    """Return whether ankles, hips and shoulders stay in place."""
    if len(landmarks) < 2 or times_s[-1] - times_s[0] < LIVE.still_look_s:
        return False
    trunk = midpoint(landmarks, SHOULDERS) - midpoint(landmarks, HIPS)
    length = float(np.median(np.hypot(trunk[:, 0], trunk[:, 1])))
    points = np.stack([midpoint(landmarks, pair) for pair in (SHOULDERS, HIPS)], axis=1)
    points = np.concatenate([points, landmarks[:, list(ANKLES)]], axis=1)
    moved = np.subtract(*np.percentile(points, [95, 5], axis=0))
    return bool(np.hypot(*np.moveaxis(moved, -1, 0)).max() < LIVE.still_l * max(length, 1.0))
