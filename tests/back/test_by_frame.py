"""The back frame by frame: what the model holds at each."""

from __future__ import annotations

import numpy as np
import pytest
from helpers import examination_factory
from helpers.synthetic_runner import Figure

from posture.back.phase_curves import BY_FRAME, MODELLED, frame_measures
from posture.contour.geometry import measure_outlines


def test_the_mean_over_a_stride_is_the_strides_own_value() -> None:
    found = examination_factory.examination()
    assert found.runner is not None
    assert found.back is not None
    measures = frame_measures(found.runner, found.back)
    assert tuple(measures) == BY_FRAME
    number = found.runner.strides.frame_stride
    for name in BY_FRAME:
        means = [measures[name][number == stride].mean() for stride in found.back.measured_strides]
        assert means == pytest.approx(found.back.measured.by_stride[name], abs=0.1)


def test_the_frames_follow_the_true_outline() -> None:
    found = examination_factory.examination()
    assert found.runner is not None
    assert found.back is not None
    held = frame_measures(found.runner, found.back)["pelvic_tilt_deg"]
    true = measure_outlines(
        examination_factory.edges(examination_factory.RUNNER, found.times_s),
        found.back.lean_deg,
        smooth=False,
    ).pelvic_tilt_deg
    inside = np.isfinite(held)
    assert np.ptp(true) > 2.0
    assert np.corrcoef(held[inside], true[inside])[0, 1] > 0.7
    assert (np.isfinite(held) == (found.runner.strides.frame_stride >= 0)).all()


def test_a_stride_without_edges_has_no_values_and_the_others_keep_theirs() -> None:
    seen = examination_factory.watched()
    whole = examination_factory.examine_observations(seen)
    assert whole.runner is not None
    frames = np.flatnonzero(whole.runner.strides.frame_stride == 2)
    part = examination_factory.examine_observations(
        examination_factory.blind(seen, range(frames[0], frames[-1] + 1))
    )
    assert part.runner is not None
    assert part.back is not None
    held = frame_measures(part.runner, part.back)
    assert 2 not in part.back.measured_strides
    for name in MODELLED:
        assert np.isnan(held[name][frames]).all()
        after = part.runner.strides.frame_stride > 2
        assert held[name][after].mean() == pytest.approx(
            part.back.measured.by_stride[name][part.back.measured_strides > 2].mean(), abs=0.1
        )


def test_who_stands_has_the_parts_own_values() -> None:
    figure = Figure(gait="standing", stride_s=30.0, trunk_px=120.0, lean_deg=2.0)
    found = examination_factory.examination(figure, name="stand")
    assert found.runner is not None
    assert found.back is not None
    held = frame_measures(found.runner, found.back)["lumbar_arch_deg"]
    values = np.unique(held[np.isfinite(held)])
    assert set(values) == set(found.back.measured.by_stride["lumbar_arch_deg"])


def test_a_frames_lean_and_arm_free_share_make_up_the_clips() -> None:
    found = examination_factory.examination()
    assert found.runner is not None
    assert found.back is not None
    used = np.isfinite(found.back.residual_by_frame)
    assert np.nanmean(found.back.unoccluded_by_frame) == pytest.approx(found.back.unoccluded_share)
    assert (np.isfinite(found.back.unoccluded_by_frame) == used).all()
    number = found.runner.strides.frame_stride
    leans = [found.back.lean_deg[used & (number == s)].mean() for s in found.back.measured_strides]
    assert np.mean(leans) == pytest.approx(found.back.measured.measures["trunk_lean_deg"].value)
