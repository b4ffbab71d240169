"""State machine of a running check, fed with view checks and estimates."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from posture.live.running.estimator import WindowEstimate
from posture.live.running.framing import AdviceCode, ViewCheck
from posture.live.settings import LIVE
from posture.records.analysis import Analysis

Phase = Literal["setup", "neutral", "calibrating", "good", "hollow_back", "unsure"]
Action = Literal["nothing", "measure", "measure_standing", "start_over"]

# Blocking issues that only mean that more strides are needed.
_TRANSIENT = frozenset({"too_few_strides", "gait_unclear", "standing", "no_person"})
# Advice for issues of an analysis; most have the same name.
_ADVICE_FOR: dict[str, AdviceCode] = {
    "rotated": "rotated",
    "upside_down": "rotated",
    "cut_off": "cut_off",
    "too_small": "too_small",
    "not_side_view": "not_side_view",
    "dark": "too_dark",
    "back_light": "back_light",
    "something_in_front": "something_in_front",
    "loose_clothing": "loose_clothing",
    "worn_on_back": "worn_on_back",
    "back_hidden": "back_hidden",
    "back_ambiguous": "back_ambiguous",
    "walking": "walking",
}


@dataclass(frozen=True)
class SessionState:
    """State of a session.

    Attributes
    ----------
    phase : {"setup", "neutral", "calibrating", "good", "hollow_back", "unsure"}
        ``setup``: the view is not good yet. ``neutral``: the runner stands still and their own posture is measured.
        ``calibrating``: too few strides so far. ``good``: no hollow back by the verdict. ``unsure``: no verdict, for
        the reason `why`.
    why : AdviceCode or None
        What to do in ``setup``, the reason in ``unsure``.
    neutral : Analysis or None
        The runner's own standing posture, once it was measured.
    estimate : WindowEstimate or None
        The last strides, while they are fresh.
    still_since_s, fault_since_s : float or None
        Times since which the runner stands still, and since which the view is bad.
    requested_s
        Time of the last request for an estimate, seconds of the source.
    """

    phase: Phase = "setup"
    why: AdviceCode | None = None
    neutral: Analysis | None = None
    estimate: WindowEstimate | None = None
    still_since_s: float | None = None
    fault_since_s: float | None = None
    requested_s: float = -1e9


def on_view(state: SessionState, view: ViewCheck, time_s: float) -> tuple[SessionState, Action]:
    """Return the state after a view check, and the action to take.

    Parameters
    ----------
    time_s
        Of the source.

    Returns
    -------
    SessionState
    {"nothing", "measure", "measure_standing", "start_over"}
        ``start_over``: the frames so far show another activity than those that follow.
    """
    if view.fault is not None:
        since = time_s if state.fault_since_s is None else state.fault_since_s
        state = replace(state, fault_since_s=since, still_since_s=None)
        if time_s - since < LIVE.patience_s and state.phase != "setup":
            return state, "nothing"
        begins = state.phase != "setup"
        state = replace(state, phase="setup", why=view.fault, estimate=None)
        return state, "start_over" if begins else "nothing"
    state = replace(state, fault_since_s=None)
    if view.still:
        return _on_standing(state, time_s)
    if state.still_since_s is not None:
        # The run begins: standing frames must not count among the strides.
        state = replace(state, still_since_s=None, phase="calibrating", why=None, estimate=None)
        return state, "start_over"
    if state.phase in ("setup", "neutral"):
        return replace(state, phase="calibrating", why=None, estimate=None), "start_over"
    return _request(state, time_s, "measure", LIVE.measure_every_s)


def _on_standing(state: SessionState, time_s: float) -> tuple[SessionState, Action]:
    if state.still_since_s is None:
        begun = replace(state, still_since_s=time_s, phase="neutral", why=None, estimate=None)
        return begun, "start_over"
    if state.neutral is not None or time_s - state.still_since_s < LIVE.neutral_s:
        return replace(state, phase="neutral"), "nothing"
    return _request(state, time_s, "measure_standing", 1.0)


def _request(state: SessionState, time_s: float, action: Action, every_s: float) -> tuple[SessionState, Action]:
    if time_s - state.requested_s < every_s:
        return state, "nothing"
    return replace(state, requested_s=time_s), action


def on_estimate(state: SessionState, estimate: WindowEstimate, action: Action) -> SessionState:
    """Return the state after an estimate; `action` is the one that requested it."""
    if action == "measure_standing":
        stands = estimate.analysis.subject.activity == "standing"
        if not stands or estimate.analysis.measures.get("pelvic_tilt_deg") is None:
            return state
        return replace(state, neutral=estimate.analysis)
    if state.phase in ("setup", "neutral"):
        # Meanwhile the view has become bad, or the runner has stopped.
        return state
    phase, why = _verdict(estimate, state)
    return replace(state, phase=phase, why=why, estimate=estimate if _has_numbers(phase, why) else None)


def _verdict(estimate: WindowEstimate, state: SessionState) -> tuple[Phase, AdviceCode | None]:
    analysis = estimate.analysis
    blocking = [issue.code for issue in analysis.quality.issues if issue.blocking]
    for code in blocking:
        if code in _ADVICE_FOR:
            return "unsure", _ADVICE_FOR[code]
    if blocking or estimate.label == "not_measurable":
        transient = all(code in _TRANSIENT for code in blocking) and state.phase == "calibrating"
        return ("calibrating", None) if transient else ("unsure", "unclear")
    roll = analysis.quality.camera_roll_deg
    if roll is not None and not estimate.knows_roll and abs(roll) > LIVE.tilted_deg:
        return "unsure", "tilted"
    if estimate.label == "hollow_back":
        return "hollow_back", None
    return ("good", None) if estimate.label == "not_hollow_back" else ("unsure", "close")


def _has_numbers(phase: Phase, why: AdviceCode | None) -> bool:
    """Return whether the numbers of an estimate may stand beside a verdict."""
    return phase in ("good", "hollow_back") or why in ("tilted", "close")


def forget_neutral(state: SessionState) -> SessionState:
    """Return the state without the runner's own standing posture, so that it is measured again."""
    return replace(state, neutral=None, phase="calibrating", still_since_s=None, estimate=None)
