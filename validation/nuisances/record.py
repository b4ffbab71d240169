"""JSON of a clip: what was drawn and what is true."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import numpy as np
import numpy.typing as npt

from validation.nuisances.staging import MEASURES, Role, Script, StagedClip


def record(script: Script, clip: StagedClip, frames: int) -> dict[str, Any]:
    """Return the JSON of a clip: what was drawn and what is true. Times are seconds of the film."""
    fps = float(clip.fps or clip.filming.fps)
    nuisance = script.nuisance
    spans = [
        {
            "from_s": round(span.first / clip.every / fps, 4),
            "to_s": round(min(span.end / clip.every, frames) / fps, 4),
            "shot": span.shot,
            "person": span.person,
            "posture": span.posture,
            "truth": clip.roles[span.person].postures[span.posture],
        }
        for span in clip.spans
    ]
    camera = clip.shots[0].camera
    turned = clip.further.get("turned_shots", ())
    shot_of = np.repeat([span.shot for span in clip.spans], [span.end - span.first for span in clip.spans])
    left = np.isin(shot_of, turned) ^ (clip.filming.facing == "left")
    return {
        "kind": nuisance.kind,
        "number": nuisance.number,
        "half": nuisance.half,
        "nuisance": nuisance.parameters,
        "filming": asdict(clip.filming),
        "fps": fps,
        "frames": frames,
        "size": [camera.width, camera.height],
        "speed": clip.speed,
        "tag_fps": clip.tag_fps,
        **clip.further,
        "truth": _overall(spans) if len({span.person for span in clip.spans}) == 1 else None,
        "spans": spans,
        "people": [_about(person, clip, camera.width, left) for person in clip.roles],
    }


def _overall(spans: Sequence[dict[str, Any]]) -> dict[str, float]:
    """Return the mean truth over the film's time."""
    weights = [span["to_s"] - span["from_s"] for span in spans]
    return {
        name: round(float(np.average([span["truth"][name] for span in spans], weights=weights)), 3) for name in MEASURES
    }


def _about(person: Role, clip: StagedClip, width: int, left: npt.NDArray[np.bool_]) -> dict[str, Any]:
    hips = person.hips_px.copy()
    hips[:, 0] = np.where(left, width - 1 - hips[:, 0], hips[:, 0])
    hips = hips[:: clip.every]
    places = [None if np.isnan(x) else [round(float(x)), round(float(y))] for x, y in hips]
    subject = person.subject
    return {
        "name": person.name,
        "number": subject.number,
        "gait": "running" if subject.gait is None else "walking" if subject.gait.stance_share > 0.55 else "slow_jog",
        # In the film's time, and in truth.
        "stride_s": round(person.stride_s / clip.speed, 4),
        "true_stride_s": round(person.stride_s, 4),
        "height_px": round(person.height_px, 1),
        "loose": subject.loose,
        "person": asdict(subject.person),
        "style": asdict(subject.style),
        "look": asdict(subject.look),
        "postures": list(person.postures),
        "hips_px": places,
    }
