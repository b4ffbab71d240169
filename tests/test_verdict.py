"""The verdict: all combinations of tilt and arch, and properties that always hold."""

from __future__ import annotations

import itertools

import pytest
from helpers.synthetic_runner import many
from hypothesis import given
from hypothesis import strategies as st

from posture.calibration import calibration
from posture.records.analysis import Baseline, Change, Issue, Label, Measure
from posture.thresholds import FINDINGS, REFERENCE, REFERENCE_CHANGE, Relation, relation_to_threshold
from posture.types import PRIMARY_MEASURES, Activity
from posture.verdict import assess, own_changes

TILT, ARCH = (calibration().verdict[name] for name in PRIMARY_MEASURES)
TILT_CHANGE, ARCH_CHANGE = (calibration().verdict_change[name] for name in PRIMARY_MEASURES)
ROLL = Issue(code="roll_assumed", message="the camera is assumed to be level", advice="Level it.")
FRONT = Issue(code="not_side_view", message="seen from the front", advice="Film again.", blocking=True)
SMALL = Issue(code="too_small", message="only 80 pixels tall", advice="Nearer.", blocking=True)


def measure(value: float, half: float = 2.0) -> Measure:
    return Measure(value=value, unit="deg", ci90=(value - half, value + half), strides=12, sd=1.0)


def baseline(
    tilt: float | None,
    arch: float | None,
    *,
    half: float = 2.0,
    activity: Activity = "standing",
    notes: tuple[Issue, ...] = (),
) -> Baseline:
    values = dict(zip(PRIMARY_MEASURES, (tilt, arch), strict=True))
    change = {
        name: None if value is None else Change(value=value, ci90=(value - half, value + half), mdc95=half)
        for name, value in values.items()
    }
    return Baseline(path="stand.mp4", activity=activity, measures={}, change=change, notes=notes)


# Two degrees of half width around these places relative to the threshold; "open" leans one way or the other.
PLACES: dict[str, tuple[float, Relation]] = {
    "above": (5.0, "above"),
    "open, leaning up": (1.0, "open"),
    "open, on it": (0.0, "open"),
    "open, leaning down": (-1.0, "open"),
    "below": (-5.0, "below"),
}


def expected(tilt: str, arch: str) -> Label:
    """Return the label of the method's table, written out."""
    pair = {tilt, arch}
    if pair == {"above"}:
        return "hollow_back"
    if pair in ({"below"}, {"below", "open, leaning down"}):
        return "not_hollow_back"
    return "borderline"


@pytest.mark.parametrize(("tilt", "arch"), list(itertools.product(PLACES, PLACES)))
def test_label_follows_the_relations_of_tilt_and_arch(tilt: str, arch: str) -> None:
    measures = {
        "pelvic_tilt_deg": measure(TILT + PLACES[tilt][0]),
        "lumbar_arch_deg": measure(ARCH + PLACES[arch][0]),
    }
    found = assess(measures, [ROLL])
    assert found.verdict.label == expected(tilt, arch)
    assert found.verdict.reference == REFERENCE
    assert found.verdict.thresholds == {name: calibration().verdict[name] for name in PRIMARY_MEASURES}
    for name, word, place in zip(PRIMARY_MEASURES, ("tilt", "arch"), (tilt, arch), strict=True):
        relation = PLACES[place][1]
        assert relation_to_threshold(measures[name], calibration().verdict[name]) == relation
        flagged = relation == "above" or (relation == "open" and found.verdict.label == "borderline")
        assert (word in found.raised) == flagged
    assert len(found.verdict.reasons) == 2 + ([tilt, arch].count("above") == 1)


def test_reason_names_the_only_raised_measure() -> None:
    only_tilt = assess({"pelvic_tilt_deg": measure(TILT + 9), "lumbar_arch_deg": measure(ARCH - 9)}, [])
    assert only_tilt.verdict.reasons[-1] == "only the pelvic tilt is raised, not surely the lumbar arch"
    only_arch = assess({"pelvic_tilt_deg": measure(TILT - 9), "lumbar_arch_deg": measure(ARCH + 9)}, [])
    assert only_arch.verdict.reasons[-1] == "only the lumbar arch is raised, not surely the pelvic tilt"
    assert (only_tilt.raised, only_arch.raised) == ({"tilt"}, {"arch"})


def test_reasons_hold_the_numbers() -> None:
    reasons = assess(
        {"pelvic_tilt_deg": measure(TILT + 9.04), "lumbar_arch_deg": measure(ARCH - 9)}, []
    ).verdict.reasons
    assert reasons[0] == (
        f"pelvic tilt {TILT + 9.04:.1f}° ({TILT + 7.04:.1f} to {TILT + 11.04:.1f}) "
        f"is above {TILT:.1f}° with its whole interval"
    )
    assert "is below" in reasons[1]


@pytest.mark.parametrize(
    ("measures", "said"),
    [
        (
            {"pelvic_tilt_deg": measure(50), "lumbar_arch_deg": None},
            "the lumbar arch could not be measured",
        ),
        ({"lumbar_arch_deg": measure(70)}, "the pelvic tilt could not be measured"),
        ({}, "the pelvic tilt and lumbar arch could not be measured"),
    ],
)
def test_missing_measure_makes_the_clip_not_measurable(measures: dict[str, Measure | None], said: str) -> None:
    found = assess(measures, [ROLL])
    assert found.verdict.label == "not_measurable"
    assert found.verdict.reasons == (said,)
    assert found.verdict.probability is None
    assert found.raised == frozenset()


def test_blocking_issue_makes_any_clip_not_measurable() -> None:
    measures = {
        "pelvic_tilt_deg": measure(TILT + 20),
        "lumbar_arch_deg": measure(ARCH + 20),
        "trunk_lean_deg": measure(60),
    }
    found = assess(measures, [FRONT, ROLL, SMALL])
    assert found.verdict.label == "not_measurable"
    assert found.verdict.reasons == (FRONT.message, SMALL.message)
    assert found.verdict.probability is None
    assert found.raised == frozenset()


@pytest.mark.parametrize(("name", "flag"), [("pelvic_tilt_range_deg", "excursion"), ("trunk_lean_deg", "not_upright")])
def test_other_findings_need_their_whole_interval_above(name: str, flag: str) -> None:
    calm = {"pelvic_tilt_deg": measure(TILT - 9), "lumbar_arch_deg": measure(ARCH - 9)}
    threshold = getattr(FINDINGS, name)
    assert assess({**calm, name: measure(threshold + 2.1)}, []).raised == {flag}
    assert assess({**calm, name: measure(threshold + 1.9)}, []).raised == frozenset()
    assert assess({**calm, name: None}, []).raised == frozenset()
    label = assess({**calm, name: measure(threshold + 30)}, []).verdict.label
    assert label == "not_hollow_back"


values = st.floats(-60, 120)
halves = st.floats(0, 30)


@many
@given(values, values, halves, halves, st.floats(0, 30), st.sampled_from(PRIMARY_MEASURES))
def test_larger_measure_never_lowers_the_probability(
    tilt: float, arch: float, tilt_half: float, arch_half: float, more: float, which: str
) -> None:
    order: list[Label] = ["not_hollow_back", "borderline", "hollow_back"]
    here = {"pelvic_tilt_deg": measure(tilt, tilt_half), "lumbar_arch_deg": measure(arch, arch_half)}
    there = {
        **here,
        which: measure(here[which].value + more, tilt_half if which == "pelvic_tilt_deg" else arch_half),
    }
    low, high = assess(here, []).verdict, assess(there, []).verdict
    assert low.probability is not None
    assert high.probability is not None
    assert 0.0 <= low.probability <= high.probability <= 1.0
    assert order.index(low.label) <= order.index(high.label)


@many
@given(values, values, halves, halves)
def test_label_and_probability_agree(tilt: float, arch: float, tilt_half: float, arch_half: float) -> None:
    verdict = assess(
        {"pelvic_tilt_deg": measure(tilt, tilt_half), "lumbar_arch_deg": measure(arch, arch_half)}, []
    ).verdict
    assert verdict.probability is not None
    if verdict.label == "hollow_back":
        assert verdict.probability >= 0.9
    if verdict.label == "not_hollow_back":
        assert verdict.probability <= 0.05


def test_values_on_both_thresholds_have_probability_one_quarter() -> None:
    verdict = assess({"pelvic_tilt_deg": measure(TILT), "lumbar_arch_deg": measure(ARCH)}, []).verdict
    assert verdict.probability == pytest.approx(0.25)
    assert verdict.label == "borderline"


@many
@given(values, halves, values)
def test_relation_says_where_the_interval_lies(value: float, half: float, threshold: float) -> None:
    m = measure(value, half)
    relation = relation_to_threshold(m, threshold)
    assert (relation == "above") == (m.ci90[0] > threshold)
    assert (relation == "below") == (m.ci90[1] < threshold)


@pytest.mark.parametrize(("tilt", "arch"), list(itertools.product(PLACES, PLACES)))
def test_label_follows_the_changes_from_standing_alike(tilt: str, arch: str) -> None:
    # The numbers themselves say the opposite of one another: they must not matter.
    measures = {"pelvic_tilt_deg": measure(TILT - 20), "lumbar_arch_deg": measure(ARCH + 20)}
    own = baseline(TILT_CHANGE + PLACES[tilt][0], ARCH_CHANGE + PLACES[arch][0])
    found = assess(measures, [ROLL], own)
    verdict = found.verdict
    assert verdict.label == expected(tilt, arch)
    assert verdict.basis == "own_standing"
    assert verdict.reference == REFERENCE_CHANGE
    assert verdict.change_thresholds == {name: calibration().verdict_change[name] for name in PRIMARY_MEASURES}
    assert verdict.thresholds == {name: calibration().verdict[name] for name in PRIMARY_MEASURES}
    for word, place in zip(("tilt", "arch"), (tilt, arch), strict=True):
        relation = PLACES[place][1]
        assert (word in found.raised) == (relation == "above" or (relation == "open" and verdict.label == "borderline"))
    # The probability is that of the two changes with these very errors, whatever the numbers are.
    there = {
        "pelvic_tilt_deg": measure(TILT + PLACES[tilt][0]),
        "lumbar_arch_deg": measure(ARCH + PLACES[arch][0]),
    }
    assert verdict.probability == assess(there, []).verdict.probability


def test_reasons_show_the_changes_and_the_numbers() -> None:
    measures = {"pelvic_tilt_deg": measure(TILT + 9), "lumbar_arch_deg": measure(ARCH - 9)}
    reasons = assess(measures, [], baseline(TILT_CHANGE - 9, ARCH_CHANGE + 9)).verdict.reasons
    tilt = TILT_CHANGE - 9
    assert reasons[0] == (
        f"pelvic tilt {tilt:+.1f}° ({tilt - 2:.1f} to {tilt + 2:.1f}) against your own standing posture "
        f"is below {TILT_CHANGE:.1f}° with its whole interval"
    )
    assert reasons[2] == "only the lumbar arch is raised, not surely the pelvic tilt"
    assert reasons[3].startswith(f"held against other people, pelvic tilt {TILT + 9:.1f}°")
    assert "is above" in reasons[3]
    assert "is below" in reasons[4]


@pytest.mark.parametrize(
    "unfit",
    [
        None,
        baseline(20, 20, activity="running"),
        baseline(20, 20, activity="walking"),
        baseline(20, 20, activity="unknown"),
        baseline(20, 20, notes=(FRONT,)),
        baseline(20, None),
        baseline(None, 20),
        Baseline(path="stand.mp4", activity="standing", measures={}, change={}),
    ],
)
def test_unusable_baseline_leaves_the_verdict(unfit: Baseline | None) -> None:
    measures = {"pelvic_tilt_deg": measure(TILT - 9), "lumbar_arch_deg": measure(ARCH - 9)}
    assert own_changes(unfit) is None
    assert assess(measures, [ROLL], unfit) == assess(measures, [ROLL])
    assert assess(measures, [ROLL]).verdict.basis == "population"


def test_note_that_does_not_block_leaves_the_baseline_in_use() -> None:
    own = baseline(20, 20, notes=(Issue(code="other_size", message="smaller", advice="Film nearer."),))
    measures = {"pelvic_tilt_deg": measure(TILT - 9), "lumbar_arch_deg": measure(ARCH - 9)}
    assert assess(measures, [], own).verdict.label == "hollow_back"


def test_baseline_does_not_make_a_clip_measurable() -> None:
    measures = {"pelvic_tilt_deg": measure(TILT), "lumbar_arch_deg": measure(ARCH)}
    verdict = assess(measures, [FRONT], baseline(20, 20)).verdict
    assert (verdict.label, verdict.basis, verdict.probability) == ("not_measurable", "population", None)


@many
@given(values, values, halves, st.floats(0, 30), st.booleans())
def test_larger_change_never_lowers_the_probability(
    tilt: float, arch: float, half: float, more: float, which: bool
) -> None:
    order: list[Label] = ["not_hollow_back", "borderline", "hollow_back"]
    measures = {"pelvic_tilt_deg": measure(TILT), "lumbar_arch_deg": measure(ARCH)}
    low = assess(measures, [], baseline(tilt, arch, half=half)).verdict
    high = assess(measures, [], baseline(tilt + more * which, arch + more * (not which), half=half)).verdict
    assert low.probability is not None
    assert high.probability is not None
    assert low.probability <= high.probability
    assert order.index(low.label) <= order.index(high.label)
