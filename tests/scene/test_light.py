"""Light at the edge: contrast, levels, noise of painted pictures."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from helpers.painted_scene import FRAMES, SIZE, path_of

from posture.scene.light import Light, read_light


def lit(body: float, background: float, noise: float = 0.0) -> Light:
    trunk = path_of()
    rng = np.random.default_rng(2)
    pictures = np.full((FRAMES, *SIZE), background)
    edge = trunk.points(trunk.t, trunk.depth)
    x = np.arange(SIZE[1])
    for number in range(FRAMES):
        order = np.argsort(edge[number, :, 1])
        border = np.interp(np.arange(SIZE[0]), edge[number, order, 1], edge[number, order, 0])
        pictures[number][x[None] > border[:, None]] = body
    pictures = np.clip(pictures + noise * rng.standard_normal(pictures.shape), 0, 255)
    found = read_light(pictures.astype(np.uint8), trunk, trunk.edges)
    assert found is not None
    return found


@pytest.mark.parametrize(("body", "background"), [(150, 90), (30, 20), (60, 255)])
def test_levels_and_contrast_are_read_on_both_sides(body: float, background: float) -> None:
    light = lit(body, background)
    assert (light.body, light.background) == (body, background)
    assert light.contrast == abs(body - background)


def test_noise_is_estimated() -> None:
    assert lit(150, 90, noise=6.0).noise == pytest.approx(6.0, rel=0.15)
    assert lit(150, 90).noise == 0.0


def test_light_without_any_edge_is_unknown() -> None:
    trunk = path_of()
    nothing = replace(trunk, edges=np.full_like(trunk.edges, np.nan))
    assert read_light(np.zeros((FRAMES, *SIZE), dtype=np.uint8), trunk, nothing.edges) is None
