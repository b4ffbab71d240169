"""What the recording allows: gates to `not measurable`, and remarks, each with what to do about it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from posture.gait.activity import Activity
from posture.records import Issue
from posture.thresholds import GATES, REMARKS

FILM = (
    "Film from the side, camera level at hip height, the whole body in the picture, for at least 10 strides"
)


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


def is_side_view(recording: Recording) -> bool:
    """Return whether the person is seen from the side."""
    return (
        recording.yaw_deg is not None
        and abs(recording.yaw_deg) <= GATES["max_yaw_deg"].value
        and (recording.facing_share or 0.0) >= GATES["min_facing_share"].value
    )


def shows_back(recording: Recording) -> bool:
    """Return whether the picture holds numbers of the back at all, whatever the person does."""
    return (
        is_side_view(recording)
        and not recording.upside_down
        and recording.rivals == 0
        and not _is_cut_off(recording)
        and (recording.body_height_px or 0.0) >= GATES["min_body_height_px"].value
    )


def with_back(
    recording: Recording, arm_free_share: float, upper_free_share: float, *, odd: bool = False
) -> Recording:
    """Return the recording with what the back's contour told."""
    return replace(recording, arm_free_share=arm_free_share, upper_free_share=upper_free_share, odd=odd)


def find_issues(recording: Recording) -> tuple[Issue, ...]:
    """Return everything that limits the answer, what blocks it first."""
    if recording.detected_share == 0.0:
        gates = [_no_person(recording)]
    else:
        gates = [
            *_view_gates(recording),
            *_person_gates(recording),
            *_clothes_gates(recording),
            *_gait_gates(recording),
        ]
    return tuple(sorted([*gates, *_remarks(recording)], key=lambda issue: not issue.blocking))


def _is_cut_off(recording: Recording) -> bool:
    return recording.cut_off_share > GATES["max_cut_off_share"].value


def _gate(code: str, message: str, advice: str) -> Issue:
    return Issue(code=code, message=message, advice=advice, blocking=True)


def _remark(code: str, message: str, advice: str) -> Issue:
    return Issue(code=code, message=message, advice=advice)


def _no_person(recording: Recording) -> Issue:
    frames = "the frame" if recording.frames_read == 1 else f"any of the {recording.frames_read} frames"
    return _gate("no_person", f"no person was found in {frames}", f"{FILM}, in good light.")


def _view_gates(r: Recording) -> list[Issue]:
    issues = []
    if r.upside_down:
        issues.append(_gate("upside_down", "the picture is upside down", "Rotate the video and try again."))
    if not is_side_view(r) and r.yaw_deg is not None:
        yaw = abs(r.yaw_deg)
        where = "from the front" if r.yaw_deg > 0 else "from behind"
        seen = (
            f"the runner is seen {where}"
            if yaw > 65
            else f"the runner is seen at an angle, about {yaw:.0f} degrees"
        )
        if yaw <= GATES["max_yaw_deg"].value:
            seen = "the runner does not face one side throughout"
        issues.append(_gate("not_side_view", f"this is not a side view: {seen}", f"{FILM}."))
    return issues


def _person_gates(r: Recording) -> list[Issue]:
    issues = []
    if r.rivals:
        issues.append(
            _gate(
                "several_runners",
                f"{r.rivals + 1} people could be the runner",
                "Film one person alone, or choose with --person 1, --person 2.",
            )
        )
    if r.body_height_px is not None and r.body_height_px < GATES["min_body_height_px"].value:
        issues.append(
            _gate(
                "too_small",
                f"the runner is only {r.body_height_px:.0f} pixels tall "
                f"(at least {GATES['min_body_height_px'].value:.0f} are needed)",
                "Film from nearer, or with a higher resolution.",
            )
        )
    if _is_cut_off(r):
        issues.append(_gate("cut_off", "the runner is cut off by the picture's edge", f"{FILM}."))
    if r.detected_share < REMARKS["rarely_seen_share"].value:
        issues.append(
            _remark(
                "rarely_seen",
                f"the runner was found in only {100 * r.detected_share:.0f} % of the frames",
                "Trim the clip with --start and --end, or film where the runner stands out from the background.",
            )
        )
    return issues


def _clothes_gates(r: Recording) -> list[Issue]:
    if not r.odd:
        return []
    return [
        _gate(
            "loose_clothing",
            "the back's outline is not like a body's: loose clothing bridges the hollow, most likely",
            "Tuck the shirt in tightly or film without a loose one, and take off belts and bags.",
        )
    ]


def _gait_gates(r: Recording) -> list[Issue]:
    if not is_side_view(r) or r.upside_down or _is_cut_off(r):
        return []
    if r.activity == "standing":
        return [
            _gate(
                "standing",
                "the person stands still; the verdict is about running",
                "Film while jogging. A standing clip shows your own neutral posture.",
            )
        ]
    if r.activity == "walking":
        return [_gate("walking", "the person walks; the verdict is about running", "Film while jogging.")]
    issues = []
    if r.activity == "unknown" or r.strides < GATES["min_strides"].value:
        seen = "no regular strides were" if r.strides == 0 else f"only {r.strides} whole strides were"
        if r.strides == 1:
            seen = "only 1 whole stride was"
        issues.append(
            _gate(
                "too_few_strides",
                f"{seen} seen (at least {GATES['min_strides'].value:.0f} are needed)",
                f"{FILM}; on a treadmill, or along the runner's way.",
            )
        )
    if r.arm_free_share is not None and r.arm_free_share < GATES["min_arm_free_share"].value:
        issues.append(
            _gate(
                "back_hidden",
                f"the back is hidden for most of the time (free: {100 * r.arm_free_share:.0f} %)",
                "Tuck in loose clothing, tie up long hair, and let nothing stand between camera and back.",
            )
        )
    return issues


def _remarks(r: Recording) -> list[Issue]:
    return [*_file_remarks(r), *(_measuring_remarks(r) if r.detected_share > 0 else [])]


def _file_remarks(r: Recording) -> list[Issue]:
    issues = []
    if r.damage:
        issues.append(
            _remark("damaged", r.damage, "What could be read was used. Copy the file again if you can.")
        )
    elif r.remark:
        issues.append(_remark("odd_file", r.remark, "What could be read was used."))
    if r.fps is not None and r.fps < REMARKS["low_frame_rate"].value and r.frames_read > 1:
        issues.append(
            _remark(
                "low_frame_rate", f"only {r.fps:.0f} frames a second", "Film with 30 or 60 frames a second."
            )
        )
    return issues


def _measuring_remarks(r: Recording) -> list[Issue]:
    issues = []
    if is_side_view(r) and abs(r.yaw_deg or 0.0) > REMARKS["oblique_yaw_deg"].value:
        issues.append(
            _remark(
                "slightly_oblique",
                f"the view is about {abs(r.yaw_deg or 0.0):.0f} degrees off the side",
                "Put the camera square to the running direction.",
            )
        )
    if GATES["min_strides"].value <= r.strides < REMARKS["good_strides"].value:
        issues.append(
            _remark("few_strides", f"{r.strides} strides were seen", "10 or more make the numbers steadier.")
        )
    if (
        r.upper_free_share is not None
        and r.upper_free_share < GATES["min_upper_free_share"].value
        and shows_back(r)
    ):
        issues.append(
            _remark(
                "upper_back_hidden",
                "the arms hide the upper back in nearly every frame, so the arch cannot be told",
                "Film again; a camera exactly at hip height and square to the side sees more of the back.",
            )
        )
    if REMARKS["rarely_seen_share"].value <= r.detected_share < REMARKS["seen_share"].value:
        issues.append(
            _remark(
                "lost_at_times",
                f"the runner was found in {100 * r.detected_share:.0f} % of the frames",
                "Film where the runner stands out from the background.",
            )
        )
    slow = r.activity == "running" and r.cadence_spm is not None
    if slow and (r.cadence_spm or 0.0) < REMARKS["slow_motion_spm"].value:
        issues.append(
            _remark(
                "slow_motion",
                f"this is probably slow motion ({r.cadence_spm:.0f} steps a minute); angles are right, times are not",
                "Say how much slower it plays, such as --slow-motion 4.",
            )
        )
    if r.activity == "running" and (r.cadence_spm or 0.0) > REMARKS["fast_motion_spm"].value:
        issues.append(
            _remark(
                "too_fast",
                f"{r.cadence_spm:.0f} steps a minute are more than anybody runs; angles are right, times are not",
                "Check --slow-motion: it says how many times slower than life the clip plays.",
            )
        )
    if shows_back(r) and r.camera_roll_deg is None:
        issues.append(
            _remark(
                "roll_assumed",
                "the camera is assumed to be level; a tilted one turns tilt and lean by as much",
                "Level the phone, on a tripod or against a horizontal edge.",
            )
        )
    return issues
