"""Puts a moment together as one picture: the runner with skeleton, back line and arch, and the panel beside them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Protocol

import numpy as np

from posture.drawing.back_line import BackPose, Trunk, draw_back, skeleton
from posture.drawing.canvas import Points, draw_lines
from posture.drawing.image import resize
from posture.live.screen.panel import RunningPanel
from posture.live.session import DisplayState
from posture.pose.trunk_frame import trunk_axis
from posture.types import Image

# The picture's longest sides on the screen; larger ones are shown smaller, and small ones larger.
_BOX = (960, 720)
_EMPTY = (640, 480)
# All that stands beside a picture has room in so many pixels of height.
_LEAST_HEIGHT = 480
# The panel's width, share of the picture's height, and its least, pixels.
_PANEL, _LEAST_PANEL = 0.62, 300
_LINE, _BONE = 0.0083, 0.004


class Beside(Protocol):
    """What stands beside the picture, and draws itself anew where something has changed."""

    size: tuple[int, int]

    def draw(self, moment: DisplayState) -> Image:
        """Return it, shape (height, width, 3), RGB."""
        ...


class SessionView:
    """Draws moments.

    Parameters
    ----------
    mirror : bool
        Show the picture as a mirror does.
    panel : callable
        Makes what stands beside the picture, from its width and height in pixels.
    """

    def __init__(self, *, mirror: bool = True, panel: Callable[[int, int], Beside] = RunningPanel) -> None:
        self.mirror = mirror
        self._make = panel
        self._panel: Beside | None = None

    def draw(self, moment: DisplayState) -> Image:
        """Return the whole, shape (height, width, 3), RGB."""
        picture = _at_least(self._picture(moment), _LEAST_HEIGHT)
        height = picture.shape[0]
        width = max(_LEAST_PANEL, round(_PANEL * height))
        if self._panel is None or self._panel.size != (width, height):
            self._panel = self._make(width, height)
        return np.concatenate([picture, self._panel.draw(moment)], axis=1)

    def _picture(self, moment: DisplayState) -> Image:
        seen = moment.seen
        if seen is None:
            return self.without_picture(moment)
        rgb = seen.frame.rgb
        scale = min(max(1.0, _LEAST_HEIGHT / rgb.shape[0]), _BOX[0] / rgb.shape[1], _BOX[1] / rgb.shape[0])
        picture = rgb if scale == 1.0 else resize(rgb, scale)
        picture = np.ascontiguousarray(picture[:, ::-1] if self.mirror else picture).copy()
        if moment.camera in ("lost", "paused"):
            # It is an old one.
            return np.asarray(picture // 3, dtype=np.uint8)
        self._draw_runner(picture, moment)
        return picture

    def without_picture(self, moment: DisplayState) -> Image:  # noqa: ARG002 - of those who show something else
        """Return what is shown while there is no picture of the camera, shape (height, width, 3), RGB."""
        return np.zeros((_EMPTY[1], _EMPTY[0], 3), dtype=np.uint8)

    def _draw_runner(self, picture: Image, moment: DisplayState) -> None:
        seen, view = moment.seen, moment.findings.look.view
        if seen is None or seen.observation is None or view is None:
            return
        height, width = picture.shape[:2]
        scale = np.array([width / seen.frame.rgb.shape[1], height / seen.frame.rgb.shape[0]])
        marks = seen.observation.landmarks * scale
        shown = self._mirrored(marks, width)
        side = min(picture.shape[:2])
        draw_lines(picture, skeleton(shown, view.visible_side, max(1.0, _BONE * side)), 0.5)
        estimate = moment.state.estimate
        if estimate is None or estimate.outline is None or estimate.angles is None:
            return
        facing = view.facing
        hips, shoulders = trunk_axis(marks[None], facing)
        trunk = Trunk(hips[0], shoulders[0], facing)
        if self.mirror:
            trunk = replace(
                trunk,
                hips=self._mirrored(hips, width)[0],
                shoulders=self._mirrored(shoulders, width)[0],
                facing="left" if facing == "right" else "right",
            )
        line = max(3.0, _LINE * side)
        arch = estimate.analysis.measures.get("lumbar_arch_deg") is not None
        draw_back(picture, BackPose(trunk, estimate.outline, estimate.angles, 0), trunk, line, arch=arch)

    def _mirrored(self, points: Points, width: int) -> Points:
        if not self.mirror:
            return points
        return np.stack([width - points[..., 0], points[..., 1]], axis=-1)


def _at_least(picture: Image, height: int) -> Image:
    """Return a picture with black above and below, so that it is so high."""
    missing = height - picture.shape[0]
    if missing <= 0:
        return picture
    return np.pad(picture, ((missing // 2, missing - missing // 2), (0, 0), (0, 0)))
