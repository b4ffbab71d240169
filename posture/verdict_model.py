"""Model of the verdict: how probable a hollow back is, stored in ``models/verdict.json``."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from posture.language import gettext_noop
from posture.model_files import FittedModel
from posture.types import PRIMARY_MEASURES


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


def verdict_models(stored: Mapping[str, Any]) -> VerdictModels:
    """Return the models of the file's content; raises where a weight or an error is not positive."""
    return VerdictModels(_hollow_back_model(stored["alone"]), _hollow_back_model(stored["own_standing"]))


def _hollow_back_model(stored: Mapping[str, Any]) -> HollowBackModel:
    weights = {name: float(stored["weights"][name]) for name in PRIMARY_MEASURES}
    usual_sd = {name: float(stored["usual_sd"][name]) for name in PRIMARY_MEASURES}
    if not (min(weights.values()) > 0 and min(usual_sd.values()) > 0):
        raise ValueError("weights and errors must be positive")
    return HollowBackModel(float(stored["intercept"]), weights, usual_sd, float(stored["error_correlation"]))


VERDICT_MODELS = FittedModel("verdict.json", gettext_noop("the model of the verdict"), verdict_models)
