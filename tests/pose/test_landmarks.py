"""Landmark indices, names and the mirror table agree with each other."""

from __future__ import annotations

import numpy as np
import pytest

from posture.pose import landmarks
from posture.pose.landmarks import HIPS, MARKERS, MIRRORED, NAMES, midpoint

SWAPPED = {"left": "right", "right": "left"}


def test_mirror_table_swaps_left_and_right_names() -> None:
    swapped = ["_".join(SWAPPED.get(part, part) for part in name.split("_")) for name in NAMES]
    assert [NAMES[other] for other in MIRRORED] == swapped


@pytest.mark.parametrize(
    ("pair", "name"),
    [
        ("SHOULDERS", "shoulder"),
        ("ELBOWS", "elbow"),
        ("WRISTS", "wrist"),
        ("PINKIES", "pinky"),
        ("INDEX_FINGERS", "index"),
        ("THUMBS", "thumb"),
        ("HIPS", "hip"),
        ("KNEES", "knee"),
        ("ANKLES", "ankle"),
        ("HEELS", "heel"),
        ("TOES", "foot_index"),
        ("EARS", "ear"),
    ],
)
def test_index_pairs_have_their_names(pair: str, name: str) -> None:
    assert [NAMES[index] for index in getattr(landmarks, pair)] == [f"left_{name}", f"right_{name}"]


def test_every_landmark_has_a_unique_name_and_marker() -> None:
    assert len(set(NAMES)) == len(set(MARKERS)) == 33
    assert [marker[0] for marker in MARKERS[1:]] == ["L" if "left" in name else "R" for name in NAMES[1:]]


def test_midpoint_is_the_mean_of_both_sides() -> None:
    points = np.zeros((2, 33, 2))
    points[:, HIPS[0]], points[:, HIPS[1]] = (2.0, 4.0), (4.0, 10.0)
    assert midpoint(points, HIPS).tolist() == [[3.0, 7.0]] * 2
