"""Prior over the mask edges: body shape, mask bias, and the own standing outline."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from helpers import synthetic_runner

from posture.contour.grid import T_GRID
from posture.errors import ModelFileError
from posture.outline.body_or_arm import EdgeSamples, fit_memberships
from posture.outline.mask_bias import MASK_ERROR, MaskError, Pose
from posture.outline.posterior import OutlinePosterior
from posture.outline.prior import EdgePrior, edge_prior, plain_prior
from posture.outline.shape_model import Gaussian

BODY = synthetic_runner.shape_model()
BACK = (T_GRID >= -0.1) & (T_GRID <= 0.9)


def mask() -> MaskError:
    return MASK_ERROR.load()


def inferred(edge: np.ndarray, prior: EdgePrior) -> tuple[np.ndarray, np.ndarray]:
    """Return the recovered outline and the coefficients' covariance of frames without arms."""
    phase, stride = np.tile(np.arange(10) / 10, 4), np.repeat(np.arange(4), 10)
    frames = np.tile(edge, (40, 1))
    far = np.zeros(frames.shape, dtype=np.bool_)
    samples = EdgeSamples.of(frames, far, phase, stride, prior)
    posterior = OutlinePosterior(fit_memberships(samples), prior, phase, stride, samples)
    return posterior.outline, posterior.mean_covariance()


@pytest.mark.parametrize("pose", ["running", "standing"])
def test_mask_bias_is_removed_from_the_outline(pose: Pose) -> None:
    """The mask's edge of the mean body gives the mean body."""
    known = BODY.running if pose == "running" else BODY.standing
    body = BODY.mean + known.mean @ BODY.components
    edge = np.full(len(T_GRID), np.nan)
    edge[BODY.inside] = body + mask().bias[pose]
    found, _ = inferred(edge, edge_prior(BODY, mask(), pose))
    truth = np.full(len(T_GRID), np.nan)
    truth[BODY.inside] = body
    assert found[BACK] == pytest.approx(truth[BACK], abs=5e-4)
    # Without the model of the mask the same edge gives another outline.
    plain, _ = inferred(edge, plain_prior(BODY))
    assert np.abs(plain - truth)[BACK].max() > 2e-3


def test_common_mask_error_is_partly_separated_from_the_body() -> None:
    body = BODY.mean + BODY.running.mean @ BODY.components
    edge = np.full(len(T_GRID), np.nan)
    edge[BODY.inside] = body + mask().bias["running"] + 1.5 * mask().components[0]
    truth = np.full(len(T_GRID), np.nan)
    truth[BODY.inside] = body
    knowing, _ = inferred(edge, edge_prior(BODY, mask(), "running"))
    blind = MaskError(mask().bias, mask().lean_bias_deg, 1e-6 * mask().components)
    unknowing, _ = inferred(edge, edge_prior(BODY, blind, "running"))
    assert np.square(knowing - truth)[BACK].sum() < 0.85 * np.square(unknowing - truth)[BACK].sum()


def test_own_standing_outline_narrows_the_running_prior() -> None:
    own = Gaussian(BODY.standing.mean + 1.0, 1e-4 * np.eye(len(BODY.standing.mean)))
    known = BODY.running_given(own)
    assert np.trace(known.covariance) < 0.6 * np.trace(BODY.running.covariance)
    assert known.mahalanobis_sq(known.mean) == pytest.approx(0.0)
    assert BODY.running.mahalanobis_sq(known.mean) > 1.0
    prior = edge_prior(BODY, mask(), "running", standing=own)
    assert prior.centre == pytest.approx(known.mean)
    # For a standing clip it is not used.
    standing = edge_prior(BODY, mask(), "standing", standing=own)
    assert standing.centre == pytest.approx(BODY.standing.mean)


def test_own_outline_narrows_the_posterior_of_a_hidden_back() -> None:
    edge = np.full(len(T_GRID), np.nan)
    low = T_GRID[BODY.inside] < 0.4
    edge[BODY.inside] = np.where(low, BODY.mean, np.nan)
    own = Gaussian(BODY.standing.mean, 1e-3 * np.eye(len(BODY.standing.mean)))
    _, alone = inferred(edge, edge_prior(BODY, mask(), "running"))
    _, helped = inferred(edge, edge_prior(BODY, mask(), "running", standing=own))
    count = len(BODY.components)
    assert np.trace(helped[:count, :count]) < 0.7 * np.trace(alone[:count, :count])


@pytest.mark.parametrize("data", [b"", b"[]", b'{"bias": {}}', b"\xff\xfe\0"])
def test_broken_table_is_a_one_line_error(tmp_path: Path, data: bytes) -> None:
    (tmp_path / MASK_ERROR.filename).write_bytes(data)
    with pytest.raises(ModelFileError, match=r"table of the mask's error cannot") as caught:
        MASK_ERROR.load(tmp_path)
    assert len(str(caught.value).splitlines()) == 1


def test_missing_table_is_a_one_line_error(tmp_path: Path) -> None:
    with pytest.raises(ModelFileError, match="missing"):
        MASK_ERROR.load(tmp_path)
