"""The stored population is what the accuracy claims to be measured on."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from helpers import synthetic_runner

from posture.contour.grid import T_GRID
from validation.accuracy.people import HOLLOW_DEG, NEUTRAL_DEG
from validation.population.store import FilmedPerson, Take

PEOPLE = 300


@pytest.fixture(scope="module")
def runs(population: list[FilmedPerson]) -> list[Take]:
    return [one.takes["run"] for one in population]


def test_both_halves_have_enough_people(population: list[FilmedPerson]) -> None:
    assert len(population) >= PEOPLE
    halves = Counter(one.half for one in population)
    assert min(halves["calibration"], halves["test"]) >= 0.45 * len(population)
    assert len({one.number for one in population}) == len(population)


def test_everybody_runs_and_stands_and_some_are_filmed_twice(population: list[FilmedPerson]) -> None:
    assert all({"run", "stand"} <= set(one.takes) for one in population)
    assert sum("run2" in one.takes for one in population) >= 0.15 * len(population)


def test_sexes_builds_and_heights_vary(population: list[FilmedPerson]) -> None:
    for name in ("gender", "weight", "height", "age", "muscle"):
        drawn = [one.about["person"]["phenotype"][name] for one in population]
        # Each lies between 0 and 1.
        assert np.ptp(drawn) > 0.25, name
    assert {one.about["style"]["runner"] for one in population} == {"A", "B", "C"}


def test_backs_range_from_flat_to_hollow(runs: list[Take]) -> None:
    joints = np.array([run.truth.joint_deg for run in runs])
    hollow, neutral = (joints >= HOLLOW_DEG).all(axis=1), (joints <= NEUTRAL_DEG).all(axis=1)
    assert min(hollow.sum(), neutral.sum()) >= 40
    # Tilt and arch are varied together and apart from each other.
    assert abs(np.corrcoef(joints.T)[0, 1]) < 0.8
    arch = [run.truth.measures["lumbar_arch_deg"] for run in runs]
    tilt = [run.truth.measures["pelvic_tilt_deg"] for run in runs]
    assert np.ptp(arch) > 30
    assert np.ptp(tilt) > 25


def test_cameras_vary(population: list[FilmedPerson], runs: list[Take]) -> None:
    filming = [run.filming for run in runs]
    yaw = np.array([one["yaw_deg"] for one in filming])
    assert yaw.min() < -25
    assert yaw.max() > 25
    assert np.abs(yaw).max() <= 30
    assert np.mean(np.abs(yaw) <= 15) > 0.6
    assert {one["way"] for one in filming} == {"treadmill", "pan", "pass"}
    assert {one["fps"] for one in filming} >= {25, 30, 60, 120, 240}
    assert {one["facing"] for one in filming} == {"left", "right"}
    assert any(one["blur"] for one in filming)
    for name, spread in (("elevation_deg", 8), ("roll_deg", 4), ("distance_m", 4), ("crf", 10)):
        assert np.ptp([one[name] for one in filming]) > spread, name
    loose = np.mean([one.loose > 0 for one in population])
    assert 0.1 < loose < 0.35


def test_nobody_stands_hollow(population: list[FilmedPerson]) -> None:
    stands = np.array([one.takes["stand"].truth.joint_deg for one in population])
    assert stands == pytest.approx(NEUTRAL_DEG, abs=0.5)


def test_arms_are_carried_as_joggers_carry_them(runs: list[Take]) -> None:
    """As measured on runners: elbows bent about 90 degrees, upper arms behind the trunk for most of the stride."""
    bend, hang, behind = np.moveaxis(np.array([run.truth.arms for run in runs]), 1, 0)
    assert bend.min() > 60
    assert bend.max() < 140
    assert np.all((bend.mean(axis=(1, 2)) > 80) & (bend.mean(axis=(1, 2)) < 115))
    assert hang.min() > -10
    assert hang.max() < 70
    assert np.all((hang.mean(axis=(1, 2)) > 12) & (hang.mean(axis=(1, 2)) < 50))
    # In everybody, at every phase, one of the two elbows stands behind the outline of the back: its joint centre nearly
    # always, its skin (some 0.08 trunk lengths further) for certain.
    height = 1.0 - synthetic_runner.UPPER_ARM_L * np.cos(np.radians(hang))
    outline = np.array([np.interp(height[i], T_GRID, run.truth.outline) for i, run in enumerate(runs)])
    beyond = (behind - outline).max(axis=1)
    assert beyond.min() > -0.04
    assert (beyond > 0).mean() > 0.995


def test_arms_of_standing_people_hang_in_front(population: list[FilmedPerson]) -> None:
    arms = np.array([one.takes["stand"].truth.arms for one in population])
    assert arms[:, 2].max() < 0.05
