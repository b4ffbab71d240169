"""Watches a clip: every frame through the landmarker, what is seen kept small, and who moves how.

The rooms video, pose, contour (its edges) and gait, joined; nothing is measured here yet.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

import numpy as np

from posture.arrays import Array
from posture.contour.sighting import FACINGS, Sighting, observe
from posture.gait.runner import Mover, describe
from posture.pose.landmarker import Landmarker
from posture.pose.people import find_people
from posture.pose.view import read_view
from posture.video import ReadSummary, VideoInfo, open_video, sample_frames, sha256_of

ModelName = Literal["lite", "full", "heavy"]
Progress = Callable[[int, int], None]

# A first look at a few frames tells how many people the landmarker must follow (looking for more costs time).
LOOK_FRAMES = 6
MOST_PEOPLE = 3
# A landmarker that looks for more people than there are searches every frame anew, and more often loses those it has
# (a real clip with two walkers: one is followed in 109 frames of 230 instead of 88).
SECOND_LOOK_PEOPLE = 2


@dataclass(frozen=True)
class Watched:
    """What was seen of a clip.

    Attributes
    ----------
    info : VideoInfo
    summary : ReadSummary
    times_s : array, shape (F,)
        Seconds after the clip's first frame.
    sightings : list (frames) of list (people) of Sighting
    sha256 : str or None
        Hash of the file; None for a folder of images.
    """

    info: VideoInfo
    summary: ReadSummary
    times_s: Array
    sightings: list[list[Sighting]]
    sha256: str | None = None

    def edges_of(self, mover: Mover) -> Array:
        """Return the mask's edge behind a person in each of their frames, shape (N, len(T_GRID)), trunk lengths."""
        row = FACINGS.index(mover.view.facing)
        places = zip(mover.frames, mover.slots, strict=True)
        return np.array([self.sightings[f][s].edges[row] for f, s in places], dtype=np.float64)


@dataclass(frozen=True)
class Clip:
    """Which clip is watched, which part of it, and with which pose model."""

    path: Path
    model: ModelName
    start: float | None
    end: float | None


def follow(clip: Clip, person: str, progress: Progress | None) -> tuple[Watched, list[Mover]]:
    """Watch the clip, and once more for several people where one alone does not explain what is seen.

    Parameters
    ----------
    clip : Clip
    person : str
        ``largest`` or a number, as the user chose.
    progress : callable or None
        Called with (frames done, expected frames or 0) after every frame; begins at 1 again for a second pass.

    Returns
    -------
    Watched
    list of Mover
        The people seen; empty when there were none.
    """
    look = _look(clip)
    people = look.people if person in ("largest", "1") else MOST_PEOPLE
    watched = _watch(clip, people, look.mirrored, progress)
    movers = movers_of(watched)
    if people == 1 and _doubtful(watched, movers):
        # The key frames may have shown somebody else: the one who moves most like a runner decides how it is seen.
        mirrored = max(movers, key=lambda m: m.score).view.facing == "left" if movers else look.mirrored
        watched = _watch(clip, SECOND_LOOK_PEOPLE, mirrored, progress)
        movers = movers_of(watched)
    return replace(watched, sha256=sha256_of(clip.path)), movers


def movers_of(watched: Watched) -> list[Mover]:
    """Return the people of a clip with their view and gait; empty when nobody was seen for long enough."""
    landmarks = _landmarks(watched)
    return [describe(p, landmarks, watched.times_s) for p in find_people(landmarks, watched.times_s)]


def _watch(clip: Clip, people: int, mirrored: bool, progress: Progress | None) -> Watched:
    with open_video(clip.path, start_s=clip.start, end_s=clip.end) as video:
        times: list[float] = []
        sightings: list[list[Sighting]] = []
        expected = video.frames_expected or 0
        with Landmarker(clip.model, people=people, mirrored=mirrored) as landmarker:
            for frame in video.frames():
                sightings.append([observe(p) for p in landmarker.detect(frame.rgb)])
                times.append(frame.time_s)
                if progress is not None:
                    progress(len(times), expected)
        return Watched(video.info, video.summary, np.array(times), sightings)


@dataclass(frozen=True)
class _Look:
    people: int
    mirrored: bool


def _look(clip: Clip) -> _Look:
    """Look at a few key frames: how many people there are, and whether the largest faces left."""
    frames = sample_frames(clip.path, LOOK_FRAMES, start_s=clip.start, end_s=clip.end, key_frames_only=True)
    with Landmarker(clip.model, people=MOST_PEOPLE, mode="image", masks=False) as landmarker:
        seen = [landmarker.detect(frame.rgb) for frame in frames]
    largest = [max(people, key=lambda p: np.ptp(p.landmarks[:, 1])).landmarks for people in seen if people]
    return _Look(
        people=max((len(people) for people in seen), default=1) or 1,
        mirrored=bool(largest) and read_view(np.array(largest)).facing == "left",
    )


def _landmarks(watched: Watched) -> list[list[Array]]:
    return [[s.landmarks for s in people] for people in watched.sightings]


def _doubtful(watched: Watched, movers: list[Mover]) -> bool:
    """Tell whether following one person may have missed the runner.

    A landmarker that follows one person stays with whoever it met first, and jumps to another when it loses them.
    """
    apart = find_people(_landmarks(watched), watched.times_s, join=False)
    return len(apart) > 1 or any(m.activity not in ("running", "walking") for m in movers)
