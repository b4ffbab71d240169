"""Limits and timings of the coach, each with its unit and source."""

from __future__ import annotations

from dataclasses import dataclass

from posture.thresholds import threshold

# No camera coach of these exercises has been measured on people: what was chosen says so.
_CHOSEN = "chosen, not measured: "


@dataclass(frozen=True)
class CoachSettings:
    """Limits and timings of the coach."""

    ready_s: float = threshold(15.0, "s", "convention: time to read the steps and to lie down")
    neutral_s: float = threshold(10.0, "s", "convention: five seconds of standing still, and time to get there")
    change_s: float = threshold(8.0, "s", "convention")
    rest_s: float = threshold(30.0, "s", "the library's step: half a minute between the sets")
    step_s: float = threshold(4.0, "s", "convention: a calm breath out")
    breaths_s: float = threshold(10.0, "s", "convention: the library's two or three calm breaths")
    back_s: float = threshold(4.0, "s", "convention: to let go slowly")
    reach_s: float = threshold(5.0, "s", "the library's step: hold for about five seconds")
    window_s: float = threshold(3.0, "s", _CHOSEN + "about two swings of a leg")
    swing_look_s: float = threshold(2.0, "s", _CHOSEN + "a calm swing of a leg there and back")
    moment_look_s: float = threshold(0.5, "s", "convention")
    look_every_s: float = threshold(0.25, "s", "convention")
    measure_every_s: float = threshold(1.0, "s", "convention")
    neutral_look_s: float = threshold(3.6, "s", "five even parts of 0.7 s")
    hold_look_s: float = threshold(2.2, "s", "three even parts of 0.7 s")
    measure_wait_s: float = threshold(5.0, "s", "convention: the look, the measuring, and once more")
    fresh_s: float = threshold(2.5, "s", "convention: what was measured before says nothing about now")
    least_frames: int = threshold(5, "frames", "convention")
    seen_share: float = threshold(0.5, "share", "convention: seen in half of the pictures")
    visible_share: float = threshold(0.3, "share", _CHOSEN + "the landmarker's own estimate, low for the far side")
    least_trunk_px: float = threshold(40.0, "px", "half of a person of 160 pixels is legs")
    standing_deg: float = threshold(45.0, "deg", "convention: half-way between upright and level")
    lying_deg: float = threshold(60.0, "deg", _CHOSEN + "a trunk that leans more is level")
    flatter_deg: float = threshold(1.0, "deg", _CHOSEN + "less than this is no change at all")
    buttocks_l: float = threshold(0.15, "trunk lengths", _CHOSEN + "about 8 cm; landmarks waver by 2")
    side_yaw_deg: float = threshold(35.0, "deg", "as in the live check, over a few seconds")
    front_yaw_deg: float = threshold(60.0, "deg", _CHOSEN + "from here on hips are seen apart")
    lift_l: float = threshold(0.25, "trunk lengths", _CHOSEN + "a knee that swings; one that stands moves by 0.05")
    lift_s: float = threshold(0.4, "s", "convention: nobody lifts a knee more often")
    bent_deg: float = threshold(
        20.0, "deg", "rendered, one body: 0, 15 and 40 degrees of bending are seen as 2, 13 and 35"
    )
    bent_back_deg: float = threshold(12.0, "deg", _CHOSEN + "nobody runs leaning back")
    aside_deg: float = threshold(12.0, "deg", "rendered, one body: 5 when upright, 18 with the hip hitched up")
    drop_deg: float = threshold(
        14.0, "deg", "rendered, one body: a level pelvis is seen as 9, one that drops by 14 as 19"
    )
    turn_deg: float = threshold(
        42.0,
        "deg",
        "rendered, two bodies, from the right and the left: 64, 32 and 0 degrees of the ribs' turn are seen as "
        "47-52, 32-40 and 15-30, for the arms swing too",
    )
    little_turn_deg: float = threshold(31.0, "deg", "rendered: as above")
    sinks_deg: float = threshold(
        12.0, "deg", "rendered, one body: one line is seen as 0 to 2, the hip on the floor as 20"
    )
    high_deg: float = threshold(25.0, "deg", _CHOSEN + "lifting too far is the smaller mistake")
    short_thigh_l: float = threshold(0.5, "trunk lengths", _CHOSEN + "a shorter one points to or from the camera")
    long_thigh_l: float = threshold(1.4, "trunk lengths", _CHOSEN + "with a longer one the trunk does")
    leg_l: float = threshold(0.25, "trunk lengths", _CHOSEN + "ankle over the hips, about 13 cm")
    leg_down_l: float = threshold(0.4, "trunk lengths", _CHOSEN + "further below, the leg is not stretched back")
    hint_after_s: float = threshold(1.5, "s", "convention: shorter faults are passed over")
    hint_gone_s: float = threshold(1.0, "s", "convention")
    hint_rest_s: float = threshold(6.0, "s", "convention: a hint needs time to be acted on")


COACH = CoachSettings()
