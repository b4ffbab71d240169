"""Times increase strictly, and valid timestamps are unchanged."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posture.video.timestamps import MonotonicTimes, plausible_fps

stamps = st.lists(st.none() | st.floats(-1e5, 1e5, allow_nan=False), min_size=1, max_size=60)
steps = st.lists(st.floats(1e-3, 5.0), min_size=1, max_size=60)


@given(stamps, st.none() | st.floats(0.0, 1e6))
def test_times_increase_strictly_for_any_timestamps(stamps: list[float | None], fps: float | None) -> None:
    timestamps = MonotonicTimes(fps=fps)
    times = [timestamps.time_of(stamp) for stamp in stamps]
    assert times[0] == 0.0
    assert all(later > earlier for earlier, later in itertools.pairwise(times))


@given(st.floats(-100.0, 100.0), steps)
def test_increasing_timestamps_are_unchanged_but_for_the_origin(begin: float, steps: list[float]) -> None:
    stamps = [begin, *(begin + total for total in itertools.accumulate(steps))]
    timestamps = MonotonicTimes(fps=30.0)
    assert [timestamps.time_of(stamp) for stamp in stamps] == pytest.approx([s - begin for s in stamps], abs=1e-9)


def test_frames_without_timestamps_follow_at_the_frame_rate() -> None:
    timestamps = MonotonicTimes(fps=50.0)
    assert [timestamps.time_of(None) for _ in range(4)] == pytest.approx([0.0, 0.02, 0.04, 0.06])


def test_repeated_timestamp_does_not_shift_the_next_valid_one() -> None:
    timestamps = MonotonicTimes(fps=10.0)
    assert [timestamps.time_of(t) for t in (0.0, 0.1, 0.1, 0.2)] == pytest.approx([0.0, 0.1, 0.15, 0.2])


def test_concatenated_video_continues_where_the_first_ended() -> None:
    timestamps = MonotonicTimes(fps=10.0)
    assert [timestamps.time_of(t) for t in (5.0, 5.1, 6.0, 0.0, 0.1)] == pytest.approx([0.0, 0.1, 1.0, 1.1, 1.2])


def test_times_after_a_seek_count_from_the_known_origin() -> None:
    timestamps = MonotonicTimes(fps=30.0, origin_s=2.0)
    assert timestamps.time_of(7.5) == pytest.approx(5.5)


@pytest.mark.parametrize("rate", [None, 0.0, 90_000.0, 0.01])
def test_placeholder_frame_rates_are_ignored(rate: float | None) -> None:
    assert plausible_fps(rate) is None
    assert MonotonicTimes(fps=rate).step_s == pytest.approx(1 / 30)


@pytest.mark.parametrize("rate", [12.5, 29.97, 240.0])
def test_camera_frame_rates_are_accepted(rate: float) -> None:
    assert plausible_fps(rate) == rate
