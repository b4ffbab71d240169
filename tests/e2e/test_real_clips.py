"""Real clips: walks are recognised, and other views than the side are refused."""

from __future__ import annotations

from pathlib import Path

import pytest
from helpers.cli_runner import AnalysisOf, codes


@pytest.mark.parametrize(
    "part",
    [
        pytest.param((), marks=pytest.mark.slow, id="whole, with people who stand and cross"),
        pytest.param(("--start", "2", "--end", "6"), id="the walk"),
    ],
)
def test_walk_from_the_side_is_recognised(analysis_of: AnalysisOf, shared_clips: Path, part: tuple[str, ...]) -> None:
    analysis = analysis_of(shared_clips / "sports2d_demo_walk_side.mp4", *part)
    assert analysis["subject"]["activity"] == "walking"
    assert analysis["verdict"]["label"] == "not_measurable"
    assert "walking" in codes(analysis, blocking=True)
    assert analysis["gait"]["cadence_spm"] is not None


@pytest.mark.parametrize(
    "name",
    [
        "opencap_walk_oblique.mp4",
        "intel_frontwalk.gif",
        pytest.param("intel_backview_standing.mp4", marks=pytest.mark.slow),
    ],
)
def test_other_views_are_refused(analysis_of: AnalysisOf, shared_clips: Path, name: str) -> None:
    # The clip from behind lasts two minutes; a part is enough.
    analysis = analysis_of(shared_clips / name, *(["--end", "10"] if "backview" in name else []))
    assert analysis["verdict"]["label"] == "not_measurable"
    assert "not_side_view" in codes(analysis, blocking=True)
    assert abs(analysis["quality"]["view_yaw_deg"]) > 20
    assert analysis["measures"]["pelvic_tilt_deg"] is None
    assert analysis["measures"]["lumbar_arch_deg"] is None


def test_frames_missing_from_the_container_are_remarked_on(analysis_of: AnalysisOf, shared_clips: Path) -> None:
    analysis = analysis_of(shared_clips / "opencap_walk_oblique.mp4")
    assert analysis["source"]["frames_read"] < analysis["source"]["frames_total"]
    assert "odd_file" in codes(analysis, blocking=False)
