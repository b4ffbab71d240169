"""Outcome of a clip with a nuisance: refused, truth inside, outside and said, outside and not said."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from helpers import examination_factory
from helpers.report_analyses import make_analysis  # noqa: F401

from posture.analysis.examination import Examination
from posture.quality.issues import LOOSE_POSSIBLE, RULES
from posture.quality.runner_rules import NO_PERSON
from posture.records.analysis import Analysis
from posture.types import PRIMARY_MEASURES
from validation.accuracy.nuisance_outcomes import CAUSES, OUTCOMES, NuisanceOutcome, examine_clip, outcome_of
from validation.accuracy.nuisances import nuisances_document, nuisances_table, summarise_nuisances
from validation.nuisances import store
from validation.nuisances.draw import KINDS

Make = Callable[..., Analysis]
REMARK = {"code": "something_in_front", "message": "m", "advice": "a", "blocking": False}


def judged(analysis: Analysis, *, off_deg: float = 0.0, kind: str = "post") -> NuisanceOutcome:
    """Judge an analysis against a truth that lies this far above its measures."""
    truth = {name: 0.0 if (m := analysis.measures[name]) is None else m.value + off_deg for name in PRIMARY_MEASURES}
    about: dict[str, Any] = {"number": 3, "kind": kind, "half": "test", "fps": 30.0}
    about |= {"spans": [span(0.0, 8.0, 0, truth)], "people": [person([], truth)]}
    return outcome_of(Examination(analysis, None, None), about)


def person(hips_px: list[list[int] | None], truth: dict[str, float]) -> dict[str, Any]:
    return {"hips_px": hips_px, "postures": [truth]}


def span(from_s: float, to_s: float, person: int, truth: dict[str, float]) -> dict[str, Any]:
    return {"from_s": from_s, "to_s": to_s, "person": person, "posture": 0, "shot": 0, "truth": truth}


def true(tilt: float, arch: float) -> dict[str, float]:
    return dict(zip(PRIMARY_MEASURES, (tilt, arch), strict=True))


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


@pytest.fixture(scope="module")
def run() -> Examination:
    """A runner on the spot, hips at (400, 300), for 4.5 s at 30 frames a second."""
    return examination_factory.examination()


def errors_of(
    run: Examination, people: list[dict[str, Any]], *spans: dict[str, Any]
) -> tuple[Mapping[str, float], ...]:
    about = {"number": 3, "kind": "overtaker", "half": "test", "fps": 30.0, "people": people, "spans": list(spans)}
    return outcome_of(run, about).errors


def error(run: Examination, truth: dict[str, float]) -> dict[str, Any]:
    """Return measured minus true."""
    measures = {name: run.analysis.measures[name] for name in PRIMARY_MEASURES}
    return {name: pytest.approx(m.value - truth[name], abs=0.01) for name, m in measures.items() if m is not None}


@pytest.mark.parametrize("measured", [0, 1])
def test_truth_is_that_of_the_person_at_the_place_of_the_runner(run: Examination, measured: int) -> None:
    places: list[list[list[int] | None]] = [[[520, 300]] * 135, [[520, 300]] * 135]
    places[measured] = [[405, 297]] * 135
    truths = [true(20.0, 30.0), true(40.0, 60.0)]
    people = [person(at, truth) for at, truth in zip(places, truths, strict=True)]
    spans = [span(0.0, 4.5, number, truth) for number, truth in enumerate(truths)]
    assert errors_of(run, people, *spans) == (error(run, truths[measured]),)


def test_person_out_of_the_picture_most_of_the_time_is_not_the_runner(run: Examination) -> None:
    truths = [true(20.0, 30.0), true(40.0, 60.0)]
    passing: list[list[int] | None] = [None] * 135
    passing[60:75] = [[400, 300]] * 15
    people = [person(passing, truths[0]), person([[430, 300]] * 135, truths[1])]
    assert errors_of(run, people, span(0.0, 4.5, 1, truths[1])) == (error(run, truths[1]),)


def test_passer_by_without_spans_has_the_truth_of_their_posture(run: Examination) -> None:
    truths = [true(20.0, 30.0), true(40.0, 60.0)]
    people = [person([[700, 300]] * 135, truths[0]), person([[400, 300]] * 135, truths[1])]
    assert errors_of(run, people, span(0.0, 4.5, 0, truths[0])) == (error(run, truths[1]),)


def test_each_segment_is_held_against_the_truth_of_its_own_strides(
    make_analysis: Make,  # noqa: F811
    run: Examination,
) -> None:
    """The posture changes at 2.5 s, in the middle of a stride that counts to the first segment."""
    first, second = true(20.0, 30.0), true(40.0, 60.0)

    def in_two_parts(data: dict[str, Any]) -> None:
        data["gait"]["strides"] = [{"start_s": at, "end_s": at + 1.0, "side": "left"} for at in (0.0, 1.0, 2.0, 3.0)]
        part = {"measures": data["measures"], "label": "borderline"}
        data["segments"] = [
            {"start_s": 0.0, "end_s": 3.0, "strides": 3} | part,
            {"start_s": 3.0, "end_s": 4.0, "strides": 1} | part,
        ]

    examination = replace(run, analysis=make_analysis("hollow_back", in_two_parts))
    spans = (span(0.0, 2.5, 0, first), span(2.5, 4.0, 0, second))
    mixed = {name: float(np.average([first[name], second[name]], weights=[2.5, 0.5])) for name in PRIMARY_MEASURES}
    errors = errors_of(examination, [person([[400, 300]] * 135, first)], *spans)
    assert errors == (error(examination, mixed), error(examination, second))


def test_answer_is_outside_when_one_segment_is(make_analysis: Make, run: Examination) -> None:  # noqa: F811
    def in_two_parts(data: dict[str, Any]) -> None:
        far = {**data["measures"], "pelvic_tilt_deg": {**data["measures"]["pelvic_tilt_deg"], "value": 60.0}}
        far["pelvic_tilt_deg"]["ci90"] = [58.0, 62.0]
        data["quality"]["issues"] = []
        data["segments"] = [
            {"start_s": 0.0, "end_s": 2.0, "strides": 3, "measures": data["measures"], "label": "borderline"},
            {"start_s": 2.0, "end_s": 4.0, "strides": 3, "measures": far, "label": "borderline"},
        ]

    examination = replace(run, analysis=make_analysis("hollow_back", in_two_parts))
    truth = {name: m.value for name in PRIMARY_MEASURES if (m := examination.analysis.measures[name])}
    about = {"number": 3, "kind": "post", "half": "test", "fps": 30.0, "people": [person([], truth)]}
    assert outcome_of(examination, about | {"spans": [span(0.0, 4.0, 0, truth)]}).outcome == "outside"


def test_stored_clip_is_examined_and_judged() -> None:
    """A record of the package that is moved or renamed makes the stored clips unreadable."""
    clip = next(store.load(half="test"))
    judgement = examine_clip(clip)
    assert (judgement.number, judgement.kind) == (clip.number, clip.kind)
    assert judgement.outcome in OUTCOMES


def test_every_kind_of_nuisance_has_causes_that_the_package_can_name() -> None:
    assert set(CAUSES) == set(KINDS) - {"clean"}
    codes = {rule.code for rule in (NO_PERSON, *RULES)} | {LOOSE_POSSIBLE}
    assert set().union(*CAUSES.values()) <= codes
