"""Joint angles of the legs, on figures whose angles are known."""

from __future__ import annotations

import numpy as np
import pytest
from helpers import synthetic_runner
from helpers.synthetic_runner import Figure

from posture.gait.joint_angles import hip_flexion_deg
from posture.pose.trunk_frame import lean_deg, trunk_axis

TIMES = synthetic_runner.frame_times(1.4, 60)


@pytest.mark.parametrize("facing", ["left", "right"])
@pytest.mark.parametrize("lean", [-5.0, 12.0])
def test_the_thigh_to_the_trunk(facing: synthetic_runner.Facing, lean: float) -> None:
    figure = Figure(facing=facing, lean_deg=lean)
    marks = figure.landmarks(TIMES)
    (mean, swing), _ = synthetic_runner.LEGS["running"]
    phase = figure.phase_at(TIMES)
    trunk = lean_deg(*trunk_axis(marks, facing), facing)
    found = hip_flexion_deg(marks, facing)
    assert found[:, 0] == pytest.approx(mean + swing * np.cos(2 * np.pi * phase) + trunk, abs=1e-6)
    assert found[:, 1] == pytest.approx(mean + swing * np.cos(2 * np.pi * (phase + 0.5)) + trunk, abs=1e-6)


def test_it_does_not_depend_on_the_cameras_roll() -> None:
    level, rolled = (Figure(roll_deg=roll).landmarks(TIMES) for roll in (0.0, 7.0))
    assert hip_flexion_deg(rolled, "right") == pytest.approx(hip_flexion_deg(level, "right"), abs=1e-6)


def test_a_thigh_straight_behind_and_above_stays_within_a_turn() -> None:
    marks = Figure().landmarks(TIMES)
    marks[:, 25] = marks[:, 23] + np.array([-1.0, -30.0])
    found = hip_flexion_deg(marks, "right")
    assert (np.abs(found) <= 180.0).all()
