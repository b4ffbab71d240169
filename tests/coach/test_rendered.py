"""Tests of the judges on stored landmarks of rendered exercises, done well and badly (`make_coach_clips`)."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
import pytest
from helpers.synthetic_runner import Array, mirrored

from posture.coach.core import BIRD_DOG, SIDE_PLANK
from posture.coach.criteria import Hint, Judgement, NotJudged
from posture.coach.judge import ExerciseJudge
from posture.coach.observation import PoseSample
from posture.coach.plan import Stage, TimedStep
from posture.pose.landmarks import MIRRORED

CLIPS = Path(__file__).with_name("clips")
SIZE = (640, 480)
FPS = 30


@cache
def stored_clips() -> dict[str, Array]:
    """Return landmarks and visibility of each clip, shape (F, 33, 3)."""
    with np.load(CLIPS / "seen.npz") as stored:
        return {name: stored[name].astype(np.float64) for name in stored.files}


def final_judgement(
    judge: ExerciseJudge, name: str, stage: Stage, *, flip: bool = False, begin_s: float = 0.0
) -> Judgement:
    """Return the judgement at the end of a clip."""
    frames = stored_clips()[name]
    marks, visibility = frames[..., :2], frames[..., 2]
    if flip:
        marks, visibility = mirrored(marks, SIZE[0]), visibility[:, list(MIRRORED)]
    for number in range(len(frames)):
        judge.add(PoseSample(begin_s + number / FPS, marks[number], visibility[number], SIZE))
    return judge.judge(stage, TimedStep(4), None, has_neutral=False)


@pytest.mark.parametrize("flip", [False, True])
@pytest.mark.parametrize(
    ("name", "met", "hints"),
    [
        ("crossing", {"upright": True, "ribs_turn": True}, ()),
        ("crossing_left", {"upright": True, "ribs_turn": True}, ()),
        ("crossing_stiff", {"upright": True, "ribs_turn": False}, ("turn_more",)),
        ("crossing_left_stiff", {"upright": True, "ribs_turn": False}, ("turn_more",)),
        # Half of the turn is neither met nor missed.
        ("crossing_half", {"upright": True}, ()),
        ("crossing_left_half", {"upright": True}, ()),
        ("crossing_slightly_bent", {"upright": True, "ribs_turn": True}, ()),
        ("crossing_front", {"upright": True, "pelvis_level": True}, ()),
        ("crossing_front_drop", {"upright": True, "pelvis_level": False}, ("pelvis_drops",)),
        ("crossing_front_drop_back", {"upright": False, "pelvis_level": True}, ("leans_aside",)),
    ],
)
def test_rendered_crossing_is_judged_as_performed(
    name: str, met: dict[str, bool], hints: tuple[Hint, ...], flip: bool
) -> None:
    judgement = final_judgement(ExerciseJudge("crossing"), name, Stage("hold", 30.0, 1, side="right"), flip=flip)
    assert judgement.not_judged is None
    assert judgement.met == met
    assert judgement.hints == hints


def test_bending_is_first_hint_of_bent_crossing() -> None:
    judgement = final_judgement(ExerciseJudge("crossing"), "crossing_bent", Stage("hold", 30.0, 1, side="right"))
    assert judgement.hints[0] == "bends"


@pytest.mark.parametrize("name", ["crossing", "crossing_front", "crossing_bent"])
def test_every_rendered_lift_is_counted_once(name: str) -> None:
    judge, count = ExerciseJudge("crossing"), 0
    frames = stored_clips()[name]
    for number, frame in enumerate(frames):
        judge.add(PoseSample(number / FPS, frame[:, :2], frame[:, 2], SIZE))
        if number % 8 == 7:
            count += judge.count_new_lifts()
    # Six seconds of two-second swings, each highest in its middle.
    assert count == 3


@pytest.mark.parametrize(
    ("name", "part", "not_judged", "hints"),
    [
        ("side_plank", SIDE_PLANK, None, ()),
        ("side_plank_behind", SIDE_PLANK, None, ()),
        ("side_plank_sunk", SIDE_PLANK, None, ("hip_sinks",)),
        ("bird_dog", BIRD_DOG, None, ()),
        ("bird_dog_start", SIDE_PLANK, "hidden", ()),
        ("crossing", SIDE_PLANK, "other_pose", ()),
        ("crossing", BIRD_DOG, "other_pose", ()),
    ],
)
def test_rendered_core_training_is_judged_as_performed(
    name: str, part: int, not_judged: NotJudged | None, hints: tuple[Hint, ...]
) -> None:
    judgement = final_judgement(ExerciseJudge("core"), name, Stage("hold", 20.0, 1, part, "right"))
    assert judgement.not_judged == not_judged
    assert judgement.hints == hints
    assert bool(judgement.met) == (not_judged is None)


def test_tipping_pelvis_while_lying_keeps_buttocks_down() -> None:
    judge = ExerciseJudge("towel")
    assert final_judgement(judge, "lying", Stage("ready", 15.0, 1)).hints == ()
    judgement = final_judgement(judge, "lying_flat", Stage("hold", 60.0, 1), begin_s=10.0)
    assert judgement.met == {"buttocks_down": True}
