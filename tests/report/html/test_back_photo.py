"""The photograph of the back: the line lies on the back, and the parts are where they belong."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt
import pytest
from helpers import synthetic_runner
from helpers.synthetic_runner import few
from hypothesis import given
from hypothesis import strategies as st

from posture.contour.angles import measure_outlines
from posture.contour.grid import T_GRID
from posture.drawing.back_line import SHOWN_T, BackPose, Trunk, back_geometry, with_angles
from posture.drawing.palette import ARCH, BACK, CASING, TILT, Colour
from posture.report.html.back_photo import ABOVE, BELOW, REFERENCE_HEIGHT, _crop, draw_back_photo
from posture.types import Facing, Image

LEAN = 8.0
OUTLINE = synthetic_runner.plain_outline(0.06)
ANGLES = measure_outlines(OUTLINE, LEAN, smooth=False)


def trunk_of(facing: Facing = "right", length: float = 120.0) -> Trunk:
    sign, angle = (1.0 if facing == "right" else -1.0), np.radians(LEAN)
    hips = np.array([400.0, 400.0])
    return Trunk(hips, hips + length * np.array([sign * np.sin(angle), -np.cos(angle)]), facing)


def pose_of(trunk: Trunk) -> BackPose:
    return BackPose(trunk, OUTLINE, ANGLES, 0)


def grey(width: int = 800, height: int = 700) -> Image:
    return np.full((height, width, 3), 128, dtype=np.uint8)


def decoded(data: bytes) -> Image:
    picture = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
    assert picture is not None
    return np.asarray(picture[:, :, ::-1], dtype=np.uint8)


def near(picture: Image, colour: Colour, tolerance: int = 50) -> npt.NDArray[np.bool_]:
    return np.asarray(np.abs(picture.astype(int) - np.array(colour)).max(axis=2) < tolerance)


@pytest.mark.parametrize("facing", ["left", "right"])
def test_line_lies_on_the_back(facing: Facing) -> None:
    trunk = trunk_of(facing)
    data, width, height = draw_back_photo(grey(), pose_of(trunk), None, None)
    picture = decoded(data)
    assert picture.shape == (height, width, 3)
    factor = height / ((ABOVE + BELOW) * 120.0)
    rows, columns = np.nonzero(near(picture, BACK))
    shown = (T_GRID > SHOWN_T[0] + 0.05) & (T_GRID < SHOWN_T[1] - 0.05)
    places = trunk.place(T_GRID[shown], OUTLINE[shown])
    top = trunk.hips[1] - ABOVE * 120.0
    off = []
    for place in places:
        row = (place[1] - top) * factor
        line = columns[np.abs(rows - row) <= 1]
        if len(line) > 2:
            off.append(line.mean() - place[0] * factor)
    # As far from the outline at every height: the cut's own shift.
    assert len(off) > 10
    assert np.ptp(off) < 12


@pytest.mark.parametrize("facing", ["left", "right"])
def test_all_parts_are_drawn_for_both_directions(facing: Facing) -> None:
    picture = decoded(draw_back_photo(grey(), pose_of(trunk_of(facing)), 24.0, 40.0, named=True)[0])
    for colour in (BACK, TILT, ARCH):
        assert near(picture, colour).sum() > 300
    # The arch's number stands before the back.
    width = picture.shape[1]
    columns = np.nonzero(near(picture, ARCH))[1]
    before = columns > 0.6 * width if facing == "right" else columns < 0.4 * width
    assert before.sum() > 100


def test_angles_without_values_are_not_drawn() -> None:
    picture = decoded(draw_back_photo(grey(), pose_of(trunk_of()), None, None)[0])
    assert near(picture, ARCH).sum() == near(picture, TILT).sum() == 0


@pytest.mark.parametrize("facing", ["left", "right"])
@pytest.mark.parametrize(("tilt", "arch"), [(24.0, 40.0), (31.0, 52.0), (18.0, 28.0)])
def test_drawn_tangents_span_the_printed_angles(facing: Facing, tilt: float, arch: float) -> None:
    trunk = trunk_of(facing)
    back = back_geometry(pose_of(trunk), trunk)
    drawn = with_angles(back, trunk, tilt, arch, roll_deg=3.0)
    sign = 1.0 if facing == "right" else -1.0
    lower, upper = (float(np.degrees(np.arctan2(sign * t.up[0], -t.up[1]))) for t in (drawn.lower, drawn.upper))
    assert lower - sign * 3.0 == pytest.approx(tilt)
    assert lower - upper == pytest.approx(arch)
    assert (drawn.lower.point == back.lower.point).all()


@pytest.mark.parametrize("facing", ["left", "right"])
@pytest.mark.parametrize("tilt", [20.0, 27.0])
def test_tangent_in_the_picture_has_the_printed_tilt(facing: Facing, tilt: float) -> None:
    trunk = trunk_of(facing)
    picture = decoded(draw_back_photo(grey(), pose_of(trunk), tilt, None)[0])
    _part, placed = _crop(grey(), trunk, REFERENCE_HEIGHT)
    contact = back_geometry(pose_of(trunk), placed).lower.point
    blue = near(picture, TILT)

    def share_drawn(degrees: float) -> float:
        angle, sign = np.radians(degrees), (1.0 if facing == "right" else -1.0)
        along = np.linspace(0.4, 0.6, 60)[:, None] * placed.length
        places = np.round(contact + along * np.array([sign * np.sin(angle), -np.cos(angle)])).astype(int)
        return float(blue[places[:, 1], places[:, 0]].mean())

    assert share_drawn(tilt) > 0.9
    assert max(share_drawn(tilt - 1.0), share_drawn(tilt + 1.0)) < 0.5


@pytest.mark.parametrize("roll", [-12.0, 12.0])
def test_vertical_follows_the_roll_of_the_camera(roll: float) -> None:
    level = decoded(draw_back_photo(grey(), pose_of(trunk_of()), 24.0, None)[0])
    tilted = decoded(draw_back_photo(grey(), pose_of(trunk_of()), 24.0, None, roll_deg=roll)[0])

    def top_of_plate(picture: Image) -> float:
        return float(np.nonzero(near(picture, CASING, 60))[1].mean())

    # The dashed line leans, and the word at its upper end moves with it.
    assert np.sign(top_of_plate(tilted) - top_of_plate(level)) == np.sign(roll)


@few
@given(
    st.floats(-50, 850),
    st.floats(-50, 750),
    st.floats(3, 600),
    st.sampled_from(["left", "right"]),
    st.booleans(),
)
def test_runner_anywhere_can_be_drawn(x: float, y: float, length: float, facing: Facing, small: bool) -> None:
    hips = np.array([x, y])
    trunk = Trunk(hips, hips - np.array([0.0, length]), facing)
    size = (90, 60) if small else (800, 700)
    data, width, height = draw_back_photo(grey(*size), pose_of(trunk), 24.0, 40.0, named=True, height=300)
    assert decoded(data).shape == (height, width, 3)
    assert height <= 300
    assert width <= 482
