"""Statistics that were fitted to rendered people and are shipped as JSON files in ``models/``."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

from posture.errors import ModelFileError
from posture.language import gettext as _
from posture.language import gettext_noop

T = TypeVar("T")

ERROR_FILE = "measuring_error.json"
VERDICT_FILE = "verdict.json"

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
        choose the exercises; the label rests on `HollowBackModel`.
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


@dataclass(frozen=True)
class HollowBackModel:
    """A logistic model of the probability of a hollow back, from tilt and arch or from their changes from standing.

    Fitted to computer-made runners, of whom as many have a hollow back (both joint angles at least 10 degrees) as have
    none (both at most 4). Where far fewer runners have one, the true share is lower.

    Attributes
    ----------
    intercept, weights
        Of the log odds; the weights by measure, a degree.
    usual_sd
        Standard deviation of each number's error in the clips of the fit.
    error_correlation
        Of both numbers' errors: what tilts the outline too far also arches it too much.
    """

    intercept: float
    weights: Mapping[str, float]
    usual_sd: Mapping[str, float]
    error_correlation: float

    def probability(self, values: Mapping[str, float], sds: Mapping[str, float]) -> float:
        """Return the probability of a hollow back.

        The fit knows the usual error. What a clip's error has beyond it is averaged over, which draws the probability
        towards one half [1]_.

        Parameters
        ----------
        values, sds
            Numbers, and standard deviations of their errors, by measure; degrees.

        References
        ----------
        .. [1] MacKay D.J.C. (1992). The evidence framework applied to classification networks. Neural Comput 4,
           720-736. doi:10.1162/neco.1992.4.5.720
        """
        log_odds = self.intercept + sum(weight * values[name] for name, weight in self.weights.items())
        extra = max(self._variance(sds) - self._variance(self.usual_sd), 0.0)
        log_odds /= math.sqrt(1.0 + math.pi / 8.0 * extra)
        return 0.5 * (1.0 + math.tanh(0.5 * log_odds))

    def _variance(self, sds: Mapping[str, float]) -> float:
        """Return the variance of the log odds that errors of these standard deviations give."""
        tilt, arch = (weight * sds[name] for name, weight in self.weights.items())
        return tilt**2 + arch**2 + 2.0 * self.error_correlation * tilt * arch


@dataclass(frozen=True)
class VerdictModels:
    """The models of the verdict: without and with the runner's own standing posture."""

    alone: HollowBackModel
    own_standing: HollowBackModel


def verdict_models() -> VerdictModels:
    """Return the models of the verdict from the shipped model file; raises as `load_verdict_models`."""
    return load_verdict_models(models_folder() / VERDICT_FILE)


def calibration() -> Calibration:
    """Return the figures of the shipped model file.

    Raises
    ------
    ModelFileError
        When the file is missing or is not such a model.
    """
    return _load_calibration(models_folder() / ERROR_FILE)


def models_folder() -> Path:
    """Return the folder of the model files: inside the installed package, or models/ of a checkout."""
    package = Path(__file__).resolve().parent
    installed = package / "_models"
    return installed if installed.is_dir() else package.parent / "models"


def load_model_file(path: Path, build: Callable[[Any], T], *, missing: str, unreadable: str) -> T:
    """Read a JSON model file.

    Parameters
    ----------
    build
        Makes the model from the decoded JSON; raises ValueError for numbers that do not fit.
    missing, unreadable
        Marked texts for the two failures; the second one has a ``{reason}``.

    Raises
    ------
    ModelFileError
        When the file is missing or is not such a model.
    """
    try:
        return build(json.loads(path.read_text(encoding="utf-8")))
    except OSError as error:
        raise ModelFileError(_(missing), where=path, advice=_("Install the package again.")) from error
    except (ValueError, KeyError, TypeError, AttributeError, IndexError) as error:
        text = _(unreadable).format(reason=error)
        raise ModelFileError(text, where=path, advice=_("Install the package again.")) from error


@lru_cache(maxsize=2)
def _load_calibration(path: Path) -> Calibration:
    return load_model_file(
        path,
        _calibration,
        missing=gettext_noop("the table of errors is missing"),
        unreadable=gettext_noop("the table of errors cannot be read ({reason})"),
    )


@lru_cache(maxsize=2)
def load_verdict_models(path: Path) -> VerdictModels:
    """Read the models of the verdict.

    Raises
    ------
    ModelFileError
        When the file is missing or is not such a model.
    """
    return load_model_file(
        path,
        lambda stored: VerdictModels(_hollow_back_model(stored["alone"]), _hollow_back_model(stored["own_standing"])),
        missing=gettext_noop("the model of the verdict is missing"),
        unreadable=gettext_noop("the model of the verdict cannot be read ({reason})"),
    )


def _hollow_back_model(stored: Any) -> HollowBackModel:
    weights, usual_sd = ({name: float(stored[key][name]) for name in NEUTRAL_LOW} for key in ("weights", "usual_sd"))
    if not (min(weights.values()) > 0 and min(usual_sd.values()) > 0):
        raise ValueError("weights and errors must be positive")
    return HollowBackModel(float(stored["intercept"]), weights, usual_sd, float(stored["error_correlation"]))


def _calibration(stored: Any) -> Calibration:
    # One decimal, as printed in the documentation: more would be chance.
    systematic_sd = {name: round(float(row["base"]), 1) for name, row in stored["sd"]["running"].items()}
    shares = {kind: dict(table) for kind, table in stored["change_share"].items()}
    shares["running"]["thorax_rotation_deg"] = THORAX_ROTATION_CHANGE_SHARE
    return Calibration(
        systematic_sd={**systematic_sd, "thorax_rotation_deg": THORAX_ROTATION_SD_DEG},
        change_share=shares,
        event_sd=stored["course"]["moment_sd"],
        side_sd=stored["course"]["side_sd"],
        verdict={name: float(stored["verdict"]["running"][name]) for name in NEUTRAL_LOW},
        verdict_change={name: float(stored["verdict"]["change"][name]) for name in NEUTRAL_LOW},
    )
