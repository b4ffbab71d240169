"""Landmarks, mask edges and appearance of one person in one frame; mask and picture themselves are dropped."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from posture.contour.extraction import sample_edges
from posture.contour.grid import T_GRID
from posture.pose.appearance import Appearance, appearance_of
from posture.pose.landmarker import PoseDetection
from posture.pose.trunk_frame import trunk_axis
from posture.types import Array, Facing, Image

FACINGS: tuple[Facing, Facing] = ("right", "left")
"""Rows of `Observation.edges`."""


@dataclass(frozen=True, slots=True)
class Observation:
    """One person in one frame."""

    landmarks: Array  # Shape (33, 2). Pixels, x right, y down.
    visibility: Array  # Shape (33,). 0..1.
    # Shape (2, len(T_GRID)). Distance from the trunk axis to the mask's edge behind it, trunk lengths, for each of
    # `FACINGS`; NaN where there is none.
    edges: npt.NDArray[np.float32]
    appearance: Appearance | None = None  # Colours of trunk and thighs; None when the picture is not known.


def observe(detection: PoseDetection, rgb: Image | None = None) -> Observation:
    """Reduce a detection, and the whole picture that it was made in, to what the analysis needs."""
    in_mask = detection.landmarks - detection.corner
    axes = [trunk_axis(in_mask, facing) for facing in FACINGS]
    hips, shoulders = np.array([a[0] for a in axes]), np.array([a[1] for a in axes])
    length = np.hypot(*(shoulders - hips)[0])
    if detection.mask is None or length < 2:
        edges = np.full((2, len(T_GRID)), np.nan, dtype=np.float32)
    else:
        edges = sample_edges(detection.mask, hips, shoulders).astype(np.float32)
    return Observation(
        landmarks=detection.landmarks,
        visibility=detection.visibility,
        edges=edges,
        appearance=None if rgb is None else appearance_of(rgb, detection.landmarks),
    )


def pack_arrays(frames: Sequence[Sequence[Observation]]) -> list[list[Observation]]:
    """Return the same observations with their numbers packed into one array of each kind.

    Many small arrays fragment the heap; packed, they let frame buffers be reused.
    """
    observations = [observation for people in frames for observation in people]
    if not observations:
        return [[] for _ in frames]
    landmarks = np.stack([o.landmarks for o in observations])
    visibility = np.stack([o.visibility for o in observations])
    edges = np.stack([o.edges for o in observations])
    appearances = [o.appearance for o in observations]
    known = [a for a in appearances if a is not None]
    rows = iter(np.stack(known)) if known else iter(())
    appearance = [None if a is None else next(rows) for a in appearances]
    packed = iter([Observation(*arrays) for arrays in zip(landmarks, visibility, edges, appearance, strict=True)])
    return [[next(packed) for _ in people] for people in frames]
