"""The probability of a hollow back on both halves, each judged by a model that was fitted to the other one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from posture.types import Array
from posture.verdict_model import verdict_models
from validation.accuracy.pairs import is_tight
from validation.accuracy.people import ExaminedPerson
from validation.accuracy.statistics import reliability
from validation.calibration.verdict import SETTINGS, Clip, classes, judged, models_of, probabilities
from validation.population.store import Half

# A model is fitted only where each setting has so many hollow and so many neutral runners.
MIN_RUNNERS = 5
_TURNS: tuple[tuple[Half, Half], ...] = (("calibration", "test"), ("test", "calibration"))


def cross_fitted(clips: Mapping[Half, Sequence[Clip]]) -> dict[str, Any]:
    """Return how well the probability of hollow and neutral runners of both halves is calibrated, by setting.

    Each half is judged by a model fitted to the other half's people in tight shirts, its ridge chosen there too: so the
    shipped model judges the test half. See `validation.accuracy.statistics.reliability`.
    """
    found: dict[str, list[tuple[Array, Array]]] = {setting: [] for setting in SETTINGS}
    for fitted, other in _TURNS:
        if not _is_enough(clips[fitted]):
            continue
        models = verdict_models(models_of(clips[fitted]))
        for setting in SETTINGS:
            sides = [c for c in clips[other] if c.setting == setting and c.kind != "between"]
            found[setting].append((probabilities(sides, getattr(models, setting)), classes(sides)[1]))
    return {setting: reliability(*_joined(pairs)) for setting, pairs in found.items()}


def clips_by_half(people: Sequence[ExaminedPerson]) -> dict[Half, list[Clip]]:
    """Return the numbers of each half's runs that have a verdict."""
    clips: dict[Half, list[Clip]] = {"calibration": [], "test": []}
    for one in people:
        alone, own, truth = one.analyses["run"], one.analyses["own"], one.truth
        clips[one.half] += judged(alone, own, one.joint_deg, truth["run"], truth["stand"], is_tight=is_tight(one))
    return clips


def _is_enough(clips: Sequence[Clip]) -> bool:
    counts = Counter((clip.setting, clip.kind) for clip in clips if clip.is_tight)
    return all(counts[setting, kind] >= MIN_RUNNERS for setting in SETTINGS for kind in ("hollow", "neutral"))


def _joined(pairs: Sequence[tuple[Array, Array]]) -> tuple[Array, Any]:
    probability, happened = zip(*pairs, strict=True) if pairs else ((), ())
    return np.concatenate([*probability, np.zeros(0)]), np.concatenate([*happened, np.zeros(0, dtype=bool)])
