"""Errors of the running numbers, a fitted model; imports no numeric library, since the doctor reads it without any."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from posture.language import gettext_noop
from posture.model_files import FittedModel

NAMES = ("hip_extension_deg", "knee_flexion_deg", "overstride", "vertical_oscillation")


@dataclass(frozen=True)
class NumberError:
    """Error of a running number on rendered runners: its median, and the standard deviation that strides share."""

    bias: float
    sd: float


def _number_errors(stored: Mapping[str, Any]) -> Mapping[str, NumberError]:
    return {name: NumberError(float(row["bias"]), float(row["sd"])) for name, row in stored["errors"].items()}


NUMBER_ERRORS = FittedModel(
    "running_numbers.json", gettext_noop("the table of the running numbers' errors"), _number_errors
)
