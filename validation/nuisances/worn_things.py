"""Clips of runners with packs, loose cloth, a hood or long hair."""

from __future__ import annotations

import numpy as np

from posture.types import Array
from validation.nuisances.staging import Script, StagedClip, dressed, filmed
from validation.population.staging import Staged
from validation.rendering import clothing, kinematics, worn


def _sway(staged: Staged, bounce_m: float) -> Array:
    """Return how a pack bounces in each pose: up and down with each step, later than the body."""
    phase = staged.shown.phase
    up = -np.cos(4 * np.pi * (phase - kinematics.MID_STANCE_PHASE - 0.08))
    return bounce_m * np.column_stack([up, 0.6 * np.sin(2 * np.pi * phase)])


def waist_pack(script: Script) -> StagedClip:
    """Return a clip of a runner with a waist pack."""
    own, staged = script.parameters, filmed(script)
    shown = worn.belt(staged.posed, middle_t=own["middle_t"], wide_m=own["belt_m"])
    shown = worn.pack(
        shown, name="pack", size_m=tuple(own["size_m"]), middle_t=own["middle_t"], sway=_sway(staged, own["bounce_m"])
    )
    return dressed(script, staged, shown, belt=own["colour"], pack=own["colour"])


def backpack(script: Script) -> StagedClip:
    """Return a clip of a runner with a backpack."""
    own, staged = script.parameters, filmed(script)
    length = worn.TrunkAxes.of(staged.posed).length_m
    shown = worn.straps(staged.posed, inner_m=0.07, wide_m=own["strap_m"])
    middle = own["top_t"] - 0.5 * own["size_m"][1] / length
    sway = _sway(staged, own["bounce_m"])
    shown = worn.pack(shown, name="pack", size_m=tuple(own["size_m"]), middle_t=middle, sway=sway, boxy=own["boxy"])
    return dressed(script, staged, shown, strap=own["colour"], pack=own["colour"])


def running_vest(script: Script) -> StagedClip:
    """Return a clip of a runner in a running vest."""
    own, staged = script.parameters, filmed(script)
    shown = worn.vest(staged.posed, bulge_m=own["bulge_m"], low_t=own["low_t"])
    return dressed(script, staged, shown, vest=own["colour"])


def loose_shirt(script: Script) -> StagedClip:
    """Return a clip of a runner in a loose, fluttering shirt."""
    own, rng, look = script.parameters, script.rng, script.subject.look
    staged = filmed(script, repeating=False)
    shown = clothing.loosen(staged.posed, own["bridge"], own["ease_m"], rng)
    if own["hem"]:
        shown = clothing.hem(shown, staged.shown.phase, own["hem_t"], own["flare_m"])
    shown = clothing.flutter(shown, staged.shown.phase, own["flutter_m"], rng)
    return dressed(script, staged, shown, **({"hem": look.shirt} if own["hem"] else {}))


def hood(script: Script) -> StagedClip:
    """Return a clip of a runner in a thick hooded top."""
    own, rng, look = script.parameters, script.rng, script.subject.look
    staged = filmed(script)
    shown = clothing.loosen(staged.posed, own["bridge"], own["ease_m"], rng)
    shown = worn.hoodie(shown, thick_m=own["thick_m"])
    shown = clothing.flutter(shown, staged.shown.phase, own["flutter_m"], rng)
    shown = clothing.hem(shown, staged.shown.phase, -0.18, own["thick_m"])
    size = tuple(own["hood_m"])
    shown = worn.pack(
        shown, name="hood", size_m=size, middle_t=own["middle_t"], sway=_sway(staged, 0.008), boxy=0.85, outside=0.6
    )
    return dressed(script, staged, shown, hood=look.shirt, sleeve=look.shirt, hem=look.shirt)


def long_hair(script: Script) -> StagedClip:
    """Return a clip of a runner with long hair."""
    own, staged = script.parameters, filmed(script)
    phase = staged.shown.phase
    back, side, rest = (np.radians(own[key]) for key in ("swing_back_deg", "swing_side_deg", "rest_deg"))
    swing = np.column_stack([rest + back * np.sin(4 * np.pi * phase), side * np.sin(2 * np.pi * phase)])
    shown = worn.pony_tail(
        staged.posed,
        length_m=own["length_m"],
        radius_m=own["radius_m"],
        width=own["width"],
        swing=swing,
        lag=own["lag"],
    )
    return dressed(script, staged, shown, tail=script.subject.look.hair)
