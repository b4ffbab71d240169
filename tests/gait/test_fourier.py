"""Fourier series over the stride phase."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from posture.gait.fourier import fit_fourier, fourier_basis


@given(st.integers(0, 5))
def test_basis_is_orthogonal_over_a_stride(harmonics: int) -> None:
    basis = fourier_basis(np.arange(40) / 40, harmonics)
    assert basis.T @ basis == pytest.approx(np.diag([40.0, *[20.0] * (2 * harmonics)]))


def test_fit_recovers_the_coefficients_of_a_series() -> None:
    phase = np.random.default_rng(0).uniform(size=50)
    coefficients = np.array([3.0, 0.5, -1.0, 0.2, 0.1])
    found = fit_fourier(phase, fourier_basis(phase, 2) @ coefficients, 2)
    assert found == pytest.approx(coefficients)
