"""What the package says of one clip with a nuisance, held against the truth."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from posture.analysis.examination import Examination
from posture.analysis.pipeline import examine_observations
from posture.pose.landmarks import HIPS, midpoint
from posture.records.analysis import Analysis, Measure
from posture.types import PRIMARY_MEASURES
from validation.accuracy.people import kind_of
from validation.nuisances.store import NuisanceClip

Outcome = Literal["refused_rightly", "refused_otherwise", "inside", "outside_said", "outside"]
OUTCOMES: tuple[Outcome, ...] = ("refused_rightly", "refused_otherwise", "inside", "outside_said", "outside")

# Its text names both bars and shade.
_EITHER = frozenset({"bars_or_shade"})
_IN_FRONT = frozenset({"something_in_front"}) | _EITHER
_SHADE = frozenset({"hard_shade"}) | _EITHER
# The messages of both name loose clothes and packs.
_LOOSE = frozenset({"loose_clothing", "loose_clothing_possible"})
_PACK = _LOOSE | {"worn_on_back"}
_PEOPLE = frozenset({"several_runners", "others_seen", "overlapped", "overlapped_at_times"})
_CUTS = frozenset({"cuts"}) | _PEOPLE
CAUSES: Mapping[str, frozenset[str]] = {
    "treadmill_rail": _IN_FRONT,
    "post": _IN_FRONT,
    "fence": _IN_FRONT,
    "waist_pack": _LOOSE,
    "backpack": _PACK,
    "running_vest": _PACK,
    "loose_shirt": _LOOSE,
    "hood": _LOOSE | {"worn_on_back"},
    "long_hair": frozenset({"worn_on_back"}),
    "shade_stripes": _SHADE,
    "half_shade": _SHADE,
    "dark": frozenset({"dark", "no_person"}),
    "back_light": frozenset({"back_light", "dark", "no_person"}),
    "passer_by": _PEOPLE,
    "overtaker": _PEOPLE,
    "cut_persons": _CUTS,
    "cut_same": _CUTS,
    "camera_pitch": frozenset({"camera_pitch"}),
    "slow_roll": frozenset({"camera_turns"}),
    "posture_change": frozenset({"posture_changes", "unsteady_strides"}),
    "slow_jog": frozenset({"gait_unclear"}),
    "walking": frozenset({"walking", "gait_unclear"}),
    "fast2": frozenset({"too_fast"}),
    "slow": frozenset({"slow_motion", "slow_motion_stated"}),
    "small": frozenset({"too_small", "small"}),
    "few_strides": frozenset({"too_few_strides", "few_strides"}),
}
"""Codes of issues and conditions that name the nuisance of a kind; none for clean clips."""


@dataclass(frozen=True)
class NuisanceOutcome:
    """The answer for one clip.

    Attributes
    ----------
    said
        Codes of all issues and conditions.
    errors
        Measured minus true of each primary measure that was reported, in each part of the clip.
    runner
        ``hollow``, ``neutral`` or ``between`` by the drawn joint angles of the only person; None with several.
    probability
        Of a hollow back; None without one.
    wrong_verdict
        Whether both true values lie above the limits of a runner called not hollow, or below those of one called
        hollow, and nothing names the nuisance.
    """

    number: int
    kind: str
    half: str
    outcome: Outcome
    said: tuple[str, ...]
    label: str
    errors: tuple[Mapping[str, float], ...]
    wrong_verdict: bool
    runner: str | None = None
    probability: float | None = None


def examine_clip(clip: NuisanceClip) -> NuisanceOutcome:
    """Analyse a stored clip and judge the answer."""
    return outcome_of(examine_observations(clip.observations), clip.about)


def outcome_of(examination: Examination, about: Mapping[str, Any]) -> NuisanceOutcome:
    """Judge the analysis of a clip.

    Parameters
    ----------
    about
        What was drawn and what is true, as `validation.nuisances.record` writes it.
    """
    analysis, kind = examination.analysis, about["kind"]
    blocking = {issue.code for issue in analysis.quality.issues if issue.blocking}
    said = {issue.code for issue in analysis.quality.issues} | {one.code for one in analysis.quality.conditions}
    causes = CAUSES.get(kind, frozenset())
    errors: tuple[Mapping[str, float], ...] = ()
    truths: list[Truth] = []
    outcome: Outcome
    if analysis.verdict.label == "not_measurable":
        outcome = "refused_rightly" if blocking & causes else "refused_otherwise"
    else:
        parts = list(_parts(examination, about))
        truths = [truth for _, truth in parts]
        errors = tuple(_errors(measures, truth) for measures, truth in parts)
        is_inside = all(_is_inside(measures, truth) for measures, truth in parts)
        outcome = "inside" if is_inside else "outside_said" if said & causes else "outside"
    return NuisanceOutcome(
        number=int(about["number"]),
        kind=kind,
        half=about["half"],
        outcome=outcome,
        said=tuple(sorted(said)),
        label=analysis.verdict.label,
        errors=errors,
        wrong_verdict=not said & causes and bool(truths) and _is_wrong(analysis, truths),
        runner=_kind_of_runner(about["people"]),
        probability=analysis.verdict.probability,
    )


def _kind_of_runner(people: Sequence[Mapping[str, Any]]) -> str | None:
    styles = [person["style"] for person in people if "style" in person]
    if len(styles) != 1:
        return None
    return kind_of((styles[0]["pelvis_tilt_deg"], styles[0]["lumbar_extension_deg"]))


Measures = Mapping[str, Measure | None]
Truth = Mapping[str, float]


def _parts(examination: Examination, about: Mapping[str, Any]) -> Iterable[tuple[Measures, Truth]]:
    """Yield the measures of each part that is reported on its own, or of the clip, with their truth."""
    analysis = examination.analysis
    start_s = analysis.source.start_s or 0.0
    strides = [(stride.start_s - start_s, stride.end_s - start_s) for stride in analysis.gait.strides]
    for segment in analysis.segments:
        bounds = (segment.start_s - start_s, segment.end_s - start_s)
        inside = [one for one in strides if bounds[0] <= 0.5 * sum(one) <= bounds[1]]
        yield segment.measures, _truth(examination, about, inside or [bounds])
    if not analysis.segments:
        yield analysis.measures, _truth(examination, about, strides)


def _truth(
    examination: Examination, about: Mapping[str, Any], windows: Sequence[tuple[float, float]]
) -> dict[str, float]:
    """Return the true measures of whoever was measured in the windows, seconds, averaged over them."""
    person = _person(examination, about, windows)
    spans = [span for span in about["spans"] if span["person"] == person]
    weights = [sum(max(0.0, min(b, s["to_s"]) - max(a, s["from_s"])) for a, b in windows) for s in spans]
    if not sum(weights):
        # Passers-by and overtakers have no spans; their posture stays the same.
        return {name: float(about["people"][person]["postures"][0][name]) for name in PRIMARY_MEASURES}
    return {name: float(np.average([s["truth"][name] for s in spans], weights=weights)) for name in PRIMARY_MEASURES}


def _person(examination: Examination, about: Mapping[str, Any], windows: Sequence[tuple[float, float]]) -> int:
    """Return the number of the person whose hips are nearest to the runner's in the windows."""
    people, runner = about["people"], examination.runner
    if len(people) == 1 or runner is None:
        return 0
    used = np.any([(a <= runner.time_s) & (runner.time_s <= b) for a, b in windows], axis=0)
    used = used if np.any(used) else np.ones(len(runner.time_s), dtype=bool)
    hips = midpoint(runner.landmarks, HIPS)[used]
    numbers = np.round(runner.time_s[used] * float(about["fps"])).astype(int)
    return int(np.argmin([_distance(person["hips_px"], numbers, hips) for person in people]))


def _distance(places: Sequence[Sequence[float] | None], numbers: np.ndarray, hips: np.ndarray) -> float:
    """Return the median distance of the runner's hips from a person's, pixels."""
    true = np.array([[np.nan, np.nan] if place is None else place for place in places], dtype=float)
    near = np.hypot(*(hips - true[np.clip(numbers, 0, len(true) - 1)]).T)
    # Where the person is not in the picture, the runner is another one.
    return float(np.median(np.where(np.isnan(near), np.inf, near)))


def _errors(measures: Measures, truth: Truth) -> dict[str, float]:
    return {n: round(m.value - truth[n], 2) for n in PRIMARY_MEASURES if (m := measures.get(n)) is not None}


def _is_inside(measures: Measures, truth: Truth) -> bool:
    reported = [(n, m) for n in PRIMARY_MEASURES if (m := measures.get(n)) is not None]
    return all(m.ci90[0] <= truth[n] <= m.ci90[1] for n, m in reported)


def _is_wrong(analysis: Analysis, truths: Sequence[Truth]) -> bool:
    """Return whether the verdict contradicts the true tilt and arch: on which side of their limits both lie."""
    limits = analysis.verdict.thresholds
    if analysis.verdict.label == "not_hollow_back":
        return all(truth[name] > limits[name] for truth in truths for name in PRIMARY_MEASURES)
    return analysis.verdict.label == "hollow_back" and all(
        truth[name] < limits[name] for truth in truths for name in PRIMARY_MEASURES
    )
