"""One person of the population, analysed by the package and by the competing methods."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from posture.analysis.examination import Examination
from posture.analysis.observations import track_people
from posture.analysis.pipeline import examine_observations
from posture.back.course import drift_test
from posture.back.phase_curves import at_phase, mean_between
from posture.gait.events import find_stances, mean_path
from posture.gait.runner_choice import TrackedPerson
from posture.pose.landmarks import HIPS, KNEES
from posture.quality.recording import Recording, is_side_view
from posture.records.analysis import Analysis
from posture.types import PRIMARY_MEASURES, Array
from validation.accuracy.methods import direct_geometry, landmark_features
from validation.population.replay import halves, observations_of, stride_count, true_measures
from validation.population.store import FilmedPerson, Half, Take

# Number of phases searched for the peak of the thigh's path.
SEARCH = 500
# The drift test needs a spread within each third.
DRIFT_STRIDES = 6
# Degrees of both joint angles, pelvis and lumbar spine: at least (hollow), at most (neutral).
HOLLOW_DEG, NEUTRAL_DEG = 10.0, 4.0


@dataclass(frozen=True)
class MethodInputs:
    """Inputs of the competing methods, from a take with a side view of a person.

    Attributes
    ----------
    direct : shape (len(MEASURES),), or None
        Measures by direct geometry.
    features : shape (M,)
        Landmarks alone.
    """

    direct: Array | None
    features: Array


@dataclass(frozen=True)
class ExaminedPerson:
    """One person with all analyses and the truth.

    Attributes
    ----------
    half : {"calibration", "test"}
    loose
        0 is a tight shirt.
    strides
        Length of the run's clip in true strides.
    filming
        Filming parameters by take.
    truth
        True measures by take and name; ``run`` is valid for ``run2`` too.
    joint_deg
        True mean angles of pelvis and lumbar spine in the run.
    analyses
        ``run``, ``stand``, ``run2`` alone; ``own``: the run with the stand as baseline; ``first`` and ``second``: its
        halves. For the calibration half ``run``, ``stand`` and ``own`` only.
    inputs
        Inputs of the competing methods by take; None without a side view.
    course
        Curves, sides and drift of the run with their truth, see `_course`.
    """

    number: int
    half: Half
    loose: float
    strides: float
    filming: dict[str, dict[str, Any]]
    truth: dict[str, dict[str, float]]
    joint_deg: tuple[float, float]
    analyses: dict[str, Analysis]
    inputs: dict[str, MethodInputs | None]
    course: dict[str, Any]

    @property
    def kind(self) -> str:
        """Return ``hollow``, ``neutral`` or ``between``, by the true joint angles."""
        return kind_of(self.joint_deg)


def kind_of(joint_deg: Sequence[float]) -> str:
    """Return ``hollow``, ``neutral`` or ``between``, by the true mean angles of pelvis and lumbar spine, degrees."""
    if min(joint_deg) >= HOLLOW_DEG:
        return "hollow"
    return "neutral" if max(joint_deg) <= NEUTRAL_DEG else "between"


def examine_person(person: FilmedPerson) -> ExaminedPerson:
    """Analyse all takes of a person; in the calibration half only what a verdict is fitted to."""
    run, is_test = person.takes["run"], person.half == "test"
    examinations = {
        name: examine_observations(observations_of(person, take))
        for name, take in person.takes.items()
        if is_test or name in ("run", "stand")
    }
    stand = examinations["stand"].analysis
    examinations["own"] = examine_observations(observations_of(person, run), baseline=stand)
    if is_test:
        for half in halves(run):
            examinations[half.name] = examine_observations(observations_of(person, half))
    return ExaminedPerson(
        number=person.number,
        half=person.half,
        loose=person.loose,
        strides=stride_count(run),
        filming={name: take.filming for name, take in person.takes.items()},
        truth={name: true_measures(person.takes[name]) for name in ("run", "stand")},
        joint_deg=run.truth.joint_deg,
        analyses={name: one.analysis for name, one in examinations.items()},
        inputs={name: _method_inputs(person, take) for name, take in person.takes.items()},
        course=_course(examinations["run"], run) if is_test else {},
    )


def _method_inputs(person: FilmedPerson, take: Take) -> MethodInputs | None:
    watched = observations_of(person, take)
    people = track_people(watched)
    if not people:
        return None
    runner = max(people, key=lambda m: m.score)
    view = Recording(
        frames_read=take.frames_read,
        detected_share=1.0,
        yaw_deg=runner.view.yaw_deg,
        facing_share=runner.view.facing_share,
    )
    if not is_side_view(view) or (take.name != "stand" and not len(runner.strides)):
        return None
    return MethodInputs(direct_geometry(runner, watched.edges_of(runner).astype(np.float64)), landmark_features(runner))


def _course(examination: Examination, take: Take) -> dict[str, Any]:
    """Pair the run's curves over the stride, its side differences and its drift with the truth.

    Phases are aligned without the back: the truth's phase 0 is the peak flexion of the right hip, which the peak of the
    right thigh in the landmarks gives in the clip. A clip that faces left is a mirrored picture: the left thigh.

    Returns
    -------
    dict
        ``curves``: by measure, measured and true distance from the stride's mean at the course's phases;
        ``sides``: by measure, (measured, low, high, true) of left minus right stance and whether it was called real;
        ``drift``: by measure, the p-value over all strides of the clip; there is no true drift.
    """
    course, runner = examination.analysis.course, examination.runner
    if course is None or runner is None or not examination.analysis.quality.measurable:
        return {}
    zero = truth_zero(runner, take)
    stances = find_stances(runner.legs, runner.strides)
    curves: dict[str, Any] = {}
    sides: dict[str, Any] = {}
    drift: dict[str, float] = {}
    for name in PRIMARY_MEASURES:
        curve, side = course.curves[name], course.sides[name]
        over = take.truth.over_phase[name]
        if zero is not None and curve is not None:
            measured = np.array(curve.value)
            true = at_phase(over, np.array(course.phases) - zero)
            half = (np.array(curve.high) - np.array(curve.low)) / 2
            curves[name] = (measured - measured.mean(), true - true.mean(), half)
        if zero is not None and side is not None and stances is not None:
            left, right = (
                float(mean_between(over, s.foot_strike - zero, s.toe_off - zero))
                for s in sorted(stances, key=lambda s: s.side)
            )
            sides[name] = (side.difference, *side.ci90, left - right, side.real)
        values = [s.measures[name] for s in examination.analysis.gait.strides if s.measures]
        own = np.array([value for value in values if value is not None])
        if len(own) >= DRIFT_STRIDES:
            drift[name] = drift_test(own).p_value
    return {"curves": curves, "sides": sides, "drift": drift}


def truth_zero(runner: TrackedPerson, take: Take) -> float | None:
    """Return the clip's stride phase where the truth's phase is 0; None when too few phases were seen."""
    side = 0 if take.filming["facing"] == "left" else 1
    along = runner.landmarks[:, KNEES[side]] - runner.landmarks[:, HIPS[side]]
    sign = 1.0 if runner.view.facing == "right" else -1.0
    thigh = np.degrees(np.arctan2(sign * along[:, 0], along[:, 1]))
    inside = runner.strides.frame_stride >= 0
    phases = np.arange(SEARCH) / SEARCH
    path = mean_path(thigh[inside], runner.strides.frame_phase[inside], phases)
    return None if path is None else float(phases[path.argmax()])
