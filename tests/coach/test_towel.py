from __future__ import annotations

import pytest
from helpers.coach_figures import lying_person, pose_samples, pose_window
from hypothesis import given
from hypothesis import strategies as st

from posture.coach.judge import ExerciseJudge
from posture.coach.observation import PoseSample, collect_window, lies, stands
from posture.coach.plan import Stage, TimedStep
from posture.coach.settings import COACH
from posture.coach.towel import (
    BackFlattening,
    ChangeFromStanding,
    hips_up,
    judge_lying,
    judge_standing,
)

ON_THE_BACK = {"shoulder": (-1.0, 0.1), "hip": (0.0, 0.08), "knee": (0.6, 0.7), "ankle": (0.75, 0.0)}
BRIDGE = {**ON_THE_BACK, "hip": (0.0, 0.45)}
UPRIGHT = {"shoulder": (0.0, 1.0), "hip": (0.0, 0.0), "knee": (0.0, -0.85), "ankle": (0.0, -1.7)}
READY, HOLD = Stage("ready", 10.0, 1), Stage("hold", 60.0, 1)


def change(value: float, half: float) -> ChangeFromStanding:
    return ChangeFromStanding(value, value - half, value + half)


def test_back_is_flatter_when_one_interval_is_below_zero() -> None:
    assert BackFlattening(change(-4.0, 3.0), change(-2.0, 5.0)).is_flatter is True
    assert BackFlattening(change(-2.0, 3.0), change(-2.0, 5.0)).is_flatter is None
    assert BackFlattening(change(-0.5, 3.0), change(0.5, 5.0)).is_flatter is False
    assert BackFlattening(change(-4.0, 3.0), change(7.0, 5.0)).is_flatter is None
    assert BackFlattening(None, None).is_flatter is None
    assert BackFlattening(None, change(-7.0, 5.0)).is_flatter is True


@given(st.floats(-30, 30), st.floats(0.1, 10), st.floats(-30, 30), st.floats(0.1, 10))
def test_smaller_tilt_never_worsens_decision(tilt: float, a: float, arch: float, b: float) -> None:
    order = {False: 0, None: 1, True: 2}
    less = BackFlattening(change(tilt - 1.0, a), change(arch, b)).is_flatter
    more = BackFlattening(change(tilt, a), change(arch, b)).is_flatter
    assert order[less] >= order[more]


def test_undecided_flattening_gives_no_hint() -> None:
    assert judge_standing(None, was_flatter=True).met == {}
    unsure = judge_standing(BackFlattening(change(-2.0, 3.0), None), was_flatter=True)
    assert unsure.met == {}
    assert unsure.hints == ()


def test_lost_flattening_gives_hint_to_keep_it() -> None:
    usual = BackFlattening(change(0.0, 2.0), change(0.0, 5.0))
    assert judge_standing(usual, was_flatter=False).hints == ("back_not_flatter",)
    assert judge_standing(usual, was_flatter=True).hints == ("back_lost",)


@pytest.mark.parametrize("mirrored", [False, True])
def test_lying_and_standing_are_distinguished(mirrored: bool) -> None:
    on_back = pose_window(lying_person(ON_THE_BACK, mirrored=mirrored))
    upright = pose_window(lying_person(UPRIGHT, mirrored=mirrored))
    assert lies(on_back)
    assert not stands(on_back)
    assert stands(upright)
    assert not lies(upright)


@pytest.mark.parametrize("mirrored", [False, True])
def test_lifted_buttocks_give_hint(mirrored: bool) -> None:
    rest, up = (pose_window(lying_person(p, mirrored=mirrored)) for p in (ON_THE_BACK, BRIDGE))
    resting = float(hips_up(rest).mean())
    assert judge_lying(rest, resting).met == {"buttocks_down": True}
    assert judge_lying(up, resting).hints == ("buttocks_up",)
    assert judge_lying(up, None).met == {}


def feed(judge: ExerciseJudge, samples: list[PoseSample]) -> None:
    for sample in samples:
        judge.add(sample)


def test_lying_is_compared_with_rest() -> None:
    judge = ExerciseJudge("towel")
    feed(judge, pose_samples(lying_person(ON_THE_BACK, 60)))
    assert judge.judge(READY, None, None, has_neutral=False).met == {}
    feed(judge, pose_samples(lying_person(ON_THE_BACK, 60), start_s=2.0))
    assert judge.judge(HOLD, TimedStep(4), None, has_neutral=False).met == {"buttocks_down": True}
    feed(judge, pose_samples(lying_person(BRIDGE, 60), start_s=4.0))
    assert judge.judge(HOLD, TimedStep(4), None, has_neutral=False).hints == ("buttocks_up",)


def test_standing_form_gives_reason_or_judgement() -> None:
    judge = ExerciseJudge("towel")
    feed(judge, pose_samples(lying_person(UPRIGHT, 60)))
    flat = BackFlattening(change(-6.0, 2.0), change(-8.0, 5.0))
    assert judge.judge(HOLD, TimedStep(5), None, has_neutral=False).not_judged == "no_neutral"
    # A measurement takes some seconds.
    assert judge.judge(HOLD, TimedStep(5), None, has_neutral=True).not_judged is None
    feed(judge, pose_samples(lying_person(UPRIGHT, 60), start_s=10.0))
    assert judge.judge(HOLD, TimedStep(5), None, has_neutral=True).not_judged == "stand_free"
    assert judge.judge(HOLD, TimedStep(5), flat, has_neutral=True).met == {"back_flatter": True}
    usual = BackFlattening(change(0.0, 2.0), change(0.0, 5.0))
    assert judge.judge(HOLD, TimedStep(5), usual, has_neutral=True).hints == ("back_lost",)
    # The pelvis is meant to come back now; then the next repetition begins.
    assert judge.judge(HOLD, TimedStep(6, releases=True), usual, has_neutral=True).hints == ()
    assert judge.judge(HOLD, TimedStep(4), usual, has_neutral=True).hints == ("back_not_flatter",)


def test_too_few_frames_give_no_judgement() -> None:
    judge = ExerciseJudge("towel")
    feed(judge, [PoseSample(i / 2, None, None, (640, 480)) for i in range(10)])
    assert judge.judge(HOLD, TimedStep(4), None, has_neutral=False).not_judged is None


def test_missing_and_half_hidden_person_are_distinguished() -> None:
    judge = ExerciseJudge("towel")
    feed(judge, [PoseSample(i / 30, None, None, (640, 480)) for i in range(30)])
    assert judge.judge(HOLD, TimedStep(4), None, has_neutral=False).not_judged == "nobody"
    faint = pose_samples(lying_person(UPRIGHT), visibility=COACH.visible_share / 2)
    assert collect_window(faint, (11, 12)) == "hidden"
    outside = pose_samples(lying_person({**UPRIGHT, "shoulder": (0.0, 9.0)}))
    assert collect_window(outside, (11, 12)) == "hidden"
    assert collect_window([], (11, 12)) == "nobody"
