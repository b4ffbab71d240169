"""Order of issues: the headline reason, what follows from it, and how many are shown."""

from __future__ import annotations

import pytest
from helpers.synthetic_runner import many
from hypothesis import given
from hypothesis import strategies as st

from posture.quality.issues import RULES, RULES_WITHOUT_RUNNER
from posture.reasons import CONSEQUENCES, MAX_REASONS, ORDER, main_issues, order_issues
from posture.records.analysis import Issue


def issue(code: str, *, blocking: bool = True) -> Issue:
    return Issue(code=code, message=f"{code} is the matter", advice="Mend it.", blocking=blocking)


def codes(issues: tuple[Issue, ...]) -> list[str]:
    return [one.code for one in issues]


def test_every_rule_has_a_place() -> None:
    assert {rule.code for rule in (*RULES, *RULES_WITHOUT_RUNNER)} - set(ORDER) == set()


def test_order_and_consequences_name_each_code_once() -> None:
    assert len(set(ORDER)) == len(ORDER)
    assert set(CONSEQUENCES) | frozenset().union(*CONSEQUENCES.values()) <= set(ORDER)


def test_no_issue_is_its_own_consequence() -> None:
    for cause, following in CONSEQUENCES.items():
        assert cause not in following
        for code in following:
            assert cause not in CONSEQUENCES.get(code, ())


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (["not_side_view", "rotated", "back_hidden"], ["rotated"]),
        (["too_few_strides", "cut_off"], ["cut_off"]),
        (["back_ambiguous", "loose_clothing", "back_hidden"], ["loose_clothing"]),
        (["too_few_strides", "too_small", "not_side_view"], ["not_side_view", "too_small", "too_few_strides"]),
        (["several_runners", "damaged", "upside_down"], ["upside_down", "damaged"]),
        (["back_ambiguous", "standing"], ["standing", "back_ambiguous"]),
    ],
)
def test_headline_is_the_reason_whose_mending_helps_most(found: list[str], expected: list[str]) -> None:
    assert codes(order_issues([issue(code) for code in found])) == expected


def test_remark_suppresses_nothing_and_follows_blocking_issues() -> None:
    issues = [issue("loose_clothing", blocking=False), issue("back_ambiguous"), issue("too_few_strides")]
    assert codes(order_issues(issues)) == ["back_ambiguous", "too_few_strides", "loose_clothing"]


issue_lists = st.lists(st.sampled_from(ORDER), unique=True).flatmap(
    lambda found: st.tuples(*[st.booleans().map(lambda b, c=code: issue(c, blocking=b)) for code in found])
)


@many
@given(issue_lists)
def test_a_clip_that_is_blocked_stays_blocked(issues: tuple[Issue, ...]) -> None:
    ordered = order_issues(issues)
    assert any(one.blocking for one in ordered) == any(one.blocking for one in issues)
    assert set(codes(ordered)) <= set(codes(issues))
    assert order_issues(ordered) == ordered


@many
@given(issue_lists)
def test_reports_show_three_reasons_at_most_and_all_remarks_of_a_measured_clip(issues: tuple[Issue, ...]) -> None:
    ordered = order_issues(issues)
    shown = main_issues(ordered)
    assert shown == ordered[: len(shown)]
    if any(one.blocking for one in ordered):
        assert len(shown) == min(len(ordered), MAX_REASONS)
    else:
        assert shown == ordered
