"""Limits and timings of the live check, each with its unit and source."""

from __future__ import annotations

from dataclasses import dataclass

from posture.thresholds import threshold


@dataclass(frozen=True)
class LiveSettings:
    """Limits and timings of the live check."""

    measure_every_s: float = threshold(0.7, "s", "about a stride of a jogger")
    neutral_s: float = threshold(5.0, "s", "convention: seven even parts of 0.7 s")
    still_l: float = threshold(
        0.12, "trunk lengths", "convention: sway and landmark noise stay within, a step does not"
    )
    still_look_s: float = threshold(0.7, "s", "convention: a stride takes as long")
    setup_yaw_deg: float = threshold(
        35.0, "deg", "convention: wider than the gate, since a second holds no whole stride"
    )
    seen_share: float = threshold(0.5, "share", "convention: found in half of the frames")
    dark: float = threshold(35.0, "of 255", "convention: mean brightness of a picture")
    tilted_deg: float = threshold(5.0, "deg", "convention: twice the tilt's error")
    least_rate: float = threshold(
        15.0, "pictures/s", "docs/validation/limits.md: there the errors are a ninth larger than at 30, below a quarter"
    )
    slow_after_s: float = threshold(2.0, "s", "convention: 30 pictures at the least rate")
    fall_back_s: float = threshold(
        1.0, "s", "convention: also without the pictures of the first second, from which loading takes time"
    )
    fall_back_late_s: float = threshold(10.0, "s", "convention: longer than another program needs to start")
    patience_s: float = threshold(1.5, "s", "convention: two strides; shorter faults are passed over")
    cue_rest_s: float = threshold(10.0, "s", "convention: a reminder needs time to be acted on")
    cue_again_s: float = threshold(30.0, "s", "convention: a hollow back that is held is reminded of again")
    cue_good_s: float = threshold(3.0, "s", "convention: four strides")


LIVE = LiveSettings()
