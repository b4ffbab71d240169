"""The runner's trunk over the clip, and the region of the picture that it should cover."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from posture.types import Array, Indices

# Region that the trunk covers: along it, and in front of its axis, trunk lengths.
COVERED_T, COVERED_FRONT_L = (-0.2, 0.95), 0.12
# It ends behind at the mean body's outline, or this far beyond the mask's edge where that lies further in front: the
# edge of a thing that the mask ends at is inside then, and what is seen beyond a slim body is not.
BEYOND_EDGE_L = 0.02


@dataclass(frozen=True)
class TrunkPath:
    """The trunk of one runner in N frames, in pixels."""

    frames: Indices  # Shape (N,). Indices of the frames.
    hips: Array  # Shape (N, 2). Lower ends of the trunk axis, x right, y down.
    shoulders: Array  # Shape (N, 2). Its upper ends.
    boxes: Array  # Shape (N, 4). Left, top, right and bottom around all landmarks.
    backward: float  # 1 where the back lies to the left of an upright trunk (the runner faces right), -1 to the right.
    t: Array  # Shape (T,). Positions along the trunk axis, 0 at the hips and 1 at the shoulders.
    depth: Array  # Shape (T,). Where the back edge is expected behind the axis, trunk lengths: a mean body's.
    edges: Array  # Shape (N, T). Where the mask has it; NaN where there is none.

    @property
    def axis(self) -> Array:
        """From hips to shoulders, shape (N, 2)."""
        return np.asarray(self.shoulders - self.hips)

    @property
    def back(self) -> Array:
        """Perpendicular to the axis, as long, backward, shape (N, 2)."""
        axis = self.axis
        return np.asarray(self.backward * np.stack([axis[:, 1], -axis[:, 0]], axis=1))

    @property
    def length(self) -> float:
        """Median trunk length, pixels."""
        return float(np.median(np.hypot(*self.axis.T)))

    def at(self, rows: Indices) -> TrunkPath:
        """Return some of the frames."""
        return replace(
            self,
            frames=self.frames[rows],
            hips=self.hips[rows],
            shoulders=self.shoulders[rows],
            boxes=self.boxes[rows],
            edges=self.edges[rows],
        )

    def scaled(self, scale: float) -> TrunkPath:
        """Return the same trunk in a picture that is reduced by a scale."""
        return replace(self, hips=self.hips * scale, shoulders=self.shoulders * scale, boxes=self.boxes * scale)

    def stabilised(self, transforms: Array) -> TrunkPath:
        """Return the trunk in the first sample's pixels, given the camera's motion, shape (N, 2, 3)."""
        linear, shift = transforms[:, :, :2], transforms[:, :, 2]
        inverse = np.linalg.inv(np.where(np.isfinite(linear), linear, np.eye(2)))

        def back_to_first(points: Array) -> Array:
            return np.asarray(np.einsum("nij,nj->ni", inverse, points - shift))

        return replace(self, hips=back_to_first(self.hips), shoulders=back_to_first(self.shoulders))

    def points(self, t: Array, distance: Array) -> Array:
        """Return pixels of places given along the axis and behind it.

        Parameters
        ----------
        t : shape (P,)
        distance : shape (P,) or (N, P)
            Trunk lengths, backward positive.

        Returns
        -------
        array, shape (N, P, 2)
        """
        behind = np.broadcast_to(distance, (len(self.hips), len(t)))
        return np.asarray(
            self.hips[:, None] + t[None, :, None] * self.axis[:, None] + behind[..., None] * self.back[:, None]
        )

    def covered_outline(self) -> Array:
        """Return the polygon that the trunk covers in each frame, shape (N, P, 2), pixels."""
        rows = (self.t >= COVERED_T[0]) & (self.t <= COVERED_T[1])
        t = self.t[rows]
        depth = np.fmin(self.edges[:, rows] + BEYOND_EDGE_L, self.depth[rows])
        front = np.full(depth.shape, -COVERED_FRONT_L)
        return self.points(np.concatenate([t, t[::-1]]), np.concatenate([depth, front], axis=1))
