"""Thresholds and error figures of the analysis, each with its unit and source.

``rendered`` means: measured on this project's synthetic runners (validation/rendering), whose true angles are known.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any, Literal

from posture.language import gettext_noop

if TYPE_CHECKING:
    from posture.records.analysis import Change, Measure

Relation = Literal["above", "open", "below"]
"""Where a whole 90 % interval lies against a threshold; ``open`` when it reaches across."""

# Two-sided 90 % of a normal distribution.
Z90 = 1.6449


@dataclass(frozen=True)
class Threshold:
    """A limit with its unit and its source."""

    value: float
    unit: str
    source: str


def threshold(value: float, unit: str, source: str) -> Any:
    """Return a dataclass field with this default; `thresholds_of` reads its unit and source."""
    return field(default=value, metadata={"unit": unit, "source": source})


def thresholds_of(table: Any) -> dict[str, Threshold]:
    """Return the limits of a table such as `GATES` by name, with their units and sources."""
    return {f.name: Threshold(getattr(table, f.name), f.metadata["unit"], f.metadata["source"]) for f in fields(table)}


REFERENCE = gettext_noop(
    "The limits: 95 % of 34 computer-made runners without a hollow back stay below them. Every body is different."
)
REFERENCE_CHANGE = gettext_noop(
    "Compared with your own standing posture. The limits: 95 % of 28 computer-made runners without a hollow back gain "
    "less."
)

# Standard normal quantile of 97.5 %: a change that is larger than this many standard deviations of its error is real.
# Equal to 2.77 standard errors of a single measurement, since a difference has the square root of two of them.
Z95_TWO_SIDED = 1.96


@dataclass(frozen=True)
class ComparisonLimits:
    """Differences between two recordings from which a change may come from the camera."""

    yaw_difference_deg: float = threshold(
        12.0,
        "deg",
        "rendered: 98 % of 131 pairs of a standing and a running clip by one camera are read closer than this",
    )
    size_ratio: float = threshold(1.5, "times", "convention: the camera has been moved or exchanged")
    rate_ratio: float = threshold(1.5, "times", "convention: another setting of the camera")
    roll_deg: float = threshold(1.0, "deg", "half of the tilt's error: a roll known in one clip only shifts it")


COMPARISON = ComparisonLimits()


@dataclass(frozen=True)
class VerdictLimits:
    """Probabilities of a hollow back at which the verdict changes."""

    hollow_back: float = threshold(
        0.75,
        "probability",
        "rendered: three to one, the lowest whole odds below which 97 % of the neutral calibration runners stay: of 33 "
        "alone, of 27 with a standing clip (models/verdict.json)",
    )
    not_hollow_back: float = threshold(0.25, "probability", "convention: as certain as the other side")
    clear: float = threshold(0.95, "probability", "convention: one error in twenty; 5 % on the other side")
    even: float = threshold(0.05, "probability", "convention: closer to one half, no side is named")


VERDICT = VerdictLimits()


@dataclass(frozen=True)
class FindingLimits:
    """Limits of the other measures that lead to an exercise.

    References
    ----------
    .. [1] Perpina-Martinez S. et al. (2023). Differences between sexes and speed levels in pelvic 3D kinematic patterns
       during running using an inertial measurement unit (IMU). Int J Environ Res Public Health 20, 3631.
       doi:10.3390/ijerph20043631
    .. [2] Teng H.L., Powers C.M. (2015). Influence of trunk posture on lower extremity energetics during running. Med
       Sci Sports Exerc 47, 625-630. doi:10.1249/MSS.0000000000000436
    """

    pelvic_tilt_range_deg: float = threshold(
        10.0, "deg", "above the range of recreational runners, 5.9-7.4 +/- 1.5 (Perpina-Martinez 2023)"
    )
    trunk_lean_deg: float = threshold(15.2, "deg", "mean + 2 SD of runners who lean, 10.8 +/- 2.2 (Teng & Powers 2015)")


FINDINGS = FindingLimits()


@dataclass(frozen=True)
class Gates:
    """Limits beyond which a clip is not measurable."""

    max_yaw_deg: float = threshold(20.0, "deg", "rendered; method of this project")
    leave_yaw_deg: float = threshold(
        25.0, "deg", "range of the calibration clips; a view that was from the side is left out beyond it only"
    )
    min_strides: int = threshold(
        2, "strides", "rendered: two give 1.1 times the error of ten; parts of strides count in short clips"
    )
    min_body_height_px: float = threshold(
        150.0, "px", "the mask has 256 rows over the person's box; real clips of 151 px agree with those of 311 px"
    )
    min_arm_free_share: float = threshold(0.30, "share", "rendered")
    min_upper_free_share: float = threshold(0.06, "share", "rendered: below it the arch rests on the shape model alone")
    max_split: float = threshold(
        1.0,
        "standard deviations",
        "rendered: of calibration runners in tight shirts five lie beyond 1.2, all others below 0.4; by more than "
        "its error, a measure depends on what is taken for an arm",
    )
    max_hidden_share: float = threshold(
        0.5,
        "share",
        "drawn posts and rails: beyond it tilt is up to 13 degrees off, and its interval too wide for a verdict",
    )
    max_cut_off_share: float = threshold(
        0.5, "share", "convention: shoulders, hips and an ankle lie inside the picture"
    )
    max_backward_lean_deg: float = threshold(
        10.0, "deg", "rendered: the trunks of 276 runners lean -5 to 21; runners who lean, 10.8 +/- 2.2 (Teng 2015)"
    )
    max_lean_deg: float = threshold(
        30.0, "deg", "rendered, likewise; no jogger leans as far as a sprinter at the start"
    )
    min_facing_share: float = threshold(0.8, "share", "rendered: side views 0.97-1.0, front and rear views 0.5-0.75")


GATES = Gates()


@dataclass(frozen=True)
class SegmentLimits:
    """Limits of the search for changes of posture; see `posture.outline.segmentation`."""

    min_strides: int = threshold(3, "strides", "rendered: fewer seldom show the back beside both arms")
    stride_outline_sd: float = threshold(
        0.3,
        "standard deviations between people",
        "rendered: strides of one posture vary by 0.2 of them in each coefficient of the outline; real ones vary more",
    )
    stride_lean_sd_deg: float = threshold(
        1.0, "deg", "rendered: 0.3 between strides of one posture; 0.5 to 0.9 in real steady clips"
    )
    change_penalty: float = threshold(
        6.0,
        "log evidence",
        "rendered: with it 0.5 % of 188 steady runs of 20 strides are split, and 94 % of the joined runs of two people",
    )
    min_change_sd: float = threshold(
        2.0,
        "standard deviations",
        "of the errors that all clips share: a smaller change of tilt, arch, index or lean is no other posture",
    )


SEGMENTS = SegmentLimits()


@dataclass(frozen=True)
class CourseLimits:
    """Limits of the comparisons within a clip: the stride's phases, its sides, the drift."""

    drift_strides: int = threshold(
        15, "strides", "simulated: five a third; fewer tell no drift below two standard deviations"
    )
    drift_max_turn_deg: float = threshold(
        5.0, "deg", "convention: a view that turns further moves the angles by as much as a drift"
    )
    drift_p: float = threshold(0.05, "probability", "convention")
    stride_correlation: float = threshold(
        0.3, "correlation", "convention: neighbouring strides resemble each other mildly"
    )


COURSE = CourseLimits()


@dataclass(frozen=True)
class RemarkLimits:
    """Limits from which a recording is worth a remark.

    References
    ----------
    .. [1] Step rate of recreational runners: PMC6044588.
    """

    rarely_seen_share: float = threshold(0.5, "share", "convention: the runner is seen in half of the frames")
    oblique_yaw_deg: float = threshold(12.0, "deg", "rendered")
    good_strides: int = threshold(10, "strides", "rendered")
    small_body_px: float = threshold(
        250.0, "px", "rendered: the errors of 41 calibration runners below 300 px are 1.3 times those of taller ones"
    )
    low_frame_rate: float = threshold(20.0, "frames/s", "a stride of 0.7 s then has 14 frames")
    fast_motion_spm: float = threshold(240.0, "steps/min", "sprinters stay below 300, joggers far below")
    usual_cadence_spm: float = threshold(169.0, "steps/min", "recreational runners, 168-171 +/- 8 (PMC6044588)")
    slow_motion_spm: float = threshold(120.0, "steps/min", "far below recreational runners, 168-171 +/- 8 (PMC6044588)")
    seen_share: float = threshold(0.9, "share", "convention")
    unsteady_tilt_sd_deg: float = threshold(
        2.0, "deg", "rendered: 1.3 % of 312 steady runs vary more; real steady clips between 0.5 and 1.3"
    )
    often_overlapped_share: float = threshold(
        0.25, "share", "convention: then overlaps, not the clip, leave few strides or two backs"
    )
    roll_drift_deg: float = threshold(2.0, "deg", "the tilt's error; a hand-held camera sways by 1.2 in a real clip")
    roll_contradiction_deg: float = threshold(
        5.0, "deg", "measured: the lines of 20 clips by level cameras lie within 1 degree of level, of one within 2.2"
    )
    named_roll_deg: float = threshold(
        0.5, "deg", "chosen: tilt and lean turn by as much as the roll, and are printed in whole degrees"
    )
    usual_backward_lean_deg: float = threshold(1.0, "deg", "rendered: 95 % of 276 runners lean less far back")
    usual_lean_to_deg: float = threshold(17.0, "deg", "rendered: 98 % of 276 runners lean less")
    camera_pitch_deg: float = threshold(
        5.5,
        "deg",
        "rendered: 9 of 10 of 289 calibration runners who read more were filmed from 5.4 to 13 degrees above or below",
    )
    read_share: float = threshold(
        0.9, "share", "chosen: of a clip read to its end a few frames are missing, of one read in parts more"
    )
    hidden_share: float = threshold(0.02, "share", "convention: less comes from the margin around a thing")
    neck_step_l: float = threshold(
        0.07,
        "trunk lengths",
        "rendered: one of 145 calibration runners in tight shirts has a larger step beside the neck; pony tails, "
        "hoods and backpacks 0.07 to 0.3",
    )
    dark_level: float = threshold(60.0, "grey levels", "rendered: dark rooms read 16 to 58, others 64 or more")
    white_level: float = threshold(240.0, "grey levels", "rendered against the light: 248 to 255")
    pattern_weight: float = threshold(
        0.5,
        "lines across the trunk",
        "rendered: at most 0.2 in 73 clips without lines; fences and stripes across the back 0.8 to 3.0",
    )
    backlit_level: float = threshold(100.0, "grey levels", "convention: darker than a grey card")


REMARKS = RemarkLimits()


@dataclass(frozen=True)
class WideningFactors:
    """By how many times a scene makes the errors of the outline larger."""

    in_front: float = threshold(1.2, "times", "posts and rails drawn into the samples, when next to nothing is hidden")
    hidden: float = threshold(2.0, "times for each hidden share of 1", "posts and rails drawn into the samples")
    pattern: float = threshold(
        1.4, "times", "as a thing that hides a tenth of the back: where bars and stripes lie on it is not known"
    )
    camera_pitch: float = threshold(
        1.4, "times", "rendered: 17 calibration runners filmed from more than 6 degrees above or below"
    )
    back_light: float = threshold(
        1.3,
        "times",
        "chosen, not fitted; 11 rendered clips against the light (validation/nuisances) are too few to fit it",
    )
    dark_contrast: float = threshold(
        27.0, "grey levels", "a clip in a dark room: the factor is this over the contrast at the back's edge"
    )
    dark_least: float = threshold(1.8, "times", "likewise, at the best contrast that counts as dark")
    dark_most: float = threshold(4.0, "times", "convention: beyond it the interval decides nothing")


WIDENING = WideningFactors()


@dataclass(frozen=True)
class CutLimits:
    """Limits from which a change of the picture is a cut; the change is 1 minus the correlation of two thumbnails."""

    min_change: float = threshold(
        0.04,
        "1 - correlation",
        "measured: a runner moves at most 0.03 in 24 clips, gain and gamma of 0.5 to 2 change at most 0.025; splices "
        "of different clips 0.07 to 1.5",
    )
    change_ratio: float = threshold(
        4.0, "times the largest change beside it", "measured: pans 2 to 3, splices 30 to 300"
    )
    lasting_share: float = threshold(
        0.25, "share", "rendered: 0.34 at a cut before the same background; after a flash the old picture comes back"
    )
    min_change_with_jump: float = threshold(0.002, "1 - correlation", "measured: a runner left out for 5 to 40 frames")
    change_ratio_with_jump: float = threshold(1.5, "times the largest change beside it", "measured, likewise: 1.5 to 8")
    min_ratio_with_certain_jump: float = threshold(
        0.7, "times the largest change beside it", "rendered: 0.8 and more at 12 cuts; 0.3 to 0.5 where landmarks slip"
    )
    min_dissolve_change: float = threshold(0.2, "1 - correlation", "measured: 0.26 and more across half a dissolve")
    dissolve_ratio: float = threshold(3.0, "times the change in the time before or after", "convention")
    max_dissolve_residual: float = threshold(
        0.17,
        "share",
        "measured: a picture deviates from the blend of its neighbours by 0.04 to 0.16 in a dissolve, by 0.24 in a pan",
    )


CUTS = CutLimits()


@dataclass(frozen=True)
class JumpLimits:
    """Breaches of the movement from one frame to the next from which the pose jumps."""

    breach_l: float = threshold(
        0.12, "trunk lengths", "measured: at most 0.12 in 24 clips with runners who are in the picture throughout"
    )
    ratio: float = threshold(
        2.5,
        "times the largest breach beside it",
        "measured: where the picture confirms it, finds 160 of 280 places where 5 to 40 frames were left out of seven "
        "clips, and none else",
    )
    lone_ratio: float = threshold(
        4.0,
        "times the largest breach beside it",
        "rendered: 4.0 and more at 11 of 12 cuts, mostly 3.1 to 3.9 where landmarks slip; clean runners stay below 3",
    )
    same_place_l: float = threshold(0.3, "trunk lengths", "convention: two people cannot stand so close")
    min_share_beside: float = threshold(
        0.2, "share of the breach", "rendered: 0.27 to 0.9 in the frames next to 12 cuts; half in theory"
    )
    max_share_beside: float = threshold(
        0.92, "share of the breach", "rendered, likewise; 1 to 2.4 where landmarks slip behind things or in back light"
    )


JUMPS = JumpLimits()


@dataclass(frozen=True)
class IdentityLimits:
    """Limits within which detections are of the same person.

    Appearances differ by 0 (the same colours) to 1 (nothing in common).
    """

    max_size_ratio: float = threshold(1.5, "times", "convention: trunk lengths of a person who comes nearer in a gap")
    max_difference: float = threshold(
        0.32,
        "difference of mean appearances",
        "measured: parts of 22 clips of one person differ by at most 0.14, by 0.30 where another covers the person; "
        "people in different clothes by 0.38 to 0.6",
    )
    max_sudden_change: float = threshold(
        0.35, "difference of appearances", "measured: single frames of 22 clips of one person differ by at most 0.31"
    )
    duplicate_l: float = threshold(0.3, "trunk lengths", "convention: two people cannot stand so close")
    min_visibility: float = threshold(0.1, "visibility", "measured: 0.00-0.02 for hips that are made up")
    min_frames: int = threshold(5, "frames", "convention: a shorter sighting is noise of the landmarker")
    min_clear_share: float = threshold(0.1, "share", "convention: with less, nothing of the person is left to measure")


IDENTITY = IdentityLimits()


@dataclass(frozen=True)
class SamePersonLimits:
    """Differences between a standing clip and a run from which they may show two people."""

    colour_levels: float = threshold(
        45.0,
        "levels of red, green and blue",
        "rendered: the parts of 136 clips of the calibration half differ by at most 31, stand and run of a sample by 9 "
        "to 30; in the test half 95.6 % of 10,296 pairs of other people differ by more, and no parts of 135 clips",
    )
    build_deviation: float = threshold(
        11.4,
        "sum of squares",
        "rendered: covers 98 % of 155 people of the calibration half; of 156 of the test half 4 % deviate more between "
        "their own stand and run, and 31 % of pairs of other people",
    )


SAME_PERSON = SamePersonLimits()


@dataclass(frozen=True)
class StandingLimits:
    """Limits of the standing part of a clip that also shows a run."""

    min_s: float = threshold(2.0, "s", "convention: the filming guide asks for three, and settling takes one")
    window_s: float = threshold(0.5, "s", "convention: a foot of a jogger does not rest for so long")
    max_move_l: float = threshold(
        0.2,
        "trunk lengths",
        "rendered: hips and ankles of 312 people who stand move by at most 0.09 within the window, those of 375 "
        "runners by at least 0.44 in 99 % of the time",
    )
    max_lean_deg: float = threshold(
        15.0, "deg", "rendered: 312 people stand within 8; who presses a treadmill's button leans further"
    )


STANDING = StandingLimits()


@dataclass(frozen=True)
class BodyHeight:
    """Plausible heights in metres (one in centimetres or feet is not), and the height of a runner in the picture.

    A runner, leaning and with bent knees, is less tall than the same person standing.
    """

    least_m: float = threshold(0.5, "m", "convention: a child who has just learned to walk is about 0.75 m tall")
    most_m: float = threshold(2.5, "m", "convention: only a handful of people ever were taller")
    running_share: float = threshold(
        0.945, "share", "rendered: 156 calibration runners against their standing clips, in trunk lengths (SD 0.021)"
    )


BODY_HEIGHT = BodyHeight()


@dataclass(frozen=True)
class RunningLimits:
    """Limits beyond which the running numbers are not given."""

    max_yaw_deg: float = threshold(20.0, "deg", "range of the calibration clips, as for the back")
    min_strides: int = threshold(2, "strides", "as for the back")
    min_frames_per_stride: float = threshold(
        15.0, "frames", "range of the calibration clips, 25 a second; with half as many, single clips are far off"
    )


RUNNING_LIMITS = RunningLimits()


def relation_to_threshold(number: Measure | Change, threshold: float) -> Relation:
    """Return where a number's whole interval lies (a change's: 95 %): above the threshold, below it, or across it."""
    low, high = number.interval
    return "above" if low > threshold else ("below" if high < threshold else "open")
