"""Parameters of each kind of nuisance, drawn at random; lengths are metres, angles degrees, unless a name says else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

# Occluders of the back: places across it, behind the hips' midpoint at the hips' distance.
POST_PLACES = 10
POST_RANGE_M = (-0.06, 0.24)
POST_WIDTHS_M = (0.02, 0.12)
# Heights of the handrails above the hips: at the hips, at the waist, at the lower ribs.
RAIL_LEVELS_M = ((-0.10, 0.02), (0.04, 0.16), (0.17, 0.30))

Parameters = dict[str, Any]


@dataclass(frozen=True)
class Lot:
    """Source of the parameters of one clip.

    Attributes
    ----------
    turn
        How many clips of the kind and half came before, so that what is tried in turn is tried equally often.
    """

    rng: np.random.Generator
    turn: int

    def between(self, low: float, high: float) -> float:
        """Draw a number."""
        return float(self.rng.uniform(low, high))

    def grey(self, low: float = 0.1, high: float = 0.9) -> list[float]:
        """Draw a nearly grey colour."""
        return [float(c) for c in np.clip(self.rng.uniform(low, high) + self.rng.normal(0, 0.03, 3), 0, 1)]


def _treadmill_rail(lot: Lot) -> Parameters:
    level = lot.turn % len(RAIL_LEVELS_M)
    short = lot.rng.uniform() < 0.35
    return {
        "level": level,
        "rail_m": lot.between(*RAIL_LEVELS_M[level]),
        # A short rail ends at the back, a long one behind it.
        "rail_end_m": lot.between(0.02, 0.16) if short else lot.between(0.3, 0.8),
        "half_width_m": lot.between(0.36, 0.46),
        "thick_m": lot.between(0.03, 0.06),
        "colour": lot.grey(),
    }


def _post(lot: Lot) -> Parameters:
    place = np.linspace(*POST_RANGE_M, POST_PLACES)[(lot.turn * 3) % POST_PLACES]
    return {
        "place_m": float(place + lot.rng.normal(0, 0.008)),
        "width_m": lot.between(*POST_WIDTHS_M),
        "nearer_m": lot.between(0.4, 1.5),
        "crossed": bool(lot.rng.uniform() < 0.15),
        "colour": lot.grey(),
    }


def _fence(lot: Lot) -> Parameters:
    upright = lot.turn % 2 == 0
    return {
        "way": ("treadmill", "pan", "pass")[lot.turn // 2 % 3],
        "upright": upright,
        "nearer_m": lot.between(0.6, 1.8),
        "thick_m": lot.between(0.012, 0.03) if upright else lot.between(0.025, 0.07),
        "spacing_m": lot.between(0.12, 0.35) if upright else lot.between(0.25, 0.5),
        "posts_m": lot.between(1.6, 2.6),
        "low_m": lot.between(-0.25, 0.05),
        "high_m": lot.between(0.1, 0.45),
        "offset_m": lot.between(0, 1),
        "colour": lot.grey(),
    }


def _waist_pack(lot: Lot) -> Parameters:
    return {
        "size_m": [lot.between(0.12, 0.26), lot.between(0.06, 0.13), lot.between(0.03, 0.08)],
        "middle_t": lot.between(0.02, 0.28),
        "belt_m": lot.between(0.025, 0.05),
        "bounce_m": lot.between(0.002, 0.012),
        "colour": lot.grey(0.05, 0.8),
    }


def _backpack(lot: Lot) -> Parameters:
    return {
        "size_m": [lot.between(0.24, 0.32), lot.between(0.30, 0.46), lot.between(0.10, 0.20)],
        "top_t": lot.between(0.9, 1.08),
        "bounce_m": lot.between(0.005, 0.02),
        "boxy": lot.between(0.35, 0.75),
        "strap_m": lot.between(0.04, 0.07),
        "colour": lot.grey(0.05, 0.8),
    }


def _running_vest(lot: Lot) -> Parameters:
    return {"bulge_m": lot.between(0.012, 0.05), "low_t": lot.between(0.4, 0.62), "colour": lot.grey(0.05, 0.8)}


def _loose_shirt(lot: Lot) -> Parameters:
    return {
        "bridge": lot.between(0.4, 1.0),
        "ease_m": lot.between(0.005, 0.03),
        "flutter_m": lot.between(0.008, 0.045),
        "hem": bool(lot.turn % 4 < 3),
        "hem_t": lot.between(-0.28, -0.06),
        "flare_m": lot.between(0.01, 0.032),
    }


def _hood(lot: Lot) -> Parameters:
    return {
        "thick_m": lot.between(0.01, 0.025),
        "bridge": lot.between(0.5, 1.0),
        "ease_m": lot.between(0.005, 0.02),
        "hood_m": [lot.between(0.18, 0.26), lot.between(0.10, 0.18), lot.between(0.07, 0.12)],
        "middle_t": lot.between(0.88, 1.0),
        "flutter_m": lot.between(0.0, 0.02),
    }


def _long_hair(lot: Lot) -> Parameters:
    open_hair = lot.turn % 3 == 2
    return {
        "open": open_hair,
        "length_m": lot.between(0.28, 0.55),
        "radius_m": lot.between(0.02, 0.032),
        "width": lot.between(2.2, 3.2) if open_hair else lot.between(0.9, 1.4),
        "swing_back_deg": lot.between(6, 22),
        "swing_side_deg": lot.between(8, 28),
        "rest_deg": lot.between(4, 16),
        "lag": lot.between(0.1, 0.25),
    }


def _shade_stripes(lot: Lot) -> Parameters:
    return {
        "angle_deg": lot.between(-80, 80),
        # Of the runner's height.
        "period": lot.between(0.05, 0.22),
        "share": lot.between(0.3, 0.6),
        "shade": lot.between(0.2, 0.55),
        "soft_px": lot.between(0.8, 3.0),
        "body_offset": lot.between(0.0, 1.0),
        "bright": lot.between(1.0, 1.3),
    }


def _half_shade(lot: Lot) -> Parameters:
    return {
        "angle_deg": lot.between(-30, 30) + (90.0 if lot.turn % 3 == 2 else 0.0),
        # Where the shade begins, behind the hips' midpoint, in heights of the runner.
        "place": lot.between(-0.08, 0.1),
        "behind": bool(lot.rng.uniform() < 0.6),
        "shade": lot.between(0.2, 0.5),
        "soft_px": lot.between(1.0, 6.0),
        "background": bool(lot.rng.uniform() < 0.7),
    }


def _dark(lot: Lot) -> Parameters:
    return {
        "exposure": float(np.exp(lot.between(np.log(0.04), np.log(0.22)))),
        "noise": lot.between(3, 9),
        "grain_px": lot.between(0.5, 1.3),
        "gain": lot.between(1.0, 2.2),
        "blur": bool(lot.rng.uniform() < 0.5),
    }


def _back_light(lot: Lot) -> Parameters:
    return {
        "lifted": lot.between(0.6, 0.95),
        "body": lot.between(0.05, 0.25),
        "glare": lot.between(0.05, 0.35),
        "glare_px": lot.between(10, 40),
    }


def _passer_by(lot: Lot) -> Parameters:
    walks = lot.turn % 2 == 0
    return {
        "way": ("treadmill", "pan")[lot.turn // 2 % 2],
        "walks": walks,
        "against": bool(lot.turn % 3 != 2),
        "in_front": bool(lot.turn // 2 % 3 != 1),
        "aside_m": lot.between(0.6, 1.3),
        "speed_m_s": lot.between(1.1, 1.7) if walks else lot.between(2.2, 3.0),
        # Moment of the meeting, share of the clip.
        "meets": lot.between(0.35, 0.65),
    }


def _overtaker(lot: Lot) -> Parameters:
    return {
        "in_front": bool(lot.turn % 2 == 0),
        "aside_m": lot.between(0.55, 0.95),
        "level_s": lot.between(1.0, 2.0),
        "level_m": lot.between(-0.15, 0.15),
        "approach_m_s": lot.between(0.9, 1.8),
        "alike": bool(lot.turn % 3 == 0),
    }


def _cut_persons(lot: Lot) -> Parameters:
    return {
        "alike": bool(lot.turn % 2 == 0),
        "same_place": bool(lot.turn // 2 % 2 == 0),
        "shots": 2 if lot.turn % 4 < 3 else 3,
    }


def _cut_same(lot: Lot) -> Parameters:
    return {"jump": bool(lot.turn % 3 == 0), "turned": bool(lot.turn % 4 == 1), "shots": 2 if lot.turn % 4 < 2 else 3}


def _camera_pitch(lot: Lot) -> Parameters:
    return {"elevation_deg": (1 if lot.turn % 2 else -1) * lot.between(8, 15)}


def _slow_roll(lot: Lot) -> Parameters:
    way = 1 if lot.turn % 2 else -1
    by = lot.between(4, 12)
    begin = lot.between(-0.6, 0.0) * by
    return {"from_deg": way * begin, "to_deg": way * (begin + by), "slips": bool(lot.turn % 3 == 2)}


def _posture_change(lot: Lot) -> Parameters:
    parts = 2 if lot.turn % 3 < 2 else 3
    changes = [[0.0, 0.0, 0.0]]
    for part in range(1, parts):
        back = float(lot.rng.choice([-1, 1]) * lot.rng.uniform(8, 16)) if part == 1 else 0.0
        lean = float(lot.rng.uniform(6, 14)) if (part == 2 or lot.rng.uniform() < 0.4) else 0.0
        changes.append([back, back + float(lot.rng.normal(0, 2)) if back else 0.0, lean])
    return {
        # Pelvis, lumbar spine and lean of each part against the person's own style.
        "changes_deg": changes,
        "strides": [lot.between(5.2, 7.5) for _ in range(parts)],
        "transition_strides": lot.between(0.5, 1.5),
    }


def _slow_jog(lot: Lot) -> Parameters:
    return {
        "stride_s": lot.between(0.74, 0.92),
        "stance_share": lot.between(0.45, 0.52),
        "leg_swing": lot.between(0.5, 0.75),
        "knee_lift": lot.between(0.45, 0.7),
        "speed_m_s": lot.between(1.4, 2.0),
    }


def _walking(lot: Lot) -> Parameters:
    return {
        "stride_s": lot.between(0.98, 1.22),
        "stance_share": lot.between(0.58, 0.64),
        "leg_swing": lot.between(0.6, 0.75),
        "knee_lift": lot.between(0.5, 0.62),
        "stance_knee": lot.between(0.35, 0.6),
        "arm_mean_deg": lot.between(-12, 4),
        "elbow_deg": lot.between(15, 40),
        "excursion": lot.between(0.4, 0.7),
        "lean_deg": float(lot.rng.normal(2, 2)),
        "speed_m_s": lot.between(1.1, 1.6),
    }


def _fast2(lot: Lot) -> Parameters:
    return {"drops_frames": bool(lot.turn % 2 == 0), "speed": 2.0}


def _slow(lot: Lot) -> Parameters:
    return {"speed": 1 / float((4, 3.333, 5, 8)[lot.turn % 4]), "tagged": bool(lot.turn % 2 == 0)}


def _small(lot: Lot) -> Parameters:
    return {"height_px": lot.between(150, 250), "way": ("treadmill", "pan", "pass")[lot.turn % 3]}


def _few_strides(lot: Lot) -> Parameters:
    return {"strides": lot.between(2.0, 4.2), "way": ("treadmill", "pan", "pass", "pass")[lot.turn % 4]}


DRAWINGS: dict[str, Callable[[Lot], Parameters]] = {
    "treadmill_rail": _treadmill_rail,
    "post": _post,
    "fence": _fence,
    "waist_pack": _waist_pack,
    "backpack": _backpack,
    "running_vest": _running_vest,
    "loose_shirt": _loose_shirt,
    "hood": _hood,
    "long_hair": _long_hair,
    "shade_stripes": _shade_stripes,
    "half_shade": _half_shade,
    "dark": _dark,
    "back_light": _back_light,
    "passer_by": _passer_by,
    "overtaker": _overtaker,
    "cut_persons": _cut_persons,
    "cut_same": _cut_same,
    "camera_pitch": _camera_pitch,
    "slow_roll": _slow_roll,
    "posture_change": _posture_change,
    "slow_jog": _slow_jog,
    "walking": _walking,
    "fast2": _fast2,
    "slow": _slow,
    "small": _small,
    "few_strides": _few_strides,
}
