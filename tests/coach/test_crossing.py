from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from helpers.coach_figures import crossing_person, pose_samples, pose_window
from helpers.synthetic_runner import few, mirrored
from hypothesis import given
from hypothesis import strategies as st

from posture.coach.crossing import hip_drop_deg, judge_crossing, lift_times, shoulder_turn_deg, viewpoint_of
from posture.coach.judge import ExerciseJudge
from posture.coach.plan import Stage

HOLD = Stage("hold", 30.0, 1, side="right")


def judge_figure(**figure: Any) -> Any:
    return judge_crossing(pose_window(crossing_person(**figure)))


def test_good_crossing_in_side_view_meets_criteria() -> None:
    judgement = judge_figure()
    assert judgement.met == {"upright": True, "ribs_turn": True}
    assert judgement.hints == ()


@pytest.mark.parametrize(
    ("figure", "hints"),
    [
        ({"bend_deg": 40.0}, ("bends",)),
        ({"lean_deg": -18.0}, ("leans_back",)),
        ({"turn_deg": 3.0}, ("turn_more",)),
        ({"turn_deg": 3.0, "bend_deg": 40.0}, ("bends", "turn_more")),
        ({"yaw_deg": 90.0, "aside_deg": 20.0}, ("leans_aside",)),
        ({"yaw_deg": 90.0, "drop_deg": 18.0}, ("pelvis_drops",)),
        ({"yaw_deg": 90.0}, ()),
    ],
)
def test_faulty_crossing_gives_matching_hints(figure: dict[str, float], hints: tuple[str, ...]) -> None:
    assert judge_figure(**figure).hints == hints


def test_moderate_turn_is_neither_met_nor_missed() -> None:
    judgement = judge_figure(turn_deg=18.0)
    assert judgement.met == {"upright": True}
    assert judgement.hints == ()


def test_oblique_view_and_standing_still_are_not_judged() -> None:
    assert judge_figure(yaw_deg=48.0).not_judged == "side_on"
    assert judge_figure(lift=0.0).not_judged == "other_pose"


@few
@given(st.floats(0.0, 1.0), st.floats(80.0, 200.0), st.floats(-40.0, 40.0))
def test_judgement_is_invariant_to_place_size_and_mirroring(share: float, size: float, move: float) -> None:
    marks = crossing_person(turn_deg=30.0 * share)
    one = pose_window(marks)
    scaled = pose_window((marks - 320.0) * size / 200.0 + 320.0 + move)
    other = pose_window(mirrored(marks, 640.0))
    for judgement in (scaled, other):
        assert judge_crossing(judgement) == judge_crossing(one)
        assert shoulder_turn_deg(judgement) == pytest.approx(shoulder_turn_deg(one), abs=1e-6)


def test_turn_and_drop_equal_those_of_figure() -> None:
    # The 10th to 90th percentile of a swing is a little less than its range.
    assert shoulder_turn_deg(pose_window(crossing_person(turn_deg=20.0))) == pytest.approx(38.0, abs=1.5)
    assert hip_drop_deg(pose_window(crossing_person(yaw_deg=90.0, drop_deg=9.0))) == pytest.approx(9.0, abs=0.1)


@pytest.mark.parametrize(("yaw", "view"), [(0.0, "side"), (20.0, "side"), (48.0, "between"), (90.0, "front")])
def test_viewpoint_follows_yaw(yaw: float, view: str) -> None:
    assert viewpoint_of(pose_window(crossing_person(yaw_deg=yaw))) == view


def test_each_lift_is_counted_once() -> None:
    marks = crossing_person(12.0)
    assert len(lift_times(pose_window(marks))) == 6
    judge, count = ExerciseJudge("crossing"), 0
    for number, sample in enumerate(pose_samples(marks)):
        judge.add(sample)
        if number % 7 == 6:
            assert judge.judge(HOLD, None, None, has_neutral=False).not_judged != "nobody"
            count += judge.count_new_lifts()
    assert count == 6


def test_landmark_noise_is_no_lift() -> None:
    noise = np.random.default_rng(3).normal(0, 3.0, (240, 33, 2))
    marks = crossing_person(8.0, lift=0.0, turn_deg=0.0) + noise
    assert len(lift_times(pose_window(marks))) == 0
