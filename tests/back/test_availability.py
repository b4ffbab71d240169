"""Measures that are reported or withheld."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from helpers import synthetic_runner

from posture.back.availability import reported_measures
from posture.back.measure import BackResult, measure_back_of
from posture.back.models import Models
from posture.gait.runner_choice import TrackedPerson, describe
from posture.pose.tracking import link_detections
from posture.thresholds import GATES

OF_LANDMARKS = {"trunk_lean_deg", "thorax_rotation_deg"}
OF_UPPER_BACK = {"thoracolumbar_deg", "lumbar_arch_deg", "lumbar_arch_index"}
LIMIT = GATES.max_split


@pytest.fixture(scope="module")
def runner() -> tuple[TrackedPerson, BackResult]:
    times = synthetic_runner.frame_times(3.2, 24)
    figure = synthetic_runner.Figure(trunk_px=60.0, hips_px=(140.0, 130.0), lean_deg=6.0)
    frames = [[marks] for marks in figure.landmarks(times)]
    mover = describe(link_detections(frames, times)[0], frames, times)
    outline = synthetic_runner.draw_back(21, strides=1, frames=2).outline
    edges = np.tile(outline, (len(times), 1))
    back = measure_back_of(mover, edges, Models(synthetic_runner.shape_model()))
    assert back is not None
    return mover, back


def given(mover: TrackedPerson, back: BackResult) -> set[str]:
    return {name for name, measure in reported_measures(mover, back).items() if measure is not None}


def test_unoccluded_back_reports_every_measure(runner: tuple[TrackedPerson, BackResult]) -> None:
    mover, back = runner
    assert back.is_reliable
    assert given(mover, back) == {"pelvic_tilt_deg", "pelvic_tilt_range_deg"} | OF_LANDMARKS | OF_UPPER_BACK


def test_outlier_outline_reports_only_landmark_measures(
    runner: tuple[TrackedPerson, BackResult],
) -> None:
    mover, back = runner
    outlier = replace(back, is_outlier=True)
    assert not outlier.is_reliable
    assert given(mover, outlier) == OF_LANDMARKS


def test_ambiguous_back_reports_only_landmark_measures(
    runner: tuple[TrackedPerson, BackResult],
) -> None:
    mover, back = runner
    assert back.ambiguity_sd < 0.1
    assert not replace(back, ambiguity_sd=LIMIT).is_ambiguous
    assert replace(back, ambiguity_sd=LIMIT).is_reliable
    ambiguous = replace(back, ambiguity_sd=LIMIT + 0.01)
    assert ambiguous.is_ambiguous
    assert not ambiguous.is_reliable
    assert given(mover, ambiguous) == OF_LANDMARKS


def test_hidden_upper_back_withholds_the_arch(runner: tuple[TrackedPerson, BackResult]) -> None:
    mover, back = runner
    hidden = replace(back, upper_unoccluded_share=GATES.min_upper_free_share - 0.01)
    assert given(mover, back) - given(mover, hidden) == OF_UPPER_BACK


def test_hidden_back_reports_nothing(runner: tuple[TrackedPerson, BackResult]) -> None:
    mover, back = runner
    assert given(mover, replace(back, unoccluded_share=GATES.min_arm_free_share - 0.01)) == set()
