"""Choice of the runner among several people."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from helpers import synthetic_runner
from helpers.synthetic_runner import Array, Figure, few
from hypothesis import given
from hypothesis import strategies as st

from posture.errors import OptionError
from posture.gait.runner_choice import PersonPlace, TrackedPerson, choose, describe, read_place
from posture.pose.tracking import Track, link_detections

TIMES = synthetic_runner.frame_times(6, 30)
RUNNER = Figure(trunk_px=90.0, hips_px=(200.0, 300.0))
STANDING = Figure(gait="standing", trunk_px=150.0, hips_px=(700.0, 300.0))
WALKER = Figure(gait="walking", stride_s=1.1, trunk_px=90.0, hips_px=(1100.0, 300.0))


def described(*people: Array, visible: list[range] | None = None, times: Array = TIMES) -> list[TrackedPerson]:
    frames = [[p[f] for k, p in enumerate(people) if visible is None or f in visible[k]] for f in range(len(times))]
    return [describe(p, frames, times) for p in link_detections(frames, times)]


def marks(*figures: Figure) -> list[Array]:
    return [f.landmarks(TIMES) for f in figures]


def test_single_person_is_chosen_without_a_reason() -> None:
    choice = choose(described(*marks(RUNNER)))
    assert (choice.people_seen, choice.rivals, choice.why) == (1, 0, None)
    assert choice.runner.activity == "running"
    assert choice.runner.size_px == pytest.approx(90.0, rel=0.01)


@pytest.mark.parametrize("order", [1, -1])
def test_runner_is_chosen_over_a_larger_bystander(order: int) -> None:
    choice = choose(described(*marks(RUNNER, STANDING, WALKER)[::order]))
    assert choice.runner.activity == "running"
    assert choice.runner.size_px == pytest.approx(90.0, rel=0.01)
    assert (choice.people_seen, choice.rivals) == (3, 0)
    assert choice.why == "the only one of 3 people who runs"


def test_walker_is_chosen_over_a_standing_person_but_no_rival() -> None:
    choice = choose(described(*marks(WALKER, STANDING)))
    assert (choice.runner.activity, choice.rivals) == ("walking", 0)
    assert choice.why == "the only one of 2 people who walks"


def test_second_runner_is_a_rival_of_the_larger_one() -> None:
    other = Figure(trunk_px=80.0, hips_px=(800.0, 300.0), phase=0.3, stride_s=0.66)
    choice = choose(described(*marks(other, RUNNER)))
    assert choice.runner.size_px == pytest.approx(90.0, rel=0.01)
    assert choice.rivals == 1
    assert choice.why == "the largest of 2 people who run steadily"


def test_small_distant_runner_is_no_rival() -> None:
    far = Figure(trunk_px=30.0, hips_px=(800.0, 300.0))
    assert choose(described(*marks(far, RUNNER))).rivals == 0


def test_runners_at_different_times_are_no_rivals() -> None:
    other = Figure(trunk_px=85.0, hips_px=(900.0, 300.0))
    choice = choose(described(*marks(RUNNER, other, STANDING), visible=[range(100), range(100, 180), range(180)]))
    assert (choice.people_seen, choice.rivals) == (3, 0)
    assert len(choice.runner.frames) == 100


def test_newest_is_the_last_who_strides_though_another_ran_for_longer() -> None:
    other = Figure(trunk_px=85.0, hips_px=(900.0, 300.0))
    people = described(*marks(RUNNER, other, STANDING), visible=[range(100), range(100, 180), range(180)])
    choice = choose(people, "newest")
    assert choice.runner.frames[0] == 100
    assert choice.why == "the last of 2 people to run or walk"


@pytest.mark.parametrize("figures", [(RUNNER, STANDING), (STANDING,)])
def test_newest_is_the_largest_while_nobody_else_strides(figures: tuple[Figure, ...]) -> None:
    # Whoever has come last has made a step at most.
    late = Figure(trunk_px=85.0, hips_px=(900.0, 300.0))
    people = described(*marks(*figures, late), visible=[range(150)] * len(figures) + [range(150, 180)])
    assert choose(people, "newest").runner is choose(people).runner


def test_requested_person_is_chosen_without_rivals() -> None:
    people = described(*marks(STANDING, RUNNER))
    assert choose(people, "1").runner.activity == "running"
    second = choose(people, "2")
    assert (second.runner.activity, second.rivals) == ("standing", 0)
    assert second.why == "person 2 of 2, as asked"


@pytest.mark.parametrize(
    "name", ["0", "3", "-1", "1.5", "", "smallest", "²", "१०", pytest.param("9" * 5000, id="long")]
)
def test_missing_person_number_is_an_option_error(name: str) -> None:
    with pytest.raises(OptionError) as caught:
        choose(described(*marks(STANDING, RUNNER)), name)
    text = str(caught.value)
    assert text.startswith(f"--person: there is no person {name}")
    assert text.endswith("2 people were seen. Use largest or a number from 1 to 2.")
    assert len(text.splitlines()) == 1


def test_wrong_number_with_one_person_is_an_option_error() -> None:
    with pytest.raises(OptionError, match=r"1 person was seen\. Use largest or 1\."):
        choose(described(*marks(RUNNER)), "2")


def test_score_decreases_with_the_share_of_frames() -> None:
    whole = described(*marks(RUNNER))[0]
    half = described(*marks(RUNNER), visible=[range(90)])[0]
    assert half.score == pytest.approx(0.5 * whole.score, rel=0.02)


@few
@given(st.floats(0, 1), st.floats(0, 200), st.floats(-10, 10), st.floats(0.4, 3))
def test_mirrored_clip_has_the_same_runner_facing_the_other_way(
    phase: float, speed: float, yaw: float, scale: float
) -> None:
    figure = Figure(phase=phase, speed_px_s=speed, yaw_deg=yaw, hips_px=(100.0, 300.0))
    plain = figure.landmarks(TIMES)
    here = choose(described(plain)).runner
    there = choose(described(synthetic_runner.mirrored(plain, 1900.0) * scale)).runner
    assert (here.view.facing, there.view.facing) == ("right", "left")
    assert (here.strides.side, there.strides.side) == ("right", "left")
    assert there.activity == here.activity == "running"
    assert there.view.yaw_deg == pytest.approx(here.view.yaw_deg, abs=1e-6)
    assert there.strides.bounds_s == pytest.approx(here.strides.bounds_s, abs=1e-3)
    assert synthetic_runner.phase_difference(there.strides.frame_phase, here.strides.frame_phase).max() < 1e-3
    assert there.size_px == pytest.approx(here.size_px * scale)


@few
@given(st.floats(1, 8))
def test_slow_motion_has_the_same_runner(slow: float) -> None:
    plain = RUNNER.landmarks(TIMES)
    here, there = described(plain)[0], described(plain, times=TIMES * slow)[0]
    assert there.activity == here.activity
    assert len(there.strides) == len(here.strides)
    assert synthetic_runner.phase_difference(there.strides.frame_phase, here.strides.frame_phase).max() < 1e-3


@few
@given(st.integers(0, 1000))
def test_swapped_shanks_do_not_change_the_strides(seed: int) -> None:
    plain = RUNNER.landmarks(TIMES)
    wrong = plain.copy()
    apart = np.abs(plain[:, 27, 0] - plain[:, 28, 0]) / 90.0
    wide = [f for f in range(5, 175) if apart[f] > 0.9]
    frames = np.random.default_rng(seed).choice(wide[::4], 4, replace=False)
    for left in (27, 29, 31):
        wrong[np.ix_(frames, [left, left + 1])] = plain[np.ix_(frames, [left + 1, left])]
    here, there = described(plain)[0], described(wrong)[0]
    assert (here.swapped, there.swapped) == (0, 4)
    assert there.strides.bounds_s == pytest.approx(here.strides.bounds_s, abs=1e-3)


@pytest.mark.parametrize("frames", [1, 2, 3, 8])
def test_person_of_a_few_frames_is_described(frames: int) -> None:
    times = TIMES[:frames]
    person = described(RUNNER.landmarks(times), times=times)[0]
    assert len(person.strides) == 0
    assert person.view.facing == "right"
    assert len(person.landmarks) == frames


def test_second_runner_in_other_clothes_is_named_and_no_rival() -> None:
    runner, other = described(*marks(RUNNER, Figure(trunk_px=80.0, hips_px=(800.0, 300.0), phase=0.3, stride_s=0.66)))
    red, blue = np.eye(64, dtype=np.float32)[[3, 4]], np.eye(64, dtype=np.float32)[[8, 9]]
    people = [replace(runner, appearance=red), replace(other, appearance=blue)]
    choice = choose(people)
    assert (choice.rivals, choice.others) == (0, (people[1],))
    alike = choose([replace(one, appearance=red) for one in people])
    assert (alike.rivals, alike.others) == (1, ())


def test_bystander_and_distant_runner_are_not_named() -> None:
    assert choose(described(*marks(RUNNER, STANDING))).others == ()
    assert choose(described(*marks(Figure(trunk_px=30.0, hips_px=(800.0, 300.0)), RUNNER))).others == ()


@pytest.mark.parametrize("other", [Figure(trunk_px=90.0, hips_px=(200.0, 300.0), facing="left"), None])
def test_shots_from_the_other_side_or_the_front_are_left_out(other: Figure | None) -> None:
    (poses,) = marks(RUNNER)
    if other is None:
        later = poses.copy()
        # Seen from the front, the body is as wide as its landmarks are apart.
        later[:, 11::2, 0] += 25.0
        later[:, 12::2, 0] -= 25.0
    else:
        (later,) = marks(other)
    frames = [[pose] for pose in np.concatenate([poses[:100], later[100:]])]
    track = Track(np.arange(180), np.zeros(180, dtype=np.intp), 90.0)
    whole = describe(track, frames, TIMES, cuts_s=[float(TIMES[100])])
    assert whole.frames.tolist() == list(range(100))
    assert whole.other_side.tolist() == list(range(100, 180))
    assert whole.view.facing == "right"
    assert whole.activity == "running"
    steady = describe(track, [[pose] for pose in poses], TIMES, cuts_s=[float(TIMES[100])])
    assert len(steady.frames) == 180


def test_place_in_the_picture_chooses_who_is_there() -> None:
    people = described(*marks(RUNNER, STANDING, WALKER))
    for wanted in (RUNNER, STANDING, WALKER):
        x, y = wanted.hips_px[0] / 1600, (wanted.hips_px[1] - 0.5 * wanted.trunk_px) / 900
        choice = choose(people, str(PersonPlace(x, y, 3.0)), (1600, 900))
        assert choice.runner.size_px == pytest.approx(wanted.trunk_px, rel=0.01)
        assert choice.runner.landmarks[:, 23, 0].mean() == pytest.approx(wanted.hips_px[0], abs=40)
        assert (choice.people_seen, choice.rivals) == (3, 0)


@pytest.mark.parametrize("place", [PersonPlace(0.5, 0.95, 3.0), PersonPlace(200 / 1600, 255 / 900, 60.0)])
def test_place_or_time_without_a_person_is_refused(place: PersonPlace) -> None:
    with pytest.raises(OptionError, match="could not be followed"):
        choose(described(*marks(RUNNER, STANDING)), str(place), (1600, 900))


@given(x=st.floats(0, 1), y=st.floats(0, 1), time_s=st.floats(0, 36_000))
def test_place_survives_being_written_and_read(x: float, y: float, time_s: float) -> None:
    place = read_place(str(PersonPlace(x, y, time_s)))
    assert place is not None
    assert (place.x, place.y, place.time_s) == pytest.approx((x, y, time_s), abs=1e-3)


@pytest.mark.parametrize("text", ["largest", "2", "0.5,0.5", "1.5,0.2@1", "0.1,0.2@-1", "0.1,0.2@nan", "0.1,0.2@1\n"])
def test_text_that_is_no_place_is_none(text: str) -> None:
    assert read_place(text) is None
