"""Hand-made analyses as the pipeline returns them."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest

from posture.exercises.match import FLAGS, suggest
from posture.records.analysis import Analysis

Make = Callable[..., Analysis]


def _measure(value: float, half: float, unit: str = "deg") -> dict[str, Any]:
    return {"value": value, "unit": unit, "ci90": [value - half, value + half], "strides": 14, "sd": half / 3}


_BASE: dict[str, Any] = {
    "schema": "posture.analysis/1",
    "source": {
        "path": "clips/jog in the park.mp4",
        "sha256": "ab" * 32,
        "width": 1920,
        "height": 1080,
        "fps": 59.94,
        "duration_s": 10.4,
        "frames_total": 624,
        "frames_read": 624,
        "frames_used": 618,
        "rotation_deg": 0,
        "slow_motion": 1.0,
    },
    "subject": {"direction": "right", "activity": "running", "people_seen": 1},
    "quality": {
        "measurable": True,
        "view_yaw_deg": 6.2,
        "body_height_px": 712.0,
        "trunk_px": 214.0,
        "arm_free_share": 0.71,
        "strides": 14,
        "camera_roll_deg": None,
        "detected_share": 0.99,
        "issues": [],
    },
    "gait": {
        "cadence_spm": 168.4,
        "stride_s": 0.712,
        "strides": [{"start_s": 0.1, "end_s": 0.81, "side": "left"}],
    },
    "measures": {
        "pelvic_tilt_deg": _measure(31.24, 3.35),
        "lumbar_arch_deg": _measure(48.9, 4.6),
        "lumbar_arch_index": _measure(9.13, 1.2, "percent"),
        "thoracolumbar_deg": _measure(17.7, 2.9),
        "trunk_lean_deg": _measure(7.1, 0.6),
        "pelvic_tilt_range_deg": _measure(6.4, 1.1),
        "thorax_rotation_deg": None,
        "pelvis_drop_deg": None,
    },
    "baseline": None,
    "verdict": {
        "label": "hollow_back",
        "reasons": [
            "The pelvic tilt is above its threshold with its whole interval.",
            "The lumbar arch is above its threshold with its whole interval.",
        ],
        "reference": "rendered neutral runners, 95th percentile",
        "thresholds": {"pelvic_tilt_deg": 27.0, "lumbar_arch_deg": 42.0},
        "probability": 0.97,
    },
    "exercises": [],
    "software": {
        "posture": "0.1.0",
        "mediapipe": "0.10.33",
        "opencv": "5.0.0",
        "model": "full",
        "model_sha256": "cd" * 32,
    },
}


def _hollow_back(data: dict[str, Any]) -> None:
    data["exercises"] = _suggestions("hollow_back")


def _borderline(data: dict[str, Any]) -> None:
    data["measures"]["pelvic_tilt_deg"] = _measure(27.9, 3.2)
    data["measures"]["lumbar_arch_deg"] = None
    data["verdict"] |= {
        "label": "borderline",
        "reasons": [
            "The pelvic tilt reaches across its threshold.",
            "The arch cannot be read behind the arms.",
        ],
        "probability": 0.61,
    }
    data["quality"]["issues"] = [
        {"code": "arms", "message": "an arm hides the upper back", "advice": "Film the other side as well."},
        {"code": "few_strides", "message": "Only 6 strides.", "advice": "Film 10 strides or more."},
    ]
    data["baseline"] = {
        "path": "stand.mp4",
        "measures": {"pelvic_tilt_deg": _measure(21.0, 2.0)},
        "change": {
            "pelvic_tilt_deg": {"value": 6.9, "ci90": [3.8, 10.0], "mdc95": 4.1},
            "lumbar_arch_deg": None,
        },
    }
    data["exercises"] = _suggestions("borderline")


def _not_hollow_back(data: dict[str, Any]) -> None:
    data["measures"]["pelvic_tilt_deg"] = _measure(20.1, 3.0)
    data["measures"]["lumbar_arch_deg"] = _measure(33.0, 4.4)
    data["verdict"] |= {
        "label": "not_hollow_back",
        "reasons": ["Tilt and arch are below their thresholds with their whole intervals."],
        "probability": 0.004,
    }


def _not_measurable(data: dict[str, Any]) -> None:
    data["measures"] = dict.fromkeys(data["measures"])
    data["gait"] = {"cadence_spm": None, "stride_s": None, "strides": []}
    data["subject"] |= {"activity": "unknown", "direction": None, "people_seen": 2}
    data["quality"] |= {"measurable": False, "strides": 0, "view_yaw_deg": 48.0, "arm_free_share": None}
    data["quality"]["issues"] = [
        {
            "code": "not_side_view",
            "message": "the runner is seen about 48 degrees from the front",
            "advice": "Film from the side: the camera at hip height, square to the path.",
            "blocking": True,
        },
        {
            "code": "few_strides",
            "message": "no full stride was found",
            "advice": "Film 10 strides or more.",
            "blocking": True,
        },
        {
            "code": "loose_clothing",
            "message": "The shirt may bridge the hollow of the back",
            "advice": "Wear a tight top, or tuck it in.",
            "blocking": False,
        },
    ]
    data["verdict"] |= {
        "label": "not_measurable",
        "reasons": ["Not a side view."],
        "thresholds": {},
        "probability": None,
    }


def in_two_parts(data: dict[str, Any]) -> None:
    """Change the posture at 4 s: a hollow back before, a neutral one after."""
    upright = {"pelvic_tilt_deg": _measure(20.1, 3.0), "lumbar_arch_deg": None}
    data["segments"] = [
        {"start_s": 0.1, "end_s": 4.0, "strides": 5, "measures": data["measures"], "label": "hollow_back"},
        {"start_s": 4.0, "end_s": 9.6, "strides": 8, "measures": upright, "label": "not_hollow_back"},
    ]
    data["verdict"] |= {"label": "borderline", "reasons": ["The posture changes: the parts differ."]}


_KINDS = {
    "hollow_back": _hollow_back,
    "borderline": _borderline,
    "not_hollow_back": _not_hollow_back,
    "not_measurable": _not_measurable,
}


def _suggestions(label: str) -> list[dict[str, Any]]:
    return [s.model_dump() for s in suggest(label, FLAGS)]  # type: ignore[arg-type]


@pytest.fixture(scope="session")
def make_analysis() -> Make:
    """``make_analysis(label, change=None)``: a realistic analysis; `change` edits its data in place."""

    def make(label: str = "hollow_back", change: Callable[[dict[str, Any]], None] | None = None) -> Analysis:
        data = copy.deepcopy(_BASE)
        _KINDS[label](data)
        if change is not None:
            change(data)
        return Analysis.model_validate(data)

    return make
