"""Curves, side differences and drift of figures with known movement."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from helpers import synthetic_runner
from helpers.synthetic_runner import Array, Figure, few, many
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from posture.back.course import (
    BY_STRIDE,
    MAX_CORRELATION,
    course_of,
    drift_test,
    neighbour_correlation,
    stride_values,
    variance_inflation,
    view_turn_deg,
)
from posture.back.intervals import PHASES
from posture.back.measure import BackResult, measure_back_of
from posture.back.models import Models
from posture.calibration import calibration
from posture.gait.runner_choice import TrackedPerson, describe
from posture.pose.tracking import link_detections
from posture.records.analysis import Measure
from posture.records.course import Course
from posture.thresholds import COURSE, Z90
from posture.types import PRIMARY_MEASURES

MODEL = synthetic_runner.shape_model()
OUTLINE = synthetic_runner.draw_back(21, strides=1, frames=2).outline
RUNNER = Figure(trunk_px=60.0, hips_px=(140.0, 130.0), lean_deg=6.0, rotation_deg=0.0)
SHORT, LONG = synthetic_runner.frame_times(6, 24), synthetic_runner.frame_times(14, 24)
# Shoulders and everything above them lean with the trunk.
TRUNK = slice(0, 23)


def leaning(figure: Figure, times: Array, extra_deg: Array) -> Array:
    """Return the figure's landmarks, its trunk turned further forward about the hips."""
    marks = figure.landmarks(times)
    centre = marks[:, 23:25].mean(axis=1, keepdims=True)
    angle = np.radians(extra_deg if figure.facing == "right" else -extra_deg)
    cos, sin = np.cos(angle)[:, None], np.sin(angle)[:, None]
    x, y = np.moveaxis(marks[:, TRUNK] - centre, -1, 0)
    marks[:, TRUNK] = np.stack([cos * x - sin * y, sin * x + cos * y], axis=-1) + centre
    return marks


def tracked_person(marks: Array, times: Array) -> TrackedPerson:
    frames = [[m] for m in marks]
    return describe(link_detections(frames, times)[0], frames, times)


def measured(mover: TrackedPerson, edges: Array | None = None) -> tuple[BackResult, dict[str, Measure | None]]:
    edges = np.tile(OUTLINE, (len(mover.time_s), 1)) if edges is None else edges
    back = measure_back_of(mover, edges, Models(MODEL))
    assert back is not None
    measures: dict[str, Measure | None] = {
        name: Measure(value=m.value, unit=m.unit, ci90=(m.low, m.high), strides=m.strides, sd=m.stride_sd)
        for name, m in back.measured.measures.items()
    }
    return back, measures


def course(marks: Array, times: Array) -> Course:
    mover = tracked_person(marks, times)
    found = course_of(mover, *measured(mover))
    assert found is not None
    return found


def near_phase(figure: Figure, times: Array) -> Array:
    """Return the stride phase of the nearer foot at the figure's constant pace, 0 at foot strike."""
    start = tracked_person(figure.landmarks(SHORT), SHORT).strides.bounds_s[0, 0]
    return np.mod((times - start) / figure.stride_s, 1.0)


@pytest.mark.parametrize("facing", ["left", "right"])
@pytest.mark.parametrize("peak", [0.1, 0.6])
def test_curve_over_the_stride_is_recovered(facing: synthetic_runner.Facing, peak: float) -> None:
    figure = replace(RUNNER, facing=facing)
    swing = 4.0 * np.cos(2 * np.pi * (near_phase(figure, SHORT) - peak))
    found = course(leaning(figure, SHORT, swing), SHORT)
    assert found.side == facing
    assert len(found.phases) == PHASES
    tilt, arch = (found.curves[name] for name in PRIMARY_MEASURES)
    assert tilt is not None
    assert arch is not None
    away = np.array(tilt.value) - np.mean(tilt.value)
    assert away == pytest.approx(4.0 * np.cos(2 * np.pi * (np.array(found.phases) - peak)), abs=0.6)
    # The arch does not depend on the lean.
    assert np.ptp(arch.value) < 1.0


def test_mean_of_the_curve_is_the_clips_value_within_its_band() -> None:
    mover = tracked_person(RUNNER.landmarks(SHORT), SHORT)
    back, measures = measured(mover)
    found = course_of(mover, back, measures)
    assert found is not None
    for name in PRIMARY_MEASURES:
        curve, clip = found.curves[name], measures[name]
        assert curve is not None
        assert clip is not None
        assert np.mean(curve.value) == pytest.approx(clip.value, abs=1e-3)
        half = np.array(curve.high) - np.array(curve.value)
        assert half == pytest.approx(np.array(curve.value) - np.array(curve.low), abs=0.002)
        assert half.min() >= Z90 * calibration().event_sd[name] - 0.002


def test_events_have_the_curves_value_and_a_wider_interval() -> None:
    mover = tracked_person(RUNNER.landmarks(SHORT), SHORT)
    back, measures = measured(mover)
    found = course_of(mover, back, measures)
    assert found is not None
    assert [event.name for event in found.events] == ["foot_strike", "mid_stance", "toe_off"] * 2
    assert {event.side for event in found.events[:3]} == {found.side}
    assert {event.side for event in found.events[3:]} == {"left", "right"} - {found.side}
    for event in found.events:
        for name in PRIMARY_MEASURES:
            at, curve, clip = event.measures[name], found.curves[name], measures[name]
            assert at is not None
            assert curve is not None
            assert clip is not None
            near = min(range(PHASES), key=lambda i: abs((found.phases[i] - event.phase + 0.5) % 1.0 - 0.5))
            assert at.value == pytest.approx(curve.value[near], abs=0.5)
            assert at.ci90[1] - at.ci90[0] > clip.ci90[1] - clip.ci90[0]
            assert at.ci90[0] < at.value < at.ci90[1]


@pytest.mark.parametrize("facing", ["left", "right"])
@pytest.mark.parametrize("size", [5.0, -5.0, 0.3])
def test_side_difference_of_stances_is_recovered(facing: synthetic_runner.Facing, size: float) -> None:
    """The trunk leans further forward over the left foot's stance, or less; the near foot's stance begins at 0."""
    figure = replace(RUNNER, facing=facing)
    near_half = np.cos(2 * np.pi * (near_phase(figure, SHORT) - 0.25))
    left_half = near_half if facing == "left" else -near_half
    found = course(leaning(figure, SHORT, size * left_half), SHORT)
    tilt, arch = (found.sides[name] for name in PRIMARY_MEASURES)
    assert tilt is not None
    assert arch is not None
    # The mean of a sine from 0 to toe-off, and its opposite half a stride later.
    end = 2 * np.pi * found.events[2].phase
    assert tilt.difference == pytest.approx(2 * size * (1 - np.cos(end)) / end, abs=0.3)
    assert tilt.left - tilt.right == pytest.approx(tilt.difference, abs=0.002)
    assert tilt.real == (abs(size) > 1)
    assert tilt.ci90[1] - tilt.ci90[0] >= 2 * Z90 * calibration().side_sd["pelvic_tilt_deg"] - 0.002
    assert not arch.real


def test_mirrored_clip_swaps_the_sides() -> None:
    swing = 3.0 * np.cos(2 * np.pi * (near_phase(RUNNER, SHORT) - 0.3))
    marks = leaning(RUNNER, SHORT, swing)
    here, there = course(marks, SHORT), course(synthetic_runner.mirrored(marks, 300.0), SHORT)
    for name in PRIMARY_MEASURES:
        mine, other = here.sides[name], there.sides[name]
        assert mine is not None
        assert other is not None
        assert other.difference == pytest.approx(-mine.difference, abs=0.05)


@pytest.mark.parametrize("rise", [3.0, -3.0, 0.0])
def test_drift_is_recovered(rise: float) -> None:
    rng = np.random.default_rng(8)
    every_stride = rng.normal(scale=0.4, size=30)[(LONG / RUNNER.stride_s).astype(int)]
    marks = leaning(RUNNER, LONG, rise * LONG / LONG[-1] + every_stride)
    drift = course(marks, LONG).drift
    assert drift.reason is None
    assert drift.strides * 3 >= drift.min_strides == COURSE.drift_strides
    tilt, arch = (drift.measures[name] for name in PRIMARY_MEASURES)
    assert tilt is not None
    assert arch is not None
    assert tilt.change == pytest.approx(rise * 2 / 3, abs=0.6)
    assert tilt.change == pytest.approx(tilt.last - tilt.first, abs=0.002)
    assert tilt.ci90[0] <= tilt.change <= tilt.ci90[1]
    assert tilt.real == (rise != 0.0) == (tilt.p_value < 0.05)
    assert abs(arch.change) < 0.3


def test_too_few_strides_have_no_drift_but_a_reason() -> None:
    drift = course(RUNNER.landmarks(SHORT), SHORT).drift
    assert set(drift.measures.values()) == {None}
    assert drift.reason is not None
    assert drift.reason.startswith(f"{len(tracked_person(RUNNER.landmarks(SHORT), SHORT).strides)} strides")
    assert "15" in drift.reason


@pytest.mark.parametrize("facing", ["left", "right"])
def test_turning_view_has_no_drift_but_a_reason(facing: synthetic_runner.Facing) -> None:
    figure = replace(RUNNER, facing=facing)
    half = len(LONG) // 2
    there = replace(figure, yaw_deg=12.0 if facing == "right" else -12.0)
    marks = np.concatenate([figure.landmarks(LONG)[:half], there.landmarks(LONG)[half:]])
    mover = tracked_person(marks, LONG)
    found = course_of(mover, *measured(mover))
    assert found is not None
    assert found.drift.reason is not None
    assert "the view turned" in found.drift.reason
    assert set(found.drift.measures.values()) == {None}
    assert found.drift.turn_deg is not None
    assert abs(found.drift.turn_deg) > COURSE.drift_max_turn_deg
    strides = np.arange(len(mover.strides))
    back = view_turn_deg(mover, strides[-5:], strides[:5])
    assert back == pytest.approx(-view_turn_deg(mover, strides[:5], strides[-5:]))


def test_measure_missing_from_the_clip_is_missing_in_the_course() -> None:
    mover = tracked_person(RUNNER.landmarks(SHORT), SHORT)
    back, measures = measured(mover)
    found = course_of(mover, back, {**measures, "lumbar_arch_deg": None})
    assert found is not None
    assert found.curves["lumbar_arch_deg"] is None
    assert found.sides["lumbar_arch_deg"] is None
    assert all(event.measures["lumbar_arch_deg"] is None for event in found.events)
    assert found.curves["pelvic_tilt_deg"] is not None
    assert course_of(mover, back, dict.fromkeys(measures)) is None


def test_standing_person_has_no_course() -> None:
    figure = Figure(gait="standing", stride_s=30.0, trunk_px=60.0, hips_px=(140.0, 130.0), lean_deg=2.0)
    mover = tracked_person(figure.landmarks(SHORT), SHORT)
    back, measures = measured(mover)
    assert course_of(mover, back, measures) is None
    assert stride_values(mover, back, measures) == []


def test_stride_values_are_listed_by_stride_number() -> None:
    """The fourth stride leans further forward, and the second has no edges."""
    mover = tracked_person(RUNNER.landmarks(SHORT), SHORT)
    extra = np.where(mover.strides.frame_stride == 3, 5.0, 0.0)
    mover = tracked_person(leaning(RUNNER, SHORT, extra), SHORT)
    edges = np.tile(OUTLINE, (len(SHORT), 1))
    edges[mover.strides.frame_stride == 1] = np.nan
    back, measures = measured(mover, edges)
    values = stride_values(mover, back, measures)
    assert len(values) == len(mover.strides)
    assert [v is None for v in values] == [number == 1 for number in range(len(values))]
    leans = {n: v["trunk_lean_deg"] for n, v in enumerate(values) if v is not None}
    tilts = {n: v["pelvic_tilt_deg"] for n, v in enumerate(values) if v is not None}
    assert set(values[0] or ()) == set(BY_STRIDE)
    for found in (leans, tilts):
        others = [x for n, x in found.items() if n != 3 and x is not None]
        assert (found[3] or 0.0) - np.mean(others) == pytest.approx(5.0, abs=0.5)
    assert stride_values(mover, None, measures) == [None] * len(mover.strides)
    assert stride_values(mover, back, dict.fromkeys(measures)) == [None] * len(mover.strides)
    hidden = stride_values(mover, back, {**measures, "lumbar_arch_deg": None})
    assert all(v is None or v["lumbar_arch_deg"] is None for v in hidden)


RUNS = 1200


def strides_of(runs: int, count: int, correlation: float, seed: int = 0) -> Array:
    """Return autocorrelated strides of variance 1, shape (runs, count)."""
    rng = np.random.default_rng(seed)
    values = rng.normal(size=(runs, count))
    for i in range(1, count):
        fresh = np.sqrt(1 - correlation**2) * values[:, i]
        values[:, i] = correlation * values[:, i - 1] + fresh
    return values


@pytest.mark.parametrize("count", [15, 24, 60])
@pytest.mark.parametrize("correlation", [0.0, 0.3])
def test_drift_test_raises_false_alarms_in_five_percent(count: int, correlation: float) -> None:
    runs = strides_of(RUNS, count, correlation, seed=count)
    alarms = np.mean([drift_test(run).p_value < 0.05 for run in runs])
    # Two standard errors of a share of 0.05 in this many runs.
    assert alarms <= 0.05 + 2 * np.sqrt(0.05 * 0.95 / RUNS)


def test_plain_welch_test_would_raise_twice_as_many_false_alarms() -> None:
    """This is why the standard error is widened."""
    runs = strides_of(RUNS, 24, 0.3)
    plain = stats.ttest_ind(runs[:, :8], runs[:, -8:], axis=1, equal_var=False).pvalue
    assert np.mean(plain < 0.05) > 0.10


@pytest.mark.parametrize("correlation", [0.0, 0.3])
def test_drift_interval_covers_the_true_drift(correlation: float) -> None:
    drift = np.linspace(0.0, 3.0, 30)
    wanted = drift[-10:].mean() - drift[:10].mean()
    tests = [drift_test(run + drift) for run in strides_of(400, 30, correlation)]
    coverage = np.mean([test.low <= wanted <= test.high for test in tests])
    assert 0.85 <= coverage <= 0.99 + 0.01 * (correlation == 0)
    assert np.mean([test.change for test in tests]) == pytest.approx(wanted, abs=0.1)


def test_drift_of_three_standard_deviations_is_detected() -> None:
    runs = strides_of(200, 24, 0.3) + np.linspace(0.0, 4.5, 24)
    assert np.mean([drift_test(run).p_value < 0.05 for run in runs]) > 0.85


@few
@given(st.floats(-50, 50), st.floats(0.01, 100), st.integers(0, 100))
def test_drift_scales_with_the_unit_and_reverses_with_time(level: float, unit: float, seed: int) -> None:
    run = strides_of(1, 20, 0.3, seed)[0] + np.linspace(0, 1, 20)
    plain, scaled, back = drift_test(run), drift_test(level + unit * run), drift_test(run[::-1])
    assert scaled.change == pytest.approx(unit * plain.change, abs=1e-9 * (1 + abs(level)))
    assert scaled.p_value == pytest.approx(plain.p_value, rel=1e-6)
    assert (scaled.high - scaled.low) == pytest.approx(unit * (plain.high - plain.low), rel=1e-6)
    assert back.change == pytest.approx(-plain.change)
    assert back.p_value == pytest.approx(plain.p_value)
    assert (back.first, back.last) == pytest.approx((plain.last, plain.first))


def test_identical_strides_do_not_drift() -> None:
    same = drift_test(np.full(18, 40.0))
    assert (same.change, same.low, same.high, same.p_value) == (0.0, 0.0, 0.0, 1.0)
    step = drift_test(np.repeat([40.0, 41.0, 42.0], 6))
    assert (step.change, step.p_value) == (2.0, 0.0)


@many
@given(st.lists(st.floats(20, 60), min_size=6, max_size=40))
def test_drift_test_handles_any_values(values: list[float]) -> None:
    found = drift_test(np.array(values))
    assert 0.0 <= found.p_value <= 1.0
    assert found.low <= found.change <= found.high
    least = COURSE.stride_correlation
    assert least <= neighbour_correlation(np.array(values)) <= MAX_CORRELATION


@pytest.mark.parametrize("correlation", [0.0, 0.3, 0.6])
def test_correlation_is_estimated_in_long_runs(correlation: float) -> None:
    found = [neighbour_correlation(run + np.linspace(0, 5, 200)) for run in strides_of(50, 200, correlation)]
    assert np.mean(found) == pytest.approx(max(correlation, 0.3), abs=0.06)


@pytest.mark.parametrize("correlation", [0.0, 0.3, 0.6])
@pytest.mark.parametrize("count", [5, 12])
def test_variance_inflation_is_what_the_squared_error_lacks(count: int, correlation: float) -> None:
    runs = strides_of(20000, count, correlation)
    true = runs.mean(axis=1).var()
    believed = (runs.var(axis=1, ddof=1) / count).mean()
    assert variance_inflation(count, correlation) == pytest.approx(true / believed, rel=0.05)
