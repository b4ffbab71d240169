"""The stored true running numbers; reading them needs no ``render`` extra."""

from __future__ import annotations

import json
from pathlib import Path

LEG_TRUTH = Path(__file__).parent / "leg_truth.json"


def load_leg_truth() -> dict[int, dict[str, float]]:
    """Return the true numbers of each person, by person and name."""
    stored: dict[str, dict[str, float]] = json.loads(LEG_TRUTH.read_text(encoding="utf-8"))
    return {int(number): numbers for number, numbers in stored.items()}
