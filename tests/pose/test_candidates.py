"""Detections that may be people."""

from __future__ import annotations

import numpy as np
import pytest
from helpers.synthetic_runner import Array, Figure

from posture.pose.candidates import Clues, candidates_of, is_plausible, trunk_length
from posture.pose.landmarks import HIPS

WIDTH, HEIGHT = 800, 600


def pose(x: float, **options: float) -> Array:
    return Figure(hips_px=(x, 300.0), **options).landmarks(np.zeros(1))[0]  # type: ignore[arg-type]


def visible(hips: float = 1.0) -> Array:
    visibility = np.ones(33)
    visibility[list(HIPS)] = hips
    return visibility


@pytest.mark.parametrize(
    ("x", "hips", "plausible"), [(400, 1, True), (-20, 1, False), (820, 1, False), (400, 0.02, False)]
)
def test_person_has_visible_hips_inside_the_picture(x: float, hips: float, plausible: bool) -> None:
    assert is_plausible(pose(x), visible(hips), WIDTH, HEIGHT) is plausible


def test_second_detection_of_a_person_is_dropped_and_a_neighbour_kept() -> None:
    one = pose(300.0)
    length = trunk_length(one)
    again, neighbour = one + 0.2 * length, one + np.array([0.5 * length, 0.0])
    (people,) = candidates_of([[one, again, neighbour]], np.zeros(1), Clues())
    assert [person.slot for person in people] == [0, 2]
    child = pose(300.0, trunk_px=40.0)
    (people,) = candidates_of([[one, child]], np.zeros(1), Clues())
    assert [person.slot for person in people] == [0, 1]


def test_unusable_detection_is_no_candidate() -> None:
    frames = candidates_of([[pose(300.0), pose(500.0)], []], np.arange(2.0), Clues(usable=[[False, True], []]))
    assert [[person.slot for person in people] for people in frames] == [[1], []]


def test_shot_of_a_frame_counts_the_cuts_before_it() -> None:
    clues = Clues(shot_starts=np.array([3, 7]))
    assert clues.shot_of(np.array([0, 2, 3, 6, 7, 9])).tolist() == [0, 0, 1, 1, 2, 2]
