"""Heads are covered at, between and around detections, and nowhere else."""

from __future__ import annotations

import numpy as np
import pytest
from helpers.synthetic_runner import Array, Figure, few, frame_times, mirrored
from hypothesis import given
from hypothesis import strategies as st

from posture.drawing.canvas import SQUARES
from posture.report.annotated_video.anonymise import BRIDGE_S, FACE, blur_heads, find_heads, head_of
from posture.types import Facing, Image

TIMES = frame_times(6.0, 15)
RUNNER = Figure(trunk_px=60.0, hips_px=(150.0, 200.0), speed_px_s=20.0)


def noise(seed: int = 0, size: tuple[int, int] = (240, 320)) -> Image:
    return np.random.default_rng(seed).integers(0, 256, (*size, 3), dtype=np.uint8)


def landmarks_of(*figures: Array, missing: range = range(0)) -> list[list[Array]]:
    return [[] if f in missing else [figure[f] for figure in figures] for f in range(len(TIMES))]


@pytest.mark.parametrize("facing", ["left", "right"])
def test_disc_covers_face_and_back_of_the_head(facing: Facing) -> None:
    figure = Figure(trunk_px=100.0, facing=facing)
    marks = figure.landmarks(np.array([0.0]))[0]
    x, y, radius = head_of(marks)
    assert (np.hypot(*(marks[FACE] - (x, y)).T) < 0.75 * radius).all()
    # A head is about 0.4 trunk lengths deep and 0.48 tall; the ears lie at its middle.
    ears = marks[7:9].mean(axis=0)
    ahead = 1.0 if facing == "right" else -1.0
    for forward, up in ((-20.0, 0.0), (18.0, 0.0), (0.0, 24.0), (0.0, -20.0)):
        assert np.hypot(*(ears + np.array([ahead * forward, -up]) - (x, y))) < radius


def test_mirrored_head_has_the_mirrored_disc() -> None:
    marks = RUNNER.landmarks(TIMES[:1])
    there = head_of(mirrored(marks, 320.0)[0])
    assert there == pytest.approx(head_of(marks[0]) * (-1, 1, 1) + (320.0, 0, 0))


def test_head_is_interpolated_through_missing_detections() -> None:
    marks = RUNNER.landmarks(TIMES)
    heads = find_heads(landmarks_of(marks, missing=range(30, 45)), TIMES)
    for frame in range(len(TIMES)):
        x, y, radius = heads[frame][0]
        assert len(heads[frame]) == 1
        assert np.hypot(*(head_of(marks[frame])[:2] - (x, y))) < 0.4 * radius
    assert heads[37][0, 2] > heads[20][0, 2]


def test_head_is_held_before_first_and_after_last_detection() -> None:
    marks = Figure(trunk_px=60.0, hips_px=(150.0, 200.0)).landmarks(TIMES)
    heads = find_heads(landmarks_of(marks, missing=range(0, 40)), TIMES)
    known = [len(discs) for discs in heads]
    first = int(np.flatnonzero(TIMES >= TIMES[40] - BRIDGE_S)[0])
    assert known[:first] == [0] * first
    assert set(known[first:]) == {1}
    assert heads[first][0, :2] == pytest.approx(head_of(marks[40])[:2])


def test_two_people_keep_their_own_heads() -> None:
    one = RUNNER.landmarks(TIMES)
    other = Figure(trunk_px=40.0, hips_px=(290.0, 90.0)).landmarks(TIMES)
    people = [
        [pair[0], pair[1]] if f % 2 else [pair[1], pair[0]] for f, pair in enumerate(zip(one, other, strict=True))
    ]
    people[50] = [one[50]]
    for frame, discs in enumerate(find_heads(people, TIMES)):
        assert len(discs) == 2
        for marks in (one[frame], other[frame]):
            distance = np.hypot(*(discs[:, :2] - head_of(marks)[:2]).T) / discs[:, 2]
            assert distance.min() < 0.2


def test_clip_without_people_has_no_heads() -> None:
    assert [len(discs) for discs in find_heads([[]] * 5, TIMES[:5])] == [0] * 5
    assert find_heads([], np.zeros(0)) == []


def test_blur_changes_only_the_disc_and_removes_its_detail() -> None:
    source = noise()
    before = source.copy()
    blurred = blur_heads(source, np.array([[160.0, 120.0, 40.0]]))
    assert np.array_equal(source, before)
    rows, columns = np.ogrid[:240, :320]
    inside = (columns + 0.5 - 160) ** 2 + (rows + 0.5 - 120) ** 2 <= 40.0**2
    assert np.array_equal(blurred[~inside], source[~inside])
    # As many tones as a few squares have: neighbouring pixels hardly differ any more.
    steps = np.abs(np.diff(blurred[100:140, 140:180].astype(int), axis=1))
    assert steps.max() < 12
    assert np.abs(np.diff(source[100:140, 140:180].astype(int), axis=1)).mean() > 60
    assert SQUARES <= 6


@few
@given(st.floats(-200, 600), st.floats(-200, 500), st.floats(0.1, 400))
def test_head_anywhere_can_be_blurred(x: float, y: float, radius: float) -> None:
    assert blur_heads(noise(1, (40, 60)), np.array([[x, y, radius]])).shape == (40, 60, 3)


def test_picture_without_heads_is_unchanged() -> None:
    assert np.array_equal(blur_heads(noise(), np.zeros((0, 3))), noise())
