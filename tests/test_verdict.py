"""The verdict: its probability, label, reasons and next step, and properties that always hold."""

from __future__ import annotations

from typing import Any

import pytest
from helpers.synthetic_runner import many
from hypothesis import given
from hypothesis import strategies as st

from posture.calibration import calibration
from posture.records.analysis import Baseline, Change, Issue, Label, Measure, Segment
from posture.thresholds import FINDINGS, REFERENCE, REFERENCE_CHANGE, VERDICT, relation_to_threshold
from posture.types import PRIMARY_MEASURES, Activity
from posture.verdict import assess, own_changes

TILT, ARCH = (calibration().verdict[name] for name in PRIMARY_MEASURES)
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


def run(tilt: float, arch: float, half: float = 2.0) -> dict[str, Measure | None]:
    return {"pelvic_tilt_deg": measure(tilt, half), "lumbar_arch_deg": measure(arch, half)}


@pytest.mark.parametrize(
    ("tilt", "arch", "label", "leaning", "raised"),
    [
        (45.0, 58.0, "hollow_back", None, {"tilt", "arch"}),
        (38.0, 50.0, "hollow_back", None, {"tilt", "arch"}),
        (35.0, 43.5, "borderline", "hollow_back", {"tilt", "arch"}),
        (28.0, 40.0, "borderline", "not_hollow_back", set()),
        # A trunk that leans far forward tilts the outline without a hollow.
        (44.0, 30.0, "borderline", None, {"tilt"}),
        (24.0, 35.0, "not_hollow_back", None, set()),
    ],
)
def test_label_and_leaning_follow_tilt_and_arch_together(
    tilt: float, arch: float, label: Label, leaning: str | None, raised: set[str]
) -> None:
    found = assess(run(tilt, arch), [ROLL])
    assert (found.verdict.label, found.raised) == (label, raised)
    assert found.verdict.leaning == leaning
    assert found.verdict.reference == REFERENCE
    assert found.verdict.thresholds == {name: calibration().verdict[name] for name in PRIMARY_MEASURES}
    assert found.verdict.next_step


def test_reasons_hold_the_numbers() -> None:
    reasons = assess(run(TILT + 9.04, ARCH - 9), []).verdict.reasons
    assert reasons == (
        f"pelvic tilt {TILT + 9.04:.1f}° ({TILT + 7.04:.1f} to {TILT + 11.04:.1f}) is above the limit of {TILT:.1f}°",
        f"lumbar arch {ARCH - 9:.1f}° ({ARCH - 11:.1f} to {ARCH - 7:.1f}) is below the limit of {ARCH:.1f}°",
    )
    assert "is close to the limit" in assess(run(TILT + 1, ARCH), []).verdict.reasons[0]


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
def test_label_and_leaning_agree_with_the_probability(
    tilt: float, arch: float, tilt_half: float, arch_half: float
) -> None:
    verdict = assess(
        {"pelvic_tilt_deg": measure(tilt, tilt_half), "lumbar_arch_deg": measure(arch, arch_half)}, []
    ).verdict
    assert verdict.probability is not None
    rounding = 1e-4
    if verdict.label == "hollow_back":
        assert verdict.probability >= VERDICT.hollow_back
    elif verdict.label == "not_hollow_back":
        assert verdict.probability <= VERDICT.not_hollow_back
    else:
        assert VERDICT.not_hollow_back <= verdict.probability <= VERDICT.hollow_back
        if verdict.leaning is not None:
            assert (verdict.leaning == "hollow_back") == (verdict.probability > 0.5)
            assert abs(verdict.probability - 0.5) >= VERDICT.even - rounding
    assert verdict.label == "borderline" or verdict.leaning is None


@many
@given(values, values, halves, st.floats(0, 30))
def test_larger_error_draws_the_probability_towards_one_half(
    tilt: float, arch: float, half: float, more: float
) -> None:
    near, far = (assess(run(tilt, arch, size), []).verdict.probability for size in (half, half + more))
    assert near is not None
    assert far is not None
    assert abs(far - 0.5) <= abs(near - 0.5)
    assert (far - 0.5) * (near - 0.5) >= 0


def test_usual_error_leaves_the_probability_and_a_large_one_makes_the_clip_unclear() -> None:
    usual = assess(run(38.0, 50.0, half=1.0), []).verdict
    assert usual.probability == assess(run(38.0, 50.0, half=2.0), []).verdict.probability
    assert usual.label == "hollow_back"
    assert assess(run(38.0, 50.0, half=25.0), []).verdict.label == "borderline"


@many
@given(values, halves, values)
def test_relation_says_where_the_interval_lies(value: float, half: float, threshold: float) -> None:
    m = measure(value, half)
    relation = relation_to_threshold(m, threshold)
    assert (relation == "above") == (m.ci90[0] > threshold)
    assert (relation == "below") == (m.ci90[1] < threshold)


@pytest.mark.parametrize(
    ("tilt", "arch", "label", "raised"),
    [
        (12.0, 8.0, "hollow_back", {"tilt", "arch"}),
        (4.0, 3.0, "hollow_back", {"tilt", "arch"}),
        (0.0, -2.0, "borderline", {"tilt", "arch"}),
        (-6.0, -8.0, "not_hollow_back", set()),
    ],
)
@pytest.mark.parametrize("numbers", [(TILT - 20, ARCH + 20), (TILT + 20, ARCH + 20), (TILT - 20, ARCH - 20)])
def test_changes_from_standing_decide_whatever_the_numbers_are(
    tilt: float, arch: float, label: Label, raised: set[str], numbers: tuple[float, float]
) -> None:
    found = assess(run(*numbers), [ROLL], baseline(tilt, arch))
    verdict = found.verdict
    assert (verdict.label, found.raised, verdict.basis) == (label, raised, "own_standing")
    assert verdict.reference == REFERENCE_CHANGE
    assert verdict.change_thresholds == {name: calibration().verdict_change[name] for name in PRIMARY_MEASURES}
    assert verdict.thresholds == {name: calibration().verdict[name] for name in PRIMARY_MEASURES}


def test_reasons_put_the_changes_into_words() -> None:
    reasons = assess(run(TILT, ARCH), [], baseline(12.3, -6.6)).verdict.reasons
    assert reasons == (
        "running adds 12° to your standing tilt (95 %: +10 to +14); in most runners it gets smaller",
        "running takes 7° off your standing arch (95 %: -9 to -5), as in most runners",
    )
    unsure = assess(run(TILT, ARCH), [], baseline(-0.3, 1.4)).verdict.reasons
    assert unsure[0] == "your tilt changes by 0° from standing to running (95 %: -2 to +2); that may be measuring error"


def test_next_step_is_what_would_settle_it() -> None:
    def step(*args: Any) -> str:
        return assess(*args).verdict.next_step or ""

    assert "exercises for four weeks" in step(run(45, 58), [])
    assert "stand still for three seconds, then run" in step(run(33, 43), [])
    with_standing = step(run(33, 43), [], baseline(0.0, -2.0))
    assert "ten strides" in with_standing
    assert "stand still" not in with_standing
    assert "see a doctor" in step(run(24, 35), [])
    assert step(run(45, 58), [ROLL, FRONT]) == FRONT.advice
    assert step({}, []).startswith("Film again from the side")


@pytest.mark.parametrize(
    ("parts", "label"),
    [
        (("hollow_back", "hollow_back"), "hollow_back"),
        (("not_hollow_back", "not_measurable", "not_hollow_back"), "not_hollow_back"),
        (("hollow_back", "not_hollow_back"), "borderline"),
        (("borderline", "hollow_back"), "borderline"),
    ],
)
def test_clip_whose_posture_changes_is_judged_by_its_parts(parts: tuple[Label, ...], label: Label) -> None:
    segments = [
        Segment(start_s=4.0 * k, end_s=4.0 * k + 4, strides=5, measures={}, label=one) for k, one in enumerate(parts)
    ]
    verdict = assess(run(33, 43), [], segments=segments).verdict
    assert (verdict.label, verdict.probability, verdict.leaning) == (label, None, None)
    assert "the posture changes during the clip" in verdict.reasons[0]
    if label == "borderline":
        assert "run as evenly" in (verdict.next_step or "")


def test_part_above_a_limit_leaves_no_clip_without_a_hollow_back() -> None:
    parts = [
        Segment(start_s=4.0 * k, end_s=4.0 * k + 4, strides=5, measures=m, label="not_hollow_back")
        for k, m in enumerate((run(11, 20), run(38, 23)))
    ]
    assert assess(run(25, 23), [], segments=parts).verdict.label == "borderline"
    assert assess(run(25, 23), [], segments=parts[:1] * 2).verdict.label == "not_hollow_back"


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
