"""Linking of detections to tracks."""

from __future__ import annotations

import numpy as np
import pytest
from helpers import synthetic_runner
from helpers.synthetic_runner import Array, Figure, few
from hypothesis import given
from hypothesis import strategies as st

from posture.pose.appearance import Appearance
from posture.pose.candidates import Clues
from posture.pose.overlaps import Sightings
from posture.pose.tracking import Track, link_detections, may_mix_people, presence_share
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


@pytest.mark.parametrize("company", [False, True])
def test_short_track_overlaps_only_where_two_people_are_ever_seen_at_once(company: bool) -> None:
    runner, misread = person(600.0), 0.6 * person(660.0) + 240.0
    bad = {*range(30, 33), *range(60, 63)}
    frames = [[misread[f] if f in bad else runner[f]] for f in range(120)]
    if company:
        frames[5] = [*frames[5], person(1200.0)[5]]
    track = link_detections(frames, np.arange(120) / FPS)[0]
    assert bool(len(track.overlapped)) == company


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


def clothes(seed: int) -> Appearance:
    """Return an appearance of few colours."""
    rng = np.random.default_rng(seed)
    shares = np.zeros((2, 64))
    for part in shares:
        part[rng.choice(64, 6, replace=False)] = rng.dirichlet(np.ones(6) * 3)
    return np.sqrt(shares).astype(np.float32)


RED, BLUE = clothes(1), clothes(2)


def frames_of(*people: tuple[Array, range, Appearance]) -> tuple[list[list[Array]], list[list[Appearance]], Array]:
    """Return landmarks and appearances of people who are detected in some frames each, and the times."""
    count = max(len(poses) for poses, _, _ in people)
    landmarks = [[poses[f] for poses, frames, _ in people if f in frames] for f in range(count)]
    looks = [[look for _, frames, look in people if f in frames] for f in range(count)]
    return landmarks, looks, np.arange(count) / FPS


def spans(tracks: tuple[Track, ...]) -> list[tuple[int, int]]:
    return [(int(track.frames[0]), int(track.frames[-1])) for track in tracks]


@pytest.mark.parametrize(("later", "people"), [(RED, 1), (BLUE, 2)])
def test_person_after_a_cut_is_the_same_by_appearance(later: Appearance, people: int) -> None:
    poses = person(300.0)
    landmarks, looks, times = frames_of((poses, range(70), RED), (poses + 40.0, range(70, 120), later))
    clues = Clues(appearances=looks, shot_starts=np.array([70]))
    assert len(link_detections(landmarks, times, clues=clues)) == people
    assert not may_mix_people(landmarks, times, clues)


def test_person_of_another_size_after_a_cut_is_another() -> None:
    landmarks, looks, times = frames_of(
        (person(300.0), range(70), RED), (person(300.0, trunk_px=60.0), range(70, 120), RED)
    )
    clues = Clues(appearances=looks, shot_starts=np.array([70]))
    assert spans(link_detections(landmarks, times, clues=clues)) == [(0, 69), (70, 119)]


def test_landmarker_that_changes_over_to_a_passer_by_is_noticed() -> None:
    """Only one person is looked for: the passer-by takes the place of the runner, who comes back later."""
    runner, passer = person(300.0), person(300.0)
    landmarks, looks, times = frames_of(
        (runner, range(50), RED), (passer, range(50, 75), BLUE), (runner, range(75, 120), RED)
    )
    clues = Clues(appearances=looks)
    assert may_mix_people(landmarks, times, clues, max_gap_s=0.5)
    tracks = link_detections(landmarks, times, clues=clues)
    assert [len(sighted(track)) for track in tracks] == [120, 25]
    assert not set(range(50, 75)) & set(tracks[0].frames.tolist())


def test_person_in_changing_light_stays_one() -> None:
    poses = person(300.0, 60.0)
    landmarks, _, times = frames_of((poses, range(120), RED))
    shares = np.clip((np.arange(120) - 50) / 8, 0, 1)
    looks = [[np.sqrt((1 - k) * RED**2 + k * BLUE**2).astype(np.float32)] for k in shares]
    tracks = link_detections(landmarks, times, clues=Clues(appearances=looks))
    assert len(tracks) == 1
    assert len(tracks[0].frames) > 110


@few
@given(st.integers(0, 10_000), st.booleans())
def test_overtaken_runner_keeps_their_track_by_appearance(seed: int, hidden: bool) -> None:
    """Both run the same way and are level for long; the overtaken one may be hidden meanwhile."""
    runner, other = person(400.0, seconds=6.0), person(0.0, 130.0, seconds=6.0, phase=0.3)
    rng = np.random.default_rng(seed)
    frames, order, looks = [], [], []
    for f in range(len(runner)):
        near = abs(runner[f, 23, 0] - other[f, 23, 0]) < 60.0
        ranks = [1] if hidden and near else rng.permutation(2).tolist()
        frames.append([(runner, other)[k][f] for k in ranks])
        looks.append([(RED, BLUE)[k] for k in ranks])
        order.append(ranks)
    tracks = link_detections(frames, np.arange(len(frames)) / FPS, clues=Clues(appearances=looks))
    assert len(tracks) == 2
    assert all(len(identities(track, order)) == 1 for track in tracks)
    # The time in which they are level is nobody's.
    level = [f for f in range(len(frames)) if abs(runner[f, 23, 0] - other[f, 23, 0]) < 60.0]
    assert not any(set(level) & set(track.frames.tolist()) for track in tracks)


def test_person_who_is_covered_all_the_time_is_hidden() -> None:
    landmarks, looks, times = frames_of((person(300.0), range(120), RED), (person(350.0), range(120), BLUE))
    tracks = link_detections(landmarks, times, clues=Clues(appearances=looks))
    assert [track.is_hidden for track in tracks] == [True, True]
    assert all(len(track.frames) == 120 for track in tracks)


def test_presence_counts_from_first_to_last_sighting_in_each_shot() -> None:
    frames = np.array([10, 11, 13, 90, 91])
    assert presence_share(frames, np.array([0, 0, 0, 1, 1])) == pytest.approx(5 / 6)
    assert presence_share(frames, np.zeros(5, dtype=np.intp)) == pytest.approx(5 / 82)


def test_person_whose_colours_flicker_all_along_is_one_person() -> None:
    runner = person(600.0)
    odd = set(range(6, 120, 11))
    frames = [[pose] for pose in runner]
    looks = [[BLUE if f in odd else RED] for f in range(120)]
    (track,) = link_detections(frames, np.arange(120) / FPS, clues=Clues(appearances=looks))
    assert len(track.frames) == 120
    assert not len(track.overlapped)


def test_frames_in_which_a_bystander_passes_are_overlapped() -> None:
    runner, passer = person(600.0), person(0.0, 300.0)
    looks = np.array([20, 30, 40, 80, 90])
    frames = [[pose] for pose in runner]
    clues = Clues(bystanders=[Sightings(looks, passer[looks])])
    (track,) = link_detections(frames, np.arange(120) / FPS, clues=clues)
    assert track.overlapped.tolist() == list(range(41, 80))
