"""Periodic curves over the stride, and the measures at each frame."""

from __future__ import annotations

import numpy as np
import pytest
from helpers import examination_factory
from helpers.synthetic_runner import Figure, many
from hypothesis import given
from hypothesis import strategies as st

from posture.back.phase_curves import BY_FRAME, MODELLED, at_phase, frame_measures, mean_between, stride_error
from posture.contour.angles import measure_outlines

PHASES = np.arange(40) / 40
phases = st.floats(0, 1, exclude_max=True)


@many
@given(phases, phases)
def test_curve_is_interpolated_and_periodic(shift: float, phase: float) -> None:
    curve = 3.0 + 2.0 * np.cos(2 * np.pi * (PHASES - shift))
    wanted = 3.0 + 2.0 * np.cos(2 * np.pi * (phase - shift))
    assert at_phase(curve, phase) == pytest.approx([wanted], abs=0.01)
    assert at_phase(curve, phase + 2.0) == pytest.approx(at_phase(curve, phase), abs=1e-6)
    assert at_phase(curve, PHASES) == pytest.approx(curve)


@many
@given(phases, phases, st.floats(0.05, 0.95))
def test_mean_between_phases_is_the_integral(shift: float, start: float, length: float) -> None:
    curve = 3.0 + 2.0 * np.cos(2 * np.pi * (PHASES - shift))
    rise = np.sin(2 * np.pi * (start + length - shift)) - np.sin(2 * np.pi * (start - shift))
    found = mean_between(curve, start, start + length)
    assert found == pytest.approx(3.0 + rise / (np.pi * length), abs=0.01)
    # A shifted curve has the same mean over the shifted part.
    assert mean_between(np.roll(curve, 7), start + 7 / 40, start + length + 7 / 40) == pytest.approx(found, abs=1e-9)


@many
@given(phases)
def test_mean_over_a_whole_stride_is_the_curves_mean(start: float) -> None:
    curve = np.random.default_rng(4).normal(size=40)
    assert mean_between(curve, start, start) == pytest.approx(curve.mean(), abs=0.02)


def test_many_curves_are_interpolated_at_once() -> None:
    curves = np.random.default_rng(0).normal(size=(5, 40))
    assert at_phase(curves, np.array([0.1, 0.9])).shape == (5, 2)
    assert mean_between(curves, 0.8, 0.2).shape == (5,)
    assert mean_between(curves, 0.8, 0.2)[3] == pytest.approx(mean_between(curves[3], 0.8, 0.2))


@pytest.mark.parametrize("strides", [3, 8, 30])
def test_bootstrap_error_is_that_of_a_mean(strides: int) -> None:
    rng = np.random.default_rng(strides)
    values = rng.normal(size=strides)
    draws = rng.choice(values, size=(40000, strides)).mean(axis=1)
    assert stride_error(draws, strides) == pytest.approx(values.std(ddof=1) / np.sqrt(strides), rel=0.02)


def test_mean_over_a_stride_is_the_strides_own_value() -> None:
    found = examination_factory.examination()
    assert found.runner is not None
    assert found.back is not None
    measures = frame_measures(found.runner, found.back)
    assert tuple(measures) == BY_FRAME
    number = found.runner.strides.frame_stride
    for name in BY_FRAME:
        means = [measures[name][number == stride].mean() for stride in found.back.measured_strides]
        assert means == pytest.approx(found.back.measured.by_stride[name], abs=0.1)


def test_frame_values_follow_the_true_outline() -> None:
    found = examination_factory.examination()
    assert found.runner is not None
    assert found.back is not None
    held = frame_measures(found.runner, found.back)["pelvic_tilt_deg"]
    true = measure_outlines(
        examination_factory.edges(examination_factory.RUNNER, found.times_s),
        found.back.lean_deg,
        smooth=False,
    ).pelvic_tilt_deg
    inside = np.isfinite(held)
    assert np.ptp(true) > 2.0
    assert np.corrcoef(held[inside], true[inside])[0, 1] > 0.7
    assert (np.isfinite(held) == (found.runner.strides.frame_stride >= 0)).all()


def test_stride_without_edges_has_no_values_and_others_keep_theirs() -> None:
    seen = examination_factory.observations()
    whole = examination_factory.examine_observations(seen)
    assert whole.runner is not None
    frames = np.flatnonzero(whole.runner.strides.frame_stride == 2)
    part = examination_factory.examine_observations(examination_factory.blind(seen, range(frames[0], frames[-1] + 1)))
    assert part.runner is not None
    assert part.back is not None
    held = frame_measures(part.runner, part.back)
    assert 2 not in part.back.measured_strides
    for name in MODELLED:
        assert np.isnan(held[name][frames]).all()
        after = part.runner.strides.frame_stride > 2
        assert held[name][after].mean() == pytest.approx(
            part.back.measured.by_stride[name][part.back.measured_strides > 2].mean(), abs=0.1
        )


def test_standing_person_has_the_values_of_the_windows() -> None:
    figure = Figure(gait="standing", stride_s=30.0, trunk_px=120.0, lean_deg=2.0)
    found = examination_factory.examination(figure, name="stand")
    assert found.runner is not None
    assert found.back is not None
    held = frame_measures(found.runner, found.back)["lumbar_arch_deg"]
    values = np.unique(held[np.isfinite(held)])
    assert set(values) == set(found.back.measured.by_stride["lumbar_arch_deg"])


def test_lean_and_unoccluded_share_of_frames_average_to_the_clips() -> None:
    found = examination_factory.examination()
    assert found.runner is not None
    assert found.back is not None
    used = np.isfinite(found.back.residual_by_frame)
    assert np.nanmean(found.back.unoccluded_by_frame) == pytest.approx(found.back.unoccluded_share)
    assert (np.isfinite(found.back.unoccluded_by_frame) == used).all()
    number = found.runner.strides.frame_stride
    leans = [found.back.lean_deg[used & (number == s)].mean() for s in found.back.measured_strides]
    assert np.mean(leans) == pytest.approx(found.back.measured.measures["trunk_lean_deg"].value)
