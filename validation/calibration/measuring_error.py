"""Fit models/measuring_error.json, the systematic error of each measure: ``make calibration``.

Reads the calibration half of validation/population; nothing is rendered. Each clip is measured as the package does it.
The standard deviation of the error is a base times factors of the circumstances, fitted by maximum likelihood with a
ridge on the exponents, and scaled so that nine in ten clips lie within 1.645 of it (split conformal).
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from scipy.optimize import minimize

from posture.back.error_model import CENTRE, Circumstances, ErrorModel, Setting
from posture.back.measure import BackResult
from posture.calibration import calibration
from posture.gait.runner_choice import TrackedPerson
from posture.outline.shape_model import Gaussian
from posture.pose.trunk_frame import body_height_px
from posture.thresholds import GATES, Z90
from posture.types import PRIMARY_MEASURES, Array
from validation.calibration.course import COVERAGE, MIN_STRIDES, Waves, course_of, waves_of
from validation.population.replay import back_without_gates, tracked_person, true_measures
from validation.population.store import FilmedPerson, Take, load

TARGET = Path(__file__).resolve().parents[2] / "models" / "measuring_error.json"
SETTINGS: tuple[Setting, ...] = ("running", "running_own", "standing")
MEASURES = (
    "pelvic_tilt_deg",
    "thoracolumbar_deg",
    "lumbar_arch_deg",
    "lumbar_arch_index",
    "trunk_lean_deg",
    "pelvic_tilt_range_deg",
)
TERMS = tuple(CENTRE)
# Measures with a bias correction; the range over the stride is too rough for one.
UNBIASED = ("pelvic_tilt_deg", "thoracolumbar_deg", "lumbar_arch_deg", "lumbar_arch_index")
# Prior standard deviation of the exponents around zero, so that few clips do not produce extreme ones.
EXPONENT_SD = 0.3
# Errors are capped at this many standard deviations when the exponents are fitted.
ROBUST = 3.0
# Share of tight clips refused as loose. All six runners (four in loose shirts) whose outlines are a little below this
# limit lie within their intervals; of seven beyond it two to five do not.
FALSE_LOOSE = 0.01
MIN_SEEN = 0.5
# Degrees of both joint angles, pelvis and lumbar spine: at most (neutral), at least (hollow).
NEUTRAL_DEG, HOLLOW_DEG = 4.0, 10.0
# The limit of the verdict is this percentile of the neutral calibration runners' measured values.
PERCENTILE = 95


@dataclass(frozen=True)
class Answer:
    """Measures of one clip with their errors.

    Attributes
    ----------
    joint_deg
        True mean joint angles of pelvis and lumbar spine.
    value, error
        Measured value; measured minus true.
    stride_part
        Standard error from the spread between strides.
    """

    person: int
    take: str
    setting: Setting
    tight: bool
    joint_deg: tuple[float, float]
    value: dict[str, float]
    error: dict[str, float]
    stride_part: dict[str, float]
    circumstances: Circumstances
    waves: dict[str, Waves] | None = None


Table = Mapping[str, Mapping[str, Mapping[str, float]]]
"""Base, bias and exponents by setting and measure."""


def answers_of(person: FilmedPerson) -> list[Answer]:
    """Measure all takes of a person that the package would measure."""
    answers: list[Answer] = []
    standing: Gaussian | None = None
    for name in ("stand", "run", "run2"):
        take = person.takes.get(name)
        if take is None or len(take.time_s) < max(MIN_SEEN * take.frames_read, 5):
            continue
        runner = tracked_person(take)
        if abs(runner.view.yaw_deg) > GATES.max_yaw_deg or not _shows_expected_activity(runner, name):
            continue
        back = back_without_gates(runner, take)
        if back is None or not _is_unambiguous(back):
            continue
        answers.append(_answer(person, take, runner, back, "standing" if name == "stand" else "running"))
        if name == "stand":
            standing = back.shape
        elif standing is not None:
            own = back_without_gates(runner, take, standing=standing)
            if own is not None and _is_unambiguous(own):
                answers.append(_answer(person, take, runner, own, "running_own"))
    return answers


def _is_unambiguous(back: BackResult) -> bool:
    """Return whether enough of the back is visible and its reading is unambiguous."""
    return back.unoccluded_share >= GATES.min_arm_free_share and back.ambiguity_sd <= GATES.max_split


def _shows_expected_activity(runner: TrackedPerson, name: str) -> bool:
    if name == "stand":
        return runner.activity == "standing"
    return runner.activity == "running" and len(runner.strides) >= MIN_STRIDES


def _answer(person: FilmedPerson, take: Take, runner: TrackedPerson, back: BackResult, setting: Setting) -> Answer:
    true = true_measures(take)
    measures = back.measured.measures
    # The interval was made with the plain systematic errors; without them, the strides' part remains.
    part = {
        n: ((measures[n].high - measures[n].value) / Z90) ** 2 - calibration().systematic_sd[n] ** 2 for n in MEASURES
    }
    waves = waves_of(take, runner, back) if setting == "running" and take.name == "run" else None
    return Answer(
        person=person.number,
        take=take.name,
        setting=setting,
        tight=person.loose == 0,
        joint_deg=take.truth.joint_deg,
        value={n: measures[n].value for n in MEASURES},
        error={n: measures[n].value - true[n] for n in MEASURES},
        stride_part={n: math.sqrt(max(p, 0.0)) for n, p in part.items()},
        circumstances=Circumstances(
            runner.view.yaw_deg,
            back.mahalanobis_sq,
            back.upper_unoccluded_share,
            body_height_px(runner.landmarks),
        ),
        waves=waves,
    )


def fit(error: Array, stride_part: Array, terms: Array) -> tuple[float, Array]:
    """Fit the standard deviation of errors.

    Parameters
    ----------
    error, stride_part : shape (N,)
    terms : shape (N, M)
        Centred.

    Returns
    -------
    base : float
        Conformal: nine in ten errors lie within 1.645 of the whole standard deviation.
    exponents : array, shape (M,)
    """

    def cost(x: Array) -> float:
        variance = np.exp(2 * (x[0] + terms @ x[1:])) + stride_part**2
        ratio = np.minimum(error**2 / variance, ROBUST**2)
        return float(0.5 * (np.log(variance) + ratio).sum() + 0.5 * ((x[1:] / EXPONENT_SD) ** 2).sum())

    start = np.r_[np.log(np.median(np.abs(error)) * 1.48), np.zeros(terms.shape[1])]
    # A turned view, an unusual outline, a hidden or small back cannot make a measure surer.
    bounds = [(None, None)] + [(0.0, None)] * terms.shape[1]
    optimum = minimize(cost, start, method="L-BFGS-B", bounds=bounds)
    exponents = optimum.x[1:]
    factor = np.exp(terms @ exponents)
    # The smallest base that puts enough errors inside; (n + 1) makes it valid for the next clip.
    needed = np.sqrt(np.maximum((error / Z90) ** 2 - stride_part**2, 0.0)) / factor
    rank = min(math.ceil(COVERAGE * (len(error) + 1)), len(error)) - 1
    return max(float(np.sort(needed)[rank]), 1e-3), exponents


def _moving(setting: Setting) -> tuple[str, ...]:
    """Return the measures of a setting: a standing person has no range over the stride."""
    return tuple(n for n in MEASURES if setting != "standing" or n != "pelvic_tilt_range_deg")


def _table(answers: Sequence[Answer]) -> dict[str, dict[str, float]]:
    terms = np.array([[a.circumstances.terms()[t] for t in TERMS] for a in answers])
    rows = {}
    for name in _moving(answers[0].setting):
        error = np.array([a.error[name] for a in answers])
        # The bias is that of tight clothes.
        bias = round(float(np.mean([a.error[name] for a in answers if a.tight])), 2) if name in UNBIASED else 0.0
        error = error - bias
        part = np.array([a.stride_part[name] for a in answers])
        base, exponents = fit(error, part, terms)
        rows[name] = {
            "bias": bias,
            "base": round(base, 3),
            **{t: round(float(x), 3) for t, x in zip(TERMS, exponents, strict=True)},
        }
    return rows


def _pairs(answers: Sequence[Answer], limit: Mapping[str, float], kind: str) -> list[tuple[Answer, Answer]]:
    """Return pairs of clips of one person: standing and running, or one run by two cameras."""
    before, after = ("stand", "running_own") if kind == "standing" else ("run", "running")
    outliers = {
        a.person
        for a in answers
        if a.circumstances.mahalanobis_sq > limit["standing" if a.take == "stand" else "running"]
    }
    first = {a.person: a for a in answers if a.take == before and a.setting in ("standing", "running")}
    return [
        (first[a.person], a)
        for a in answers
        if a.setting == after and a.person in first and a.take != before and a.person not in outliers
        if kind == "running" or a.take == "run"
    ]


def _change_shares(pairs: Sequence[tuple[Answer, Answer]], sd: Table) -> dict[str, float]:
    """Return the share of two clips' systematic errors that remains in their difference (conformal)."""
    model = ErrorModel(sd, {})
    shares = {}
    for name in _moving(pairs[0][0].setting):
        needed = []
        for before, after in pairs:
            shared = math.hypot(*(model.systematic(a.setting, a.circumstances)[name] for a in (before, after)))
            rest = before.stride_part[name] ** 2 + after.stride_part[name] ** 2
            error = _corrected(after, sd, name, after.error) - _corrected(before, sd, name, before.error)
            needed.append(math.sqrt(max((error / Z90) ** 2 - rest, 0.0)) / shared)
        rank = min(math.ceil(COVERAGE * (len(needed) + 1)), len(needed)) - 1
        shares[name] = round(sorted(needed)[rank], 2)
    return shares


def _corrected(answer: Answer, sd: Table, name: str, numbers: Mapping[str, float]) -> float:
    """Return a measured value, or its error, without the bias."""
    return numbers[name] - sd[answer.setting][name]["bias"]


def _is_neutral(answer: Answer) -> bool:
    return max(answer.joint_deg) <= NEUTRAL_DEG


def _is_hollow(answer: Answer) -> bool:
    return min(answer.joint_deg) >= HOLLOW_DEG


def _is_within(answer: Answer, limit: Mapping[str, float], setting: str) -> bool:
    return answer.setting == setting and answer.tight and answer.circumstances.mahalanobis_sq <= limit[setting]


Judged = tuple[Answer, dict[str, tuple[float, float]]]
"""A clip, with value (or change) and standard deviation of the error of each primary measure."""


def _judged(answers: Sequence[Answer], sd: Table) -> list[Judged]:
    model = ErrorModel(sd, {})
    rows = []
    for answer in answers:
        shared = model.systematic(answer.setting, answer.circumstances)
        rows.append(
            (
                answer,
                {
                    n: (_corrected(answer, sd, n, answer.value), math.hypot(shared[n], answer.stride_part[n]))
                    for n in PRIMARY_MEASURES
                },
            )
        )
    return rows


def _judged_changes(pairs: Sequence[tuple[Answer, Answer]], sd: Table, share: Mapping[str, float]) -> list[Judged]:
    model = ErrorModel(sd, {})
    rows = []
    for before, after in pairs:
        if not after.tight:
            continue
        both = [model.systematic(a.setting, a.circumstances) for a in (before, after)]
        change = {}
        for n in PRIMARY_MEASURES:
            shared = share[n] * math.hypot(*(one[n] for one in both))
            change[n] = (
                _corrected(after, sd, n, after.value) - _corrected(before, sd, n, before.value),
                math.hypot(shared, before.stride_part[n], after.stride_part[n]),
            )
        rows.append((after, change))
    return rows


def _limits(rows: Sequence[Judged]) -> dict[str, float | int]:
    """Return the limits of the verdict, which 19 in 20 neutral runners stay below, with hits and false alarms.

    A clip counts as a hollow back when both measures lie above their limits with their whole intervals.
    """
    neutral = [numbers for answer, numbers in rows if _is_neutral(answer)]
    hollow = [numbers for answer, numbers in rows if _is_hollow(answer)]

    def called(numbers: Mapping[str, tuple[float, float]], limits: Mapping[str, float]) -> bool:
        return all(numbers[n][0] - Z90 * numbers[n][1] > limits[n] for n in PRIMARY_MEASURES)

    limits = {n: float(np.percentile([numbers[n][0] for numbers in neutral], PERCENTILE)) for n in PRIMARY_MEASURES}
    alarms = float(np.mean([called(numbers, limits) for numbers in neutral]))
    return {
        **{n: round(limit, 1) for n, limit in limits.items()},
        "percentile_of_neutral": PERCENTILE,
        "neutral": len(neutral),
        "hollow": len(hollow),
        "false_alarms": round(alarms, 3),
        "hits": round(float(np.mean([called(numbers, limits) for numbers in hollow])), 3),
    }


def main() -> None:
    """Measure the calibration half, fit the errors, write the file."""
    with ProcessPoolExecutor(2) as pool:
        answers = [a for of_person in pool.map(answers_of, load(half="calibration"), chunksize=4) for a in of_person]
    limit = {}
    for setting in ("running", "standing"):
        distances = [a.circumstances.mahalanobis_sq for a in answers if a.setting == setting and a.tight]
        limit[setting] = round(float(np.quantile(distances, 1 - FALSE_LOOSE)), 1)
    course = course_of([a.waves for a in answers if a.waves is not None and _is_within(a, limit, "running")])
    sd: dict[str, dict[str, dict[str, float]]] = {}
    clips: dict[str, int] = {}
    for setting in SETTINGS:
        which = limit["standing" if setting == "standing" else "running"]
        inliers = [a for a in answers if a.setting == setting and a.circumstances.mahalanobis_sq <= which]
        sd[setting], clips[setting] = _table(inliers), len(inliers)
    stored: dict[str, Any] = {
        "what": "Standard deviation of the measures' errors that the strides of a clip share, and their circumstances",
        "made_by": "validation/calibration/measuring_error.py (make calibration)",
        "clips": clips,
        "centre": CENTRE,
        "odd_limit": limit,
        "course": course,
        "sd": sd,
        "change_share": {kind: _change_shares(_pairs(answers, limit, kind), sd) for kind in ("standing", "running")},
    }
    stored["verdict"] = {
        "running": _limits(_judged([a for a in answers if _is_within(a, limit, "running")], sd)),
        "change": _limits(_judged_changes(_pairs(answers, limit, "standing"), sd, stored["change_share"]["standing"])),
    }
    TARGET.write_text(json.dumps(stored, indent=1) + "\n", encoding="utf-8")
    print(f"{TARGET}: {clips} clips; odd beyond {limit}")
    for setting, rows in sd.items():
        for name, row in rows.items():
            print(f"  {setting:12s} {name:22s} {row}")
    for what, values in stored["course"].items():
        print(f"  {what}: {values}")
    print(f"  {stored['verdict']}\n  {stored['change_share']}")


if __name__ == "__main__":
    main()
