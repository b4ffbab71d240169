"""Facts about a recording that the rules need, and what follows from them."""

from __future__ import annotations

from dataclasses import dataclass

from posture.records.analysis import Occluder
from posture.scene.light import Light
from posture.scene.straight_lines import LineLook, StraightLines
from posture.thresholds import GATES, REMARKS
from posture.types import Activity


@dataclass(frozen=True)
class Recording:
    """The facts about a clip that the rules need; those after `fps_is_assumed` are of the runner."""

    frames_read: int
    # Share of the frames between the runner's first and last sighting, in each shot, in which they were detected; 0
    # without a runner.
    detected_share: float
    damage: str | None = None  # From reading the file: what is broken.
    remark: str | None = None  # Likewise: what is odd.
    fps: float | None = None  # Mean frame rate, frames a second.
    fps_is_assumed: bool = False  # Whether it is that of images, for which nobody named one.
    activity: Activity = "unknown"
    yaw_deg: float | None = None  # Turn of the view out of the side view, positive to the front.
    facing_share: float | None = None  # Share of frames that agree on the facing direction.
    turn_deg: int = 0  # Clockwise turn of the picture after which the runner is upright.
    rotate_deg: int = 0  # Value of ``--rotate`` that makes it.
    turned_deg: int = 0  # Turn that the file does not state, and that was applied without being asked for.
    rivals: int = 0  # Others who could as well be the runner.
    strides: int = 0  # Whole ones.
    part_strides: float = 0.0  # Parts of strides besides, in strides.
    body_height_px: float | None = None
    cut_off_share: float = 0.0  # Share of frames in which shoulders, hips or both ankles lie outside the picture.
    arm_free_share: float | None = None  # Share of back samples that no arm hides.
    upper_free_share: float | None = None  # The same of the upper half.
    slow_motion: float = 1.0  # How many times slower than life the clip plays.
    slow_motion_is_stated: bool = False  # Whether the file says so, not the user.
    cadence_spm: float | None = None  # After correction for slow motion.
    camera_roll_deg: float | None = None  # None when unknown.
    roll_is_given: bool = False  # Whether the user said so.
    seen_roll_deg: float | None = None  # Roll that the scene's lines show, or else the runner's path; None for neither.
    lean_deg: float | None = None  # Of the trunk, forward positive, corrected for the roll; None when not measured.
    # How far the camera looks down at the runner, negative when it looks up; None when unknown.
    camera_pitch_deg: float | None = None
    side_spans_s: tuple[tuple[float, float], ...] = ()  # Spans in which the runner is seen from the side, seconds.
    oblique_s: float = 0.0  # Time in which they are not, seconds.
    postures: int = 1  # Parts of the clip in which the posture differs.
    tilt_sd_deg: float | None = None  # Standard deviation of tilt between the strides of one posture.
    odd: bool = False  # Whether the outline of the back is not like a body's.
    loose_possible: bool = False  # Whether the outline could as well be a loose top's.
    # Middle of the part of the back that is not like a body's, along the trunk axis; None when no part stands out.
    worn_t: float | None = None
    neck_step_l: float = 0.0  # Step of the edge beside the neck, trunk lengths.
    ambiguous: bool = False  # Whether two different backs fit the edges.
    cuts_s: tuple[float, ...] = ()  # Times of the first frames after cuts of the film, seconds.
    shots_left_out: bool = False  # Whether the runner is left out in shots that do not show the same side.
    # Other people who move through the picture and may be meant, and can be distinguished from the runner.
    others: int = 0
    runner_span_s: tuple[float, float] = (0.0, 0.0)  # First and last time of the runner, seconds.
    # Time that was left out because another person covers the runner's trunk or is close behind it, seconds.
    overlapped_s: float = 0.0
    overlapped: bool = False  # Whether that leaves nothing to measure.
    occluders: tuple[Occluder, ...] = ()  # Things that stand in front of the back.
    hidden_share: float = 0.0  # Share of the samples of buttocks and lower back that they hide.
    roll_drift_deg: float = 0.0  # How far the camera turns during the clip; 0 where that is not known.
    # Contrast and brightness at the back's edge, or of whole pictures without a runner; None when unknown.
    light: Light | None = None
    lines: StraightLines | None = None  # Straight lines that cross the trunk; None without any.
    is_striped: bool = False  # Whether lines fill the pictures in which no runner is found.

    @property
    def strides_in_all(self) -> float:
        """Number of strides with the parts of strides."""
        return self.strides + self.part_strides

    @property
    def is_cut_off(self) -> bool:
        """Whether the runner is cut off by the picture's edge for too long."""
        return self.cut_off_share > GATES.max_cut_off_share


def is_side_view(recording: Recording) -> bool:
    """Return whether the picture is upright, and the runner seen from the side."""
    return (
        recording.turn_deg == 0
        and recording.yaw_deg is not None
        and abs(recording.yaw_deg) <= GATES.max_yaw_deg
        and (recording.facing_share or 0.0) >= GATES.min_facing_share
    )


def shows_back(recording: Recording) -> bool:
    """Return whether the back can be measured in this picture, whatever the runner does."""
    return (
        is_side_view(recording)
        and recording.rivals == 0
        and not recording.overlapped
        and not recording.is_cut_off
        and (recording.body_height_px or 0.0) >= GATES.min_body_height_px
    )


def is_dark(recording: Recording) -> bool:
    """Return whether both the body and what is behind its back edge are dark."""
    light = recording.light
    return light is not None and max(light.body, light.background) < REMARKS.dark_level


def has_back_light(recording: Recording) -> bool:
    """Return whether the background beside the back is mostly white, and the body dark before it."""
    light = recording.light
    return light is not None and light.background >= REMARKS.white_level and light.body < REMARKS.backlit_level


def crossing_pattern(recording: Recording) -> LineLook | None:
    """Return what the lines look like that cross the runner; None where no pattern of lines does."""
    lines = recording.lines
    return None if lines is None or lines.weight < REMARKS.pattern_weight else lines.look


def has_pitch(recording: Recording) -> bool:
    """Return whether the camera looks far down or up at a runner seen from the side."""
    return shows_back(recording) and abs(recording.camera_pitch_deg or 0.0) > REMARKS.camera_pitch_deg


def has_implausible_lean(recording: Recording) -> bool:
    """Return whether the trunk leans as no runner's does, so that the picture is not upright or the roll is wrong."""
    lean = recording.lean_deg
    return lean is not None and not -GATES.max_backward_lean_deg <= lean <= GATES.max_lean_deg


def contradicts_roll(recording: Recording) -> bool:
    """Return whether a given roll differs from what is seen; where nothing shows it, the runner's lean decides."""
    given, seen, lean = recording.camera_roll_deg, recording.seen_roll_deg, recording.lean_deg
    if not recording.roll_is_given or given is None or not shows_back(recording):
        return False
    if seen is not None:
        return abs(given - seen) > REMARKS.roll_contradiction_deg
    return abs(given) > REMARKS.roll_contradiction_deg and lean is not None and not is_usual_lean(lean)


def is_usual_lean(lean_deg: float) -> bool:
    """Return whether most runners lean as far."""
    return -REMARKS.usual_backward_lean_deg <= lean_deg <= REMARKS.usual_lean_to_deg


def is_covered(recording: Recording) -> bool:
    """Return whether something fixed in the scene hides too much of buttocks and lower back."""
    too_little_left = is_below(recording.arm_free_share, GATES.min_arm_free_share)
    something_hides = recording.hidden_share > REMARKS.hidden_share
    return recording.hidden_share > GATES.max_hidden_share or (something_hides and too_little_left)


def shows_legs(recording: Recording) -> bool:
    """Return whether the legs' swing can be read."""
    return is_side_view(recording) and not recording.is_cut_off


def may_run(recording: Recording) -> bool:
    """Return whether the legs' swing can be read, and may be that of a run."""
    return shows_legs(recording) and recording.activity not in ("standing", "walking")


def is_below(value: float | None, limit: float) -> bool:
    """Return whether a number is known and below a limit."""
    return value is not None and value < limit
