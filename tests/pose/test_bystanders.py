"""People beside those whom the landmarker follows."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from helpers import synthetic_runner
from helpers.synthetic_runner import Array, Figure

from posture.pose.appearance import PARTS
from posture.pose.bystanders import Bystanders, BystanderSearch
from posture.pose.landmarker import Landmarker
from posture.pose.landmarks import HIPS, midpoint
from posture.video import sample_frames

SAMPLE = Path(__file__).parents[2] / "samples" / "run_neutral.mp4"
TIMES = synthetic_runner.frame_times(4.0, 30.0)
NO_CUTS = np.zeros(0, dtype=np.intp)


def bystanders(sightings: dict[int, Array], colours: dict[int, int] | None = None) -> Bystanders:
    """Return sightings by frame; each person has a colour, and none where nothing is known."""
    appearances = np.zeros((len(sightings), PARTS, 8), dtype=np.float32)
    for row, frame in enumerate(sightings):
        if colours is not None and frame in colours:
            appearances[row, :, colours[frame]] = 1.0
    return Bystanders(np.array(list(sightings)), np.stack(list(sightings.values())), appearances)


def frames_of(seen: Bystanders, cuts: Array = NO_CUTS) -> list[list[int]]:
    return [track.frames.tolist() for track in seen.tracks(TIMES, cuts)]


def passer(speed_px_s: float) -> Array:
    return Figure(hips_px=(0.0, 300.0), speed_px_s=speed_px_s, trunk_px=100.0).landmarks(TIMES)


def test_passer_by_who_is_covered_for_a_while_is_one_person() -> None:
    poses = passer(300.0)
    looks = [10, 17, 24, 80, 87]
    assert frames_of(bystanders({f: poses[f] for f in looks}, {10: 0, 17: 0, 80: 0, 87: 0})) == [looks]


def test_people_in_other_colours_of_other_size_and_beyond_cuts_are_others() -> None:
    poses = passer(300.0)
    both = {f: poses[f] for f in (10, 17, 24, 31)}
    assert frames_of(bystanders(both, {10: 0, 17: 0, 24: 1, 31: 1})) == [[10, 17], [24, 31]]
    assert frames_of(bystanders(both), np.array([20])) == [[10, 17], [24, 31]]
    assert frames_of(bystanders({f: p * (1.0 if f < 20 else 2.0) for f, p in both.items()})) == [[10, 17], [24, 31]]


def test_single_sighting_is_noise() -> None:
    assert not frames_of(bystanders({10: passer(0.0)[10]}))


def test_bodies_that_lie_or_stand_on_their_head_are_misdetections() -> None:
    poses = passer(300.0)
    looks = (10, 17, 24, 31)
    hips = {f: midpoint(poses[f], HIPS) for f in looks}
    upright = {f: poses[f] for f in looks}
    lying = {f: hips[f] + (poses[f] - hips[f])[:, ::-1] for f in looks}
    on_head = {f: hips[f] - (poses[f] - hips[f]) for f in looks}
    assert frames_of(bystanders(upright)) == [list(looks)]
    assert not frames_of(bystanders(lying))
    assert not frames_of(bystanders(on_head))
    # The others of a person remain.
    assert frames_of(bystanders(upright | {17: lying[17]})) == [[10, 24, 31]]


def test_second_runner_in_the_picture_is_seen_and_nobody_beside_a_lone_one() -> None:
    (frame,) = sample_frames(SAMPLE, 1)
    with Landmarker("lite", mode="image", masks=False) as landmarker:
        (person,) = landmarker.detect(frame.rgb)
    middle = int(midpoint(person.landmarks, HIPS)[0])
    alone = frame.rgb[:, middle - 250 : middle + 250]
    followed = person.landmarks - np.array([middle - 250, 0.0])
    with BystanderSearch() as search:
        search.add(0, 0.0, alone, [followed])
        assert search.bystanders() is None
        search.add(1, 0.05, np.hstack([alone, alone]), [followed])
        assert search.bystanders() is None, "not due"
        search.add(15, 0.5, np.hstack([alone, alone]), [followed])
    seen = search.bystanders()
    assert seen is not None
    assert seen.frames.tolist() == [15]
    assert np.hypot(*(midpoint(seen.landmarks[0], HIPS) - midpoint(followed, HIPS) - (500.0, 0.0))) < 30.0


def test_whoever_comes_into_a_picture_that_stayed_empty_is_seen() -> None:
    (frame,) = sample_frames(SAMPLE, 1)
    with Landmarker("lite", mode="image", masks=False) as landmarker:
        (person,) = landmarker.detect(frame.rgb)
    middle = int(midpoint(person.landmarks, HIPS)[0])
    alone = frame.rgb[:, middle - 250 : middle + 250]
    followed = person.landmarks - np.array([middle - 250, 0.0])
    empty = np.broadcast_to(alone[:, :1], alone.shape)
    with BystanderSearch() as search:
        for number in range(3):
            search.add(number, 0.5 * number, np.hstack([alone, empty]), [followed])
        search.add(3, 1.5, np.hstack([alone, alone]), [followed])
        search.add(4, 2.0, np.hstack([alone, alone]), [followed])
        search.add(5, 2.5, np.hstack([alone, empty]), [followed])
    seen = search.bystanders()
    assert seen is not None
    assert seen.frames.tolist() == [3, 4]
