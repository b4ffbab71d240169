"""Examinations of synthetic people, with known truth and without a pose model."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from helpers import stored_takes, synthetic_runner
from helpers.synthetic_runner import Array, Figure
from posture.analysis.examination import Examination
from posture.analysis.observations import ClipObservations
from posture.analysis.pipeline import examine_observations
from posture.gait.fourier import fourier_basis
from posture.outline.body_or_arm import HARMONICS
from validation.population.replay import observations_of

WIDTH = 800
RUNNER = Figure(trunk_px=120.0, lean_deg=7.0)


def edges(figure: Figure, times: Array) -> Array:
    """Return the edge of a back drawn from the shape model that moves with the stride, shape (F, len(T_GRID))."""
    z = synthetic_runner.draw_back(21, strides=1, frames=2).z
    if figure.gait == "standing":
        z[:] = 0.0
    return synthetic_runner.prior().outlines(fourier_basis(figure.phase_at(times), HARMONICS) @ z)


def observations(figure: Figure = RUNNER, *, name: str = "run", seconds: float = 4.5) -> ClipObservations:
    """Return the observations of a figure that is detected in every frame."""
    one = stored_takes.take(name, figure, seconds=seconds)
    one = replace(one, edges=edges(figure, one.time_s))
    return observations_of(stored_takes.person(one), one)


def examination(figure: Figure = RUNNER, *, name: str = "run", **options: Any) -> Examination:
    """Return the examination of a figure."""
    return examine_observations(observations(figure, name=name), **options)


def mirrored(clip: ClipObservations) -> ClipObservations:
    """Return the observations of the mirrored clip."""

    def turned(one: Any) -> Any:
        return replace(one, landmarks=synthetic_runner.mirrored(one.landmarks, clip.info.width))

    return replace(clip, sightings=[[turned(one) for one in people] for people in clip.sightings])


def without(clip: ClipObservations, frames: range) -> ClipObservations:
    """Return the observations with nobody detected in some frames."""
    return replace(clip, sightings=[[] if f in frames else p for f, p in enumerate(clip.sightings)])


def stretched(clip: ClipObservations, times: float) -> ClipObservations:
    """Return the observations of the clip in slow motion."""
    return replace(clip, times_s=clip.times_s * times)


def blind(clip: ClipObservations, frames: range) -> ClipObservations:
    """Return the observations with no mask edge in some frames."""

    def edgeless(one: Any) -> Any:
        return replace(one, edges=np.full_like(one.edges, np.nan))

    return replace(
        clip,
        sightings=[
            [edgeless(one) for one in people] if f in frames else people for f, people in enumerate(clip.sightings)
        ],
    )


def filmed(examination: Examination, clip: Path) -> Examination:
    """Return an examination whose pictures are those of a clip."""
    analysis = examination.analysis
    source = analysis.source.model_copy(update={"path": str(clip)})
    return replace(examination, analysis=analysis.model_copy(update={"source": source}))
