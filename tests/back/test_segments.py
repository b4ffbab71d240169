"""Clips whose posture changes: each part has its own numbers, and none is made of two postures."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

import numpy as np
import pytest
from helpers import stored_takes, synthetic_runner
from helpers.synthetic_runner import Array

from posture.analysis.examination import Examination
from posture.analysis.pipeline import examine_observations
from posture.back.intervals import with_stride_spread
from posture.back.segments import has_foreign_outline
from posture.contour.angles import measure_outlines
from posture.records.analysis import Analysis
from posture.thresholds import REMARKS
from validation.population.replay import observations_of

SECONDS = 12.0
PRIOR = synthetic_runner.prior()


@lru_cache(maxsize=1)
def _arching() -> Array:
    """Return the direction of the shape model's coefficients in which the arch grows fastest."""
    unit = np.eye(len(PRIOR.components)) / 2
    ends = [measure_outlines(PRIOR.outlines(sign * unit), 0.0, smooth=False).lumbar_arch_deg for sign in (1, -1)]
    slope = np.asarray(ends[0] - ends[1])
    return slope / np.linalg.norm(slope)


def _body(depth: float) -> Array:
    """Return the outline of a body whose hollow is about this deep, trunk lengths."""
    return PRIOR.outlines(40.0 * (depth - 0.06) * _arching())


@lru_cache(maxsize=8)
def examined(*depths: float, wobble: float = 0.0) -> Examination:
    """Return an examined run whose hollow has these depths, one after the other for the same time."""
    whole = stored_takes.take(seconds=SECONDS)
    number = np.arange(len(whole.time_s)) * len(depths) // len(whole.time_s)
    stride = (whole.time_s // synthetic_runner.Figure().stride_s).astype(int)
    outlines = np.array([_body(depth) for depth in depths])
    other = _body(depths[0] + wobble)
    edges = np.where((stride // 2 % 2 == 1)[:, None] & (wobble > 0), other, outlines[number])
    run = replace(whole, edges=edges)
    return examine_observations(observations_of(stored_takes.person(run), run))


def arch_of(analysis: Analysis) -> list[float]:
    """Return the arch of each part, degrees."""
    measures = [one.measures["lumbar_arch_deg"] for one in analysis.segments]
    return [measure.value for measure in measures if measure is not None]


def test_steady_run_has_no_parts() -> None:
    analysis = examined(0.06).analysis
    assert analysis.segments == ()
    assert {"posture_changes", "unsteady_strides"}.isdisjoint(issue.code for issue in analysis.quality.issues)


def test_each_part_has_its_own_numbers_and_seconds() -> None:
    analysis = examined(0.03, 0.09).analysis
    first, second = analysis.segments
    assert first.start_s == analysis.gait.strides[0].start_s
    assert second.end_s == analysis.gait.strides[-1].end_s
    assert abs(second.start_s - SECONDS / 2) < 0.8
    assert first.strides + second.strides == len(analysis.gait.strides)
    alone = [examined(depth).analysis.measures["lumbar_arch_deg"] for depth in (0.03, 0.09)]
    assert arch_of(analysis) == pytest.approx([one.value for one in alone if one is not None], abs=1.5)
    assert "posture_changes" in [issue.code for issue in analysis.quality.issues]


def test_change_and_change_back_are_three_parts() -> None:
    analysis = examined(0.03, 0.09, 0.03).analysis
    assert len(analysis.segments) == 3
    first, middle, last = arch_of(analysis)
    assert first == pytest.approx(last, abs=1.0)
    assert middle > first + 8.0


def test_interval_of_the_clip_reaches_over_all_parts() -> None:
    analysis = examined(0.03, 0.09).analysis
    for name, measure in analysis.measures.items():
        for part in (one.measures[name] for one in analysis.segments):
            if measure is not None and part is not None:
                assert measure.ci90[0] <= part.ci90[0] + 1e-6
                assert part.ci90[1] <= measure.ci90[1] + 1e-6


def test_parts_with_different_verdicts_have_no_single_one() -> None:
    analysis = examined(0.02, 0.09).analysis
    assert [one.label for one in analysis.segments] == ["not_hollow_back", "hollow_back"]
    assert analysis.verdict.label == "borderline"
    assert analysis.verdict.probability is None
    (reason,) = analysis.verdict.reasons
    assert "no hollow back from" in reason


def test_mean_over_postures_is_no_outline() -> None:
    analysis = examined(0.03, 0.09).analysis
    assert analysis.outline is None
    assert analysis.course is None


def test_strides_have_the_values_of_their_part() -> None:
    examination = examined(0.03, 0.09)
    analysis, back = examination.analysis, examination.back
    assert back is not None
    for part in analysis.segments:
        own = [s.measures for s in analysis.gait.strides if part.start_s <= s.start_s < part.end_s]
        tilts = [m["pelvic_tilt_deg"] for m in own if m is not None and m["pelvic_tilt_deg"] is not None]
        measure = part.measures["pelvic_tilt_deg"]
        assert measure is not None
        assert np.mean(tilts) == pytest.approx(measure.value, abs=0.5)
    stored = [(s.measures or {})["lumbar_arch_deg"] for s in analysis.gait.strides]
    assert back.measured.by_stride["lumbar_arch_deg"] == pytest.approx(stored, abs=1e-3)


def test_unsteady_strides_widen_the_interval_and_are_said() -> None:
    steady, unsteady = examined(0.03).analysis, examined(0.03, wobble=0.06).analysis
    assert unsteady.segments == ()
    assert "unsteady_strides" in [issue.code for issue in unsteady.quality.issues]
    widths = []
    for analysis in (steady, unsteady):
        measure = analysis.measures["pelvic_tilt_deg"]
        assert measure is not None
        widths.append(measure.ci90[1] - measure.ci90[0])
    assert widths[1] > 1.3 * widths[0]


def test_steady_strides_leave_the_errors_as_they_are() -> None:
    errors = {"pelvic_tilt_deg": 2.0, "pelvic_tilt_range_deg": 1.0}
    wide = REMARKS.unsteady_tilt_sd_deg
    assert with_stride_spread(errors, {"pelvic_tilt_deg": np.array([30.0])}) == errors
    assert with_stride_spread(errors, {"pelvic_tilt_deg": np.array([30.0, 30.0 + wide])}) == errors
    apart = with_stride_spread(errors, {"pelvic_tilt_deg": np.array([30.0, 30.0 + 2 * wide])})
    assert apart["pelvic_tilt_deg"] > errors["pelvic_tilt_deg"]
    assert apart["pelvic_tilt_range_deg"] == 1.0


@pytest.mark.parametrize(("excess", "covered"), [((1.0, -0.5), True), ((0.5, -1.0), False), ((-0.1, -0.1), False)])
def test_top_is_judged_over_all_parts(excess: tuple[float, float], covered: bool) -> None:
    examination = examined(0.06)
    back = examination.back
    assert back is not None
    assert back.clothing is not None
    signs = [replace(back.clothing, clothing="possible", excess=own) for own in excess]
    assert has_foreign_outline([replace(back, clothing=own) for own in signs]) is covered
