"""A fixed edge goes on beyond its ends only where a line is there that is not the trunk's own rim."""

from __future__ import annotations

import numpy as np
import pytest

from posture.scene.edge_surroundings import continues

SAMPLES, SIZE, COLUMN, TRUNK_PX = 20, (120, 80), 40, 90.0
EDGE = np.stack([np.full(20, COLUMN), np.arange(50, 70)], axis=1).astype(np.float64)
DOWN = np.array([0.0, 1.0])


def line(first: int, last: int, *, share: float = 1.0) -> np.ndarray:  # type: ignore[type-arg]
    """Return gradients across a vertical line that is there in a share of the samples."""
    gradients = np.zeros((2, SAMPLES, *SIZE), dtype=np.float32)
    gradients[0, : round(share * SAMPLES), first:last, COLUMN] = 6.0
    return gradients


def covered(share: float, rows: slice = slice(0, SIZE[0])) -> np.ndarray:  # type: ignore[type-arg]
    """Return where the trunk is in a share of the samples: left of the line."""
    mask = np.zeros((SAMPLES, *SIZE), dtype=np.bool_)
    mask[: round(share * SAMPLES), rows, : COLUMN + 1] = True
    return mask


@pytest.mark.parametrize(("first", "last"), [(20, 70), (50, 100)], ids=["above", "below"])
@pytest.mark.parametrize("share", [0.0, 1.0], ids=["beyond the trunk", "across the trunk"])
def test_line_that_goes_on_at_one_end_continues(first: int, last: int, share: float) -> None:
    assert continues(line(first, last), covered(share), EDGE, DOWN, TRUNK_PX)


def test_line_that_ends_with_the_edge_does_not_continue() -> None:
    assert not continues(line(50, 70), covered(0.0), EDGE, DOWN, TRUNK_PX)


def test_line_that_comes_and_goes_does_not_continue() -> None:
    assert not continues(line(0, SIZE[0], share=0.5), covered(0.0), EDGE, DOWN, TRUNK_PX)


def test_line_along_the_rim_of_the_trunk_does_not_continue() -> None:
    assert not continues(line(0, SIZE[0]), covered(0.5), EDGE, DOWN, TRUNK_PX)


def test_line_beyond_the_rim_continues() -> None:
    assert continues(line(0, SIZE[0]), covered(0.5, slice(45, 75)), EDGE, DOWN, TRUNK_PX)
