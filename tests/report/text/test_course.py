"""The course of the run as text."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from typing import Any

import pytest
from rich.cells import cell_len

from posture.records.analysis import Analysis, LeftOut
from posture.records.course import Course, Drift
from posture.report.text.analysis import render_analysis
from posture.report.text.console import Page, make_console
from posture.report.text.course import (
    drift_sentences,
    event_rows,
    left_out_sentence,
    render_course,
    side_sentences,
)

Make = Callable[..., Analysis]


def _measures(tilt: float, arch: float | None) -> dict[str, Any]:
    return {
        "pelvic_tilt_deg": {"value": tilt, "ci90": [tilt - 4, tilt + 4]},
        "lumbar_arch_deg": None if arch is None else {"value": arch, "ci90": [arch - 6, arch + 6]},
    }


def a_course(*, arch: bool = True) -> dict[str, Any]:
    curve = {"value": [40.0] * 4, "low": [38.0] * 4, "high": [42.0] * 4}
    side = {"left": 41.0, "right": 39.5, "difference": 1.5, "ci90": [-1.0, 4.0], "real": False}
    return {
        "side": "right",
        "phases": [0.0, 0.25, 0.5, 0.75],
        "curves": {"pelvic_tilt_deg": curve, "lumbar_arch_deg": curve if arch else None},
        "events": [
            {
                "name": name,
                "side": foot,
                "phase": phase,
                "measures": _measures(40 + n, 50 + n if arch else None),
            }
            for foot in ("right", "left")
            for n, (name, phase) in enumerate([("foot_strike", 0.0), ("mid_stance", 0.15), ("toe_off", 0.45)])
        ],
        "sides": {"pelvic_tilt_deg": side, "lumbar_arch_deg": side if arch else None},
        "drift": {
            "strides": 3,
            "min_strides": 15,
            "turn_deg": 0.4,
            "measures": {"pelvic_tilt_deg": None, "lumbar_arch_deg": None},
            "reason": "9 strides were measured; 15 are needed to detect a change",
        },
    }


def course(**options: bool) -> Course:
    return Course.model_validate(a_course(**options))


def drift(tilt: tuple[float, bool], arch: tuple[float, bool]) -> Drift:
    return Drift.model_validate(
        a_course()["drift"]
        | {
            "reason": None,
            "measures": {
                name: {
                    "first": 40.0,
                    "last": 40.0 + change,
                    "change": change,
                    "ci90": [change - 1, change + 1],
                    "p_value": 0.01 if real else 0.4,
                    "real": real,
                }
                for name, (change, real) in (("pelvic_tilt_deg", tilt), ("lumbar_arch_deg", arch))
            },
        }
    )


def shown(course: Course, *, width: int = 80, encoding: str = "utf-8") -> str:
    stream = io.TextIOWrapper(io.BytesIO(), encoding=encoding, errors="strict", newline="")
    render_course(Page(make_console(stream, width=width)), course)
    stream.flush()
    assert isinstance(stream.buffer, io.BytesIO)
    return stream.buffer.getvalue().decode(encoding)


def test_events_of_the_nearer_foot_are_three_rows() -> None:
    assert event_rows(course()) == [
        ("Right foot", "Tilt", "Arch"),
        ("Foot strike", "40.0°", "50.0°"),
        ("Mid-stance", "41.0°", "51.0°"),
        ("Toe-off", "42.0°", "52.0°"),
    ]


def test_unknown_arch_appears_nowhere() -> None:
    text = shown(course(arch=False))
    assert [row[2] for row in event_rows(course(arch=False))] == ["Arch", "-", "-", "-"]
    assert "of arch" not in text
    assert "of tilt between two moments is no more than the measuring error" in " ".join(text.split())


def test_course_without_events_keeps_the_rest() -> None:
    text = shown(Course.model_validate(a_course() | {"events": [], "sides": {"pelvic_tilt_deg": None}}))
    assert "Foot strike" not in text
    assert "Left and right foot" not in text
    assert "not compared; 9 strides" in " ".join(text.split())


@pytest.mark.parametrize("width", [40, 60, 80, 120])
@pytest.mark.parametrize("encoding", ["ascii", "cp437", "utf-8"])
def test_report_fits_every_width_and_encoding(width: int, encoding: str) -> None:
    text = shown(course(), width=width, encoding=encoding)
    assert all(cell_len(line) <= min(width, 100) for line in text.splitlines())
    assert all(line == line.rstrip() for line in text.splitlines())
    degree = " deg" if encoding == "ascii" else "°"
    assert re.search(rf"Foot strike:? +40\.0{degree} +50\.0{degree}", text)


@pytest.mark.parametrize(
    ("difference", "words"),
    [(4.0, "4.0° larger on the left foot than on the right (90 %: 3.0 to 5.0)"),
     (-4.0, "4.0° larger on the right foot than on the left (90 %: 3.0 to 5.0)")],
)  # fmt: skip
def test_real_difference_of_the_sides_gives_its_size(difference: float, words: str) -> None:
    data = a_course()
    data["sides"]["pelvic_tilt_deg"] = {
        "left": 40.0 + difference,
        "right": 40.0,
        "difference": difference,
        "ci90": [difference - 1, difference + 1],
        "real": True,
    }
    assert list(side_sentences(Course.model_validate(data).sides)) == [f"Tilt is {words}."]


def test_difference_within_the_noise_is_called_so() -> None:
    (sentence,) = side_sentences(course().sides)
    assert "no detectable difference (1.5° of tilt and 1.5° of arch, no more than the measuring error)" in sentence
    assert list(side_sentences({"pelvic_tilt_deg": None, "lumbar_arch_deg": None})) == []


def test_drift_as_sentence() -> None:
    none = "First and last third of the strides: no detectable change."
    rose = "Tilt rose by 2.1° from the first to the last third of the strides (from 40.0 to 42.1°)."
    fell = "Arch fell by 3.0° from the first to the last third of the strides (from 40.0 to 37.0°)."
    assert list(drift_sentences(drift((2.1, False), (-3.0, False)))) == [none]
    assert list(drift_sentences(drift((2.1, True), (-3.0, False)))) == [rose]
    assert list(drift_sentences(drift((2.1, True), (-3.0, True)))) == [rose, fell]
    (why,) = drift_sentences(course().drift)
    assert why.endswith("not compared; 9 strides were measured; 15 are needed to detect a change.")


def test_strides_left_out_are_counted_with_reasons() -> None:
    def odd(*reasons: Any) -> tuple[LeftOut, ...]:
        return tuple(LeftOut(start_s=n, end_s=n + 0.7, reason=reason) for n, reason in enumerate(reasons))

    assert left_out_sentence(()) is None
    assert left_out_sentence(odd("too_long")) == "1 stride was left out: too long."
    assert (
        left_out_sentence(odd("frames_missing", "too_short", "frames_missing"))
        == "3 strides were left out: 2 with too many frames missing, 1 too short."
    )


def test_report_holds_the_section_where_there_is_a_course(make_analysis: Make) -> None:
    def change(data: dict[str, Any]) -> None:
        data["course"] = a_course()
        data["gait"]["left_out"] = [{"start_s": 1.0, "end_s": 1.3, "reason": "too_short"}]

    def text(analysis: Analysis) -> str:
        stream = io.StringIO()
        render_analysis(analysis, make_console(stream, width=100))
        return stream.getvalue()

    full = text(make_analysis("hollow_back", change))
    assert "Through the stride" in full
    assert "1 stride was left out: too short." in full
    plain = text(make_analysis("hollow_back"))
    assert "Through the stride" not in plain
    assert "left out" not in plain


def test_course_without_curves_says_nothing_of_their_error() -> None:
    file = io.StringIO()
    render_course(Page(make_console(file, width=80)), Course.model_validate({**a_course(), "curves": {}}))
    assert "between two moments" not in file.getvalue()


def test_curve_without_a_value_for_each_phase_is_refused() -> None:
    with pytest.raises(ValueError, match="one value for each phase"):
        Course.model_validate({**a_course(), "phases": [0.0]})
