"""Images as MediaPipe needs them: mirrored, padded, contiguous."""

from __future__ import annotations

import numpy as np
from helpers.synthetic_runner import few
from hypothesis import given
from hypothesis import strategies as st

from posture.contour.observation import observe
from posture.pose.landmarker import PAD_TO, PoseDetection, around_trunk, flipped, mirror, padded
from posture.pose.landmarks import HIPS, SHOULDERS


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


def body(hips: tuple[float, float], length: float, lean_deg: float) -> np.ndarray:
    landmarks = np.tile(np.array(hips), (33, 1))
    lean = np.radians(lean_deg)
    landmarks[list(SHOULDERS)] += length * np.array([np.sin(lean), -np.cos(lean)])
    landmarks[list(HIPS)] += [[-2.0, 0.0], [2.0, 0.0]]
    return landmarks


@few
@given(x=st.floats(-20, 220), y=st.floats(-20, 180), length=st.floats(2, 90), lean_deg=st.floats(-40, 60))
def test_edges_of_the_back_are_those_of_the_whole_mask(x: float, y: float, length: float, lean_deg: float) -> None:
    landmarks = body((x, y), length, lean_deg)
    rows, columns = np.mgrid[:160, :200]
    mask = np.clip(1.5 - np.hypot(columns - x, rows - y) / max(length, 20.0), 0.0, 1.0).astype(np.float32)
    part, corner = around_trunk(mask, landmarks)
    whole, cut = (PoseDetection(landmarks, np.ones(33), *m) for m in ((mask, (0, 0)), (part, corner)))
    np.testing.assert_allclose(observe(cut).edges, observe(whole).edges, atol=1e-4)
    twice = mirror(mirror(cut, 200), 200)
    assert (twice.corner, twice.mask.tolist()) == (corner, part.tolist())
    np.testing.assert_allclose(observe(mirror(cut, 200)).edges, observe(mirror(whole, 200)).edges, atol=1e-4)
