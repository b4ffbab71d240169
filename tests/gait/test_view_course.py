"""The view over time: strides that are not seen from the side are left out, with their seconds."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from helpers import synthetic_runner
from helpers.synthetic_runner import Figure, few
from hypothesis import given
from hypothesis import strategies as st

from posture.gait.runner_choice import TrackedPerson, describe
from posture.gait.view_course import select_side_view, stride_yaws_deg
from posture.pose.tracking import Track
from posture.types import Array

SECONDS = 12.0
TIMES = synthetic_runner.frame_times(SECONDS, 30)


def described(marks: Array) -> TrackedPerson:
    frames = np.arange(len(marks))
    track = Track(frames, np.zeros(len(marks), dtype=np.intp), Figure().trunk_px)
    return describe(track, [[one] for one in marks], TIMES)


def turning(*yaws_deg: float) -> Array:
    """Return the landmarks of a runner whose view has these yaws, one after the other for the same time."""
    part = np.arange(len(TIMES)) * len(yaws_deg) // len(TIMES)
    figures = [Figure(yaw_deg=yaw).landmarks(TIMES) for yaw in yaws_deg]
    return np.array(figures)[part, np.arange(len(TIMES))]


@few
@given(st.floats(-14, 14))
def test_steady_side_view_leaves_everything_as_it_is(yaw_deg: float) -> None:
    runner = described(turning(yaw_deg))
    (span,) = runner.views
    assert span.is_used
    assert (span.start_s, span.end_s) == (TIMES[0], TIMES[-1])
    strides, view, _spans = select_side_view(runner.landmarks, TIMES, runner.strides, runner.view)
    assert strides is runner.strides
    assert view is runner.view
    assert stride_yaws_deg(runner.landmarks, strides) == pytest.approx([view.yaw_deg] * len(strides), abs=3.0)


def test_strides_before_the_side_view_are_left_out() -> None:
    runner, side = described(turning(45.0, 5.0)), described(turning(5.0, 5.0))
    oblique, used = runner.views
    assert (oblique.reason, used.reason) == ("not_side_view", None)
    assert used.start_s == pytest.approx(SECONDS / 2, abs=0.8)
    assert used.end_s == TIMES[-1]
    assert abs(runner.view.yaw_deg - side.view.yaw_deg) < 3.0
    assert runner.strides.bounds_s.min() > SECONDS / 2 - 0.8
    left_out = [one for one in runner.strides.skipped if one.reason == "not_side_view"]
    assert len(left_out) >= 6
    inside = runner.strides.frame_stride >= 0
    assert TIMES[inside].min() > SECONDS / 2 - 0.8
    assert set(runner.strides.frame_stride[inside]) == set(range(len(runner.strides)))


def test_view_that_turns_away_for_a_while_is_used_before_and_after() -> None:
    reasons = [span.reason for span in described(turning(0.0, 40.0, -5.0)).views]
    assert reasons == [None, "not_side_view", None]


def test_view_between_the_limits_keeps_what_it_was() -> None:
    """The stick figure at 19.5 degrees is read as 22."""
    assert [span.is_used for span in described(turning(5.0, 19.5)).views] == [True]
    assert [span.is_used for span in described(turning(40.0, 19.5)).views] == [False]


def test_oblique_run_keeps_its_strides_and_its_yaw() -> None:
    runner = described(turning(40.0, 30.0))
    assert not any(span.is_used for span in runner.views)
    assert len(runner.strides) > 0
    assert runner.view.yaw_deg > 25.0


def test_larger_part_of_a_runner_who_turns_round_is_used() -> None:
    there, back = (Figure(facing=facing).landmarks(TIMES) for facing in ("right", "left"))
    runner = described(np.where((TIMES < 8.0)[:, None, None], there, back))
    assert runner.view.facing == "right"
    assert [span.reason for span in runner.views] == [None, "faces_other_way"]
    assert runner.strides.bounds_s.max() < 8.8
    assert runner.view.facing_share > 0.95


def test_clip_without_strides_has_no_spans() -> None:
    runner = described(turning(0.0))
    none = replace(runner.strides, bounds_s=np.zeros((0, 2)))
    assert select_side_view(runner.landmarks, TIMES, none, runner.view) == (none, runner.view, ())


def test_stride_in_which_the_trunk_has_no_length_has_no_yaw() -> None:
    runner = described(turning(5.0))
    landmarks = runner.landmarks.copy()
    lost = runner.strides.frame_stride == 0
    landmarks[lost] = landmarks[lost][:, :1]
    yaws = stride_yaws_deg(landmarks, runner.strides)
    assert yaws[0] is None
    assert None not in yaws[1:]
