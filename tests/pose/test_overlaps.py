"""Frames in which another person overlaps the trunk."""

from __future__ import annotations

import numpy as np
from helpers import synthetic_runner
from helpers.synthetic_runner import Array, Figure

from posture.pose.overlaps import Sightings, overlapped_frames, passed_frames, without_own

FPS = 30.0
TIMES = synthetic_runner.frame_times(4.0, FPS)
ALL = np.arange(len(TIMES))
ONE_SHOT = np.zeros(len(TIMES), dtype=np.intp)


def person(x: float, speed: float = 0.0, trunk_px: float = 100.0) -> Array:
    return Figure(hips_px=(x, 300.0), speed_px_s=speed, trunk_px=trunk_px).landmarks(TIMES)


def seen(poses: Array, frames: Array = ALL) -> Sightings:
    return Sightings(frames, poses[frames])


def test_passer_by_overlaps_while_passing_only() -> None:
    runner, passer = person(600.0), person(0.0, 300.0)
    overlapped = overlapped_frames(seen(runner), [seen(passer)], TIMES, ONE_SHOT)
    # The trunks meet at 2 s; bodies are about two trunk lengths wide.
    assert 0.5 < len(overlapped) / FPS < 1.5
    assert abs(overlapped.mean() / FPS - 2.0) < 0.2
    assert np.all(np.diff(overlapped) == 1)


def test_person_who_is_covered_and_not_detected_counts_as_overlapped() -> None:
    runner, passer = person(600.0), person(0.0, 300.0)
    clear = overlapped_frames(seen(runner), [seen(passer)], TIMES, ONE_SHOT)
    detected = ALL[(ALL < 55) | (ALL >= 65)]
    assert overlapped_frames(seen(runner, detected), [seen(passer)], TIMES, ONE_SHOT).tolist() == clear.tolist()
    # The passer-by may be the one who is not detected.
    assert overlapped_frames(seen(runner), [seen(passer, detected)], TIMES, ONE_SHOT).tolist() == clear.tolist()


def test_distant_small_person_and_one_in_another_shot_do_not_overlap() -> None:
    runner = person(600.0)
    assert not len(overlapped_frames(seen(runner), [seen(person(600.0, trunk_px=40.0))], TIMES, ONE_SHOT))
    assert not len(overlapped_frames(seen(runner), [seen(person(1200.0))], TIMES, ONE_SHOT))
    shots = np.where(ALL < 60, 0, 1)
    ends = np.array([0, len(TIMES) - 1])
    assert overlapped_frames(seen(runner), [seen(person(600.0), ends)], TIMES, shots).tolist() == ends.tolist()


def test_bystander_overlaps_from_the_last_sighting_on_one_side_to_the_first_on_the_other() -> None:
    runner, passer = person(600.0), person(0.0, 300.0)
    looks = np.array([10, 20, 30, 40, 80, 90])
    alone = np.ones(len(TIMES), dtype=np.bool_)
    passed = passed_frames(seen(runner), seen(passer, looks), TIMES, ONE_SHOT, alone)
    assert passed.tolist() == list(range(41, 80))
    assert not len(passed_frames(seen(runner), seen(passer, looks[:4]), TIMES, ONE_SHOT, alone))
    # Those whom the landmarker follows have sightings of their own.
    followed = passed_frames(seen(runner), seen(passer, looks), TIMES, ONE_SHOT, ~alone)
    assert 0 < len(followed) < len(passed)


def test_sightings_far_apart_are_not_of_one_who_passes_when_the_way_leads_mostly_beside_the_person() -> None:
    runner = person(600.0)
    alone = np.ones(len(TIMES), dtype=np.bool_)
    # Someone who crosses a wide picture would be seen on the way: between the sightings, a fifth of it is covered.
    ends = np.array([0, len(TIMES) - 1])
    crossing = seen(person(-900.0, 750.0), ends)
    assert 0 < len(overlapped_frames(seen(runner), [crossing], TIMES, ONE_SHOT)) < 0.3 * len(TIMES)
    assert not len(passed_frames(seen(runner), crossing, TIMES, ONE_SHOT, alone))
    # With sightings on both sides of the runner, the time between them is covered.
    looks = np.array([0, 45, 75, len(TIMES) - 1])
    passed = passed_frames(seen(runner), seen(person(-900.0, 750.0), looks), TIMES, ONE_SHOT, alone)
    assert passed.tolist() == list(range(46, 75))


def test_sighting_in_a_persons_own_place_is_the_person() -> None:
    runner, passer = person(600.0), person(0.0, 300.0)
    assert without_own(seen(runner), seen(runner + 10.0)) is None
    rest = without_own(seen(runner), seen(passer))
    assert rest is not None
    assert set(ALL.tolist()) - set(rest.frames.tolist()) <= set(range(55, 66))
