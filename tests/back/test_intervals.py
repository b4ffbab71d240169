"""Measures of a clip and their intervals."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from helpers import synthetic_runner
from helpers.synthetic_runner import Back, few, pooled_posterior
from hypothesis import given
from hypothesis import strategies as st

from posture.back.intervals import (
    BOOTSTRAPS,
    NOT_NEGATIVE,
    PHASES,
    RANGE_BOOTSTRAPS,
    UNITS,
    BackMeasures,
    mean_over_strides,
    measure_back,
)
from posture.calibration import calibration
from posture.contour.angles import measure_outlines
from posture.contour.grid import T_GRID
from posture.gait.fourier import fourier_basis
from posture.outline.body_or_arm import HARMONICS
from posture.thresholds import Z90

PRIOR = synthetic_runner.prior()


def measured(back: Back, lean_deg: float = 8.0) -> BackMeasures:
    lean = np.full(len(back.phase), lean_deg)
    return measure_back(pooled_posterior(back), lean)


@pytest.fixture(scope="module")
def drawn() -> tuple[Back, BackMeasures]:
    back = synthetic_runner.draw_back(11, strides=8)
    return back, measured(back)


def test_measures_are_those_of_the_drawn_back(drawn: tuple[Back, BackMeasures]) -> None:
    back, found = drawn
    true = measure_outlines(back.outline, 8.0, smooth=False)
    m = found.measures
    assert m["pelvic_tilt_deg"].value == pytest.approx(true.pelvic_tilt_deg[0], abs=2.0)
    assert m["lumbar_arch_deg"].value == pytest.approx(true.lumbar_arch_deg[0], abs=3.0)
    assert m["lumbar_arch_index"].value == pytest.approx(true.lumbar_arch_index[0], abs=0.5)
    assert m["trunk_lean_deg"].value == pytest.approx(8.0)
    assert found.outline.shape == T_GRID.shape
    assert found.angles.pelvic_tilt_deg[0] == pytest.approx(m["pelvic_tilt_deg"].value)


def test_every_measure_has_unit_interval_and_strides(drawn: tuple[Back, BackMeasures]) -> None:
    _, found = drawn
    assert set(found.measures) == set(UNITS)
    for name, m in found.measures.items():
        assert m.unit == UNITS[name]
        assert m.low < m.value < m.high, name
        assert m.strides == 8
        # Never narrower than the systematic error.
        assert m.high - m.value >= Z90 * calibration().systematic_sd[name] - 1e-9
        if name not in NOT_NEGATIVE:
            assert m.high - m.value == pytest.approx(m.value - m.low)
    assert found.measures["pelvic_tilt_deg"].stride_sd is not None
    assert found.measures["pelvic_tilt_range_deg"].stride_sd is None
    assert all(v.shape == (8,) for v in found.by_stride.values())
    assert all(v.shape == (PHASES,) for v in found.by_phase.values())


def test_arch_is_the_sum_of_its_two_inclinations(drawn: tuple[Back, BackMeasures]) -> None:
    m = drawn[1].measures
    total = m["pelvic_tilt_deg"].value + m["thoracolumbar_deg"].value
    assert m["lumbar_arch_deg"].value == pytest.approx(total)


@pytest.mark.parametrize("lean", [-15.0, 0.0, 25.0])
def test_lean_shifts_the_tilt_and_leaves_the_arch(drawn: tuple[Back, BackMeasures], lean: float) -> None:
    back, here = drawn
    there = measured(back, lean)
    change = {n: there.measures[n].value - here.measures[n].value for n in UNITS}
    assert change["pelvic_tilt_deg"] == pytest.approx(lean - 8.0, abs=1e-6)
    assert change["thoracolumbar_deg"] == pytest.approx(8.0 - lean, abs=1e-6)
    for name in ("lumbar_arch_deg", "lumbar_arch_index", "pelvic_tilt_range_deg"):
        assert change[name] == pytest.approx(0.0, abs=1e-6)


def test_same_edges_give_the_same_measures(drawn: tuple[Back, BackMeasures]) -> None:
    back, found = drawn
    assert measured(back).measures == found.measures


def test_swinging_trunk_shows_in_the_range_of_tilt() -> None:
    back = synthetic_runner.draw_back(3, strides=6, arms=False)
    still = replace(back, edge=np.tile(back.outline, (len(back.phase), 1)))
    lean = 8.0 + 3.0 * np.cos(2 * np.pi * back.phase)
    found = measure_back(pooled_posterior(still), lean)
    m = found.measures["pelvic_tilt_range_deg"]
    assert m.value == pytest.approx(6.0, abs=0.5)
    assert m.low >= 0.0
    assert np.ptp(found.by_phase["pelvic_tilt_deg"]) == pytest.approx(m.value)
    quiet = measured(still).measures["pelvic_tilt_range_deg"]
    assert quiet.value < 0.5
    assert quiet.low == 0.0


def test_differing_strides_widen_the_interval() -> None:
    back = synthetic_runner.draw_back(5, strides=8, arms=False)
    alike = np.full(len(back.phase), 8.0)
    unlike = alike + np.array([6.0, -6.0])[back.stride % 2]
    posterior = pooled_posterior(back)
    calm, restless = (measure_back(posterior, lean).measures for lean in (alike, unlike))
    for name in ("pelvic_tilt_deg", "trunk_lean_deg"):
        assert restless[name].value == pytest.approx(calm[name].value, abs=1e-6)
        assert restless[name].high - restless[name].low > 1.2 * (calm[name].high - calm[name].low)
        assert (restless[name].stride_sd or 0.0) > 5.0
    for end in ("value", "low", "high"):
        arch = getattr(calm["lumbar_arch_deg"], end)
        assert getattr(restless["lumbar_arch_deg"], end) == pytest.approx(arch)


def test_more_strides_narrow_the_interval_to_the_systematic_error() -> None:
    back = synthetic_runner.draw_back(5, strides=16, arms=False)
    lean = 8.0 + np.array([6.0, -6.0])[back.stride % 2]
    widths = []
    for strides in (4, 16):
        few_ones = back.stride < strides
        part = replace(
            back,
            edge=back.edge[few_ones],
            arms=back.arms[few_ones],
            phase=back.phase[few_ones],
            stride=back.stride[few_ones],
        )
        m = measure_back(pooled_posterior(part), lean[few_ones]).measures
        widths.append(m["trunk_lean_deg"].high - m["trunk_lean_deg"].low)
    assert widths[0] > widths[1] > 2 * Z90 * calibration().systematic_sd["trunk_lean_deg"]


def test_single_stride_doubles_the_systematic_variance() -> None:
    back = synthetic_runner.draw_back(2, strides=1)
    found = measured(back)
    for name, m in found.measures.items():
        assert m.strides == 1
        assert m.stride_sd is None
        if name not in NOT_NEGATIVE:
            assert m.high - m.value == pytest.approx(Z90 * np.sqrt(2) * calibration().systematic_sd[name], rel=1e-6)


def test_each_stride_has_its_own_value() -> None:
    """In every other stride the hollow is deeper; the clip's tilt lies between."""
    back = synthetic_runner.draw_back(7, strides=8, arms=False)
    outlines = np.stack([synthetic_runner.plain_outline(0.03), synthetic_runner.plain_outline(0.05)])
    mixed = replace(back, edge=outlines[back.stride % 2])
    found = measured(mixed)
    tilt = found.by_stride["pelvic_tilt_deg"]
    assert tilt[1::2].min() > tilt[::2].max()
    assert tilt.min() < found.measures["pelvic_tilt_deg"].value < tilt.max()


def test_half_seen_stride_is_not_biased_to_that_half() -> None:
    """The movement within the stride is removed from each stride's own value."""
    back = synthetic_runner.draw_back(12, strides=8, arms=False)
    z = back.z * np.array([1.0, 3.0, 3.0, 3.0, 3.0])[:, None]
    edge = PRIOR.outlines(fourier_basis(back.phase, HARMONICS) @ z)
    half = back.phase < 0.5
    edge[(back.stride == 0) & half] = np.nan
    edge[(back.stride == 1) & ~half] = np.nan
    found = measured(replace(back, edge=edge))
    over_phase, tilt = found.by_phase["pelvic_tilt_deg"], found.by_stride["pelvic_tilt_deg"]
    halves = over_phase[: PHASES // 2].mean() - over_phase[PHASES // 2 :].mean()
    assert abs(halves) > 3.5
    assert tilt[:2] == pytest.approx([tilt[2:].mean()] * 2, abs=0.5)


@pytest.mark.parametrize("component", [1, 2])
def test_change_during_the_run_is_recovered_in_full(component: int) -> None:
    """Neither the prior nor the clip's mean draws the strides' values together."""
    back = synthetic_runner.draw_back(3, strides=18)
    other = PRIOR.outlines(back.z[0] + 0.7 * np.eye(len(back.z[0]))[component])
    share = np.linspace(-0.5, 0.5, 18)
    found = measured(replace(back, edge=back.edge + share[back.stride][:, None] * (other - back.outline)))
    true = measure_outlines(back.outline + share[:, None] * (other - back.outline), 8.0, smooth=False)
    for name in ("pelvic_tilt_deg", "lumbar_arch_deg"):
        wanted = np.polyfit(share, getattr(true, name), 1)[0]
        assert abs(wanted) > 1.0
        assert np.polyfit(share, found.by_stride[name], 1)[0] == pytest.approx(wanted, rel=0.25)


def test_draws_over_the_phase_scatter_around_the_curve(drawn: tuple[Back, BackMeasures]) -> None:
    _, found = drawn
    for name in ("pelvic_tilt_deg", "lumbar_arch_deg"):
        draws = found.phase_draws[name]
        assert draws.shape == (RANGE_BOOTSTRAPS, PHASES)
        assert draws.mean(axis=0) == pytest.approx(found.by_phase[name], abs=0.5)
        assert 0.0 < draws.std(axis=0).max() < 2.0


@few
@given(st.lists(st.floats(5, 60), min_size=2, max_size=30))
def test_mean_over_strides_skips_strides_without_the_measure(values: list[float]) -> None:
    holed = np.array([np.nan, *values, np.nan])
    m = mean_over_strides("thorax_rotation_deg", holed)
    assert m is not None
    assert m.value == pytest.approx(np.mean(values))
    assert m.strides == len(values)
    assert m.stride_sd == pytest.approx(np.std(values, ddof=1), abs=1e-9)
    assert 0.0 <= m.low <= m.value <= m.high
    half = m.high - m.value
    error = np.std(values, ddof=1) / np.sqrt(len(values))
    assert half == pytest.approx(
        Z90 * np.hypot(error, calibration().systematic_sd["thorax_rotation_deg"]), rel=5 / np.sqrt(BOOTSTRAPS)
    )


def test_mean_over_no_strides_is_none() -> None:
    assert mean_over_strides("thorax_rotation_deg", np.array([np.nan, np.nan])) is None
    assert mean_over_strides("thorax_rotation_deg", np.zeros(0)) is None
    one = mean_over_strides("thorax_rotation_deg", np.array([12.0]))
    assert one is not None
    assert (one.value, one.strides, one.stride_sd) == (12.0, 1, None)
