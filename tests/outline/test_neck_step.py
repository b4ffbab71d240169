"""Step of the outline beside the neck."""

from __future__ import annotations

import numpy as np
import pytest

from posture.contour.grid import T_GRID
from posture.outline.neck_step import neck_step_l
from posture.types import Array

FRAMES = 60


def body(sway_l: float = 0.03) -> Array:
    """Edges that recede from the shoulders to the neck, and sway as a whole."""
    phase = np.linspace(0, 6 * np.pi, FRAMES)
    return 0.3 - 0.1 * np.maximum(T_GRID - 0.8, 0.0) + sway_l * np.sin(phase)[:, None]


def with_tail(share: float, end_t: float) -> Array:
    """Edges of a body whose pony tail, down to a height, stands out in a share of the frames."""
    edges = body()
    edges[: round(share * FRAMES), T_GRID >= end_t] += 0.15
    return edges


def test_body_that_sways_has_no_step() -> None:
    assert neck_step_l(body(sway_l=0.1)) < 0.01


@pytest.mark.parametrize("share", [0.1, 0.5, 1.0])
def test_tail_that_ends_beside_the_neck_is_a_step_however_seldom_it_stands_out(share: float) -> None:
    assert neck_step_l(with_tail(share, 1.05)) == pytest.approx(0.15, abs=0.01)


def test_single_frames_and_steps_below_the_shoulders_do_not_count() -> None:
    assert neck_step_l(with_tail(1 / FRAMES, 1.05)) < 0.01
    assert neck_step_l(with_tail(1.0, 0.6)) < 0.01


def test_edges_that_are_missing_or_hidden_are_no_step() -> None:
    assert neck_step_l(np.full((5, len(T_GRID)), np.nan)) == 0.0
    hidden = np.where((T_GRID > 1.02) & (T_GRID < 1.07), np.nan, with_tail(1.0, 1.05))
    assert neck_step_l(hidden) < 0.01
