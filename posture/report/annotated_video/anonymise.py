"""Blurring of heads.

Limits: undetected people keep their faces, and so do faces in mirrors, on screens and on posters. While a person is not
detected, the head is assumed to move straight on, or to stay where it was. Clothes, hair, gait, tattoos and the place
stay recognisable. Look through the video before you pass it on.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from posture.drawing.canvas import blur_disc
from posture.pose.landmarks import HIPS, SHOULDERS, midpoint
from posture.types import Array, Image

# MediaPipe's landmarks of the face: nose, eyes, ears, mouth.
FACE = slice(0, 11)
EARS = slice(7, 9)
# Radius of the disc: times the distance of the furthest landmark, and at least this share of the trunk. In a side view
# the ear is the rearmost landmark, and the head extends as far again behind it: its centre is half-way between face and
# ears.
FACE_REACH, TRUNK_REACH = 1.7, 0.42
# A head that reappears within this time moved straight in between; before its first and after its last detection it is
# held for as long.
BRIDGE_S = 2.0
# A detection within this many head sizes (growing by as much a second) belongs to the same person.
NEAR_REACHES = 2.0
# The position of an undetected head is uncertain: its disc is larger by this share.
UNSEEN_GROWTH = 0.35


@dataclass(eq=False)
class _HeadTrack:
    """Frames of a head, and its x, y and radius in each."""

    frames: list[int] = field(default_factory=list)
    discs: list[Array] = field(default_factory=list)


def head_of(landmarks: Array) -> Array:
    """Return the disc that covers a head: x, y, radius, pixels; `landmarks` has the shape (33, 2)."""
    face = landmarks[FACE]
    ears = landmarks[EARS].mean(axis=0)
    centre = 0.5 * ears + 0.25 * (face.min(axis=0) + face.max(axis=0))
    trunk = np.hypot(*(midpoint(landmarks, SHOULDERS) - midpoint(landmarks, HIPS)))
    furthest = np.hypot(*(face - centre).T).max()
    return np.array([*centre, max(FACE_REACH * furthest, TRUNK_REACH * trunk)])


def find_heads(people: Sequence[Sequence[Array]], times_s: Array) -> list[Array]:
    """Return the heads of all people in each frame, also shortly before, between and after their detections.

    Parameters
    ----------
    people
        For each of F frames the landmarks of all people, shape (33, 2), pixels.
    times_s : shape (F,)

    Returns
    -------
    list of array, shape (heads, 3)
        x, y, radius, pixels.
    """
    heads: list[list[Array]] = [[] for _ in times_s]
    for track in _tracks(people, times_s):
        for frame, disc in _interpolated(track, times_s):
            heads[frame].append(disc)
    return [np.array(discs).reshape(-1, 3) for discs in heads]


def blur_heads(rgb: Image, heads: Array) -> Image:
    """Return a copy of a picture with blurred heads, shape (heads, 3): x, y, radius, pixels."""
    picture = rgb.copy()
    for x, y, radius in np.asarray(heads).reshape(-1, 3):
        blur_disc(picture, float(x), float(y), float(radius))
    return picture


def _tracks(people: Sequence[Sequence[Array]], times_s: Array) -> list[_HeadTrack]:
    """Link heads of neighbouring frames that lie near each other."""
    ended: list[_HeadTrack] = []
    active: list[_HeadTrack] = []
    for frame, persons in enumerate(people):
        lost = [t for t in active if times_s[frame] - times_s[t.frames[-1]] > BRIDGE_S]
        ended += lost
        active = [t for t in active if t not in lost]
        free = list(active)
        for disc in (head_of(landmarks) for landmarks in persons):
            near = [(d, t) for t in free if (d := _distance(t, disc, frame, times_s)) < NEAR_REACHES]
            track = min(near, key=lambda pair: pair[0])[1] if near else _HeadTrack()
            if near:
                free.remove(track)
            else:
                active.append(track)
            track.frames.append(frame)
            track.discs.append(disc)
    return ended + active


def _distance(track: _HeadTrack, disc: Array, frame: int, times_s: Array) -> float:
    """Return the distance of a head from the end of a track, in head sizes; smaller after a pause."""
    last = track.discs[-1]
    pause = float(times_s[frame] - times_s[track.frames[-1]])
    return float(np.hypot(*(disc - last)[:2]) / max(disc[2], last[2], 1e-9) / (1.0 + pause))


def _interpolated(track: _HeadTrack, times_s: Array) -> list[tuple[int, Array]]:
    """Return the disc in every frame from shortly before the first to shortly after the last detection."""
    detected_s, discs = times_s[track.frames], np.array(track.discs)
    near = np.flatnonzero((times_s >= detected_s[0] - BRIDGE_S) & (times_s <= detected_s[-1] + BRIDGE_S))
    at = np.stack([np.interp(times_s[near], detected_s, column) for column in discs.T], axis=1)
    at[~np.isin(near, track.frames), 2] *= 1.0 + UNSEEN_GROWTH
    return list(zip(near.tolist(), at, strict=True))
