"""The timeline below the video: two editions, in which only measured values are drawn."""

from __future__ import annotations

import itertools

import numpy as np
import numpy.typing as npt
import pytest

from posture.drawing.palette import DARK, rgb_of
from posture.report.plots.timeline import Step, Timeline, TimelineRow, draw_timeline
from posture.types import Image

SPAN = (0.0, 8.0)
WIDTH = 720


def steps(count: int = 8, *, value: float = 30.0) -> list[Step]:
    return [Step(0.5 + 0.7 * n, 1.2 + 0.7 * n, value + n % 2) for n in range(count)]


def timeline(rows: list[TimelineRow], *, left_out: bool = False) -> Timeline:
    used = [(s.start_s, s.end_s) for s in steps()]
    return draw_timeline(rows, used, [(6.1, 6.9)] if left_out else [], SPAN, WIDTH)


def both() -> list[TimelineRow]:
    return [
        TimelineRow("pelvic_tilt_deg", steps(), 33.8, "33.8"),
        TimelineRow("lumbar_arch_deg", steps(value=40.0), 43.2, "43.2"),
    ]


def pixels(picture: Image, colour: str) -> npt.NDArray[np.bool_]:
    return np.asarray(np.abs(picture.astype(int) - rgb_of(colour)).max(axis=2) < 30)


def column(drawn: Timeline, time_s: float) -> int:
    return round(drawn.left + (time_s - SPAN[0]) / (SPAN[1] - SPAN[0]) * (drawn.right - drawn.left))


def test_rows_stand_below_each_other_in_both_editions() -> None:
    drawn = timeline(both())
    assert drawn.past.shape == drawn.future.shape
    assert drawn.past.shape[1] == WIDTH
    assert drawn.past.shape[0] % 2 == 0
    assert list(drawn.rows) == sorted(drawn.rows)
    assert len(drawn.rows) == 3
    assert drawn.rows[-1] < drawn.bottom < drawn.past.shape[0]


def test_values_are_drawn_only_where_a_stride_was() -> None:
    drawn = timeline(both())
    half = round((drawn.rows[0] + drawn.rows[1]) / 2)
    tilt = pixels(drawn.past[:half], DARK.tilt)
    columns = np.flatnonzero(tilt.any(axis=0))
    assert abs(columns.min() - column(drawn, 0.5)) <= 3
    assert abs(columns.max() - column(drawn, 6.1)) <= 3
    # The future is fainter.
    assert not pixels(drawn.future[:half], DARK.tilt).any()
    # Grey where nothing was measured.
    ground = np.array(rgb_of(DARK.ground))
    aside = drawn.past[round(drawn.rows[0]) - 8, column(drawn, 7.5)]
    assert np.abs(aside.astype(int) - ground).max() > 6


def test_higher_value_stands_higher() -> None:
    low, high = (
        timeline([TimelineRow("pelvic_tilt_deg", steps(value=value), 33.8, "33.8")]).past for value in (25.0, 40.0)
    )
    rows = [np.flatnonzero(pixels(p, DARK.tilt).any(axis=1)).mean() for p in (low, high)]
    assert rows[1] < rows[0]


def test_clip_without_measures_has_only_the_strip() -> None:
    drawn = timeline([])
    assert len(drawn.rows) == 1
    assert drawn.past.shape[0] < timeline(both()).past.shape[0] / 1.5
    assert not pixels(drawn.past, DARK.tilt).any()


def test_strides_left_out_look_different() -> None:
    plain, odd = timeline([]), timeline([], left_out=True)
    at = column(odd, 6.5)
    row = round(odd.rows[0]) + 3
    colours = [tuple(p.past[row, at].tolist()) for p in (plain, odd)]
    used = tuple(odd.past[row, column(odd, 3.6)].tolist())
    assert len({*colours, used}) == 3


@pytest.mark.parametrize(
    ("start", "length", "count", "width"),
    [(0.0, 600.0, 850, 1280), (57.3, 0.3, 1, 360), (3.0, 31.7, 40, 720), (0.0, 0.01, 0, 360)],
)
def test_clip_of_any_length_can_be_drawn(start: float, length: float, count: int, width: int) -> None:
    edges = np.linspace(start, start + length, count + 1)
    strides = [Step(float(a), float(b), 30.0) for a, b in itertools.pairwise(edges)]
    rows = [TimelineRow("pelvic_tilt_deg", strides, None, "")] if strides else []
    drawn = draw_timeline(rows, [(s.start_s, s.end_s) for s in strides], [], (start, start + length), width)
    assert drawn.past.shape[1] == width


@pytest.mark.parametrize("length", [0.0, 1e-9])
def test_single_frame_has_a_timeline(length: float) -> None:
    drawn = draw_timeline([], [], [], (1.0, 1.0 + length), 360)
    assert drawn.past.shape[1] == 360
