"""Running numbers of legs whose motion is known."""

from __future__ import annotations

import numpy as np
import pytest

from posture.gait.running_numbers import PHASE_GRID, LegMotion, leg_numbers, stride_numbers

PHASE = np.arange(200) / 40 % 1.0
FORWARD = 0.1 + 0.5 * np.cos(2 * np.pi * PHASE_GRID)


def motion(phase: np.ndarray) -> LegMotion:
    """Ankles swing from 0.5 in front to 0.4 behind, the second leg half a stride later; the hips rise by 0.2."""
    legs = np.stack([phase, phase + 0.5], axis=1)
    swing = np.cos(2 * np.pi * legs)
    return LegMotion(
        forward=0.05 + 0.45 * swing,
        hip_flexion_deg=20.0 * swing + 10.0,
        knee_flexion_deg=50.0 + 0.0 * swing,
        height=0.1 * np.cos(4 * np.pi * phase),
    )


def test_numbers_are_read_at_their_events() -> None:
    numbers = stride_numbers(motion(PHASE), PHASE)
    assert numbers is not None
    assert numbers["overstride"] == pytest.approx(0.5, abs=0.01)
    # At toe-off the thigh is 10 degrees behind the trunk.
    assert numbers["hip_extension_deg"] == pytest.approx(10.0, abs=0.3)
    assert numbers["knee_flexion_deg"] == pytest.approx(50.0, abs=0.1)
    assert numbers["vertical_oscillation"] == pytest.approx(0.2, abs=0.01)


def test_numbers_do_not_depend_on_where_the_stride_begins() -> None:
    here, later = (stride_numbers(motion(PHASE + shift), PHASE) for shift in (0.0, 0.3))
    assert here is not None
    assert later is not None
    assert later == pytest.approx(here, abs=0.2)


def test_mid_stance_is_where_the_ankle_passes_below_the_hips() -> None:
    knee = np.degrees(PHASE_GRID)
    numbers = leg_numbers(FORWARD, np.zeros_like(knee), knee)
    passing = PHASE_GRID[np.abs(FORWARD[:200]).argmin()]
    assert numbers["knee_flexion_deg"] == pytest.approx(np.degrees(passing))


def test_few_phases_give_no_numbers() -> None:
    few = np.zeros(5)
    assert stride_numbers(motion(few), few) is None
