"""Figures that were found on rendered people, stored in ``models/measuring_error.json``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from posture.language import gettext_noop
from posture.model_files import FittedModel
from posture.types import PRIMARY_MEASURES

ERROR_FILE = "measuring_error.json"

# The thorax rotation was calibrated apart: 80 rendered runners under even conditions.
THORAX_ROTATION_SD_DEG, THORAX_ROTATION_CHANGE_SHARE = 5.1, 1.0
# 5th percentile of the same rendered neutral runners whose 95th is the threshold of the verdict.
NEUTRAL_LOW: Mapping[str, float] = {"pelvic_tilt_deg": 15.2, "lumbar_arch_deg": 28.5}


@dataclass(frozen=True)
class Calibration:
    """Figures found on the rendered calibration people, each by measure and in its unit.

    Attributes
    ----------
    systematic_sd
        Standard deviation of the error that all strides of a clip share (body shape, mask, view, compression), where
        nothing more is known of the clip; `posture.back.error_model` says more.
    change_share
        By what is compared, ``standing`` (running with one's own standing) or ``running`` (two runs by other cameras):
        how much of two clips' shared errors is left in the change between them, conformal at 90 %. 1 if body shape,
        mask and view erred independently, less where both clips err alike.
    event_sd
        Standard deviation of the error of a moment's distance from the clip's mean beyond what the strides say,
        conformal at 90 %. The true distances' own is 1.5 and 2.7: arms swing over the back once a stride and make
        waves of their own.
    side_sd
        The same of the difference between the means over left and right stance; the true ones' own is 0.8 and 1.5.
    verdict
        Above these a measure counts as raised while running: 95th percentile of neutral runners (pelvis and lumbar
        joint angles of at most 4 degrees). No threshold for running has been published. They mark the scales and
        choose the exercises; the label rests on `posture.verdict_model`.
    verdict_change
        Above these the change from standing to running counts as raised: 95th percentile of running minus standing.
        Below zero, the arch's above all, because a trunk that leans and flexes as runners' do flattens the outline.
        The reference must be rendered: running minus standing has been computed for three real runners only, +4.6 to
        +11.8 degrees of pelvic tilt between bony landmarks [1]_.

    References
    ----------
    .. [1] Fukuchi R.K., Fukuchi C.A., Duarte M. (2017). A public dataset of running biomechanics and the effects of
       running speed on lower extremity kinematics and kinetics. PeerJ 5, e3298. doi:10.7717/peerj.3298
    """

    systematic_sd: Mapping[str, float]
    change_share: Mapping[str, Mapping[str, float]]
    event_sd: Mapping[str, float]
    side_sd: Mapping[str, float]
    verdict: Mapping[str, float]
    verdict_change: Mapping[str, float]

    @property
    def neutral(self) -> dict[str, tuple[float, float]]:
        """What 9 in 10 neutral runners have, from their 5th percentile to the threshold, as gauges show it."""
        return {name: (NEUTRAL_LOW[name], high) for name, high in self.verdict.items()}


def calibration() -> Calibration:
    """Return the figures of the shipped model file; raises as `FittedModel.load`."""
    return CALIBRATION.load()


def _calibration(stored: Mapping[str, Any]) -> Calibration:
    # One decimal, as printed in the documentation: more would be chance.
    systematic_sd = {name: round(float(row["base"]), 1) for name, row in stored["sd"]["running"].items()}
    shares = {kind: dict(table) for kind, table in stored["change_share"].items()}
    shares["running"]["thorax_rotation_deg"] = THORAX_ROTATION_CHANGE_SHARE
    return Calibration(
        systematic_sd={**systematic_sd, "thorax_rotation_deg": THORAX_ROTATION_SD_DEG},
        change_share=shares,
        event_sd=stored["course"]["moment_sd"],
        side_sd=stored["course"]["side_sd"],
        verdict={name: float(stored["verdict"]["running"][name]) for name in PRIMARY_MEASURES},
        verdict_change={name: float(stored["verdict"]["change"][name]) for name in PRIMARY_MEASURES},
    )


CALIBRATION = FittedModel(ERROR_FILE, gettext_noop("the table of errors"), _calibration)
