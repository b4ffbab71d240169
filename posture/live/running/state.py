"""What a session knows: a pure state machine, fed with looks at the view and with measured strides."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from posture.live.running.estimator import WindowEstimate
from posture.live.running.framing import AdviceCode, ViewCheck
from posture.live.settings import LIVE
from posture.records.analysis import Analysis

Phase = Literal["setup", "neutral", "calibrating", "good", "hollow_back", "unsure"]
Action = Literal["nothing", "measure", "measure_standing", "start_over"]

# Blocking issues of an analysis that only mean: not enough has been seen yet.
_SOON = frozenset({"too_few_strides", "standing", "no_person"})
_REASONS: dict[str, AdviceCode] = {
    "upside_down": "upside_down",
    "cut_off": "cut_off",
    "too_small": "too_small",
    "not_side_view": "not_side_view",
    "loose_clothing": "loose_clothing",
    "back_hidden": "back_hidden",
    "back_ambiguous": "back_ambiguous",
    "walking": "walking",
}


@dataclass(frozen=True)
class SessionState:
    """Where a session stands.

    Attributes
    ----------
    phase : {"setup", "neutral", "calibrating", "good", "hollow_back", "unsure"}
        ``setup``: the view is not good yet. ``neutral``: somebody stands still and their own posture is being taken.
        ``calibrating``: too few strides so far. ``unsure``: cannot see, `why` says it.
    why : Code or None
        What to do in ``setup``, the reason in ``unsure``.
    neutral : Analysis or None
        The runner's own standing posture, once it was taken.
    estimate : Estimate or None
        The last strides, while they are fresh.
    still_since_s, fault_since_s : float or None
        Since when somebody stands still; since when the view is bad.
    measured_s : float
        When the last measuring was asked for, seconds of the source.
    """

    phase: Phase = "setup"
    why: AdviceCode | None = None
    neutral: Analysis | None = None
    estimate: WindowEstimate | None = None
    still_since_s: float | None = None
    fault_since_s: float | None = None
    measured_s: float = -1e9


def on_view(state: SessionState, look: ViewCheck, time_s: float) -> tuple[SessionState, Action]:
    """Return the state after a look at the view, and what is to be done.

    Parameters
    ----------
    state : State
    look : Look
    time_s : float
        Of the source.

    Returns
    -------
    State
    {"nothing", "measure", "measure_standing", "start_over"}
        ``start_over``: what was seen so far shows something else than what comes now.
    """
    if look.help is not None:
        since = time_s if state.fault_since_s is None else state.fault_since_s
        state = replace(state, fault_since_s=since, still_since_s=None)
        if time_s - since < LIVE.patience_s and state.phase != "setup":
            return state, "nothing"
        begins = state.phase != "setup"
        state = replace(state, phase="setup", why=look.help, estimate=None)
        return state, "start_over" if begins else "nothing"
    state = replace(state, fault_since_s=None)
    if look.still:
        return _standing(state, time_s)
    if state.still_since_s is not None:
        # They start to run: the standing must not count among the strides.
        state = replace(state, still_since_s=None, phase="calibrating", why=None, estimate=None)
        return state, "start_over"
    if state.phase in ("setup", "neutral"):
        return replace(state, phase="calibrating", why=None, estimate=None), "start_over"
    return _asking(state, time_s, "measure", LIVE.measure_every_s)


def _standing(state: SessionState, time_s: float) -> tuple[SessionState, Action]:
    if state.still_since_s is None:
        begun = replace(state, still_since_s=time_s, phase="neutral", why=None, estimate=None)
        return begun, "start_over"
    if state.neutral is not None or time_s - state.still_since_s < LIVE.neutral_s:
        return replace(state, phase="neutral"), "nothing"
    return _asking(state, time_s, "measure_standing", 1.0)


def _asking(state: SessionState, time_s: float, wish: Action, every_s: float) -> tuple[SessionState, Action]:
    if time_s - state.measured_s < every_s:
        return state, "nothing"
    return replace(state, measured_s=time_s), wish


def on_estimate(state: SessionState, estimate: WindowEstimate, asked: Action) -> SessionState:
    """Return the state after something was measured.

    Parameters
    ----------
    state : State
    estimate : Estimate
    asked : Wish
        What was asked for when the measuring began.
    """
    if asked == "measure_standing":
        stands = estimate.analysis.subject.activity == "standing"
        if not stands or estimate.analysis.measures.get("pelvic_tilt_deg") is None:
            return state
        return replace(state, neutral=estimate.analysis)
    if state.phase in ("setup", "neutral"):
        # The view has become bad, or they stand, while the strides before were measured.
        return state
    return replace(state, **_judged(estimate, state))  # type: ignore[arg-type]


def _judged(estimate: WindowEstimate, state: SessionState) -> dict[str, object]:
    analysis = estimate.analysis
    blocking = [issue.code for issue in analysis.quality.issues if issue.blocking]
    shown = {"estimate": estimate}
    reasons: list[AdviceCode] = [_REASONS[code] for code in blocking if code in _REASONS]
    if reasons:
        return {"phase": "unsure", "why": reasons[0], "estimate": None}
    if blocking or estimate.label == "not_measurable":
        soon = all(code in _SOON for code in blocking) and state.phase == "calibrating"
        return {
            "phase": "calibrating" if soon else "unsure",
            "why": None if soon else "unclear",
            "estimate": None,
        }
    roll = analysis.quality.camera_roll_deg
    if roll is not None and abs(roll) > LIVE.tilted_deg:
        return {"phase": "unsure", "why": "tilted", **shown}
    if estimate.label == "hollow_back":
        return {"phase": "hollow_back", "why": None, **shown}
    if estimate.label == "not_hollow_back":
        return {"phase": "good", "why": None, **shown}
    return {"phase": "unsure", "why": "close", **shown}


def forget_neutral(state: SessionState) -> SessionState:
    """Return the state without the own neutral posture, so that it is taken anew."""
    return replace(state, neutral=None, phase="calibrating", still_since_s=None, estimate=None)
