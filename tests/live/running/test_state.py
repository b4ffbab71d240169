"""States of the running check: advice for issues."""

from __future__ import annotations

from posture.live.running.framing import ADVICE
from posture.live.running.state import _ADVICE_FOR
from posture.reasons import ORDER


def test_issues_with_advice_exist_and_their_advice_too() -> None:
    assert set(_ADVICE_FOR) <= set(ORDER)
    assert set(_ADVICE_FOR.values()) <= set(ADVICE)
