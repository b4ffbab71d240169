"""Measure the stored clips with true outlines, perfect masks and MediaPipe's masks: ``make error-budget``.

Needs the ``render`` extra and ten minutes; nothing is drawn. For each frame of a stored take the true body is posed
again and projected by the same camera, in the trunk frame that MediaPipe's landmarks gave. The measures of these edges
show the share of view, shape model, arms and mask in the error. Writes docs/validation/error-budget.*.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import lru_cache

import numpy as np

from posture.back.measure import SceneCorrections, measure_back_of
from posture.back.models import Models
from posture.contour.angles import measure_outlines
from posture.contour.grid import T_GRID
from posture.gait.camera_roll import camera_roll_deg
from posture.gait.runner_choice import TrackedPerson
from posture.outline.mask_bias import MASK_ERROR, MaskError
from posture.outline.shape_model import SHAPE_MODEL
from posture.pose.trunk_frame import body_height_px, lean_deg, trunk_axis
from posture.types import Array
from validation.accuracy.error_budget import JUDGED, MAX_YAW_DEG, STEPS, ClipErrors, write
from validation.accuracy.trials import thinned
from validation.population.draw import draw_filming, draw_standing, draw_subject
from validation.population.replay import tracked_person
from validation.population.staging import Staged, stage
from validation.population.store import FilmedPerson, Take, load
from validation.rendering import body, outline
from validation.rendering.silhouette import first_fall

# Frames a second that are measured; more add nothing.
RATE = 30
MIN_STRIDES, MIN_FRAMES = 5, 8


@lru_cache(maxsize=1)
def _model() -> body.BodyModel:
    return body.BodyModel()


def measure_person(person: FilmedPerson) -> list[ClipErrors]:
    """Measure a person's run and stand on each kind of edge."""
    clips = []
    for name in ("run", "stand"):
        take = person.takes[name]
        if person.loose or abs(take.filming["yaw_deg"]) > MAX_YAW_DEG or len(take.time_s) < MIN_FRAMES:
            continue
        take = thinned(take, max(1, round(take.filming["fps"] / RATE)))
        if len(take.time_s) < MIN_FRAMES:
            continue
        runner = tracked_person(take)
        if not _shows_expected_activity(runner, name):
            continue
        errors = _errors(runner, take, *true_edges(runner, take, person.number))
        if errors is not None:
            clips.append(ClipErrors(person.number, name, body_height_px(runner.landmarks), errors))
    return clips


def _shows_expected_activity(runner: TrackedPerson, name: str) -> bool:
    if name == "stand":
        return runner.activity == "standing"
    return runner.activity == "running" and len(runner.strides) >= MIN_STRIDES


def true_edges(runner: TrackedPerson, take: Take, number: int) -> tuple[Array, Array]:
    """Return the edge of the body without arms and of the whole silhouette, as the camera sees them.

    Returns
    -------
    body_edge, silhouette : array, shape (N, len(T_GRID))
        In the trunk frame of the take's landmarks, trunk lengths; NaN where there is nothing.
    """
    standing = take.name == "stand"
    filming = draw_standing(number) if standing else draw_filming(number, 0)
    staged = stage(_model(), draw_subject(number), filming, standing=standing)
    hips, shoulders = trunk_axis(runner.landmarks, runner.view.facing)
    sets = _edge_sets(staged.posed)
    frames = np.round(take.time_s * filming.fps).astype(int)
    rows = []
    for frame, hip, shoulder in zip(frames, hips, shoulders, strict=True):
        places = _in_trunk_frame(staged, int(frame), hip, shoulder, mirrored=filming.facing == "left")
        own = outline.extreme_rows(*places, sets[0], T_GRID)
        arms = [_reach(*places, edges) for edges in sets[1:]]
        rows.append((_known(own), first_fall(_known(own), arms)))
    both = np.array(rows)
    return both[:, 0], both[:, 1]


def _in_trunk_frame(
    staged: Staged, frame: int, hips: Array, shoulders: Array, *, mirrored: bool
) -> tuple[Array, Array]:
    """Return each vertex's position along and behind the trunk axis, each of shape (V,), trunk lengths."""
    pose = staged.pose_of(frame)
    # Bodies face right; a clip that faces left is the mirror image.
    ends = np.array([hips, shoulders])
    if mirrored:
        ends[:, 0] = staged.camera.width - ends[:, 0]
    projected = staged.camera.project(staged.posed.vertices[pose] + staged.offsets[pose]) - ends[0]
    axis = ends[1] - ends[0]
    side = np.array([axis[1], -axis[0]])
    square = float(axis @ axis)
    return projected @ axis / square, projected @ side / square


def _edge_sets(posed: body.PosedBody) -> list[np.ndarray]:
    """Return the mesh edges of the body without arms, and of each arm."""
    left = posed.vertices[0][:, 0] > 0
    sets = [outline.armless_edges(posed)]
    for side in (left, ~left):
        arm = posed.segments["arm"] & side
        faces = posed.faces[arm[posed.faces].all(axis=1)]
        sets.append(np.unique(np.sort(np.vstack([faces[:, [0, 1]], faces[:, [1, 2]]]), axis=1), axis=0))
    return sets


def _reach(t: Array, r: Array, edges: np.ndarray) -> tuple[Array, Array]:
    """Return the nearest and furthest distance of a part behind the axis, at each place along it."""
    return -_known(outline.extreme_rows(t, -r, edges, T_GRID)), _known(outline.extreme_rows(t, r, edges, T_GRID))


def _known(rows: Array) -> Array:
    return np.where(np.isfinite(rows), rows, np.nan)


def _errors(runner: TrackedPerson, take: Take, body_edge: Array, silhouette: Array) -> dict[str, Array] | None:
    """Return measured minus true of each step, each of shape (len(JUDGED),)."""
    shape = SHAPE_MODEL.load()
    mask = MASK_ERROR.load()
    none = MaskError(
        bias={pose: np.zeros(len(shape.t)) for pose in mask.bias},
        lean_bias_deg=dict.fromkeys(mask.lean_bias_deg, 0.0),
        components=np.zeros((0, len(shape.t))),
    )
    true = np.array([take.truth.measures[name] for name in JUDGED])
    roll = camera_roll_deg(runner)
    measured = {"view": _directly(runner, body_edge)}
    for step, edges, error in (
        ("shape", body_edge, none),
        ("arms", silhouette, none),
        ("mask", take.edges, mask),
    ):
        back = measure_back_of(runner, edges, Models(shape, error), scene=SceneCorrections(roll))
        if back is None:
            return None
        measured[step] = np.array([back.measured.measures[name].value for name in JUDGED])
    return {step: measured[step] - true for step in STEPS}


def _directly(runner: TrackedPerson, edges: Array) -> Array:
    """Measure the mean edge without a model."""
    mean = np.nanmean(edges, axis=0)
    known = np.isfinite(mean)
    hips, shoulders = trunk_axis(runner.landmarks, runner.view.facing)
    angles = measure_outlines(
        np.interp(T_GRID, T_GRID[known], mean[known]),
        float(lean_deg(hips, shoulders, runner.view.facing).mean()),
    )
    return np.array([angles.pelvic_tilt_deg[0], angles.lumbar_arch_deg[0], angles.lumbar_arch_index[0]])


def _every() -> Iterator[ClipErrors]:
    with ProcessPoolExecutor(2) as pool:
        for done, clips in enumerate(pool.map(measure_person, load(half="test"), chunksize=2)):
            if done % 20 == 0:
                print(done, "people", flush=True)
            yield from clips


if __name__ == "__main__":
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    write(list(_every()))
