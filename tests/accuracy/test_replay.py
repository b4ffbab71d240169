"""A stored take is analysed as the clip it was made of."""

from __future__ import annotations

import numpy as np
import pytest
from helpers import stored_takes, synthetic_runner
from hypothesis import given
from hypothesis import strategies as st

from posture.analysis.observations import track_people
from posture.analysis.pipeline import examine_observations
from posture.contour.angles import measure_outlines
from validation.population.replay import frame_numbers, halves, observations_of, stride_count


def test_runner_of_a_take_has_strides_and_edges() -> None:
    run = stored_takes.take()
    watched = observations_of(stored_takes.person(run), run)
    (mover,) = track_people(watched)
    assert mover.activity == "running"
    assert mover.view.facing == "right"
    assert len(mover.frames) == run.frames_read
    assert watched.edges_of(mover) == pytest.approx(run.edges, abs=1e-6)


def test_frames_without_detection_stay_empty_and_keep_their_times() -> None:
    run = stored_takes.without_frames(stored_takes.take(), slice(20, 30))
    watched = observations_of(stored_takes.person(run), run)
    found = np.array([bool(people) for people in watched.sightings])
    assert np.flatnonzero(~found).tolist() == list(range(20, 30))
    assert watched.times_s == pytest.approx(synthetic_runner.frame_times(4.5, stored_takes.FPS))
    assert watched.summary.end_time_s == pytest.approx(4.5)


def test_take_without_detection_is_not_measurable() -> None:
    nobody = stored_takes.without_frames(stored_takes.take(), slice(None))
    found = examine_observations(observations_of(stored_takes.person(nobody), nobody)).analysis
    assert found.verdict.label == "not_measurable"
    assert [issue.code for issue in found.quality.issues if issue.blocking] == ["no_person"]


@given(lost=st.integers(0, 130), frames=st.integers(0, 40))
@synthetic_runner.few
def test_halves_of_a_take_partition_its_frames(lost: int, frames: int) -> None:
    run = stored_takes.without_frames(stored_takes.take(), slice(lost, lost + frames))
    first, second = halves(run)
    assert first.frames_read + second.frames_read == run.frames_read
    joined = np.concatenate([frame_numbers(first), frame_numbers(second) + first.frames_read])
    assert joined.tolist() == frame_numbers(run).tolist()
    assert np.concatenate([first.edges, second.edges]) == pytest.approx(run.edges)


def test_baseline_gives_the_change_from_standing() -> None:
    prior = synthetic_runner.prior()
    count = len(prior.components)
    flat, deeper = (prior.outlines(np.eye(count)[1] * amount) for amount in (0.0, -1.2))
    stand, run = stored_takes.take("stand", outline=flat), stored_takes.take(outline=deeper)
    who = stored_takes.person(stand, run)
    before = examine_observations(observations_of(who, stand)).analysis
    found = examine_observations(observations_of(who, run), baseline=before).analysis
    assert found.baseline is not None
    assert found.baseline.path == "0001-stand.mp4"
    assert found.verdict.basis == "own_standing"
    change = found.baseline.change["lumbar_arch_deg"]
    arch = [measure_outlines(curve, 0.0).lumbar_arch_deg[0] for curve in (flat, deeper)]
    assert change is not None
    assert change.value == pytest.approx(arch[1] - arch[0], rel=0.5)


def test_strides_are_counted_by_the_truth() -> None:
    assert stride_count(stored_takes.take(seconds=4.2)) == pytest.approx(6.0)
