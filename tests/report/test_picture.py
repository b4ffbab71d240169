"""The picture shows the measured line where the back is, as a JPEG that others can read."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt
import pytest
import synthetic
from hypothesis import given
from hypothesis import strategies as st
from synthetic import Array, Facing, few, many

from posture.back.geometry import measure_outlines
from posture.contour.grid import T_GRID
from posture.pose.trunk import to_trunk_frame
from posture.report.overlay import AXIS, BACK, POINT, Label, Stroke, draw, jpeg, resize
from posture.report.picture import HEIGHT_PX, SHOWN_T, Trunk, back_picture

Rgb = npt.NDArray[np.uint8]
OUTLINE = synthetic.plain_outline(0.06)
ANGLES = measure_outlines(OUTLINE, 8.0)
SHOWN = (T_GRID > SHOWN_T[0] + 0.03) & (T_GRID < SHOWN_T[1] - 0.03)
WORDS = ("tilt 24 deg", "arch 40 deg")


def trunk_of(facing: Facing = "right", length: float = 100.0, lean: float = 8.0) -> Trunk:
    sign, angle = (1.0 if facing == "right" else -1.0), np.radians(lean)
    hips = np.array([320.0, 330.0])
    return Trunk(hips, hips + length * np.array([sign * np.sin(angle), -np.cos(angle)]), facing)


def grey(width: int = 640, height: int = 640) -> Rgb:
    return np.full((height, width, 3), 128, dtype=np.uint8)


def decoded(data: bytes) -> Rgb:
    assert data[:3] == b"\xff\xd8\xff"
    assert data[-2:] == b"\xff\xd9"
    picture = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
    assert picture is not None
    return np.asarray(picture[:, :, ::-1], dtype=np.uint8)


def shown_at(trunk: Trunk, points: Array, size: tuple[int, int]) -> npt.NDArray[np.intp]:
    """Return where points of the source picture lie in the cut and enlarged one."""
    length = float(np.hypot(*(trunk.shoulders - trunk.hips)))
    middle, reach = 0.5 * (trunk.hips + trunk.shoulders), 1.8 * length
    corner = np.maximum(np.floor(middle - reach), 0)
    bottom = min(float(np.ceil(middle[1] + reach)), size[1])
    return np.round((points - corner) * HEIGHT_PX / (bottom - corner[1])).astype(np.intp)


def colours_along(picture: Rgb, places: npt.NDArray[np.intp]) -> Rgb:
    return picture[places[:, 1], places[:, 0]]


@pytest.mark.parametrize("facing", ["left", "right"])
@pytest.mark.parametrize("size", [(640, 640), (641, 519)])
def test_the_line_is_drawn_along_the_back(facing: Facing, size: tuple[int, int]) -> None:
    trunk = trunk_of(facing)
    picture = decoded(back_picture(grey(*size), trunk, OUTLINE, ANGLES, WORDS))
    assert picture.shape[0] == HEIGHT_PX
    places = shown_at(trunk, trunk.place(T_GRID[SHOWN], OUTLINE[SHOWN]), size)
    differs = np.abs(colours_along(picture, places).astype(int) - 128).max(axis=1)
    assert (differs > 40).all()
    # Beyond the tangents and dots it has its own colour, red and blue not exchanged.
    green = np.abs(colours_along(picture, places).astype(int) - np.array(BACK)).max(axis=1) < 60
    assert green[(T_GRID[SHOWN] < -0.1) | (T_GRID[SHOWN] > 0.94)].all()
    beside = shown_at(trunk, trunk.place(T_GRID[SHOWN], OUTLINE[SHOWN] - 0.09), size)
    assert np.median(np.abs(colours_along(picture, beside).astype(int) - 128).max(axis=1)) < 10


def test_the_trunk_axis_is_drawn() -> None:
    trunk = trunk_of(lean=0.0)
    picture = decoded(back_picture(grey(), trunk, OUTLINE, ANGLES, WORDS))
    places = shown_at(trunk, trunk.place(np.linspace(0.4, 0.6, 9), np.zeros(9)), (640, 640))
    assert np.abs(colours_along(picture, places).astype(int) - np.array(AXIS)).max() < 60


@pytest.mark.parametrize(
    ("hips", "length"),
    [
        ((5.0, 100.0), 60.0),
        ((635.0, 400.0), 200.0),
        ((320.0, 30.0), 80.0),
        ((320.0, 639.0), 500.0),
        ((50.0, 50.0), 4.0),
    ],
    ids=["left edge", "right edge", "top", "larger than the picture", "tiny"],
)
def test_a_runner_at_the_pictures_edge_can_be_drawn(hips: tuple[float, float], length: float) -> None:
    start = np.array(hips)
    trunk = Trunk(start, start - np.array([0.0, length]), "right")
    picture = decoded(back_picture(grey(), trunk, OUTLINE, ANGLES, WORDS))
    assert picture.shape[0] == HEIGHT_PX
    assert np.ptp(picture) > 100


def test_the_runner_is_left_as_filmed_away_from_the_drawing() -> None:
    rng = np.random.default_rng(0)
    source = np.asarray(cv2.GaussianBlur(rng.integers(0, 255, (640, 640, 3)).astype(np.uint8), (0, 0), 6))
    before = source.copy()
    picture = decoded(back_picture(source, trunk_of(), OUTLINE, ANGLES, WORDS))
    assert np.array_equal(source, before)
    blank = decoded(back_picture(grey(), trunk_of(), OUTLINE, ANGLES, WORDS))
    untouched = (np.abs(blank.astype(int) - 128).max(axis=2) < 4)[: HEIGHT_PX // 5]
    top = resize(source[100:460, 147:507], HEIGHT_PX / 360)[: HEIGHT_PX // 5]
    assert untouched.mean() > 0.8
    assert abs(float(picture[: HEIGHT_PX // 5][untouched].mean()) - float(top.mean())) < 3


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


def test_drawing_leaves_the_source_and_draws_dots_and_labels() -> None:
    source = grey(400, 600)
    line = Stroke(np.array([[50.0, 300.0], [350.0, 300.0]]), BACK, 3.0)
    drawn = draw(source, [line], np.array([[200.0, 500.0]]), [Label("far away", (1000.0, -50.0))])
    assert (source == 128).all()
    assert (drawn[300, 60:340] == BACK).all()
    assert (drawn[500, 200] == POINT).all()
    # A label that lies outside is moved in.
    assert (drawn[:40, 300:] > 200).all(axis=2).any()
    assert (drawn[400:480] == 128).all()
    assert (draw(source, [], np.zeros((0, 2)), []) == source).all()


@few
@given(st.integers(1, 40), st.integers(1, 40), st.floats(0.05, 6))
def test_a_resized_picture_is_never_empty(width: int, height: int, factor: float) -> None:
    picture = resize(grey(width, height), factor)
    assert picture.dtype == np.uint8
    assert picture.shape == (max(1, round(height * factor)), max(1, round(width * factor)), 3)
    assert np.abs(picture.astype(int) - 128).max() <= 1
    assert decoded(jpeg(picture)).shape == picture.shape
