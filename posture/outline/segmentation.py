"""Change-point detection: split a clip into segments of similar posture and infer the outline in each.

Pooling strides of different posture would make EM explain the difference as an arm. The problem is that of multiple
change points [1]_; the cost of a segment is the log-likelihood of its edges under the segment's own outline. Because EM
must be run again for each candidate segment, the optimal partition is not searched for. Instead:

- Long clips: fit windows of a fixed number of strides, then move each boundary to where the neighbours' outlines
  explain the strides better. The windows replace the pooled fit only if some window's outline explains its edges much
  better than the pooled one does. If not, and if the pooled fit is uneven over the strides, finer windows at several
  offsets are tried, and neighbours of similar posture are merged.
- Short clips: try every single change point and keep the one between the two most different postures.

References
----------
.. [1] Killick, Fearnhead & Eckley (2012). Optimal detection of changepoints with a linear computational cost. Journal
   of the American Statistical Association 107, 1590-1598. doi:10.1080/01621459.2012.737745
"""

from __future__ import annotations

import numpy as np

from posture.calibration import calibration
from posture.contour.angles import measures_by_name
from posture.outline.body_or_arm import EdgeSamples, Evidence, fit_memberships
from posture.outline.prior import EdgePrior
from posture.thresholds import GATES
from posture.types import Array, Indices

# Strides per window: as many as the gates ask for, and as the calibration's clips have.
WINDOW_STRIDES = GATES.min_strides
# Fewer strides seldom show the back beside both arms: a smaller segment is dissolved into its neighbours.
MIN_SEGMENT_STRIDES = 3
# Offsets of the fine windows, chosen so that any three consecutive strides fill most of one.
WINDOW_OFFSETS = (0, 2, 3)
MAX_REFINEMENTS = 4
# Minimum gain in log-likelihood per stride for a segment to keep its own outline. On the two sample runs a neighbouring
# window explains a stride by up to 3 better within one posture, and by 68 or more across a change. Joined runs of two
# people: by more than 10 in all 103 that differ; 78 backs with an arm beside a segment: below 0.1.
MIN_GAIN_PER_STRIDE = 5.0
# A pooled fit whose log-likelihood per stride varies by no more than this (best few strides less worst few) hides no
# change larger than `MIN_CHANGE_SD`: 14 to 19 on the sample runs, 160 to 402 with three or more strides of one put into
# the other, whose arch differs by 29 degrees. It grows with the square of the change.
UNIFORM_FIT_RANGE = 20.0
# Minimum distance between two segments of a short clip (or of fine windows), see `distance_in_sd`, whichever solution
# is taken for each: up to 1.7 in the 36 calibration clips of six strides. Runs of two people joined after three strides
# or more: in 68 of 183, pooling was off by more than 5 degrees of arch without a warning, and 63 of these lie further
# apart. The RMS error of the 183 fell from 6.5 to 3.5 degrees; that of each person alone is 3.3.
MIN_CHANGE_SD = 2.0
# Measures that tell two solutions for the same edges apart.
DISCRIMINATING_MEASURES = ("pelvic_tilt_deg", "lumbar_arch_deg", "lumbar_arch_index")


def segment_strides(samples: EdgeSamples) -> Evidence:
    """Infer the outline, in one segment or in several where the posture changes."""
    pooled = fit_memberships(samples)
    count = len(pooled.segment)
    if count >= 2 * WINDOW_STRIDES:
        return _segment_long_clip(pooled, samples)
    if count >= 2 * MIN_SEGMENT_STRIDES:
        return _segment_short_clip(pooled, samples)
    return pooled


def _segment_long_clip(pooled: Evidence, samples: EdgeSamples) -> Evidence:
    """Segment a clip that holds at least two windows of `WINDOW_STRIDES`."""
    count = len(pooled.segment)
    windows = fit_memberships(samples, coarse_windows(count))
    ambiguity = segment_ambiguity(pooled, samples.prior).max()
    if max(ambiguity, _distance_from_pooled(windows, pooled, samples.prior).max()) > GATES.max_split:
        segments = _refine_boundaries(windows, samples)
        if _improves_on_pooled(segments, pooled, samples):
            return segments
    # A change of fewer strides than half a window hides in it.
    if _fits_uniformly(pooled, samples):
        return pooled
    for offset in WINDOW_OFFSETS:
        windows = fit_memberships(samples, fine_windows(count, offset))
        distance = _distance_from_pooled(windows, pooled, samples.prior).max()
        if distance > MIN_CHANGE_SD and _improves_on_pooled(windows, pooled, samples):
            segments = _merge_similar(_refine_boundaries(windows, samples), samples)
            if _improves_on_pooled(segments, pooled, samples):
                return segments
    return pooled


def _segment_short_clip(pooled: Evidence, samples: EdgeSamples) -> Evidence:
    """Split a short clip at the change point between the two most different postures, if there is any."""
    count, best, largest = len(pooled.segment), pooled, MIN_CHANGE_SD
    for boundary in range(MIN_SEGMENT_STRIDES, count - MIN_SEGMENT_STRIDES + 1):
        halves = fit_memberships(samples, (np.arange(count) >= boundary).astype(np.intp))
        first, second = halves.solutions
        distance = _min_distance(first, second, samples.prior)
        if (
            distance > largest
            and _improves_fit(halves, 0, second, samples)
            and _improves_fit(halves, 1, first, samples)
        ):
            best, largest = halves, distance
    return best if best is pooled else _refine_boundaries(best, samples)


def _fits_uniformly(pooled: Evidence, samples: EdgeSamples) -> bool:
    """Return whether the pooled outline explains all runs of a few strides about equally well."""
    unoccluded = samples.unoccluded()
    by_frame = max((unoccluded.log_likelihood(z) for z in pooled.solutions[0]), key=np.sum)
    frame_counts = np.bincount(samples.stride)
    by_stride = np.bincount(samples.stride, weights=by_frame) / frame_counts * np.median(frame_counts)
    few = np.convolve(by_stride, np.full(MIN_SEGMENT_STRIDES, 1 / MIN_SEGMENT_STRIDES), mode="valid")
    return bool(np.ptp(few) <= UNIFORM_FIT_RANGE)


def _distance_from_pooled(windows: Evidence, pooled: Evidence, prior: EdgePrior) -> Array:
    """Return each window's distance from the pooled outline, by the closer of its two solutions, shape (B,)."""
    best = pooled.solutions[:, 1]
    return np.minimum(*(distance_in_sd(windows.solutions[:, end], best, prior) for end in (0, 1)))


def _improves_on_pooled(segments: Evidence, pooled: Evidence, samples: EdgeSamples) -> bool:
    """Return whether some segment's own outline explains its edges much better than either pooled solution."""
    return any(
        _improves_fit(segments, number, pooled.solutions[0], samples) for number in range(len(segments.solutions))
    )


def _improves_fit(segments: Evidence, number: int, others: Array, samples: EdgeSamples) -> bool:
    """Return whether a segment's own outline explains its edges much better than others, shape (N, H, K).

    Edges near an arm do not count: they may be the arm's.
    """
    unoccluded = samples.select(segments.segment[samples.stride] == number).unoccluded()
    own, other = (
        max(float(unoccluded.log_likelihood(z).sum()) for z in solutions)
        for solutions in (segments.solutions[number], others)
    )
    return own - other > MIN_GAIN_PER_STRIDE * int(np.count_nonzero(segments.segment == number))


def _merge_similar(segments: Evidence, samples: EdgeSamples) -> Evidence:
    """Merge neighbouring segments between which the posture does not change."""
    changes = [
        _min_distance(segments.solutions[number], segments.solutions[number + 1], samples.prior) > MIN_CHANGE_SD
        for number in range(len(segments.solutions) - 1)
    ]
    if all(changes):
        return segments
    merged = np.concatenate([[0], np.cumsum(changes)])[segments.segment]
    return _refine_boundaries(fit_memberships(samples, merged), samples)


def _refine_boundaries(segments: Evidence, samples: EdgeSamples) -> Evidence:
    """Move the boundaries of the segments to where the posture changes."""
    for _ in range(MAX_REFINEMENTS):
        segment = _reassign_strides(segments, samples)
        if np.array_equal(segment, segments.segment):
            break
        segments = fit_memberships(samples, segment)
    return segments


def _reassign_strides(segments: Evidence, samples: EdgeSamples) -> Indices:
    """Return the segment of each stride after giving it to the neighbour that explains it better, shape (S,).

    Segments that are too small are dissolved; numbers are 0..B-1 again.
    """
    count, sizes = len(segments.solutions), np.bincount(segments.segment)
    score = np.full((count, len(segments.segment)), -np.inf)
    for number in range(count):
        strides = np.abs(segments.segment - number) <= 1
        frames = strides[samples.stride]
        by_frame = samples.select(frames).log_likelihood(segments.solutions[number, 1])
        by_stride = np.bincount(samples.stride[frames], weights=by_frame, minlength=len(strides))
        score[number, strides] = by_stride[strides]
    own = segments.segment, np.arange(len(segments.segment))
    score[own] += MIN_GAIN_PER_STRIDE
    score[sizes < MIN_SEGMENT_STRIDES] = -np.inf
    best = np.where(np.isfinite(score.max(axis=0)), score.argmax(axis=0), segments.segment)
    return np.asarray(np.unique(best, return_inverse=True)[1])


def coarse_windows(strides: int) -> Indices:
    """Return the window of each stride, 0..B-1: as many windows of `WINDOW_STRIDES` or more as there are."""
    return np.arange(strides) * max(strides // WINDOW_STRIDES, 1) // max(strides, 1)


def fine_windows(strides: int, offset: int) -> Indices:
    """Return the window of each stride, 0..B-1: windows of `WINDOW_STRIDES`, shorter at the ends.

    With one of `WINDOW_OFFSETS`, any `MIN_SEGMENT_STRIDES` in a row fill most of a window.
    """
    boundaries = np.arange(WINDOW_STRIDES - offset, strides, WINDOW_STRIDES)
    boundaries = np.clip(boundaries, MIN_SEGMENT_STRIDES, strides - MIN_SEGMENT_STRIDES)
    return np.searchsorted(boundaries, np.arange(strides), side="right")


def segment_ambiguity(evidence: Evidence, prior: EdgePrior) -> Array:
    """Return the distance between the two EM solutions of each segment, see `distance_in_sd`, shape (B,)."""
    return distance_in_sd(evidence.solutions[:, 0], evidence.solutions[:, 1], prior)


def _min_distance(first: Array, second: Array, prior: EdgePrior) -> float:
    """Return the smallest distance between any solutions of two segments, each of shape (2, H, K)."""
    return float(min(distance_in_sd(one[None], other[None], prior)[0] for one in first for other in second))


def distance_in_sd(z: Array, other: Array, prior: EdgePrior) -> Array:
    """Return the distance between mean outlines, in standard deviations of the measures' errors.

    Parameters
    ----------
    z, other : shape (N, H, K)
        Coefficients of outlines that move with the stride; their means are compared.

    Returns
    -------
    array, shape (N,)
        Largest difference of tilt, arch and index, each divided by its `Calibration.systematic_sd`.
    """
    here, there = (measures_by_name(prior.outlines(one[:, 0]), 0.0) for one in (z, other))
    differences = [np.abs(here[n] - there[n]) / calibration().systematic_sd[n] for n in DISCRIMINATING_MEASURES]
    return np.asarray(np.max(differences, axis=0))
