"""A loose shirt: cloth that hangs from the upper back over the hollow and stands off the body."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from posture.types import Array
from validation.rendering.body import PosedBody
from validation.rendering.worn import TrunkAxes

# The shirt covers the trunk from the hips to below the neck, in trunk lengths along the trunk axis.
COVERED_T = (-0.05, 0.95)
BINS = 60


def loosen(body: PosedBody, bridge: float, ease_m: float, rng: np.random.Generator) -> PosedBody:
    """Return the body in a shirt that bridges the hollow of the back.

    Parameters
    ----------
    bridge
        0 (the cloth follows the back) .. 1 (it hangs straight from the upper back to the buttocks).
    ease_m
        Distance of the cloth from the skin, metres.
    rng
        Draws the folds.
    """
    covered = body.segments["trunk"] | body.segments["pelvis"]
    vertices = body.vertices.copy()
    fold = rng.uniform(0, 2 * np.pi, 3)
    for frame in range(len(vertices)):
        hips, shoulders = (body.joints[k][frame] for k in ("hips", "shoulders"))
        up = shoulders - hips
        length = float(np.linalg.norm(up))
        up = up / length
        back = np.array([0.0, 1.0, 0.0]) - up[1] * up
        back /= np.linalg.norm(back)
        own = vertices[frame][covered]
        t = (own - hips) @ up / length
        depth = (own - hips) @ back
        gap = _gap_to_hull(t, depth)
        inside = (t > COVERED_T[0]) & (t < COVERED_T[1])
        # Only the skin of the back moves backward, most where it is nearest to the outline.
        behind = np.clip(depth / max(depth.max(), 1e-6), 0, 1) ** 2 * inside
        folds = 1 + 0.3 * np.sin(9 * t + fold[0] + frame * 0.5) * np.sin(14 * own[:, 0] / length + fold[1])
        push = behind * (bridge * gap * folds + ease_m)
        vertices[frame][covered] = own + push[:, None] * back
    return replace(body, vertices=vertices)


def _gap_to_hull(t: Array, depth: Array) -> Array:
    """Return the distance of the outline's upper hull behind the outline at each t, metres."""
    edges = np.linspace(*COVERED_T, BINS + 1)
    middle = 0.5 * (edges[1:] + edges[:-1])
    which = np.clip(np.digitize(t, edges) - 1, 0, BINS - 1)
    outline = np.full(BINS, -np.inf)
    np.maximum.at(outline, which, depth)
    seen = np.isfinite(outline)
    x, y = middle[seen], outline[seen]
    hull: list[int] = []
    for i in range(len(x)):
        while len(hull) >= 2 and _turns_left(x, y, hull[-2], hull[-1], i):
            hull.pop()
        hull.append(i)
    over = np.interp(x, x[hull], y[hull]) - y
    return np.interp(t, x, over)


def _turns_left(x: Array, y: Array, a: int, b: int, c: int) -> bool:
    return bool((x[b] - x[a]) * (y[c] - y[a]) - (y[b] - y[a]) * (x[c] - x[a]) >= 0)


def flutter(body: PosedBody, phase: Array, amplitude_m: float, rng: np.random.Generator) -> PosedBody:
    """Return the body with cloth that swings behind the back: with each step, and differently in every stride.

    Parameters
    ----------
    phase : shape (F,)
        Stride phase of each pose, increasing by 1 a stride.
    amplitude_m
        Greatest distance that the cloth leaves its mean outline.
    """
    covered = body.segments["trunk"] | body.segments["pelvis"]
    vertices = body.vertices.copy()
    start, waves = rng.uniform(0, 2 * np.pi, 4), rng.uniform(3, 8, 2)
    # How far it swings differs between strides.
    strides = np.arange(np.floor(phase.min()) - 1, np.ceil(phase.max()) + 2)
    height = np.interp(phase, strides, rng.uniform(0.5, 1.0, len(strides)))
    for frame in range(len(vertices)):
        axes = TrunkAxes.of(body, frame)
        side, depth, t = axes.place_of(vertices[frame][covered])
        behind = np.clip(depth / max(float(depth.max()), 1e-6), 0, 1) ** 2
        # The cloth is held at the shoulders and free at the waist.
        free = np.clip((0.85 - t) / 0.5, 0, 1)
        step = 0.5 + 0.5 * np.sin(2 * np.pi * (2 * phase[frame]) - waves[0] * t + start[0])
        drift = 0.5 + 0.5 * np.sin(2 * np.pi * 1.37 * phase[frame] + waves[1] * t + 6 * side + start[1])
        push = amplitude_m * height[frame] * behind * free * (0.65 * step + 0.35 * drift)
        vertices[frame][covered] += push[:, None] * axes.back
    return replace(body, vertices=vertices)


def hem(body: PosedBody, phase: Array, end_t: float, flare_m: float) -> PosedBody:
    """Return the body in a top that hangs over the buttock and ends there in a step; adds the segment ``hem``.

    Parameters
    ----------
    phase : shape (F,)
        Stride phase of each pose.
    end_t
        Height of the hem, trunk lengths above the hips.
    flare_m
        Distance from the skin at the hem.
    """
    vertices = body.vertices.copy()
    below = body.segments["pelvis"] | body.segments["thigh"] | body.segments["trunk"]
    top = np.zeros(len(below), dtype=bool)
    for frame in range(len(vertices)):
        axes = TrunkAxes.of(body, frame)
        _, depth, t = axes.place_of(vertices[frame])
        if frame == 0:
            top = below & (t > end_t) & (t < end_t + 0.45)
        share = np.clip(1 - (t[top] - end_t) / 0.45, 0, 1) ** 0.7
        swing = 1 + 0.35 * np.sin(4 * np.pi * phase[frame])
        push = flare_m * share * swing * np.where(depth[top] > 0, 1.0, -0.5)
        vertices[frame][top] += push[:, None] * axes.back
    return replace(body, vertices=vertices, segments=body.segments | {"hem": top})
