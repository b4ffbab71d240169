"""The running numbers of a clip with their intervals, or the reason why one is missing."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from posture.gait.number_errors import NAMES, NUMBER_ERRORS, NumberError
from posture.gait.runner_choice import TrackedPerson
from posture.gait.running_numbers import missing_reason, running_numbers
from posture.quality.recording import Recording, has_implausible_lean, shows_legs
from posture.records.running import Running, RunningNumber, RunningReason, RunningUnit
from posture.thresholds import BODY_HEIGHT, Z90

DUTY_FACTOR = "duty_factor"
OSCILLATION = "vertical_oscillation"
UNITS: Mapping[str, RunningUnit] = {"overstride": "trunk_lengths", OSCILLATION: "trunk_lengths"}


def running_of(
    runner: TrackedPerson, recording: Recording, *, camera_moves: bool, height_m: float | None = None
) -> Running:
    """Return the running numbers of a person.

    Parameters
    ----------
    camera_moves
        Then the rise of the hips in the picture is not the runner's own.
    height_m
        How tall the runner stands; the rise of the hips is then given in centimetres.
    """
    is_readable = shows_legs(recording) and not has_implausible_lean(recording)
    reason = missing_reason(runner) if is_readable else "no_side_view"
    numbers = None if reason is not None else running_numbers(runner, roll_deg=recording.camera_roll_deg or 0.0)
    if numbers is None:
        return Running(missing=dict.fromkeys((*NAMES, DUTY_FACTOR), reason or "few_strides"))
    errors = NUMBER_ERRORS.load()
    records = {name: _number(name, *numbers[name], errors[name]) for name in NAMES}
    missing: dict[str, RunningReason] = {DUTY_FACTOR: "no_truth"}
    if camera_moves:
        del records[OSCILLATION]
        missing[OSCILLATION] = "camera_moves"
    elif height_m is not None and recording.body_height_px:
        trunk_cm = 100 * height_m * BODY_HEIGHT.running_share * runner.size_px / recording.body_height_px
        records[OSCILLATION] = in_centimetres(records[OSCILLATION], trunk_cm)
    return Running(**records, missing=missing)


def _number(name: str, value: float, stride_error: float, error: NumberError) -> RunningNumber:
    value, half = value - error.bias, Z90 * float(np.hypot(stride_error, error.sd))
    digits = 4 if name in UNITS else 2
    low = max(value - half, 0.0) if name == OSCILLATION else value - half
    return RunningNumber(
        value=round(value, digits), unit=UNITS.get(name, "deg"), ci90=(round(low, digits), round(value + half, digits))
    )


def in_centimetres(number: RunningNumber, trunk_cm: float) -> RunningNumber:
    """Return a number that was given in trunk lengths in centimetres."""
    value, low, high = (round(trunk_cm * share, 2) for share in (number.value, *number.ci90))
    return RunningNumber(value=value, unit="cm", ci90=(low, high))
