"""Things fixed in the scene that stand in front of the trunk: posts, handrails, fences, edges of shade.

An edge that keeps place, direction and strength in the picture, while the body beneath it moves, is not the body's. Of
each pixel, only the frames count in which the trunk covers it; the edge's strength is a low percentile over them, so
that it must be there nearly always. Fixed edges are long and straight; what is left of the body's own is short.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from posture.scene.crop import MIN_COVERED, MIN_COVERED_SHARE, MOSTLY_COVERED, BoolMask, Crop
from posture.scene.edge_surroundings import MIN_GRADIENT, PERCENTILE, continues, surface_beside
from posture.scene.trunk_path import TrunkPath
from posture.types import Array, Image

# The body's own edge at the trunk's rim, and what is seen behind a slim one, come and go: the gradient's coefficient of
# variation there is 0.4 or more in clean clips, and 0.08 to 0.35 on most things. Above this limit the gain must be this
# share of the gradient: clean clips reach 0.12.
STEADY_VARIATION, UNSTEADY_GAIN_SHARE = 0.38, 0.25
# A runner who moves less than this across an edge (root mean square, pixels of a sample) may wear it.
MIN_CROSSING_PX = 1.2
# Least length of a fixed edge, trunk lengths: clean clips leave at most 0.13 inside the trunk, things mostly 0.25.
MIN_LENGTH_L = 0.18
# Directions that are tried for an edge, and how far its pixels' gradients may turn away.
DIRECTIONS, MAX_BEND_DEG = 8, 20.0
# Grey levels a pixel by which the fixed edge must predict the pictures better than an edge that moves with the trunk.
MIN_GAIN = 0.6
# Two edges of one thing lie at most this far apart, trunk lengths: a post of 12 cm.
MAX_WIDTH_L = 0.26
# How far a thing is continued beyond the part that the trunk covers, trunk lengths, and a steep one: posts run from the
# ground to above the head.
CONTINUED_L, CONTINUED_POST_L = 0.3, 1.5
# An edge this many times as long as wide has the direction of its extent, a shorter one that of its gradient.
ELONGATED = 3.0
# Slopes that make a thing a rail or a post, degrees to the horizontal.
RAIL_SLOPE_DEG, POST_SLOPE_DEG = 35.0, 60.0
# A runner whose trunk moves less than this in the picture (root mean square, trunk lengths) shows nothing fixed.
MIN_SWAY_L = 0.02


@dataclass(frozen=True)
class FixedEdge:
    """A straight edge that keeps its place."""

    pixels: Array  # Shape (P, 2). x and y in the crop.
    direction: Array  # Shape (2,). Along the edge, unit length.
    length_l: float  # Trunk lengths.
    # Shape (2,). How much the picture changes close to it on either side while the trunk is there, grey levels (median
    # absolute deviation): first the side that `across` points away from.
    variation: Array
    # Shape (2,). How far the picture stays as calm on either side, pixels: the thing's own surface; 0 where it is the
    # body's.
    reach: Array
    sign: Array  # Shape (P,). 1 where the picture grows brighter along `across`, else -1.

    @property
    def across(self) -> Array:
        """Perpendicular to the edge, shape (2,)."""
        return np.array([-self.direction[1], self.direction[0]])

    @property
    def slope_deg(self) -> float:
        """Angle to the horizontal, 0..90 degrees."""
        return float(np.degrees(np.arctan2(abs(self.direction[1]), abs(self.direction[0]))))


def find_fixed_edges(crop: Crop, trunk: TrunkPath) -> list[FixedEdge]:
    """Return the straight edges in front of the trunk that keep their place, longest first.

    Parameters
    ----------
    trunk
        In the stabilised pixels of the crop's S samples.
    """
    if len(crop.pictures) < MIN_COVERED or sway_l(trunk) < MIN_SWAY_L:
        return []
    gradients = np.stack([_sobel(crop.pictures, 1, 0), _sobel(crop.pictures, 0, 1)])
    strength, across, judged = _persistent_gradient(gradients, crop.covered)
    moving: Array | None = None
    edges = []
    for pixels, direction in _straight_parts(strength, across, judged, MIN_LENGTH_L * trunk.length):
        x, y = pixels.astype(np.intp).T
        if moving is None:
            moving = _moving_layer(gradients, crop, trunk)
        if _is_fixed(gradients, moving, crop.covered, (y, x)):
            length = float(np.ptp(pixels @ direction)) / trunk.length
            variation, reach = surface_beside(crop, pixels, direction, MAX_WIDTH_L * trunk.length)
            at_rim = np.median(crop.covered[:, y, x].mean(axis=0)) < MOSTLY_COVERED
            may_be_worn = not reach.any() and (at_rim or _crossing_px(trunk, direction) < MIN_CROSSING_PX)
            if may_be_worn and not continues(gradients, crop.covered, pixels, direction, trunk.length):
                continue
            sign = np.sign(across[1, y, x] * direction[0] - across[0, y, x] * direction[1])
            edges.append(FixedEdge(pixels, direction, length, variation, reach, sign))
    return sorted(edges, key=lambda edge: -edge.length_l)


def _crossing_px(trunk: TrunkPath, direction: Array) -> float:
    """Return how far the middle of the trunk moves across a direction, root mean square, pixels."""
    middle = 0.5 * (trunk.hips + trunk.shoulders)
    return float(np.std(middle @ np.array([-direction[1], direction[0]])))


def sway_l(trunk: TrunkPath) -> float:
    """Return how far the middle of the trunk moves in the picture, root mean square, trunk lengths."""
    middle = 0.5 * (trunk.hips + trunk.shoulders)
    return float(np.hypot(*np.std(middle, axis=0)) / trunk.length)


def mask_of(edges: list[FixedEdge], shape: tuple[int, int], length_px: float) -> Image:
    """Draw the things that the edges bound, shape (h, w): 0 where there is none, else the thing's number from 1 on.

    Edges that lie as close as those of one post are one thing. Each is continued in its direction beyond the trunk.
    """
    drawn = np.zeros(shape, dtype=np.uint8)
    for edge in edges:
        centre = edge.pixels.mean(axis=0)
        along, across = (edge.pixels - centre) @ edge.direction, (edge.pixels - centre) @ edge.across
        beyond_l = CONTINUED_L if edge.slope_deg < POST_SLOPE_DEG else CONTINUED_POST_L
        ends = along.min() - beyond_l * length_px, along.max() + beyond_l * length_px
        sides = np.percentile(across, [10, 90]) + np.array([-edge.reach[0], edge.reach[1]])
        corners = [(ends[0], sides[0]), (ends[0], sides[1]), (ends[1], sides[1]), (ends[1], sides[0])]
        polygon = [centre + a * edge.direction + b * edge.across for a, b in corners]
        cv2.fillConvexPoly(drawn, np.round(polygon).astype(np.int32), 1)
    radius = max(round(MAX_WIDTH_L * length_px / 2), 1)
    disk = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * radius + 1, 2 * radius + 1))
    padded = cv2.copyMakeBorder(drawn, radius, radius, radius, radius, cv2.BORDER_CONSTANT, value=0)
    closed = cv2.morphologyEx(padded, cv2.MORPH_CLOSE, disk)[radius:-radius, radius:-radius]
    return np.asarray(cv2.connectedComponents(closed, connectivity=8)[1], dtype=np.uint8)


def _sobel(pictures: npt.NDArray[np.float32], dx: int, dy: int) -> npt.NDArray[np.float32]:
    return np.stack([cv2.Sobel(picture, cv2.CV_32F, dx, dy, scale=1 / 8) for picture in pictures])


def _persistent_gradient(gradients: npt.NDArray[np.float32], covered: BoolMask) -> tuple[Array, Array, BoolMask]:
    """Return how strong the gradient stays in its mean direction while the trunk covers a pixel.

    Returns
    -------
    strength : shape (h, w)
        Grey levels a pixel.
    across : shape (2, h, w)
        The mean direction, unit length.
    judged : shape (h, w)
        Pixels that the trunk covers often enough.
    """
    times = covered.sum(axis=0)
    judged = times >= max(MIN_COVERED_SHARE * len(covered), MIN_COVERED)
    y, x = np.nonzero(judged)
    strength, across = np.zeros(judged.shape, dtype=np.float32), np.zeros((2, *judged.shape))
    if len(y):
        inside, (gx, gy) = covered[:, y, x], gradients[:, :, y, x]
        mean = np.stack([np.where(inside, g, 0.0).sum(axis=0) for g in (gx, gy)]) / times[y, x]
        unit = mean / np.maximum(np.hypot(*mean), 1e-6)
        along = np.where(inside, gx * unit[0] + gy * unit[1], np.inf)
        along.sort(axis=0)
        place = np.floor(PERCENTILE / 100.0 * (times[y, x] - 1)).astype(np.intp)
        strength[y, x] = np.where(_stays(gx * unit[0] + gy * unit[1], inside), along[place, np.arange(len(y))], 0.0)
        across[:, y, x] = unit
    return strength, across, judged


def _stays(along: Array, inside: BoolMask) -> BoolMask:
    """Return which pixels, shape (P,), have an edge also when the trunk is elsewhere, or are nearly always covered.

    At the rim of the trunk, the frames that cover a pixel are those in which the body's own edge is close to it.

    Parameters
    ----------
    along, inside : shape (S, P)
        Gradient in its mean direction, and whether the trunk covers the pixel.
    """
    share = inside.mean(axis=0)
    outside = np.where(inside, 0.0, np.abs(along)).sum(axis=0) / np.maximum((~inside).sum(axis=0), 1)
    return np.asarray((share > MOSTLY_COVERED) | (outside > MIN_GRADIENT))


def _straight_parts(
    strength: Array, across: Array, judged: BoolMask, min_length_px: float
) -> list[tuple[Array, Array]]:
    """Return the pixels, shape (P, 2), and the direction, shape (2,), of long edges, each pixel in one of them.

    Pixels belong together that touch and whose gradients point the same way, or the opposite one, as on the two sides
    of a post.
    """
    strong = (strength > MIN_GRADIENT) & judged
    # Doubling the angle makes opposite gradients the same.
    angle = np.arctan2(across[1], across[0])
    found: list[tuple[float, Array, Array]] = []
    for centre in np.arange(DIRECTIONS) * np.pi / DIRECTIONS:
        alike = strong & (np.abs(np.sin(angle - centre)) < np.sin(np.radians(MAX_BEND_DEG)))
        count, label = cv2.connectedComponents(alike.astype(np.uint8), connectivity=8)
        for number in range(1, count):
            y, x = np.nonzero(label == number)
            mean = 0.5 * np.angle(np.sum(strength[y, x] * np.exp(2j * angle[y, x])))
            pixels: Array = np.stack([x, y], axis=1).astype(np.float64)
            direction = _direction_of(pixels, np.array([-np.sin(mean), np.cos(mean)]))
            length = float(np.ptp(pixels @ direction))
            if length >= min_length_px:
                found.append((length, pixels, direction))
    taken = np.zeros(strong.shape, dtype=np.bool_)
    parts = []
    for _, pixels, direction in sorted(found, key=lambda one: -one[0]):
        x, y = pixels.astype(np.intp).T
        free = ~taken[y, x]
        taken[y, x] = True
        if free.any() and np.ptp(pixels[free] @ direction) >= min_length_px:
            parts.append((pixels[free], direction))
    return parts


def _direction_of(pixels: Array, by_gradient: Array) -> Array:
    """Return the direction of an edge, shape (2,), unit length."""
    centred = pixels - pixels.mean(axis=0)
    values, vectors = np.linalg.eigh(centred.T @ centred)
    if values[1] < ELONGATED**2 * max(values[0], 1e-6):
        return by_gradient
    return np.asarray(vectors[:, 1])


def _moving_layer(gradients: npt.NDArray[np.float32], crop: Crop, trunk: TrunkPath) -> Array:
    """Return each sample's gradient as the median gradient at its place on the trunk, shape (2, S, h, w)."""
    height, width = crop.pictures.shape[1:]
    step = 1.0 / trunk.length
    t, distance = np.arange(-0.4, 1.2, step), np.arange(-0.35, 0.5, step)
    grid = [a.ravel() for a in np.meshgrid(t, distance, indexing="ij")]
    places = (
        (trunk.points(grid[0], grid[1]) - crop.corner - 0.5).astype(np.float32).reshape(-1, len(t), len(distance), 2)
    )
    warped = [
        [cv2.remap(g, p[..., 0], p[..., 1], cv2.INTER_LINEAR) for g, p in zip(layer, places, strict=True)]
        for layer in gradients
    ]
    layer = np.median(np.array(warped), axis=1)
    y, x = np.mgrid[:height, :width] + 0.5
    relative = np.stack([x, y], axis=-1) + crop.corner - trunk.hips[:, None, None]
    square = (trunk.axis**2).sum(axis=1)[:, None, None]
    rows = (np.einsum("nyxi,ni->nyx", relative, trunk.axis) / square + 0.4) / step
    columns = (np.einsum("nyxi,ni->nyx", relative, trunk.back) / square + 0.35) / step
    maps = columns.astype(np.float32), rows.astype(np.float32)
    return np.array([[cv2.remap(one, c, r, cv2.INTER_LINEAR) for c, r in zip(*maps, strict=True)] for one in layer])


def _is_fixed(
    gradients: npt.NDArray[np.float32],
    moving: Array,
    covered: BoolMask,
    at: tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]],
) -> bool:
    """Return whether a fixed edge predicts the gradients at some pixels better than one that moves with the trunk."""
    here, inside = gradients[:, :, *at], covered[:, *at]
    fixed = np.array([np.where(inside, g, 0.0).sum(axis=0) for g in here]) / np.maximum(inside.sum(axis=0), 1)
    error_fixed = np.hypot(*(here - fixed[:, None]))
    error_moving = np.hypot(*(here - moving[:, :, *at]))
    gain = float(np.median((error_moving - error_fixed)[inside]))
    strength = np.hypot(*fixed)
    along = np.where(inside, (here * (fixed / np.maximum(strength, 1e-6))[:, None]).sum(axis=0), 0.0)
    times = np.maximum(inside.sum(axis=0), 1)
    spread = np.sqrt(np.maximum((along**2).sum(axis=0) / times - (along.sum(axis=0) / times) ** 2, 0.0))
    variation = float(np.median(spread / np.maximum(strength, 1e-6)))
    at_rim = np.median(inside.mean(axis=0)) < MOSTLY_COVERED
    unsteady = at_rim and variation > STEADY_VARIATION
    return gain > max(MIN_GAIN, UNSTEADY_GAIN_SHARE * float(np.median(strength)) if unsteady else 0.0)
