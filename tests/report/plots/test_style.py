"""All plots: legible on a phone, with enough contrast, reproducible."""

from __future__ import annotations

import re
from typing import Any
from xml.etree import ElementTree

import pytest

from posture.drawing.palette import DARK, LIGHT, Theme
from posture.records.analysis import Gait
from posture.records.course import Course, Drift
from posture.report.plots.changes import ChangeRow, change_plot
from posture.report.plots.course import phase_plot, stride_plot
from posture.report.plots.style import WIDTH, Plot

# What a card leaves of a phone's 380 px.
SHOWN_PX = 314
SVG = "{http://www.w3.org/2000/svg}"


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def gait(values: list[float], *, left_out: bool = False) -> Gait:
    strides = [
        {
            "start_s": 0.7 * n,
            "end_s": 0.7 * n + 0.7,
            "side": "left",
            "measures": {"pelvic_tilt_deg": value, "lumbar_arch_deg": None},
        }
        for n, value in enumerate(values)
    ]
    odd = [{"start_s": 20.0, "end_s": 22.0, "reason": "too_long"}] if left_out else []
    return Gait.model_validate({"cadence_spm": None, "stride_s": 0.7, "strides": strides, "left_out": odd})


def course(strike: float = 0.0) -> Course:
    values = [30.0 + n % 5 for n in range(20)]
    curve = {"value": values, "low": [v - 2 for v in values], "high": [v + 2 for v in values]}
    events: list[dict[str, Any]] = [
        {"name": name, "side": side, "phase": (strike + start + at) % 1.0, "measures": {}}
        for side, start in (("left", 0.0), ("right", 0.5))
        for name, at in (("foot_strike", 0.0), ("mid_stance", 0.15), ("toe_off", 0.4))
    ]
    drift = {"strides": 3, "min_strides": 15, "turn_deg": None, "measures": {}, "reason": None}
    return Course.model_validate(
        {
            "side": "left",
            "phases": [n / 20 for n in range(20)],
            "curves": {"pelvic_tilt_deg": curve, "lumbar_arch_deg": curve},
            "events": events,
            "sides": {},
            "drift": drift,
        }
    )


def every_plot() -> dict[str, Plot]:
    row = ChangeRow("pelvic_tilt_deg", "Pelvic tilt", "+7.5°", 7.5, (4.3, 10.8), 3.9, real=True)
    plots = {
        "phase": phase_plot(course()),
        "strides": stride_plot(gait([30, 31, 32, 30], left_out=True), {"pelvic_tilt_deg": 33.8}),
        "change": change_plot([row, row]),
    }
    return {name: plot for name, plot in plots.items() if plot is not None}


def words_of(svg: bytes) -> list[tuple[str, float]]:
    """Return each text of a plot with its size."""
    root = ElementTree.fromstring(svg)
    texts = []
    for element in root.iter(f"{SVG}text"):
        size = re.search(r"([\d.]+)px", element.get("style", ""))
        assert size is not None
        texts.append(("".join(element.itertext()), float(size[1])))
    return texts


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_texts_and_marks_have_enough_contrast(theme: Theme) -> None:
    for colour in (theme.ink, theme.muted):
        assert contrast(colour, theme.ground) >= 4.5
    # Headings of panels are bold; lines and marks need 3 to 1.
    for colour in (theme.tilt, theme.arch):
        assert contrast(colour, theme.ground) >= 4.0
    assert contrast(theme.left_out, theme.ground) >= 3.0


@pytest.mark.parametrize("name", ["phase", "strides", "change"])
def test_plot_is_legible_on_a_phone_in_both_editions(name: str) -> None:
    plot = every_plot()[name]
    assert plot.width == WIDTH
    assert plot.light != plot.dark
    for svg in (plot.light, plot.dark):
        words = words_of(svg)
        assert words
        assert min(size for _, size in words) * SHOWN_PX / WIDTH >= 10.5
        assert b"metadata" not in svg
        assert b"<script" not in svg
        assert b"http" not in re.sub(rb'xmlns(:xlink)?="[^"]+"', b"", svg)
    assert [text for text, _ in words_of(plot.light)] == [text for text, _ in words_of(plot.dark)]


def test_plots_are_reproducible() -> None:
    assert every_plot() == every_plot()


def test_axes_carry_units() -> None:
    plots = every_plot()
    for name in ("phase", "strides", "change"):
        texts = [text for text, _ in words_of(plots[name].light)]
        assert any("degrees" in text for text in texts)
    assert "percent of the stride" in [text for text, _ in words_of(plots["phase"].light)]
    assert "seconds of the clip" in [text for text, _ in words_of(plots["strides"].light)]


def test_plots_over_time_report_the_span_of_their_axis() -> None:
    plots = every_plot()
    for name in ("phase", "strides"):
        span = plots[name].span
        assert span is not None
        left, right, first, last = span
        assert 0 < left < right < 1
        assert first < last
    phase, strides = plots["phase"].span, plots["strides"].span
    assert phase is not None
    assert phase[2:] == (0.0, 1.0)
    assert strides is not None
    assert strides[2] < 0.0
    assert strides[3] > 22.0
    assert plots["change"].span is None


def test_unmeasured_values_are_not_drawn() -> None:
    assert stride_plot(gait([]), {}) is None
    empty = course().model_copy(update={"curves": {"pelvic_tilt_deg": None, "lumbar_arch_deg": None}})
    assert phase_plot(empty) is None
    assert change_plot([]) is None
    one = stride_plot(gait([30.0, 31.0]), {})
    assert one is not None
    texts = [text for text, _ in words_of(one.light)]
    assert "Pelvic tilt, degrees" in texts
    assert "Lumbar arch, degrees" not in texts
    assert not any("limit" in text for text in texts)


def test_thirds_are_drawn_where_they_were_compared() -> None:
    change = {"first": 30.0, "last": 32.0, "change": 2.0, "ci90": [1.0, 3.0], "p_value": 0.01, "real": True}
    drift = Drift.model_validate(
        {
            "strides": 5,
            "min_strides": 15,
            "turn_deg": 0.0,
            "measures": {"pelvic_tilt_deg": change},
            "reason": None,
        }
    )
    run = gait([30 + n / 7 for n in range(15)])
    with_thirds = stride_plot(run, {}, drift)
    without = stride_plot(run, {})
    assert with_thirds is not None
    assert without is not None
    dark_line = f"stroke: {LIGHT.ink}".encode()
    assert with_thirds.light.count(dark_line) == without.light.count(dark_line) + 2


@pytest.mark.parametrize("strike", [0.0, 0.3, 0.85])
def test_stance_across_the_end_of_the_stride_is_drawn(strike: float) -> None:
    plot = phase_plot(course(strike))
    assert plot is not None
    texts = [text for text, _ in words_of(plot.light)]
    assert {"left foot", "right foot"} <= set(texts)


@pytest.mark.parametrize("name", every_plot())
def test_editions_differ_in_their_colours_only(name: str) -> None:
    plot = every_plot()[name]
    light, dark = plot.light.decode(), plot.dark.decode()
    assert LIGHT.ink in light or LIGHT.muted in light
    assert not set(re.findall(r"#[0-9a-f]{6}", dark)) & {LIGHT.ink, LIGHT.muted, LIGHT.faint, LIGHT.tilt}
    assert re.sub("#[0-9a-f]{6}", "", light) == re.sub("#[0-9a-f]{6}", "", dark)
