"""The methods that the package is compared with."""

from __future__ import annotations

import numpy as np
import pytest
from helpers import stored_takes, synthetic_runner

from posture.analysis.observations import track_people
from posture.contour.angles import measure_outlines
from validation.accuracy.methods import MEANS, MOVING, direct_geometry, fit_ridge, landmark_features
from validation.population.replay import observations_of
from validation.population.store import Take


def features(one: Take) -> synthetic_runner.Array:
    (mover,) = track_people(observations_of(stored_takes.person(one), one))
    return landmark_features(mover)


@pytest.mark.parametrize("name", ["run", "stand"])
def test_direct_geometry_measures_a_bare_outline(name: str) -> None:
    one = stored_takes.take(name, outline=synthetic_runner.plain_outline(0.08))
    watched = observations_of(stored_takes.person(one), one)
    (mover,) = track_people(watched)
    found = direct_geometry(mover, watched.edges_of(mover))
    true = measure_outlines(synthetic_runner.plain_outline(0.08), 0.0)
    assert found is not None
    assert found[1] == pytest.approx(true.lumbar_arch_deg[0], abs=2.5)
    assert found[2] == pytest.approx(true.lumbar_arch_index[0], abs=0.7)
    assert found[0] - found[3] == pytest.approx(true.pelvic_tilt_deg[0], abs=2.0)


def test_direct_geometry_has_no_answer_without_edges() -> None:
    one = stored_takes.take(outline=np.full_like(synthetic_runner.plain_outline(), np.nan))
    watched = observations_of(stored_takes.person(one), one)
    (mover,) = track_people(watched)
    assert direct_geometry(mover, watched.edges_of(mover)) is None


def test_landmark_features_know_the_lean_but_not_the_back() -> None:
    upright, leaning = (features(stored_takes.take(figure=synthetic_runner.Figure(lean_deg=d))) for d in (2.0, 9.0))
    assert leaning[0] - upright[0] == pytest.approx(7.0, abs=0.3)
    hollow = features(stored_takes.take(outline=synthetic_runner.plain_outline(0.1)))
    assert hollow == pytest.approx(features(stored_takes.take(outline=synthetic_runner.plain_outline(0.02))))


def test_mirrored_clip_has_the_same_landmark_features() -> None:
    right = stored_takes.take(figure=synthetic_runner.Figure(yaw_deg=6.0))
    left = stored_takes.take(figure=synthetic_runner.Figure(yaw_deg=6.0, facing="left"))
    # The other leg is nearer to the camera, so that other frames belong to whole strides.
    assert features(left)[:MEANS] == pytest.approx(features(right)[:MEANS], abs=0.6)


def test_standing_person_has_only_mean_features() -> None:
    standing = features(stored_takes.take("stand"))
    assert len(standing) == MOVING
    assert np.all(standing[MEANS:] == 0)
    assert np.count_nonzero(features(stored_takes.take())[MEANS:]) > 10


def test_ridge_recovers_effects_and_shrinks_noise() -> None:
    rng = np.random.default_rng(1)
    x = rng.normal(size=(200, 10))
    target = np.column_stack([3.0 + 2.0 * x[:, 0] - x[:, 3], 1.0 + x[:, 1]])
    model = fit_ridge(x[:150], target[:150] + rng.normal(scale=0.1, size=(150, 2)))
    assert model(x[150:]) == pytest.approx(target[150:], abs=0.2)
    noise = fit_ridge(x, rng.normal(size=(200, 1)))
    assert noise.alpha > 10 * model.alpha
    assert np.std(noise(x)) < 0.4
