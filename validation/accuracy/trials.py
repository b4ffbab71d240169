"""Clips of the calibration half measured with every gate off, whole and in parts: what the limits are decided on."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from posture.back.error_model import ERROR_FILE, load_error_model
from posture.gait.subject import TrackedPerson
from posture.pose.models import models_folder
from posture.pose.trunk_frame import body_height_px, inside_picture
from posture.thresholds import GATES
from validation.accuracy.statistics import MEASURES
from validation.population.replay import back_without_gates, frame_numbers, tracked_person, true_measures
from validation.population.store import FilmedPerson, Take

Part = Literal["whole", "strides", "frames"]

JUDGED = MEASURES[:3]
# Strides that are tried, and every how manieth frame of clips with this rate.
STRIDES, EVERY, RATE = (1, 2, 3, 4, 5), (2, 3, 4), 30
# Fewer frames with somebody in them hold no stride.
MIN_FRAMES = 8
# Gates that are not in the table of thresholds.
ODD, ACTIVITY = "odd_outline", "activity"


@dataclass(frozen=True)
class Trial:
    """One clip, or a part of it, measured.

    Attributes
    ----------
    part : {"whole", "strides", "frames"}
        The whole clip; its first strides only; every n-th frame only.
    part_of
        How many strides, every how manieth frame; 0 of a whole clip.
    loose
        Whether the shirt bridges the hollow.
    known
        What the package knows of the clip, or the truth of it (names beginning with ``true``).
    way
        Of filming.
    refused
        Names of the gates that refuse it.
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
    found = []
    for name in ("run", "run2"):
        take = person.takes.get(name)
        if take is None or len(take.time_s) < MIN_FRAMES:
            continue
        mover = tracked_person(take)
        found.append(_trial(person, take, mover, "whole", 0))
        if len(mover.strides) >= max(STRIDES):
            found += [_trial(person, take, _first(mover, count), "strides", count) for count in STRIDES]
        if take.filming["fps"] == RATE:
            for step in EVERY:
                thin = thinned(take, step)
                if len(thin.time_s) >= MIN_FRAMES:
                    found.append(_trial(person, thin, tracked_person(thin), "frames", step))
    return [trial for trial in found if trial is not None]


def thinned(take: Take, step: int) -> Take:
    """Return a take of which only every ``step``-th frame was filmed."""
    numbers = frame_numbers(take)
    kept = numbers % step == 0
    return replace(
        take,
        frames_read=-(-take.frames_read // step),
        filming={**take.filming, "fps": take.filming["fps"] / step},
        time_s=take.time_s[kept],
        landmarks=take.landmarks[kept],
        edges=take.edges[kept],
    )


def _first(mover: TrackedPerson, count: int) -> TrackedPerson:
    return replace(mover, strides=mover.strides.between(0, count))


def _trial(person: FilmedPerson, take: Take, mover: TrackedPerson, part: Part, part_of: int) -> Trial | None:
    if not len(mover.strides):
        return None
    back = back_without_gates(mover, take)
    if back is None:
        return None
    true, measured = true_measures(take), back.measured.measures
    # A mirrored picture mirrors the camera's roll too: one that turns the runner forward stays one.
    known = {
        "yaw_deg": abs(mover.view.yaw_deg),
        "facing_share": mover.view.facing_share,
        "body_height_px": body_height_px(mover.landmarks),
        "strides": float(len(mover.strides)),
        "frames": float((mover.strides.frame_stride >= 0).sum()),
        "cut_off_share": 1.0 - inside_picture(mover.landmarks, *take.size),
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
        refused=refusing(known, mover.activity),
        error={name: measured[name].value - true[name] for name in JUDGED},
    )


def refusing(known: dict[str, float], activity: str) -> frozenset[str]:
    """Return the gates that refuse a clip of which this is known; that of the upper back refuses the arch only."""
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
    """Return the oddness of a runner's outline beyond which the package refuses it."""
    return load_error_model(models_folder() / ERROR_FILE).outlier_limit["running"]
