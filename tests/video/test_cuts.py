"""Cuts of the film, found in thumbnails of its frames."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest
from helpers.synthetic_runner import few
from hypothesis import example, given
from hypothesis import strategies as st

from posture.video.cuts import SIDE, find_cuts, largest_beside, thumbnail

Frames = npt.NDArray[np.uint8]


def scene(seed: int, frames: int = 40, *, speed: float = 0.0) -> Frames:
    """Return pictures of a random scene, panned by so many pixels a frame, with a bar that crosses it slowly."""
    rng = np.random.default_rng(seed)
    coarse = rng.integers(20, 235, (10, 40, 3))
    wide = np.kron(coarse, np.ones((24, 24, 1))).astype(np.uint8)
    pictures = []
    for frame in range(frames):
        left = round(speed * frame)
        picture = wide[:, left : left + 320].copy()
        picture[60:200, 100 + frame : 140 + frame] = 40
        noise = rng.normal(0, 3, picture.shape)
        pictures.append(np.clip(picture + noise, 0, 255).astype(np.uint8))
    return np.array(pictures)


def cuts_of(frames: Frames, jumped: npt.NDArray[np.bool_] | None = None) -> list[int]:
    return find_cuts([thumbnail(frame) for frame in frames], jumped).tolist()


@few
@given(st.integers(0, 1000), st.integers(8, 30))
def test_cut_to_another_scene_is_found_at_its_frame(seed: int, at: int) -> None:
    frames = np.concatenate([scene(seed)[:at], scene(seed + 1)])
    assert cuts_of(frames) == [at]


@few
@given(st.integers(0, 1000), st.floats(0, 12))
@example(2, 0.5)
def test_steady_or_panned_scene_has_no_cut(seed: int, speed: float) -> None:
    assert cuts_of(scene(seed, speed=speed)) == []


def test_fast_pan_that_begins_suddenly_is_no_cut() -> None:
    still, panned = scene(3, 20), scene(3, 20, speed=25.0)
    assert cuts_of(np.concatenate([still, panned])) == []


@pytest.mark.parametrize("length", [1, 2, 4])
def test_flash_is_no_cut(length: int) -> None:
    frames = scene(5)
    frames[20 : 20 + length] = scene(6)[:length]
    assert cuts_of(frames) == []


@pytest.mark.parametrize(("gain", "gamma"), [(0.5, 1.0), (1.5, 1.0), (1.0, 0.5), (1.0, 2.0)])
def test_sudden_change_of_exposure_is_no_cut(gain: float, gamma: float) -> None:
    frames = scene(7).astype(float)
    frames[20:] = np.clip(255 * (frames[20:] / 255) ** gamma * gain, 0, 255)
    assert cuts_of(frames.astype(np.uint8)) == []


def test_small_lasting_change_is_a_cut_only_with_a_jump_of_the_pose() -> None:
    frames = scene(8)
    later = np.concatenate([frames[:15], frames[22:]])
    jumped = np.zeros(len(later), dtype=np.bool_)
    assert cuts_of(later, jumped) == []
    jumped[15] = True
    assert cuts_of(later, jumped) == [15]
    # The pose may jump for another reason than a cut.
    assert cuts_of(frames, np.ones(len(frames), dtype=np.bool_)) == []
    assert find_cuts([thumbnail(frame) for frame in frames], None, np.arange(len(frames)) == 7).tolist() == [7]


def test_picture_smaller_than_a_thumbnail_and_short_clips_have_no_cut() -> None:
    assert thumbnail(np.zeros((5, 7, 3), dtype=np.uint8)).shape == (SIDE, SIDE, 3)
    assert find_cuts([]).tolist() == find_cuts([np.zeros((SIDE, SIDE, 3), dtype=np.uint8)]).tolist() == []
    assert cuts_of(np.zeros((12, 40, 40, 3), dtype=np.uint8)) == []


@few
@given(st.integers(16, 400), st.integers(16, 400), st.integers(0, 255))
def test_thumbnail_of_an_even_picture_has_its_colour(height: int, width: int, grey: int) -> None:
    small = thumbnail(np.full((height, width, 3), grey, dtype=np.uint8))
    assert small.shape == (SIDE, SIDE, 3)
    assert (small == grey).all()


def test_largest_beside_skips_missing_values_and_the_nearest() -> None:
    values = np.array([1.0, np.nan, 7.0, 2.0, 3.0])
    assert largest_beside(values, 2).tolist() == [7.0, 7.0, 3.0, 7.0, 7.0]
    assert largest_beside(values, 2, skipped=1).tolist() == [7.0, 2.0, 3.0, 0.0, 7.0]


@pytest.mark.parametrize("frames", [8, 16, 30])
def test_dissolve_is_a_cut_in_its_middle(frames: int) -> None:
    before, after = scene(11, 80).astype(float), scene(12, 80).astype(float)
    weight = np.clip((np.arange(80) - 40 + frames / 2) / frames, 0, 1)[:, None, None, None]
    (cut,) = cuts_of(((1 - weight) * before + weight * after).astype(np.uint8))
    assert cut == pytest.approx(40, abs=3)


def test_slow_change_of_light_is_no_dissolve() -> None:
    gain = np.interp(np.arange(60), [20, 40], [1.0, 0.4])[:, None, None, None]
    assert cuts_of((scene(13, 60) * gain).astype(np.uint8)) == []
