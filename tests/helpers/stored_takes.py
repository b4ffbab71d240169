"""Stored takes of synthetic people, for tests of the accuracy suite."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from helpers import synthetic_runner
from validation.population.store import FilmedPerson, Take, Truth

FPS = 30


def take(
    name: str = "run",
    figure: synthetic_runner.Figure | None = None,
    *,
    seconds: float = 4.5,
    outline: synthetic_runner.Array | None = None,
    facing: str = "right",
) -> Take:
    """Return a take of a figure whose back edge is a given outline, detected in every frame."""
    shown = figure or synthetic_runner.Figure(gait="standing" if name == "stand" else "running")
    times = synthetic_runner.frame_times(seconds, FPS)
    curve = synthetic_runner.plain_outline() if outline is None else outline
    truth = Truth(
        measures=dict.fromkeys(("pelvic_tilt_deg", "lumbar_arch_deg", "lumbar_arch_index", "trunk_lean_deg"), 10.0),
        outline=curve,
        over_phase={n: np.zeros(24) for n in ("pelvic_tilt_deg", "lumbar_arch_deg")},
        joint_deg=(0.0, 0.0),
        arms=np.zeros((3, 2, 24)),
    )
    filming: dict[str, Any] = {"fps": FPS, "yaw_deg": shown.yaw_deg, "facing": facing}
    return Take(
        name=name,
        filming=filming,
        size=(800, 600),
        frames_read=len(times),
        stride_s=shown.stride_s,
        time_s=times,
        landmarks=shown.landmarks(times),
        edges=np.tile(curve, (len(times), 1)).astype(np.float64),
        truth=truth,
    )


def person(*takes: Take, number: int = 1) -> FilmedPerson:
    """Return a person; the number decides to which half of the population they belong."""
    return FilmedPerson(number, 0.0, {}, {one.name: one for one in takes})


def without_frames(one: Take, missing: slice) -> Take:
    """Return a take without detections in some frames."""
    detected = np.full(len(one.time_s), True)
    detected[missing] = False
    return replace(one, time_s=one.time_s[detected], landmarks=one.landmarks[detected], edges=one.edges[detected])
