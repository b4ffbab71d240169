"""A recording that breaks no rule, what can disturb it, and the codes of the issues of a changed one."""

from __future__ import annotations

from posture.quality.issues import find_issues
from posture.quality.recording import Recording
from posture.records.analysis import Occluder
from posture.scene.light import Light
from posture.scene.straight_lines import StraightLines

GOOD = Recording(
    frames_read=300,
    detected_share=1.0,
    fps=30.0,
    activity="running",
    yaw_deg=3.0,
    facing_share=0.98,
    strides=14,
    body_height_px=500.0,
    arm_free_share=0.7,
    upper_free_share=0.3,
    cadence_spm=168.0,
    camera_roll_deg=0.4,
)
POST = Occluder(kind="post", from_t=0.1, to_t=0.4, phase_start=None, phase_end=None, hidden_share=0.3)
RAIL = Occluder(kind="rail", from_t=0.0, to_t=0.15, phase_start=0.12, phase_end=0.3, hidden_share=0.1)
SHADE = Occluder(kind="shade", from_t=-0.1, to_t=0.9, phase_start=None, phase_end=None, hidden_share=0.8)
BARS = StraightLines(crossing_share=0.5, beside=2.0, look="thing")
BRIGHT = Light(contrast=60.0, body=140.0, background=80.0, noise=1.0)


def codes(recording: Recording) -> list[str]:
    """Return the codes of all issues of a recording, in their order."""
    return [issue.code for issue in find_issues(recording)]
