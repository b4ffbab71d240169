"""Stored takes replayed through the package: as an observed clip, a tracked person, or a back without gates."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np

from posture.analysis.observations import ClipObservations
from posture.back.measure import BackResult, SceneCorrections, measure_back_of
from posture.back.models import Models
from posture.contour.observation import Observation
from posture.gait.camera_roll import camera_roll_deg
from posture.gait.runner_choice import TrackedPerson, describe
from posture.outline.mask_bias import MASK_ERROR
from posture.outline.shape_model import SHAPE_MODEL, Gaussian
from posture.pose.landmarks import HIPS, SHOULDERS, midpoint
from posture.pose.tracking import Track
from posture.video import ReadSummary, VideoInfo
from validation.population.store import FilmedPerson, Take


def observations_of(person: FilmedPerson, take: Take) -> ClipObservations:
    """Return a take in the form that `posture.analysis.observe` produces.

    Only the chosen person's landmarks are stored. The mask edges were read for the side that the person faces, and are
    used for both sides here.
    """
    rate = float(take.filming["fps"])
    numbers = frame_numbers(take)
    sightings: list[list[Observation]] = [[] for _ in range(take.frames_read)]
    for number, marks, edges in zip(numbers, take.landmarks, take.edges, strict=True):
        both = np.stack([edges, edges]).astype(np.float32)
        sightings[number] = [Observation(landmarks=marks, visibility=np.ones(len(marks)), edges=both)]
    times = np.arange(take.frames_read) / rate
    width, height = take.size
    info = VideoInfo(
        path=Path(f"{person.number:04d}-{take.name}.mp4"),
        width=width,
        height=height,
        source_width=width,
        source_height=height,
        fps=rate,
        duration_s=take.frames_read / rate,
        frames_promised=take.frames_read,
        rotation_deg=0,
        mirrored=False,
        pixel_aspect=1.0,
        codec="h264",
        container="mp4",
        bit_depth=8,
        hdr=False,
    )
    summary = ReadSummary(
        frames_read=take.frames_read,
        frames_promised=take.frames_read,
        frames_hidden=0,
        frames_damaged=0,
        frames_lost=0,
        first_time_s=float(times[0]),
        end_time_s=float(times[-1] + 1 / rate),
        complete=True,
        damage=None,
        remark=None,
    )
    return ClipObservations(info, summary, times, sightings)


def stand_then_run(person: FilmedPerson, *, stand_s: float = 3.0) -> ClipObservations | None:
    """Return the person's standing clip and their run as one clip; None where they were not filmed by one fixed camera.

    Stored stands are shorter than ``stand_s``: they are played there and back. The person changes from one movement to
    the other at once.
    """
    stand, run = person.takes["stand"], person.takes["run"]
    same = ("elevation_deg", "roll_deg", "distance_m", "body_share", "facing", "width", "height", "crf")
    if run.filming["way"] != "treadmill" or any(stand.filming[name] != run.filming[name] for name in same):
        return None
    first, second = observations_of(person, stand), observations_of(person, run)
    step = 1 / float(stand.filming["fps"])
    there = len(first.sightings)
    order = [min(n % (2 * there), 2 * there - 1 - n % (2 * there)) for n in range(round(stand_s / step))]
    times = np.concatenate([np.arange(len(order)) * step, len(order) * step + second.times_s])
    return replace(
        second,
        times_s=times,
        sightings=[first.sightings[n] for n in order] + second.sightings,
        summary=replace(
            second.summary, frames_read=len(times), end_time_s=len(order) * step + (second.summary.end_time_s or 0.0)
        ),
        cuts=np.zeros(0, dtype=np.intp),
    )


def halves(take: Take) -> tuple[Take, Take]:
    """Return the first and the second half of a take's frames as takes that begin at 0 seconds."""
    middle = take.frames_read // 2
    return _part(take, "first", 0, middle), _part(take, "second", middle, take.frames_read)


def frame_numbers(take: Take) -> np.ndarray:
    """Return the numbers, from 0, of the frames with a person."""
    return np.asarray(np.round(take.time_s * float(take.filming["fps"])), dtype=np.intp)


def stride_count(take: Take) -> float:
    """Return the length of a take in true strides; at least one less are whole, wherever it begins."""
    return take.frames_read / float(take.filming["fps"]) / take.stride_s


def _part(take: Take, name: str, first: int, end: int) -> Take:
    numbers = frame_numbers(take)
    inside = (numbers >= first) & (numbers < end)
    return replace(
        take,
        name=name,
        frames_read=end - first,
        time_s=take.time_s[inside] - first / take.filming["fps"],
        landmarks=take.landmarks[inside],
        edges=take.edges[inside],
    )


def tracked_person(take: Take) -> TrackedPerson:
    """Return view and gait of a take's person; the take must have one."""
    count = len(take.time_s)
    trunk = midpoint(take.landmarks, SHOULDERS) - midpoint(take.landmarks, HIPS)
    size = float(np.median(np.hypot(*trunk.T)))
    sighted = Track(np.arange(count), np.zeros(count, dtype=np.intp), size)
    return describe(sighted, [[marks] for marks in take.landmarks], take.time_s)


def back_without_gates(runner: TrackedPerson, take: Take, *, standing: Gaussian | None = None) -> BackResult | None:
    """Measure the back of a take's person with every gate off.

    Parameters
    ----------
    runner
        As `validation.population.replay.tracked_person` gives it, or with some of its strides only.
    standing
        The person's own standing outline, if known.
    """
    shape = SHAPE_MODEL.load()
    mask = MASK_ERROR.load()
    roll = camera_roll_deg(runner)
    return measure_back_of(runner, take.edges, Models(shape, mask), scene=SceneCorrections(roll), standing=standing)


def true_measures(take: Take) -> dict[str, float]:
    """Return every measure with a known truth, named as in ``analysis.json``."""
    true = dict(take.truth.measures)
    true["thoracolumbar_deg"] = true["lumbar_arch_deg"] - true["pelvic_tilt_deg"]
    true["pelvic_tilt_range_deg"] = float(np.ptp(take.truth.over_phase["pelvic_tilt_deg"]))
    return true
