"""States of the running check: advice for issues, and the phase that follows from an estimate."""

from __future__ import annotations

import pytest
from helpers import analysis_factory

from posture.calibration import calibration
from posture.live.running.estimator import WindowEstimate
from posture.live.running.framing import ADVICE
from posture.live.running.state import _ADVICE_FOR, SessionState, on_estimate
from posture.reasons import ORDER
from posture.records.analysis import Analysis, Baseline, Change
from posture.types import PRIMARY_MEASURES
from posture.verdict import assess


def test_issues_with_advice_exist_and_their_advice_too() -> None:
    assert set(_ADVICE_FOR) <= set(ORDER)
    assert set(_ADVICE_FOR.values()) <= set(ADVICE)


def against_standing(tilt: float, arch: float, half: float) -> Analysis:
    """Return an analysis whose changes from the own standing lie so far above the limits, with that half interval."""
    run = analysis_factory.analysis()
    limits = calibration().verdict_change
    change = {
        name: Change(
            value=limits[name] + above, ci90=(limits[name] + above - half, limits[name] + above + half), mdc95=9.0
        )
        for name, above in zip(PRIMARY_MEASURES, (tilt, arch), strict=True)
    }
    own = Baseline(path="stand.mp4", activity="standing", measures={}, change=change, notes=())
    return run.model_copy(update={"baseline": own, "verdict": assess(run.measures, (), own).verdict})


@pytest.mark.parametrize(
    ("tilt", "arch", "phase", "why"),
    [
        (5.0, 5.0, "hollow_back", None),
        (-5.0, -5.0, "good", None),
        (-0.5, -0.5, "unsure", "close"),
        (0.5, -2.9, "unsure", "close"),
        # One is far above its limit, and the other below.
        (5.0, -5.0, "unsure", "close"),
    ],
)
def test_phase_follows_from_changes_against_standing(tilt: float, arch: float, phase: str, why: str | None) -> None:
    found = against_standing(tilt, arch, 3.0)
    state = on_estimate(
        SessionState(phase="calibrating"), WindowEstimate(found, found.verdict.label, 5.0, None, None), "measure"
    )
    assert (state.phase, state.why) == (phase, why)


def test_borderline_numbers_of_other_people_are_too_close_to_tell() -> None:
    found = analysis_factory.analysis(label="borderline")
    found = found.model_copy(update={"verdict": found.verdict.model_copy(update={"probability": 0.01})})
    state = on_estimate(
        SessionState(phase="calibrating"), WindowEstimate(found, "borderline", 5.0, None, None), "measure"
    )
    assert (state.phase, state.why) == ("unsure", "close")
