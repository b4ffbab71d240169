"""Clips in bad light: stripes of shade, half in the shade, dark, against the light."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from posture.types import Array
from validation.nuisances.staging import Script, StagedClip, filmed, single
from validation.rendering import compose, scene


def shade_stripes(script: Script) -> StagedClip:
    """Return a clip in striped shade that is fixed in the scene."""
    own, staged = script.parameters, filmed(script)
    camera = staged.camera
    across, down = _pixels(camera)
    period = own["period"] * script.filming.body_share * camera.height
    angle = np.radians(own["angle_deg"])
    if script.filming.way == "pan":
        # The pattern continues where the background does.
        times = max(1, round(camera.width * abs(np.cos(angle)) / period))
        along = across * times / camera.width + down * np.sin(angle) / period
    else:
        along = (across * np.cos(angle) + down * np.sin(angle)) / period

    def stripes(offset: float) -> Array:
        inside = np.abs((along + offset) % 1.0 - 0.5) - 0.5 * own["share"]
        return np.asarray(own["bright"] * (own["shade"] + (1 - own["shade"]) * _soft(inside * period, own["soft_px"])))

    return single(script, staged, light=compose.Lighting(scene=stripes(0.0), body=stripes(own["body_offset"])))


def half_shade(script: Script) -> StagedClip:
    """Return a clip of a runner half in the shade."""
    own = script.parameters
    # The shade is still, so the runner must stay in place.
    script = replace(script, filming=replace(script.filming, way="treadmill"))
    staged = filmed(script)
    across, down = _pixels(staged.camera)
    angle = np.radians(own["angle_deg"])
    distance = -across * np.cos(angle) + down * np.sin(angle)
    distance -= own["place"] * script.filming.body_share * staged.camera.height
    dark = _soft(distance if own["behind"] else -distance, own["soft_px"])
    factor = 1 - (1 - own["shade"]) * dark
    return single(script, staged, light=compose.Lighting(scene=factor if own["background"] else None, body=factor))


def dark(script: Script) -> StagedClip:
    """Return a clip that is underexposed and noisy."""
    own = script.parameters
    light = compose.Lighting(exposure=own["exposure"], gain=own["gain"], noise=own["noise"], grain_px=own["grain_px"])
    return single(script, filmed(script), light=light)


def back_light(script: Script) -> StagedClip:
    """Return a clip against the light."""
    own, staged = script.parameters, filmed(script)
    factor = np.full((staged.camera.height, staged.camera.width), own["body"], dtype=np.float32)
    light = compose.Lighting(body=factor, lifted=own["lifted"], glare=own["glare"], glare_px=own["glare_px"])
    return single(script, staged, light=light)


def _pixels(camera: scene.Camera) -> tuple[Array, Array]:
    """Return how far each pixel is right of and below the picture's middle."""
    rows, columns = np.mgrid[: camera.height, : camera.width].astype(np.float32)
    return columns - camera.width / 2, rows - camera.height / 2


def _soft(values: Array, width_px: float) -> Array:
    """Return 0..1 across the zero of a distance in pixels."""
    return np.asarray(1 / (1 + np.exp(-np.clip(values / max(0.5 * width_px, 0.2), -40, 40))), dtype=np.float32)
