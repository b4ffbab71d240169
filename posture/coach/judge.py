"""Keeps the last seconds of what was seen, and judges them by the exercise and its stage."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence

import numpy as np

from posture.coach.core import NEEDED, judge_core
from posture.coach.criteria import Judgement, NotJudged
from posture.coach.crossing import judge_crossing, lift_times
from posture.coach.observation import PoseSample, PoseWindow, collect_window, lies, stands
from posture.coach.plan import ExerciseId, Stage, TimedStep
from posture.coach.settings import COACH
from posture.coach.towel import LET_GO_STEP, BackFlattening, hips_up, judge_lying, judge_standing
from posture.pose.landmarks import ANKLES, HIPS, KNEES, SHOULDERS

# What is held is judged over the last second, what swings over the whole window.
_MOMENT_S = 1.0


class ExerciseJudge:
    """Judges somebody who exercises; feed it each picture, and ask it now and then.

    Parameters
    ----------
    exercise : {"towel", "crossing", "core"}

    Attributes
    ----------
    stands : bool
        Whether somebody was upright when it was asked last.
    """

    def __init__(self, exercise: ExerciseId) -> None:
        self.stands = False
        self._exercise = exercise
        self._glances: deque[PoseSample] = deque()
        self._resting_up: float | None = None
        self._was_flatter = False
        self._unmeasured_since_s: float | None = None
        self._last_lift_s = -1e9

    def take(self, glance: PoseSample) -> None:
        """Take in one more picture."""
        self._glances.append(glance)
        while glance.time_s - self._glances[0].time_s > COACH.window_s:
            self._glances.popleft()

    def start_over(self) -> None:
        """Forget the last seconds: another stage has begun, or the camera was away."""
        self._glances.clear()
        self._was_flatter = False
        self._unmeasured_since_s = None

    def read(
        self, stage: Stage, beat: TimedStep | None, flattening: BackFlattening | None, *, has_neutral: bool
    ) -> Judgement:
        """Judge the last moments.

        Parameters
        ----------
        stage : Stage
        beat : Beat or None
            The step that is shown.
        flattening : Flattening or None
            What was measured of the back of somebody who stands, while it is fresh.
        has_neutral : bool
            Whether their usual standing is known.
        """
        recent = self._recent(_MOMENT_S)
        if self._span_s < COACH.moment_look_s or len(recent) < COACH.least_frames:
            # Too little has been seen so far to tell anything, even that nobody is there.
            return Judgement()
        if self._exercise == "towel":
            return self._towel(stage, beat, flattening, has_neutral=has_neutral)
        if stage.kind != "hold":
            return Judgement()
        if self._exercise == "crossing":
            return self._crossing()
        if stage.part not in NEEDED:
            return Judgement(not_judged="not_shown")
        found = self._gathered(NEEDED[stage.part], _MOMENT_S)
        return judge_core(found, stage.part) if isinstance(found, PoseWindow) else Judgement(not_judged=found)

    @property
    def _span_s(self) -> float:
        return self._glances[-1].time_s - self._glances[0].time_s if self._glances else 0.0

    def new_lifts(self) -> int:
        """Return how often a knee came up since this was asked last."""
        found = self._gathered((*SHOULDERS, *HIPS, *KNEES), COACH.window_s)
        if not isinstance(found, PoseWindow):
            return 0
        new = [t for t in lift_times(found) if t > self._last_lift_s + COACH.lift_s]
        if new:
            self._last_lift_s = float(new[-1])
        return len(new)

    def _recent(self, seconds: float) -> list[PoseSample]:
        last = self._glances[-1].time_s if self._glances else 0.0
        return [g for g in self._glances if last - g.time_s <= seconds]

    def _gathered(self, needed: Sequence[int], seconds: float) -> PoseWindow | NotJudged:
        return collect_window(self._recent(seconds), needed)

    def _crossing(self) -> Judgement:
        found = self._gathered((*SHOULDERS, *HIPS, *KNEES), COACH.window_s)
        if not isinstance(found, PoseWindow):
            return Judgement(not_judged=found)
        return judge_crossing(found) if self._span_s >= COACH.swing_look_s else Judgement()

    def _towel(
        self, stage: Stage, beat: TimedStep | None, flattening: BackFlattening | None, *, has_neutral: bool
    ) -> Judgement:
        found = self._gathered((*SHOULDERS, *HIPS), _MOMENT_S)
        self.stands = isinstance(found, PoseWindow) and stands(found)
        if not isinstance(found, PoseWindow):
            return Judgement(not_judged=found) if stage.kind == "hold" else Judgement()
        if self.stands:
            return self._standing(stage, beat, flattening, has_neutral=has_neutral)
        return self._lying(stage)

    def _standing(
        self, stage: Stage, beat: TimedStep | None, flattening: BackFlattening | None, *, has_neutral: bool
    ) -> Judgement:
        # The pelvis is meant to come back now: nothing is to be found fault with.
        if stage.kind != "hold" or (beat is not None and beat.step == LET_GO_STEP):
            self._was_flatter = False
            self._unmeasured_since_s = None
            return Judgement()
        if not has_neutral:
            return Judgement(not_judged="no_neutral")
        if flattening is None:
            return self._unmeasured()
        self._unmeasured_since_s = None
        reading = judge_standing(flattening, was_flatter=self._was_flatter)
        self._was_flatter = self._was_flatter or reading.met.get("back_flatter", False)
        return reading

    def _unmeasured(self) -> Judgement:
        """Say that the outline is not seen, once there was time enough to measure it."""
        now_s = self._glances[-1].time_s
        if self._unmeasured_since_s is None:
            self._unmeasured_since_s = now_s
        waits = now_s - self._unmeasured_since_s < COACH.measure_wait_s
        return Judgement() if waits else Judgement(not_judged="stand_free")

    def _lying(self, stage: Stage) -> Judgement:
        found = self._gathered((*SHOULDERS, *HIPS, *ANKLES), _MOMENT_S)
        hold = stage.kind == "hold"
        if not isinstance(found, PoseWindow):
            return Judgement(not_judged=found) if hold else Judgement()
        if not lies(found):
            return Judgement(not_judged="other_pose") if hold else Judgement()
        if not hold or self._resting_up is None:
            self._resting_up = float(np.median(hips_up(found)))
            return Judgement()
        return judge_lying(found, self._resting_up)
