"""The sampler keeps evenly spread pictures within its bounds, from the first person on."""

from __future__ import annotations

import numpy as np
import pytest

from posture.scene.sampler import EMPTY_STEP, LONG_SIDE_PX, MAX_EMPTY, MAX_PICTURES, SceneSampler, SceneSamples

PERSON = np.stack([np.full(33, 50.0), np.linspace(20.0, 380.0, 33)], axis=1)


def sampled(frames: int, size: tuple[int, int] = (400, 1280), first: int = 0) -> SceneSamples | None:
    sampler, picture = SceneSampler(), np.zeros((*size, 3), dtype=np.uint8)
    for number in range(frames):
        sampler.add(number, picture, [PERSON] if number >= first else [])
    return sampler.samples()


@pytest.mark.parametrize("frames", [1, 7, MAX_PICTURES, 1000])
def test_samples_are_even_and_bounded(frames: int) -> None:
    samples = sampled(frames)
    assert samples is not None
    assert len(samples.frames) == len(samples.pictures) <= MAX_PICTURES
    assert len(samples.frames) >= min(frames, MAX_PICTURES // 2)
    assert len(set(np.diff(samples.frames).tolist())) <= 1
    assert samples.frames[-1] > 0.9 * frames - 2


def test_picture_is_reduced_to_the_long_side() -> None:
    samples = sampled(3)
    assert samples is not None
    assert samples.pictures.shape == (3, 200, LONG_SIDE_PX)
    assert samples.scale == pytest.approx(0.5)


def test_small_picture_is_kept_as_it_is() -> None:
    samples = sampled(3, size=(240, 320))
    assert samples is not None
    assert samples.scale == 1.0


def test_few_pictures_are_kept_without_a_person() -> None:
    nobody = sampled(1000, first=1000)
    assert nobody is not None
    assert nobody.frames.tolist() == [EMPTY_STEP * number for number in range(MAX_EMPTY)]
    assert nobody.pictures.shape[1:] == (200, LONG_SIDE_PX)


def test_only_pictures_from_the_first_person_on_are_kept() -> None:
    assert sampled(0) is None
    later = sampled(20, first=10)
    assert later is not None
    assert later.frames.tolist() == list(range(10, 20))
