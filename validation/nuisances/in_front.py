"""Clips with a treadmill, a post or a fence in front of the runner."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from validation.nuisances.staging import Script, StagedClip, filmed, ground_m, single, way_m
from validation.rendering import obstacles, scene


def treadmill_rail(script: Script) -> StagedClip:
    """Return a clip on a treadmill whose near handrail crosses the runner."""
    own = script.parameters
    script = replace(script, filming=replace(script.filming, way="treadmill", blur=False))
    subject = script.subject
    if script.rng.uniform() < 0.6:
        subject = replace(subject, look=replace(subject.look, setting="wall"))
    staged = filmed(script)
    far, near = obstacles.treadmill(
        ground_m=ground_m(staged),
        rail_m=own["rail_m"],
        rail_end_m=own["rail_end_m"],
        half_width_m=own["half_width_m"],
        thick_m=own["thick_m"],
        colour=own["colour"],
    )
    return single(script, staged, subject=subject, far=far, near=near)


def _seen_at(camera: scene.Camera, place_m: float, nearer_m: float) -> tuple[float, float, float]:
    """Return the point on the hips' level that hides a place beside the hips, so much nearer to the camera.

    Returns
    -------
    x, y, scale : float
        World coordinates; what is there is seen so much larger.
    """
    pose = camera.pose()
    right, toward = pose[:2, 0] / np.linalg.norm(pose[:2, 0]), pose[:2, 2] / np.linalg.norm(pose[:2, 2])
    share = (camera.distance_m - nearer_m) / camera.distance_m
    x, y = -place_m * share * right + nearer_m * toward
    return float(x), float(y), share


def post(script: Script) -> StagedClip:
    """Return a clip of a runner behind an upright post."""
    own = script.parameters
    filming = replace(script.filming, way="pass" if own["crossed"] else "treadmill", blur=False)
    if own["crossed"]:
        filming = replace(filming, width=1920, height=540, distance_m=18.0)
    script = replace(script, filming=filming)
    staged = filmed(script)
    x, y, share = _seen_at(staged.camera, own["place_m"], min(own["nearer_m"], 0.4 * filming.distance_m))
    wide = own["width_m"] * share
    beam = obstacles.Beam((x, y, -2.0), (x, y, 4.0), (wide, wide), tuple(own["colour"]))
    return single(script, staged, near=[beam])


def fence(script: Script) -> StagedClip:
    """Return a clip of a runner behind a fence."""
    own = script.parameters
    staged = filmed(script)
    moving = script.filming.way == "pan"
    way = way_m(staged)
    reach = 1.5 * staged.camera.height_m * staged.camera.width / staged.camera.height + (
        float(np.ptp(way)) if moving else 0.0
    )
    x = -min(own["nearer_m"], 0.4 * script.filming.distance_m)
    tone, thick, ground = tuple(own["colour"]), own["thick_m"], ground_m(staged)
    low, high = own["low_m"], own["high_m"]

    def rail(z: float, side: float) -> obstacles.Beam:
        return obstacles.Beam((x, -reach, z), (x, reach, z), (side, side), tone)

    def uprights(spacing: float, side: float, top: float) -> list[obstacles.Beam]:
        places = np.arange(-reach, reach, spacing) + own["offset_m"] * spacing
        return [obstacles.Beam((x, float(y), ground), (x, float(y), top), (side, side), tone) for y in places]

    if own["upright"]:
        near = [*uprights(own["spacing_m"], thick, high), rail(high, 1.4 * thick), rail(ground + 0.15, 1.4 * thick)]
    else:
        near = [*uprights(own["posts_m"], 1.2 * thick, high + 0.1), rail(low, thick), rail(high, thick)]
    return single(script, staged, near=near, beams_m=way if moving else None)
