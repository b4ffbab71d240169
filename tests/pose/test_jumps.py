"""Jumps of the pose."""

from __future__ import annotations

import numpy as np
from helpers import synthetic_runner
from helpers.synthetic_runner import Array, Figure, few
from hypothesis import given
from hypothesis import strategies as st

from posture.pose.jumps import pose_jumps

Frames = list[list[Array]]
TIMES = synthetic_runner.frame_times(4.0, 30.0)


def jumps(frames: Frames) -> Array:
    return pose_jumps(frames).large


@few
@given(st.floats(0.0, 1.0), st.floats(-300, 300), st.floats(0.5, 1.2))
def test_steady_runner_does_not_jump(phase: float, speed: float, stride_s: float) -> None:
    figure = Figure(hips_px=(400.0, 300.0), speed_px_s=speed, phase=phase, stride_s=stride_s)
    assert not jumps([[pose] for pose in figure.landmarks(TIMES)]).any()


@few
@given(st.floats(-3.0, 3.0).filter(lambda shift: abs(shift) > 0.5), st.integers(5, 110))
def test_place_that_changes_at_once_is_a_jump(shift: float, at: int) -> None:
    figure = Figure(hips_px=(400.0, 300.0))
    poses = figure.landmarks(TIMES)
    poses[at:] += shift * figure.trunk_px * np.array([1.0, 0.0])
    assert np.flatnonzero(jumps([[pose] for pose in poses])).tolist() == [at]


def test_jump_of_one_of_two_people_is_none() -> None:
    poses, others = (Figure(hips_px=(x, 300.0)).landmarks(TIMES) for x in (300.0, 900.0))
    poses[60:] += 200.0
    assert not jumps([[one, other] for one, other in zip(poses, others, strict=True)]).any()


def test_person_who_enters_or_is_missing_does_not_jump() -> None:
    poses = Figure().landmarks(TIMES)
    frames = [[] if f < 30 or 60 <= f < 70 else [pose] for f, pose in enumerate(poses)]
    assert not jumps(frames).any()
    assert jumps([]).shape == (0,)


def test_jump_is_certain_at_the_same_place_and_alone_only() -> None:
    figure = Figure()
    poses = figure.landmarks(TIMES)
    early, late = poses[:60], poses[60:] + 0.2 * figure.trunk_px
    alone = [[pose] for pose in np.concatenate([early, late])]
    assert np.flatnonzero(pose_jumps(alone).certain).tolist() == [60]
    away = [*([pose] for pose in early), *([pose + 90.0] for pose in late)]
    assert pose_jumps(away).large[60]
    assert not pose_jumps(away).certain.any()
    watched = [
        [*people, people[0] + 5000.0 + 40.0 * (f >= 60)] if f in (50, 51) else people for f, people in enumerate(alone)
    ]
    assert pose_jumps(watched).large[60]
    assert not pose_jumps(watched).certain.any()


def test_jump_beside_a_bystander_and_in_the_last_frame_is_not_certain() -> None:
    figure = Figure(hips_px=(400.0, 300.0))
    poses = figure.landmarks(TIMES)
    poses[60:] += 0.2 * figure.trunk_px
    frames = [[pose] for pose in poses]
    assert np.flatnonzero(pose_jumps(frames).certain).tolist() == [60]
    assert not pose_jumps(frames, [50]).certain.any()
    assert not pose_jumps(frames[:61]).possible.any()


def test_landmarks_that_slip_over_two_frames_do_not_jump() -> None:
    poses = Figure(hips_px=(400.0, 300.0)).landmarks(TIMES)
    poses[60] += 50.0
    poses[61:] += 100.0
    assert not pose_jumps([[pose] for pose in poses]).possible.any()
