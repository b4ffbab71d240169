"""Staging of a clip: the person, the camera, the shots, and what is true in them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from posture.types import Array
from validation.nuisances.draw import SEED, Nuisance
from validation.nuisances.parameters import Parameters
from validation.population.draw import Filming, Subject, draw_filming, draw_subject
from validation.population.staging import SPEED_M_S, Staged, stage
from validation.population.truth import truth_of
from validation.rendering import body, compose

MEASURES = ("pelvic_tilt_deg", "lumbar_arch_deg", "lumbar_arch_index", "trunk_lean_deg")
# The nuisance is to be measured, not the view: views beyond this are halved, elevations cut.
MAX_YAW_DEG, MAX_ELEVATION_DEG = 15.0, 5.0
SIZES, SIZE_SHARES = ((960, 720), (640, 480), (720, 1280), (1280, 720)), (0.7, 0.1, 0.1, 0.1)
BLURRED_SHARE = 0.1


@dataclass(frozen=True)
class Role:
    """One person in a clip.

    Attributes
    ----------
    name
        ``runner`` or ``other``.
    postures
        Truth of each posture, in the order of the spans.
    hips_px : shape (frames, 2)
        The hips in each frame, NaN before and after the person is there.
    """

    name: str
    subject: Subject
    stride_s: float
    height_px: float
    postures: Sequence[dict[str, float]]
    hips_px: Array


@dataclass(frozen=True)
class Span:
    """A part of the clip, frames: one shot, one posture, one main person."""

    first: int
    end: int
    shot: int
    person: int
    posture: int


@dataclass(frozen=True)
class StagedClip:
    """A clip before it is drawn.

    Attributes
    ----------
    speed
        Film time against true time; 2 is twice as fast.
    tag_fps
        Frame rate at which a phone filmed slow motion, for its tag.
    every
        Only every such frame is kept.
    """

    filming: Filming
    shots: Sequence[compose.Shot]
    roles: Sequence[Role]
    spans: Sequence[Span]
    speed: float = 1.0
    fps: float | None = None
    tag_fps: int | None = None
    every: int = 1
    further: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Script:
    """Model, nuisance, person and camera of a clip, from which a builder stages it."""

    model: body.BodyModel
    nuisance: Nuisance
    subject: Subject
    filming: Filming

    @property
    def parameters(self) -> Parameters:
        """Return the nuisance's parameters."""
        return self.nuisance.parameters

    @property
    def rng(self) -> np.random.Generator:
        """Return a generator for details without a parameter, such as folds."""
        return np.random.default_rng([SEED, self.nuisance.number, 8])


def write_script(model: body.BodyModel, nuisance: Nuisance) -> Script:
    """Draw the person and the camera of a clip."""
    number = nuisance.number
    subject, filming = draw_subject(number, SEED), draw_filming(number, 0, SEED)
    if nuisance.kind == "clean":
        return Script(model, nuisance, subject, filming)
    rng = np.random.default_rng([SEED, number, 9])
    width, height = rng.choice(SIZES, p=SIZE_SHARES)
    yaw = filming.yaw_deg if abs(filming.yaw_deg) <= MAX_YAW_DEG else filming.yaw_deg / 2
    filming = replace(
        filming,
        yaw_deg=yaw,
        elevation_deg=float(np.clip(filming.elevation_deg, -MAX_ELEVATION_DEG, MAX_ELEVATION_DEG)),
        distance_m=float(rng.uniform(3, 8)),
        body_share=float(rng.uniform(0.5, 0.85)),
        way=str(nuisance.parameters.get("way", rng.choice(["treadmill", "pan"], p=[0.65, 0.35]))),
        fps=int(rng.choice([25, 30])),
        blur=bool(nuisance.parameters.get("blur", rng.uniform() < BLURRED_SHARE)),
        width=int(width),
        height=int(height),
    )
    if filming.way == "pass":
        filming = replace(filming, width=1920, height=540, distance_m=float(rng.uniform(16, 24)))
    if nuisance.kind in ("passer_by", "overtaker"):
        # Somebody nearer to the camera is to fit in the picture too.
        share = float(rng.uniform(0.45, 0.62))
        filming = replace(filming, body_share=share, distance_m=max(filming.distance_m, 4.5), width=960, height=720)
    # Loose cloth is a nuisance of its own here.
    return Script(model, nuisance, replace(subject, loose=0.0), filming)


def single(
    script: Script,
    staged: Staged,
    *,
    subject: Subject | None = None,
    shown_body: body.PosedBody | None = None,
    **shot: Any,
) -> StagedClip:
    """Return a clip of one person in one shot.

    Parameters
    ----------
    shown_body
        The body with what it wears, when it differs from the staged one.
    """
    own = subject or script.subject
    actor = compose.Actor(shown_body or staged.posed, staged.offsets, staged.shown.order, own.look)
    pictures = len(staged.shown.order)
    only = compose.Shot(staged.camera, own.look, [actor], pictures, staged.shifts, **shot)
    frames = pictures // staged.moments
    person = role_of("runner", script, own, staged)
    return StagedClip(script.filming, [only], [person], [Span(0, frames, 0, 0, 0)])


def dressed(script: Script, staged: Staged, shown_body: body.PosedBody, **colours: Any) -> StagedClip:
    """Return a clip of a person who wears something, with the colours of its segments."""
    tones = {name: (float(c[0]), float(c[1]), float(c[2])) for name, c in colours.items()}
    subject = replace(script.subject, look=replace(script.subject.look, worn=tones))
    return single(script, staged, subject=subject, shown_body=shown_body)


def role_of(name: str, script: Script, subject: Subject, staged: Staged, moved_px: Array | None = None) -> Role:
    """Return a person's truth and place, before the picture of a runner who faces left is mirrored."""
    order = staged.shown.order[:: staged.moments]
    hips = staged.camera.project(staged.posed.joints["hips"][order] + staged.offsets[order])
    if moved_px is not None:
        hips = hips + moved_px[:: staged.moments]
    first = staged.posed.vertices[0] + staged.offsets[0]
    height = float(np.ptp(staged.camera.project(first)[:, 1]))
    return Role(name, subject, staged.shown.stride_s, height, [true_measures(script.model, subject)], hips)


def true_measures(model: body.BodyModel, subject: Subject) -> dict[str, float]:
    """Return the truth of a person's run."""
    measures = truth_of(model, subject, standing=False)["measures"]
    return {name: round(float(value), 3) for name, value in zip(MEASURES, measures, strict=True)}


def filmed(script: Script, **options: Any) -> Staged:
    """Pose the person and place the camera."""
    return stage(script.model, script.subject, script.filming, standing=False, **options)


def way_m(staged: Staged) -> Array:
    """Return how far the scene has moved back in each picture of a pan, metres."""
    times = staged.shown.times_s
    return SPEED_M_S * (times - times.mean())


def ground_m(staged: Staged) -> float:
    """Return the height of the ground against the hips, metres."""
    feet = staged.posed.vertices[:, staged.posed.segments["foot"], 2] + staged.offsets[:, None, 2]
    return float(feet.min())
