"""Foot strike, mid-stance and toe-off of both feet in the stride phase.

Foot strike is where the ankle is furthest in front of the hips, toe-off where it is furthest behind them [1]_, and
mid-stance where it passes below them in between. In running, foot strike so defined precedes ground contact by a few
percent of the stride and toe-off follows its end, because the foot moves backward in the air.

References
----------
.. [1] Zeni, J. A., Richards, J. G., Higginson, J. S. (2008). Two simple methods for determining gait events during
   treadmill and overground walking using kinematic data. Gait & Posture 27(4), 710-714.
   doi:10.1016/j.gaitpost.2007.07.007
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from posture.gait.fourier import fit_fourier, fourier_basis
from posture.gait.leg_signals import LegSignals
from posture.gait.strides import SIDES, Strides
from posture.types import Array, Side

EventName = Literal["foot_strike", "mid_stance", "toe_off"]

# Medians of phase bins reject outlier frames; the low-pass of the strides passes four harmonics.
BINS, HARMONICS = 40, 4
# Number of phases at which the fitted path is evaluated.
SEARCH = 1000


@dataclass(frozen=True)
class Stance:
    """Phases of the events of one foot.

    Attributes
    ----------
    foot_strike, toe_off
        0..1; 0 is the strike of the foot that bounds the strides (`Strides.side`).
    mid_stance
        None when the ankle does not pass below the hips.
    """

    side: Side
    foot_strike: float
    mid_stance: float | None
    toe_off: float

    def events(self) -> dict[EventName, float | None]:
        """Return the phases by name, in their order in the stride."""
        return {"foot_strike": self.foot_strike, "mid_stance": self.mid_stance, "toe_off": self.toe_off}


def find_stances(legs: LegSignals, strides: Strides) -> tuple[Stance, Stance] | None:
    """Find the events of the mean stride.

    Returns
    -------
    tuple of Stance, or None
        Of the foot that bounds the strides and of the other foot; None when the frames cover too few phases.
    """
    inside = strides.frame_stride >= 0
    own = SIDES.index(strides.side)
    phases = np.arange(SEARCH) / SEARCH
    stances = []
    for foot in (own, 1 - own):
        path = mean_path(legs.forward[inside, foot], strides.frame_phase[inside], phases)
        if path is None:
            return None
        # The strikes of the first foot bound the strides.
        strike = 0 if foot == own else int(path.argmax())
        stances.append(_stance(path, strike, SIDES[foot]))
    return stances[0], stances[1]


def mean_path(values: Array, phase: Array, phases: Array) -> Array | None:
    """Return the mean of a signal over the stride, from a Fourier series fitted to medians of phase bins.

    Parameters
    ----------
    values, phase : shape (F,)
        The signal, and the stride phase 0..1, of each frame.
    phases : shape (P,)
        Where to evaluate the mean.

    Returns
    -------
    array, shape (P,), or None
        None when fewer than three bins contain frames.
    """
    bin_of = np.floor(phase * BINS).astype(np.intp) % BINS
    counts = np.bincount(bin_of)
    filled = np.flatnonzero(counts)
    harmonics = min(HARMONICS, (len(filled) - 1) // 2)
    if harmonics < 1:
        return None
    ordered = values[np.lexsort((values, bin_of))]
    first, counts = (np.cumsum(counts) - counts)[filled], counts[filled]
    medians = 0.5 * (ordered[first + (counts - 1) // 2] + ordered[first + counts // 2])
    centres = np.bincount(bin_of, weights=phase)[filled] / counts
    return np.asarray(fourier_basis(phases, harmonics) @ fit_fourier(centres, medians, harmonics))


def _stance(path: Array, strike: int, side: Side) -> Stance:
    # From the strike on, the ankle moves back to its furthest point behind the hips.
    rolled = np.roll(path, -strike)
    toe_off = int(rolled.argmin())
    below = np.flatnonzero((rolled[:toe_off] > 0) & (rolled[1 : toe_off + 1] <= 0))
    return Stance(
        side=side,
        foot_strike=strike / SEARCH,
        mid_stance=(strike + int(below[0]) + 1) % SEARCH / SEARCH if len(below) else None,
        toe_off=(strike + toe_off) % SEARCH / SEARCH,
    )
