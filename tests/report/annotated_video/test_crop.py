"""The window holds the whole runner, moves smoothly, and stands still where the runner does."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from helpers.synthetic_runner import Array, Figure, few, frame_times
from hypothesis import given
from hypothesis import strategies as st

from posture.analysis.examination import Examination
from posture.gait.runner_choice import TrackedPerson
from posture.report.annotated_video.crop import HEIGHT, LEAST_ASPECT, MAX_WIDTH, CropWindows, bodies_of, crop_to

TIMES = frame_times(5.0, 30)
PICTURE = (1280, 720)


@pytest.fixture(scope="module")
def somebody(running: Examination) -> TrackedPerson:
    assert running.runner is not None
    return running.runner


def tracked(somebody: TrackedPerson, landmarks: Array, frames: Array | None = None) -> TrackedPerson:
    frames = np.arange(len(landmarks)) if frames is None else frames
    return replace(somebody, frames=frames, landmarks=landmarks[frames])


def in_window(crop: CropWindows, landmarks: Array, picture: tuple[int, int] = PICTURE) -> bool:
    """Return whether all of the body that the picture holds lies in the window, in every frame."""
    for frame, corners in enumerate(np.stack(bodies_of(landmarks), axis=1)):
        placed = crop.place(np.clip(corners, 0.0, picture), frame)
        if not ((placed >= -1e-6).all() and (placed <= np.array(crop.size) + 1e-6).all()):
            return False
    return True


RUNNERS = st.builds(
    Figure,
    trunk_px=st.floats(30.0, 150.0),
    hips_px=st.tuples(st.floats(-100.0, 1380.0), st.floats(250.0, 450.0)),
    speed_px_s=st.floats(-500.0, 500.0),
    facing=st.sampled_from(["left", "right"]),
    yaw_deg=st.floats(0.0, 90.0),
)


@few
@given(figure=RUNNERS)
def test_runner_is_never_cut(somebody: TrackedPerson, figure: Figure) -> None:
    landmarks = figure.landmarks(TIMES)
    assert in_window(crop_to(tracked(somebody, landmarks), TIMES, PICTURE), landmarks)


@few
@given(figure=RUNNERS)
def test_window_moves_smoothly_and_stays_in_the_picture(somebody: TrackedPerson, figure: Figure) -> None:
    crop = crop_to(tracked(somebody, figure.landmarks(TIMES)), TIMES, PICTURE)
    sides = np.array(crop.size) / crop.scales[:, None]
    centres = crop.corners + sides / 2
    # From one frame to the next it moves as fast as the runner at most, and its speed changes little.
    steps = np.diff(centres, axis=0)
    assert np.abs(steps).max() <= abs(figure.speed_px_s) / 30 + 0.05 * figure.trunk_px
    inside = ((crop.corners > 1.0) & (crop.corners + sides < np.array(PICTURE) - 1.0)).all(axis=1)
    free = inside[2:] & inside[1:-1] & inside[:-2]
    assert np.abs(np.diff(steps, axis=0)[free]).max(initial=0.0) <= 0.05 * figure.trunk_px
    assert (np.abs(np.diff(crop.scales)) <= 0.02 * crop.scales[1:]).all()
    fits = sides <= np.array(PICTURE) + 1e-6
    assert (crop.corners >= -1e-6)[fits].all()
    assert (crop.corners + sides <= np.array(PICTURE) + 1e-6)[fits].all()


def test_runner_on_a_treadmill_gets_a_still_window_that_is_filled(somebody: TrackedPerson) -> None:
    landmarks = Figure(trunk_px=110.0, hips_px=(640.0, 330.0)).landmarks(TIMES)
    crop = crop_to(tracked(somebody, landmarks), TIMES, PICTURE)
    assert np.ptp(crop.corners, axis=0) == pytest.approx([0.0, 0.0])
    low, high = bodies_of(landmarks)
    assert float(np.median((high - low)[:, 1] * crop.scales)) > 0.85 * HEIGHT


def test_runner_who_passes_is_followed_at_one_scale(somebody: TrackedPerson) -> None:
    landmarks = Figure(trunk_px=90.0, hips_px=(150.0, 330.0), speed_px_s=200.0).landmarks(TIMES)
    crop = crop_to(tracked(somebody, landmarks), TIMES, PICTURE)
    assert np.ptp(crop.corners[:, 0]) > 600
    assert (np.diff(crop.corners[:, 0]) >= -1e-6).all()
    assert np.ptp(crop.scales) == 0
    low, high = bodies_of(landmarks)
    assert float(np.median((high - low)[:, 1] * crop.scales)) > 0.8 * HEIGHT


def test_window_goes_straight_on_while_the_runner_is_not_detected(somebody: TrackedPerson) -> None:
    landmarks = Figure(trunk_px=90.0, hips_px=(150.0, 330.0), speed_px_s=200.0).landmarks(TIMES)
    frames = np.r_[0:60, 80 : len(TIMES)]
    assert in_window(crop_to(tracked(somebody, landmarks, frames), TIMES, PICTURE), landmarks)


def test_landmark_far_off_the_body_does_not_open_the_window(somebody: TrackedPerson) -> None:
    landmarks = Figure(trunk_px=90.0, hips_px=(640.0, 330.0)).landmarks(TIMES)
    whole = crop_to(tracked(somebody, landmarks), TIMES, PICTURE)
    landmarks[40, 31] += (500.0, 0.0)
    assert crop_to(tracked(somebody, landmarks), TIMES, PICTURE).scales.min() > 0.8 * whole.scales.min()


@few
@given(st.integers(2, 4000), st.integers(2, 4000), st.integers(1, 5))
def test_without_a_runner_the_whole_picture_is_shown(width: int, height: int, count: int) -> None:
    crop = crop_to(None, np.arange(count) / 30, (width, height))
    assert crop.size[1] == HEIGHT
    assert LEAST_ASPECT * HEIGHT - 1 <= crop.size[0] <= MAX_WIDTH
    assert crop.size[0] % 2 == 0
    corners = crop.place(np.array([[0.0, 0.0], [width, height]]), 0)
    # Even sides cut half a pixel at most.
    assert (corners >= -1.0).all()
    assert (corners <= np.array(crop.size) + 1.0).all()
    assert (np.ptp(corners, axis=0) >= np.array(crop.size) - 2.0).any()
