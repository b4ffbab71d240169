"""The error as a function of each factor of a clip, compared with the gates of ``posture/thresholds.py``."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Literal

import numpy as np
from scipy import stats

from posture.thresholds import GATES, REMARKS, thresholds_of
from posture.types import Array
from posture.version import __version__
from validation.accuracy.statistics import rounded, share
from validation.accuracy.trials import EVERY, JUDGED, ODD, RATE, STRIDES, Trial, outlier_limit

# Bound of the error, as a multiple of that of good clips.
LEAVES = 1.5
# Fewest clips to judge; fewer are only shown.
ENOUGH = 8
DRAWS, SEED = 2000, 3
UPPER = "min_upper_free_share"
YAW = (0.0, 5.0, 10.0, 15.0, 20.0, 25.0, 35.0)
ROLL = (0.0, 0.5, 1.0, 2.0, 5.5)
SPLIT = (0.0, 0.1, 0.3, 1.0, 20.0)
FOUND = (0.0, 0.5, 0.8, 0.9, 0.98, 1.01)
# Limits on the oddness to try, as shares of tight shirts that they would refuse.
ODD_SHARES = (0.2, 0.1, 0.05, 0.02, 0.0)
# Acceptable factor of error for a shorter clip.
WORTH = 1.1
# A good clip passes every gate and has the runner in at least this share of frames.
GOOD_FOUND = 0.9

Rows = list[tuple[str, list[Trial]]]


@dataclass(frozen=True)
class Factor:
    """One factor that the error may depend on.

    Attributes
    ----------
    known
        Key of `Trial.known`.
    worse : {"more", "less"} or None
        Direction in which clips get worse; None for categories.
    limit
        Name of its gate or remark.
    rows
        Sorts trials into rows, best first.
    waived
        Gates that are ignored here, to see what lies beyond them.
    """

    title: str
    known: str
    worse: Literal["more", "less"] | None
    limit: str | None
    rows: Callable[[Sequence[Trial]], Rows]
    waived: tuple[str, ...] = ()


def passes(trial: Trial, measure: str, *, waived: Sequence[str] = ()) -> bool:
    """Return whether the package would report a measure of this clip, with some gates ignored."""
    refused = trial.refused - set(waived)
    return not (refused - {UPPER} if measure == "pelvic_tilt_deg" else refused)


def is_good(trial: Trial) -> bool:
    """Return whether the bound is computed from this clip."""
    return trial.part == "whole" and not trial.loose and trial.known["found_share"] >= GOOD_FOUND


def spread(errors: Sequence[float]) -> dict[str, Any]:
    """Return n, RMSE with its 90 % interval (bootstrap over clips), and bias."""
    if not errors:
        return {"n": 0, "rmse": None, "low": None, "high": None, "bias": None}
    error = np.array(errors)
    drawn = np.random.default_rng(SEED).choice(error, size=(DRAWS, len(error)))
    low, high = np.percentile(np.sqrt((drawn**2).mean(axis=1)), (5, 95))
    return {
        "n": len(error),
        "rmse": float(np.sqrt((error**2).mean())),
        "low": float(low),
        "high": float(high),
        "bias": float(error.mean()),
    }


def by_edges(key: str, edges: Sequence[float], *, down: bool = False) -> Callable[[Sequence[Trial]], Rows]:
    """Return a function that sorts whole clips between edges; ``down``: the largest first."""

    def rows(trials: Sequence[Trial]) -> Rows:
        binned: Rows = []
        for low, high in pairwise(edges):
            inside = [one for one in _whole(trials) if low <= abs(one.known[key]) < high]
            binned.append((f"{low:g} to {min(high, 1.0) if high == FOUND[-1] else high:g}", inside))
        return binned[::-1] if down else binned

    return rows


def by_part(key: str, digits: int, *, parts: int = 5, down: bool = False) -> Callable[[Sequence[Trial]], Rows]:
    """Return a function that sorts whole clips into parts of equal size; ``down``: the largest first."""

    def rows(trials: Sequence[Trial]) -> Rows:
        ordered = sorted(_whole(trials), key=lambda one: one.known[key])
        places = [part for part in np.array_split(np.arange(len(ordered)), parts) if len(part)]
        binned = [
            (
                f"{ordered[part[0]].known[key]:.{digits}f} to {ordered[part[-1]].known[key]:.{digits}f}",
                [ordered[i] for i in part],
            )
            for part in places
        ]
        return binned[::-1] if down else binned

    return rows


def by_strides(trials: Sequence[Trial]) -> Rows:
    """Sort clips by the number of first strides used."""
    long = [one for one in _whole(trials) if one.known["strides"] >= max(STRIDES)]
    parts = [one for one in trials if one.part == "strides"]
    rows = [(f"first {k}" if k > 1 else "first one", [one for one in parts if one.part_of == k]) for k in STRIDES]
    return [("all", long), *rows[::-1]]


def by_rate(trials: Sequence[Trial]) -> Rows:
    """Sort the clips of 30 frames a second by the frame rate they were reduced to."""
    thin = [one for one in trials if one.part == "frames"]
    clips = {(one.person, one.take) for one in thin}
    whole = [one for one in _whole(trials) if (one.person, one.take) in clips]
    rows = [(f"{RATE / step:g}", [one for one in thin if one.part_of == step]) for step in EVERY]
    return [(f"{RATE:g}", whole), *rows]


def by_kind(kind: Callable[[Trial], str | None]) -> Callable[[Sequence[Trial]], Rows]:
    """Return a function that sorts whole clips into categories; clips without one are left out."""

    def rows(trials: Sequence[Trial]) -> Rows:
        names = {name: None for one in trials if (name := kind(one)) is not None}
        return [(name, [one for one in _whole(trials) if kind(one) == name]) for name in sorted(names)]

    return rows


def _whole(trials: Sequence[Trial]) -> list[Trial]:
    return [one for one in trials if one.part == "whole"]


def factors(backgrounds: Mapping[int, str]) -> dict[str, Factor]:
    """Return all factors.

    Parameters
    ----------
    backgrounds
        Background by the person's number; may be empty.
    """
    return {
        "yaw": Factor(
            "Turn of the view (estimated), degrees",
            "yaw_deg",
            "more",
            "max_yaw_deg",
            by_edges("yaw_deg", YAW),
            ("max_yaw_deg",),
        ),
        "height": Factor(
            "Body height, pixels",
            "body_height_px",
            "less",
            "min_body_height_px",
            by_part("body_height_px", 0, down=True),
            ("min_body_height_px",),
        ),
        "strides": Factor("Strides used", "strides", "less", "min_strides", by_strides, ("min_strides",)),
        "rate": Factor("Frames a second", "fps", "less", "low_frame_rate", by_rate),
        "free": Factor(
            "Share of the back free of arms",
            "arm_free_share",
            "less",
            "min_arm_free_share",
            by_part("arm_free_share", 2, down=True),
            ("min_arm_free_share",),
        ),
        "upper": Factor(
            "Share of the upper back free of arms",
            "upper_free_share",
            "less",
            UPPER,
            by_part("upper_free_share", 2, down=True),
            (UPPER,),
        ),
        "roll": Factor(
            "Roll of the camera (true), degrees",
            "true_roll_deg",
            "more",
            None,
            by_edges("true_roll_deg", ROLL),
        ),
        "odd": Factor(
            "Oddness of the outline, tight shirts",
            "oddness",
            "more",
            ODD,
            by_part("oddness", 1, parts=10),
            (ODD,),
        ),
        "split": Factor(
            "Two readings of the edges, SD apart",
            "split",
            "more",
            "max_split",
            by_edges("split", SPLIT),
            ("max_split",),
        ),
        "found": Factor(
            "Share of frames with the runner found",
            "found_share",
            "less",
            "rarely_seen_share",
            by_edges("found_share", FOUND, down=True),
            ("min_strides",),
        ),
        "way": Factor("Way of filming", "", None, None, by_kind(lambda one: one.way)),
        "background": Factor("Background", "", None, None, by_kind(lambda one: backgrounds.get(one.person))),
    }


def summarise_limits(trials: Sequence[Trial], backgrounds: Mapping[int, str]) -> dict[str, Any]:
    """Return every figure of the page on limits.

    Returns
    -------
    dict
        JSON-ready; see the keys.
    """
    tight = [one for one in trials if not one.loose]
    good = {name: spread([one.error[name] for one in tight if is_good(one) and passes(one, name)]) for name in JUDGED}
    figures: dict[str, Any] = rounded(
        {
            "posture": __version__,
            "people": len({one.person for one in trials}),
            "clips": len(_whole(trials)),
            "leaves": LEAVES,
            "good": good,
            "factors": {key: _of_factor(factor, tight, good) for key, factor in factors(backgrounds).items()},
            "yaw_estimate": _yaw_estimate(tight),
            "roll_slope": _roll_slope(tight),
            "clothing": _clothing(trials),
        }
    )
    return figures


def _of_factor(factor: Factor, tight: Sequence[Trial], good: dict[str, Any]) -> dict[str, Any]:
    rows = []
    for label, chosen in factor.rows(tight):
        if not chosen:
            continue
        values = [abs(one.known[factor.known]) for one in chosen] if factor.known else []
        rows.append(
            {
                "label": label,
                "at": float(np.median(values)) if values else None,
                "clips": len(chosen),
                "frames": float(np.median([one.known["frames"] for one in chosen])),
                **{
                    name: judged(
                        [one.error[name] for one in chosen if passes(one, name, waived=factor.waived)],
                        good[name]["rmse"],
                    )
                    for name in JUDGED
                },
            }
        )
    outside = _beyond(factor, tight)
    beyond = {
        name: judged(
            [one.error[name] for one in outside if passes(one, name, waived=factor.waived)],
            good[name]["rmse"],
        )
        for name in JUDGED
    }
    return {
        "title": factor.title,
        "worse": factor.worse,
        "gate": _gate(factor.limit),
        "rows": rows,
        "beyond_gate": beyond,
    }


def _beyond(factor: Factor, tight: Sequence[Trial]) -> list[Trial]:
    """Return the clips that the gate refuses; for strides, long clips cut one stride short of it."""
    if factor.limit == "min_strides":
        short = GATES.min_strides - 1
        return [one for one in tight if one.part == "strides" and one.part_of == short]
    return [one for one in _whole(tight) if factor.limit in one.refused]


def fewest(rows: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Return the last row before any measure's RMSE exceeds `WORTH` times that of the first row."""
    last = rows[0]
    for row in rows:
        if any(row[name]["n"] == 0 or row[name]["rmse"] > WORTH * rows[0][name]["rmse"] for name in JUDGED):
            break
        last = row
    return last


def judged(errors: Sequence[float], good_rmse: float | None) -> dict[str, Any]:
    """Return `spread`, its multiple of that of good clips, and whether it exceeds the bound: no, yes or surely."""
    figures = spread(errors)
    if figures["n"] == 0 or not good_rmse:
        return {**figures, "times": None, "left": None}
    if figures["n"] < ENOUGH:
        return {**figures, "times": figures["rmse"] / good_rmse, "left": None}
    bound = LEAVES * good_rmse
    left = "surely" if figures["low"] > bound else "yes" if figures["rmse"] > bound else "no"
    return {**figures, "times": figures["rmse"] / good_rmse, "left": left}


def _gate(name: str | None) -> dict[str, Any] | None:
    if name is None:
        return None
    if name == ODD:
        return {"name": name, "value": outlier_limit(), "unit": "", "refuses": True}
    gates = thresholds_of(GATES)
    limit = gates.get(name) or thresholds_of(REMARKS)[name]
    return {"name": name, "value": limit.value, "unit": limit.unit, "refuses": name in gates}


def _yaw_estimate(tight: Sequence[Trial]) -> dict[str, Any]:
    """Return the error of the estimated yaw, and the share of clips truly beyond the gate that pass it."""
    limit = GATES.max_yaw_deg
    whole = _whole(tight)
    return {
        **spread([one.known["yaw_deg"] - one.known["true_yaw_deg"] for one in whole]),
        "truly_beyond": share([one.known["yaw_deg"] <= limit for one in whole if one.known["true_yaw_deg"] > limit]),
    }


def _roll_slope(tight: Sequence[Trial]) -> dict[str, Any]:
    """Return the tilt's change for each degree of roll, in clips that do not reveal the roll."""
    chosen = [one for one in _whole(tight) if one.way != "pass" and passes(one, "pelvic_tilt_deg")]
    x: Array = np.array([one.known["true_roll_deg"] for one in chosen])
    if len(chosen) < ENOUGH or np.ptp(x) == 0:
        return {"n": len(chosen), "slope": None, "error": None}
    line = stats.linregress(x, [one.error["pelvic_tilt_deg"] for one in chosen])
    return {"n": len(chosen), "slope": abs(float(line.slope)), "error": float(line.stderr)}


def _clothing(trials: Sequence[Trial]) -> list[dict[str, Any]]:
    """Return for each limit on the oddness the share refused and the errors of the rest, by tight and loose shirts."""
    whole = [one for one in _whole(trials) if passes(one, "pelvic_tilt_deg", waived=(ODD,))]
    odd = {loose: [one.known["oddness"] for one in whole if one.loose == loose] for loose in (False, True)}
    if not odd[False] or not odd[True]:
        return []
    quantiles = {float(np.quantile(odd[False], 1 - refused)) for refused in ODD_SHARES}
    limits = {one for one in quantiles if round(one, 1) != round(outlier_limit(), 1)} | {outlier_limit()}
    rows = []
    for limit in sorted(limits):
        passing = [one for one in whole if one.known["oddness"] <= limit]
        row: dict[str, Any] = {"limit": limit, "now": limit == outlier_limit()}
        for words, loose in (("tight", False), ("loose", True)):
            row[words] = {
                "refused": share([value > limit for value in odd[loose]]),
                **{
                    name: spread(
                        [one.error[name] for one in passing if one.loose == loose and passes(one, name, waived=(ODD,))]
                    )
                    for name in JUDGED
                },
            }
        rows.append(row)
    return rows
