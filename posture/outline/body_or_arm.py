"""Body or arm: an EM that infers what each edge sample belongs to, together with the armless outline.

A silhouette is the union of body and arms, so an arm can only push the edge outward. Each sample is either the body
(Gaussian noise) or an arm (anywhere outside). Membership and outline are inferred together by
expectation-maximisation [1]_, with the shape model as prior. EM finds a local optimum, so it is run from two starting
points and the likelier solution wins. The outline moves with the stride: its coefficients are a mean and two harmonics
of the stride phase. Once the memberships are known everything is linear and Gaussian; the evidence of a clip is then
the sum of its strides' (`Evidence`), from which `posture.outline.posterior` draws all conclusions.

References
----------
.. [1] Dempster, Laird & Rubin (1977). Maximum likelihood from incomplete data via the EM algorithm. Journal of the
   Royal Statistical Society B 39, 1-38. doi:10.1111/j.2517-6161.1977.tb01600.x
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from posture.gait.fourier import fourier_basis
from posture.outline.prior import EdgePrior
from posture.types import Array, Indices, blocks

# Tuned on rendered runners (seeds 0-31 of validation/rendering/people.py); all lengths in trunk lengths. Other values
# fit the calibration half of validation/population better, but take half of a real walker's hollow for an arm (the
# warps of tests/accuracy/test_warp.py), so these stay.
NOISE_L = 0.006  # SD of one edge sample
SYSTEMATIC_L = 0.003  # SD of the mask error that more frames do not reduce
CORRELATED_SAMPLES = 3.0  # neighbouring samples that count as one
FRAME_NOISE = 4.0  # times the sample variance: what consecutive frames share
ARM_SPREAD_L = 0.5  # how far outward an arm's edge may lie
# Noise of the first iteration, by starting point (lower envelope, mean body), and its decay per iteration.
ENVELOPE_NOISE_L, MEAN_NOISE_L, NOISE_DECAY = 0.03, 0.015, 0.7
ITERATIONS = 15
# Enough to tell postures apart: single strides end where they do after 15.
STRIDE_ITERATIONS = 8
HARMONICS = 2
USED_T = (-0.2, 1.0)
# Prior probability that a sample is body: below and at the height of the arms, and close to an arm.
ARM_HEIGHT_T = 0.35
BODY_BELOW, BODY_BELOW_NEAR, BODY_AT_HEIGHT, BODY_NEAR = 0.97, 0.5, 0.6, 0.15
# Below this height the lower envelope of the edges, which leaves this share of them below it, is nearly the body's.
ENVELOPE_T, ENVELOPE_SHARE = 0.45, 0.2


@dataclass(frozen=True)
class Evidence:
    """Gaussian evidence of S strides about the outline's coefficients, in information form.

    With H = 1 + 2 * HARMONICS columns of the Fourier basis, K components, F frames and B segments of strides.
    """

    information_matrix: Array  # Shape (S, H * K, H * K).
    information_vector: Array  # Shape (S, H * K).
    prior_precision: Array  # Shape (H * K, H * K).
    # Shape (F, T). Probability that a sample is the body's own edge; 0 where there is no sample.
    body_probability: Array
    # Shape (S,). Segment of each stride, 0..B-1; the memberships of each segment are inferred separately.
    segment: Indices
    # Shape (B, 2, H, K). Coefficients that EM reaches in each segment from either starting point, the likelier last.
    # They lie far apart where two different backs explain the edges.
    solutions: Array


@dataclass(frozen=True)
class EdgeSamples:
    """Edge samples of F frames at the T grid positions of the prior."""

    y: Array  # Shape (F, T). Distance of the mask's edge from the trunk axis, trunk lengths; 0 where it does not exist.
    exists: npt.NDArray[np.bool_]  # Shape (F, T).
    near_arm: npt.NDArray[np.bool_]  # Shape (F, T). Samples that an arm may cover.
    basis: Array  # Shape (F, H). Fourier basis at the frames' stride phases.
    stride: Indices  # Shape (F,). Stride of each frame, 0..S-1.
    prior: EdgePrior

    @classmethod
    def of(
        cls, edge: Array, near_arm: npt.NDArray[np.bool_], phase: Array, stride: Indices, prior: EdgePrior
    ) -> EdgeSamples:
        """Prepare mask edges; parameters as in `posture.outline.posterior.infer_outline`."""
        y, t = edge[:, prior.inside].astype(np.float64), prior.t
        exists = np.isfinite(y) & (t >= USED_T[0]) & (t <= USED_T[1])
        y[~exists] = 0.0
        return cls(y, exists, near_arm[:, prior.inside], fourier_basis(phase, HARMONICS), stride, prior)

    def select(self, frames: npt.NDArray[np.bool_]) -> EdgeSamples:
        """Return the samples of some frames."""
        return EdgeSamples(
            self.y[frames],
            self.exists[frames],
            self.near_arm[frames],
            self.basis[frames],
            self.stride[frames],
            self.prior,
        )

    def unoccluded(self) -> EdgeSamples:
        """Return the samples without those near an arm."""
        return replace(self, exists=self.exists & ~self.near_arm)

    def densities(self, part: slice, z: Array, noise: float) -> tuple[Array, Array]:
        """Return the densities of some frames' samples as the edge of an outline z (H, K), and as an arm's."""
        residual = self.y[part] - self.prior.mean - (self.basis[part] @ z) @ self.prior.components
        normal = np.exp(-0.5 * (residual / noise) ** 2) / (noise * np.sqrt(2 * np.pi))
        inward = np.exp(np.minimum(residual, 0.0) / (2 * NOISE_L)) + 0.02 * (residual < 0)
        elsewhere = np.minimum(inward, 1.0) / ARM_SPREAD_L
        near = self.near_arm[part]
        below = np.where(near, BODY_BELOW_NEAR, BODY_BELOW)
        body_prior = np.where(self.prior.t < ARM_HEIGHT_T, below, np.where(near, BODY_NEAR, BODY_AT_HEIGHT))
        return body_prior * normal, (1 - body_prior) * elsewhere

    def log_likelihood(self, z: Array, noise: float = NOISE_L, weight: Array | None = None) -> Array:
        """Return the log-likelihood of each frame's samples, as the body's edge or an arm's, shape (F,).

        Parameters
        ----------
        z : shape (H, K)
            Coefficients of the outline, which moves with the stride.
        weight : shape (T,)
            Of each sample; by default, samples that share an error count as one.
        """
        if weight is None:
            weight = np.full(len(self.prior.t), 1 / (FRAME_NOISE * CORRELATED_SAMPLES))
        total = np.zeros(len(self.y))
        for part in blocks(len(self.y)):
            density = np.where(self.exists[part], sum(self.densities(part, z, noise)), 1.0)
            total[part] = np.log(density) @ weight
        return total


def fit_memberships(samples: EdgeSamples, segment: Indices | None = None) -> Evidence:
    """Infer which samples are body, and sum up their evidence by stride.

    Parameters
    ----------
    segment : shape (S,)
        Segment of each stride, 0..B-1; one segment by default.
    """
    precision, stride = _prior_precision(samples.prior), samples.stride
    count = int(stride.max()) + 1 if len(stride) else 0
    segment = np.zeros(count, dtype=np.intp) if segment is None else segment
    body, solutions = np.zeros_like(samples.y), []
    for number in np.unique(segment):
        frames = segment[stride] == number
        second, best = _solve_from_two_starts(samples.select(frames), precision)
        body[frames] = best.body
        solutions.append([second.z, best.z])
    variance = _sample_variance(body, NOISE_L)
    size = len(precision)
    matrices, vectors = np.empty((count, size, size)), np.empty((count, size))
    for number in range(count):
        frames = stride == number
        matrices[number], vectors[number] = _normal_equations(body[frames], variance, samples.select(frames))
    return Evidence(
        information_matrix=matrices,
        information_vector=vectors,
        prior_precision=precision,
        body_probability=body,
        segment=segment,
        solutions=np.array(solutions).reshape(len(solutions), 2, samples.basis.shape[1], len(samples.prior.components)),
    )


def fit_each_stride(samples: EdgeSamples) -> tuple[Array, Array]:
    """Explain each stride's edges by themselves, and sum up what they say about its mean outline.

    EM starts from the lower envelope only: the edges of a few samples leave it the only start near the body.

    Returns
    -------
    matrices, vectors : array, shape (S, K, K), (S, K)
        Information about the mean coefficients, whatever the harmonics; without the prior of the mean.
    """
    precision, components = _prior_precision(samples.prior), len(samples.prior.components)
    count = int(samples.stride.max()) + 1 if len(samples.stride) else 0
    matrices, vectors = np.empty((count, components, components)), np.empty((count, components))
    for number in range(count):
        own = samples.select(samples.stride == number)
        solution = _run_em(
            own, precision, _lower_envelope(own), first_noise=ENVELOPE_NOISE_L, iterations=STRIDE_ITERATIONS
        )
        matrix, vector = _normal_equations(solution.body, _sample_variance(solution.body, NOISE_L), own)
        mean, rest = slice(components), slice(components, None)
        harmonics = np.linalg.solve(
            matrix[rest, rest] + precision[rest, rest], np.column_stack([matrix[rest, mean], vector[rest]])
        )
        matrices[number] = matrix[mean, mean] - matrix[mean, rest] @ harmonics[:, :-1]
        vectors[number] = vector[mean] - matrix[mean, rest] @ harmonics[:, -1]
    return matrices, vectors


@dataclass(frozen=True)
class _Solution:
    """An outline z (H, K), body probabilities (F, T), and their log-posterior."""

    z: Array
    body: Array
    log_posterior: float


def _solve_from_two_starts(samples: EdgeSamples, precision: Array) -> list[_Solution]:
    """Run EM from the lower envelope and from the mean body; the likelier solution last."""
    envelope = _lower_envelope(samples)
    starts = ((envelope, ENVELOPE_NOISE_L), (np.zeros_like(envelope), MEAN_NOISE_L))
    solutions = [_run_em(samples, precision, z, first_noise=noise) for z, noise in starts]
    return sorted(solutions, key=lambda solution: solution.log_posterior)


def _run_em(
    samples: EdgeSamples, precision: Array, z: Array, *, first_noise: float, iterations: int = ITERATIONS
) -> _Solution:
    """Alternate between memberships (E) and outline (M), starting from an outline z (H, K)."""
    body: Array = np.zeros_like(samples.y)
    variance: Array = np.ones(body.shape[1])
    noise = first_noise
    for step in range(iterations):
        noise = max(NOISE_L, first_noise * NOISE_DECAY**step)
        for part in blocks(len(body)):
            as_body, as_arm = samples.densities(part, z, noise)
            body[part] = np.where(samples.exists[part], as_body / (as_body + as_arm), 0.0)
        variance = _sample_variance(body, noise)
        matrix, vector = _normal_equations(body, variance, samples)
        z = np.linalg.solve(matrix + precision, vector).reshape(z.shape)
    # A sample weighs as much here as it does in the normal equations.
    weight = noise**2 / (variance * CORRELATED_SAMPLES)
    likelihood = samples.log_likelihood(z, noise, weight).sum()
    return _Solution(z, body, float(likelihood - 0.5 * z.ravel() @ precision @ z.ravel()))


def _sample_variance(body: Array, noise: float) -> Array:
    """Return the variance of each sample, shape (T,); it grows with their number, because they share an error."""
    return np.asarray(FRAME_NOISE * noise**2 + body.sum(axis=0) * SYSTEMATIC_L**2)


def _prior_precision(prior: EdgePrior) -> Array:
    components = len(prior.components)
    size = (1 + 2 * HARMONICS) * components
    precision = np.zeros((size, size))
    precision[:components, :components] = prior.precision
    # Cosines and sines of the harmonics share the variance within the stride.
    share = prior.within_covariance / (2 * HARMONICS) + 1e-3 * np.eye(components)
    inverse = np.linalg.inv(share)
    for column in range(1, 1 + 2 * HARMONICS):
        at = slice(column * components, (column + 1) * components)
        precision[at, at] = inverse
    return precision


def _lower_envelope(samples: EdgeSamples) -> Array:
    """Fit the mean outline to the edges' lower envelope, mostly where arms seldom are; shape (H, K)."""
    y, exists, prior = samples.y, samples.exists, samples.prior
    known = exists.any(axis=0)
    # The percentile of each column's own samples: they come first in order.
    ordered = np.sort(np.where(exists, y, np.inf), axis=0)
    place = ENVELOPE_SHARE * np.maximum(exists.sum(axis=0) - 1, 0)
    rows = np.floor(place).astype(np.intp)
    low, high = ordered[rows, np.arange(len(rows))], ordered[np.ceil(place).astype(np.intp), np.arange(len(rows))]
    with np.errstate(invalid="ignore"):
        envelope = np.where(known, low + (place - rows) * (high - low) - prior.mean, 0.0)
    weight = np.where(known, np.where(prior.t < ENVELOPE_T, 1.0, 0.05), 0.0) / (4 * 0.01**2)
    components = prior.components
    z = np.zeros((samples.basis.shape[1], len(components)))
    z[0] = np.linalg.solve((components * weight) @ components.T + prior.precision, (components * weight) @ envelope)
    return z


def information_of(body: Array, basis: Array, prior: EdgePrior) -> Array:
    """Return the information matrix that F frames would have together with these body probabilities, shape (F, T)."""
    return _information(body, _sample_variance(body, NOISE_L), basis, prior.components)


def _information(body: Array, variance: Array, basis: Array, components: Array) -> Array:
    count, places = basis.shape[1], components.shape[1]
    by_t = np.zeros((places, count * count))
    for part in blocks(len(body)):
        weight = body[part] / variance / CORRELATED_SAMPLES
        by_t += weight.T @ _products(basis[part])
    # As products of matrices: a sum over t of four factors takes twenty times as long.
    matrix = (by_t.T @ _products(components.T)).reshape(count, count, len(components), len(components))
    return matrix.transpose(0, 2, 1, 3).reshape(count * len(components), -1)


def _products(rows: Array) -> Array:
    """Return the products of all pairs of columns in each row, shape (N, C) to (N, C * C)."""
    return (rows[:, :, None] * rows[:, None, :]).reshape(len(rows), -1)


def _normal_equations(body: Array, variance: Array, samples: EdgeSamples) -> tuple[Array, Array]:
    """Return information matrix and vector of frames, each sample weighted by its body probability."""
    y, basis, prior, components = samples.y, samples.basis, samples.prior, samples.prior.components
    vector = np.zeros((basis.shape[1], len(components)))
    for part in blocks(len(y)):
        weight = body[part] / variance / CORRELATED_SAMPLES
        vector += basis[part].T @ (weight * (y[part] - prior.mean)) @ components.T
    return _information(body, variance, basis, components), vector.reshape(-1)
