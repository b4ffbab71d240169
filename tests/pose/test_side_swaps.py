"""Left/right swaps are undone, and crossing legs without swaps stay unchanged."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pytest
from helpers import synthetic_runner
from helpers.synthetic_runner import Array, Figure, Gait, few
from hypothesis import given
from hypothesis import strategies as st

from posture.pose.landmarks import PINKIES, THUMBS
from posture.pose.side_swaps import GROUPS, repair_swaps

KNEES, SHANKS, ELBOWS, FOREARMS = GROUPS
LEGS = (*KNEES, *SHANKS)


def exchanged(landmarks: Array, frames: Sequence[int], pairs: Sequence[tuple[int, int]]) -> Array:
    out = landmarks.copy()
    for left, right in pairs:
        out[np.ix_(frames, [left, right])] = landmarks[np.ix_(frames, [right, left])]
    return out


def noisy(figure: Figure, times: Array, noise_l: float, seed: int) -> Array:
    marks = figure.landmarks(times)
    return marks + np.random.default_rng(seed).normal(scale=noise_l * figure.trunk_px, size=marks.shape)


@pytest.mark.parametrize("gait", ["running", "walking", "standing"])
@pytest.mark.parametrize("fps", [24, 30, 60, 120])
def test_crossing_legs_without_swaps_stay_unchanged(gait: Gait, fps: int) -> None:
    times = synthetic_runner.frame_times(3, fps)
    marks = noisy(Figure(gait=gait, facing="left"), times, 0.01, fps)
    repaired, swapped = repair_swaps(marks, times, 120.0)
    assert swapped == 0
    assert np.array_equal(repaired, marks)


@few
@given(st.data())
def test_swaps_of_single_frames_are_undone(data: st.DataObject) -> None:
    seed = data.draw(st.integers(0, 1000))
    times = synthetic_runner.frame_times(3, 30)
    marks = noisy(Figure(phase=seed / 1000), times, 0.005, seed)
    # A swap is detectable, and matters, only where the legs are apart.
    apart = np.abs(marks[:, 27, 0] - marks[:, 28, 0]) / 120.0
    free = [f for f in range(3, len(times) - 3) if apart[f] > 0.8]
    chosen: list[int] = []
    for frame in data.draw(st.lists(st.sampled_from(free), min_size=1, max_size=6)):
        if all(abs(frame - other) > 4 for other in chosen):
            chosen.append(frame)
    repaired, swapped = repair_swaps(exchanged(marks, chosen, SHANKS), times, 120.0)
    assert swapped == len(chosen)
    assert np.array_equal(repaired, marks)


@pytest.mark.parametrize(
    "pairs",
    [KNEES, SHANKS, LEGS, (*ELBOWS, *FOREARMS, PINKIES, THUMBS)],
    ids=["knees", "shanks", "legs", "arms"],
)
def test_swap_over_consecutive_frames_is_undone(pairs: tuple[tuple[int, int], ...]) -> None:
    times = synthetic_runner.frame_times(2.8, 30)
    marks = Figure(phase=0.0).landmarks(times)
    # Between two moments of wide-apart legs and arms.
    frames = list(range(21, 26))
    repaired, swapped = repair_swaps(exchanged(marks, frames, pairs), times, 120.0)
    assert swapped == len(frames)
    assert repaired == pytest.approx(marks)


def test_all_landmarks_of_a_hand_swap_together() -> None:
    times = synthetic_runner.frame_times(2.8, 30)
    marks = Figure(phase=0.0).landmarks(times)
    for finger in (*PINKIES, *THUMBS):
        marks[:, finger] = marks[:, finger % 2 + 15] + (3.0, 4.0)
    repaired, _swapped = repair_swaps(
        exchanged(marks, range(21, 26), (*ELBOWS, *FOREARMS, PINKIES, THUMBS)), times, 120.0
    )
    assert repaired == pytest.approx(marks)


def test_shanks_are_swapped_independently_of_knees() -> None:
    times = synthetic_runner.frame_times(2.8, 30)
    marks = Figure().landmarks(times)
    wrong = exchanged(exchanged(marks, [10, 11], SHANKS), [52, 53], KNEES)
    repaired, swapped = repair_swaps(wrong, times, 120.0)
    assert swapped == 4
    assert repaired == pytest.approx(marks)


def test_labels_of_the_majority_are_kept() -> None:
    times = synthetic_runner.frame_times(2.8, 30)
    marks = Figure().landmarks(times)
    other = exchanged(marks, range(len(times)), LEGS)
    repaired, swapped = repair_swaps(exchanged(other, [21, 22], LEGS), times, 120.0)
    assert swapped == 2
    assert repaired == pytest.approx(other)


def bounced(marks: Array, frames: Sequence[int]) -> Array:
    """Swap the shanks in some frames, with a smooth transition at the changes.

    A landmarker that follows what it saw before does so: there no frame has the one or the other order.
    """
    wrong = exchanged(marks, frames, SHANKS)
    ends = [f for f in (frames[0] - 1, frames[0], frames[-1], frames[-1] + 1) if 0 <= f < len(marks)]
    for left, right in SHANKS:
        middle = wrong[ends][:, [left, right]].mean(axis=1, keepdims=True)
        wrong[np.ix_(ends, [left, right])] = 0.55 * middle + 0.45 * wrong[np.ix_(ends, [left, right])]
    return wrong


@pytest.mark.parametrize("fps", [25, 30, 60, 120])
@pytest.mark.parametrize("facing", ["left", "right"])
@pytest.mark.parametrize("steps", [1, 3])
def test_missed_crossing_is_repaired_by_the_step_rhythm(fps: int, facing: synthetic_runner.Facing, steps: int) -> None:
    """The detector misses a crossing, so labels are wrong for one or more whole steps."""
    figure, times = Figure(facing=facing, phase=0.1), synthetic_runner.frame_times(4.4, fps)
    marks = noisy(figure, times, 0.005, fps)
    apart = marks[:, 27, 0] - marks[:, 28, 0]
    crossings = np.flatnonzero(np.sign(apart[1:]) != np.sign(apart[:-1])) + 1
    frames = list(range(int(crossings[4]), int(crossings[4 + steps])))
    repaired, swapped = repair_swaps(bounced(marks, frames), times, 120.0)
    assert swapped >= 0.6 * len(frames)
    wide = np.abs(apart) > 0.5 * 120.0
    assert repaired[wide][:, [27, 28]] == pytest.approx(marks[wide][:, [27, 28]], abs=40)


def test_every_third_crossing_missed_is_repaired_by_step_rhythm() -> None:
    times = synthetic_runner.frame_times(4.4, 30)
    marks = noisy(Figure(phase=0.2), times, 0.005, 1)
    apart = marks[:, 27, 0] - marks[:, 28, 0]
    crossings = (np.flatnonzero(np.sign(apart[1:]) != np.sign(apart[:-1])) + 1).tolist()
    wrong = marks
    for start, end in ((2, 3), (5, 6), (8, 9)):
        wrong = bounced(wrong, list(range(crossings[start], crossings[end])))
    repaired, _ = repair_swaps(wrong, times, 120.0)
    wide = np.abs(apart) > 0.5 * 120.0
    found = repaired[:, 27, 0] - repaired[:, 28, 0]
    assert (np.sign(found) == np.sign(apart))[wide].all()


@few
@given(st.floats(0.2, 5), st.floats(-300, 300), st.floats(1, 10))
def test_repair_is_invariant_to_position_scale_and_speed(scale: float, shift: float, slow: float) -> None:
    times = synthetic_runner.frame_times(2.8, 30)
    wrong = exchanged(Figure().landmarks(times), [21, 22, 45], SHANKS)
    repaired, swapped = repair_swaps(wrong, times, 120.0)
    again, count = repair_swaps(wrong * scale + shift, times * slow, 120.0 * scale)
    assert count == swapped == 3
    assert again == pytest.approx(repaired * scale + shift)


def test_irregular_times_and_gaps_cause_no_swaps() -> None:
    rng = np.random.default_rng(5)
    times = np.sort(rng.choice(synthetic_runner.frame_times(4, 60), 120, replace=False))
    times[60:] += 3.0
    marks = Figure().landmarks(times)
    repaired, swapped = repair_swaps(marks, times, 120.0)
    assert swapped == 0
    assert np.array_equal(repaired, marks)


@pytest.mark.parametrize("count", [1, 2, 3, 4, 5])
def test_fewer_than_four_frames_are_returned_unchanged(count: int) -> None:
    times: npt.NDArray[np.float64] = np.arange(count) / 30
    marks = Figure().landmarks(times)
    repaired, swapped = repair_swaps(marks, times, 120.0)
    assert (swapped, repaired.tolist()) == (0, marks.tolist())
    assert repaired is not marks


def test_input_array_is_not_modified() -> None:
    times = synthetic_runner.frame_times(2.8, 30)
    wrong = exchanged(Figure().landmarks(times), [21], LEGS)
    before = wrong.copy()
    repair_swaps(wrong, times, 120.0)
    assert np.array_equal(wrong, before)
