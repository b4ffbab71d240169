"""The running style beside the back: a record of ``analysis.json``."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from posture.records.base import Record
from posture.records.fields import Figure

RunningUnit = Literal["deg", "trunk_lengths", "cm"]
RunningReason = Literal["no_side_view", "not_running", "few_strides", "frame_rate", "camera_moves", "no_truth"]


class RunningNumber(Record):
    """A number of the running style with its interval."""

    value: Figure
    unit: RunningUnit
    ci90: tuple[Figure, Figure] = Field(
        description="90 % interval: between strides, and the error on rendered runners."
    )


class Running(Record):
    """Numbers of the running style, for coach and physio; means of both legs over the mean stride.

    Foot strike is where the ankle is furthest in front of the hips, mid-stance where it passes below them, toe-off
    where it is furthest behind them.
    """

    hip_extension_deg: RunningNumber | None = Field(
        default=None, description="Thigh behind the line of the trunk, at toe-off; forward is negative."
    )
    knee_flexion_deg: RunningNumber | None = Field(default=None, description="At mid-stance; a straight leg is 0.")
    overstride: RunningNumber | None = Field(
        default=None, description="Ankle in front of the hips at foot strike, in trunk lengths (hips to shoulders)."
    )
    vertical_oscillation: RunningNumber | None = Field(
        default=None, description="Rise of the hips from lowest to highest, in trunk lengths, or cm with --height."
    )
    duty_factor: RunningNumber | None = Field(
        default=None, description="Share of the stride with the foot on the ground; always null: nothing can test it."
    )
    missing: dict[str, RunningReason] = Field(default={}, description="Why a number is null, by its name.")

    @property
    def numbers(self) -> dict[str, RunningNumber | None]:
        """The numbers by name."""
        return {name: value for name, value in self if name != "missing"}
