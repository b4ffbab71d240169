"""Outcome of a clip with a nuisance: refused, truth inside, outside and said, outside and not said."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from helpers.report_analyses import make_analysis  # noqa: F401

from posture.analysis.examination import Examination
from posture.records.analysis import Analysis
from posture.types import PRIMARY_MEASURES
from validation.accuracy.nuisance_outcomes import NuisanceOutcome, outcome_of
from validation.accuracy.nuisances import nuisances_document, nuisances_table, summarise_nuisances

Make = Callable[..., Analysis]
REMARK = {"code": "something_in_front", "message": "m", "advice": "a", "blocking": False}


def judged(analysis: Analysis, *, off_deg: float = 0.0, kind: str = "post") -> NuisanceOutcome:
    """Judge an analysis against a truth that lies this far above its measures."""
    truth = {name: 0.0 if (m := analysis.measures[name]) is None else m.value + off_deg for name in PRIMARY_MEASURES}
    span = {"from_s": 0.0, "to_s": 8.0, "person": 0, "posture": 0, "shot": 0, "truth": truth}
    about: dict[str, Any] = {"number": 3, "kind": kind, "half": "test", "fps": 30.0}
    about |= {"spans": [span], "people": [{"hips_px": [], "postures": [truth]}], "nuisance": {}}
    return outcome_of(Examination(analysis, None, None), about)


def with_issues(*issues: dict[str, Any]) -> Callable[[dict[str, Any]], None]:
    def change(data: dict[str, Any]) -> None:
        data["quality"]["issues"] = list(issues)

    return change


@pytest.mark.parametrize(
    ("off_deg", "issues", "outcome"),
    [
        (0.0, (), "inside"),
        (0.0, (REMARK,), "inside"),
        (25.0, (REMARK,), "outside_said"),
        (25.0, ({**REMARK, "code": "few_strides"},), "outside"),
        (25.0, (), "outside"),
    ],
)
def test_truth_outside_counts_as_said_only_with_the_cause(
    make_analysis: Make,  # noqa: F811
    off_deg: float,
    issues: tuple[dict[str, Any], ...],
    outcome: str,
) -> None:
    assert judged(make_analysis("hollow_back", with_issues(*issues)), off_deg=off_deg).outcome == outcome


def test_refusal_is_right_only_when_it_names_the_cause(make_analysis: Make) -> None:  # noqa: F811
    refused = make_analysis("not_measurable", with_issues({**REMARK, "blocking": True}))
    assert judged(refused).outcome == "refused_rightly"
    assert judged(refused, kind="hood").outcome == "refused_otherwise"


def test_verdict_is_wrong_when_both_true_values_lie_on_the_other_side(make_analysis: Make) -> None:  # noqa: F811
    hollow = make_analysis("hollow_back", with_issues())
    assert not judged(hollow).wrong_verdict
    assert judged(hollow, off_deg=-60.0).wrong_verdict
    assert not judged(make_analysis("hollow_back", with_issues(REMARK)), off_deg=-60.0).wrong_verdict


def test_page_and_table_show_each_kind(make_analysis: Make) -> None:  # noqa: F811
    outcomes = [judged(make_analysis("hollow_back", with_issues()), kind=kind) for kind in ("clean", "post", "hood")]
    figures = summarise_nuisances(outcomes)
    assert figures["halves"]["test"]["kinds"]["post"]["inside"] == 1
    assert figures["halves"]["test"]["all"]["clips"] == 2
    page = nuisances_document(figures)
    assert "| hood | 1 |" in page
    assert len(nuisances_table(figures).rows) == 4
