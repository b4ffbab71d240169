"""Tiles cover the image, and the window follows the person within it."""

from __future__ import annotations

import numpy as np
import pytest
from helpers.derived_clips import first_picture
from hypothesis import given
from hypothesis import strategies as st

from posture.pose.landmarker import Landmarker, PoseDetection
from posture.pose.landmarks import HIPS, SHOULDERS, midpoint
from posture.pose.roi import (
    MIN_TILE_PX,
    WINDOW_HEIGHTS,
    MotionState,
    RoiLandmarker,
    RoiWindow,
    count_people,
    initial_state,
    search_tiles,
    tiles,
    window_around,
)
from posture.pose.trunk_frame import body_height_px
from posture.types import Image

SIZES = st.integers(1, 4000)
SIDES = st.floats(MIN_TILE_PX, 3000)
# A third of the sample's size, with a runner 160 pixels tall.
SHRUNK = 3


@given(SIZES, SIZES, SIDES)
def test_person_half_as_tall_as_a_tile_is_whole_in_one_tile(width: int, height: int, side: float) -> None:
    windows = tiles(width, height, side)
    for length, starts, size in (
        (width, sorted({w.left for w in windows}), windows[0].width),
        (height, sorted({w.top for w in windows}), windows[0].height),
    ):
        assert starts[0] == 0
        assert starts[-1] + size == length
        # Rounding to whole pixels may cost one pixel.
        assert all(step <= size / 2 + 1 for step in np.diff(starts))
    assert {(w.width, w.height) for w in windows} == {(min(round(side), width), min(round(side), height))}


def test_wide_image_gives_one_row_of_tiles() -> None:
    assert {(w.top, w.height) for w in tiles(1920, 540, 540)} == {(0, 540)}
    assert tiles(300, 200, 500) == [RoiWindow(0, 0, 300, 200)]


@given(st.floats(-500, 4500), st.floats(-500, 4500), SIDES, SIZES, SIZES)
def test_window_lies_within_the_image(x: float, y: float, side: float, width: int, height: int) -> None:
    window = window_around(np.array([x, y]), side, width, height)
    cut = window.cut(np.zeros((height, width, 3), np.uint8))
    assert cut.shape == (window.height, window.width, 3)
    assert (window.width, window.height) == (min(round(side), width), min(round(side), height))


@given(st.floats(0, 1920), st.floats(0, 1080), SIDES)
def test_window_is_centred_except_at_the_image_border(x: float, y: float, side: float) -> None:
    window = window_around(np.array([x, y]), side, 1920, 1080)
    half = round(side) / 2 - 1
    for near, far, at, length in (
        (window.left, window.left + window.width, x, 1920),
        (window.top, window.top + window.height, y, 1080),
    ):
        assert near == 0 or at - near >= half
        assert far == length or far - at >= half


def test_detection_in_a_window_gets_image_coordinates() -> None:
    person = PoseDetection(np.full((33, 2), 5.0), np.ones(33), np.ones((40, 30), np.float32))
    moved = RoiWindow(100, 20, 30, 40).to_image(person)
    assert (moved.landmarks == [105.0, 25.0]).all()
    assert moved.corner == (100, 20)
    assert moved.mask is person.mask


def test_constant_velocity_is_learnt() -> None:
    step = np.array([12.0, -1.0])
    state = MotionState(np.array([50.0, 300.0]), np.zeros(2), 200.0)
    for frame in range(1, 30):
        measured = MotionState(np.array([50.0, 300.0]) + frame * step, np.zeros(2), 240.0)
        state = state.predicted().corrected(measured)
    assert state.hips == pytest.approx(measured.hips)
    assert state.step == pytest.approx(step, rel=0.01)
    assert state.predicted().hips == pytest.approx(measured.hips + step, abs=0.1)
    assert 230 < state.height < 240


class Stage:
    """The runner of a sample, shrunk and placed anywhere in a wide image of a plain wall."""

    def __init__(self) -> None:
        rgb = first_picture("run_neutral")[:, 400:880]
        height, width = rgb.shape[0] // SHRUNK, rgb.shape[1] // SHRUNK
        parts = rgb[: height * SHRUNK, : width * SHRUNK].reshape(height, SHRUNK, width, SHRUNK, 3)
        self.figure: Image = parts.mean(axis=(1, 3)).astype(np.uint8)

    def picture(self, left: int | None) -> Image:
        """Return a picture 1440 pixels wide; nobody is in it when there is no ``left``."""
        width = self.figure.shape[1]
        # Continue the wall from the borders of the figure.
        sides = 0.5 * (self.figure[:, :1].astype(float) + self.figure[:, -1:])
        rgb = np.repeat(sides, 1440, axis=1).astype(np.uint8)
        if left is not None:
            rgb[:, left : left + width] = self.figure
        return np.concatenate([rgb[:1].repeat(100, axis=0), rgb], axis=0)


@pytest.fixture(scope="module")
def stage() -> Stage:
    return Stage()


@pytest.fixture(scope="module")
def alone(stage: Stage) -> PoseDetection:
    """Return the detection in the image of the figure alone."""
    with Landmarker(mode="image", masks=False) as landmarker:
        return landmarker.detect(stage.figure)[0]


def test_tiles_find_a_small_person_in_a_wide_image(stage: Stage, alone: PoseDetection) -> None:
    rgb = stage.picture(900)
    with Landmarker(mode="image", masks=False) as landmarker:
        assert landmarker.detect(rgb) == ()
        people = search_tiles(landmarker, rgb)
        assert search_tiles(landmarker, stage.picture(None)) == []
    there = midpoint(alone.landmarks, HIPS) + np.array([900, 100])
    assert min(np.hypot(*(midpoint(p.landmarks, HIPS) - there)) for p in people) < 8


def test_person_is_followed_lost_and_found_again(stage: Stage, alone: PoseDetection) -> None:
    hips, tall = midpoint(alone.landmarks, HIPS), body_height_px(alone.landmarks[None])
    # From left to right, then out of the image, then far away.
    lefts = [*range(0, 300, 15), None, None, None, *range(1200, 1000, -15)]
    detections: list[PoseDetection | None] = []
    with RoiLandmarker(MotionState(hips + np.array([30, 100]), np.zeros(2), tall)) as landmarker:
        for left in lefts:
            people = landmarker.detect(stage.picture(left))
            detections.append(people[0] if people else None)
    # A person who reappears far away is found in the third frame at the latest.
    found_again = next(n for n in range(23, len(lefts)) if detections[n] is not None)
    assert found_again <= 25
    assert [p is None for p in detections[:23]] == [left is None for left in lefts[:23]]
    assert all(p is not None for p in detections[found_again:])
    for person, left in zip(detections, lefts, strict=True):
        if person is None or left is None:
            continue
        assert midpoint(person.landmarks, HIPS) == pytest.approx(hips + np.array([left, 100]), abs=6)
        assert initial_state(person.landmarks).height == pytest.approx(tall, rel=0.1)
        assert person.mask is not None
        assert person.mask.shape[1] < 1.3 * WINDOW_HEIGHTS * tall
        # The mask is where the trunk is.
        hips_in_mask = midpoint(person.landmarks, HIPS) - person.corner
        shoulders_in_mask = midpoint(person.landmarks, SHOULDERS) - person.corner
        for share in (0.2, 0.5, 0.8):
            x, y = (hips_in_mask + share * (shoulders_in_mask - hips_in_mask)).astype(int)
            assert person.mask[y, x] > 0.5


def walkers(*places: float, height: float = 100.0) -> list[MotionState]:
    return [MotionState(np.array([x, 300.0]), np.zeros(2), height) for x in places]


@given(st.lists(st.integers(0, 3), min_size=4, max_size=10), st.integers(3, 8))
def test_person_in_several_tiles_counts_once(copies: list[int], speed: int) -> None:
    looks = [walkers(*[n * speed * 50.0 + 2 * i for i in range(count)]) for n, count in enumerate(copies)]
    assert count_people(looks) == ((1, 1) if sum(c > 0 for c in copies) > 1 else (int(any(copies)),) * 2)


def test_moving_people_are_counted_apart_from_a_stationary_one() -> None:
    one, other = np.arange(8) * 160.0, 1500 - np.arange(8) * 160.0
    assert count_people([walkers(a, b) for a, b in zip(one, one + 160, strict=True)]) == (2, 2)
    assert count_people([walkers(a, b) for a, b in zip(one, other, strict=True)]) == (2, 2)
    assert count_people([walkers(a, 2000.0) for a in one]) == (2, 1)
    assert count_people([walkers(900.0) for _ in one]) == (1, 0)
    assert count_people([]) == (0, 0)


def test_much_smaller_person_is_not_counted() -> None:
    places = np.arange(8) * 160.0
    looks = [[*walkers(x), *walkers(2000 - x, height=40.0)] for x in places]
    assert count_people(looks) == (1, 1)
