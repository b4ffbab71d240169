"""Judge an exercise over the last seconds of poses, and choose the hint on display."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from posture.coach.core import NEEDED, judge_core
from posture.coach.criteria import Hint, Judgement, NotJudged
from posture.coach.crossing import judge_crossing, lift_times
from posture.coach.observation import PoseSample, PoseWindow, collect_window, lies, stands
from posture.coach.plan import ExerciseId, Stage, TimedStep
from posture.coach.settings import COACH
from posture.coach.towel import BackFlattening, hips_up, judge_lying, judge_standing
from posture.pose.landmarks import ANKLES, HIPS, KNEES, SHOULDERS

# A position is judged over the last second, a swing over the whole window.
_POSITION_S = 1.0


class ExerciseJudge:
    """Keeps the last seconds of poses and judges them by exercise and stage."""

    def __init__(self, exercise: ExerciseId) -> None:
        self._exercise = exercise
        self._samples: deque[PoseSample] = deque()
        self._resting_height: float | None = None
        self._was_flatter = False
        self._unmeasured_since_s: float | None = None
        self._last_lift_s = -1e9

    def add(self, sample: PoseSample) -> None:
        """Add the pose of one picture."""
        self._samples.append(sample)
        while sample.time_s - self._samples[0].time_s > COACH.window_s:
            self._samples.popleft()

    def start_over(self) -> None:
        """Discard the last seconds: another stage has begun, or the camera was away."""
        self._samples.clear()
        self._was_flatter = False
        self._unmeasured_since_s = None

    def judge(
        self, stage: Stage, step: TimedStep | None, flattening: BackFlattening | None, *, has_neutral: bool
    ) -> Judgement:
        """Judge the last moments.

        Parameters
        ----------
        step : TimedStep or None
            The step on display.
        flattening : BackFlattening or None
            Latest measurement of a standing back, while it is fresh.
        has_neutral
            Whether the usual standing was measured.
        """
        if self._span_s < COACH.moment_look_s or len(self._recent(_POSITION_S)) < COACH.least_frames:
            # Too few pictures even to say that nobody is there.
            return Judgement()
        if self._exercise == "towel":
            return self._towel(stage, step, flattening, has_neutral=has_neutral)
        if stage.kind != "hold":
            return Judgement()
        if self._exercise == "crossing":
            return self._crossing()
        if stage.part not in NEEDED:
            return Judgement(not_judged="not_shown")
        window = self._window(NEEDED[stage.part], _POSITION_S)
        return judge_core(window, stage.part) if isinstance(window, PoseWindow) else Judgement(not_judged=window)

    def count_new_lifts(self) -> int:
        """Return how often a knee came up since the last call."""
        window = self._window((*SHOULDERS, *HIPS, *KNEES), COACH.window_s)
        if not isinstance(window, PoseWindow):
            return 0
        new = [t for t in lift_times(window) if t > self._last_lift_s + COACH.lift_s]
        if new:
            self._last_lift_s = float(new[-1])
        return len(new)

    @property
    def _span_s(self) -> float:
        return self._samples[-1].time_s - self._samples[0].time_s if self._samples else 0.0

    def _recent(self, seconds: float) -> list[PoseSample]:
        last = self._samples[-1].time_s if self._samples else 0.0
        return [sample for sample in self._samples if last - sample.time_s <= seconds]

    def _window(self, needed: Sequence[int], seconds: float) -> PoseWindow | NotJudged:
        return collect_window(self._recent(seconds), needed)

    def _crossing(self) -> Judgement:
        window = self._window((*SHOULDERS, *HIPS, *KNEES), COACH.window_s)
        if not isinstance(window, PoseWindow):
            return Judgement(not_judged=window)
        return judge_crossing(window) if self._span_s >= COACH.swing_look_s else Judgement()

    def _towel(
        self, stage: Stage, step: TimedStep | None, flattening: BackFlattening | None, *, has_neutral: bool
    ) -> Judgement:
        window = self._window((*SHOULDERS, *HIPS), _POSITION_S)
        if not isinstance(window, PoseWindow):
            return Judgement(not_judged=window) if stage.kind == "hold" else Judgement()
        if stands(window):
            return self._standing(stage, step, flattening, has_neutral=has_neutral)
        return self._lying(stage)

    def _standing(
        self, stage: Stage, step: TimedStep | None, flattening: BackFlattening | None, *, has_neutral: bool
    ) -> Judgement:
        if stage.kind != "hold" or (step is not None and step.releases):
            self._was_flatter = False
            self._unmeasured_since_s = None
            return Judgement()
        if not has_neutral:
            return Judgement(not_judged="no_neutral")
        if flattening is None:
            return self._unmeasured()
        self._unmeasured_since_s = None
        judgement = judge_standing(flattening, was_flatter=self._was_flatter)
        self._was_flatter = self._was_flatter or judgement.met.get("back_flatter", False)
        return judgement

    def _unmeasured(self) -> Judgement:
        """Report an invisible outline once there was time enough to measure it."""
        now_s = self._samples[-1].time_s
        if self._unmeasured_since_s is None:
            self._unmeasured_since_s = now_s
        waits = now_s - self._unmeasured_since_s < COACH.measure_wait_s
        return Judgement() if waits else Judgement(not_judged="stand_free")

    def _lying(self, stage: Stage) -> Judgement:
        window = self._window((*SHOULDERS, *HIPS, *ANKLES), _POSITION_S)
        hold = stage.kind == "hold"
        if not isinstance(window, PoseWindow):
            return Judgement(not_judged=window) if hold else Judgement()
        if not lies(window):
            return Judgement(not_judged="other_pose") if hold else Judgement()
        if not hold or self._resting_height is None:
            self._resting_height = float(np.median(hips_up(window)))
            return Judgement()
        return judge_lying(window, self._resting_height)


@dataclass(frozen=True)
class HintState:
    """The hint on display and the next candidate."""

    displayed: Hint | None = None
    absent_since_s: float | None = None  # Time since which the displayed hint no longer applies.
    candidate: Hint | None = None  # Displayed next, if it persists.
    candidate_since_s: float = 0.0
    given_s: float = -1e9  # Time of the last hint.


def update_hint(state: HintState, hints: Sequence[Hint], time_s: float) -> tuple[HintState, Hint | None]:
    """Return the next state, and the hint to speak now.

    One hint at a time, only when it persists, and not again soon after another.

    Parameters
    ----------
    hints
        The hints that apply now, the most important first.
    """
    state = _without_expired(state, hints, time_s)
    if state.displayed is not None:
        return state, None
    first = hints[0] if hints else None
    if first != state.candidate:
        return replace(state, candidate=first, candidate_since_s=time_s), None
    persists = time_s - state.candidate_since_s >= COACH.hint_after_s
    rested = time_s - state.given_s >= COACH.hint_rest_s
    if first is None or not persists or not rested:
        return state, None
    return HintState(displayed=first, given_s=time_s), first


def _without_expired(state: HintState, hints: Sequence[Hint], time_s: float) -> HintState:
    """Remove the displayed hint once it has not applied for a while."""
    if state.displayed is None:
        return state
    if state.displayed in hints:
        return replace(state, absent_since_s=None)
    since = time_s if state.absent_since_s is None else state.absent_since_s
    if time_s - since >= COACH.hint_gone_s:
        return clear_hint(state)
    return replace(state, absent_since_s=since)


def clear_hint(state: HintState) -> HintState:
    """Remove the displayed hint: another stage has begun."""
    return HintState(given_s=state.given_s)
