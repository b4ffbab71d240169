"""Clips of the calibration half, whole and in parts, measured with every gate off: the data for the limits."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from posture.back.error_model import ERROR_MODEL
from posture.gait.runner_choice import TrackedPerson
from posture.pose.trunk_frame import body_height_px, inside_picture
from posture.thresholds import GATES
from validation.accuracy.statistics import MEASURES
from validation.population.replay import back_without_gates, frame_numbers, tracked_person, true_measures
from validation.population.store import FilmedPerson, Take

Part = Literal["whole", "strides", "frames"]

JUDGED = MEASURES[:3]
# Numbers of first strides to try; frame steps to try with clips of this rate, frames a second.
STRIDES, EVERY, RATE = (1, 2, 3, 4, 5), (2, 3, 4), 30
# Fewest frames with a person: fewer contain no stride.
MIN_FRAMES = 8
# Names of the gates that are not in the table of thresholds.
ODD, ACTIVITY = "odd_outline", "activity"


@dataclass(frozen=True)
class Trial:
    """Measurement of one clip or a part of it.

    Attributes
    ----------
    part : {"whole", "strides", "frames"}
        The whole clip; its first strides only; every n-th frame only.
    part_of
        Number of strides, or the frame step; 0 for a whole clip.
    loose
        Whether the shirt bridges the hollow.
    known
        Properties of the clip as the package knows them, or their truth (names beginning with ``true``).
    way
        Treadmill, pan or pass.
    refused
        Names of the gates that refuse the clip.
    error
        Measured minus true.
    """

    person: int
    take: str
    part: Part
    part_of: int
    loose: bool
    known: dict[str, float]
    way: str
    refused: frozenset[str]
    error: dict[str, float]


def trials_of(person: FilmedPerson) -> list[Trial]:
    """Measure a person's runs whole, by their first strides, and with fewer frames."""
    trials = []
    for name in ("run", "run2"):
        take = person.takes.get(name)
        if take is None or len(take.time_s) < MIN_FRAMES:
            continue
        runner = tracked_person(take)
        trials.append(_trial(person, take, runner, "whole", 0))
        if len(runner.strides) >= max(STRIDES):
            trials += [_trial(person, take, _first(runner, count), "strides", count) for count in STRIDES]
        if take.filming["fps"] == RATE:
            for step in EVERY:
                thin = thinned(take, step)
                if len(thin.time_s) >= MIN_FRAMES:
                    trials.append(_trial(person, thin, tracked_person(thin), "frames", step))
    return [trial for trial in trials if trial is not None]


def thinned(take: Take, step: int) -> Take:
    """Return a take with only every ``step``-th frame."""
    numbers = frame_numbers(take)
    is_used = numbers % step == 0
    return replace(
        take,
        frames_read=-(-take.frames_read // step),
        filming={**take.filming, "fps": take.filming["fps"] / step},
        time_s=take.time_s[is_used],
        landmarks=take.landmarks[is_used],
        edges=take.edges[is_used],
    )


def _first(runner: TrackedPerson, count: int) -> TrackedPerson:
    return replace(runner, strides=runner.strides.between(0, count))


def _trial(person: FilmedPerson, take: Take, runner: TrackedPerson, part: Part, part_of: int) -> Trial | None:
    if not len(runner.strides):
        return None
    back = back_without_gates(runner, take)
    if back is None:
        return None
    true, measured = true_measures(take), back.measured.measures
    # A mirrored picture mirrors the roll too: a roll that turns the runner forward still does.
    known = {
        "yaw_deg": abs(runner.view.yaw_deg),
        "facing_share": runner.view.facing_share,
        "body_height_px": body_height_px(runner.landmarks),
        "strides": runner.strides.in_all,
        "frames": float((runner.strides.frame_stride >= 0).sum()),
        "cut_off_share": 1.0 - inside_picture(runner.landmarks, *take.size),
        "arm_free_share": back.unoccluded_share,
        "upper_free_share": back.upper_unoccluded_share,
        "oddness": back.mahalanobis_sq,
        "split": back.ambiguity_sd,
        "found_share": len(take.time_s) / take.frames_read,
        "fps": float(take.filming["fps"]),
        "true_yaw_deg": abs(float(take.filming["yaw_deg"])),
        "true_roll_deg": float(take.filming["roll_deg"]),
    }
    return Trial(
        person=person.number,
        take=take.name,
        part=part,
        part_of=part_of,
        loose=person.loose > 0,
        known=known,
        way=take.filming["way"],
        refused=refusing(known, runner.activity),
        error={name: measured[name].value - true[name] for name in JUDGED},
    )


def refusing(known: dict[str, float], activity: str) -> frozenset[str]:
    """Return the gates that refuse a clip with these properties; the gate of the upper back refuses only the arch."""
    gates = {
        "max_yaw_deg": known["yaw_deg"] > GATES.max_yaw_deg,
        "min_facing_share": known["facing_share"] < GATES.min_facing_share,
        "min_strides": known["strides"] < GATES.min_strides,
        "min_body_height_px": known["body_height_px"] < GATES.min_body_height_px,
        "max_cut_off_share": known["cut_off_share"] > GATES.max_cut_off_share,
        "min_arm_free_share": known["arm_free_share"] < GATES.min_arm_free_share,
        "min_upper_free_share": known["upper_free_share"] < GATES.min_upper_free_share,
        "max_split": known["split"] > GATES.max_split,
        ODD: known["oddness"] > outlier_limit(),
        ACTIVITY: activity != "running",
    }
    return frozenset(name for name, refuses in gates.items() if refuses)


def outlier_limit() -> float:
    """Return the squared Mahalanobis distance beyond which the package refuses a runner's outline."""
    return ERROR_MODEL.load().outlier_limit["running"]
