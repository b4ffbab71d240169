"""Foot strike, mid-stance and toe-off of both feet over the stride phase, from the ankles relative to the hips.

By coordinates (Zeni et al. 2008): foot strike where the ankle is furthest before the hips, toe-off where it is furthest
behind them, mid-stance where it passes below them in between. In running the strike so defined precedes the ground
contact by a few percent of the stride, and toe-off follows it, because the foot still swings back in the air.
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

# Medians of phase bins leave out single bad frames; four harmonics are what the strides' own low-pass lets through.
BINS, HARMONICS = 40, 4
# Phases at which the fitted path is searched.
SEARCH = 1000


@dataclass(frozen=True)
class Stance:
    """Where one foot's events lie in the stride.

    Attributes
    ----------
    side : {"left", "right"}
    foot_strike, toe_off : float
        Phase 0..1 of the stride; 0 is the strike of the foot that bounds the strides (`Strides.side`).
    mid_stance : float or None
        None where the ankle's path does not pass below the hips in between.
    """

    side: Side
    foot_strike: float
    mid_stance: float | None
    toe_off: float

    def events(self) -> dict[EventName, float | None]:
        """Return the phases by name, in the order in which they follow each other."""
        return {
            "foot_strike": self.foot_strike,
            "mid_stance": self.mid_stance,
            "toe_off": self.toe_off,
        }


def find_stances(legs: LegSignals, strides: Strides) -> tuple[Stance, Stance] | None:
    """Find the events of the mean stride.

    Parameters
    ----------
    legs : LegSignals
    strides : Strides
        From foot strike to foot strike of one foot, nearly always the one nearer to the camera.

    Returns
    -------
    tuple of Stance, or None
        The events of the foot that bounds the strides and of the other; None when too few phases were seen.
    """
    inside = strides.frame_stride >= 0
    own = SIDES.index(strides.side)
    phases = np.arange(SEARCH) / SEARCH
    found = []
    for foot in (own, 1 - own):
        path = mean_path(legs.forward[inside, foot], strides.frame_phase[inside], phases)
        if path is None:
            return None
        # The strikes of the first one bound the strides.
        strike = 0 if foot == own else int(path.argmax())
        found.append(_stance(path, strike, SIDES[foot]))
    return found[0], found[1]


def mean_path(values: Array, phase: Array, phases: Array) -> Array | None:
    """Return the mean of a signal over the stride at the given phases: harmonics through the medians of phase bins.

    Parameters
    ----------
    values, phase : array, shape (F,)
        The signal and the stride phase, 0..1, of each frame.
    phases : array, shape (P,)

    Returns
    -------
    array, shape (P,), or None
        None when fewer than three bins hold a frame.
    """
    number = np.floor(phase * BINS).astype(np.intp) % BINS
    filled = np.unique(number)
    harmonics = min(HARMONICS, (len(filled) - 1) // 2)
    if harmonics < 1:
        return None
    middle = np.array([np.median(values[number == b]) for b in filled])
    where = np.array([phase[number == b].mean() for b in filled])
    return np.asarray(fourier_basis(phases, harmonics) @ fit_fourier(where, middle, harmonics))


def _stance(path: Array, strike: int, side: Side) -> Stance:
    # Turned so that the strike comes first; the ankle's way back ends at its furthest place behind the hips.
    turned = np.roll(path, -strike)
    off = int(turned.argmin())
    below = np.flatnonzero((turned[:off] > 0) & (turned[1 : off + 1] <= 0))
    return Stance(
        side=side,
        foot_strike=strike / SEARCH,
        mid_stance=(strike + int(below[0]) + 1) % SEARCH / SEARCH if len(below) else None,
        toe_off=(strike + off) % SEARCH / SEARCH,
    )
