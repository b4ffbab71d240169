"""The screen shows the verdict and, at every moment, the numbers of the analysis."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from helpers.reduced_examinations import with_measures

from posture.analysis.examination import Examination
from posture.drawing.palette import DARK, GROUND, rgb_of
from posture.language import format_number, use_language
from posture.records.analysis import Analysis, Segment
from posture.report.annotated_video.layout import LEAST_WIDTH, Screen, make_screen
from posture.report.plots.timeline import LEFT


def screen_of(examination: Examination, picture: tuple[int, int] = (800, 600)) -> Screen:
    return make_screen(examination.analysis, examination.times_s, picture)


def relabelled(analysis: Analysis, label: str, reasons: tuple[str, ...]) -> Analysis:
    verdict = analysis.verdict.model_copy(update={"label": label, "reasons": reasons})
    return analysis.model_copy(update={"verdict": verdict})


def rows_with(picture: np.ndarray, colour: str) -> np.ndarray:
    near = np.abs(picture.astype(int) - rgb_of(colour)).max(axis=2) < 30
    return np.flatnonzero(near.any(axis=1))


@pytest.mark.parametrize("lang", ["en", "de"])
def test_numbers_of_a_stride_are_those_of_the_analysis(running: Examination, lang: str) -> None:
    strides = running.analysis.gait.strides
    with use_language(lang):
        screen = screen_of(running)
        for place, stride in enumerate(strides):
            tilt, arch, title = screen.texts(place)
            assert stride.measures is not None
            for text, name in ((tilt, "pelvic_tilt_deg"), (arch, "lumbar_arch_deg")):
                value = stride.measures[name]
                assert value is not None
                assert text.endswith(f" {format_number(value, 1)}°")
            assert str(place + 1) in title
            assert str(len(strides)) in title


def test_stride_of_a_part_is_shown_with_its_part(running: Examination) -> None:
    analysis = running.analysis
    strides = analysis.gait.strides
    middle = strides[len(strides) // 2].start_s
    parts = [
        Segment(start_s=a, end_s=b, strides=2, measures=analysis.measures, label="borderline")
        for a, b in ((strides[0].start_s, middle), (middle, strides[-1].end_s))
    ]
    screen = screen_of(replace(running, analysis=analysis.model_copy(update={"segments": tuple(parts)})))
    titles = [screen.texts(place)[-1] for place in range(len(strides))]
    before = len(strides) // 2
    assert all("part 1" in title for title in titles[:before])
    assert all("part 2" in title for title in titles[before:])
    assert "part" not in screen_of(running).texts(0)[-1]


def test_between_strides_there_are_no_numbers(running: Examination) -> None:
    tilt, arch, title = screen_of(running).texts(None)
    assert not any(c.isdigit() for c in tilt + arch + title)


def test_standing_person_has_the_clips_numbers_and_no_threshold(standing: Examination) -> None:
    assert "pelvic_tilt_deg" in standing.analysis.verdict.thresholds
    screen = screen_of(standing)
    for text, name in zip(screen.texts(None), ("pelvic_tilt_deg", "lumbar_arch_deg"), strict=False):
        measure = standing.analysis.measures[name]
        assert measure is not None
        assert text.endswith(f" {format_number(measure.value, 1)}°")
    whole = screen.compose(np.zeros((600, 800, 3), dtype=np.uint8), 0.0, None)
    right = whole[-120:, round(0.91 * 800) :]
    assert (right[:60] == GROUND).all()


def test_measure_without_a_value_has_no_row(running: Examination, front: Examination) -> None:
    assert len(screen_of(with_measures(running, lumbar_arch_deg=None)).texts(0)) == 2
    assert len(screen_of(front).texts(None)) == 1


def test_cursor_uncovers_the_past(running: Examination) -> None:
    screen, grey = screen_of(running), np.full((600, 800, 3), 90, dtype=np.uint8)
    counts = []
    for time in np.linspace(0, 4.5, 10):
        below = screen.compose(grey, float(time), None)[-200:, round(LEFT * 800) :]
        counts.append(int((np.abs(below.astype(int) - rgb_of(DARK.tilt)).max(axis=2) < 30).sum()))
    assert counts == sorted(counts)
    assert counts[0] < 0.1 * counts[-1]
    assert counts[-1] > 200


def test_picture_stands_between_verdict_and_timeline(running: Examination) -> None:
    screen = screen_of(running)
    picture = np.random.default_rng(0).integers(0, 255, (600, 800, 3), dtype=np.uint8)
    whole = screen.compose(picture, 1.0, 0)
    assert whole.shape == (screen.size[1], screen.size[0], 3)
    assert all(side % 2 == 0 for side in screen.size)
    top = next(y for y in range(whole.shape[0]) if np.array_equal(whole[y : y + 600], picture))
    assert 20 < top < 120
    assert rows_with(whole[:top], DARK.ink).size


@pytest.mark.parametrize("picture", [(16, 16), (90, 160), (358, 358)])
def test_small_picture_is_centred_in_a_readable_screen(running: Examination, picture: tuple[int, int]) -> None:
    screen = screen_of(running, picture)
    assert screen.size[0] == LEAST_WIDTH
    light = np.full((picture[1], picture[0], 3), 200, dtype=np.uint8)
    whole = screen.compose(light, 1.0, 0)
    columns = np.flatnonzero((whole == 200).all(axis=2).sum(axis=0) >= picture[1])
    assert abs(columns.mean() - (LEAST_WIDTH - 1) / 2) <= 1


def test_long_reason_takes_a_few_more_lines(running: Examination) -> None:
    heights = []
    for reason in ("it is dark", "it is dark " * 12, "it is dark " * 80):
        hidden = relabelled(running.analysis, "not_measurable", (reason,))
        heights.append(make_screen(hidden, running.times_s, (800, 600)).size[1])
    assert heights[0] < heights[1] <= heights[2]
    assert heights[2] - heights[0] < 120
    make_screen(relabelled(running.analysis, "not_measurable", ()), running.times_s, (800, 600))


def test_same_moment_looks_the_same(running: Examination) -> None:
    grey = np.full((600, 800, 3), 90, dtype=np.uint8)
    first, second = (screen_of(running).compose(grey, 2.0, 1).copy() for _ in range(2))
    assert np.array_equal(first, second)
