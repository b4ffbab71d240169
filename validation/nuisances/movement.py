"""Clips of other gaits, changing postures, moving cameras, changed speed, small or short."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from validation.nuisances.parameters import Parameters
from validation.nuisances.staging import Script, Span, StagedClip, filmed, single, true_measures
from validation.population.staging import SPEED_M_S, STRIDES, Shown, moments, set_up
from validation.rendering import kinematics


def clean(script: Script) -> StagedClip:
    """Return a clip without a nuisance."""
    return single(script, filmed(script))


def slower(script: Script) -> StagedClip:
    """Return a clip of a slow jog or a walk."""
    own = script.parameters
    style = replace(script.subject.style, stride_s=own["stride_s"])
    if "lean_deg" in own:
        style = replace(style, trunk_lean_deg=own["lean_deg"], excursion=own["excursion"])
    subject = replace(script.subject, style=style, gait=_gait_of(own))
    script = replace(script, subject=subject)
    staged = filmed(script)
    if staged.shifts is not None:
        staged = replace(staged, shifts=staged.shifts * own["speed_m_s"] / SPEED_M_S)
    return single(script, staged, subject=subject)


def camera_pitch(script: Script) -> StagedClip:
    """Return a clip from a camera that looks up or down."""
    filming = replace(script.filming, elevation_deg=script.parameters["elevation_deg"])
    script = replace(script, filming=filming)
    return single(script, filmed(script))


def slow_roll(script: Script) -> StagedClip:
    """Return a clip from a camera that rolls."""
    own = script.parameters
    filming = replace(script.filming, roll_deg=0.0, body_share=min(script.filming.body_share, 0.72))
    script = replace(script, filming=filming)
    staged = filmed(script, strides=8.0)
    share = np.linspace(0, 1, len(staged.shown.order))
    if own["slips"]:
        share = np.clip((share - 0.4) / 0.2, 0, 1)
    return single(script, staged, roll_deg=own["from_deg"] + share * (own["to_deg"] - own["from_deg"]))


def posture_change(script: Script) -> StagedClip:
    """Return a clip of a runner whose posture changes from part to part."""
    own = script.parameters
    filming = replace(script.filming, blur=False)
    script = replace(script, filming=filming)
    subject = script.subject
    styles = [_changed(subject.style, *change) for change in own["changes_deg"]]
    plain = moments(subject, filming, standing=False, strides=sum(own["strides"]))
    cycle = len(plain.phase)
    frames = len(plain.times_s)
    ends = np.round(np.cumsum(own["strides"]) * plain.stride_s * filming.fps).astype(int)
    number = np.arange(frames)
    part = np.minimum(np.searchsorted(ends, number, side="right"), len(styles) - 1)
    # How far the posture has changed to the next, around each end.
    half = 0.5 * own["transition_strides"] * plain.stride_s * filming.fps
    share = np.zeros(frames)
    for k, end in enumerate(ends[:-1]):
        near = np.abs(number - end) < half
        ramp = 0.5 + 0.5 * np.sin(0.5 * np.pi * np.clip((number - end) / half, -1, 1))
        share = np.where(near, np.where(part == k, ramp, ramp - 1), share)
    keys = [
        (int(p), int(n) % cycle if s == 0 else int(n), float(s)) for p, n, s in zip(part, number, share, strict=True)
    ]
    poses = list(dict.fromkeys(keys))
    places = {key: place for place, key in enumerate(poses)}
    order = np.array([places[key] for key in keys])
    start = plain.phase[0]
    phase = np.array([start + key[1] / filming.fps / plain.stride_s for key in poses])
    blended = _style_between(styles, poses)
    posed = script.model.pose(subject.person, kinematics.run(blended, phase))
    shown = Shown(plain.times_s, order, phase, plain.stride_s)
    staged = set_up(subject, filming, shown, posed, standing=False)
    clip = single(script, staged)
    truths = [true_measures(script.model, replace(subject, style=style)) for style in styles]
    starts = [0, *(int(e) for e in ends[:-1])]
    finish = [*(int(e) for e in ends[:-1]), frames]
    spans = [Span(a, b, 0, 0, k) for k, (a, b) in enumerate(zip(starts, finish, strict=True))]
    return replace(clip, roles=[replace(clip.roles[0], postures=truths)], spans=spans)


def fast2(script: Script) -> StagedClip:
    """Return a clip at double speed."""
    drops = script.parameters["drops_frames"]
    staged = filmed(script, strides=2 * STRIDES if drops else STRIDES)
    clip = single(script, staged)
    return replace(clip, speed=2.0, every=2 if drops else 1, fps=script.filming.fps * (1 if drops else 2))


def slow(script: Script) -> StagedClip:
    """Return a clip in slow motion."""
    own = script.parameters
    fps = round(30 / own["speed"])
    script = replace(script, filming=replace(script.filming, fps=fps, blur=False))
    strides = 5.2 if fps < 130 else 3.6
    clip = single(script, filmed(script, strides=strides))
    return replace(clip, speed=own["speed"], fps=30, tag_fps=fps if own["tagged"] else None)


def small(script: Script) -> StagedClip:
    """Return a clip of a small runner."""
    own, filming = script.parameters, script.filming
    if filming.way == "pass":
        # As wide as the way needs: the runner's height follows from the picture's width.
        filming = replace(filming, width=1280, height=360)
    script = replace(script, filming=replace(filming, body_share=own["height_px"] / filming.height))
    return single(script, filmed(script))


def few_strides(script: Script) -> StagedClip:
    """Return a clip of few strides."""
    return single(script, filmed(script, strides=script.parameters["strides"]))


def _gait_of(own: Parameters) -> kinematics.Gait:
    keys = ("stance_share", "leg_swing", "knee_lift", "stance_knee", "arm_mean_deg", "elbow_deg")
    return kinematics.Gait(**{key: own[key] for key in keys if key in own})


def _changed(style: kinematics.Style, tilt: float, lumbar: float, lean: float) -> kinematics.Style:
    return replace(
        style,
        pelvis_tilt_deg=float(np.clip(style.pelvis_tilt_deg + tilt, -10, 24)),
        lumbar_extension_deg=float(np.clip(style.lumbar_extension_deg + lumbar, -10, 24)),
        trunk_lean_deg=style.trunk_lean_deg + lean,
    )


def _style_between(styles: Sequence[kinematics.Style], poses: Sequence[tuple[int, int, float]]) -> kinematics.Style:
    """Return a style whose means differ from pose to pose: of a part, and a share of the next or the one before."""
    means: dict[str, Any] = {}
    for name in ("pelvis_tilt_deg", "lumbar_extension_deg", "trunk_lean_deg"):
        own = [float(getattr(style, name)) for style in styles]
        means[name] = np.array([own[p] + abs(s) * (own[p + int(np.sign(s))] - own[p]) for p, _, s in poses])
    return replace(styles[0], **means)
