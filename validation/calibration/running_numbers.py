"""Errors of the running numbers, from the calibration half: ``models/running_numbers.json``.

The truth is that of `validation.population.leg_truth`. The rise of the hips is 8 cm for every rendered runner, so its
error is known for that rise only, and that it follows a larger or smaller one is not shown.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from posture.gait.camera_roll import camera_roll_deg
from posture.gait.number_errors import NAMES, NUMBER_ERRORS
from posture.gait.running_numbers import missing_reason, running_numbers
from posture.model_files import models_folder
from posture.thresholds import Z90
from validation.population.leg_truth_file import load_leg_truth
from validation.population.replay import tracked_person
from validation.population.store import Half, load

# Share of errors within the interval.
COVERAGE = 0.90
RUNS = ("run", "run2")


@dataclass(frozen=True)
class MeasuredRun:
    """A clip's running numbers without any correction, with the truth.

    Attributes
    ----------
    value, stride_error, true : dict of str to float
        By name; the error is that of the strides.
    """

    person: int
    value: dict[str, float]
    stride_error: dict[str, float]
    true: dict[str, float]


def measured_runs(half: Half) -> list[MeasuredRun]:
    """Return the runs of a half in which running numbers can be measured."""
    truth = load_leg_truth()
    runs = []
    for person in load(half=half):
        for take in (person.takes[name] for name in RUNS if name in person.takes):
            if not len(take.time_s):
                continue
            runner = tracked_person(take)
            if missing_reason(runner) is not None:
                continue
            numbers = running_numbers(runner, roll_deg=camera_roll_deg(runner) or 0.0)
            if numbers is None:
                continue
            runs.append(
                MeasuredRun(
                    person=person.number,
                    value={name: value for name, (value, _error) in numbers.items()},
                    stride_error={name: error for name, (_value, error) in numbers.items()},
                    true={name: truth[person.number][name] for name in NAMES},
                )
            )
    return runs


def fit_error(runs: Sequence[MeasuredRun], name: str) -> dict[str, float]:
    """Fit the error of a number: its median, and the standard deviation of the rest (conformal)."""
    error = np.array([run.value[name] - run.true[name] for run in runs])
    part = np.array([run.stride_error[name] for run in runs])
    bias = float(np.median(error))
    needed = np.sqrt(np.maximum(((error - bias) / Z90) ** 2 - part**2, 0.0))
    rank = min(int(np.ceil(COVERAGE * (len(error) + 1))), len(error)) - 1
    return {"clips": len(error), "bias": round(bias, 4), "sd": round(float(np.sort(needed)[rank]), 4)}


def main() -> None:
    """Measure the calibration half, fit the errors, write the file."""
    runs = measured_runs("calibration")
    errors = {name: fit_error(runs, name) for name in NAMES}
    stored = {
        "what": "Errors of the running numbers on rendered runners: median, and standard deviation shared by strides",
        "made_by": "validation/calibration/running_numbers.py (make calibration)",
        "errors": errors,
    }
    (models_folder() / NUMBER_ERRORS.filename).write_text(json.dumps(stored, indent=1) + "\n", encoding="utf-8")
    for name, row in errors.items():
        print(f"  {name:22s} {row}")


if __name__ == "__main__":
    main()
