"""Analysis options and the loading of the models."""

from __future__ import annotations

from typing import Any

import pytest

from posture.analysis.options import MAX_ROLL_DEG, MAX_SLOW_MOTION, AnalysisOptions
from posture.errors import UsageError


@pytest.mark.parametrize("factor", [0.0, 0.2, -1.0, MAX_SLOW_MOTION + 1, float("nan"), float("inf")])
def test_impossible_slow_motion_is_a_usage_error(factor: float) -> None:
    with pytest.raises(UsageError) as caught:
        AnalysisOptions(slow_motion=factor)
    assert caught.value.where == "--slow-motion"


@pytest.mark.parametrize("rotate", [45, -90, 360])
def test_turn_that_is_no_quarter_is_a_usage_error(rotate: Any) -> None:
    with pytest.raises(UsageError) as caught:
        AnalysisOptions(rotate=rotate)
    assert caught.value.where == "--rotate"


@pytest.mark.parametrize("roll", [MAX_ROLL_DEG + 0.1, -MAX_ROLL_DEG - 0.1, float("nan"), float("inf")])
def test_impossible_roll_is_a_usage_error(roll: float) -> None:
    with pytest.raises(UsageError) as caught:
        AnalysisOptions(roll_deg=roll)
    assert caught.value.where == "--roll"


def test_largest_roll_is_possible_either_way() -> None:
    assert AnalysisOptions(roll_deg=MAX_ROLL_DEG).roll_deg == -(AnalysisOptions(roll_deg=-MAX_ROLL_DEG).roll_deg or 0)


@pytest.mark.parametrize("person", ["newest", "", "-1", "1.5", "²"])
def test_person_that_is_no_number_is_a_usage_error(person: str) -> None:
    with pytest.raises(UsageError) as caught:
        AnalysisOptions(person=person)
    assert caught.value.where == "--person"


def test_baseline_is_analysed_whole_and_with_the_same_camera() -> None:
    options = AnalysisOptions("lite", 1.0, 2.0, 4.0, "2", 90, 3.0, whole=True)
    assert options.of_baseline() == AnalysisOptions("lite", rotate=90, roll_deg=3.0, auto_baseline=False, whole=True)
