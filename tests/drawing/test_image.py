"""Where the back lies in a picture."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt
import pytest
from helpers.synthetic_runner import Facing, few, many
from hypothesis import given
from hypothesis import strategies as st

from posture.drawing.image import Trunk, jpeg, resize
from posture.pose.trunk_frame import to_trunk_frame

Rgb = npt.NDArray[np.uint8]


def grey(width: int = 640, height: int = 640) -> Rgb:
    return np.full((height, width, 3), 128, dtype=np.uint8)


def decoded(data: bytes) -> Rgb:
    assert data[:3] == b"\xff\xd8\xff"
    assert data[-2:] == b"\xff\xd9"
    picture = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
    assert picture is not None
    return np.asarray(picture[:, :, ::-1], dtype=np.uint8)


def trunk_of(facing: Facing, length: float, lean: float) -> Trunk:
    sign, angle = (1.0 if facing == "right" else -1.0), np.radians(lean)
    hips = np.array([320.0, 330.0])
    return Trunk(hips, hips + length * np.array([sign * np.sin(angle), -np.cos(angle)]), facing)


@many
@given(
    st.sampled_from(["left", "right"]),
    st.floats(20, 500),
    st.floats(-40, 60),
    st.floats(-0.5, 1.2),
    st.floats(0, 0.8),
)
def test_placing_undoes_the_trunk_frame(
    facing: Facing, length: float, lean: float, t: float, c: float
) -> None:
    trunk = trunk_of(facing, length, lean)
    place = trunk.place(np.array([t]), np.array([c]))
    assert to_trunk_frame(place, trunk.hips, trunk.shoulders, facing)[0] == pytest.approx([t, c], abs=1e-9)


@few
@given(st.integers(1, 40), st.integers(1, 40), st.floats(0.05, 6))
def test_a_resized_picture_is_never_empty(width: int, height: int, factor: float) -> None:
    picture = resize(grey(width, height), factor)
    assert picture.dtype == np.uint8
    assert picture.shape == (max(1, round(height * factor)), max(1, round(width * factor)), 3)
    assert np.abs(picture.astype(int) - 128).max() <= 1
    assert decoded(jpeg(picture)).shape == picture.shape
