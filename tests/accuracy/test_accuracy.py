"""The numbers are as true as is claimed: the self-test on test people, none of whom anything was fitted to."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from samples.accuracy.__main__ import examine_all, write
from samples.accuracy.people import Examined, examine_person
from samples.accuracy.summary import summarise
from samples.accuracy.table import block_in
from samples.features import FilmedPerson

SAMPLE = 24

# Of SAMPLE people, evenly taken from the test half: what was measured with a margin. (RMSE, largest bias, range of the
# slope) of tight shirts within 15 degrees of the side view; index in points of percent.
SHORT = {
    ("value", "pelvic_tilt_deg"): (6.0, 3.0, (0.6, 1.4)),
    ("value", "lumbar_arch_deg"): (5.0, 3.0, (0.6, 1.4)),
    ("value", "lumbar_arch_index"): (1.8, 1.2, (0.6, 1.4)),
    ("change", "pelvic_tilt_deg"): (5.0, 3.0, (0.5, 1.5)),
    ("change", "lumbar_arch_deg"): (6.0, 4.0, (0.5, 1.5)),
    ("change", "lumbar_arch_index"): (2.0, 1.5, (0.5, 1.6)),
}
SHORT_REFUSED, SHORT_COVERAGE = 0.6, 0.6

# Of the whole test half: what this project set out to reach.
WHOLE = {
    ("value", "pelvic_tilt_deg"): (1.8, 0.5, (0.9, 1.1)),
    ("value", "lumbar_arch_deg"): (3.0, 0.5, (0.9, 1.1)),
    ("value", "lumbar_arch_index"): (0.9, 0.5, (0.9, 1.1)),
    ("change", "pelvic_tilt_deg"): (1.5, 0.5, (0.9, 1.1)),
    ("change", "lumbar_arch_deg"): (2.2, 0.5, (0.9, 1.1)),
    ("change", "lumbar_arch_index"): (0.6, 0.5, (0.9, 1.1)),
}
WHOLE_REFUSED, WHOLE_COVERAGE = 0.03, (0.85, 0.95)
WHOLE_AUC, WHOLE_AUC_OWN, WHOLE_FALSE_ALARMS, WHOLE_AGREEMENT = 0.98, 0.99, 0.05, 0.9
WHOLE_YAW_BIAS = 1.0

Bounds = dict[tuple[str, str], tuple[float, float, tuple[float, float]]]


def check(group: dict[str, Any], bounds: Bounds) -> list[str]:
    """Return what lies beyond its bound."""
    beyond = []
    for (kind, name), (rmse, bias, (low, high)) in bounds.items():
        found = group[kind]["package"][name]
        said = f"{kind} {name}: {found}"
        if not (found["rmse"] <= rmse and abs(found["bias"]) <= bias and low <= found["slope"] <= high):
            beyond.append(said)
    return beyond


@pytest.fixture(scope="module")
def sample(population: list[FilmedPerson]) -> list[Examined]:
    test = [one for one in population if one.half == "test"]
    step = max(1, len(test) // SAMPLE)
    return [examine_person(one) for one in test[::step][:SAMPLE]]


@pytest.fixture(scope="module")
def short(sample: list[Examined]) -> dict[str, Any]:
    return summarise(sample)


def test_the_errors_of_a_sample_are_within_their_bounds(short: dict[str, Any]) -> None:
    assert check(short["groups"]["target"], SHORT) == []


def test_most_of_a_sample_is_measured_and_the_others_have_a_reason(short: dict[str, Any]) -> None:
    refused = short["groups"]["target"]["refused"]
    assert refused["share"] <= SHORT_REFUSED
    assert sum(refused["reasons"].values()) == round(refused["share"] * refused["n"])


def test_the_intervals_of_a_sample_hold_the_truth(short: dict[str, Any]) -> None:
    for kind, name in SHORT:
        assert short["groups"]["target"][kind]["package"][name]["coverage"] >= SHORT_COVERAGE, (kind, name)


def test_the_package_beats_the_outlines_plain_geometry(short: dict[str, Any]) -> None:
    ways = short["groups"]["target"]["value"]
    for name in ("pelvic_tilt_deg", "lumbar_arch_deg", "lumbar_arch_index"):
        assert ways["package"][name]["rmse"] < ways["direct"][name]["rmse"]


def test_hollow_backs_have_the_higher_probability(short: dict[str, Any]) -> None:
    assert short["groups"]["all"]["hollow"]["auc"]["verdict"]["auc"] > 0.8


def test_documents_figures_and_picture_are_written(
    sample: list[Examined], short: dict[str, Any], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(sample, tmp_path / "docs")
    stored = json.loads((tmp_path / "docs" / "accuracy.json").read_text(encoding="utf-8"))
    assert stored == json.loads(json.dumps(short))
    text = (tmp_path / "docs" / "accuracy.md").read_text(encoding="utf-8")
    assert "nan" not in text
    assert "None" not in text
    assert block_in(text).count("\n| ") == 7
    assert (tmp_path / "docs" / "accuracy.png").read_bytes().startswith(b"\x89PNG")
    assert "Pelvic" in capsys.readouterr().out


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_the_whole_test_half_is_as_true_as_claimed(population: list[FilmedPerson]) -> None:
    found = sorted(examine_all(population, workers=2), key=lambda one: one.number)
    figures = summarise(found)
    target = figures["groups"]["target"]
    beyond = check(target, WHOLE)
    low, high = WHOLE_COVERAGE
    beyond += [
        f"coverage {kind} {name}: {coverage}"
        for kind, name in WHOLE
        if not low <= (coverage := target[kind]["package"][name]["coverage"]) <= high
    ]
    auc = target["hollow"]["auc"]
    alarms = target["hollow"]["labels"]["neutral"]["hollow_back"]["share"]
    for said, holds in (
        (f"refused {target['refused']}", target["refused"]["share"] <= WHOLE_REFUSED),
        (f"auc {auc['verdict']}", auc["verdict"]["auc"] >= WHOLE_AUC),
        (f"auc with baseline {auc['verdict_own']}", auc["verdict_own"]["auc"] >= WHOLE_AUC_OWN),
        (f"false alarms {alarms}", alarms <= WHOLE_FALSE_ALARMS),
    ):
        beyond += [] if holds else [said]
    for pair in ("halves", "cameras"):
        beyond += [
            f"{pair} {name}: {agreed}"
            for name, agreed in target[pair].items()
            if agreed["stated"]["share"] < WHOLE_AGREEMENT
        ]
    for name, bins in figures["yaw"].items():
        middle = [row["bias"] for row in bins if -5 <= row["from"] < 5]
        rest = [row for row in bins if -15 <= row["from"] < 15 and row["n"]]
        beyond += [
            f"bias over yaw {name}: {row}"
            for row in rest
            if abs(row["bias"] - sum(middle) / len(middle)) > WHOLE_YAW_BIAS
        ]
    assert beyond == []
