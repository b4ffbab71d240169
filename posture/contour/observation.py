"""What is kept of one person in one frame: landmarks and mask edges; the mask itself is let go."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from posture.contour.extraction import sample_edges
from posture.contour.grid import T_GRID
from posture.pose.landmarker import PoseDetection
from posture.pose.trunk_frame import trunk_axis
from posture.types import Array

FACINGS = ("right", "left")


@dataclass(frozen=True, slots=True)
class Observation:
    """One person in one frame.

    Attributes
    ----------
    landmarks : array, shape (33, 2)
        Pixels, x right, y down.
    visibility : array, shape (33,)
        0..1.
    edges : array of float32, shape (2, len(T_GRID))
        Distance from the trunk axis to the mask's edge behind it, trunk lengths: row 0 if the person faces right, row
        1 if left. NaN where there is none.
    """

    landmarks: Array
    visibility: Array
    edges: npt.NDArray[np.float32]


def observe(person: PoseDetection) -> Observation:
    """Reduce a detected person to a sighting."""
    in_mask = person.landmarks - person.corner
    axes = [trunk_axis(in_mask, facing) for facing in FACINGS]  # type: ignore[arg-type]
    hips, shoulders = np.array([a[0] for a in axes]), np.array([a[1] for a in axes])
    length = np.hypot(*(shoulders - hips)[0])
    if person.mask is None or length < 2:
        edges = np.full((2, len(T_GRID)), np.nan, dtype=np.float32)
    else:
        edges = sample_edges(person.mask, hips, shoulders).astype(np.float32)
    return Observation(landmarks=person.landmarks, visibility=person.visibility, edges=edges)


def pack_arrays(frames: Sequence[Sequence[Observation]]) -> list[list[Observation]]:
    """Return the same sightings, their numbers in one array of each kind.

    The small arrays of thousands of frames would lie between the large ones that come and go with every picture, and
    keep their memory from being used again.
    """
    every = [sighting for people in frames for sighting in people]
    if not every:
        return [[] for _ in frames]
    landmarks = np.stack([s.landmarks for s in every])
    visibility = np.stack([s.visibility for s in every])
    edges = np.stack([s.edges for s in every])
    together = iter([Observation(*parts) for parts in zip(landmarks, visibility, edges, strict=True)])
    return [[next(together) for _ in people] for people in frames]
