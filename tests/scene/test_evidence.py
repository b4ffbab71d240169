"""Things in front of a painted trunk are found, named and hide the right samples; the body's own pattern is none."""

from __future__ import annotations

import numpy as np
import pytest
from helpers.painted_scene import DEPTH, LENGTH_PX, path_of, post, rail, scene, shade

from posture.contour.grid import T_GRID
from posture.scene.evidence import read_scene

BACK = (T_GRID >= -0.1) & (T_GRID <= 0.9)


@pytest.mark.parametrize("seed_px", [(6.0, 3.0), (9.0, 1.5), (4.0, 6.0)], ids=str)
def test_body_alone_hides_nothing(seed_px: tuple[float, float]) -> None:
    trunk = path_of(bounce_px=seed_px[0], sway_px=seed_px[1])
    found = read_scene(scene(trunk), trunk)
    assert found.kinds == ()
    assert not found.hidden.any()


@pytest.mark.parametrize(("width", "level"), [(3, 40), (6, 220), (14, 40)])
def test_post_on_the_back_edge_hides_it_all_along(width: int, level: float) -> None:
    trunk = path_of()
    left = round(float(np.median(trunk.points(T_GRID[BACK], DEPTH[BACK])[..., 0]))) - width // 2
    found = read_scene(scene(trunk, post(left, width, level)), trunk)
    assert found.kinds == ("post",)
    assert found.hidden[:, BACK].mean() > 0.7


@pytest.mark.parametrize("place_t", [0.0, 0.25, 0.5])
def test_rail_hides_the_samples_behind_it_and_no_others(place_t: float) -> None:
    trunk = path_of()
    row = round(125 - place_t * LENGTH_PX)
    found = read_scene(scene(trunk, rail(row - 3, 6)), trunk)
    assert found.kinds == ("rail",)
    rows = trunk.points(T_GRID, DEPTH)[..., 1]
    behind, clear = np.abs(rows - row) <= 3, np.abs(rows - row) > 14
    assert found.hidden[:, BACK][behind[:, BACK]].mean() > 0.95
    assert found.hidden[:, BACK][clear[:, BACK]].mean() < 0.02


def test_post_in_front_of_the_belly_hides_no_edge() -> None:
    trunk = path_of()
    found = read_scene(scene(trunk, post(136, 6)), trunk)
    assert found.hidden[:, BACK].mean() < 0.05


def test_thing_that_moves_with_the_body_is_none() -> None:
    trunk = path_of()

    def pack(picture: np.ndarray, number: int) -> np.ndarray:  # type: ignore[type-arg]
        x, y = (trunk.hips[number] + 0.25 * trunk.axis[number] + 0.15 * trunk.back[number]).astype(int)
        picture = picture.copy()
        picture[y - 12 : y + 12, x - 14 : x + 14] = 30.0
        return picture

    assert read_scene(scene(trunk, pack), trunk).kinds == ()


def test_edge_of_shade_is_called_shade() -> None:
    trunk = path_of()
    left = round(float(np.median(trunk.points(T_GRID[BACK], 0.6 * DEPTH[BACK])[..., 0])))
    assert read_scene(scene(trunk, shade(left)), trunk).kinds == ("shade",)


def test_person_who_does_not_move_shows_nothing_fixed() -> None:
    trunk = path_of(bounce_px=0.2, sway_px=0.2)
    assert read_scene(scene(trunk, post(100, 6)), trunk).kinds == ()


def test_evidence_is_mirrored_with_the_picture() -> None:
    trunk = path_of()
    samples = scene(trunk, rail(105, 6))
    width = samples.pictures.shape[2]
    flip = np.array([-1.0, 1.0])
    other = trunk.at(np.arange(len(trunk.frames)))
    mirrored = type(trunk)(
        other.frames,
        other.hips * flip + [width, 0],
        other.shoulders * flip + [width, 0],
        other.boxes[:, [2, 1, 0, 3]] * np.array([-1.0, 1.0, -1.0, 1.0]) + np.array([width, 0, width, 0]),
        -1.0,
        other.t,
        other.depth,
        other.edges,
    )
    flipped = type(samples)(samples.frames, np.ascontiguousarray(samples.pictures[:, :, ::-1]), 1.0)
    one, two = read_scene(samples, trunk), read_scene(flipped, mirrored)
    assert one.kinds == two.kinds
    assert np.mean(one.hidden != two.hidden) < 0.01


def test_evidence_in_other_frames_hides_nothing_where_it_was_not_read() -> None:
    trunk = path_of()
    left = round(float(np.median(trunk.points(T_GRID[BACK], DEPTH[BACK])[..., 0])))
    found = read_scene(scene(trunk, post(left, 6, 220)), trunk)
    assert found.at(trunk.frames) is found
    assert found.hidden[5:9].any()
    asked = np.concatenate([trunk.frames[5:9], trunk.frames[-1] + np.array([3, 4])])
    other = found.at(asked)
    np.testing.assert_array_equal(other.hidden_by, np.vstack([found.hidden_by[5:9], np.zeros((2, len(T_GRID)))]))
    assert list(np.isfinite(other.roll_deg)) == [True] * 4 + [False] * 2
    assert (other.kinds, other.light) == (found.kinds, found.light)
