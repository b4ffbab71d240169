"""From painted masks and landmarks to the measures of the back, without a pose model."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from helpers import synthetic_runner
from helpers.synthetic_runner import Array, Figure

from posture.back.measure import BackResult, SceneCorrections, measure_back_of
from posture.back.models import Models
from posture.contour.angles import measure_outlines
from posture.contour.grid import T_GRID
from posture.contour.observation import FACINGS, observe
from posture.gait.runner_choice import TrackedPerson, describe
from posture.pose.landmarker import PoseDetection
from posture.pose.tracking import link_detections
from posture.pose.trunk_frame import lean_deg, trunk_axis

MODEL = synthetic_runner.shape_model()
OUTLINE = synthetic_runner.draw_back(21, strides=1, frames=2).outline
WIDTH, HEIGHT = 300, 240
RUNNER = Figure(trunk_px=60.0, hips_px=(140.0, 130.0), lean_deg=6.0)
TIMES = synthetic_runner.frame_times(3.2, 24)
NAMES = ("pelvic_tilt_deg", "thoracolumbar_deg", "lumbar_arch_deg", "lumbar_arch_index", "trunk_lean_deg")


def tracked_person(marks: Array, times: Array) -> TrackedPerson:
    frames = [[m] for m in marks]
    return describe(link_detections(frames, times)[0], frames, times)


def filmed(figure: Figure, times: Array = TIMES, *, scale: float = 1.0) -> tuple[Array, list[Array]]:
    """Return landmarks and masks of a figure."""
    marks = figure.landmarks(times) * scale
    size = (round(WIDTH * scale), round(HEIGHT * scale))
    return marks, [synthetic_runner.figure_mask(m, figure.facing, OUTLINE, size) for m in marks]


def seen(marks: Array, masks: list[Array], times: Array = TIMES) -> tuple[TrackedPerson, Array]:
    """Return the person and the edges extracted from the masks."""
    mover = tracked_person(marks, times)
    row = FACINGS.index(mover.view.facing)
    people = (PoseDetection(m, np.ones(33), np.asarray(k, np.float32)) for m, k in zip(marks, masks, strict=True))
    return mover, np.array([observe(p).edges[row] for p in people], dtype=np.float64)


def known(figure: Figure, times: Array = TIMES) -> tuple[TrackedPerson, Array]:
    """Return the person and the true outline as edges."""
    return tracked_person(figure.landmarks(times), times), np.tile(OUTLINE, (len(times), 1))


def measured(person: tuple[TrackedPerson, Array], roll_deg: float | None = None) -> BackResult:
    found = measure_back_of(*person, Models(MODEL), scene=SceneCorrections(roll_deg))
    assert found is not None
    return found


def values(found: BackResult) -> dict[str, float]:
    return {name: found.measured.measures[name].value for name in NAMES}


@pytest.fixture(scope="module")
def clip() -> tuple[Array, list[Array]]:
    return filmed(RUNNER)


@pytest.fixture(scope="module")
def plain(clip: tuple[Array, list[Array]]) -> BackResult:
    return measured(seen(*clip))


def test_measures_are_those_of_the_painted_back(clip: tuple[Array, list[Array]], plain: BackResult) -> None:
    lean = float(lean_deg(*trunk_axis(clip[0], "right"), "right").mean())
    true = measure_outlines(OUTLINE, lean)
    found = values(plain)
    assert found["trunk_lean_deg"] == pytest.approx(lean, abs=0.05)
    assert found["pelvic_tilt_deg"] == pytest.approx(true.pelvic_tilt_deg[0], abs=1.5)
    assert found["lumbar_arch_deg"] == pytest.approx(true.lumbar_arch_deg[0], abs=2.5)
    assert found["lumbar_arch_index"] == pytest.approx(true.lumbar_arch_index[0], abs=0.4)
    assert plain.unoccluded_share > 0.6


def test_mirrored_clip_gives_the_same_measures(clip: tuple[Array, list[Array]], plain: BackResult) -> None:
    marks, masks = clip
    flipped = [np.ascontiguousarray(m[:, ::-1]) for m in masks]
    mover, edges = seen(synthetic_runner.mirrored(marks, WIDTH), flipped)
    assert mover.view.facing == "left"
    assert values(measured((mover, edges))) == pytest.approx(values(plain), abs=1e-3)


@pytest.mark.parametrize("scale", [1.3, 1.9])
def test_size_in_the_picture_does_not_matter(scale: float, plain: BackResult) -> None:
    there = measured(seen(*filmed(RUNNER, scale=scale)))
    assert values(there) == pytest.approx(values(plain), abs=0.4)


def test_position_in_the_picture_does_not_matter(plain: BackResult) -> None:
    there = measured(seen(*filmed(replace(RUNNER, hips_px=(163.3, 124.6)))))
    assert values(there) == pytest.approx(values(plain), abs=0.2)


def test_slow_motion_gives_the_same_measures() -> None:
    mover, edges = known(RUNNER)
    slowed = tracked_person(RUNNER.landmarks(TIMES), TIMES * 8.0)
    assert values(measured((slowed, edges))) == pytest.approx(values(measured((mover, edges))), abs=0.01)


@pytest.mark.parametrize("fps", [20, 60])
def test_frame_rate_does_not_matter(fps: float) -> None:
    there = measured(known(RUNNER, synthetic_runner.frame_times(3.2, fps)))
    assert values(there) == pytest.approx(values(measured(known(RUNNER))), abs=0.4)


@pytest.mark.parametrize(("facing", "roll"), [("left", -6.0), ("right", 4.0)])
def test_camera_roll_is_corrected(facing: synthetic_runner.Facing, roll: float) -> None:
    level = replace(RUNNER, facing=facing)
    rolled = known(replace(level, roll_deg=roll))
    straight = values(measured(known(level)))
    assert values(measured(rolled, roll)) == pytest.approx(straight, abs=0.02)
    assumed = values(measured(rolled))
    forward = roll if facing == "right" else -roll
    assert assumed["pelvic_tilt_deg"] - straight["pelvic_tilt_deg"] == pytest.approx(forward, abs=0.02)
    assert assumed["lumbar_arch_deg"] == pytest.approx(straight["lumbar_arch_deg"], abs=0.02)


def test_frames_and_strides_without_edges_are_dropped() -> None:
    mover, edges = known(RUNNER)
    whole = measured((mover, edges))
    holed = edges.copy()
    holed[::4] = np.nan
    holed[mover.strides.frame_stride == 1] = np.nan
    part = measured((mover, holed))
    assert whole.measured.measures["pelvic_tilt_deg"].strides == len(mover.strides)
    assert part.measured.measures["pelvic_tilt_deg"].strides == len(mover.strides) - 1
    assert values(part) == pytest.approx(values(whole), abs=1.0)
    assert np.isinf(part.residual_by_frame[::4]).all()
    inside = mover.strides.frame_stride >= 0
    for stride_part in mover.strides.parts:
        inside[stride_part.frames] = True
    used = np.isfinite(holed).any(axis=1) & inside
    assert (np.isfinite(part.residual_by_frame) == used).all()
    assert part.residual_by_frame[used].max() < 0.01
    assert part.hips.shape == part.shoulders.shape == (len(TIMES), 2)


def test_deviating_frame_has_the_largest_residual() -> None:
    mover, edges = known(RUNNER)
    edges[30] += 0.05
    assert int(np.argmax(np.nan_to_num(measured((mover, edges)).residual_by_frame, posinf=0.0))) == 30


def test_clip_without_edges_has_no_back() -> None:
    mover, edges = known(RUNNER)
    assert measure_back_of(mover, np.full_like(edges, np.nan), Models(MODEL)) is None


def test_standing_person_is_measured_over_fixed_windows() -> None:
    figure = Figure(gait="standing", stride_s=30.0, trunk_px=60.0, hips_px=(140.0, 130.0), lean_deg=2.0)
    mover, edges = known(figure)
    assert (mover.activity, len(mover.strides)) == ("standing", 0)
    found = measured((mover, edges))
    assert found.measured.measures["pelvic_tilt_deg"].strides == 4
    assert found.measured.measures["lumbar_arch_deg"].value == pytest.approx(
        measure_outlines(OUTLINE, 0.0).lumbar_arch_deg[0], abs=2.5
    )


def test_half_a_second_of_standing_can_be_measured() -> None:
    figure = Figure(gait="standing", trunk_px=60.0, lean_deg=2.0)
    found = measured(known(figure, np.arange(0.0, 0.6, 0.1)))
    assert found.measured.measures["pelvic_tilt_deg"].strides == 1
    assert all(np.isfinite(v) for v in values(found).values())


def test_legs_without_rhythm_have_no_back() -> None:
    marks = RUNNER.landmarks(TIMES)
    marks[:, 25:33] = marks[:, 23:24] + np.random.default_rng(0).normal(scale=60.0, size=(len(TIMES), 8, 2))
    mover = tracked_person(marks, TIMES)
    assert mover.activity == "unknown"
    edges = np.zeros((len(TIMES), len(T_GRID)))
    assert measure_back_of(mover, edges, Models(MODEL)) is None


def test_what_hangs_beside_the_neck_widens_the_intervals_and_changes_no_number() -> None:
    person, edges = known(RUNNER)
    tail = np.where((np.arange(len(edges)) % 3 == 0)[:, None] & (T_GRID > 1.05), edges + 0.15, edges)
    plain, hanging = (measured((person, own)) for own in (edges, tail))
    assert plain.neck_step_l < 0.05 < hanging.neck_step_l
    assert values(hanging) == pytest.approx(values(plain))
    for name in ("pelvic_tilt_deg", "lumbar_arch_deg"):
        own, wide = (found.measured.measures[name] for found in (plain, hanging))
        assert wide.high - wide.low > 1.1 * (own.high - own.low)
