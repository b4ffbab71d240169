"""Every threshold and error figure in one table, with its unit and source.

``rendered`` means: measured on this project's synthetic runners (samples/synth), whose true angles are known.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from posture.language import gettext_noop

# Two-sided 90 % of a normal distribution.
Z90 = 1.6449

# Error of a clip's value that its strides share (body shape, mask, view, compression), standard deviation, where
# nothing more is known of the clip; with it, `posture.back.error_model` says more. Source: rendered, calibration half
# (models/measuring_error.json, runners). The thorax rotation: 80 runners under even conditions.
SYSTEMATIC_SD = MappingProxyType(
    {
        "pelvic_tilt_deg": 2.3,
        "thoracolumbar_deg": 2.9,
        "lumbar_arch_deg": 4.0,
        "lumbar_arch_index": 1.0,
        "trunk_lean_deg": 1.5,
        "pelvic_tilt_range_deg": 2.6,
        "thorax_rotation_deg": 5.1,
    }
)


@dataclass(frozen=True)
class Threshold:
    """One limit.

    Attributes
    ----------
    value : float
    unit : str
    source : str
    """

    value: float
    unit: str
    source: str


# Above these a measure counts as raised while running. No threshold for running has been published; a hollow back is
# called only when both measures clear theirs with their whole intervals.
_OF_NEUTRAL = "rendered: 95th percentile of {} (pelvis and lumbar joint angles of at most 4 degrees)"
VERDICT = MappingProxyType(
    {
        "pelvic_tilt_deg": Threshold(35.6, "deg", _OF_NEUTRAL.format("34 clips of neutral runners")),
        "lumbar_arch_deg": Threshold(44.2, "deg", _OF_NEUTRAL.format("34 clips of neutral runners")),
    }
)
REFERENCE = gettext_noop(
    "34 clips of rendered neutral runners: one in twenty was measured above each threshold; bodies differ"
)
# What 9 in 10 neutral runners have, from their 5th percentile to the threshold, as gauges show it. Source: rendered,
# the same 34 clips as the thresholds.
NEUTRAL = MappingProxyType({"pelvic_tilt_deg": (15.2, 35.6), "lumbar_arch_deg": (28.5, 44.2)})

# Against the runner's own standing posture: above these the change from standing to running counts as raised. Below
# zero, the arch's above all, because a trunk that leans and flexes as runners' do flattens the outline. The reference
# must be rendered: running minus standing has been computed for three real runners only, +4.6 to +11.8 degrees of
# pelvic tilt between bony landmarks (Fukuchi 2017 markers).
_OWN = _OF_NEUTRAL.format("running minus standing of 28 neutral runners")
VERDICT_CHANGE = MappingProxyType(
    {
        "pelvic_tilt_deg": Threshold(-0.8, "deg", _OWN),
        "lumbar_arch_deg": Threshold(-2.2, "deg", _OWN),
    }
)
REFERENCE_CHANGE = gettext_noop(
    "your own standing posture: one in twenty of 28 rendered neutral runners gains more"
)

# How much of two clips' shared errors is left in the change between them: 1 if body shape, mask and view erred
# independently, less where both clips err alike. By what is compared: running with one's own standing, running with
# running by another camera. Source: rendered, calibration people, conformal at 90 % (models/measuring_error.json).
CHANGE_SHARE: Mapping[str, Mapping[str, float]] = MappingProxyType(
    {
        "standing": MappingProxyType(
            {
                "pelvic_tilt_deg": 0.68,
                "thoracolumbar_deg": 0.85,
                "lumbar_arch_deg": 0.82,
                "lumbar_arch_index": 0.8,
                "trunk_lean_deg": 0.64,
            }
        ),
        "running": MappingProxyType(
            {
                "pelvic_tilt_deg": 0.67,
                "thoracolumbar_deg": 0.69,
                "lumbar_arch_deg": 0.63,
                "lumbar_arch_index": 0.54,
                "trunk_lean_deg": 0.71,
                "pelvic_tilt_range_deg": 0.61,
                "thorax_rotation_deg": 1.0,
            }
        ),
    }
)
# Standard normal quantile of 97.5 %: a change that is larger than this many standard deviations of its error is real.
# Equal to 2.77 standard errors of a single measurement, since a difference has the square root of two of them.
Z95_TWO_SIDED = 1.96

# From these on two recordings differ so that a change may come from the camera.
COMPARISON = MappingProxyType(
    {
        "yaw_difference_deg": Threshold(
            12.0,
            "deg",
            "rendered: 98 % of 131 pairs of a standing and a running clip by one camera are read closer than this",
        ),
        "size_ratio": Threshold(1.5, "times", "convention: the camera has been moved or exchanged"),
        "rate_ratio": Threshold(1.5, "times", "convention: another setting of the camera"),
        "roll_deg": Threshold(
            1.0, "deg", "half of the tilt's error: a roll known in one clip only shifts it"
        ),
    }
)

# What else leads to an exercise.
FINDINGS = MappingProxyType(
    {
        "pelvic_tilt_range_deg": Threshold(
            10.0, "deg", "above the range of recreational runners, 5.9-7.4 +/- 1.5 (Perpina-Martinez 2023)"
        ),
        "trunk_lean_deg": Threshold(
            15.2, "deg", "mean + 2 SD of runners who lean, 10.8 +/- 2.2 (Teng & Powers 2015)"
        ),
    }
)

# Beyond these a clip is not measurable.
GATES = MappingProxyType(
    {
        "max_yaw_deg": Threshold(20.0, "deg", "rendered; method of this project"),
        "min_strides": Threshold(
            5, "strides", "rendered; 10 give about 0.3 degrees of stride-to-stride error"
        ),
        "min_body_height_px": Threshold(200.0, "px", "the mask has 256 rows over the person's box"),
        "min_arm_free_share": Threshold(0.30, "share", "rendered"),
        "min_upper_free_share": Threshold(
            0.06, "share", "rendered: below it the arch rests on the shape model alone"
        ),
        "max_split": Threshold(
            1.0,
            "standard deviations",
            "rendered: of calibration runners in tight shirts five lie beyond 1.2, all others below 0.4; by more than "
            "its error, a measure depends on what is taken for an arm",
        ),
        "max_cut_off_share": Threshold(
            0.5, "share", "convention: shoulders, hips and an ankle lie inside the picture"
        ),
        "min_facing_share": Threshold(
            0.8, "share", "rendered: side views 0.97-1.0, front and rear views 0.5-0.75"
        ),
    }
)

# Through the run: the stride's phases, left against right, drift.
# Standard deviation of the error of a moment's distance from the clip's mean beyond what the strides tell, conformal at
# 90 %. Source: rendered, runners of the calibration half in tight shirts (models/measuring_error.json). The true
# distances' own is 1.5 and 2.7: arms swing over the back once a stride and make waves of their own.
EVENT_SD = MappingProxyType({"pelvic_tilt_deg": 1.9, "lumbar_arch_deg": 2.52})
# The same of the difference between the means over left and right stance; the true ones' own is 0.8 and 1.5.
SIDE_SD = MappingProxyType({"pelvic_tilt_deg": 1.4, "lumbar_arch_deg": 1.38})
COURSE = MappingProxyType(
    {
        "drift_strides": Threshold(
            15, "strides", "simulated: five a third; fewer tell no drift below two standard deviations"
        ),
        "drift_max_turn_deg": Threshold(
            5.0, "deg", "convention: a view that turns further moves the angles by as much as a drift"
        ),
        "drift_p": Threshold(0.05, "probability", "convention"),
        "stride_correlation": Threshold(
            0.3, "correlation", "convention: neighbouring strides resemble each other mildly"
        ),
    }
)

# Worth a remark.
REMARKS = MappingProxyType(
    {
        "rarely_seen_share": Threshold(0.5, "share", "convention: the runner is seen in half of the frames"),
        "oblique_yaw_deg": Threshold(12.0, "deg", "rendered"),
        "good_strides": Threshold(10, "strides", "rendered"),
        "low_frame_rate": Threshold(20.0, "frames/s", "a stride of 0.7 s then has 14 frames"),
        "fast_motion_spm": Threshold(240.0, "steps/min", "sprinters stay below 300, joggers far below"),
        "slow_motion_spm": Threshold(
            120.0, "steps/min", "far below recreational runners, 168-171 +/- 8 (PMC6044588)"
        ),
        "seen_share": Threshold(0.9, "share", "convention"),
    }
)

# How tall people are: what can be a height in metres (one in centimetres or feet cannot), and how tall somebody who
# runs, leaning and with bent knees, is in the picture against the same person standing.
BODY_HEIGHT = MappingProxyType(
    {
        "least_m": Threshold(
            0.5, "m", "convention: a child who has just learned to walk is about 0.75 m tall"
        ),
        "most_m": Threshold(2.5, "m", "convention: only a handful of people ever were taller"),
        "running_share": Threshold(
            0.945,
            "share",
            "rendered: 156 calibration runners against their standing clips, in trunk lengths (SD 0.021)",
        ),
    }
)

# Of the live check.
LIVE = MappingProxyType(
    {
        "measure_every_s": Threshold(0.7, "s", "about a stride of a jogger"),
        "neutral_s": Threshold(5.0, "s", "convention: seven even parts of 0.7 s"),
        "still_l": Threshold(
            0.12, "trunk lengths", "convention: sway and landmark noise stay within, a step does not"
        ),
        "still_look_s": Threshold(0.7, "s", "convention: a stride takes as long"),
        "setup_yaw_deg": Threshold(
            35.0, "deg", "convention: wider than the gate, since a second holds no whole stride"
        ),
        "seen_share": Threshold(0.5, "share", "convention: found in half of the frames"),
        "dark": Threshold(35.0, "of 255", "convention: mean brightness of a picture"),
        "tilted_deg": Threshold(5.0, "deg", "convention: twice the tilt's error"),
        "least_rate": Threshold(7.0, "pictures/s", "measured down to 7.5 (docs/limits.md), not below"),
        "patience_s": Threshold(1.5, "s", "convention: two strides; shorter faults are passed over"),
        "cue_rest_s": Threshold(10.0, "s", "convention: a reminder needs time to be acted on"),
        "cue_again_s": Threshold(30.0, "s", "convention: a hollow back that is held is reminded of again"),
        "cue_good_s": Threshold(3.0, "s", "convention: four strides"),
    }
)

# Of the coach. No camera coach of these exercises has been measured on people: what is chosen is said to be so.
_CHOSEN = "chosen, not measured: "
COACH = MappingProxyType(
    {
        "ready_s": Threshold(15.0, "s", "convention: time to read the steps and to lie down"),
        "neutral_s": Threshold(
            10.0, "s", "convention: five seconds of standing still, and time to get there"
        ),
        "change_s": Threshold(8.0, "s", "convention"),
        "rest_s": Threshold(30.0, "s", "the library's step: half a minute between the sets"),
        "step_s": Threshold(4.0, "s", "convention: a calm breath out"),
        "breaths_s": Threshold(10.0, "s", "convention: the library's two or three calm breaths"),
        "back_s": Threshold(4.0, "s", "convention: to let go slowly"),
        "reach_s": Threshold(5.0, "s", "the library's step: hold for about five seconds"),
        "window_s": Threshold(3.0, "s", _CHOSEN + "about two swings of a leg"),
        "swing_look_s": Threshold(2.0, "s", _CHOSEN + "a calm swing of a leg there and back"),
        "moment_look_s": Threshold(0.5, "s", "convention"),
        "look_every_s": Threshold(0.25, "s", "convention"),
        "measure_every_s": Threshold(1.0, "s", "convention"),
        "neutral_look_s": Threshold(3.6, "s", "five even parts of 0.7 s"),
        "hold_look_s": Threshold(2.2, "s", "three even parts of 0.7 s"),
        "measure_wait_s": Threshold(5.0, "s", "convention: the look, the measuring, and once more"),
        "fresh_s": Threshold(2.5, "s", "convention: what was measured before says nothing about now"),
        "least_frames": Threshold(5, "frames", "convention"),
        "seen_share": Threshold(0.5, "share", "convention: seen in half of the pictures"),
        "visible_share": Threshold(
            0.3, "share", _CHOSEN + "the landmarker's own estimate, low for the far side"
        ),
        "least_trunk_px": Threshold(40.0, "px", "half of a person of 160 pixels is legs"),
        "standing_deg": Threshold(45.0, "deg", "convention: half-way between upright and level"),
        "lying_deg": Threshold(60.0, "deg", _CHOSEN + "a trunk that leans more is level"),
        "flatter_deg": Threshold(1.0, "deg", _CHOSEN + "less than this is no change at all"),
        "buttocks_l": Threshold(0.15, "trunk lengths", _CHOSEN + "about 8 cm; landmarks waver by 2"),
        "side_yaw_deg": Threshold(35.0, "deg", "as in the live check, over a few seconds"),
        "front_yaw_deg": Threshold(60.0, "deg", _CHOSEN + "from here on hips are seen apart"),
        "lift_l": Threshold(
            0.25, "trunk lengths", _CHOSEN + "a knee that swings; one that stands moves by 0.05"
        ),
        "lift_s": Threshold(0.4, "s", "convention: nobody lifts a knee more often"),
        "bent_deg": Threshold(
            20.0, "deg", "rendered, one body: 0, 15 and 40 degrees of bending are seen as 2, 13 and 35"
        ),
        "bent_back_deg": Threshold(12.0, "deg", _CHOSEN + "nobody runs leaning back"),
        "aside_deg": Threshold(12.0, "deg", "rendered, one body: 5 when upright, 18 with the hip hitched up"),
        "drop_deg": Threshold(
            14.0, "deg", "rendered, one body: a level pelvis is seen as 9, one that drops by 14 as 19"
        ),
        "turn_deg": Threshold(
            42.0,
            "deg",
            "rendered, two bodies, from the right and the left: 64, 32 and 0 degrees of the ribs' turn are seen as "
            "47-52, 32-40 and 15-30, for the arms swing too",
        ),
        "little_turn_deg": Threshold(31.0, "deg", "rendered: as above"),
        "sinks_deg": Threshold(
            12.0, "deg", "rendered, one body: one line is seen as 0 to 2, the hip on the floor as 20"
        ),
        "high_deg": Threshold(25.0, "deg", _CHOSEN + "lifting too far is the smaller mistake"),
        "short_thigh_l": Threshold(
            0.5, "trunk lengths", _CHOSEN + "a shorter one points to or from the camera"
        ),
        "long_thigh_l": Threshold(1.4, "trunk lengths", _CHOSEN + "with a longer one the trunk does"),
        "leg_l": Threshold(0.25, "trunk lengths", _CHOSEN + "ankle over the hips, about 13 cm"),
        "leg_down_l": Threshold(
            0.4, "trunk lengths", _CHOSEN + "further below, the leg is not stretched back"
        ),
        "hint_after_s": Threshold(1.5, "s", "convention: shorter faults are passed over"),
        "hint_gone_s": Threshold(1.0, "s", "convention"),
        "hint_rest_s": Threshold(6.0, "s", "convention: a hint needs time to be acted on"),
    }
)
