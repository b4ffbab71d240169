"""The scene of a runner turned into facts for the rules: what is hidden and when, roll by frame, wider intervals."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from helpers import examination_factory as factory

from posture.analysis.pipeline import examine_observations
from posture.analysis.surroundings import roll_by_frame, sd_of_roll_deg, widening_of, with_scene
from posture.contour.grid import T_GRID
from posture.gait.runner_choice import TrackedPerson
from posture.quality.recording import Recording
from posture.scene.evidence import SceneEvidence
from posture.scene.light import Light
from posture.types import Array

RECORDING = Recording(frames_read=240, detected_share=1.0)
CLIP = factory.observations()
LOWER = (T_GRID >= 0.1) & (T_GRID <= 0.3)


def runner() -> TrackedPerson:
    found = examine_observations(CLIP).runner
    assert found is not None
    return found


def evidence(frames: int, hidden: Array | None = None, roll_deg: Array | None = None) -> SceneEvidence:
    hidden_by = np.zeros((frames, len(T_GRID)), dtype=np.uint8)
    if hidden is not None:
        hidden_by[np.ix_(hidden > 0, LOWER)] = 1
    roll = np.zeros(frames) if roll_deg is None else roll_deg
    return SceneEvidence(np.arange(frames), hidden_by, ("rail",), roll, Light(60.0, 150.0, 90.0, 1.0))


def test_thing_is_described_by_place_phase_and_share() -> None:
    person = runner()
    phase = person.strides.frame_phase
    crossing = evidence(len(phase), ((phase > 0.2) & (phase < 0.5)).astype(float))
    found = with_scene(RECORDING, crossing, person)
    (thing,) = found.occluders
    assert (thing.kind, thing.from_t, thing.to_t) == ("rail", pytest.approx(0.1), pytest.approx(0.3))
    assert thing.phase_start == pytest.approx(0.2, abs=0.05)
    assert thing.phase_end == pytest.approx(0.5, abs=0.05)
    assert found.hidden_share == pytest.approx(0.3 * LOWER.sum() / 45, abs=0.03)


def test_thing_that_is_always_there_has_no_phase() -> None:
    person = runner()
    (thing,) = with_scene(RECORDING, evidence(len(person.frames), np.ones(len(person.frames))), person).occluders
    assert thing.phase_start is thing.phase_end is None


def test_no_scene_and_a_clear_one_change_nothing_but_the_light() -> None:
    person = runner()
    assert with_scene(RECORDING, None, person) is RECORDING
    clear = with_scene(RECORDING, evidence(len(person.frames)), person)
    assert replace(clear, light=None) == RECORDING


def test_roll_of_a_slipping_camera_counts_from_the_start_unless_it_is_known() -> None:
    roll = np.linspace(0.0, 8.0, 50)
    scene, slipping = evidence(50, roll_deg=roll), replace(RECORDING, roll_drift_deg=8.0)
    assert roll_by_frame(slipping, scene) == pytest.approx(roll)
    assert np.mean(roll_by_frame(replace(slipping, camera_roll_deg=1.5), scene)) == pytest.approx(1.5)
    assert roll_by_frame(RECORDING, scene) is None
    assert sd_of_roll_deg(slipping) == pytest.approx(2.0)
    assert sd_of_roll_deg(replace(slipping, camera_roll_deg=1.5)) == 0.0


def test_unknown_frames_take_the_roll_of_their_neighbours() -> None:
    roll = np.array([0.0, np.nan, 4.0, np.nan])
    found = roll_by_frame(replace(RECORDING, roll_drift_deg=4.0), evidence(4, roll_deg=roll))
    assert found == pytest.approx([0.0, 2.0, 4.0, 4.0])


def test_darkness_and_things_widen_the_intervals() -> None:
    dark = Light(7.0, 30.0, 20.0, 1.0)
    assert widening_of(RECORDING) == {}
    assert widening_of(replace(RECORDING, light=dark))["dark"] > 3.0
    assert widening_of(replace(RECORDING, light=replace(dark, contrast=20.0)))["dark"] < 2.0
    white = Light(150.0, 60.0, 255.0, 1.0)
    assert list(widening_of(replace(RECORDING, light=white))) == ["back_light"]


def test_hidden_samples_widen_the_interval_and_are_not_free() -> None:
    person = runner()
    free = examine_observations(CLIP).analysis
    scene = evidence(len(person.frames), (person.strides.frame_phase < 0.4).astype(float))
    crossed = examine_observations(replace(CLIP, scene=scene)).analysis
    assert [issue.code for issue in crossed.quality.issues].count("something_in_front") == 1
    assert crossed.quality.arm_free_share < free.quality.arm_free_share  # type: ignore[operator]
    one, two = (a.measures["pelvic_tilt_deg"] for a in (free, crossed))
    assert one is not None
    assert two is not None
    assert two.ci90[1] - two.ci90[0] > one.ci90[1] - one.ci90[0]
    assert crossed.quality.occluders[0].kind == "rail"


def test_thing_before_all_of_the_lower_back_leaves_no_number() -> None:
    person = runner()
    hidden_by = np.ones((len(person.frames), len(T_GRID)), dtype=np.uint8)
    whole = SceneEvidence(person.frames, hidden_by, ("post",), np.zeros(len(hidden_by)), None)
    analysis = examine_observations(replace(CLIP, scene=whole)).analysis
    assert analysis.measures["pelvic_tilt_deg"] is None
    assert [issue.code for issue in analysis.quality.issues if issue.blocking] == ["something_in_front"]
    assert analysis.verdict.label == "not_measurable"
