"""strides.csv: the used strides of analysis.json, and those left out."""

from __future__ import annotations

import csv
import io

import numpy as np
import pytest
from helpers import examination_factory

from posture.analysis.examination import Examination
from posture.analysis.options import AnalysisOptions
from posture.analysis.pipeline import examine_observations
from posture.export.strides import COLUMNS, MEASURES, strides_table

OF_ANALYSIS = {"lumbar_arch_index": "lumbar_arch_index_percent"}


def read(found: Examination) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(strides_table(found).to_csv())))


@pytest.mark.parametrize("clip", ["running", "gaps"])
def test_each_stride_of_the_analysis_has_a_row(clip: str, request: pytest.FixtureRequest) -> None:
    found: Examination = request.getfixturevalue(clip)
    rows = read(found)
    gait = found.analysis.gait
    used = [row for row in rows if row["used"] == "true"]
    assert [int(row["number"]) for row in used] == list(range(1, len(gait.strides) + 1))
    for row, stride in zip(used, gait.strides, strict=True):
        assert (float(row["start_s"]), float(row["end_s"]), row["side"]) == (
            stride.start_s,
            stride.end_s,
            stride.side,
        )
        assert row["left_out"] == ""
        assert stride.measures is not None
        for name, value in stride.measures.items():
            assert float(row[OF_ANALYSIS.get(name, name)]) == value
    left = [row for row in rows if row["used"] == "false"]
    assert [(float(row["start_s"]), row["left_out"]) for row in left] == [
        (odd.start_s, odd.reason) for odd in gait.left_out
    ]
    assert all(row["number"] == row["pelvic_tilt_deg"] == row["cadence_spm"] == "" for row in left)
    starts = [float(row["start_s"]) for row in rows]
    assert starts == sorted(starts)


def test_runner_lost_for_a_while_leaves_strides_out(gaps: Examination) -> None:
    assert "frames_missing" in {row["left_out"] for row in read(gaps)}


def test_mean_over_the_strides_is_the_value_of_the_clip(running: Examination) -> None:
    """Both have the mean error taken off; they differ as the mean outline's angle differs from the mean of angles."""
    for name in MEASURES:
        measure = running.analysis.measures[name]
        assert measure is not None
        own = [float(row[OF_ANALYSIS.get(name, name)]) for row in read(running)]
        assert np.mean(own) == pytest.approx(measure.value, abs=0.1)
        assert np.std(own, ddof=1) == pytest.approx(measure.sd, abs=2e-3)


@pytest.mark.parametrize("slow", [1.0, 4.0])
def test_cadence_is_in_real_time(slow: float) -> None:
    seen = examination_factory.stretched(examination_factory.observations(), slow)
    found = examine_observations(seen, AnalysisOptions(slow_motion=slow))
    cadence = [float(row["cadence_spm"]) for row in read(found)]
    assert cadence == pytest.approx([120.0 / examination_factory.RUNNER.stride_s] * len(cadence), rel=0.02)
    assert np.median(cadence) == pytest.approx(found.analysis.gait.cadence_spm, rel=0.01)


def test_stride_without_measured_back_keeps_its_time() -> None:
    seen = examination_factory.observations()
    whole = examine_observations(seen)
    assert whole.runner is not None
    frames = np.flatnonzero(whole.runner.strides.frame_stride == 1)
    rows = read(examine_observations(examination_factory.blind(seen, range(frames[0], frames[-1] + 1))))
    assert [row["pelvic_tilt_deg"] == "" for row in rows] == [False, True, False, False, False]
    assert rows[1]["arm_free_percent"] == ""
    assert rows[1]["cadence_spm"] != ""


@pytest.mark.parametrize("clip", ["standing", "front", "nobody"])
def test_clip_without_strides_has_a_header_only(clip: str, request: pytest.FixtureRequest) -> None:
    text = strides_table(request.getfixturevalue(clip)).to_csv()
    assert text == ",".join(column.name for column in COLUMNS) + "\n"
