"""Records of tilt and arch through the run, as ``analysis.json`` holds them."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, FiniteFloat, model_validator

from posture.records.base import Record
from posture.records.fields import Count, Share
from posture.types import Side


class Estimate(Record):
    """A number of degrees with its interval."""

    value: FiniteFloat
    ci90: tuple[FiniteFloat, FiniteFloat]


class PhaseCurve(Record):
    """A measure over the stride, degrees: one value for each of the course's phases."""

    value: tuple[FiniteFloat, ...]
    low: tuple[FiniteFloat, ...] = Field(
        description="90 % band of the distance from the clip's mean; the error of that mean is not in it."
    )
    high: tuple[FiniteFloat, ...]


class GaitEvent(Record):
    """A moment of the mean stride, and the back at that moment."""

    name: Literal["foot_strike", "mid_stance", "toe_off"] = Field(
        description="The ankle furthest before the hips, below them, furthest behind them; "
        "in running the strike so defined precedes the ground contact by a few percent of the stride."
    )
    side: Side = Field(description="The foot.")
    phase: Share = Field(description="Of the stride that begins with the strike of the course's side.")
    measures: dict[str, Estimate | None]


class SideDifference(Record):
    """A measure's mean over the stance of the left foot against the right foot's, degrees."""

    left: FiniteFloat
    right: FiniteFloat
    difference: FiniteFloat = Field(description="Left minus right.")
    ci90: tuple[FiniteFloat, FiniteFloat]
    real: bool = Field(description="Whether the interval leaves zero out; else it is within the noise.")


class DriftChange(Record):
    """A measure's mean over the last third of the strides against the first, degrees."""

    first: FiniteFloat
    last: FiniteFloat
    change: FiniteFloat = Field(description="Last minus first.")
    ci90: tuple[FiniteFloat, FiniteFloat]
    p_value: Share = Field(description="Welch's t-test, widened for neighbouring strides that resemble each other.")
    real: bool = Field(description="Whether the p-value is below 0.05.")


class Drift(Record):
    """Whether the back changes during the clip; nothing is compared when there is a reason not to."""

    strides: Count = Field(description="Strides in each third.")
    min_strides: Count = Field(description="Strides that the whole clip needs.")
    turn_deg: FiniteFloat | None = Field(description="How far the view turned from the first to the last third.")
    measures: dict[str, DriftChange | None]
    reason: str | None = Field(description="Why nothing is compared; null when it is.")


class Course(Record):
    """Tilt and arch through the run: over the stride, left against right, from the first to the last strides."""

    side: Side = Field(description="The foot whose strike is phase 0; nearly always the one nearer to the camera.")
    phases: tuple[Share, ...]
    curves: dict[str, PhaseCurve | None]
    events: tuple[GaitEvent, ...] = Field(description="The nearer foot's, then the other's.")
    sides: dict[str, SideDifference | None]
    drift: Drift

    @model_validator(mode="after")
    def _check_lengths(self) -> Course:
        curves = [curve for curve in self.curves.values() if curve is not None]
        if any(len(part) != len(self.phases) for one in curves for part in (one.value, one.low, one.high)):
            raise ValueError("a curve has not one value for each phase")
        return self
