"""Progress of an analysis: bar and time left."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posture.app.progress import DRAWING_SHARE, MAX_GROWTH, JobProgress, ProgressClock


class Hand:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.now_s = 0.0

    def __call__(self) -> float:
        return self.now_s


def followed(frame_s: list[float], *, passes: int = 1, drawing_s: float = 0.0) -> list[tuple[float, JobProgress]]:
    """Return times and progress while the frames of a clip are done, pass by pass, and then the film is drawn."""
    hand = Hand()
    clock = ProgressClock(hand)
    course = [(0.0, clock.progress())]
    for _number in range(passes):
        for done, seconds in enumerate(frame_s, start=1):
            hand.now_s += seconds
            clock(done, len(frame_s))
            course.append((hand.now_s, clock.progress()))
    for _second in range(round(drawing_s)):
        hand.now_s += 1.0
        course.append((hand.now_s, clock.progress()))
    return course


def test_steady_pace_is_told_to_the_second() -> None:
    course = followed([0.05] * 200, drawing_s=5.0)
    for now_s, progress in course[20:]:
        assert progress.left_s == pytest.approx(10 + DRAWING_SHARE * 10 - now_s, abs=0.7)
        assert progress.share == pytest.approx(now_s / (10 + DRAWING_SHARE * 10), abs=0.05)


def test_nothing_is_said_before_the_pace_is_known() -> None:
    assert followed([0.05] * 3 + [0.05] * 100)[3][1] == JobProgress("following")
    assert followed([])[0][1] == JobProgress("looking")


def test_length_that_nobody_knows_gives_no_share() -> None:
    hand = Hand()
    clock = ProgressClock(hand)
    for done in range(1, 50):
        hand.now_s += 0.1
        clock(done, 0)
        assert clock.progress() == JobProgress("following")


def test_drawing_that_takes_long_comes_close_to_its_end_and_not_beyond() -> None:
    course = followed([0.05] * 200, drawing_s=60)
    assert {progress.phase for _s, progress in course[201:]} == {"drawing"}
    last = course[-1][1]
    assert last.share is not None
    assert last.left_s is not None
    assert 0.9 < last.share < 1.0
    assert last.left_s > 0.0


@given(
    frame_s=st.lists(st.floats(0.005, 0.5), min_size=6, max_size=60),
    passes=st.integers(1, 3),
    drawing_s=st.floats(0, 30),
)
def test_bar_never_falls_and_time_left_never_jumps_up(frame_s: list[float], passes: int, drawing_s: float) -> None:
    course = followed(frame_s, passes=passes, drawing_s=drawing_s)
    for (before_s, one), (after_s, two) in pairwise(course):
        if one.share is not None and one.left_s is not None:
            assert two.share is not None
            assert two.left_s is not None
            assert one.share <= two.share < 1.0
            assert 0.0 <= two.left_s <= one.left_s + MAX_GROWTH * (after_s - before_s) + 1e-9
