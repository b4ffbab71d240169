"""Test of the lower back's parts against the body that the rest of the outline implies.

A window of the back is left out, the outline is fitted to the rest [1]_, and the window's edge is compared with the
prediction. A waist pack, a harness or a knotted shirt makes an edge that no body with these buttocks and this upper
back has, although the whole outline may still look like a body's. An arm hides a part for some of the stride only, a
thing that is worn for all of it. So the inner edge counts: a low percentile of the samples that are far from the arms.

References
----------
.. [1] Leave-out diagnostics: Cook & Weisberg (1982). Residuals and influence in regression. Chapman and Hall, ch. 2.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from posture.outline.body_or_arm import CORRELATED_SAMPLES, FRAME_NOISE, NOISE_L, SYSTEMATIC_L
from posture.outline.clothing_table import ClothingTable
from posture.outline.posterior import OutlinePosterior
from posture.types import Array

# The rest of the outline begins this far outside of a window, trunk lengths.
MARGIN_T = 0.025
INNER_PERCENTILE = 20
# A position is used when it is seen in this many frames, and in this share of them; a window, when half of it is.
MIN_FRAMES, MIN_SHARE = 8, 0.15
MIN_WINDOW_SHARE = 0.6
# Body samples that a position of the rest needs.
MIN_BODY_SAMPLES = 3.0
# SD of the inner edge about a body's, trunk lengths, beyond what the rest of the outline leaves open.
INNER_EDGE_SD_L = 0.004


def part_deviations(posterior: OutlinePosterior, windows: Array) -> Array:
    """Return how far the inner edge of each window lies outside the prediction from the rest, shape (W,).

    In standard deviations of the prediction; NaN where too little of a window is seen.

    Parameters
    ----------
    windows : shape (W, 2)
        Start and length along the trunk axis.
    """
    prior, samples, body = posterior.prior, posterior.samples, posterior.evidence.body_probability
    t, components = prior.t, prior.components
    swing = (samples.basis[:, 1:] @ posterior.coefficients[1:]) @ components
    centred = samples.y - swing - prior.mean
    inner = _inner_edge(centred, samples.exists & ~samples.near_arm)
    weight = body.sum(axis=0)
    mean = (body * centred).sum(axis=0) / np.maximum(weight, 1e-9)
    variance = CORRELATED_SAMPLES * (FRAME_NOISE * NOISE_L**2 / np.maximum(weight, 1e-9) + SYSTEMATIC_L**2)
    deviations = np.full(len(windows), np.nan)
    for number, (start, length) in enumerate(windows):
        window = (t >= start - 1e-9) & (t <= start + length + 1e-9)
        if np.isfinite(inner[window]).mean() < MIN_WINDOW_SHARE:
            continue
        rest = (weight >= MIN_BODY_SAMPLES) & ((t < start - MARGIN_T) | (t > start + length + MARGIN_T))
        precision = np.where(rest, 1.0 / variance, 0.0)
        covariance = np.linalg.inv((components * precision) @ components.T + prior.precision)
        predicted = (covariance @ ((components * precision) @ mean)) @ components
        average = components[:, window].mean(axis=1)
        sd = np.hypot(np.sqrt(average @ covariance @ average), INNER_EDGE_SD_L)
        deviations[number] = np.nanmean(inner[window] - predicted[window]) / sd
    return deviations


def summarise(deviations: Array, table: ClothingTable) -> tuple[float, float]:
    """Return how much the parts deviate against those of people in tight clothes, and where they do most.

    Parameters
    ----------
    deviations : shape (W,)
        As `part_deviations` returns them.

    Returns
    -------
    overall : float
        Root mean square over the windows, standard deviations; 0 when none can be tested.
    middle_t : float
        Middle of the window that deviates most, along the trunk axis.
    """
    standardised = np.abs(deviations - table.window_mean) / table.window_sd
    seen = np.isfinite(standardised)
    number = int(np.argmax(np.nan_to_num(standardised)))
    overall = float(np.sqrt(np.mean(standardised[seen] ** 2))) if seen.any() else 0.0
    return overall, float(table.windows[number] @ (1.0, 0.5))


def _inner_edge(centred: Array, visible: npt.NDArray[np.bool_]) -> Array:
    """Return a low percentile of the visible samples at each position, shape (T,); NaN where there are too few."""
    count = visible.sum(axis=0)
    inner = np.full(centred.shape[1], np.nan)
    for place in np.flatnonzero(count >= max(MIN_FRAMES, MIN_SHARE * len(centred))):
        inner[place] = np.percentile(centred[visible[:, place], place], INNER_PERCENTILE)
    return inner
