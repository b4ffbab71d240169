"""Analyses made by hand."""

from __future__ import annotations

from typing import Any

from posture.analysis.record import build_analysis
from posture.comparison.baseline import BaselineClip, compare_with_baseline
from posture.records.analysis import Analysis, Issue, Measure
from posture.types import Activity

STANDING = Issue(code="standing", message="the person stands still", advice="Jog.", blocking=True)
FRONT = Issue(code="not_side_view", message="seen from the front", advice="Film ten strides.", blocking=True)
VALUES = {
    "pelvic_tilt_deg": 30.0,
    "thoracolumbar_deg": 12.0,
    "lumbar_arch_deg": 42.0,
    "lumbar_arch_index": 11.0,
    "trunk_lean_deg": 8.0,
    "pelvic_tilt_range_deg": 6.0,
    "thorax_rotation_deg": 20.0,
}
NOT_STANDING = ("pelvic_tilt_range_deg", "thorax_rotation_deg")


def measure(value: float, half: float = 3.0, *, strides: int = 10, sd: float | None = 1.0) -> Measure:
    """Return a measure in degrees."""
    return Measure(value=value, unit="deg", ci90=(value - half, value + half), strides=strides, sd=sd)


def analysis(
    activity: Activity = "running",
    *,
    issues: tuple[Issue, ...] = (),
    measures: dict[str, Measure | None] | None = None,
    source: dict[str, Any] | None = None,
    quality: dict[str, Any] | None = None,
    software: dict[str, Any] | None = None,
    direction: str | None = "right",
    label: str = "not_hollow_back",
    cadence_spm: float | None = 170.0,
    name: str = "jog.mp4",
    **values: float | None,
) -> Analysis:
    """Return a well-recorded analysis; ``values`` change single measures, None takes one away.

    ``source``, ``quality`` and ``software`` replace fields of the record of that name.
    """
    still = activity == "standing"
    numbers: dict[str, float | None] = {**VALUES, **(dict.fromkeys(NOT_STANDING) if still else {}), **values}
    made = {key: None if value is None else measure(value) for key, value in numbers.items()}
    every = (*issues, STANDING) if still else issues
    return Analysis.model_validate(
        {
            "source": {
                "path": name,
                "sha256": f"hash of {name}",
                "width": 1280,
                "height": 720,
                "fps": 30.0,
                "duration_s": 8.0,
                "frames_total": 240,
                "frames_read": 240,
                "frames_used": 240,
                "rotation_deg": 0,
                "slow_motion": 1.0,
                **(source or {}),
            },
            "subject": {"direction": direction, "activity": activity, "people_seen": 1},
            "quality": {
                "measurable": not any(issue.blocking for issue in every),
                "view_yaw_deg": 2.0,
                "body_height_px": 500.0,
                "trunk_px": 150.0,
                "arm_free_share": 0.7,
                "strides": 0 if still else 10,
                "camera_roll_deg": None,
                "detected_share": 1.0,
                "issues": every,
                **(quality or {}),
            },
            "gait": {"cadence_spm": None if still else cadence_spm, "stride_s": None, "strides": []},
            "measures": made if measures is None else measures,
            "baseline": None,
            "verdict": {
                "label": "not_measurable" if still else label,
                "reasons": [],
                "reference": "rendered neutral runners",
                "thresholds": {"pelvic_tilt_deg": 33.6, "lumbar_arch_deg": 47.1},
            },
            "exercises": [],
            "software": {
                "posture": "0.1.0",
                "mediapipe": "0.10.33",
                "opencv": "5.0.0",
                "model": "full",
                "model_sha256": "0" * 64,
                **(software or {}),
            },
        }
    )


def with_baseline(clip: Analysis, before: Analysis, *, path: str) -> Analysis:
    """Return the analysis of a clip as it would be with this baseline."""
    return build_analysis(clip.parts, compare_with_baseline(clip, BaselineClip(before, path)))
