"""A clip that shows a stand and a run: the stand becomes the baseline, and its frames belong to no stride."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from helpers import examination_factory, stored_takes
from helpers.examination_factory import edges
from helpers.synthetic_runner import Figure, frame_times

from posture.analysis.observations import ClipObservations, track_people
from posture.analysis.options import AnalysisOptions
from posture.analysis.pipeline import examine_observations
from posture.analysis.standing_part import split_standing
from posture.gait.activity import classify
from posture.gait.runner_choice import choose
from posture.gait.standing import find_still_parts
from validation.population.replay import observations_of, tracked_person

RUN = Figure(trunk_px=120.0, lean_deg=7.0)
STAND = replace(RUN, gait="standing", lean_deg=3.0, rotation_deg=0.0, bounce=0.0)
STAND_S, RUN_S = 3.0, 5.0


def in_a_row(*parts: tuple[Figure, float]) -> ClipObservations:
    """Return the observations of figures one after the other, each for some seconds."""
    times = [frame_times(seconds, stored_takes.FPS) for _figure, seconds in parts]
    shown = [figure for figure, _seconds in parts]
    take = replace(
        stored_takes.take(seconds=sum(seconds for _figure, seconds in parts)),
        landmarks=np.concatenate([figure.landmarks(own) for figure, own in zip(shown, times, strict=True)]),
        edges=np.concatenate([edges(figure, own) for figure, own in zip(shown, times, strict=True)]),
    )
    count = len(take.landmarks)
    take = replace(take, time_s=np.arange(count) / stored_takes.FPS, frames_read=count)
    return replace(observations_of(stored_takes.person(take), take), cuts=np.zeros(0, dtype=np.intp))


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_standing_part_becomes_the_baseline(order: tuple[int, int]) -> None:
    parts = ((STAND, STAND_S), (RUN, RUN_S))
    analysis = examine_observations(in_a_row(*(parts[place] for place in order))).analysis
    start = 0.0 if order == (0, 1) else RUN_S
    baseline = analysis.baseline
    assert baseline is not None
    assert baseline.activity == "standing"
    assert baseline.start_s == pytest.approx(start, abs=0.4)
    assert baseline.end_s == pytest.approx(start + STAND_S, abs=0.4)
    assert baseline.notes == ()
    assert analysis.verdict.basis == "own_standing"
    assert analysis.subject.activity == "running"
    run = (STAND_S, STAND_S + RUN_S) if order == (0, 1) else (0.0, RUN_S)
    assert all(run[0] - 0.4 < stride.start_s < stride.end_s < run[1] + 0.4 for stride in analysis.gait.strides)
    assert analysis.quality.detected_share == 1.0


def test_standing_part_is_measured_like_a_clip_of_its_own() -> None:
    baseline = examine_observations(in_a_row((STAND, STAND_S), (RUN, RUN_S))).analysis.baseline
    alone = examine_observations(in_a_row((STAND, STAND_S))).analysis
    assert baseline is not None
    for name in ("pelvic_tilt_deg", "lumbar_arch_deg"):
        here, there = baseline.measures[name], alone.measures[name]
        assert here is not None
        assert there is not None
        assert here.value == pytest.approx(there.value, abs=0.3)


def test_without_auto_baseline_only_the_run_is_measured() -> None:
    clip = in_a_row((STAND, STAND_S), (RUN, RUN_S))
    without = examine_observations(clip, AnalysisOptions(auto_baseline=False)).analysis
    assert without.baseline is None
    assert without.verdict.basis == "population"
    times = [[stride.start_s for stride in one.gait.strides] for one in (without, examine_observations(clip).analysis)]
    assert times[0] == times[1] != []


def test_given_baseline_wins() -> None:
    before = examination_factory.examination(STAND, name="stand").analysis
    baseline = examine_observations(in_a_row((STAND, STAND_S), (RUN, RUN_S)), baseline=before).analysis.baseline
    assert baseline is not None
    assert baseline.path == before.source.path
    assert baseline.start_s is None


@pytest.mark.parametrize(
    ("stand", "seconds"),
    [
        pytest.param(STAND, 1.5, id="short"),
        pytest.param(replace(STAND, lean_deg=25.0), 3.0, id="bent"),
        pytest.param(replace(STAND, yaw_deg=80.0), 3.0, id="from the front"),
        pytest.param(replace(STAND, speed_px_s=60.0), 3.0, id="moving"),
    ],
)
def test_other_parts_are_no_baseline(stand: Figure, seconds: float) -> None:
    analysis = examine_observations(in_a_row((stand, seconds), (RUN, RUN_S))).analysis
    assert analysis.baseline is None
    assert analysis.gait.strides


def test_frozen_picture_of_a_runner_is_no_stand() -> None:
    frozen = in_a_row((RUN, 0.2), (RUN, RUN_S))
    still = replace(frozen, sightings=[frozen.sightings[3]] * 90 + frozen.sightings)
    still = replace(still, times_s=np.arange(len(still.sightings)) / stored_takes.FPS)
    assert examine_observations(still).analysis.baseline is None


def test_clip_of_a_stand_alone_stays_a_standing_clip() -> None:
    analysis = examine_observations(in_a_row((STAND, 4.0))).analysis
    assert analysis.subject.activity == "standing"
    assert analysis.baseline is None


def test_runner_has_no_still_parts() -> None:
    person = tracked_person(stored_takes.take(figure=RUN, seconds=6.0))
    assert not len(find_still_parts(person).rows)
    assert classify(person.legs, person.strides) == "running"


@pytest.mark.parametrize("seconds", [0.8, 1.5])
def test_short_stand_is_left_out_of_the_run(seconds: float) -> None:
    observations = in_a_row((STAND, seconds), (RUN, RUN_S))
    split, standing = split_standing(observations, choose(track_people(observations)))
    assert standing is None
    assert split.runner.time_s[0] == pytest.approx(seconds, abs=0.15)
    assert split.runner.time_s[-1] == pytest.approx(observations.times_s[-1])
