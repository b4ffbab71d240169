"""Angles of outlines whose tangents are known."""

from __future__ import annotations

from dataclasses import fields

import numpy as np
import pytest
from helpers import synthetic_runner
from helpers.synthetic_runner import Array, few, many
from hypothesis import given
from hypothesis import strategies as st

from posture.contour.angles import GLUTEAL_T, THORACIC_T, BackAngles, measure_outlines
from posture.contour.grid import T_GRID, T_STEP

# Half a wave between apices at 0.05 and 0.85: its steepest places lie half-way to the lumbar point at 0.45.
CHORD_L = 0.8


def wave(depth: float, tilt_l: float = 0.0) -> Array:
    """Return a hollow of a given depth under a chord that rises by a share of its length."""
    return 0.2 + 0.5 * depth * np.cos(2 * np.pi * (T_GRID - 0.05) / CHORD_L) + tilt_l * T_GRID


def bent(sacral_deg: float, thoracic_deg: float) -> Array:
    """Return a back of smoothly joined straight parts, inclined forward by one angle and backward by another."""
    slope = np.interp(
        T_GRID,
        [-0.5, 0.0, 0.1, 0.25, 0.35, 0.5, 0.6, 0.75, 0.85, 1.2],
        np.tan(np.radians([40, 0, -sacral_deg, -sacral_deg, 0, 0, thoracic_deg, thoracic_deg, 0, -40])),
    )
    steps = 0.5 * (slope[1:] + slope[:-1]) * T_STEP
    return 0.25 + np.concatenate([[0.0], np.cumsum(steps)]) - 0.4


def arc(depth_share: float) -> Array:
    """Return a circular arc between 0.1 and 0.8, its depth a share of its chord, falling away outside."""
    chord, height = 0.7, 0.7 * depth_share
    radius = (chord**2 / 4 + height**2) / (2 * height)
    x = T_GRID - 0.45
    hollow = -np.sqrt(np.maximum(radius**2 - x**2, 0.0)) + np.sqrt(radius**2 - chord**2 / 4)
    return 0.3 + np.where(np.abs(x) <= chord / 2 + 1e-9, hollow, -(np.abs(x) - chord / 2))


@many
@given(st.floats(0.01, 0.2), st.floats(-30, 45))
def test_wave_has_the_tangents_of_its_formula(depth: float, lean: float) -> None:
    angles = measure_outlines(wave(depth), lean, smooth=False)
    steepest = np.degrees(np.arctan(np.pi * depth / CHORD_L))
    assert angles.pelvic_tilt_deg == pytest.approx(steepest + lean, abs=0.1)
    assert angles.thoracolumbar_deg == pytest.approx(steepest - lean, abs=0.1)
    assert angles.lumbar_arch_deg == pytest.approx(2 * steepest, abs=0.2)
    assert angles.lumbar_arch_index == pytest.approx(100 * depth / CHORD_L, abs=0.02)
    assert angles.gluteal_t == pytest.approx(0.05, abs=T_STEP)
    assert angles.lumbar_t == pytest.approx(0.45, abs=T_STEP)
    assert angles.thoracic_t == pytest.approx(0.85, abs=T_STEP)
    assert angles.sacral_t == pytest.approx(0.25, abs=2 * T_STEP)
    assert angles.thoracolumbar_t == pytest.approx(0.65, abs=2 * T_STEP)


@many
@given(st.floats(2, 45), st.floats(2, 45), st.floats(-20, 20))
def test_straight_parts_give_their_inclinations(sacral: float, thoracic: float, lean: float) -> None:
    angles = measure_outlines(bent(sacral, thoracic), lean, smooth=False)
    assert angles.pelvic_tilt_deg == pytest.approx(sacral + lean, abs=0.1)
    assert angles.thoracolumbar_deg == pytest.approx(thoracic - lean, abs=0.1)
    assert angles.lumbar_arch_deg == pytest.approx(sacral + thoracic, abs=0.2)


@few
@given(st.floats(0.03, 0.2))
def test_circular_arc_has_its_index_and_central_angle(share: float) -> None:
    angles = measure_outlines(arc(share), 0.0, smooth=False)
    assert angles.lumbar_arch_index == pytest.approx(100 * share, rel=0.01)
    # At the arc's very ends the slope jumps, so the steepest sample lies a step or two inside.
    assert angles.lumbar_arch_deg == pytest.approx(4 * np.degrees(np.arctan(2 * share)), rel=0.08)


def drawn(seed: int, count: int = 5) -> Array:
    """Return outlines drawn from the shape model."""
    model = synthetic_runner.prior()
    z = np.random.default_rng(seed).normal(size=(count, len(model.components)))
    return model.outlines(z)


@few
@given(st.integers(0, 10_000), st.floats(-40, 40), st.floats(-40, 40))
def test_lean_shifts_the_tilt_one_to_one_and_leaves_the_arch(seed: int, lean: float, more: float) -> None:
    outlines = drawn(seed)
    here, there = measure_outlines(outlines, lean), measure_outlines(outlines, lean + more)
    assert there.pelvic_tilt_deg - here.pelvic_tilt_deg == pytest.approx(np.full(5, more), abs=1e-9)
    assert there.thoracolumbar_deg - here.thoracolumbar_deg == pytest.approx(np.full(5, -more), abs=1e-9)
    assert there.lumbar_arch_deg == pytest.approx(here.lumbar_arch_deg, abs=1e-9)
    assert there.lumbar_arch_index == pytest.approx(here.lumbar_arch_index)


@few
@given(st.integers(0, 10_000), st.floats(-0.3, 0.3))
def test_shifted_axis_changes_no_angle(seed: int, offset: float) -> None:
    outlines = drawn(seed)
    here, there = measure_outlines(outlines, 5.0), measure_outlines(outlines + offset, 5.0)
    for field in fields(BackAngles):
        assert getattr(there, field.name) == pytest.approx(getattr(here, field.name), abs=1e-6)


@few
@given(st.integers(0, 10_000))
def test_single_outlines_give_the_same_angles_as_a_stack(seed: int) -> None:
    outlines, leans = drawn(seed), np.linspace(-10, 20, 5)
    together = measure_outlines(outlines, leans)
    for i in range(5):
        alone = measure_outlines(outlines[i], float(leans[i]))
        for field in fields(BackAngles):
            assert getattr(alone, field.name)[0] == pytest.approx(getattr(together, field.name)[i])


@few
@given(st.integers(0, 10_000))
def test_points_are_ordered_and_within_their_ranges(seed: int) -> None:
    a = measure_outlines(drawn(seed, 20), 8.0)
    assert np.all((a.gluteal_t >= GLUTEAL_T[0]) & (a.gluteal_t <= GLUTEAL_T[1]))
    assert np.all((a.thoracic_t >= THORACIC_T[0]) & (a.thoracic_t <= THORACIC_T[1]))
    assert np.all((a.gluteal_t <= a.sacral_t) & (a.sacral_t <= a.lumbar_t))
    assert np.all((a.lumbar_t <= a.thoracolumbar_t) & (a.thoracolumbar_t <= a.thoracic_t))
    assert np.all(a.lumbar_arch_index >= 0)


@many
@given(st.floats(0.02, 0.15), st.floats(0.01, 0.05))
def test_deeper_hollow_has_the_larger_arch(depth: float, more: float) -> None:
    less, deep = measure_outlines(np.stack([wave(depth)]), 0.0), measure_outlines(wave(depth + more), 0.0)
    assert deep.lumbar_arch_deg > less.lumbar_arch_deg
    assert deep.lumbar_arch_index > less.lumbar_arch_index
    assert deep.pelvic_tilt_deg > less.pelvic_tilt_deg


@few
@given(st.integers(0, len(T_GRID) - 1), st.booleans())
def test_missing_sample_makes_only_its_own_outline_nan(place: int, smooth: bool) -> None:
    outlines = np.stack([wave(0.05), wave(0.06), wave(0.07)])
    whole = measure_outlines(outlines, 4.0, smooth=smooth)
    outlines[1, place] = np.nan
    holed = measure_outlines(outlines, 4.0, smooth=smooth)
    for field in fields(BackAngles):
        values = getattr(holed, field.name)
        assert np.isnan(values[1])
        assert values[[0, 2]] == pytest.approx(getattr(whole, field.name)[[0, 2]])


def test_no_outlines_give_empty_angles() -> None:
    assert measure_outlines(np.zeros((0, len(T_GRID))), 0.0).lumbar_arch_deg.shape == (0,)


def test_flat_back_has_no_arch() -> None:
    flat = measure_outlines(np.full(len(T_GRID), 0.2), 7.0)
    assert flat.lumbar_arch_deg == pytest.approx(0.0, abs=1e-9)
    assert flat.lumbar_arch_index == pytest.approx(0.0, abs=1e-9)
    assert flat.pelvic_tilt_deg == pytest.approx(7.0)


@few
@given(st.floats(0.02, 0.12), st.integers(0, 1000))
def test_smoothing_removes_noise_and_little_else(depth: float, seed: int) -> None:
    noise = np.random.default_rng(seed).normal(scale=0.001, size=len(T_GRID))
    clean, rough = measure_outlines(wave(depth), 0.0), measure_outlines(wave(depth) + noise, 0.0)
    assert clean.lumbar_arch_deg == pytest.approx(2 * np.degrees(np.arctan(np.pi * depth / CHORD_L)), rel=0.05)
    assert rough.lumbar_arch_deg == pytest.approx(clean.lumbar_arch_deg, abs=3.0)
    assert rough.lumbar_arch_index == pytest.approx(clean.lumbar_arch_index, abs=0.4)
