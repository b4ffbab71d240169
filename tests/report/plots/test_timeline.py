"""The panel below the film: two editions of one plot, in which nothing is drawn that was not measured."""

from __future__ import annotations

import itertools

import numpy as np
import numpy.typing as npt
import pytest

from posture.drawing.palette import DARK, rgb_of
from posture.report.plots.timeline import Panel, Row, Step, Strip, film_panel

SPAN = (0.0, 8.0)
WIDTH = 720


def steps(count: int = 8, *, value: float = 30.0) -> list[Step]:
    return [Step(0.5 + 0.7 * n, 1.2 + 0.7 * n, value + n % 2) for n in range(count)]


def panel(rows: list[Row], *, left_out: bool = False) -> Panel:
    used = [(s.start_s, s.end_s) for s in steps()]
    return film_panel(rows, Strip(used, [(6.1, 6.9)] if left_out else []), SPAN, WIDTH, "{number} s")


def both() -> list[Row]:
    return [
        Row("pelvic_tilt_deg", steps(), 33.8, "33.8"),
        Row("lumbar_arch_deg", steps(value=40.0), 43.2, "43.2"),
    ]


def pixels(picture: npt.NDArray[np.uint8], colour: str) -> npt.NDArray[np.bool_]:
    return np.asarray(np.abs(picture.astype(int) - rgb_of(colour)).max(axis=2) < 30)


def column(found: Panel, time_s: float) -> int:
    return round(found.left + (time_s - SPAN[0]) / (SPAN[1] - SPAN[0]) * (found.right - found.left))


def test_rows_stand_below_each_other_and_both_editions_fit() -> None:
    found = panel(both())
    assert found.past.shape == found.future.shape
    assert found.past.shape[1] == WIDTH
    assert found.past.shape[0] % 2 == 0
    assert list(found.rows) == sorted(found.rows)
    assert len(found.rows) == 3
    assert found.rows[-1] < found.bottom < found.past.shape[0]


def test_values_are_drawn_where_a_stride_was_and_only_there() -> None:
    found = panel(both())
    half = round((found.rows[0] + found.rows[1]) / 2)
    tilt = pixels(found.past[:half], DARK.tilt)
    drawn = np.flatnonzero(tilt.any(axis=0))
    assert abs(drawn.min() - column(found, 0.5)) <= 3
    assert abs(drawn.max() - column(found, 6.1)) <= 3
    # What is to come is fainter.
    assert not pixels(found.future[:half], DARK.tilt).any()
    # Grey where nothing was measured.
    ground = np.array(rgb_of(DARK.ground))
    aside = found.past[round(found.rows[0]) - 8, column(found, 7.5)]
    assert np.abs(aside.astype(int) - ground).max() > 6


def test_a_higher_value_stands_higher() -> None:
    low, high = (
        panel([Row("pelvic_tilt_deg", steps(value=value), 33.8, "33.8")]).past for value in (25.0, 40.0)
    )
    rows = [np.flatnonzero(pixels(p, DARK.tilt).any(axis=1)).mean() for p in (low, high)]
    assert rows[1] < rows[0]


def test_without_measures_there_is_the_strip_alone() -> None:
    found = panel([])
    assert len(found.rows) == 1
    assert found.past.shape[0] < panel(both()).past.shape[0] / 1.5
    assert not pixels(found.past, DARK.tilt).any()


def test_strides_left_out_are_shown_otherwise() -> None:
    plain, odd = panel([]), panel([], left_out=True)
    at = column(odd, 6.5)
    row = round(odd.rows[0]) + 3
    colours = [tuple(p.past[row, at].tolist()) for p in (plain, odd)]
    used = tuple(odd.past[row, column(odd, 3.6)].tolist())
    assert len({*colours, used}) == 3


@pytest.mark.parametrize(
    ("start", "length", "count", "width"),
    [(0.0, 600.0, 850, 1280), (57.3, 0.3, 1, 360), (3.0, 31.7, 40, 720), (0.0, 0.01, 0, 360)],
)
def test_any_length_can_be_drawn(start: float, length: float, count: int, width: int) -> None:
    edges = np.linspace(start, start + length, count + 1)
    made = [Step(float(a), float(b), 30.0) for a, b in itertools.pairwise(edges)]
    rows = [Row("pelvic_tilt_deg", made, None, "")] if made else []
    found = film_panel(
        rows, Strip([(s.start_s, s.end_s) for s in made], []), (start, start + length), width, "{number} s"
    )
    assert found.past.shape[1] == width


@pytest.mark.parametrize("length", [0.0, 1e-9])
def test_a_single_frame_has_a_panel_too(length: float) -> None:
    found = film_panel([], Strip([], []), (1.0, 1.0 + length), 360, "{number} s")
    assert found.past.shape[1] == 360
