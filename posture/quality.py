"""What the recording allows: gates to `not measurable`, and remarks, each with what to do about it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from posture.language import format_number, gettext_noop, ngettext
from posture.language import gettext as _
from posture.records.analysis import Issue
from posture.thresholds import GATES, REMARKS
from posture.types import Activity

FILM = gettext_noop(
    "Film from the side, camera level at hip height, the whole body in the picture, for at least 10 strides."
)
_FILM_IN_LIGHT = gettext_noop(
    "Film from the side, camera level at hip height, the whole body in the picture, for at least 10 strides, "
    "in good light."
)
_FILM_ALONG = gettext_noop(
    "Film from the side, camera level at hip height, the whole body in the picture, for at least 10 strides; "
    "on a treadmill, or along the runner's way."
)

# Code of the issue that two different backs fit the edges.
AMBIGUOUS = "back_ambiguous"


@dataclass(frozen=True)
class Recording:
    """What is known of a clip's recording when nobody, or somebody, was found in it.

    Attributes
    ----------
    frames_read : int
    detected_share : float
        Share of the frames read in which the person was found.
    damage, remark : str or None
        From reading the file: what is broken, what is odd.
    fps : float or None
        Frames a second that were read.
    activity : str
    yaw_deg : float or None
        Positive to the front.
    facing_share : float or None
        Share of frames that agree on the facing direction.
    upside_down : bool
    rivals : int
        Others who could as well be the runner.
    strides : int
    body_height_px : float or None
    cut_off_share : float
        Share of frames in which shoulders, hips or both ankles lie outside the picture.
    arm_free_share, upper_free_share : float or None
        Share of back samples (of the upper half) that no arm hides.
    cadence_spm : float or None
        After correction for slow motion.
    slow_motion : float
    camera_roll_deg : float or None
    odd : bool
        Whether the back's outline is not like a body's.
    ambiguous : bool
        Whether two different backs fit its edges.
    """

    frames_read: int
    detected_share: float
    damage: str | None = None
    remark: str | None = None
    fps: float | None = None
    activity: Activity = "unknown"
    yaw_deg: float | None = None
    facing_share: float | None = None
    upside_down: bool = False
    rivals: int = 0
    strides: int = 0
    body_height_px: float | None = None
    cut_off_share: float = 0.0
    arm_free_share: float | None = None
    upper_free_share: float | None = None
    cadence_spm: float | None = None
    slow_motion: float = 1.0
    camera_roll_deg: float | None = None
    odd: bool = False
    ambiguous: bool = False


def is_side_view(recording: Recording) -> bool:
    """Return whether the person is seen from the side."""
    return (
        recording.yaw_deg is not None
        and abs(recording.yaw_deg) <= GATES.max_yaw_deg
        and (recording.facing_share or 0.0) >= GATES.min_facing_share
    )


def shows_back(recording: Recording) -> bool:
    """Return whether the picture holds numbers of the back at all, whatever the person does."""
    return (
        is_side_view(recording)
        and not recording.upside_down
        and recording.rivals == 0
        and not _is_cut_off(recording)
        and (recording.body_height_px or 0.0) >= GATES.min_body_height_px
    )


def with_back(
    recording: Recording,
    arm_free_share: float,
    upper_free_share: float,
    *,
    odd: bool = False,
    ambiguous: bool = False,
) -> Recording:
    """Return the recording with what the back's contour told."""
    return replace(
        recording,
        arm_free_share=arm_free_share,
        upper_free_share=upper_free_share,
        odd=odd,
        ambiguous=ambiguous,
    )


def find_issues(recording: Recording) -> tuple[Issue, ...]:
    """Return everything that limits the answer, what blocks it first."""
    if recording.detected_share == 0.0:
        gates = [_no_person(recording)]
    else:
        gates = [
            *_view_gates(recording),
            *_person_gates(recording),
            *_outline_gates(recording),
            *_gait_gates(recording),
        ]
    return tuple(sorted([*gates, *_remarks(recording)], key=lambda issue: not issue.blocking))


def _is_cut_off(recording: Recording) -> bool:
    return recording.cut_off_share > GATES.max_cut_off_share


def _gate(code: str, message: str, advice: str) -> Issue:
    return Issue(code=code, message=message, advice=advice, blocking=True)


def _remark(code: str, message: str, advice: str) -> Issue:
    return Issue(code=code, message=message, advice=advice)


def _no_person(recording: Recording) -> Issue:
    message = ngettext(
        "no person was found in the frame",
        "no person was found in any of the {count} frames",
        recording.frames_read,
    ).format(count=recording.frames_read)
    return _gate("no_person", message, _(_FILM_IN_LIGHT))


def _view_gates(r: Recording) -> list[Issue]:
    issues = []
    if r.upside_down:
        issues.append(
            _gate("upside_down", _("the picture is upside down"), _("Rotate the video and try again."))
        )
    if not is_side_view(r) and r.yaw_deg is not None:
        issues.append(_gate("not_side_view", _other_view(r.yaw_deg), _(FILM)))
    return issues


def _other_view(yaw_deg: float) -> str:
    yaw = abs(yaw_deg)
    if yaw <= GATES.max_yaw_deg:
        return _("this is not a side view: the runner does not face one side throughout")
    if yaw <= 65:
        text = _("this is not a side view: the runner is seen at an angle, about {angle} degrees")
        return text.format(angle=format_number(yaw, 0))
    if yaw_deg > 0:
        return _("this is not a side view: the runner is seen from the front")
    return _("this is not a side view: the runner is seen from behind")


def _person_gates(r: Recording) -> list[Issue]:
    issues = []
    if r.rivals:
        issues.append(
            _gate(
                "several_runners",
                _("{count} people could be the runner").format(count=r.rivals + 1),
                _("Film one person alone, or choose with --person 1, --person 2."),
            )
        )
    if r.body_height_px is not None and r.body_height_px < GATES.min_body_height_px:
        issues.append(
            _gate(
                "too_small",
                _("the runner is only {height} pixels tall (at least {least} are needed)").format(
                    height=format_number(r.body_height_px, 0),
                    least=format_number(GATES.min_body_height_px, 0),
                ),
                _("Film from nearer, or with a higher resolution."),
            )
        )
    if _is_cut_off(r):
        issues.append(_gate("cut_off", _("the runner is cut off by the picture's edge"), _(FILM)))
    if r.detected_share < REMARKS.rarely_seen_share:
        issues.append(
            _remark(
                "rarely_seen",
                _("the runner was found in only {percent} % of the frames").format(
                    percent=format_number(100 * r.detected_share, 0)
                ),
                _(
                    "Trim the clip with --start and --end, or film where the runner stands out from the background."
                ),
            )
        )
    return issues


def _outline_gates(r: Recording) -> list[Issue]:
    issues = []
    if r.odd:
        issues.append(
            _gate(
                "loose_clothing",
                _("the back's outline is not like a body's: loose clothing bridges the hollow, most likely"),
                _("Tuck the shirt in tightly or film without a loose one, and take off belts and bags."),
            )
        )
    if r.ambiguous:
        issues.append(
            _gate(
                AMBIGUOUS,
                _(
                    "two different backs fit the picture: an arm beside the back cannot be told from it, or the back "
                    "is held differently later on"
                ),
                _(
                    "Film from the other side too, elbows clear of the back; or measure a part: --start, --end."
                ),
            )
        )
    return issues


def _gait_gates(r: Recording) -> list[Issue]:
    if not is_side_view(r) or r.upside_down or _is_cut_off(r):
        return []
    if r.activity == "standing":
        return [
            _gate(
                "standing",
                _("the person stands still; the verdict is about running"),
                _("Film while jogging. A standing clip shows your own neutral posture."),
            )
        ]
    if r.activity == "walking":
        return [
            _gate("walking", _("the person walks; the verdict is about running"), _("Film while jogging."))
        ]
    issues = []
    if r.activity == "unknown" or r.strides < GATES.min_strides:
        if r.strides >= GATES.min_strides:
            text = _("the legs move neither as in running nor as in walking")
        elif r.strides == 0:
            text = _("no regular strides were seen (at least {least} are needed)")
        else:
            text = ngettext(
                "only {count} whole stride was seen (at least {least} are needed)",
                "only {count} whole strides were seen (at least {least} are needed)",
                r.strides,
            )
        message = text.format(count=r.strides, least=format_number(GATES.min_strides, 0))
        issues.append(_gate("too_few_strides", message, _(_FILM_ALONG)))
    if r.arm_free_share is not None and r.arm_free_share < GATES.min_arm_free_share:
        issues.append(
            _gate(
                "back_hidden",
                _("the back is hidden for most of the time (free: {percent} %)").format(
                    percent=format_number(100 * r.arm_free_share, 0)
                ),
                _("Tuck in loose clothing, tie up long hair, and let nothing stand between camera and back."),
            )
        )
    return issues


def _remarks(r: Recording) -> list[Issue]:
    return [*_file_remarks(r), *(_measuring_remarks(r) if r.detected_share > 0 else [])]


def _file_remarks(r: Recording) -> list[Issue]:
    issues = []
    if r.damage:
        issues.append(
            _remark("damaged", r.damage, _("What could be read was used. Copy the file again if you can."))
        )
    elif r.remark:
        issues.append(_remark("odd_file", r.remark, _("What could be read was used.")))
    if r.fps is not None and r.fps < REMARKS.low_frame_rate and r.frames_read > 1:
        issues.append(
            _remark(
                "low_frame_rate",
                _("only {rate} frames a second").format(rate=format_number(r.fps, 0)),
                _("Film with 30 or 60 frames a second."),
            )
        )
    return issues


def _measuring_remarks(r: Recording) -> list[Issue]:
    issues = []
    if is_side_view(r) and abs(r.yaw_deg or 0.0) > REMARKS.oblique_yaw_deg:
        issues.append(
            _remark(
                "slightly_oblique",
                _("the view is about {angle} degrees off the side").format(
                    angle=format_number(abs(r.yaw_deg or 0.0), 0)
                ),
                _("Put the camera square to the running direction."),
            )
        )
    if GATES.min_strides <= r.strides < REMARKS.good_strides:
        issues.append(
            _remark(
                "few_strides",
                _("{count} strides were seen").format(count=r.strides),
                _("10 or more make the numbers steadier."),
            )
        )
    if r.upper_free_share is not None and r.upper_free_share < GATES.min_upper_free_share and shows_back(r):
        issues.append(
            _remark(
                "upper_back_hidden",
                _("the arms hide the upper back in nearly every frame, so the arch cannot be told"),
                _("Film again; a camera exactly at hip height and square to the side sees more of the back."),
            )
        )
    if REMARKS.rarely_seen_share <= r.detected_share < REMARKS.seen_share:
        issues.append(
            _remark(
                "lost_at_times",
                _("the runner was found in {percent} % of the frames").format(
                    percent=format_number(100 * r.detected_share, 0)
                ),
                _("Film where the runner stands out from the background."),
            )
        )
    slow = r.activity == "running" and r.cadence_spm is not None
    if slow and (r.cadence_spm or 0.0) < REMARKS.slow_motion_spm:
        issues.append(
            _remark(
                "slow_motion",
                _(
                    "this is probably slow motion ({cadence} steps a minute); angles are right, times are not"
                ).format(cadence=format_number(r.cadence_spm or 0.0, 0)),
                _("Say how much slower it plays, such as --slow-motion 4."),
            )
        )
    if r.activity == "running" and (r.cadence_spm or 0.0) > REMARKS.fast_motion_spm:
        issues.append(
            _remark(
                "too_fast",
                _(
                    "{cadence} steps a minute are more than anybody runs; angles are right, times are not"
                ).format(cadence=format_number(r.cadence_spm or 0.0, 0)),
                _("Check --slow-motion: it says how many times slower than life the clip plays."),
            )
        )
    if shows_back(r) and r.camera_roll_deg is None:
        issues.append(
            _remark(
                "roll_assumed",
                _("the camera is assumed to be level; a tilted one turns tilt and lean by as much"),
                _("Level the phone, on a tripod or against a horizontal edge."),
            )
        )
    return issues
