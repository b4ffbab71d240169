"""Pictures are scaled and encoded."""

from __future__ import annotations

import cv2
import numpy as np
from helpers.synthetic_runner import few
from hypothesis import given
from hypothesis import strategies as st

from posture.drawing.canvas import encode_jpeg, resize
from posture.types import Image


def grey(width: int = 640, height: int = 640) -> Image:
    return np.full((height, width, 3), 128, dtype=np.uint8)


def decoded(data: bytes) -> Image:
    assert data[:3] == b"\xff\xd8\xff"
    assert data[-2:] == b"\xff\xd9"
    picture = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
    assert picture is not None
    return np.asarray(picture[:, :, ::-1], dtype=np.uint8)


@few
@given(st.integers(1, 40), st.integers(1, 40), st.floats(0.05, 6))
def test_resized_picture_is_never_empty(width: int, height: int, factor: float) -> None:
    picture = resize(grey(width, height), factor)
    assert picture.dtype == np.uint8
    assert picture.shape == (max(1, round(height * factor)), max(1, round(width * factor)), 3)
    assert np.abs(picture.astype(int) - 128).max() <= 1
    assert decoded(encode_jpeg(picture)).shape == picture.shape
