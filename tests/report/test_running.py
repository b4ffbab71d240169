"""Running numbers in words: what is missing is said, with its reason."""

from __future__ import annotations

import pytest
from helpers.report_analyses import Make, make_analysis

from posture.gait.number_errors import NAMES
from posture.records.analysis import Analysis
from posture.records.running import Running, RunningNumber, RunningReason
from posture.report.running import running_notes, running_rows

__all__ = ["make_analysis"]
DUTY = "duty_factor"


def with_running(analysis: Analysis, running: Running | None) -> Analysis:
    return analysis.model_copy(update={"running": running})


@pytest.mark.parametrize(
    ("reason", "words"), [("frame_rate", "not at this frame rate"), ("few_strides", "needs more strides")]
)
def test_clip_without_any_number_says_why(make_analysis: Make, reason: RunningReason, words: str) -> None:
    analysis = with_running(make_analysis("hollow_back"), Running(missing=dict.fromkeys((*NAMES, DUTY), reason)))
    assert [(row.title, row.value, row.interval) for row in running_rows(analysis)] == [("All of them", words, "")]
    assert running_notes(analysis) == []


@pytest.mark.parametrize("running", [None, Running(missing=dict.fromkeys((*NAMES, DUTY), "not_running"))])
def test_who_does_not_run_gets_no_word_about_running(make_analysis: Make, running: Running | None) -> None:
    assert running_rows(with_running(make_analysis("hollow_back"), running)) == []


def test_share_on_the_ground_is_missing_for_a_reason(make_analysis: Make) -> None:
    bend = RunningNumber(value=41.0, unit="deg", ci90=(35.0, 47.0))
    analysis = with_running(make_analysis("hollow_back"), Running(knee_flexion_deg=bend, missing={DUTY: "no_truth"}))
    assert running_rows(analysis)[-1].value == "not given: there is nothing to test it against"
