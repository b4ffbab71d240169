"""Slow motion that the file states is taken by itself; the user's word wins."""

from __future__ import annotations

from dataclasses import replace

import pytest
from helpers.examination_factory import observations, stretched

from posture.analysis.observations import ClipObservations
from posture.analysis.options import AnalysisOptions
from posture.analysis.pipeline import examine_observations
from posture.records.analysis import Analysis


def slowed(times: float, *, capture_fps: float | None = 240.0) -> ClipObservations:
    """Return a run of 30 frames a second that plays some times slower than life."""
    clip = stretched(observations(), times)
    return replace(clip, info=replace(clip.info, fps=30.0, capture_fps=capture_fps))


def analysis_of(clip: ClipObservations, slow_motion: float | None = None) -> Analysis:
    return examine_observations(clip, AnalysisOptions(slow_motion=slow_motion)).analysis


def codes(analysis: Analysis) -> set[str]:
    return {issue.code for issue in analysis.quality.issues}


def test_stated_slow_motion_is_taken_and_said() -> None:
    plain, slow = analysis_of(slowed(1.0, capture_fps=None)), analysis_of(slowed(8.0))
    assert slow.source.slow_motion == 8.0
    assert plain.gait.cadence_spm is not None
    assert slow.gait.cadence_spm == pytest.approx(plain.gait.cadence_spm, rel=0.01)
    assert "slow_motion_stated" in codes(slow)
    assert "slow_motion" not in codes(slow)
    assert "slow_motion_stated" not in codes(plain)


def test_option_wins_over_the_file() -> None:
    clip = slowed(8.0)
    assert analysis_of(clip, 4.0).source.slow_motion == 4.0
    plain = analysis_of(clip, 1.0)
    assert plain.source.slow_motion == 1.0
    assert "slow_motion" in codes(plain)
    assert "slow_motion_stated" not in codes(plain)


def test_statement_that_nobody_could_run_is_ignored() -> None:
    """An editor has sped the film up and left the tag."""
    clip = analysis_of(slowed(1.0))
    assert clip.source.slow_motion == 1.0
    assert "slow_motion_stated" not in codes(clip)


def test_slow_motion_without_a_statement_is_suspected() -> None:
    clip = analysis_of(slowed(8.0, capture_fps=None))
    issue = next(issue for issue in clip.quality.issues if issue.code == "slow_motion")
    assert "--slow-motion 8" in issue.advice
