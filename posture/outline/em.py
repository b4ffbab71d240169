"""The armless outline over the stride, recovered from mask edges that arms hide most of the time.

A silhouette is the union of body and arms, so an arm can only push the edge outward. Each sample is either the body
(normal noise) or an arm (anywhere outside); which, is inferred together with the outline, whose prior is the shape
model, by expectation-maximisation, from two beginnings of which the likelier end is kept. The outline moves with the
stride: its coefficients are a mean and two harmonics of the stride phase. Everything is linear and Gaussian once the
memberships are known, so the posterior is exact, a clip's evidence is the sum of its strides', and a bootstrap over
strides only adds up matrices.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from posture.contour.grid import T_GRID
from posture.outline.prior import EdgePrior
from posture.types import Array, Indices, blocks

# Tuned on rendered runners (seeds 0-31 of validation/rendering/people.py); all lengths in trunk lengths. Others fit the
# calibration half of validation/population better, but take half of a real walker's hollow for an arm (the warps of
# tests/accuracy/test_warp.py): these stay.
NOISE_L = 0.006  # of one edge sample
SYSTEMATIC_L = 0.003  # error of the mask that more frames do not shrink
CORRELATED_SAMPLES = 3.0  # neighbouring samples that count as one
FRAME_NOISE = 4.0  # times the sample variance: what frames that follow each other share
ARM_SPREAD_L = 0.5  # how far outward an arm's edge may lie
# The noise of the first round, which begins at the lower envelope or at the mean body; it falls from round to round.
ENVELOPE_NOISE_L, MEAN_NOISE_L, NOISE_DECAY = 0.03, 0.015, 0.7
ITERATIONS = 15
HARMONICS = 2
USED_T = (-0.2, 1.0)
# Where arms are met at all, and how probable a sample is the body: below the arms, at their height, near an arm.
ARM_HEIGHT_T = 0.35
BODY_BELOW, BODY_BELOW_NEAR, BODY_AT_HEIGHT, BODY_NEAR = 0.97, 0.5, 0.6, 0.15
# Below this the envelope of the edges is nearly the body's.
ENVELOPE_T = 0.45
# The part of the back that counts for the arm-free share, and its upper half, which decides over the arch.
BACK_T = (-0.1, 0.9)
UPPER_T = (0.45, 0.8)
# An edge further away than this is an arm, however far.
RESIDUAL_CAP_L = 0.1


@dataclass(frozen=True)
class Evidence:
    """What the frames say about the outline, by stride.

    With H stride harmonics (1 + 2 * HARMONICS), K components and S strides in B blocks.

    Attributes
    ----------
    precision : array, shape (S, H * K, H * K)
        Information matrix of each stride.
    pull : array, shape (S, H * K)
        Information vector of each stride.
    prior : array, shape (H * K, H * K)
        Prior precision.
    body : array, shape (F, T)
        Probability that a sample is the body's own edge; 0 where there is no sample.
    block : array of int, shape (S,)
        Which block each stride belongs to, 0..B-1.
    ends : array, shape (B, 2, H, K)
        The outline's coefficients where the search in each block ended from either beginning, the likelier last. Far
        apart where arms and back can be told apart in two ways.
    """

    precision: Array
    pull: Array
    prior: Array
    body: Array
    block: Indices
    ends: Array


def fourier_basis(phase: Array) -> Array:
    """Return 1, cos, sin, ... of the stride phase (0..1), shape (F, 1 + 2 * HARMONICS)."""
    columns = [np.ones_like(phase)]
    for order in range(1, HARMONICS + 1):
        columns += [np.cos(2 * np.pi * order * phase), np.sin(2 * np.pi * order * phase)]
    return np.stack(columns, axis=-1)


def fit_memberships(
    edge: Array,
    near_arm: npt.NDArray[np.bool_],
    phase: Array,
    stride: Indices,
    model: EdgePrior,
    *,
    block: Indices | None = None,
) -> Evidence:
    """Infer which samples are the body, and sum up what they say.

    Parameters
    ----------
    edge : array, shape (F, len(T_GRID))
        Mask edge on the back's side, trunk lengths; NaN where there is none.
    near_arm : array of bool, shape (F, len(T_GRID))
        Whether a sample lies where an arm is.
    phase : array, shape (F,)
        0..1 within the stride.
    stride : array of int, shape (F,)
        Number of the stride a frame belongs to, 0..S-1.
    model : EdgePrior
    block : array of int, shape (S,), optional
        Block of each stride, 0..B-1, whose memberships are found by themselves; one block by default.
    """
    samples = _samples(edge, near_arm, phase, model)
    y, waves = samples.y, samples.waves
    prior = _prior_precision(model)
    count = int(stride.max()) + 1 if len(stride) else 0
    block = np.zeros(count, dtype=np.intp) if block is None else block
    body, ends = np.zeros_like(y), []
    for number in np.unique(block):
        own = block[stride] == number
        other, best = _read_twice(samples.only(own), model, prior)
        body[own] = best.body
        ends.append([other.z, best.z])
    variance = _sample_variance(body, NOISE_L)
    size = prior.shape[0]
    precisions, pulls = np.empty((count, size, size)), np.empty((count, size))
    for number in range(count):
        own = stride == number
        precisions[number], pulls[number] = _normal_equations(body[own], variance, waves[own], y[own], model)
    return Evidence(
        precision=precisions,
        pull=pulls,
        prior=prior,
        body=body,
        block=block,
        ends=np.array(ends).reshape(len(ends), 2, waves.shape[1], len(model.components)),
    )


def explained(
    edge: Array, near_arm: npt.NDArray[np.bool_], phase: Array, model: EdgePrior, z: Array
) -> Array:
    """Return how well an outline, moving with the stride, explains the edges of each frame.

    Parameters
    ----------
    edge, near_arm, phase, model
        As in `fit_memberships`.
    z : array, shape (H, K)
        The outline's coefficients.

    Returns
    -------
    array, shape (F,)
        Log density of the edges, as the body's or an arm's; samples that share an error count as one.
    """
    samples = _samples(edge, near_arm, phase, model)
    return samples.explained(z, NOISE_L, model, np.full(len(model.t), 1 / (FRAME_NOISE * CORRELATED_SAMPLES)))


def unoccluded_share(evidence: Evidence, model: EdgePrior, *, upper: bool = False) -> float:
    """Return the share of the back's samples (or of its upper half's) that are the body's own edge, 0..1."""
    return float(unoccluded_by_frame(evidence, model, upper=upper).mean())


def unoccluded_by_frame(evidence: Evidence, model: EdgePrior, *, upper: bool = False) -> Array:
    """Return the same share for each frame, shape (F,)."""
    low, high = UPPER_T if upper else BACK_T
    return np.asarray(evidence.body[:, (model.t >= low) & (model.t <= high)].mean(axis=1))


def posterior(evidence: Evidence, times: Array | None = None) -> Array:
    """Return the mean of the outline's coefficients, shape (..., H, K).

    Parameters
    ----------
    evidence : Evidence
    times : array, shape (..., S), optional
        How often each stride counts (a bootstrap's draws); once each by default.
    """
    precision, pull = _summed(evidence, times)
    z = np.linalg.solve(precision, pull[..., None])[..., 0]
    shaped: Array = z.reshape(*z.shape[:-1], 1 + 2 * HARMONICS, -1)
    return shaped


def covariance_of_mean(evidence: Evidence) -> Array:
    """Return the posterior covariance of the clip's mean coefficients, shape (K, K)."""
    precision, _ = _summed(evidence, None)
    count = len(precision) // (1 + 2 * HARMONICS)
    return np.asarray(np.linalg.inv(precision)[:count, :count])


def _summed(evidence: Evidence, times: Array | None) -> tuple[Array, Array]:
    counts = np.ones(len(evidence.pull)) if times is None else np.asarray(times, dtype=np.float64)
    precision = np.tensordot(counts, evidence.precision, axes=1) + evidence.prior
    return precision, np.tensordot(counts, evidence.pull, axes=1)


def outline_of(z: Array, model: EdgePrior) -> Array:
    """Return the body's outlines of coefficients z, on the whole grid, shape (..., len(T_GRID)).

    What the coefficients say of the mask's error is left out.

    Parameters
    ----------
    z : array, shape (..., K + M)
        The clip's own (not a harmonic's alone).
    model : EdgePrior
    """
    body = model.body
    curve = body.mean + (model.centre + z[..., : len(model.centre)]) @ body.components
    out = np.empty((*curve.shape[:-1], len(T_GRID)))
    out[..., model.inside] = curve
    first, last = np.flatnonzero(model.inside)[[0, -1]]
    out[..., :first] = curve[..., :1]
    out[..., last + 1 :] = curve[..., -1:]
    return out


def mean_residual(outline: Array, edge: Array) -> Array:
    """Return how far each frame's edges lie from an outline over the back, trunk lengths, shape (F,).

    Parameters
    ----------
    outline : array, shape (len(T_GRID),)
    edge : array, shape (F, len(T_GRID))
        NaN where there is none, which counts as far.
    """
    back = (T_GRID >= BACK_T[0]) & (T_GRID <= BACK_T[1])
    misfit = np.zeros(len(edge))
    for part in blocks(len(edge)):
        distance = np.abs(edge[part][:, back] - outline[back])
        misfit[part] = np.minimum(np.nan_to_num(distance, nan=RESIDUAL_CAP_L), RESIDUAL_CAP_L).mean(axis=1)
    return misfit


@dataclass(frozen=True)
class _Samples:
    """Edges (F, T), which of them there are, which lie near an arm, and the frames' harmonics (F, H)."""

    y: Array
    seen: npt.NDArray[np.bool_]
    near_arm: npt.NDArray[np.bool_]
    waves: Array

    def densities(self, part: slice, z: Array, noise: float, model: EdgePrior) -> tuple[Array, Array]:
        """Return how probable some frames' samples are as the edge of an outline z (H, K), and as something else."""
        residual = self.y[part] - model.mean - (self.waves[part] @ z) @ model.components
        return _densities(residual, _prior_body(model.t, self.near_arm[part]), noise)

    def explained(self, z: Array, noise: float, model: EdgePrior, weight: Array) -> Array:
        """Return the log density of each frame's samples, weighted (T,), under an outline z (H, K); shape (F,)."""
        found = np.zeros(len(self.y))
        for part in blocks(len(self.y)):
            density = np.where(self.seen[part], sum(self.densities(part, z, noise, model)), 1.0)
            found[part] = np.log(density) @ weight
        return found

    def only(self, frames: npt.NDArray[np.bool_]) -> _Samples:
        """Return those of some frames."""
        return _Samples(self.y[frames], self.seen[frames], self.near_arm[frames], self.waves[frames])


def _samples(edge: Array, near_arm: npt.NDArray[np.bool_], phase: Array, model: EdgePrior) -> _Samples:
    y, t = edge[:, model.inside].astype(np.float64), model.t
    seen = np.isfinite(y) & (t >= USED_T[0]) & (t <= USED_T[1])
    y[~seen] = 0.0
    return _Samples(y, seen, near_arm[:, model.inside], fourier_basis(phase))


@dataclass(frozen=True)
class _Fit:
    """An outline (H, K), memberships (F, T), and how well they explain the edges."""

    z: Array
    body: Array
    score: float


def _read_twice(samples: _Samples, model: EdgePrior, prior: Array) -> list[_Fit]:
    """Find outline and memberships from either beginning; the likelier last."""
    envelope = _envelope(samples, model)
    beginnings = ((envelope, ENVELOPE_NOISE_L), (np.zeros_like(envelope), MEAN_NOISE_L))
    fits = [_fit(samples, model, prior, z, first_noise=noise) for z, noise in beginnings]
    return sorted(fits, key=lambda fit: fit.score)


def _fit(samples: _Samples, model: EdgePrior, prior: Array, z: Array, *, first_noise: float) -> _Fit:
    """Find outline and memberships together, from a first outline z of shape (H, K) on."""
    y, seen = samples.y, samples.seen
    body: Array = np.zeros_like(y)
    variance: Array = np.ones(len(model.t))
    noise = first_noise
    for step in range(ITERATIONS):
        noise = max(NOISE_L, first_noise * NOISE_DECAY**step)
        for part in blocks(len(y)):
            as_body, as_other = samples.densities(part, z, noise, model)
            body[part] = np.where(seen[part], as_body / (as_body + as_other), 0.0)
        variance = _sample_variance(body, noise)
        precision, pull = _normal_equations(body, variance, samples.waves, y, model)
        z = np.linalg.solve(precision + prior, pull).reshape(z.shape)
    # The logarithm of the posterior, in which a sample counts as it does for the outline.
    weight = noise**2 / (variance * CORRELATED_SAMPLES)
    score = float(samples.explained(z, noise, model, weight).sum() - 0.5 * z.ravel() @ prior @ z.ravel())
    return _Fit(z, body, score)


def _sample_variance(body: Array, noise: float) -> Array:
    """Return the variance of samples that share an error: they count less the more of them there are, shape (T,)."""
    return np.asarray(FRAME_NOISE * noise**2 + body.sum(axis=0) * SYSTEMATIC_L**2)


def _prior_body(t: Array, near: npt.NDArray[np.bool_]) -> Array:
    below = np.where(near, BODY_BELOW_NEAR, BODY_BELOW)
    at_height = np.where(near, BODY_NEAR, BODY_AT_HEIGHT)
    return np.where(t < ARM_HEIGHT_T, below, at_height)


def _densities(residual: Array, likely_body: Array, noise: float) -> tuple[Array, Array]:
    """Return how probable samples so far outside the outline are as the body's edge, and as an arm's or another."""
    normal = np.exp(-0.5 * (residual / noise) ** 2) / (noise * np.sqrt(2 * np.pi))
    inward = np.exp(np.minimum(residual, 0.0) / (2 * NOISE_L)) + 0.02 * (residual < 0)
    elsewhere = np.minimum(inward, 1.0) / ARM_SPREAD_L
    return likely_body * normal, (1 - likely_body) * elsewhere


def _prior_precision(model: EdgePrior) -> Array:
    components = len(model.components)
    size = (1 + 2 * HARMONICS) * components
    precision = np.zeros((size, size))
    precision[:components, :components] = model.precision
    # The within-stride variance is shared by the harmonics' cosines and sines.
    share = model.within_covariance / (2 * HARMONICS) + 1e-3 * np.eye(components)
    inverse = np.linalg.inv(share)
    for block in range(1, 1 + 2 * HARMONICS):
        at = slice(block * components, (block + 1) * components)
        precision[at, at] = inverse
    return precision


def _envelope(samples: _Samples, model: EdgePrior) -> Array:
    """Fit the mean outline to the lower envelope, trusting it only where arms seldom are; shape (H, K)."""
    y, seen = samples.y, samples.seen
    known = seen.any(axis=0)
    envelope = np.zeros(y.shape[1])
    for place in np.flatnonzero(known):
        envelope[place] = np.percentile(y[seen[:, place], place], 20) - model.mean[place]
    weight = np.where(known, np.where(model.t < ENVELOPE_T, 1.0, 0.05), 0.0) / (4 * 0.01**2)
    components = model.components
    z = np.zeros((samples.waves.shape[1], len(components)))
    z[0] = np.linalg.solve(
        (components * weight) @ components.T + model.precision, (components * weight) @ envelope
    )
    return z


def _normal_equations(
    body: Array, variance: Array, waves: Array, y: Array, model: EdgePrior
) -> tuple[Array, Array]:
    """Return information matrix and vector of frames, whose samples count as they are the body and are sure."""
    components, count = model.components, waves.shape[1]
    by_t, pull = np.zeros((len(model.t), count, count)), np.zeros((count, len(components)))
    for part in blocks(len(y)):
        weight = body[part] / variance / CORRELATED_SAMPLES
        by_t += np.einsum("ft,fi,fj->tij", weight, waves[part], waves[part], optimize=True)
        pull += np.einsum(
            "ft,fi,at->ia", weight * (y[part] - model.mean), waves[part], components, optimize=True
        )
    precision = np.einsum("tij,at,bt->iajb", by_t, components, components, optimize=True)
    size = pull.size
    return precision.reshape(size, size), pull.reshape(size)
