"""Numbering of the clips with nuisances: kind, half and parameters follow from a clip's number. Needs NumPy only."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np

from validation.nuisances.parameters import DRAWINGS, Lot, Parameters

SEED = 70717
# Folder of the rendered clips.
RENDERED = Path(__file__).resolve().parents[2] / "build" / "nuisances"
# One round of clips; the clean ones twice, because they are the control.
ROUND = (
    "clean",
    "treadmill_rail",
    "cut_persons",
    "waist_pack",
    "shade_stripes",
    "passer_by",
    "loose_shirt",
    "post",
    "slow_jog",
    "dark",
    "posture_change",
    "few_strides",
    "backpack",
    "fast2",
    "clean",
    "fence",
    "overtaker",
    "hood",
    "half_shade",
    "camera_pitch",
    "cut_same",
    "walking",
    "long_hair",
    "small",
    "back_light",
    "slow_roll",
    "slow",
    "running_vest",
)
KINDS = tuple(dict.fromkeys(ROUND))
ROUNDS = 24
CLIPS = ROUNDS * len(ROUND)
# Another person of the same half: their number is the clip's plus this.
OTHER_PERSON = 100_000
Half = Literal["calibration", "test"]


@dataclass(frozen=True)
class Nuisance:
    """What is in the clip of one number, and its parameters."""

    number: int
    kind: str
    parameters: Parameters

    @property
    def half(self) -> Half:
        """Return the half of the clip's people, which depends on the number only."""
        return "test" if self.number % 2 else "calibration"

    @property
    def name(self) -> str:
        """Return the name of the clip's files."""
        return f"{self.number:04d}-{self.kind}"


def kind_of(number: int) -> str:
    """Return the kind of a clip.

    Each round begins one kind later than the one before, so that a kind meets even and odd numbers in turn.
    """
    count = len(ROUND)
    return ROUND[(number + number // count) % count]


def draw(number: int) -> Nuisance:
    """Draw a clip's kind and parameters from its number."""
    kind = kind_of(number)
    lot = Lot(np.random.default_rng([SEED, number, 7]), number // len(ROUND) // 2)
    return Nuisance(number, kind, DRAWINGS[kind](lot) if kind in DRAWINGS else {})
