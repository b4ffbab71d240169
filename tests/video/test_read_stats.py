"""The sentences about damage and loss are true, in odd cases too."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posture.video.read_stats import ReadStats


def stats(*, frames: int = 0, fps: float = 30.0, done: bool = True, **fields: Any) -> ReadStats:
    made = ReadStats(**{"frames_promised": None, "duration_s": None, "fps": fps, "whole": True, **fields})
    made.packets = made.decoded = frames
    for number in range(frames):
        made.add_frame(number / fps, 1 / fps)
    made.reached_end = done
    return made


def test_complete_video_has_no_damage() -> None:
    summary = stats(frames=30, frames_promised=30, duration_s=1.0).summary()
    assert (summary.complete, summary.damage, summary.remark, summary.frames_lost) == (True, None, None, 0)


def test_missing_end_is_damage() -> None:
    summary = stats(frames=30, frames_promised=90, duration_s=3.0).summary()
    assert summary.frames_lost == 60
    assert summary.damage == "the file ends after 1.0 s of 3.0 s; 60 of about 90 frames could not be read"
    assert not summary.complete


def test_missing_end_is_estimated_without_a_stated_frame_count() -> None:
    summary = stats(frames=30, duration_s=3.0).summary()
    assert summary.frames_lost == 60


@pytest.mark.parametrize("duration_s", [1.2, 1.0, 0.5])
def test_rounded_duration_is_no_loss(duration_s: float) -> None:
    assert stats(frames=30, frames_promised=30, duration_s=duration_s).summary().complete


def test_errors_are_counted_without_a_stated_frame_count() -> None:
    broken = stats(frames=50)
    broken.packets += 3
    broken.add_error(1.0)
    summary = broken.summary()
    assert summary.frames_lost == 3
    assert summary.damage == "the data is damaged from 1.0 s on; 3 of about 53 frames could not be read"


def test_concealed_frames_are_delivered_and_counted() -> None:
    concealed = stats(frames=50, frames_promised=50)
    concealed.add_concealed(0.4)
    summary = concealed.summary()
    assert (summary.frames_read, summary.frames_damaged, summary.frames_lost) == (50, 1, 0)
    assert summary.damage == ("the data is damaged from 0.4 s on; 1 of the frames has damaged parts")


def test_unsupported_frame_count_is_a_remark() -> None:
    summary = stats(frames=50, frames_promised=60, duration_s=50 / 30).summary()
    assert summary.damage is None
    assert summary.remark == "the file announces 60 frames, but only 50 could be read"


def test_range_is_not_compared_with_the_whole_video() -> None:
    summary = stats(frames=30, frames_promised=300, duration_s=10.0, whole=False).summary()
    assert (summary.complete, summary.damage, summary.remark) == (True, None, None)


def test_unfinished_read_is_incomplete() -> None:
    summary = stats(frames=30, frames_promised=300, duration_s=10.0, done=False).summary()
    assert (summary.complete, summary.damage) == (False, None)


def test_reset_drops_counts_before_the_range() -> None:
    part = stats(whole=False)
    part.add_error(0.0)
    part.reset()
    part.add_frame(5.0, 0.1)
    assert part.summary().damage is None


@given(
    frames=st.integers(0, 40),
    promised=st.none() | st.integers(0, 60),
    duration_s=st.none() | st.floats(0.0, 10.0),
    errors=st.integers(0, 5),
    whole=st.booleans(),
    done=st.booleans(),
)
def test_counts_are_never_negative_or_contradictory(
    *, frames: int, promised: int | None, duration_s: float | None, errors: int, whole: bool, done: bool
) -> None:
    one = stats(frames=frames, frames_promised=promised, duration_s=duration_s, whole=whole, done=done)
    one.packets += errors
    for _error in range(errors):
        one.add_error(None)
    summary = one.summary()
    assert summary.frames_lost >= errors
    assert summary.frames_hidden >= 0
    assert summary.complete == (done and summary.damage is None)
    assert (summary.damage is not None) >= (errors > 0)
    if summary.frames_lost:
        assert summary.damage is not None


@pytest.mark.parametrize("is_next", [True, False])
def test_pause_where_two_parts_meet_is_remarked(is_next: bool) -> None:
    parts = []
    for start_s in (0.0, 3.0):
        stats = ReadStats(fps=30.0, reached_end=True)
        for frame in range(60):
            stats.add_frame(start_s + frame / 30, 1 / 30)
        parts.append(stats)
    # Between the parts of a long clip that are read by themselves, a pause is none.
    remark = parts[0].join(parts[1], is_next=is_next).summary().remark
    assert remark == ("there are no pictures between 2.0 s and 3.0 s" if is_next else None)
