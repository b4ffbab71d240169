"""Heads that are made unrecognisable.

What this cannot do: it only covers the heads of people whom the landmarker has found, and where one person is clearly
the runner it looks for nobody else. Whoever it never saw keeps their face, and so do faces in mirrors, on screens and
on posters. Where somebody was not found for a while, the head is taken to have moved straight on, or to have stayed
where it was. Clothes, hair, gait, tattoos and the place stay recognisable. Look through the film before you give it
away.
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
# The disc reaches so far from the head's middle: times its furthest landmark, and at least this share of the trunk.
# Seen from the side, the ear is the furthest back that landmarks go, and the head reaches as far again behind it: the
# head's middle is taken half-way from the face's to the ears.
FACE_REACH, TRUNK_REACH = 1.7, 0.42
# A head that is seen again within this time moved straight in between; at its first and last sight it is held as long.
BRIDGE_S = 2.0
# Who is seen next within this many head sizes (and grows by as much a second) is the same person.
NEAR_REACHES = 2.0
# A head that was not found may be anywhere near: its disc is larger by this share.
UNSEEN_GROWTH = 0.35


@dataclass(eq=False)
class _Track:
    """One head's way: frames, and x, y and reach in each."""

    frames: list[int] = field(default_factory=list)
    discs: list[Array] = field(default_factory=list)


def head_of(landmarks: Array) -> Array:
    """Return the disc that covers a head: x, y, radius, pixels.

    Parameters
    ----------
    landmarks : array, shape (33, 2)
        Pixels.
    """
    face = landmarks[FACE]
    ears = landmarks[EARS].mean(axis=0)
    centre = 0.5 * ears + 0.25 * (face.min(axis=0) + face.max(axis=0))
    trunk = np.hypot(*(midpoint(landmarks, SHOULDERS) - midpoint(landmarks, HIPS)))
    furthest = np.hypot(*(face - centre).T).max()
    return np.array([*centre, max(FACE_REACH * furthest, TRUNK_REACH * trunk)])


def find_heads(people: Sequence[Sequence[Array]], times_s: Array) -> list[Array]:
    """Return the heads of everybody in each frame, also shortly before, between and after they were found.

    Parameters
    ----------
    people : sequence (frames) of sequence (people) of array, shape (33, 2)
        Landmarks, pixels.
    times_s : array, shape (F,)

    Returns
    -------
    list of array, shape (heads, 3)
        x, y, radius, pixels.
    """
    heads: list[list[Array]] = [[] for _ in times_s]
    for track in _tracks(people, times_s):
        for frame, disc in _filled(track, times_s):
            heads[frame].append(disc)
    return [np.array(found).reshape(-1, 3) for found in heads]


def blur_heads(rgb: Image, heads: Array) -> Image:
    """Return a copy of a picture whose heads are blurred beyond recognition; see the module for what it cannot do.

    Parameters
    ----------
    rgb : array of uint8, shape (height, width, 3)
    heads : array, shape (heads, 3)
        x, y, radius, pixels, as `find_heads` and `head_of` return them.
    """
    picture = rgb.copy()
    for x, y, radius in np.asarray(heads).reshape(-1, 3):
        blur_disc(picture, float(x), float(y), float(radius))
    return picture


def _tracks(people: Sequence[Sequence[Array]], times_s: Array) -> list[_Track]:
    """Join heads of neighbouring frames that lie near each other."""
    done: list[_Track] = []
    open_: list[_Track] = []
    for frame, seen in enumerate(people):
        gone = [t for t in open_ if times_s[frame] - times_s[t.frames[-1]] > BRIDGE_S]
        done += gone
        open_ = [t for t in open_ if t not in gone]
        free = list(open_)
        for disc in (head_of(landmarks) for landmarks in seen):
            near = [(d, t) for t in free if (d := _apart(t, disc, frame, times_s)) < NEAR_REACHES]
            track = min(near, key=lambda pair: pair[0])[1] if near else _Track()
            if near:
                free.remove(track)
            else:
                open_.append(track)
            track.frames.append(frame)
            track.discs.append(disc)
    return done + open_


def _apart(track: _Track, disc: Array, frame: int, times_s: Array) -> float:
    """Return how far a head lies from a track's end, in head sizes; less strict after a pause."""
    last = track.discs[-1]
    pause = float(times_s[frame] - times_s[track.frames[-1]])
    return float(np.hypot(*(disc - last)[:2]) / max(disc[2], last[2], 1e-9) / (1.0 + pause))


def _filled(track: _Track, times_s: Array) -> list[tuple[int, Array]]:
    """Return the head's disc in every frame from shortly before its first to shortly after its last sight."""
    seen_s, discs = times_s[track.frames], np.array(track.discs)
    near = np.flatnonzero((times_s >= seen_s[0] - BRIDGE_S) & (times_s <= seen_s[-1] + BRIDGE_S))
    at = np.stack([np.interp(times_s[near], seen_s, column) for column in discs.T], axis=1)
    at[~np.isin(near, track.frames), 2] *= 1.0 + UNSEEN_GROWTH
    return list(zip(near.tolist(), at, strict=True))
