"""Accuracy on the test half of the population, to which nothing was fitted."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from validation.accuracy.__main__ import examine_all, write
from validation.accuracy.people import ExaminedPerson, examine_person
from validation.accuracy.summary import summarise
from validation.accuracy.table import summary_block
from validation.population.store import FilmedPerson

SAMPLE = 24

# Of SAMPLE people, evenly taken from the test half: what was measured with a margin. (RMSE, largest bias, range of the
# slope) of tight shirts within 15 degrees of the side view; index in points of percent.
SHORT = {
    ("value", "pelvic_tilt_deg"): (3.6, 1.8, (0.75, 1.25)),
    ("value", "lumbar_arch_deg"): (5.2, 2.2, (0.65, 1.25)),
    ("value", "lumbar_arch_index"): (1.4, 0.7, (0.7, 1.25)),
    ("change", "pelvic_tilt_deg"): (2.8, 1.4, (0.75, 1.3)),
    ("change", "lumbar_arch_deg"): (4.2, 2.0, (0.6, 1.3)),
    ("change", "lumbar_arch_index"): (1.2, 0.6, (0.65, 1.3)),
}
SHORT_REFUSED, SHORT_COVERAGE = 0.25, 0.75

# Of the whole test half: what was measured, with a little margin, so that no change makes it worse unseen.
HELD = {
    ("value", "pelvic_tilt_deg"): (2.5, 0.5, (0.9, 1.1)),
    ("value", "lumbar_arch_deg"): (3.8, 0.5, (0.9, 1.1)),
    ("value", "lumbar_arch_index"): (0.88, 0.5, (0.9, 1.1)),
    ("change", "pelvic_tilt_deg"): (2.05, 0.5, (0.9, 1.1)),
    ("change", "lumbar_arch_deg"): (3.0, 0.5, (0.88, 1.1)),
    ("change", "lumbar_arch_index"): (0.78, 0.5, (0.9, 1.1)),
}
HELD_REFUSED, HELD_COVERAGE = 0.04, (0.85, 1.0)
HELD_AUC, HELD_AUC_OWN = 0.94, 0.99
# Expected calibration error of both halves, cross-fitted; chance alone shows 0.05 and 0.04.
HELD_CALIBRATION = {"alone": 0.05, "own_standing": 0.07}
# The bias of a bin of the view over that of the middle; bins hold as few as six people.
FALSE_ALARMS, YAW_BIAS = 0.05, 3.0
AGREEMENT = 0.9

# Targets of this project.
AIMS = {
    ("value", "pelvic_tilt_deg"): (1.8, 0.5, (0.9, 1.1)),
    ("value", "lumbar_arch_deg"): (3.0, 0.5, (0.9, 1.1)),
    ("value", "lumbar_arch_index"): (0.9, 0.5, (0.9, 1.1)),
    ("change", "pelvic_tilt_deg"): (1.5, 0.5, (0.9, 1.1)),
    ("change", "lumbar_arch_deg"): (2.2, 0.5, (0.9, 1.1)),
    ("change", "lumbar_arch_index"): (0.6, 0.5, (0.9, 1.1)),
}
AIM_REFUSED, AIM_AUC, AIM_AUC_OWN = 0.03, 0.98, 0.99

Bounds = dict[tuple[str, str], tuple[float, float, tuple[float, float]]]


def check(group: dict[str, Any], bounds: Bounds) -> list[str]:
    """Return the figures beyond their bounds."""
    beyond = []
    for (kind, name), (rmse, bias, (low, high)) in bounds.items():
        found = group[kind]["package"][name]
        said = f"{kind} {name}: {found}"
        if not (found["rmse"] <= rmse and abs(found["bias"]) <= bias and low <= found["slope"] <= high):
            beyond.append(said)
    return beyond


@pytest.fixture(scope="module")
def sample(population: list[FilmedPerson]) -> list[ExaminedPerson]:
    test = [one for one in population if one.half == "test"]
    step = max(1, len(test) // SAMPLE)
    return [examine_person(one) for one in test[::step][:SAMPLE]]


@pytest.fixture(scope="module")
def short(sample: list[ExaminedPerson]) -> dict[str, Any]:
    return summarise(sample)


def test_errors_of_a_sample_are_within_bounds(short: dict[str, Any]) -> None:
    assert check(short["groups"]["target"], SHORT) == []


def test_most_of_a_sample_is_measured_and_the_rest_has_a_reason(short: dict[str, Any]) -> None:
    refused = short["groups"]["target"]["refused"]
    assert refused["share"] <= SHORT_REFUSED
    assert sum(refused["reasons"].values()) == round(refused["share"] * refused["n"])


def test_intervals_of_a_sample_cover_the_truth(short: dict[str, Any]) -> None:
    for kind, name in SHORT:
        assert short["groups"]["target"][kind]["package"][name]["coverage"] >= SHORT_COVERAGE, (kind, name)


def test_package_beats_direct_geometry_of_the_outline(short: dict[str, Any]) -> None:
    ways = short["groups"]["target"]["value"]
    for name in ("pelvic_tilt_deg", "lumbar_arch_deg", "lumbar_arch_index"):
        assert ways["package"][name]["rmse"] < ways["direct"][name]["rmse"]


def test_hollow_backs_have_the_higher_probability(short: dict[str, Any]) -> None:
    assert short["groups"]["all"]["hollow"]["auc"]["verdict"]["auc"] > 0.8


def test_documents_figures_and_picture_are_written(
    sample: list[ExaminedPerson], short: dict[str, Any], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(sample, tmp_path)
    stored = json.loads((tmp_path / "validation" / "accuracy.json").read_text(encoding="utf-8"))
    assert stored == json.loads(json.dumps(short))
    text = (tmp_path / "validation" / "accuracy.md").read_text(encoding="utf-8")
    assert "nan" not in text
    assert "None" not in text
    assert summary_block(stored) in text
    assert (tmp_path / "images" / "accuracy.png").read_bytes().startswith(b"\x89PNG")
    assert "Pelvic" in capsys.readouterr().out


@pytest.fixture(scope="module")
def whole(population: list[FilmedPerson]) -> dict[str, Any]:
    return summarise(sorted(examine_all(population, workers=2), key=lambda one: one.number))


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_whole_test_half_is_as_accurate_as_claimed(whole: dict[str, Any]) -> None:
    target = whole["groups"]["target"]
    beyond = check(target, HELD)
    low, high = HELD_COVERAGE
    beyond += [
        f"coverage {kind} {name}: {coverage}"
        for kind, name in HELD
        if not low <= (coverage := target[kind]["package"][name]["coverage"]) <= high
    ]
    auc = target["hollow"]["auc"]
    alarms = target["hollow"]["labels"]["neutral"]["hollow_back"]["share"]
    for said, holds in (
        (f"refused {target['refused']}", target["refused"]["share"] <= HELD_REFUSED),
        (f"auc {auc['verdict']}", auc["verdict"]["auc"] >= HELD_AUC),
        (f"auc with baseline {auc['verdict_own']}", auc["verdict_own"]["auc"] >= HELD_AUC_OWN),
        (f"false alarms {alarms}", alarms <= FALSE_ALARMS),
    ):
        beyond += [] if holds else [said]
    beyond += [
        f"calibration {setting}: {whole['cross_fitted'][setting]}"
        for setting, bound in HELD_CALIBRATION.items()
        if whole["cross_fitted"][setting]["error"] > bound
    ]
    for pair in ("halves", "cameras"):
        beyond += [
            f"{pair} {name}: {agreed}" for name, agreed in target[pair].items() if agreed["stated"]["share"] < AGREEMENT
        ]
    for name, bins in whole["yaw"].items():
        middle = [row["bias"] for row in bins if -5 <= row["from"] < 5]
        rest = [row for row in bins if -15 <= row["from"] < 15 and row["n"]]
        beyond += [
            f"bias over yaw {name}: {row}" for row in rest if abs(row["bias"] - sum(middle) / len(middle)) > YAW_BIAS
        ]
    assert beyond == []


@pytest.mark.slow
@pytest.mark.timeout(3600)
@pytest.mark.xfail(reason="docs/validation/accuracy.md says how far the aims are", strict=True)
def test_accuracy_targets_are_reached(whole: dict[str, Any]) -> None:
    target = whole["groups"]["target"]
    auc = target["hollow"]["auc"]
    assert check(target, AIMS) == []
    assert target["refused"]["share"] <= AIM_REFUSED
    assert auc["verdict"]["auc"] >= AIM_AUC
    assert auc["verdict_own"]["auc"] >= AIM_AUC_OWN
