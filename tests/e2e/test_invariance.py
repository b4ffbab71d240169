"""Invariance of the angles: mirroring, resolution, frame rate, codec."""

from __future__ import annotations

from pathlib import Path

import pytest
from helpers.cli_runner import AnalysisOf, Clip, Json, codes, value
from helpers.derived_clips import halved, mirrored, same

# Long enough for five strides.
PART_S = 4.8
PART = ("--end", str(PART_S))
SHOWN = ("pelvic_tilt_deg", "lumbar_arch_deg", "trunk_lean_deg")


def angles(analysis: Json) -> dict[str, float]:
    return {name: value(analysis, name) for name in SHOWN}


@pytest.fixture(scope="module")
def plain(analysis_of: AnalysisOf) -> Json:
    """Return the analysis of the first strides of the neutral run."""
    analysis = analysis_of("run_neutral", *PART)
    assert analysis["verdict"]["label"] == "not_hollow_back"
    return analysis


def test_mirror_image_gives_the_same_numbers(analysis_of: AnalysisOf, clip: Clip, plain: Json) -> None:
    found = analysis_of(clip("mirrored.mp4", "run_neutral", mirrored, end_s=PART_S))
    assert found["subject"]["direction"] == "left"
    assert {found["subject"]["visible_side"], plain["subject"]["visible_side"]} == {"left", "right"}
    assert angles(found) == pytest.approx(angles(plain), abs=0.5)
    assert found["verdict"]["label"] == plain["verdict"]["label"]


@pytest.mark.slow
def test_half_resolution_gives_nearly_the_same_numbers(analysis_of: AnalysisOf, clip: Clip, plain: Json) -> None:
    found = analysis_of(clip("halved.mp4", "run_neutral", halved, end_s=PART_S))
    assert found["source"]["width"] == plain["source"]["width"] // 2
    assert angles(found) == pytest.approx(angles(plain), abs=1.5)
    assert found["verdict"]["label"] == plain["verdict"]["label"]


@pytest.mark.slow
def test_other_frame_rate_gives_the_same_angles(analysis_of: AnalysisOf, clip: Clip, plain: Json) -> None:
    found = analysis_of(clip("at25.mp4", "run_neutral", same, end_s=PART_S, fps=25.0))
    assert angles(found) == pytest.approx(angles(plain), abs=0.5)
    assert found["gait"]["cadence_spm"] == pytest.approx(plain["gait"]["cadence_spm"] * 25 / 30, rel=0.02)


@pytest.fixture(scope="module")
def slow(clip: Clip) -> Path:
    """Return the clip played four times slower."""
    return clip("slow.mp4", "run_neutral", same, end_s=PART_S, fps=7.5)


def test_stated_slow_motion_corrects_times_and_keeps_angles(analysis_of: AnalysisOf, slow: Path, plain: Json) -> None:
    found = analysis_of(slow, "--slow-motion", "4")
    assert found["source"]["slow_motion"] == 4.0
    assert found["gait"]["cadence_spm"] == pytest.approx(plain["gait"]["cadence_spm"], rel=0.02)
    assert found["gait"]["stride_s"] == pytest.approx(plain["gait"]["stride_s"], rel=0.02)
    assert angles(found) == pytest.approx(angles(plain), abs=0.5)
    assert found["subject"]["activity"] == "running"
    assert "slow_motion" not in codes(found)


@pytest.mark.slow
def test_unstated_slow_motion_is_remarked_on(analysis_of: AnalysisOf, slow: Path, plain: Json) -> None:
    found = analysis_of(slow)
    assert "slow_motion" in codes(found, blocking=False)
    assert found["subject"]["activity"] == "running"
    assert angles(found) == pytest.approx(angles(plain), abs=0.5)


@pytest.mark.slow
def test_lite_model_agrees_within_a_few_degrees(analysis_of: AnalysisOf, plain: Json) -> None:
    found = analysis_of("run_neutral", *PART, "--model", "lite")
    assert found["software"]["model"] == "lite"
    assert found["software"]["model_sha256"] != plain["software"]["model_sha256"]
    assert angles(found) == pytest.approx(angles(plain), abs=4.0)
