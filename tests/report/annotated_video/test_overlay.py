"""The texts show the verdict and, at every moment, the numbers of the analysis."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from helpers.reduced_examinations import with_measures

from posture.analysis.examination import Examination
from posture.drawing.palette import VERDICT
from posture.language import use_language
from posture.records.analysis import Analysis, Label, Segment
from posture.report.annotated_video.overlay import Overlay
from posture.types import Image

SIZE = (576, 720)
GREY = 200
NAMES = ("pelvic_tilt_deg", "lumbar_arch_deg")


def overlay_of(analysis: Analysis, size: tuple[int, int] = SIZE, *, left: bool = True) -> Overlay:
    return Overlay(analysis, size, left=left)


def drawn(overlay: Overlay, stride: int | None = 0, size: tuple[int, int] = SIZE) -> Image:
    picture = np.full((size[1], size[0], 3), GREY, dtype=np.uint8)
    overlay.draw(picture, stride)
    return picture


def touched(picture: Image) -> np.ndarray:
    """Return places that were drawn on, (x, y), shape (N, 2)."""
    return np.argwhere((picture != GREY).any(axis=2))[:, ::-1]


def relabelled(analysis: Analysis, label: str, reasons: tuple[str, ...] = ()) -> Analysis:
    verdict = analysis.verdict.model_copy(update={"label": label, "reasons": reasons})
    return analysis.model_copy(update={"verdict": verdict})


@pytest.mark.parametrize(
    ("lang", "names"), [("en", ("Tilt", "Arch", "limit")), ("de", ("Kippung", "Wölbung", "Grenze"))]
)
def test_numbers_of_a_stride_are_named_whole_degrees_with_their_limits(
    running: Examination, lang: str, names: tuple[str, ...]
) -> None:
    strides, limits = running.analysis.gait.strides, running.analysis.verdict.thresholds
    with use_language(lang):
        overlay = overlay_of(running.analysis)
        for place, stride in enumerate(strides):
            assert stride.measures is not None
            tilt, arch = (stride.measures[name] for name in NAMES)
            assert tilt is not None
            assert arch is not None
            assert overlay.texts(place)[:2] == [
                f"{names[0]} {tilt:.0f}° {names[2]} {limits[NAMES[0]]:.0f}°",
                f"{names[1]} {arch:.0f}° {names[2]} {limits[NAMES[1]]:.0f}°",
            ]
            title = overlay.texts(place)[2]
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
    overlay = overlay_of(analysis.model_copy(update={"segments": tuple(parts)}))
    titles = [overlay.texts(place)[-1] for place in range(len(strides))]
    before = len(strides) // 2
    assert all("part 1" in title for title in titles[:before])
    assert all("part 2" in title for title in titles[before:])
    assert "part" not in overlay_of(analysis).texts(0)[-1]
    # Their mean is nobody's back.
    assert overlay.texts(None) == []


def test_between_strides_the_means_are_shown(running: Examination) -> None:
    tilt, arch = (running.analysis.measures[name] for name in NAMES)
    assert tilt is not None
    assert arch is not None
    texts = overlay_of(running.analysis).texts(None)
    assert texts[0].startswith(f"Tilt {tilt.value:.0f}° limit")
    assert texts[1].startswith(f"Arch {arch.value:.0f}° limit")
    assert texts[2] == "Mean"


def test_standing_person_has_the_clips_numbers_and_no_threshold(standing: Examination) -> None:
    assert "pelvic_tilt_deg" in standing.analysis.verdict.thresholds
    values = [measure.value for name in NAMES if (measure := standing.analysis.measures[name]) is not None]
    assert overlay_of(standing.analysis).texts(None) == [f"Tilt {values[0]:.0f}°", f"Arch {values[1]:.0f}°"]


def test_clip_without_a_verdict_has_no_limits(running: Examination) -> None:
    assert any("limit" in text for text in overlay_of(running.analysis).texts(0))
    assert not any("limit" in text for text in overlay_of(relabelled(running.analysis, "not_measurable")).texts(0))


def test_measure_without_a_value_has_no_line(running: Examination, front: Examination) -> None:
    texts = overlay_of(with_measures(running, lumbar_arch_deg=None).analysis).texts(0)
    assert [text for text in texts if text.startswith("Arch")] == []
    assert overlay_of(front.analysis).texts(None) == []


@pytest.mark.parametrize("label", VERDICT)
def test_verdict_has_a_sign_and_words_in_its_colour(running: Examination, label: Label) -> None:
    picture = drawn(overlay_of(relabelled(running.analysis, label)))
    coloured = np.argwhere(np.abs(picture.astype(int) - VERDICT[label]).max(axis=2) < 12)
    row = coloured[coloured[:, 0] < 0.07 * SIZE[0]]
    sign = row[row[:, 1] < 0.08 * SIZE[0]]
    assert len(sign) > 150
    assert len(row) - len(sign) > 150


@pytest.mark.parametrize("lang", ["en", "de"])
@pytest.mark.parametrize("label", VERDICT)
@pytest.mark.parametrize("size", [(360, 720), SIZE, (1280, 720)])
def test_texts_stay_in_their_corner_clear_of_head_and_controls(
    running: Examination, label: str, lang: str, size: tuple[int, int]
) -> None:
    with use_language(lang):
        analysis = relabelled(running.analysis, label, ("the view is from the front, not from the side",) * 2)
        for left in (True, False):
            places = touched(drawn(overlay_of(analysis, size, left=left), 0, size))
            across = places[:, 0] if left else size[0] - 1 - places[:, 0]
            assert across.max() <= 0.57 * size[0]
            assert across.min() == 0
            assert places[:, 1].max() < (0.75 if size[0] > size[1] else 0.5) * size[1]


def test_long_reason_takes_a_few_more_lines(running: Examination) -> None:
    heights = []
    for reason in ("it is dark", "it is dark " * 6, "it is dark " * 80):
        hidden = relabelled(running.analysis, "not_measurable", (reason,))
        heights.append(int(touched(drawn(overlay_of(hidden), None))[:, 1].max()))
    assert heights[0] < heights[1] <= heights[2]
    assert heights[2] - heights[0] < 200


def test_same_moment_looks_the_same(running: Examination) -> None:
    first, second = (drawn(overlay_of(running.analysis), 1) for _ in range(2))
    assert np.array_equal(first, second)
    assert not np.array_equal(first, drawn(overlay_of(replace(running).analysis), None))
