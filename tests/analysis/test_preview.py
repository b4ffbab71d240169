"""The look at a few frames: how many people, facing where, and how to turn the pictures."""

from __future__ import annotations

import numpy as np
import pytest
from helpers.synthetic_runner import Array, Figure

from posture.analysis.preview import _are_upright, _turns_to_try, detect_turned, faces_left, tallest_people
from posture.pose.landmarker import Landmarker, PoseDetection
from posture.types import Image, Rotation

MARKS = Figure().landmarks(np.arange(6) / 5)


def rotated(marks: Array, turn: int) -> Array:
    """Return landmarks in a picture that a clockwise turn by so many degrees makes upright."""
    c, s = np.cos(np.radians(turn)), np.sin(np.radians(turn))
    return 400.0 + (marks - 400.0) @ np.array([[c, -s], [s, c]])


def shown(marks: Array) -> list[list[PoseDetection]]:
    """Return the detections of one person, one picture for each of their landmarks."""
    return [[PoseDetection(one, np.ones(33), None)] for one in marks]


@pytest.mark.parametrize("turn", [90, 180, 270])
def test_person_who_lies_is_tried_the_one_way_that_makes_them_stand(turn: Rotation) -> None:
    assert _turns_to_try(shown(rotated(MARKS, turn))) == (turn,)
    assert _turns_to_try(shown(MARKS)) == ()


def test_picture_without_anybody_is_tried_every_way() -> None:
    assert sorted(_turns_to_try([[], [], []])) == [90, 180, 270]


def test_turn_counts_only_where_people_then_stand_in_enough_pictures() -> None:
    upright, lying = shown(MARKS), shown(rotated(MARKS, 90))
    assert _are_upright(upright, lying)
    assert _are_upright([*upright[:3], [], [], []], [[]] * 6)
    # Fewer than before, fewer than half, somebody who still lies, nobody.
    assert not _are_upright([*upright[:3], [], [], []], lying)
    assert not _are_upright([*upright[:2], [], [], [], []], [[]] * 6)
    assert not _are_upright([*upright[:5], lying[5]], lying)
    assert not _are_upright([[], []], [[], []])


class CountingLandmarker(Landmarker):
    """Counts the pictures that it searches."""

    searches = 0

    def detect(self, rgb: Image) -> tuple[PoseDetection, ...]:
        self.searches += 1
        return super().detect(rgb)


def test_turn_is_given_up_once_most_pictures_show_nobody() -> None:
    with CountingLandmarker("lite", mode="image", masks=False) as landmarker:
        turned = detect_turned(landmarker, [np.full((90, 160, 3), 90, dtype=np.uint8)] * 6, 90)
    assert landmarker.searches == 4
    assert not _are_upright(turned, [[]] * 6)


def test_tallest_person_of_each_picture_gives_the_direction() -> None:
    small, tall = (
        shown(Figure(trunk_px=40.0).landmarks(np.zeros(1))),
        shown(Figure(facing="left").landmarks(np.zeros(1))),
    )
    together = [[*small[0], *tall[0]], []]
    assert len(tallest_people(together)) == 1
    assert faces_left(tallest_people(together))
    assert not faces_left(tallest_people(small))
    assert not faces_left(tallest_people([]))
