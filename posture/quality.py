"""Quality of a recording: rules that make a clip not measurable, and remarks, each with advice."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from posture.language import format_list, format_number, format_short_number, gettext_noop, ngettext
from posture.language import gettext as _
from posture.occluders import describe_occluder
from posture.reasons import order_issues
from posture.records.analysis import Condition, Issue, Occluder
from posture.scene.light import Light
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

# Code of the condition that the clothes are tight.
LOOSE_POSSIBLE = "loose_clothing_possible"
# Code of the issue that something covers the back.
NOT_A_BODY = "loose_clothing"
# Code of the issue that two different backs fit the edges.
AMBIGUOUS = "back_ambiguous"
_STEP_ASIDE = gettext_noop("Move the camera or yourself until nothing stands between camera and back.")
_EVEN_LIGHT = gettext_noop("Film where the light on your back is even: all in the sun or all in the shade.")
_MORE_LIGHT = gettext_noop("Film in daylight, or turn on more light.")
_LIGHT_FROM_THE_FRONT = gettext_noop("Film with the light behind the camera, not behind you.")
# Along the trunk axis: below it are the buttocks.
_LOWER_BACK_FROM_T = 0.08
# Beyond this turn of the view, degrees, the runner is seen from the front or from behind.
_FRONTAL_YAW_DEG = 65
# So many cuts are named with their times.
MOST_CUTS_NAMED = 6


@dataclass(frozen=True)
class Recording:
    """The facts about a clip that the rules need; those after `fps` are of the runner.

    Attributes
    ----------
    detected_share
        Share of the frames between the runner's first and last sighting, in each shot, in which they were detected; 0
        without a runner.
    damage, remark
        From reading the file: what is broken, what is odd.
    fps
        Mean frame rate, frames a second.
    yaw_deg
        Turn of the view out of the side view, positive to the front.
    facing_share
        Share of frames that agree on the facing direction.
    turn_deg, rotate_deg
        Clockwise turn of the picture after which the runner is upright, and the value of ``--rotate`` that makes it.
    turned_deg
        Turn that the file does not state, and that was applied without being asked for.
    rivals
        Others who could as well be the runner.
    cut_off_share
        Share of frames in which shoulders, hips or both ankles lie outside the picture.
    arm_free_share, upper_free_share
        Share of back samples (of the upper half) that no arm hides.
    strides, part_strides
        Whole strides, and the parts of strides besides, in strides.
    slow_motion
        How many times slower than life the clip plays.
    slow_motion_is_stated
        Whether the file says so, not the user.
    cadence_spm
        After correction for slow motion.
    camera_roll_deg
        None when unknown.
    side_spans_s
        Spans of the clip in which the runner is seen from the side, seconds.
    oblique_s
        Time in which they are not, seconds.
    postures
        Parts of the clip in which the posture differs.
    tilt_sd_deg
        Standard deviation of tilt between the strides of one posture.
    odd
        Whether the outline of the back is not like a body's.
    loose_possible
        Whether the outline could as well be a loose top's.
    worn_t
        Middle of the part of the back that is not like a body's, along the trunk axis; None when no part stands out.
    ambiguous
        Whether two different backs fit the edges.
    cuts_s
        Times of the first frames after cuts of the film, seconds.
    shots_left_out
        Whether the runner is left out in shots that do not show the same side.
    others
        Other people who move through the picture and may be meant, and can be distinguished from the runner.
    runner_span_s
        First and last time of the runner, seconds.
    overlapped_s
        Time that was left out because another person covers the runner's trunk or is close behind it, seconds.
    overlapped
        Whether that leaves nothing to measure.
    occluders
        Things that stand in front of the back.
    hidden_share
        Share of the samples of buttocks and lower back that they hide.
    roll_drift_deg
        How far the camera turns during the clip; 0 where that is not known.
    light
        Contrast and brightness at the back's edge; None when unknown.
    """

    frames_read: int
    detected_share: float
    damage: str | None = None
    remark: str | None = None
    fps: float | None = None
    activity: Activity = "unknown"
    yaw_deg: float | None = None
    facing_share: float | None = None
    turn_deg: int = 0
    rotate_deg: int = 0
    turned_deg: int = 0
    rivals: int = 0
    strides: int = 0
    part_strides: float = 0.0
    body_height_px: float | None = None
    cut_off_share: float = 0.0
    arm_free_share: float | None = None
    upper_free_share: float | None = None
    slow_motion: float = 1.0
    slow_motion_is_stated: bool = False
    cadence_spm: float | None = None
    camera_roll_deg: float | None = None
    side_spans_s: tuple[tuple[float, float], ...] = ()
    oblique_s: float = 0.0
    postures: int = 1
    tilt_sd_deg: float | None = None
    odd: bool = False
    loose_possible: bool = False
    worn_t: float | None = None
    ambiguous: bool = False
    cuts_s: tuple[float, ...] = ()
    shots_left_out: bool = False
    others: int = 0
    runner_span_s: tuple[float, float] = (0.0, 0.0)
    overlapped_s: float = 0.0
    overlapped: bool = False
    occluders: tuple[Occluder, ...] = ()
    hidden_share: float = 0.0
    roll_drift_deg: float = 0.0
    light: Light | None = None

    @property
    def strides_in_all(self) -> float:
        """Number of strides with the parts of strides."""
        return self.strides + self.part_strides

    @property
    def is_cut_off(self) -> bool:
        """Whether the runner is cut off by the picture's edge for too long."""
        return self.cut_off_share > GATES.max_cut_off_share


def is_side_view(recording: Recording) -> bool:
    """Return whether the runner is seen from the side."""
    return (
        recording.yaw_deg is not None
        and abs(recording.yaw_deg) <= GATES.max_yaw_deg
        and (recording.facing_share or 0.0) >= GATES.min_facing_share
    )


def shows_back(recording: Recording) -> bool:
    """Return whether the back can be measured in this picture, whatever the runner does."""
    return (
        is_side_view(recording)
        and recording.turn_deg == 0
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
    """Return whether the background beside the back is mostly blown out, and the body dark before it."""
    light = recording.light
    return light is not None and light.blown_out_share > REMARKS.blown_out_share and light.body < REMARKS.backlit_level


def find_issues(recording: Recording) -> tuple[Issue, ...]:
    """Return the issues of all rules that the recording violates, in the order of `posture.reasons`."""
    rules = (*(RUNNER_RULES if recording.detected_share > 0 else (NO_PERSON,)), *FILE_RULES)
    if recording.detected_share > 0:
        rules += MEASURING_RULES
    return order_issues([rule.issue(recording) for rule in rules if rule.applies(recording)])


def find_conditions(recording: Recording) -> tuple[Condition, ...]:
    """Return what the numbers of a measurable recording depend on."""
    if not recording.loose_possible:
        return ()
    message = _(
        "if the top is tight: this outline could also be a loose top's, which shows the back less hollow or more "
        "hollow than it is"
    )
    return (Condition(code=LOOSE_POSSIBLE, message=message),)


@dataclass(frozen=True)
class Rule:
    """A rule of recordings, and the issue where it is violated.

    Attributes
    ----------
    applies
        Whether a recording violates the rule.
    message, advice
        Marked texts; the message may also be a function that returns the finished one.
    numbers
        Values of the fields of message and advice, shown without decimals.
    """

    code: str
    applies: Callable[[Recording], bool]
    message: str | Callable[[Recording], str]
    advice: str
    blocking: bool = False
    numbers: Callable[[Recording], Mapping[str, float | None]] = lambda _recording: {}

    def issue(self, recording: Recording) -> Issue:
        """Return the issue of a recording that violates the rule, in the active language."""
        numbers = {name: format_number(value or 0.0, 0) for name, value in self.numbers(recording).items()}
        message = _(self.message).format(**numbers) if isinstance(self.message, str) else self.message(recording)
        advice = _(self.advice).format(**numbers)
        return Issue(code=self.code, message=message, advice=advice, blocking=self.blocking)


def _is_below(value: float | None, limit: float) -> bool:
    return value is not None and value < limit


def _shows_legs(r: Recording) -> bool:
    """Return whether the legs' swing can be read."""
    return is_side_view(r) and r.turn_deg == 0 and not r.is_cut_off


def _may_run(r: Recording) -> bool:
    return _shows_legs(r) and r.activity not in ("standing", "walking")


def _no_person_text(r: Recording) -> str:
    return ngettext(
        "no person was found in the frame", "no person was found in any of the {count} frames", r.frames_read
    ).format(count=r.frames_read)


def _other_view_text(r: Recording) -> str:
    yaw_deg = r.yaw_deg or 0.0
    if abs(yaw_deg) <= GATES.max_yaw_deg:
        return _("this is not a side view: the runner does not face one side throughout")
    if abs(yaw_deg) <= _FRONTAL_YAW_DEG:
        text = _("this is not a side view: the runner is seen at an angle, about {angle} degrees")
        return text.format(angle=format_number(abs(yaw_deg), 0))
    if yaw_deg > 0:
        return _("this is not a side view: the runner is seen from the front")
    return _("this is not a side view: the runner is seen from behind")


def _side_spans_text(r: Recording) -> str:
    spans = [
        _("from {start} to {end} s").format(start=format_number(start), end=format_number(end))
        for start, end in r.side_spans_s
    ]
    return _("the runner is seen from the side only {spans}; the rest is left out").format(spans=format_list(spans))


def _not_a_body_text(r: Recording) -> str:
    if r.worn_t is None:
        return _("the outline of the back is not a body's: a loose top, a pack or a harness covers it")
    if r.worn_t < _LOWER_BACK_FROM_T:
        return _("the outline of the back is not a body's at the buttocks: a loose top, a pack or a harness covers it")
    return _("the outline of the back is not a body's at the lower back: a loose top, a pack or a harness covers it")


def _too_few_strides_text(r: Recording) -> str:
    if r.strides == 0:
        text = _("no regular strides were seen (at least {least} are needed)")
    else:
        text = _("only {count} strides were seen (at least {least} are needed)")
    return text.format(count=format_number(r.strides_in_all, 1), least=format_number(GATES.min_strides, 0))


def _cuts_text(r: Recording) -> str:
    times = [format_number(cut) for cut in r.cuts_s[:MOST_CUTS_NAMED]]
    if len(r.cuts_s) > MOST_CUTS_NAMED:
        text = _("the film is cut {count} times, first at {times} s")
    elif r.shots_left_out:
        text = _("the film is cut at {times} s; only the shots from the same side are used")
    else:
        text = _("the film is cut at {times} s")
    return text.format(count=len(r.cuts_s), times=format_list(times))


def _overlapped_text(r: Recording) -> str:
    text = _(
        "for {seconds} s another person is in front of the runner's back, or close behind it; that time is left out"
    )
    return text.format(seconds=format_number(r.overlapped_s))


def _is_overlapped(r: Recording) -> bool:
    """Return whether another person leaves nothing, or too few strides, to measure."""
    start, end = r.runner_span_s
    often = r.overlapped_s > REMARKS.often_overlapped_share * (end - start)
    return r.rivals == 0 and (r.overlapped or (often and r.strides_in_all < GATES.min_strides))


def _others_text(r: Recording) -> str:
    start, end = (format_number(time) for time in r.runner_span_s)
    text = ngettext(
        "{count} other person moves through the picture; measured is the one seen from {start} to {end} s",
        "{count} other people move through the picture; measured is the one seen from {start} to {end} s",
        r.others,
    )
    return text.format(count=r.others, start=start, end=end)


def _slowness(r: Recording) -> float:
    """Return the whole slow-motion factor that makes the cadence that of most runners."""
    return max(2.0, round(REMARKS.usual_cadence_spm / max(r.cadence_spm or 0.0, 1.0)))


def _slow_motion_stated_text(r: Recording) -> str:
    text = _("the file says that it plays {factor} times slower than life; cadence and times are corrected for it")
    return text.format(factor=format_short_number(r.slow_motion))


def _too_fast_text(r: Recording) -> str:
    cadence_spm = r.cadence_spm or 0.0
    text = _(
        "{cadence} steps a minute are more than anybody runs: the clip seems to play {factor} times too fast; "
        "angles are right, times are not"
    )
    factor = format_number(cadence_spm / REMARKS.usual_cadence_spm, 1)
    return text.format(cadence=format_number(cadence_spm, 0), factor=factor)


def is_covered(r: Recording) -> bool:
    """Return whether something fixed in the scene hides too much of buttocks and lower back."""
    too_little_left = _is_below(r.arm_free_share, GATES.min_arm_free_share)
    return r.hidden_share > GATES.max_hidden_share or (r.hidden_share > REMARKS.hidden_share and too_little_left)


def _is_spoilt(r: Recording) -> bool:
    """Return whether no back can be read: what is in front of it, or the light, is the reason where there is such."""
    return is_covered(r) or r.odd or r.ambiguous or _is_below(r.arm_free_share, GATES.min_arm_free_share)


def _main_occluder(r: Recording) -> Occluder | None:
    return max(r.occluders, key=lambda one: one.hidden_share, default=None)


def _has_shade(r: Recording) -> bool:
    main = _main_occluder(r)
    return main is not None and main.kind == "shade"


def _has_thing(r: Recording) -> bool:
    return bool(r.occluders) and not _has_shade(r)


def _in_front_text(r: Recording) -> str:
    thing = _main_occluder(r)
    if thing is None:
        return _("something stands in front of the back")
    return describe_occluder(thing)


NO_PERSON = Rule("no_person", lambda _recording: True, _no_person_text, _FILM_IN_LIGHT, blocking=True)

# `posture.reasons.ORDER` says in which order the issues are listed.
RUNNER_RULES = (
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
        "not_side_view",
        lambda r: r.yaw_deg is not None and not is_side_view(r),
        _other_view_text,
        FILM,
        blocking=True,
    ),
    Rule(
        "several_runners",
        lambda r: r.rivals > 0,
        gettext_noop("{count} people could be the runner"),
        gettext_noop("Film one person alone, or choose with --person 1, --person 2."),
        blocking=True,
        numbers=lambda r: {"count": r.rivals + 1},
    ),
    Rule(
        "overlapped",
        _is_overlapped,
        gettext_noop("another person is in front of the runner's back, or close behind it, for too long"),
        gettext_noop("Film one person alone."),
        blocking=True,
    ),
    Rule(
        "too_small",
        lambda r: _is_below(r.body_height_px, GATES.min_body_height_px),
        gettext_noop("the runner is only {height} pixels tall (at least {least} are needed)"),
        gettext_noop("Film from nearer, or with a higher resolution."),
        blocking=True,
        numbers=lambda r: {"height": r.body_height_px, "least": GATES.min_body_height_px},
    ),
    Rule(
        "cut_off",
        lambda r: r.is_cut_off,
        gettext_noop("the runner is cut off by the picture's edge"),
        FILM,
        blocking=True,
    ),
    Rule(
        "rarely_seen",
        lambda r: r.detected_share < REMARKS.rarely_seen_share,
        gettext_noop("while in the picture, the runner was found in only {percent} % of the frames"),
        gettext_noop("Trim the clip with --start and --end, or film where the runner stands out from the background."),
        numbers=lambda r: {"percent": 100 * r.detected_share},
    ),
    Rule(
        NOT_A_BODY,
        lambda r: r.odd,
        _not_a_body_text,
        gettext_noop(
            "Film in a tight top, or with the top tucked in tightly, and take off packs, belts and harnesses."
        ),
        blocking=True,
    ),
    Rule(
        AMBIGUOUS,
        lambda r: r.ambiguous,
        gettext_noop(
            "two different backs fit the picture: an arm beside the back cannot be told from it, or the back "
            "is held differently later on"
        ),
        gettext_noop("Film from the other side too, elbows clear of the back; or measure a part: --start, --end."),
        blocking=True,
    ),
    Rule(
        "standing",
        lambda r: _shows_legs(r) and r.activity == "standing",
        gettext_noop("the person stands still; the verdict is about running"),
        gettext_noop("Film while jogging. A standing clip shows your own neutral posture."),
        blocking=True,
    ),
    Rule(
        "walking",
        lambda r: _shows_legs(r) and r.activity == "walking",
        gettext_noop("the person walks; the verdict is about running"),
        gettext_noop("Film while jogging."),
        blocking=True,
    ),
    Rule(
        "gait_unclear",
        lambda r: _may_run(r) and r.activity == "unknown" and r.strides_in_all >= GATES.min_strides,
        gettext_noop("slow jogging cannot be told from walking here: the feet hardly leave the ground"),
        gettext_noop("Film while jogging a little faster."),
        blocking=True,
    ),
    Rule(
        "too_few_strides",
        lambda r: _may_run(r) and not _is_overlapped(r) and r.strides_in_all < GATES.min_strides,
        _too_few_strides_text,
        _FILM_ALONG,
        blocking=True,
    ),
    Rule("something_in_front", lambda r: _has_thing(r) and _is_spoilt(r), _in_front_text, _STEP_ASIDE, blocking=True),
    Rule("hard_shade", lambda r: _has_shade(r) and _is_spoilt(r), _in_front_text, _EVEN_LIGHT, blocking=True),
    Rule(
        "dark",
        lambda r: shows_back(r) and is_dark(r) and _is_spoilt(r),
        gettext_noop("the picture is too dark to show the edge of your back"),
        _MORE_LIGHT,
        blocking=True,
    ),
    Rule(
        "back_light",
        lambda r: shows_back(r) and has_back_light(r) and _is_spoilt(r),
        gettext_noop("bright light behind you eats into the edge of your back"),
        _LIGHT_FROM_THE_FRONT,
        blocking=True,
    ),
    Rule(
        "back_hidden",
        lambda r: _may_run(r) and _is_below(r.arm_free_share, GATES.min_arm_free_share),
        gettext_noop("the back is hidden for most of the time (free: {percent} %)"),
        gettext_noop("Tuck in loose clothing, tie up long hair, and let nothing stand between camera and back."),
        blocking=True,
        numbers=lambda r: {"percent": 100 * (r.arm_free_share or 0.0)},
    ),
)

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
        "low_frame_rate",
        lambda r: _is_below(r.fps, REMARKS.low_frame_rate) and r.frames_read > 1,
        gettext_noop("only {rate} frames a second"),
        gettext_noop("Film with 30 or 60 frames a second."),
        numbers=lambda r: {"rate": r.fps},
    ),
)

MEASURING_RULES = (
    Rule(
        "turned",
        lambda r: r.turned_deg != 0 and r.turn_deg == 0,
        gettext_noop("the picture did not stand upright, and was turned clockwise by {turn} degrees"),
        gettext_noop("If that is wrong, say how to turn it: --rotate 0, 90, 180 or 270."),
        numbers=lambda r: {"turn": r.turned_deg},
    ),
    Rule(
        "others_seen",
        lambda r: r.others > 0,
        _others_text,
        gettext_noop("Another one? Add --person 2."),
    ),
    Rule(
        "overlapped_at_times",
        lambda r: r.overlapped_s > 0 and r.rivals == 0 and not _is_overlapped(r),
        _overlapped_text,
        gettext_noop("Film one person alone."),
    ),
    Rule(
        "partly_side_view",
        lambda r: is_side_view(r) and r.oblique_s > 0 and bool(r.side_spans_s),
        _side_spans_text,
        gettext_noop("Film square to the running direction all the way, from further away if need be."),
    ),
    Rule(
        "slightly_oblique",
        lambda r: is_side_view(r) and abs(r.yaw_deg or 0.0) > REMARKS.oblique_yaw_deg,
        gettext_noop("the view is about {angle} degrees off the side"),
        gettext_noop("Put the camera square to the running direction."),
        numbers=lambda r: {"angle": abs(r.yaw_deg or 0.0)},
    ),
    Rule(
        "small",
        lambda r: GATES.min_body_height_px <= (r.body_height_px or 0.0) < REMARKS.small_body_px,
        gettext_noop("the runner is only {height} pixels tall; the intervals are wider"),
        gettext_noop("Film from nearer, or with a higher resolution."),
        numbers=lambda r: {"height": r.body_height_px},
    ),
    Rule(
        "few_strides",
        lambda r: r.strides_in_all >= GATES.min_strides and r.strides < REMARKS.good_strides,
        gettext_noop("{count} strides were seen"),
        gettext_noop("10 or more make the numbers steadier."),
        numbers=lambda r: {"count": float(int(r.strides_in_all))},
    ),
    Rule(
        "posture_changes",
        lambda r: r.postures > 1,
        gettext_noop("the posture changes during the clip; each of its {count} parts has its own numbers"),
        gettext_noop("Look at the parts, or measure one of them: --start, --end."),
        numbers=lambda r: {"count": r.postures},
    ),
    Rule(
        "unsteady_strides",
        lambda r: (r.tilt_sd_deg or 0.0) > REMARKS.unsteady_tilt_sd_deg,
        gettext_noop(
            "the strides differ more than those of a steady runner: the posture changes from stride to stride, or "
            "something else than the back is seen; the intervals are wider for it"
        ),
        gettext_noop("Run steadily, and let nothing stand between camera and back."),
    ),
    Rule(
        "upper_back_hidden",
        lambda r: _is_below(r.upper_free_share, GATES.min_upper_free_share) and shows_back(r),
        gettext_noop("the arms hide the upper back in nearly every frame, so the arch cannot be told"),
        gettext_noop("Film again; a camera exactly at hip height and square to the side sees more of the back."),
    ),
    Rule(
        "lost_at_times",
        lambda r: REMARKS.rarely_seen_share <= r.detected_share < REMARKS.seen_share,
        gettext_noop("while in the picture, the runner was found in {percent} % of the frames"),
        gettext_noop("Film where the runner stands out from the background."),
        numbers=lambda r: {"percent": 100 * r.detected_share},
    ),
    Rule(
        "slow_motion_stated",
        lambda r: r.slow_motion_is_stated,
        _slow_motion_stated_text,
        gettext_noop("If that is wrong, say --slow-motion 1."),
    ),
    Rule(
        "slow_motion",
        lambda r: r.activity == "running" and _is_below(r.cadence_spm, REMARKS.slow_motion_spm),
        gettext_noop(
            "this is probably slow motion, about {factor} times slower than life ({cadence} steps a minute); "
            "angles are right, times are not"
        ),
        gettext_noop("Say how much slower it plays, such as --slow-motion {factor}."),
        numbers=lambda r: {"cadence": r.cadence_spm, "factor": _slowness(r)},
    ),
    Rule(
        "too_fast",
        lambda r: r.activity == "running" and (r.cadence_spm or 0.0) > REMARKS.fast_motion_spm,
        _too_fast_text,
        gettext_noop("Check --slow-motion: 0.5 stands for double speed, 4 for four times slower than life."),
    ),
    Rule("something_in_front", lambda r: _has_thing(r) and not _is_spoilt(r), _in_front_text, _STEP_ASIDE),
    Rule("hard_shade", lambda r: _has_shade(r) and not _is_spoilt(r), _in_front_text, _EVEN_LIGHT),
    Rule(
        "dark",
        lambda r: shows_back(r) and is_dark(r) and not _is_spoilt(r),
        gettext_noop("the picture is too dark to show the edge of your back well; the intervals are wider"),
        _MORE_LIGHT,
    ),
    Rule(
        "back_light",
        lambda r: shows_back(r) and has_back_light(r) and not _is_spoilt(r),
        gettext_noop("bright light behind you eats into the edge of your back; the intervals are wider"),
        _LIGHT_FROM_THE_FRONT,
    ),
    Rule(
        "camera_turns",
        lambda r: shows_back(r) and r.roll_drift_deg > REMARKS.roll_drift_deg,
        gettext_noop("the camera turns by {turn} degrees during the clip; it is taken to be level at the start"),
        gettext_noop("Put the camera on a tripod, or lean it where it cannot slip."),
        numbers=lambda r: {"turn": r.roll_drift_deg},
    ),
    Rule(
        "roll_assumed",
        lambda r: shows_back(r) and r.camera_roll_deg is None and r.roll_drift_deg <= REMARKS.roll_drift_deg,
        gettext_noop("the camera is assumed to be level; a tilted one turns tilt and lean by as much"),
        gettext_noop("Level the phone, on a tripod or against a horizontal edge."),
    ),
)
