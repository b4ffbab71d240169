"""Numbered boxes around people."""

from __future__ import annotations

import numpy as np
import pytest
from helpers.synthetic_runner import Array, Figure

from posture.drawing.palette import BACK, WHITE
from posture.drawing.person_box import PersonBox, draw_person_boxes
from posture.types import Image

WIDTH, HEIGHT = 960, 540


def ground() -> Image:
    return np.full((HEIGHT, WIDTH, 3), 128, dtype=np.uint8)


def person(x: float, y: float = 250.0, *, number: int = 1, is_main: bool = True) -> PersonBox:
    marks: Array = Figure(trunk_px=100.0, hips_px=(x, y)).landmarks(np.zeros(1))[0]
    return PersonBox(marks, number, is_main)


def has_colour(picture: Image, colour: tuple[int, int, int]) -> np.ndarray:
    return (picture == colour).all(axis=-1)


def test_box_holds_all_landmarks_and_room_for_the_head() -> None:
    box = person(400.0)
    (left, top), (right, bottom) = box.corners(WIDTH, HEIGHT)
    assert ((box.landmarks > [left, top]) & (box.landmarks < [right, bottom])).all()
    assert box.landmarks[:, 1].min() - top > 0.05 * np.ptp(box.landmarks[:, 1])


@pytest.mark.parametrize("x", [-500.0, -40.0, 950.0, 2000.0])
def test_box_of_a_person_at_the_edge_stays_inside(x: float) -> None:
    box = person(x)
    corners = box.corners(WIDTH, HEIGHT)
    assert (corners >= 0).all()
    assert (corners < [WIDTH, HEIGHT]).all()
    picture = ground()
    draw_person_boxes(picture, [box])
    assert has_colour(picture, BACK).any()


def test_main_person_has_the_green_box_and_others_a_white_one() -> None:
    picture = ground()
    main, other = person(250.0), person(700.0, number=2, is_main=False)
    draw_person_boxes(picture, [main, other])
    for box, colour, absent in ((main, BACK, WHITE), (other, WHITE, BACK)):
        (left, top), (right, bottom) = box.corners(WIDTH, HEIGHT).round().astype(int)
        assert has_colour(picture[top : bottom + 1, left : left + 1], colour).mean() > 0.9
        assert has_colour(picture[bottom : bottom + 1, left : right + 1], colour).mean() > 0.9
        assert not has_colour(picture[top : bottom + 1, left : right + 1], absent).any()


def test_numbers_differ() -> None:
    one, two = ground(), ground()
    draw_person_boxes(one, [person(400.0)])
    draw_person_boxes(two, [person(400.0, number=2)])
    changed = np.argwhere((one != two).any(axis=-1))
    (left, top), _opposite = person(400.0).corners(WIDTH, HEIGHT)
    assert len(changed)
    assert np.abs(changed - [top, left]).max() < 60


@pytest.mark.parametrize(("width", "height"), [(405, 720), (960, 540), (200, 200)])
def test_caption_lies_at_the_bottom_and_is_wrapped(width: int, height: int) -> None:
    picture = np.full((height, width, 3), 128, dtype=np.uint8)
    draw_person_boxes(picture, [], "The person in box 1 was looked at. Another one? Add --person 2, --person 3.")
    rows, columns = np.nonzero((picture != 128).any(axis=-1))
    assert rows.min() > 0.6 * height
    assert columns.max() < width - 1
