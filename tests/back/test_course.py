"""The way through the run: curves, sides and drift that were put in are read back."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from helpers import synthetic_runner
from helpers.synthetic_runner import Array, Figure

from posture.back.course import BY_STRIDE, course_of, stride_values, view_turn_deg
from posture.back.intervals import PHASES
from posture.back.measure import BackResult, measure_back_of
from posture.gait.subject import TrackedPerson, describe
from posture.pose.tracking import link_detections
from posture.records.analysis import Course, Measure
from posture.thresholds import COURSE, EVENT_SD, SIDE_SD, Z90
from posture.types import PRIMARY_MEASURES

MODEL = synthetic_runner.shape_model()
OUTLINE = synthetic_runner.draw_back(21, strides=1, frames=2).outline
RUNNER = Figure(trunk_px=60.0, hips_px=(140.0, 130.0), lean_deg=6.0, rotation_deg=0.0)
SHORT, LONG = synthetic_runner.frame_times(6, 24), synthetic_runner.frame_times(14, 24)
# Shoulders and everything above them lean with the trunk.
TRUNK = slice(0, 23)


def leaning(figure: Figure, times: Array, extra_deg: Array) -> Array:
    """Return the figure's landmarks, its trunk turned further forward about the hips by so many degrees."""
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


def measured(
    mover: TrackedPerson, edges: Array | None = None
) -> tuple[BackResult, dict[str, Measure | None]]:
    edges = np.tile(OUTLINE, (len(mover.time_s), 1)) if edges is None else edges
    back = measure_back_of(mover, edges, roll_deg=None, shape_model=MODEL)
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
    """Return the phase of the nearer foot's strides from the figure's even pace, 0 at the strike."""
    start = tracked_person(figure.landmarks(SHORT), SHORT).strides.bounds_s[0, 0]
    return np.mod((times - start) / figure.stride_s, 1.0)


@pytest.mark.parametrize("facing", ["left", "right"])
@pytest.mark.parametrize("peak", [0.1, 0.6])
def test_the_curve_over_the_stride_is_read_back(facing: synthetic_runner.Facing, peak: float) -> None:
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


def test_the_curves_mean_is_the_clips_value_and_lies_in_its_band() -> None:
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
        assert half.min() >= Z90 * EVENT_SD[name] - 0.002


def test_events_have_the_curves_value_and_an_interval_wider_than_the_clips() -> None:
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
def test_left_against_right_stance(facing: synthetic_runner.Facing, size: float) -> None:
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
    assert tilt.ci90[1] - tilt.ci90[0] >= 2 * Z90 * SIDE_SD["pelvic_tilt_deg"] - 0.002
    assert not arch.real


def test_left_against_right_is_the_same_in_the_mirrored_clip_but_for_the_names() -> None:
    swing = 3.0 * np.cos(2 * np.pi * (near_phase(RUNNER, SHORT) - 0.3))
    marks = leaning(RUNNER, SHORT, swing)
    here, there = course(marks, SHORT), course(synthetic_runner.mirrored(marks, 300.0), SHORT)
    for name in PRIMARY_MEASURES:
        mine, other = here.sides[name], there.sides[name]
        assert mine is not None
        assert other is not None
        assert other.difference == pytest.approx(-mine.difference, abs=0.05)


@pytest.mark.parametrize("rise", [3.0, -3.0, 0.0])
def test_a_drift_is_read_back(rise: float) -> None:
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


def test_fewer_strides_have_no_drift_and_say_how_many_it_takes() -> None:
    drift = course(RUNNER.landmarks(SHORT), SHORT).drift
    assert set(drift.measures.values()) == {None}
    assert drift.reason is not None
    assert drift.reason.startswith(f"{len(tracked_person(RUNNER.landmarks(SHORT), SHORT).strides)} strides")
    assert "15" in drift.reason


@pytest.mark.parametrize("facing", ["left", "right"])
def test_a_view_that_turns_has_no_drift(facing: synthetic_runner.Facing) -> None:
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


def test_what_the_clip_does_not_tell_is_missing_here_too() -> None:
    mover = tracked_person(RUNNER.landmarks(SHORT), SHORT)
    back, measures = measured(mover)
    found = course_of(mover, back, {**measures, "lumbar_arch_deg": None})
    assert found is not None
    assert found.curves["lumbar_arch_deg"] is None
    assert found.sides["lumbar_arch_deg"] is None
    assert all(event.measures["lumbar_arch_deg"] is None for event in found.events)
    assert found.curves["pelvic_tilt_deg"] is not None
    assert course_of(mover, back, dict.fromkeys(measures)) is None


def test_somebody_who_stands_has_no_course() -> None:
    figure = Figure(gait="standing", stride_s=30.0, trunk_px=60.0, hips_px=(140.0, 130.0), lean_deg=2.0)
    mover = tracked_person(figure.landmarks(SHORT), SHORT)
    back, measures = measured(mover)
    assert course_of(mover, back, measures) is None
    assert stride_values(mover, back, measures) == []


def test_each_strides_own_values_stand_at_its_number() -> None:
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
