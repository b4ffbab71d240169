"""The page docs/validation/pose-models.md: the lite, full and heavy pose models compared (``make compare-models``)."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from scipy import stats

from posture.types import PRIMARY_MEASURES, Array, PoseModel
from validation.accuracy.pages import DOCS, render, write_page
from validation.accuracy.statistics import MEASURES, rounded
from validation.accuracy.table import NAMES, UNITS, number, percent

MODELS: tuple[PoseModel, ...] = ("lite", "full", "heavy")
DEFAULT: PoseModel = "full"
# "learnt" corrects the full model's mask errors as the package does; "plain" does not, and favours no model.
WAYS = ("learnt", "plain")
JUDGED = MEASURES[:3]
# Measures that decide; a model has to do well in both.
# A faster model becomes the default when its errors are at most this factor larger.
MARGIN = 1.10
SURE = 0.90
RESAMPLES, SEED = 2000, 3
# Fewest clips for a spread; a resample of fewer may have none.
FEWEST = 8
# Characters in a line of the page.
WIDTH = 115

Result = dict[str, Any]


def summarise(results: Sequence[Result]) -> dict[str, Any]:
    """Return the figures of each model.

    Parameters
    ----------
    results
        As `validation.accuracy.render_model_comparison.compare` makes them.

    Returns
    -------
    dict
        ``people``: their numbers; ``learnt``: hash of the tables that the measures rest on;
        ``compared``: how many of them all models measured, which the errors are about;
        ``models``: by name, see `_of_model`; ``default``: the name that `choose` gives.
    """
    paired = [r for r in results if all(r["models"][m]["measures"][w] for m in MODELS for w in WAYS)]
    models = {name: _of_model(results, paired, name) for name in MODELS}
    return {
        "people": [r["number"] for r in results],
        "learnt": sorted({r["learnt"] for r in results}),
        "compared": len(paired),
        "models": models,
        "default": choose(models),
    }


def _of_model(results: Sequence[Result], paired: Sequence[Result], name: PoseModel) -> dict[str, Any]:
    """Return one model's figures.

    Returns
    -------
    dict
        ``cpu_ms``, ``wall_ms``: median over the clips of processor and clock time for each frame of the clip;
        ``cpu_ratio``, ``wall_ratio``: median of the ratio to the default on the same clip; ``found``: share of frames
        with a runner; ``again``: clips that were watched more than once; ``measured``: clips that could be;
        ``errors`` by way and measure: RMSE, bias (measured minus true) and SD, and by how much RMSE and SD exceed the
        default's as a ratio, with its `SURE` interval.
    """
    rows, usual = ([r["models"][m] for r in results] for m in (name, DEFAULT))
    figures: dict[str, Any] = {}
    for kind in ("cpu", "wall"):
        own, other = (np.array([r[f"{kind}_s"] / r["frames"] for r in some]) for some in (rows, usual))
        figures[f"{kind}_ms"] = float(np.median(own) * 1000) if len(own) else None
        figures[f"{kind}_ratio"] = float(np.median(own / other)) if len(own) else None
    frames = sum(r["frames"] for r in rows)
    figures["found"] = sum(r["found"] for r in rows) / frames if frames else None
    figures["again"] = sum(r["looks"] > r["frames"] for r in rows)
    figures["measured"] = sum(bool(r["measures"]["learnt"]) for r in rows)
    figures["errors"] = {
        way: {
            measure: _compared(_errors(paired, name, way, measure), _errors(paired, DEFAULT, way, measure))
            for measure in JUDGED
        }
        for way in WAYS
    }
    return figures


def _errors(results: Sequence[Result], name: PoseModel, way: str, measure: str) -> Array:
    """Return measured minus true of each clip, shape (N,)."""
    return np.array([r["models"][name]["measures"][way][measure] - r["truth"][measure] for r in results])


def _compared(error: Array, usual: Array) -> dict[str, Any]:
    """Return the errors' RMSE, bias and SD, and the ratio of RMSE and SD to the default's."""
    if len(error) < FEWEST:
        return dict.fromkeys(("rmse", "bias", "sd", "rmse_ratio", "sd_ratio"))
    return {
        "rmse": float(_rms(error)),
        "bias": float(error.mean()),
        "sd": float(_sd(error)),
        "rmse_ratio": _ratio(error, usual, _rms),
        "sd_ratio": _ratio(error, usual, _sd),
    }


def _ratio(error: Array, usual: Array, size: Any) -> dict[str, float]:
    """Return how the size of errors compares with the default's on the same clips (bootstrap over clips)."""

    def statistic(a: Array, b: Array, axis: int = -1) -> Array:
        return size(a, axis) / size(b, axis)

    value = float(statistic(error, usual))
    if np.array_equal(error, usual):
        return {"value": value, "low": value, "high": value}
    found = stats.bootstrap(
        (error, usual),
        statistic,
        paired=True,
        vectorized=True,
        n_resamples=RESAMPLES,
        confidence_level=SURE,
        method="percentile",
        rng=np.random.default_rng(SEED),
    )
    low, high = found.confidence_interval
    return {"value": value, "low": float(low), "high": float(high)}


def _rms(error: Array, axis: int = -1) -> Array:
    return np.sqrt((error**2).mean(axis=axis))


def _sd(error: Array, axis: int = -1) -> Array:
    return error.std(axis=axis, ddof=1)


def choose(models: Mapping[PoseModel, Any]) -> PoseModel:
    """Return the model that should be the default.

    Another model than `DEFAULT` is chosen only if tilt and arch both support it: in the RMSE as the package measures,
    or in the SD without the mask correction. A slower model has to err less beyond chance; a faster one may err at
    most `MARGIN` times as much. Of several, the most accurate is chosen.
    """
    better: list[tuple[float, PoseModel]] = []
    for name in MODELS:
        if name != DEFAULT and any(_holds(models[name], way) for way in WAYS):
            better.append((models[name]["errors"]["learnt"][PRIMARY_MEASURES[0]]["rmse"], name))
    return min(better)[1] if better else DEFAULT


def _holds(model: dict[str, Any], way: str) -> bool:
    ratios = [model["errors"][way][m]["rmse_ratio" if way == "learnt" else "sd_ratio"] for m in PRIMARY_MEASURES]
    limit = MARGIN if _is_faster(model) else 1.0
    return all(ratio is not None and ratio["high"] < limit for ratio in ratios)


def _is_faster(model: dict[str, Any]) -> bool:
    return bool(model["cpu_ratio"] is not None and model["cpu_ratio"] < 1.0)


def conclusion(figures: dict[str, Any]) -> str:
    """Say in two sentences what follows for the default."""
    default, models = figures["default"], figures["models"]
    stays = "should stay the default" if default == DEFAULT else f"should replace `{DEFAULT}` as the default"
    lite, heavy = (_reason(n, models[n], taken=n == default) for n in MODELS if n != DEFAULT)
    words = f"**`{default}` {stays}.** {lite}; {heavy}."
    return textwrap.fill(words, WIDTH, break_on_hyphens=False)


def _reason(name: str, model: dict[str, Any], *, taken: bool) -> str:
    took = f"`{name}` takes {number(model['cpu_ratio'], 1)} times the processor time of `{DEFAULT}`"
    shown = "has been shown" if taken else "has not been shown"
    if _is_faster(model):
        return f"{took} and {shown} to err at most {percent(MARGIN - 1)} more in both tilt and arch"
    return f"{took} and {shown} to err less in both"


def document(figures: dict[str, Any]) -> str:
    """Return the page on pose models, as Markdown."""
    return render(
        "pose-models",
        {"with_interval": _with_interval},
        conclusion=conclusion(figures),
        people=len(figures["people"]),
        compared=figures["compared"],
        tables=", ".join(f"`{one[:12]}`" for one in figures["learnt"]),
        models=figures["models"],
        default=DEFAULT,
        sure=percent(SURE),
        more=percent(MARGIN - 1),
        margin=number(MARGIN),
        JUDGED=JUDGED,
        NAMES=NAMES,
        UNITS=UNITS,
    )


def _with_interval(ratio: dict[str, float] | None) -> str:
    if ratio is None:
        return number(None)
    return f"{number(ratio['value'])} ({number(ratio['low'])} to {number(ratio['high'])})"


def write(results: Sequence[Result], docs: Path = DOCS) -> None:
    """Write the page on pose models and its figures."""
    figures = summarise(results)
    write_page(docs, "pose-models", document(figures), rounded(figures))
