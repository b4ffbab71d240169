"""Lines over the picture of a session: skeleton, back line and arch of the runner."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from posture.drawing.back_line import BackPose, Trunk, back_lines, skeleton
from posture.drawing.canvas import Points, Polyline
from posture.live.session import DisplayState
from posture.pose.trunk_frame import trunk_axis

# Widths of back line and bones, shares of the picture's shorter side.
_LINE, _BONE = 0.0083, 0.004
# Radius of the dots on the back, share of the back line's width.
_DOT = 0.7


@dataclass(frozen=True)
class FigureLines:
    """Lines in the order in which they are drawn, in pixels of the picture."""

    bones: list[Polyline]  # Of the skeleton.
    back: list[Polyline]  # Tangents and arc, and over them the contour; empty while the back is not measured.
    dots: Points  # Shape (N, 2). Gluteal apex, lumbar point, thoracic apex.
    dot_radius: float  # Pixels.


def figure_lines(display: DisplayState, size: tuple[int, int], *, mirror: bool = False) -> FigureLines | None:
    """Return the lines for a picture of this width and height, pixels; None while nobody is seen, or nothing is live.

    With `mirror`, they are for a picture that is shown as in a mirror.
    """
    detected, view = display.detected, display.output.view.view
    if detected is None or detected.observation is None or view is None or display.camera in ("lost", "paused"):
        return None
    width, side = size[0], min(size)
    scale = np.array([size[0] / detected.frame.size[0], size[1] / detected.frame.size[1]])
    landmarks = detected.observation.landmarks * scale

    def placed(points: Points) -> Points:
        return np.stack([width - points[..., 0], points[..., 1]], axis=-1) if mirror else points

    bones = skeleton(placed(landmarks), view.visible_side, max(1.0, _BONE * side))
    line = max(3.0, _LINE * side)
    estimate = display.state.estimate
    if estimate is None or estimate.outline is None or estimate.angles is None:
        return FigureLines(bones, [], np.zeros((0, 2)), 0.0)
    hips, shoulders = trunk_axis(landmarks[None], view.facing)
    trunk = Trunk(placed(hips)[0], placed(shoulders)[0], view.facing)
    if mirror:
        trunk = replace(trunk, facing="left" if view.facing == "right" else "right")
    arch = estimate.analysis.measures.get("lumbar_arch_deg") is not None
    lines, dots, _label = back_lines(BackPose(trunk, estimate.outline, estimate.angles, 0), trunk, line, arch=arch)
    return FigureLines(bones, [*lines[1:], lines[0]], dots, _DOT * line)
