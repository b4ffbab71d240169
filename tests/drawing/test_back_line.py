"""The back of each frame is that of its stride at this phase, and the drawn angles are the measured ones."""

from __future__ import annotations

import numpy as np
import pytest
from helpers import synthetic_runner
from helpers.synthetic_runner import Array, many
from hypothesis import given
from hypothesis import strategies as st

from posture.analysis.examination import Examination
from posture.contour.angles import measure_outlines
from posture.drawing.back_line import BackOverTime, BackPose, Trunk, arc, back_geometry, back_lines
from posture.drawing.canvas import Polyline
from posture.drawing.palette import ARCH, BACK, TILT
from posture.pose.trunk_frame import to_trunk_frame
from posture.types import Facing


def trunk_of(facing: Facing, length: float, lean: float) -> Trunk:
    sign, angle = (1.0 if facing == "right" else -1.0), np.radians(lean)
    hips = np.array([320.0, 330.0])
    return Trunk(hips, hips + length * np.array([sign * np.sin(angle), -np.cos(angle)]), facing)


@many
@given(
    st.sampled_from(["left", "right"]),
    st.floats(20, 500),
    st.floats(-40, 60),
    st.floats(-0.5, 1.2),
    st.floats(0, 0.8),
)
def test_placing_inverts_the_trunk_frame(facing: Facing, length: float, lean: float, t: float, c: float) -> None:
    trunk = trunk_of(facing, length, lean)
    place = trunk.place(np.array([t]), np.array([c]))
    assert to_trunk_frame(place, trunk.hips, trunk.shoulders, facing)[0] == pytest.approx([t, c], abs=1e-9)


@pytest.mark.parametrize("facing", ["left", "right"])
def test_tangents_and_arc_hold_the_measured_angles(facing: Facing) -> None:
    outline = synthetic_runner.plain_outline(0.06)
    angles = measure_outlines(outline, 8.0, smooth=False)
    trunk = trunk_of(facing, 120.0, 8.0)
    back = back_geometry(BackPose(trunk, outline, angles, 0), trunk)
    tilt = np.degrees(np.arctan2(-trunk.backward * back.lower.up[0], -back.lower.up[1]))
    upper = np.degrees(np.arctan2(trunk.backward * back.upper.up[0], -back.upper.up[1]))
    assert tilt == pytest.approx(angles.pelvic_tilt_deg[0], abs=0.3)
    assert tilt + upper == pytest.approx(angles.lumbar_arch_deg[0], abs=0.5)
    assert back.meeting is not None
    spokes = arc(back.meeting, back.lower.up, back.upper.up, 30.0) - back.meeting
    between = np.degrees(np.arccos(np.clip(spokes[0] @ spokes[-1] / 900.0, -1, 1)))
    assert between == pytest.approx(angles.lumbar_arch_deg[0], abs=0.5)


def over_time(examination: Examination) -> BackOverTime:
    assert examination.runner is not None
    assert examination.back is not None
    return BackOverTime(examination.runner, examination.back)


def poses(examination: Examination) -> list[BackPose]:
    back = over_time(examination)
    assert examination.runner is not None
    return [p for n in range(len(examination.runner.frames)) if (p := back.pose(n)) is not None]


def of_colour(lines: list[Polyline], colour: tuple[int, int, int]) -> list[Polyline]:
    return [line for line in lines if line.colour == colour]


def direction(points: Array) -> float:
    x, y = points[-1] - points[0]
    return float(np.degrees(np.arctan2(x, -y)))


def test_frames_outside_of_strides_have_no_back(running: Examination) -> None:
    assert running.runner is not None
    back, inside = over_time(running), running.runner.strides.frame_stride >= 0
    assert 0 < inside.sum() < len(inside)
    for number, is_inside in enumerate(inside):
        assert (back.pose(number) is not None) == bool(is_inside)


def test_mean_over_a_stride_is_the_strides_own_value(running: Examination) -> None:
    assert running.runner is not None
    assert running.back is not None
    back, strides = over_time(running), running.runner.strides
    for stride, number in enumerate(running.back.measured_strides):
        frames = np.flatnonzero(strides.frame_stride == number)
        poses_of_stride = [back.pose(int(f)) for f in frames]
        assert all(back.stride_of(int(f)) == stride for f in frames)
        arches = [float(p.angles.lumbar_arch_deg[p.at]) for p in poses_of_stride if p is not None]
        own = float(running.back.measured.stride_angles.lumbar_arch_deg[stride])
        assert np.mean(arches) == pytest.approx(own, abs=1.0)
        assert np.ptp(arches) > 0.2


@pytest.mark.parametrize("name", ["running", "leftward", "standing"])
def test_drawn_lines_hold_the_measured_angles(name: str, request: pytest.FixtureRequest) -> None:
    for pose in poses(request.getfixturevalue(name))[::9]:
        lines, dots, label = back_lines(pose, pose.trunk, 4.0, arch=True)
        ahead = 1.0 if pose.trunk.facing == "right" else -1.0
        lower, upper = (of_colour(lines, colour)[0].points for colour in (TILT, ARCH))
        arch = ahead * (direction(lower) - direction(upper))
        assert arch == pytest.approx(float(pose.angles.lumbar_arch_deg[pose.at]), abs=1.5)
        contour = of_colour(lines, BACK)[0].points
        for dot in dots:
            assert np.hypot(*(contour - dot).T).min() < 1.5
        # Buttock, hollow, upper back from below; the label behind the hollow.
        assert dots[0, 1] > dots[1, 1] > dots[2, 1]
        assert ahead * (label[0] - dots[:, 0].min() if ahead < 0 else label[0] - dots[:, 0].max()) < 0


def test_unknown_arch_leaves_the_lower_tangent(running: Examination) -> None:
    pose = poses(running)[0]
    lines, _dots, _label = back_lines(pose, pose.trunk, 4.0, arch=False)
    assert of_colour(lines, TILT)
    assert not of_colour(lines, ARCH)


def test_mirrored_runner_is_drawn_mirrored(running: Examination) -> None:
    pose = poses(running)[5]
    flip = np.array([-1.0, 1.0])
    turned = Trunk(pose.trunk.hips * flip, pose.trunk.shoulders * flip, "left")
    here, there = (back_lines(pose, trunk, 4.0, arch=True) for trunk in (pose.trunk, turned))
    for one, other in zip(here[0], there[0], strict=True):
        assert other.points * flip == pytest.approx(one.points, abs=1e-6)
    assert there[1] * flip == pytest.approx(here[1], abs=1e-6)
    assert there[2] * flip == pytest.approx(here[2], abs=1e-6)


def test_larger_picture_gets_larger_lines(running: Examination) -> None:
    pose = poses(running)[5]
    double = Trunk(2 * pose.trunk.hips, 2 * pose.trunk.shoulders, pose.trunk.facing)
    here, there = (back_lines(pose, trunk, 4.0, arch=True)[0] for trunk in (pose.trunk, double))
    for one, other in zip(here, there, strict=True):
        assert other.points == pytest.approx(2 * one.points, abs=1e-6)
