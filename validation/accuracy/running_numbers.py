"""Accuracy of the running numbers on the test half: ``docs/validation/running-numbers.md`` of ``make accuracy``."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from posture.gait.number_errors import NAMES, NUMBER_ERRORS
from posture.thresholds import Z90
from validation.calibration.running_numbers import MeasuredRun, measured_runs

TARGET = Path(__file__).resolve().parents[2] / "docs" / "validation" / "running-numbers.md"
TITLES = {
    "hip_extension_deg": "hip extension at toe-off, degrees",
    "knee_flexion_deg": "knee flexion at mid-stance, degrees",
    "overstride": "overstride, trunk lengths",
    "vertical_oscillation": "vertical oscillation, trunk lengths",
}
PAGE = """# Running numbers

Written by `python -m validation.accuracy.running_numbers`; do not edit.

How far are the [running numbers](../reference/measures.md#running-numbers) from the truth? The truth is that of the
rendered bodies: the same definitions on their own joints, counted from the straight leg of the body at rest. Bias and
interval were fitted to the calibration half; this table holds {clips} clips of {people} other people.

| number | RMSE | bias | truth's own spread | correlation | in the 90 % interval |
|---|---:|---:|---:|---:|---:|
{rows}

- **Few styles.** All rendered people run with the strides of three real runners. A number that follows these need not
  follow every style.
- **Vertical oscillation is checked at one rise only.** Every rendered runner rises by 8 cm, which differs only in trunk
  lengths. That the number follows a larger or a smaller rise is not shown.
- **The duty factor is not given, at any frame rate.** There is nothing to test it against. Rendered feet do not stand
  firmly on a floor: a foot is within 1 cm of its lowest place for 6 to 10 % of the stride, within 4 cm for 21 to 41 %,
  within 8 cm for 45 to 55 % (16 feet of each style). By their speed, above 70 % of the fastest, the feet of all three
  styles are down equally long (33 to 36 %): a constant would pass such a test as well.
- Below 15 frames a stride (about 22 frames a second) no running number is given: with half of the frames, single clips
  were far off.
"""


def row_of(runs: Sequence[MeasuredRun], name: str) -> str:
    """Return the line of the table for a number."""
    stored = NUMBER_ERRORS.load()[name]
    true = np.array([run.true[name] for run in runs])
    value = np.array([run.value[name] - stored.bias for run in runs])
    half = Z90 * np.hypot([run.stride_error[name] for run in runs], stored.sd)
    error, digits = value - true, 1 if name.endswith("_deg") else 3
    rmse, own = float(np.sqrt(np.mean(error**2))), float(true.std())
    return (
        f"| {TITLES[name]} | {rmse:.{digits}f} | {error.mean():+.{digits}f} | {own:.{digits}f} "
        f"| {np.corrcoef(value, true)[0, 1]:.2f} | {100 * np.mean(np.abs(error) <= half):.0f} % |"
    )


def main() -> None:
    """Measure the test half, and write the page."""
    runs = measured_runs("test")
    rows = "\n".join(row_of(runs, name) for name in NAMES)
    page = PAGE.format(clips=len(runs), people=len({run.person for run in runs}), rows=rows)
    TARGET.write_text(page, encoding="utf-8")
    print(rows)


if __name__ == "__main__":
    main()
