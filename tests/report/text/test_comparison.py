"""Changes as text: the first sentence, each measure, differences of the recordings."""

from __future__ import annotations

import io
import re
from typing import Any

import pytest
from helpers.analysis_factory import FRONT, VALUES, analysis, with_baseline
from rich.cells import cell_len

from posture.analysis.compare_clips import comparison_of
from posture.calibration import calibration
from posture.records.analysis import Analysis
from posture.records.comparison import Comparison
from posture.report.text.analysis import render_analysis
from posture.report.text.comparison import REAL_NOTE, render_comparison, summary
from posture.report.text.console import make_console
from posture.report.wording import BASELINE_HINT, next_step, verdict_sentence

FORBIDDEN = re.compile(r"diagnos|treat|prescri|hyperlord|\bcure|heal|therap|\bpain|hurt", re.IGNORECASE)
TILT, ARCH = VALUES["pelvic_tilt_deg"], VALUES["lumbar_arch_deg"]


def compared(*, before: dict[str, Any] | None = None, **after: Any) -> Comparison:
    return comparison_of(analysis(**{"name": "may.mp4", **(before or {})}), analysis(name="june.mp4", **after))


def shown(what: Comparison | Analysis, *, width: int = 80, encoding: str = "utf-8", quiet: bool = False) -> str:
    stream = io.TextIOWrapper(io.BytesIO(), encoding=encoding, errors="strict", newline="")
    console = make_console(stream, width=width)
    if isinstance(what, Comparison):
        render_comparison(what, console, quiet=quiet)
    else:
        render_analysis(what, console)
    stream.flush()
    assert isinstance(stream.buffer, io.BytesIO)
    return stream.buffer.getvalue().decode(encoding)


def joined(text: str) -> str:
    return " ".join(text.split())


@pytest.mark.parametrize(
    ("after", "said"),
    [
        (
            {"pelvic_tilt_deg": TILT - 10, "lumbar_arch_deg": ARCH - 12},
            "Less hollow than before: the pelvic tilt is 10.0° smaller and the lumbar arch is 12.0° smaller.",
        ),
        ({"lumbar_arch_deg": ARCH + 12}, "More hollow than before: the lumbar arch is 12.0° larger."),
        (
            {"pelvic_tilt_deg": TILT - 10},
            "The pelvis tilts less far forward than before: the pelvic tilt is 10.0° smaller.",
        ),
        (
            {"pelvic_tilt_deg": TILT + 10, "lumbar_arch_deg": ARCH - 12},
            "Different from before, in opposite directions: "
            "the pelvic tilt is 10.0° larger and the lumbar arch is 12.0° smaller.",
        ),
        (
            {"pelvic_tilt_deg": TILT + 1, "lumbar_arch_deg": ARCH - 0.5},
            "No clear change: pelvic tilt +1.0° and lumbar arch -0.5° are no more than the measuring error.",
        ),
        (
            {"pelvic_tilt_deg": TILT + 1, "lumbar_arch_deg": None},
            "No clear change: pelvic tilt +1.0° is no more than the measuring error.",
        ),
        (
            {"pelvic_tilt_deg": None, "lumbar_arch_deg": None},
            "Not comparable: neither pelvic tilt nor lumbar arch could be measured in both clips.",
        ),
        (
            {"issues": (FRONT,)},
            "Not comparable: the second clip could not be measured: seen from the front.",
        ),
        (
            {"lumbar_arch_deg": ARCH + 12, "direction": "left"},
            "More hollow than before: the lumbar arch is 12.0° larger. But the recordings differ, which may be why.",
        ),
    ],
)
def test_summary_gives_the_change_in_one_sentence(after: dict[str, Any], said: str) -> None:
    assert summary(compared(**after)) == said


def test_summary_against_standing_names_the_activity() -> None:
    comparison = compared(before={"activity": "standing"}, lumbar_arch_deg=ARCH + 12)
    assert summary(comparison) == "More hollow than while standing: the lumbar arch is 12.0° larger."


def test_same_clip_is_no_comparison() -> None:
    assert summary(comparison_of(analysis(), analysis())) == "Not comparable: both are the same clip."


def test_change_at_the_limit_is_said_with_a_doubt() -> None:
    limit = compared(lumbar_arch_deg=ARCH + 12).changes["lumbar_arch_deg"]
    assert limit is not None
    for factor, said in ((1.15, False), (1.05, True), (0.95, True)):
        text = summary(compared(lumbar_arch_deg=ARCH + factor * limit.mdc95))
        assert text.startswith("More hollow than before")
        assert (", but only just: the lumbar arch is" in text) == said
        assert text.endswith("That is about as large as the measuring error.") == said
    assert summary(compared(lumbar_arch_deg=ARCH + 0.85 * limit.mdc95)).startswith("No clear change")


def test_rows_show_both_values_the_interval_and_whether_it_is_real() -> None:
    text = shown(compared(lumbar_arch_deg=ARCH + 12, pelvic_tilt_deg=TILT + 1))
    assert re.search(r"Lumbar arch +42\.0 → 54\.0 +\+12\.0° \(95 %: \+[89]\.\d to \+1[456]\.\d\), a real change", text)
    assert re.search(r"Pelvic tilt +30\.0 → 31\.0 +\+1\.0° \(95 %: -\d\.\d to \+\d\.\d\), no clear change", text)
    # What did not change clearly stands on the page only.
    assert "Trunk lean" not in text
    assert "Before: may.mp4 (running, no hollow back)" in text


def test_differences_of_percentages_are_points() -> None:
    before = analysis(name="a.mp4")
    data = before.model_dump(by_alias=True)
    data["measures"]["lumbar_arch_index"]["unit"] = "percent"
    before = Analysis.model_validate(data)
    data["source"] |= {"path": "b.mp4", "sha256": "b"}
    data["measures"]["lumbar_arch_index"] |= {"value": 31.0, "ci90": (28.0, 34.0)}
    text = shown(comparison_of(before, Analysis.model_validate(data)))
    assert re.search(r"11\.0 → 31\.0 +\+20\.0 points", text)


def test_differences_of_the_recordings_are_listed() -> None:
    text = joined(shown(compared(source={"slow_motion": 4.0}, direction="left")))
    assert "One clip faces right, the other left" in text
    assert "Film both from the same side." in text
    assert "One of the clips plays slower or faster than the other." in text


def test_incomparable_clips_have_no_numbers() -> None:
    text = joined(shown(compared(issues=(FRONT,))))
    assert "→" not in text
    assert "Film ten strides." in text


@pytest.mark.parametrize("width", [20, 40, 60, 80, 120])
@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "utf-8"])
def test_report_fits_every_width_and_encoding(width: int, encoding: str) -> None:
    comparison = compared(before={"name": "走る\x1b[2J.mp4"}, lumbar_arch_deg=ARCH + 12, direction="left")
    text = shown(comparison, width=width, encoding=encoding)
    assert all(cell_len(line) <= width for line in text.splitlines())
    assert all(line == line.rstrip() for line in text.splitlines())
    assert "\x1b" not in text
    assert ("->" in text) == (encoding != "utf-8")
    assert not FORBIDDEN.search(joined(text))
    if width >= 80:
        # The folder of the results is the last line.
        assert len(text.splitlines()) < 15


def test_quiet_comparison_is_one_sentence() -> None:
    comparison = compared(lumbar_arch_deg=ARCH + 12)
    assert shown(comparison, width=20, quiet=True) == summary(comparison) + "\n"


def own(extra: float, **stand: Any) -> Analysis:
    """Return a run that is further from the own standing posture than the limits by ``extra``."""
    run = analysis(**{name: VALUES[name] + limit + extra for name, limit in calibration().verdict_change.items()})
    return with_baseline(run, analysis("standing", name="stand.mp4", **stand), path="stand.mp4")


@pytest.mark.parametrize(
    ("extra", "sentence", "place"),
    [
        (
            12.0,
            "Hollow back: you arch your back more when you run than when you stand.",
            "In most runners it gets smaller",
        ),
        (0.0, "Not clear yet: this video cannot decide whether you arch your back more", "About at the limit."),
        (-12.0, "No hollow back: running flattens your back, as it does in most runners.", "As in most runners."),
    ],
)
def test_verdict_on_the_own_standing_posture_says_so(extra: float, sentence: str, place: str) -> None:
    result = own(extra)
    text = joined(shown(result))
    assert verdict_sentence(result).startswith(sentence)
    assert text.startswith(verdict_sentence(result))
    assert text.count(place) == 2
    assert text.count("Compared with your own standing posture: ") == 2
    assert re.search(r"(standing|your) (tilt|arch)", text)
    assert "limit of -" not in text
    assert BASELINE_HINT not in text
    before_stop_signs = re.split("When to (?:stop and )?see a doctor", text)[0].replace(next_step(result), "")
    assert not FORBIDDEN.search(before_stop_signs)


def test_unused_baseline_gives_reason_and_advice() -> None:
    text = joined(shown(own(12.0, issues=(FRONT,), measures=dict.fromkeys(VALUES))))
    assert "Compared with your own standing posture stand.mp4 No measure could be compared." in text
    assert "The baseline could not be measured: seen from the front. Film yourself standing relaxed" in text
    assert "So the verdict compares you with other people, not with this baseline." in text


def test_changes_against_a_baseline_explain_real() -> None:
    assert "95 %" in REAL_NOTE
    assert joined(shown(own(12.0))).count(REAL_NOTE) == 1
    without = own(12.0, issues=(FRONT,), measures=dict.fromkeys(VALUES))
    assert REAL_NOTE not in joined(shown(without))


def test_baseline_without_the_arch_says_so() -> None:
    text = joined(shown(own(12.0, lumbar_arch_deg=None)))
    assert "Without tilt and arch in both clips, the verdict compares you with other people." in text


def test_baseline_of_an_earlier_run_is_called_so() -> None:
    result = with_baseline(analysis(), analysis(name="may.mp4", lumbar_arch_deg=30.0), path="may.json")
    text = joined(shown(result))
    assert "Compared with your baseline may.json" in text
    assert re.search(r"Lumbar arch: \+12\.0° \(95 %: \+[\d.]+ to \+[\d.]+\), a real change\.", text)
    assert "The baseline is an earlier run" in text


def test_report_without_baseline_points_to_the_help() -> None:
    assert joined(shown(analysis())).count(BASELINE_HINT) == 1
    assert BASELINE_HINT not in joined(shown(analysis("standing")))
    assert BASELINE_HINT not in joined(shown(analysis(issues=(FRONT,), label="not_measurable")))


def test_verdict_claims_no_change_that_may_be_measuring_error() -> None:
    result = own(12.0)
    assert result.baseline is not None
    arch = result.baseline.change["lumbar_arch_deg"]
    assert arch is not None
    unsure = {**result.baseline.change, "lumbar_arch_deg": arch.model_copy(update={"mdc95": arch.value + 1.0})}
    baseline = result.baseline.model_copy(update={"change": unsure})
    text = verdict_sentence(result.model_copy(update={"baseline": baseline}))
    assert text == "Hollow back: your pelvis tips further forward when you run than when you stand."
