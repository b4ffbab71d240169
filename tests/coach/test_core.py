from __future__ import annotations

import pytest
from helpers.coach_figures import lying_person, pose_samples, pose_window
from helpers.synthetic_runner import few
from hypothesis import given
from hypothesis import strategies as st

from posture.coach.core import BIRD_DOG, DEAD_BUG, NEEDED, SIDE_PLANK, hip_off_line_deg, judge_core
from posture.coach.judge import ExerciseJudge
from posture.coach.plan import Stage
from posture.exercises.library import find

LINE = {"shoulder": (-1.0, 0.5), "hip": (0.0, 0.25), "knee": (0.85, 0.03), "ankle": (0.9, 0.0)}
BIRD = {"shoulder": (-0.9, 0.35), "hip": (0.1, 0.3), "knee": (0.95, 0.3), "ankle": (1.8, 0.3)}


def plank(hip_up: float, *, mirrored: bool = False) -> dict[str, tuple[float, float]]:
    return {**LINE, "hip": (0.0, LINE["hip"][1] + hip_up)}


def test_part_indices_match_library() -> None:
    names = [part.name for part in find("core").parts]
    assert [names[DEAD_BUG], names[SIDE_PLANK], names[BIRD_DOG]] == ["Dead bug", "Side plank", "Bird dog"]
    assert DEAD_BUG not in NEEDED


@pytest.mark.parametrize("mirrored", [False, True])
@pytest.mark.parametrize(("hip_up", "hints"), [(0.0, ()), (-0.25, ("hip_sinks",)), (0.4, ("hip_high",))])
def test_side_plank_hints_follow_height_of_hip(hip_up: float, hints: tuple[str, ...], mirrored: bool) -> None:
    judgement = judge_core(pose_window(lying_person(plank(hip_up), mirrored=mirrored)), SIDE_PLANK)
    assert judgement.hints == hints
    assert judgement.met == {"in_line": not hints}


@few
@given(st.floats(-0.3, 0.3), st.floats(-0.2, 0.2))
def test_sign_of_bend_follows_height_of_hip(hip_up: float, tilt: float) -> None:
    points = {name: (x, y + tilt * x) for name, (x, y) in plank(hip_up).items()}
    bend = float(hip_off_line_deg(pose_window(lying_person(points)))[0])
    if hip_up > 0.02:
        assert bend < 0
    if hip_up < -0.02:
        assert bend > 0


def test_foreshortened_or_upright_body_is_not_judged() -> None:
    short = {"shoulder": (0.0, 1.0), "hip": (0.0, 0.0), "knee": (0.2, 0.05), "ankle": (0.3, 0.0)}
    assert judge_core(pose_window(lying_person(short)), SIDE_PLANK).not_judged == "side_on"
    upright = {"shoulder": (0.0, 1.0), "hip": (0.0, 0.0), "knee": (0.0, -0.85), "ankle": (0.0, -1.7)}
    for part in (SIDE_PLANK, BIRD_DOG):
        assert judge_core(pose_window(lying_person(upright)), part).not_judged == "other_pose"
    assert judge_core(pose_window(lying_person(LINE)), DEAD_BUG).not_judged == "not_shown"


def test_bird_dog_leg_above_trunk_gives_hint() -> None:
    def judged(ankle_up: float) -> object:
        points = {**BIRD, "ankle": (BIRD["ankle"][0], BIRD["hip"][1] + ankle_up)}
        return judge_core(pose_window(lying_person(points)), BIRD_DOG)

    assert judged(0.0).met == {"leg_level": True}  # type: ignore[attr-defined]
    assert judged(0.5).hints == ("leg_high",)  # type: ignore[attr-defined]
    # Feet on the floor: no leg is stretched back.
    assert judged(-0.8).met == {}  # type: ignore[attr-defined]


def test_core_training_is_judged_only_during_a_set() -> None:
    judge = ExerciseJudge("core")
    for sample in pose_samples(lying_person(LINE, 40)):
        judge.add(sample)
    for kind in ("ready", "change", "rest"):
        assert judge.judge(Stage(kind, 5.0, 1, SIDE_PLANK), None, None, has_neutral=False).met == {}  # type: ignore[arg-type]
    hold = Stage("hold", 20.0, 1, SIDE_PLANK, "right")
    assert judge.judge(hold, None, None, has_neutral=False).met == {"in_line": True}
    dead = Stage("hold", 20.0, 1, DEAD_BUG, "right")
    assert judge.judge(dead, None, None, has_neutral=False).not_judged == "not_shown"
