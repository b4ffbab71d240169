"""Arithmetic of curves over the stride."""

from __future__ import annotations

import numpy as np
import pytest
from helpers.synthetic_runner import many
from hypothesis import given
from hypothesis import strategies as st

from posture.back.phase_curves import at_phase, mean_between, stride_error

PHASES = np.arange(40) / 40
phases = st.floats(0, 1, exclude_max=True)


@many
@given(phases, phases)
def test_a_curve_is_read_between_its_values_and_round_the_clock(shift: float, phase: float) -> None:
    curve = 3.0 + 2.0 * np.cos(2 * np.pi * (PHASES - shift))
    wanted = 3.0 + 2.0 * np.cos(2 * np.pi * (phase - shift))
    assert at_phase(curve, phase) == pytest.approx([wanted], abs=0.01)
    assert at_phase(curve, phase + 2.0) == pytest.approx(at_phase(curve, phase), abs=1e-6)
    assert at_phase(curve, PHASES) == pytest.approx(curve)


@many
@given(phases, phases, st.floats(0.05, 0.95))
def test_the_mean_of_a_part_is_the_integrals(shift: float, start: float, length: float) -> None:
    curve = 3.0 + 2.0 * np.cos(2 * np.pi * (PHASES - shift))
    rise = np.sin(2 * np.pi * (start + length - shift)) - np.sin(2 * np.pi * (start - shift))
    found = mean_between(curve, start, start + length)
    assert found == pytest.approx(3.0 + rise / (np.pi * length), abs=0.01)
    # Turned by some places, the curve has the same mean over the turned part.
    assert mean_between(np.roll(curve, 7), start + 7 / 40, start + length + 7 / 40) == pytest.approx(
        found, abs=1e-9
    )


@many
@given(phases)
def test_the_whole_stride_has_the_curves_mean(start: float) -> None:
    curve = np.random.default_rng(4).normal(size=40)
    assert mean_between(curve, start, start) == pytest.approx(curve.mean(), abs=0.02)


def test_many_curves_at_once() -> None:
    curves = np.random.default_rng(0).normal(size=(5, 40))
    assert at_phase(curves, np.array([0.1, 0.9])).shape == (5, 2)
    assert mean_between(curves, 0.8, 0.2).shape == (5,)
    assert mean_between(curves, 0.8, 0.2)[3] == pytest.approx(mean_between(curves[3], 0.8, 0.2))


@pytest.mark.parametrize("strides", [3, 8, 30])
def test_the_bootstraps_error_is_that_of_a_mean(strides: int) -> None:
    rng = np.random.default_rng(strides)
    values = rng.normal(size=strides)
    draws = rng.choice(values, size=(40000, strides)).mean(axis=1)
    assert stride_error(draws, strides) == pytest.approx(values.std(ddof=1) / np.sqrt(strides), rel=0.02)
