"""A look at a few frames of a clip before the passes over all of it: how many people, facing where, which way up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from posture.pose.landmarker import Landmarker, PoseDetection
from posture.pose.view import estimate_view, is_upright, upright_turn_deg
from posture.types import Array, Image, PoseModel, Rotation

MAX_PEOPLE = 3
MIN_PICTURES = 2
# Turns to try where nobody is found in the picture as it is: a phone held upright comes first.
_TURNS: tuple[Rotation, ...] = (90, 270, 180)

Detections = Sequence[Sequence[PoseDetection]]


@dataclass(frozen=True)
class Preview:
    """Result of the look."""

    people: int  # Most people in a frame, at least 1.
    mirrored: bool  # Whether the tallest faces left.
    turn_deg: Rotation = 0  # Clockwise turn after which the pictures are upright.
    # Of the shortest person in any picture, from the highest to the lowest landmark; None where nobody is seen.
    least_height_px: float | None = None
    # Least turn out of the side view of anybody in any picture, 0..90; None where fewer than `MIN_PICTURES` show a
    # person.
    least_yaw_deg: float | None = None


def preview(pictures: Sequence[Image], model: PoseModel, *, may_turn: bool) -> Preview:
    """Look for people in a few pictures; with `may_turn`, turn pictures in which they lie or nobody is found."""
    detections, turn = detect_upright(pictures, model, may_turn=may_turn)
    people = max((len(people) for people in detections), default=1) or 1
    heights = [float(np.ptp(person.landmarks[:, 1])) for found in detections for person in found]
    return Preview(
        people=people,
        mirrored=faces_left(tallest_people(detections)),
        turn_deg=turn,
        least_height_px=min(heights, default=None),
        least_yaw_deg=_least_yaw_deg(detections),
    )


def detect_upright(pictures: Sequence[Image], model: PoseModel, *, may_turn: bool) -> tuple[Detections, Rotation]:
    """Return the people of each picture, and the clockwise turn of the pictures in which they were found."""
    with Landmarker(model, people=MAX_PEOPLE, mode="image", masks=False) as landmarker:
        detections = [landmarker.detect(picture) for picture in pictures]
        for turn in _turns_to_try(detections) if may_turn else ():
            turned = detect_turned(landmarker, pictures, turn)
            if _are_upright(turned, detections):
                return turned, turn
    return detections, 0


def detect_turned(landmarker: Landmarker, pictures: Sequence[Image], turn: Rotation) -> Detections:
    """Return the people of each turned picture; nothing as soon as more than half of the pictures show nobody."""
    turned: list[Sequence[PoseDetection]] = []
    for picture in pictures:
        turned.append(landmarker.detect(turned_by(picture, turn)))
        if 2 * sum(not people for people in turned) > len(pictures):
            return ()
    return turned


def tallest_people(detections: Detections) -> Array:
    """Return the landmarks of the tallest person of each frame that shows one, shape (N, 33, 2)."""
    tallest = [max(people, key=lambda p: np.ptp(p.landmarks[:, 1])).landmarks for people in detections if people]
    return np.array(tallest).reshape(-1, 33, 2)


def faces_left(landmarks: Array) -> bool:
    """Return whether a person, shape (N, 33, 2), faces left; False without a frame."""
    return len(landmarks) > 0 and estimate_view(landmarks).facing == "left"


def _least_yaw_deg(detections: Detections) -> float | None:
    if sum(len(people) > 0 for people in detections) < MIN_PICTURES:
        return None
    return min(abs(estimate_view(person.landmarks[None]).yaw_deg) for people in detections for person in people)


def _turns_to_try(detections: Detections) -> tuple[Rotation, ...]:
    tallest = tallest_people(detections)
    if not len(tallest):
        return _TURNS
    turn = upright_turn_deg(tallest)
    return (turn,) if turn else ()


def _are_upright(turned: Detections, before: Detections) -> bool:
    """Return whether turned pictures show an upright person in half of them, and in as many as before."""
    tallest = tallest_people(turned)
    enough = 2 * len(tallest) >= len(turned) and len(tallest) >= sum(len(people) > 0 for people in before)
    return len(tallest) > 0 and enough and all(is_upright(landmarks[None]) for landmarks in tallest)


def turned_by(picture: Image, turn: Rotation) -> Image:
    """Return a picture turned clockwise by so many degrees."""
    return np.ascontiguousarray(np.rot90(picture, -turn // 90))
