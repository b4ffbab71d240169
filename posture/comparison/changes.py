"""Changes between two clips of one person, their errors, and differences of the recordings that may cause them.

Two clips of one person share the body's shape, which is the larger part of the error of a single number. What remains
is the spread of the strides and a share of both clips' other errors (`Calibration.change_share`).
"""

from __future__ import annotations

import math
from collections.abc import Iterator

from posture.calibration import calibration
from posture.comparison.same_person import other_person
from posture.language import format_number, gettext_noop
from posture.language import gettext as _
from posture.records.analysis import Analysis, AnalysisParts, Change, Issue, Measure, Source
from posture.thresholds import COMPARISON, Z90, Z95_TWO_SIDED
from posture.types import Activity

Parts = Analysis | AnalysisParts

STANDING_GUIDE = gettext_noop(
    "Film yourself standing relaxed for 3 seconds or more, arms slightly forward, away from your back. "
    "Use the same camera, place, distance and direction. Then run without touching the camera."
)

# Parts of one film that share at most this do not overlap, seconds: less than the frame interval of any camera.
_TOUCHING_S = 1e-3
# Issues that block a verdict about running, but not the measuring.
_OTHER_THAN_RUNNING = frozenset({"standing", "walking"})
# Issues that say that the clip does not play in real time.
_ODD_TIMES = frozenset({"slow_motion", "too_fast"})
_ANGLES_ONLY = gettext_noop(
    "Angles can be compared; cadence and stride time only when --slow-motion says how slow each plays."
)


def changes(before: Parts, after: Parts) -> dict[str, Change | None]:
    """Return how much each measure changed from one clip of a person to another.

    Returns
    -------
    dict of str to Change or None
        ``after`` minus ``before`` in the measure's unit (degrees, forward positive; points of percent for the arch
        index). None where one of the two lacks the measure; empty when one of the two clips is not measurable.
    """
    if not (_is_measured(before) and _is_measured(after)):
        return {}
    kind = "standing" if "standing" in (before.subject.activity, after.subject.activity) else "running"
    shares = calibration().change_share[kind]
    names = dict.fromkeys((*before.measures, *after.measures))
    return {name: _change(before.measures.get(name), after.measures.get(name), shares.get(name)) for name in names}


def _change(before: Measure | None, after: Measure | None, share: float | None) -> Change | None:
    if before is None or after is None or share is None or before.unit != after.unit:
        return None
    value = after.value - before.value
    parts = [_stride_part(m) for m in (before, after)]
    shared = [shared_error(m) for m in (before, after)]
    sd = math.hypot(*parts, share * math.hypot(*shared))
    return Change(
        value=round(value, 3),
        ci90=(round(value - Z90 * sd, 3), round(value + Z90 * sd, 3)),
        mdc95=round(Z95_TWO_SIDED * sd, 3),
    )


def _stride_part(measure: Measure) -> float:
    """Return the standard error of the mean over the strides; 0 without a spread: all of the error is shared."""
    if measure.sd is None or measure.strides < 2:
        return 0.0
    return min(measure.sd / math.sqrt(measure.strides), _whole(measure))


def shared_error(measure: Measure) -> float:
    """Return the standard deviation of the error that a measure's strides share."""
    return math.sqrt(max(_whole(measure) ** 2 - _stride_part(measure) ** 2, 0.0))


def _whole(measure: Measure) -> float:
    """Return the standard deviation of a measure's error; its interval's lower end may be cut at zero."""
    return (measure.ci90[1] - measure.value) / Z90


def notes(before: Parts, after: Parts, *, baseline: bool = False, same_session: bool = False) -> tuple[Issue, ...]:
    """Return how two recordings differ, as far as a change may come from it, the worst first.

    Parameters
    ----------
    baseline
        Whether the first is meant as the runner's own standing posture: texts and advice are about that, and any other
        activity gives a note.
    same_session
        Whether both are different parts of one session, which no file or time tells apart.

    Returns
    -------
    tuple of Issue
        Blocking ones say that a change may come from the recording instead of the body; no verdict rests on it then.
    """
    differences = [] if same_session else [*_same(before, after)]
    differences += _unmeasured(before, after, baseline=baseline)
    if _is_measured(before) and _is_measured(after):
        differences += [*_place(before, after), *_roll(before, after, baseline=baseline)]
        differences += [*_picture(before, after), *_software(before, after)]
        differences += [] if same_session else _times(before, after)
        differences += [] if same_session else _person(before, after)
        differences += _neutral(before) if baseline else _activity(before, after)
    return tuple(sorted(differences, key=lambda note: not note.blocking))


def _is_measured(clip: Parts) -> bool:
    blocking = {issue.code for issue in clip.quality.issues if issue.blocking}
    return blocking <= _OTHER_THAN_RUNNING and any(m is not None for m in clip.measures.values())


def _same(before: Parts, after: Parts) -> Iterator[Issue]:
    a, b = before.source, after.source
    if a.sha256 == b.sha256 and (a.sha256 is not None or a.path == b.path) and _overlap(a, b):
        yield _note("same_clip", _("both are the same clip"), _("Name two recordings."), blocking=True)


def _overlap(a: Source, b: Source) -> bool:
    """Return whether two parts of one file share frames; standing and running may be filmed in one go."""
    if None in (a.start_s, a.duration_s, b.start_s, b.duration_s):
        return True
    (a_start, a_end), (b_start, b_end) = (
        ((s.start_s or 0.0), (s.start_s or 0.0) + (s.duration_s or 0.0)) for s in (a, b)
    )
    # Parts cut where they touch share no frame, whatever rounding says.
    return a_start < b_end - _TOUCHING_S and b_start < a_end - _TOUCHING_S


def _unmeasured(before: Parts, after: Parts, *, baseline: bool) -> Iterator[Issue]:
    texts = (
        (_("the baseline could not be measured: {reason}"), _("this clip could not be measured: {reason}"))
        if baseline
        else (_("the first clip could not be measured: {reason}"), _("the second clip could not be measured: {reason}"))
    )
    codes = "before_not_measurable", "after_not_measurable"
    for code, clip, text in zip(codes, (before, after), texts, strict=True):
        if _is_measured(clip):
            continue
        issues = [i for i in clip.quality.issues if i.blocking and i.code not in _OTHER_THAN_RUNNING]
        # The analysis may have been made in another language; texts with numbers then stay untranslated.
        why = _(issues[0].message) if issues else _("the line of the back could not be seen")
        advice = _(issues[0].advice) if issues else _("Film from the side, with nothing in front of the back.")
        if baseline and clip is before:
            # Advice on running, such as ten strides, would mislead here.
            advice = _(STANDING_GUIDE)
        yield _note(code, text.format(reason=why), advice, blocking=True)


def _place(before: Parts, after: Parts) -> Iterator[Issue]:
    facing = before.subject.direction, after.subject.direction
    if None not in facing and facing[0] != facing[1]:
        yield _note(
            "other_direction",
            _("one clip faces left, the other right: a tilted camera then distorts them in opposite directions")
            if facing[0] == "left"
            else _("one clip faces right, the other left: a tilted camera then distorts them in opposite directions"),
            _("Film both from the same side."),
            blocking=True,
        )
    yaws = before.quality.view_yaw_deg, after.quality.view_yaw_deg
    if yaws[0] is not None and yaws[1] is not None:
        apart = abs(yaws[0] - yaws[1])
        if apart > COMPARISON.yaw_difference_deg:
            yield _note(
                "other_view",
                _("the camera's view differs by about {angle} degrees between the clips").format(
                    angle=format_number(apart, 0)
                ),
                _("Leave the camera where it is between the two, square to the running direction."),
                blocking=True,
            )


def _roll(before: Parts, after: Parts, *, baseline: bool) -> Iterator[Issue]:
    rolls = before.quality.camera_roll_deg, after.quality.camera_roll_deg
    known = [roll for roll in rolls if roll is not None]
    if len(known) != 1:
        return
    if rolls[0] is not None:
        clip = _("the baseline") if baseline else _("the first clip")
    else:
        clip = _("this clip") if baseline else _("the second clip")
    # A negligible roll does not block.
    yield _note(
        "roll_known_once",
        _(
            "the camera's roll is known for {clip} only ({angle} degrees); the change in tilt may be off by as much"
        ).format(clip=clip, angle=format_number(abs(known[0]))),
        _("Level the camera, and leave it in place for both clips."),
        blocking=abs(known[0]) >= COMPARISON.roll_deg,
    )


def _picture(before: Parts, after: Parts) -> Iterator[Issue]:
    limit = COMPARISON.size_ratio
    heights = before.quality.body_height_px, after.quality.body_height_px
    if heights[0] is not None and heights[1] is not None and _ratio(heights[0], heights[1]) >= limit:
        yield _note(
            "other_size",
            _("the person is {first} pixels tall in one clip and {second} in the other").format(
                first=format_number(heights[0], 0), second=format_number(heights[1], 0)
            ),
            _("Film both from the same distance, with the same zoom and resolution."),
        )
    a, b = before.source, after.source
    if max(_ratio(a.width, b.width), _ratio(a.height, b.height)) >= limit:
        yield _note(
            "other_picture",
            _("the pictures differ in size: {first} and {second} pixels").format(
                first=f"{a.width} x {a.height}", second=f"{b.width} x {b.height}"
            ),
            _("Film both with the same camera settings, and hold the phone the same way."),
        )


def _times(before: Parts, after: Parts) -> Iterator[Issue]:
    a, b = before.source, after.source
    odd = [_ODD_TIMES & {issue.code for issue in clip.quality.issues} for clip in (before, after)]
    if a.slow_motion != b.slow_motion or any(odd):
        yield _note("other_speed", _("one of the clips plays slower or faster than the other"), _(_ANGLES_ONLY))
    elif a.fps and b.fps and _ratio(a.fps, b.fps) >= COMPARISON.rate_ratio:
        yield _note(
            "other_rate",
            _("one clip has {first} frames a second, the other {second}").format(
                first=format_number(a.fps, 0), second=format_number(b.fps, 0)
            ),
            _(_ANGLES_ONLY),
        )


def _ratio(a: float, b: float) -> float:
    low, high = sorted((a, b))
    return high / low if low > 0 else 1.0


def _software(before: Parts, after: Parts) -> Iterator[Issue]:
    a, b = before.software, after.software
    if (a.model, a.model_sha256) != (b.model, b.model_sha256):
        yield _note(
            "other_model",
            _("the clips were analysed with different pose models ({first} and {second})").format(
                first=a.model, second=b.model
            )
            if a.model != b.model
            else _("the clips were analysed with different editions of the pose model {model}").format(model=a.model),
            _("Analyse both clips with the same --model."),
            blocking=True,
        )
    if a.posture != b.posture:
        yield _note(
            "other_version",
            _("the clips were analysed with different versions of posture ({first} and {second})").format(
                first=a.posture, second=b.posture
            ),
            _("Analyse both clips with the same version."),
            blocking=True,
        )


def _activity(before: Parts, after: Parts) -> Iterator[Issue]:
    doing = before.subject.activity, after.subject.activity
    if doing[0] != doing[1]:
        yield _note(
            "other_activity",
            _("the first clip shows {first}, the second {second}: the back differs for that reason alone").format(
                first=_doing(doing[0]), second=_doing(doing[1])
            ),
            _("To see progress, compare two runs at the same speed."),
        )


def _person(before: Parts, after: Parts) -> Iterator[Issue]:
    """Yield a note when one of the clips is a stand, and may show another person than the other clip."""
    if "standing" in (before.subject.activity, after.subject.activity):
        note = other_person(before.subject, after.subject)
        if note is not None:
            yield note


def _neutral(before: Parts) -> Iterator[Issue]:
    activity = before.subject.activity
    if activity == "running":
        yield _note(
            "earlier_run",
            _(
                "the baseline is an earlier run: it shows what has changed, but the verdict still "
                "compares you with other people"
            ),
            _(STANDING_GUIDE),
        )
    elif activity != "standing":
        yield _note(
            "not_standing",
            _("the baseline shows {activity}, not standing").format(activity=_doing(activity)),
            _(STANDING_GUIDE),
            blocking=True,
        )


def _doing(activity: Activity) -> str:
    words: dict[Activity, str] = {
        "running": _("running"),
        "walking": _("walking"),
        "standing": _("standing"),
        "unknown": _("no regular movement"),
    }
    return words[activity]


def _note(code: str, message: str, advice: str, *, blocking: bool = False) -> Issue:
    return Issue(code=code, message=message, advice=advice, blocking=blocking)
