"""Posts and rails drawn before the samples: the truth lies in the interval, or the clip is refused with a reason."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from posture.analysis.observations import ClipObservations
from posture.analysis.pipeline import examine_observations
from posture.contour.observation import observe
from posture.pose.landmarker import Landmarker
from posture.records.analysis import Analysis
from posture.scene.sampler import SceneSampler
from posture.types import Image
from posture.video import open_video

SAMPLES = Path(__file__).resolve().parents[2] / "samples"
# Pixels of the samples: the trunk's axis at the middle of the trunk and at the hips, its length, and a centimetre.
MIDDLE_X, HIPS_Y, TRUNK_PX, CM_PX = 655.0, 382.0, 155.0, 2.75
LEVELS = (45, 225, 110)
SECONDS, DRIFT_S = 5.0, 8.0
NAMES_IT = {"something_in_front", "hard_shade", "loose_clothing", "back_ambiguous", "not_side_view", "too_few_strides"}


def analysed(clip: str, draw: Callable[[Image], None], seconds: float = SECONDS) -> Analysis:
    """Analyse the first seconds of a sample with something drawn into every frame."""
    scene, sightings, times = SceneSampler(), [], []
    with open_video(SAMPLES / f"{clip}.mp4", end_s=seconds) as video, Landmarker("full", people=1) as landmarker:
        for frame in video.frames():
            picture = frame.rgb.copy()
            draw(picture)
            sightings.append([observe(one, picture) for one in landmarker.detect(picture)])
            scene.add(len(times), picture, [one.landmarks for one in sightings[-1]])
            times.append(frame.time_s)
        observations = ClipObservations(video.info, video.summary, np.array(times), sightings, scene=scene.samples())
    return examine_observations(observations).analysis


def post(place: int, width_cm: float) -> Callable[[Image], None]:
    """Return what draws a post at one of ten places across the back."""
    left = round(MIDDLE_X - (0.45 - 0.072 * place) * TRUNK_PX - width_cm * CM_PX / 2)

    def draw(picture: Image) -> None:
        picture[:, left : left + round(width_cm * CM_PX)] = LEVELS[place % len(LEVELS)]

    return draw


def rail(place: int, width_cm: float) -> Callable[[Image], None]:
    """Return what draws a rail at one of ten heights."""
    top = round(HIPS_Y - (0.133 * place - 0.3) * TRUNK_PX - width_cm * CM_PX / 2)

    def draw(picture: Image) -> None:
        picture[top : top + round(width_cm * CM_PX)] = LEVELS[place % len(LEVELS)]

    return draw


def assert_honest(clip: str, draw: Callable[[Image], None]) -> None:
    analysis = analysed(clip, draw)
    truth = json.loads((SAMPLES / f"{clip}.json").read_text(encoding="utf-8"))["measures"]
    named = {issue.code for issue in analysis.quality.issues} & NAMES_IT
    for name in ("pelvic_tilt_deg", "lumbar_arch_deg"):
        measure = analysis.measures[name]
        if measure is None:
            assert named, f"{name} is missing without a reason"
        else:
            low, high = measure.ci90
            assert low <= truth[name] <= high, f"{name}: {low:.1f} to {high:.1f}, truly {truth[name]:.1f}; {named}"


def drifting_post(width_cm: float, start: float, end: float) -> Callable[[Image], None]:
    """Return what draws a post that moves slowly across the back, from and to trunk lengths behind its axis."""
    places = iter(np.linspace(start, end, round(DRIFT_S * 30) + 2))

    def draw(picture: Image) -> None:
        left = round(MIDDLE_X - next(places) * TRUNK_PX - width_cm * CM_PX / 2)
        picture[:, left : left + round(width_cm * CM_PX)] = 225

    return draw


def test_post_that_drifts_across_the_back_is_named_with_its_part() -> None:
    analysis = analysed("run_hollow", drifting_post(4, 0.5, 0.1), DRIFT_S)
    assert NAMES_IT & {issue.code for issue in analysis.quality.issues}
    assert len(analysis.segments) > 1
    disturbed = [part for part in analysis.segments if NAMES_IT & {issue.code for issue in part.issues}]
    assert disturbed
    truth = json.loads((SAMPLES / "run_hollow.json").read_text(encoding="utf-8"))["measures"]
    for part in analysis.segments:
        for name in ("pelvic_tilt_deg", "lumbar_arch_deg"):
            measure = part.measures[name]
            assert part in disturbed or (measure is not None and measure.ci90[0] <= truth[name] <= measure.ci90[1])


def test_post_and_rail_are_named() -> None:
    codes = [{issue.code for issue in analysed("run_hollow", draw).quality.issues} for draw in (post(4, 8), rail(4, 6))]
    assert all("something_in_front" in found for found in codes)


@pytest.mark.slow
@pytest.mark.parametrize("place", range(10))
@pytest.mark.parametrize("width_cm", [2, 4, 8, 12])
def test_posts_across_the_back_do_not_deceive(place: int, width_cm: float) -> None:
    assert_honest("run_hollow", post(place, width_cm))


@pytest.mark.slow
@pytest.mark.parametrize("place", range(10))
@pytest.mark.parametrize("clip", ["run_hollow", "run_neutral"])
def test_rails_at_ten_heights_do_not_deceive(place: int, clip: str) -> None:
    assert_honest(clip, rail(place, 6))
