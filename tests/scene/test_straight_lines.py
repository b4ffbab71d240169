"""Lines across a painted trunk are found where bars or shade make them, and told apart; a body alone has none."""

from __future__ import annotations

import numpy as np
import pytest
from helpers.painted_scene import SIZE, Paint, Picture, path_of, rail, scene

from posture.scene.evidence import read_scene, read_scene_alone
from posture.scene.sampler import SceneSamples
from posture.scene.straight_lines import StraightLines, find_crossing_lines
from posture.thresholds import REMARKS


def bars(moving_px: float = 0.0, *, spacing: int = 24, width: int = 5, level: float = 30.0) -> Paint:
    """Return what paints upright bars, which move through the picture as when the camera turns."""

    def paint(picture: Picture, number: int) -> Picture:
        return np.where((np.arange(SIZE[1]) + moving_px * number) % spacing < width, level, picture)

    return paint


def stripes(factor: float = 0.4, spacing: int = 24) -> Paint:
    """Return what paints oblique stripes of shade."""

    def paint(picture: Picture, number: int) -> Picture:
        y, x = np.mgrid[: SIZE[0], : SIZE[1]]
        return np.where((x + y + 5 * number) % spacing < spacing / 2, factor * picture, picture)

    return paint


def lines_in(paint: Paint | None) -> StraightLines | None:
    trunk = path_of()
    samples = scene(trunk) if paint is None else scene(trunk, paint)
    return find_crossing_lines(samples.pictures, trunk)


def test_body_alone_is_crossed_by_no_pattern() -> None:
    found = lines_in(None)
    assert found is None or found.weight < REMARKS.pattern_weight


@pytest.mark.parametrize("moving_px", [0.0, 7.0])
def test_bars_are_found_whether_or_not_they_move(moving_px: float) -> None:
    found = lines_in(bars(moving_px))
    assert found is not None
    assert found.weight > 2 * REMARKS.pattern_weight
    assert found.look != "shade"


def test_stripes_of_shade_look_like_shade() -> None:
    found = lines_in(stripes())
    assert found is not None
    assert found.weight > 2 * REMARKS.pattern_weight
    assert found.look == "shade"


def test_bars_behind_the_body_do_not_cross_it() -> None:
    trunk = path_of()
    behind = bars(7.0)
    empty = np.full(SIZE, 90.0)

    def paint(picture: Picture, number: int) -> Picture:
        y, x = np.mgrid[: SIZE[0], : SIZE[1]]
        place = np.stack([x - trunk.hips[number, 0], y - trunk.hips[number, 1]], axis=-1)
        axis = trunk.axis[number]
        t = place @ axis / (axis @ axis)
        distance = place @ trunk.back[number] / (axis @ axis)
        on_body = (t > -0.6) & (t < 1.2) & (distance < np.interp(t, trunk.t, trunk.depth)) & (distance > -0.4)
        return np.where(on_body, picture, behind(empty, number))

    found = find_crossing_lines(scene(trunk, paint).pictures, trunk)
    assert found is None or found.weight < REMARKS.pattern_weight


def test_no_pictures_show_no_lines() -> None:
    trunk = path_of()
    assert find_crossing_lines(np.zeros((0, *SIZE), dtype=np.uint8), trunk.at(np.zeros(0, dtype=np.intp))) is None


def test_stripes_are_seen_where_nobody_is_found() -> None:
    trunk = path_of(6)
    striped = read_scene_alone(scene(trunk, stripes()))
    assert striped.is_striped
    assert striped.light is not None
    assert not read_scene_alone(scene(trunk)).is_striped
    dark = SceneSamples(np.arange(3), np.full((3, *SIZE), 20, dtype=np.uint8), 1.0)
    light = read_scene_alone(dark).light
    assert light is not None
    assert max(light.body, light.background) == 20


def test_rail_stays_a_rail_beside_the_lines_it_makes() -> None:
    trunk = path_of()
    found = read_scene(scene(trunk, rail(100, 6)), trunk)
    assert found.kinds == ("rail",)
    assert found.lines is not None
