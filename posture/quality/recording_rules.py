"""Rules about the recording: the file, its film and its times, how the camera stands."""

from __future__ import annotations

from posture.language import format_list, format_number, format_short_number, gettext_noop
from posture.language import gettext as _
from posture.quality.recording import (
    Recording,
    contradicts_roll,
    has_implausible_lean,
    has_pitch,
    is_below,
    is_side_view,
    shows_back,
)
from posture.quality.rule import FILM, Rule, span_text
from posture.thresholds import GATES, REMARKS

# Beyond this turn of the view, degrees, the runner is seen from the front or from behind.
_FRONTAL_YAW_DEG = 65
_LEVEL = gettext_noop("Level the camera, or say by how much it is tilted: --roll.")
_TRY_WITHOUT_ROLL = gettext_noop("Try without --roll, or with the other sign: clockwise is positive.")
# So many cuts are named with their times.
MOST_CUTS_NAMED = 6


def _other_view_text(r: Recording) -> str:
    yaw_deg = r.yaw_deg or 0.0
    if abs(yaw_deg) <= GATES.max_yaw_deg:
        return _("the runner does not face one side throughout")
    if abs(yaw_deg) <= _FRONTAL_YAW_DEG:
        text = _("the runner is seen at an angle of about {angle} degrees, not from the side")
        return text.format(angle=format_number(abs(yaw_deg), 0))
    if yaw_deg > 0:
        return _("the runner is seen from the front, not from the side")
    return _("the runner is seen from behind, not from the side")


def _side_spans_text(r: Recording) -> str:
    spans = [span_text(start, end) for start, end in r.side_spans_s]
    return _("the runner is seen from the side only {spans}; the rest is left out").format(spans=format_list(spans))


def _filmed_rate(r: Recording) -> float | None:
    """Return how many of the frames that were read the camera took in a second."""
    return None if r.fps is None else r.fps * r.slow_motion


def _pitch_text(r: Recording) -> str:
    if (r.camera_pitch_deg or 0.0) > 0:
        return _("the camera looks down at the runner; the numbers are less certain")
    return _("the camera looks up at the runner; the numbers are less certain")


def _lean_words(lean_deg: float) -> str:
    text = _("{lean} degrees forward") if lean_deg >= 0 else _("{lean} degrees backward")
    return text.format(lean=format_number(abs(lean_deg), 0))


def _implausible_lean_text(r: Recording) -> str:
    text = _("the trunk seems to lean {lean}, which no runner does: the picture is tilted")
    if r.roll_is_given:
        text = _("you gave a camera roll of {roll} degrees; with it the trunk leans {lean}, which no runner does")
    return text.format(roll=_roll(r), lean=_lean_words(r.lean_deg or 0.0))


def _roll(r: Recording) -> str:
    return format_number(r.camera_roll_deg or 0.0, 0)


def _roll_doubtful_text(r: Recording) -> str:
    if r.seen_roll_deg is not None:
        text = _("you gave a camera roll of {roll} degrees, but the picture shows about {seen}")
        return text.format(roll=_roll(r), seen=format_number(r.seen_roll_deg, 0))
    text = _("you gave a camera roll of {roll} degrees; with it the trunk leans {lean}, which few runners do")
    return text.format(roll=_roll(r), lean=_lean_words(r.lean_deg or 0.0))


def _cuts_text(r: Recording) -> str:
    times = [format_number(cut) for cut in r.cuts_s[:MOST_CUTS_NAMED]]
    if len(r.cuts_s) > MOST_CUTS_NAMED:
        text = _("the film is cut {count} times, first at {times} s")
    elif r.shots_left_out:
        text = _("the film is cut at {times} s; only the shots from the same side are used")
    else:
        text = _("the film is cut at {times} s")
    return text.format(count=len(r.cuts_s), times=format_list(times))


def _slowness(r: Recording) -> float:
    """Return the whole slow-motion factor that makes the cadence that of most runners."""
    return max(2.0, round(REMARKS.usual_cadence_spm / max(r.cadence_spm or 0.0, 1.0)))


def _slow_motion_stated_text(r: Recording) -> str:
    text = _("the file says that it plays {factor} times slower than real time; cadence and times are corrected for it")
    return text.format(factor=format_short_number(r.slow_motion))


def _too_fast_text(r: Recording) -> str:
    cadence_spm = r.cadence_spm or 0.0
    text = _(
        "nobody runs {cadence} steps a minute: the clip seems to play {factor} times too fast; angles "
        "are right, times are not"
    )
    factor = format_number(cadence_spm / REMARKS.usual_cadence_spm, 1)
    return text.format(cadence=format_number(cadence_spm, 0), factor=factor)


# They hold without a runner too.
FILE_RULES = (
    Rule(
        "damaged",
        lambda r: bool(r.damage),
        lambda r: r.damage or "",
        gettext_noop("What could be read was used. Copy the file again if you can."),
    ),
    Rule(
        "odd_file",
        lambda r: bool(r.remark) and not r.damage,
        lambda r: r.remark or "",
        gettext_noop("What could be read was used."),
    ),
    Rule(
        "cuts",
        lambda r: bool(r.cuts_s),
        _cuts_text,
        gettext_noop("Every shot counts by itself; to measure one of them alone, use --start and --end."),
    ),
    Rule(
        "frame_rate_assumed",
        lambda r: r.fps_is_assumed and r.frames_read > 1,
        gettext_noop("images have no frame rate: we assume {rate} a second and leave out cadence and stride time"),
        gettext_noop("Give the number of pictures taken in a second, such as --fps {rate}."),
        numbers=lambda r: {"rate": r.fps},
    ),
    Rule(
        "low_frame_rate",
        lambda r: is_below(_filmed_rate(r), REMARKS.low_frame_rate) and r.frames_read > 1,
        gettext_noop("only {rate} frames a second"),
        gettext_noop("Film with 30 or 60 frames a second."),
        numbers=lambda r: {"rate": _filmed_rate(r)},
    ),
)

CAMERA_RULES = (
    Rule(
        "rotated",
        lambda r: r.turn_deg in (90, 270),
        gettext_noop("the picture lies on its side"),
        gettext_noop("Turn it upright with --rotate {turn}."),
        blocking=True,
        numbers=lambda r: {"turn": r.rotate_deg},
    ),
    Rule(
        "upside_down",
        lambda r: r.turn_deg == 180,
        gettext_noop("the picture is upside down"),
        gettext_noop("Turn it upright with --rotate {turn}."),
        blocking=True,
        numbers=lambda r: {"turn": r.rotate_deg},
    ),
    Rule(
        "turned",
        lambda r: r.turned_deg != 0 and r.turn_deg == 0,
        gettext_noop("the picture did not stand upright, and was turned clockwise by {turn} degrees"),
        gettext_noop("If that is wrong, say how to turn it: --rotate 0, 90, 180 or 270."),
        numbers=lambda r: {"turn": r.turned_deg},
    ),
    Rule(
        "not_side_view", lambda r: r.yaw_deg is not None and not is_side_view(r), _other_view_text, FILM, blocking=True
    ),
    Rule(
        "partly_side_view",
        lambda r: is_side_view(r) and r.oblique_s > 0 and bool(r.side_spans_s),
        _side_spans_text,
        gettext_noop("Film square to the running direction all the way, if need be from further away."),
    ),
    Rule(
        "slightly_oblique",
        lambda r: is_side_view(r) and abs(r.yaw_deg or 0.0) > REMARKS.oblique_yaw_deg,
        gettext_noop("the view is about {angle} degrees off the side"),
        gettext_noop("Put the camera square to the running direction."),
        numbers=lambda r: {"angle": abs(r.yaw_deg or 0.0)},
    ),
    Rule(
        "camera_turns",
        lambda r: shows_back(r) and r.roll_drift_deg > REMARKS.roll_drift_deg,
        gettext_noop("the camera turns by {turn} degrees during the clip; we take it to be level at the start"),
        gettext_noop("Put the camera on a tripod, or lean it where it cannot slip."),
        numbers=lambda r: {"turn": r.roll_drift_deg},
    ),
    Rule(
        "lean_implausible",
        lambda r: has_implausible_lean(r) and r.roll_is_given,
        _implausible_lean_text,
        _TRY_WITHOUT_ROLL,
        blocking=True,
    ),
    Rule(
        "lean_implausible",
        lambda r: has_implausible_lean(r) and not r.roll_is_given,
        _implausible_lean_text,
        _LEVEL,
        blocking=True,
    ),
    Rule("roll_doubtful", contradicts_roll, _roll_doubtful_text, _TRY_WITHOUT_ROLL),
    Rule(
        "roll_given",
        lambda r: (
            r.roll_is_given
            and not contradicts_roll(r)
            and shows_back(r)
            and abs(r.camera_roll_deg or 0.0) > REMARKS.named_roll_deg
        ),
        gettext_noop("you gave a camera roll of {roll} degrees; tilt and lean are corrected by it"),
        gettext_noop("If that is wrong, leave out --roll."),
        numbers=lambda r: {"roll": r.camera_roll_deg},
    ),
    Rule("camera_pitch", has_pitch, _pitch_text, gettext_noop("Put the camera at hip height, and level.")),
    Rule(
        "roll_assumed",
        lambda r: shows_back(r) and r.camera_roll_deg is None and r.roll_drift_deg <= REMARKS.roll_drift_deg,
        gettext_noop("we assume that the camera was level; if it was off by 5°, the tilt is off by 5° too"),
        gettext_noop("Level the phone, on a tripod or against a horizontal edge."),
    ),
    Rule(
        "slow_motion_stated",
        lambda r: r.slow_motion_is_stated,
        _slow_motion_stated_text,
        gettext_noop("If that is wrong, say --slow-motion 1."),
    ),
    Rule(
        "slow_motion",
        lambda r: r.activity == "running" and is_below(r.cadence_spm, REMARKS.slow_motion_spm),
        gettext_noop(
            "this is probably slow motion, about {factor} times slower than real time ({cadence} steps a "
            "minute); angles are right, times are not"
        ),
        gettext_noop("Say how many times slower it plays, such as --slow-motion {factor}."),
        numbers=lambda r: {"cadence": r.cadence_spm, "factor": _slowness(r)},
    ),
    Rule(
        "too_fast",
        lambda r: r.activity == "running" and (r.cadence_spm or 0.0) > REMARKS.fast_motion_spm,
        _too_fast_text,
        gettext_noop("Check --slow-motion: 0.5 stands for double speed, 4 for four times slower than real time."),
    ),
)
