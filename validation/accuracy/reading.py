"""A stored take as a clip that has been watched, so that the package analyses it as it would the video."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np

from posture.analysis.observe import ClipObservations
from posture.contour.observation import Observation
from posture.video import ReadSummary, VideoInfo
from validation.population.store import FilmedPerson, Take


def watched_of(person: FilmedPerson, take: Take) -> ClipObservations:
    """Return a take as `posture.analysis.observe` would have left it.

    The stored landmarks are those of the person whom the package chose; others who were seen are not kept. Its mask
    edges were read for the side that the person faces, and stand for both sides here.
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


def halves_of(take: Take) -> tuple[Take, Take]:
    """Return the first and the second half of a take's frames, each as a take of its own that begins at 0 seconds."""
    middle = take.frames_read // 2
    return _part(take, "first", 0, middle), _part(take, "second", middle, take.frames_read)


def frame_numbers(take: Take) -> np.ndarray:
    """Return the numbers, from 0, of the frames in which somebody was found."""
    return np.asarray(np.round(take.time_s * float(take.filming["fps"])), dtype=np.intp)


def strides_filmed(take: Take) -> float:
    """Return how many strides long a take is, by the truth; a stride less than that are whole, wherever it begins."""
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
