"""Clips with a second person, or cut to another person or view."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from posture.types import Array
from validation.nuisances.draw import OTHER_PERSON, SEED
from validation.nuisances.staging import (
    MAX_YAW_DEG,
    Role,
    Script,
    Span,
    StagedClip,
    filmed,
    ground_m,
    role_of,
    single,
)
from validation.population.draw import Filming, Subject, draw_filming, draw_subject
from validation.population.staging import SPEED_M_S, Shown, Staged, angles_of, moments, set_up
from validation.rendering import compose, kinematics

OVERTAKEN_STRIDES = 8.5
CUT_STRIDES = 5.3


def passer_by(script: Script) -> StagedClip:
    """Return a clip with a passer-by."""
    own = script.parameters
    other = _other(script, alike=False)
    speed = own["speed_m_s"]
    if own["walks"]:
        gait = kinematics.Gait(0.61, 0.68, 0.56, 0.45, -4.0, 28.0)
        style = replace(other.style, stride_s=1.1, trunk_lean_deg=2.0, excursion=0.6)
        other = replace(other, gait=gait, style=style)
    staged = filmed(script, strides=7.0)
    times = staged.shown.times_s
    # Backward is positive: an oncoming person goes backward, and the runner of a pan moves forward.
    way = speed if own["against"] else -speed
    if script.filming.way == "pan":
        way += SPEED_M_S
    if abs(way) < 0.9:
        way = np.copysign(0.9, way)
    place = way * (times - own["meets"] * times[-1])
    aside = (-1 if own["in_front"] else 1) * min(own["aside_m"], 0.3 * script.filming.distance_m)
    return _with_other(script, staged, other, place, aside_m=aside, turned=own["against"])


def overtaker(script: Script) -> StagedClip:
    """Return a clip of a runner whom another one overtakes."""
    own = script.parameters
    script = replace(script, filming=replace(script.filming, way="pan"))
    other = _other(script, alike=own["alike"])
    staged = filmed(script, strides=OVERTAKEN_STRIDES)
    times = staged.shown.times_s
    middle, half = times[-1] / 2, own["level_s"] / 2
    early, late = np.minimum(times - (middle - half), 0), np.maximum(times - (middle + half), 0)
    place = own["level_m"] - own["approach_m_s"] * (early + late) + 0.12 * np.cos(np.pi * (times - middle) / 2)
    aside = (-1 if own["in_front"] else 1) * min(own["aside_m"], 0.25 * script.filming.distance_m)
    return _with_other(script, staged, other, place, aside_m=aside, turned=False)


def cut_persons(script: Script) -> StagedClip:
    """Return a clip cut to another person."""
    own = script.parameters
    script = replace(script, filming=replace(script.filming, blur=False))
    subjects = [script.subject, _other(script, alike=own["alike"])]
    clips = []
    for shot in range(own["shots"]):
        subject, filming = subjects[shot % 2], script.filming
        if not own["same_place"] and shot % 2:
            filming = _another_view(script, shot)
            subject = replace(subject, look=replace(subject.look, background=subject.look.background // 2 + shot))
        # Cut back to the first person: another start of the stride.
        part = replace(script, subject=replace(subject, number=subject.number + 1000 * shot), filming=filming)
        clips.append(single(part, filmed(part, strides=CUT_STRIDES)))
    joined = _joined(clips, same_person=False)
    if own["shots"] == 3:
        # The third shot shows the first person again.
        merged = np.fmax(joined.roles[0].hips_px, joined.roles[2].hips_px)
        cast = [replace(joined.roles[0], hips_px=merged), joined.roles[1]]
        joined = replace(joined, roles=cast, spans=[replace(span, person=span.shot % 2) for span in joined.spans])
    return joined


def cut_same(script: Script) -> StagedClip:
    """Return a clip cut to another view or moment of the same runner."""
    own = script.parameters
    script = replace(script, filming=replace(script.filming, blur=False))
    clips = []
    for shot in range(own["shots"]):
        subject, filming = script.subject, script.filming
        if shot and not own["jump"]:
            filming = _another_view(script, shot)
            subject = replace(subject, look=replace(subject.look, background=subject.look.background // 2 + shot))
        part = replace(script, subject=replace(subject, number=subject.number + 1000 * shot), filming=filming)
        clip = single(part, filmed(part, strides=CUT_STRIDES))
        if shot % 2 and own["turned"]:
            clip = replace(clip, further={"turned": True})
        clips.append(clip)
    turned = [shot for shot, clip in enumerate(clips) if clip.further]
    return replace(_joined(clips, same_person=True), further={"turned_shots": turned})


def _other(script: Script, *, alike: bool) -> Subject:
    """Draw another person of the same half."""
    other = replace(draw_subject(script.nuisance.number + OTHER_PERSON, SEED), loose=0.0)
    own = script.subject.look
    look = own if alike else other.look
    # Everybody is in the same light, in front of the same background.
    look = replace(look, background=own.background, setting=own.setting, light=own.light, noise=own.noise)
    return replace(other, look=look)


def _with_other(
    script: Script, staged: Staged, other: Subject, place_m: Array, *, aside_m: float, turned: bool
) -> StagedClip:
    """Return a clip with a second person.

    Parameters
    ----------
    place_m : shape (P,)
        How far the other person is behind the runner in each picture.
    """
    camera, times = staged.camera, staged.shown.times_s
    cycle = moments(other, replace(script.filming, way="treadmill", blur=False), standing=False, strides=2.0)
    posed = script.model.pose(other.person, angles_of(other, cycle.phase, standing=False))
    if turned:
        turn = np.array([-1.0, -1.0, 1.0])
        joints = {name: place * turn for name, place in posed.joints.items()}
        posed = replace(posed, vertices=posed.vertices * turn, joints=joints)
    offsets = set_up(other, replace(script.filming, way="treadmill"), cycle, posed, standing=False).offsets
    offsets[:, 0] += aside_m
    offsets[:, 2] += ground_m(staged) - float(
        (posed.vertices[:, posed.segments["foot"], 2] + offsets[:, None, 2]).min()
    )
    order = np.round(times * script.filming.fps).astype(int) % len(cycle.phase)
    there = np.column_stack([np.full(len(place_m), aside_m), place_m, np.zeros(len(place_m))])
    moved = camera.project(there) - camera.project(np.array([aside_m, 0.0, 0.0]))
    shown = Shown(times, order, cycle.phase, cycle.stride_s)
    beside = replace(staged, shown=shown, posed=posed, offsets=offsets)
    clip = single(script, staged)
    actors = [*clip.shots[0].actors, compose.Actor(posed, offsets, order, other.look, moved, aside_m)]
    person = role_of("other", script, other, beside, moved)
    return replace(clip, shots=[replace(clip.shots[0], actors=actors)], roles=[*clip.roles, person])


def _joined(clips: Sequence[StagedClip], *, same_person: bool) -> StagedClip:
    """Return clips cut together."""
    shots: list[compose.Shot] = []
    spans: list[Span] = []
    people: list[Role] = []
    at = 0
    total = sum(clip.spans[-1].end for clip in clips)
    for number, clip in enumerate(clips):
        frames = clip.spans[-1].end
        hips = np.full((total, 2), np.nan)
        hips[at : at + frames] = clip.roles[0].hips_px
        people.append(replace(clip.roles[0], hips_px=hips))
        shots.extend(clip.shots)
        spans.append(Span(at, at + frames, number, 0 if same_person else number, 0))
        at += frames
    if same_person:
        merged = np.nanmax([person.hips_px for person in people], axis=0)
        people = [replace(people[0], hips_px=merged)]
    return replace(clips[0], shots=shots, roles=people, spans=spans)


def _another_view(script: Script, shot: int) -> Filming:
    other = draw_filming(script.nuisance.number, 10 + shot, SEED)
    yaw = other.yaw_deg if abs(other.yaw_deg) <= MAX_YAW_DEG else other.yaw_deg / 2
    share = float(np.clip(other.body_share, 0.5, 0.85))
    return replace(script.filming, yaw_deg=yaw, body_share=share, elevation_deg=other.elevation_deg, distance_m=5.0)
