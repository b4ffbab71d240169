"""The turn of the scene's lines counts where the runner's own axis turns alike."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from helpers import examination_factory as factory

from posture.analysis.camera_turn import with_turning_lines
from posture.analysis.pipeline import examine_observations
from posture.contour.grid import T_GRID
from posture.gait.runner_choice import TrackedPerson
from posture.scene.evidence import SceneEvidence
from posture.types import Array

CLIP = factory.observations()


def runner() -> TrackedPerson:
    found = examine_observations(CLIP).runner
    assert found is not None
    return found


def turned(person: TrackedPerson, roll_deg: Array) -> TrackedPerson:
    """Return the person as seen by a camera that turns."""
    angle = np.radians(roll_deg)
    rotation = np.stack([np.cos(angle), -np.sin(angle), np.sin(angle), np.cos(angle)], axis=1).reshape(-1, 1, 2, 2)
    return replace(person, landmarks=(rotation @ person.landmarks[..., None])[..., 0])


def evidence(lines: Array | None, roll_deg: Array | None = None) -> SceneEvidence:
    frames = len(runner().frames)
    roll = np.zeros(frames) if roll_deg is None else roll_deg
    return SceneEvidence(
        np.arange(frames), np.zeros((frames, len(T_GRID)), dtype=np.uint8), (), roll, None, line_roll_deg=lines
    )


@pytest.mark.parametrize("degrees", [-8.0, 5.0])
def test_lines_that_turn_with_the_runner_are_the_camera(degrees: float) -> None:
    person = runner()
    roll = np.linspace(0.0, degrees, len(person.frames))
    found = with_turning_lines(evidence(roll), turned(person, roll))
    assert found is not None
    assert found.roll_deg == pytest.approx(roll, abs=1.0)


def test_lines_that_turn_alone_and_a_runner_who_leans_alone_are_not() -> None:
    person = runner()
    roll = np.linspace(0.0, 8.0, len(person.frames))
    panned, leaning = evidence(roll), evidence(np.zeros_like(roll))
    assert with_turning_lines(panned, person) is panned
    assert with_turning_lines(leaning, turned(person, roll)) is leaning


def test_corners_that_show_a_larger_turn_are_kept() -> None:
    person = runner()
    roll = np.linspace(0.0, 8.0, len(person.frames))
    followed = evidence(0.5 * roll, roll)
    assert with_turning_lines(followed, turned(person, roll)) is followed


def test_scene_without_clear_lines_stays_as_it_is() -> None:
    person = runner()
    for lines in (None, np.full(len(person.frames), np.nan)):
        scene = evidence(lines)
        assert with_turning_lines(scene, person) is scene
    assert with_turning_lines(None, person) is None


def test_camera_that_turns_before_a_plain_wall_is_named_and_corrected() -> None:
    person = runner()
    roll = np.linspace(0.0, 8.0, len(CLIP.times_s))
    angle = np.radians(roll)
    sightings = [
        [
            replace(one, landmarks=one.landmarks @ np.array([[np.cos(a), np.sin(a)], [-np.sin(a), np.cos(a)]]))
            for one in people
        ]
        for people, a in zip(CLIP.sightings, angle, strict=True)
    ]
    scene = evidence(roll[person.frames])
    codes = [
        [
            issue.code
            for issue in examine_observations(replace(CLIP, sightings=sightings, scene=one)).analysis.quality.issues
        ]
        for one in (scene, replace(scene, line_roll_deg=None))
    ]
    assert "camera_turns" in codes[0]
    assert "camera_turns" not in codes[1]
