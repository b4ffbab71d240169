"""Images as MediaPipe needs them: mirrored, padded, contiguous."""

from __future__ import annotations

import numpy as np
from helpers.synthetic_runner import few
from hypothesis import given
from hypothesis import strategies as st

from posture.pose.landmarker import PAD_TO, flipped, padded


def picture(height: int, width: int) -> np.ndarray:
    return np.random.default_rng(height * width).integers(0, 256, (height, width, 3), np.uint8)


@few
@given(height=st.integers(1, 40), width=st.integers(1, 40), cut=st.integers(0, 3))
def test_flipped_image_is_mirrored_and_contiguous(height: int, width: int, cut: int) -> None:
    rgb = picture(height + cut, width + cut)[cut:, cut:]
    found = flipped(rgb)
    assert found.flags.c_contiguous
    assert np.array_equal(found, rgb[:, ::-1])


@few
@given(height=st.integers(1, 40), width=st.integers(1, 40), cut=st.integers(0, 3))
def test_padded_image_repeats_its_edge(height: int, width: int, cut: int) -> None:
    rgb = picture(height + cut, width + cut)[cut:, cut:]
    found = padded(rgb)
    assert found.flags.c_contiguous
    assert found.shape[0] % PAD_TO == found.shape[1] % PAD_TO == 0
    rows, columns = (np.minimum(np.arange(found.shape[i]), rgb.shape[i] - 1) for i in (0, 1))
    assert np.array_equal(found, rgb[rows[:, None], columns])
