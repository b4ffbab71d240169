"""Linking of detections to tracks."""

from __future__ import annotations

import numpy as np
import pytest
from helpers import synthetic_runner
from helpers.synthetic_runner import Array, Figure, few
from hypothesis import given
from hypothesis import strategies as st

from posture.pose.tracking import Track, link_detections
from posture.pose.tracklets import MAX_GAP_S

FPS = 30.0


def shuffled(people: list[Array], seed: int) -> tuple[list[list[Array]], list[list[int]]]:
    """Return the detections of each frame in random order, and the person in each slot."""
    rng = np.random.default_rng(seed)
    frames, order = [], []
    for frame in range(len(people[0])):
        ranks = rng.permutation(len(people)).tolist()
        frames.append([people[k][frame] for k in ranks])
        order.append(ranks)
    return frames, order


def identities(track: Track, order: list[list[int]]) -> set[int]:
    return {order[f][s] for f, s in zip(track.frames, track.slots, strict=True)}


def sighted(track: Track) -> set[int]:
    return {*track.frames.tolist(), *track.overlapped.tolist()}


def person(x: float, speed: float = 0.0, *, seconds: float = 4.0, **options: object) -> Array:
    figure = Figure(hips_px=(x, 300.0), speed_px_s=speed, **options)  # type: ignore[arg-type]
    return figure.landmarks(synthetic_runner.frame_times(seconds, FPS))


@few
@given(st.integers(0, 10_000))
def test_runner_passing_a_larger_bystander_keeps_their_track(seed: int) -> None:
    runner = person(-100.0, 250.0, trunk_px=100.0)
    bystander = person(450.0, gait="standing", trunk_px=170.0)
    frames, order = shuffled([runner, bystander], seed)
    times = np.arange(len(frames)) / FPS
    tracks = link_detections(frames, times)
    assert len(tracks) == 2
    assert sorted(len(identities(p, order)) for p in tracks) == [1, 1]
    assert all(len(sighted(p)) == len(frames) for p in tracks)
    assert sorted(round(p.size_px) for p in tracks) == [100, 170]


@few
@given(st.integers(0, 10_000))
def test_crossing_runners_keep_their_tracks(seed: int) -> None:
    first = person(0.0, 200.0, trunk_px=100.0)
    # Further away: smaller, higher in the image, running the other way.
    second = person(800.0, 200.0, trunk_px=85.0, facing="left") - np.array([0.0, 60.0])
    frames, order = shuffled([first, second], seed)
    tracks = link_detections(frames, np.arange(len(frames)) / FPS)
    assert [len(identities(p, order)) for p in tracks] == [1, 1]


def test_short_gap_continues_the_track() -> None:
    runner, other = person(100.0, 60.0), person(700.0, gait="standing")
    frames = [[other[f], runner[f]] if not 40 <= f < 70 else [other[f]] for f in range(120)]
    tracks = link_detections(frames, np.arange(120) / FPS)
    assert [len(p.frames) for p in tracks] == [120, 90]
    assert set(tracks[1].slots.tolist()) == {1}


def test_long_gap_is_joined_when_nobody_else_is_visible() -> None:
    runner = person(100.0)
    gone = int((MAX_GAP_S + 0.5) * FPS)
    frames: list[list[Array]] = [[] if 20 <= f < 20 + gone else [runner[f]] for f in range(120)]
    tracks = link_detections(frames, np.arange(120) / FPS)
    assert len(tracks) == 1
    assert len(tracks[0].frames) == 120 - gone
    assert np.all(np.diff(tracks[0].frames) > 0)


def test_long_gap_starts_new_track_when_others_are_visible() -> None:
    gone, witness = person(100.0), person(700.0, gait="standing")
    back_at = 30 + int((MAX_GAP_S + 0.2) * FPS)
    frames = [[witness[f], gone[f]] if f < 30 or f >= back_at else [witness[f]] for f in range(120)]
    tracks = link_detections(frames, np.arange(120) / FPS)
    assert [len(p.frames) for p in tracks] == [120, 120 - back_at, 30]


def test_bystander_of_another_size_does_not_join_a_lost_track() -> None:
    """The runner leaves; a person of another size stands at the same place."""
    runner, child = person(400.0), person(400.0, trunk_px=60.0, gait="standing")
    frames = [[runner[f]] if f < 60 else [child[f]] for f in range(120)]
    tracks = link_detections(frames, np.arange(120) / FPS)
    assert [sorted({f >= 60 for f in p.frames.tolist()}) for p in tracks] == [[False], [True]]


def test_jump_across_the_image_starts_a_new_track() -> None:
    left, right = person(100.0), person(1500.0)
    both = [[left[0], right[0]]]
    frames = both + [[left[f]] if f < 60 else [right[f]] for f in range(1, 120)]
    tracks = link_detections(frames, np.arange(120) / FPS)
    assert len(tracks) == 2
    for track in tracks:
        assert len({bool(frames[f][s][23, 0] > 800) for f, s in zip(track.frames, track.slots, strict=True)}) == 1


def test_distant_detection_does_not_distort_the_assignment() -> None:
    """One of two people is lost in the frame in which a third appears far away."""
    left, middle, right = person(300.0), person(360.0), person(1500.0)
    order = [[0, 1] if f < 60 else [0, 2] for f in range(120)]
    people = [left, middle, right]
    frames = [[people[k][f] for k in order[f]] for f in range(120)]
    mirror_order = [[1, 0] if f < 60 else [1, 2] for f in range(120)]
    mirror_frames = [[people[k][f] for k in mirror_order[f]] for f in range(120)]
    for shown, who, stays in ((frames, order, 0), (mirror_frames, mirror_order, 1)):
        tracks = link_detections(shown, np.arange(120) / FPS)
        assert [identities(p, who) for p in tracks if len(sighted(p)) == 120] == [{stays}]
        assert all(len(identities(p, who)) == 1 for p in tracks)


def test_very_short_track_is_dropped() -> None:
    runner, ghost = person(100.0), person(1500.0)
    frames = [[runner[f], ghost[f]] if f in (30, 31) else [runner[f]] for f in range(120)]
    assert [len(p.frames) for p in link_detections(frames, np.arange(120) / FPS)] == [120]


@few
@given(st.floats(0.3, 6), st.floats(-500, 500), st.booleans())
def test_tracks_are_invariant_to_position_scale_and_mirroring(scale: float, shift: float, flip: bool) -> None:
    people = [person(-100.0, 250.0), person(450.0, gait="standing", trunk_px=170.0)]
    times = np.arange(len(people[0])) / FPS
    plain, _ = shuffled(people, 3)
    changed = [
        [p * scale + shift for p in (synthetic_runner.mirrored(q, 800.0) if flip else q for q in f)] for f in plain
    ]
    here, there = link_detections(plain, times), link_detections(changed, times)
    assert [p.slots.tolist() for p in here] == [p.slots.tolist() for p in there]
    assert [p.size_px * scale for p in here] == pytest.approx([p.size_px for p in there])


@pytest.mark.parametrize("frames", [[], [[]], [[], [], []]])
def test_no_detections_give_no_tracks(frames: list[list[Array]]) -> None:
    assert link_detections(frames, np.arange(len(frames)) / FPS) == ()


def test_single_frame_gives_a_track() -> None:
    tracks = link_detections([[person(100.0)[0]]], np.zeros(1))
    assert (tracks[0].frames.tolist(), tracks[0].slots.tolist()) == ([0], [0])


def test_detection_without_extent_is_tracked() -> None:
    """All landmarks of a distant person may coincide."""
    tracks = link_detections([[np.full((33, 2), 7.0)]] * 5, np.arange(5) / FPS)
    assert len(tracks) == 1
    assert tracks[0].size_px == 0.0
