"""The change between two clips of one person, its error, and what about the recordings may have made it.

Two clips of one person share the body's shape, which is the larger part of the error of a single number; what remains
is the strides' own spread and a share of both clips' other errors, found on rendered people (`CHANGE_SHARE`).
"""

from __future__ import annotations

import math
from collections.abc import Iterator

from posture.records import Activity, Analysis, Change, Issue, Measure
from posture.thresholds import CHANGE_SHARE, COMPARISON, Z90, Z95_TWO_SIDED

STANDING_GUIDE = (
    "Film yourself standing relaxed for 3 seconds or more, the arms slightly forward so that the outline of the back "
    "is free: same camera, same place, same distance and direction. Then run without touching the camera."
)

# These block a verdict about running, but not the measuring.
_OTHER_THAN_RUNNING = frozenset({"standing", "walking"})
# These say that the times of a clip are not those of life.
_ODD_TIMES = frozenset({"slow_motion", "too_fast"})
_ANGLES_ONLY = (
    "Angles can be compared; cadence and stride time only when --slow-motion says how slow each plays."
)


def changes(before: Analysis, after: Analysis) -> dict[str, Change | None]:
    """Return how much each measure changed from one clip to the other.

    Parameters
    ----------
    before, after : Analysis
        Of one person.

    Returns
    -------
    dict of str to Change or None
        ``after`` minus ``before`` in the measure's unit (degrees, forward positive; points of percent for the arch
        index). None where one of the two lacks the measure; empty when one of the two clips is not measurable.
    """
    if not (_is_measured(before) and _is_measured(after)):
        return {}
    shares = CHANGE_SHARE[kind_of(before, after)]
    names = dict.fromkeys((*before.measures, *after.measures))
    return {
        name: _change(before.measures.get(name), after.measures.get(name), shares.get(name)) for name in names
    }


def kind_of(before: Analysis, after: Analysis) -> str:
    """Return which errors hold for a pair of clips, a key of `CHANGE_SHARE`."""
    return "standing" if "standing" in (before.subject.activity, after.subject.activity) else "running"


def _change(before: Measure | None, after: Measure | None, share: float | None) -> Change | None:
    if before is None or after is None or share is None:
        return None
    value = after.value - before.value
    parts = [_stride_part(m) for m in (before, after)]
    shared = [_shared_part(m) for m in (before, after)]
    sd = math.hypot(*parts, share * math.hypot(*shared))
    return Change(
        value=round(value, 3),
        ci90=(round(value - Z90 * sd, 3), round(value + Z90 * sd, 3)),
        mdc95=round(Z95_TWO_SIDED * sd, 3),
    )


def _stride_part(measure: Measure) -> float:
    """Return the standard error that the strides' spread leaves in their mean.

    A measure of all strides together has no spread between them, and a lone stride tells of none: then all of the
    error counts as shared.
    """
    if measure.sd is None or measure.strides < 2:
        return 0.0
    return min(measure.sd / math.sqrt(measure.strides), _whole(measure))


def _shared_part(measure: Measure) -> float:
    return math.sqrt(max(_whole(measure) ** 2 - _stride_part(measure) ** 2, 0.0))


def _whole(measure: Measure) -> float:
    """Return the standard deviation of a measure's error; its interval's lower end may be cut at zero."""
    return (measure.ci90[1] - measure.value) / Z90


def notes(before: Analysis, after: Analysis, *, baseline: bool = False) -> tuple[Issue, ...]:
    """Return how two recordings differ, as far as a change may come from it, the worst first.

    Parameters
    ----------
    before, after : Analysis
    baseline : bool
        Whether the first is meant as the runner's own standing posture: the words and the advice are about that, and
        anything but standing is a note.

    Returns
    -------
    tuple of Issue
        Blocking ones say that a change may come from the recording instead of the body: a verdict must not rest on it.
    """
    called = ("the baseline", "this clip") if baseline else ("the first clip", "the second clip")
    found = [*_same(before, after), *_unmeasured(before, after, called, baseline=baseline)]
    if _is_measured(before) and _is_measured(after):
        found += [*_camera(before, after, called), *_software(before, after)]
        found += _neutral(before) if baseline else _activity(before, after)
    return tuple(sorted(found, key=lambda note: not note.blocking))


def _is_measured(analysis: Analysis) -> bool:
    blocking = {issue.code for issue in analysis.quality.issues if issue.blocking}
    return blocking <= _OTHER_THAN_RUNNING and any(m is not None for m in analysis.measures.values())


def _same(before: Analysis, after: Analysis) -> Iterator[Issue]:
    a, b = before.source, after.source
    if a.sha256 == b.sha256 and (a.sha256 is not None or a.path == b.path):
        yield _note("same_clip", "both are the same clip", "Name two recordings.", blocking=True)


def _unmeasured(
    before: Analysis, after: Analysis, called: tuple[str, str], *, baseline: bool
) -> Iterator[Issue]:
    for code, clip, name in zip(
        ("before_not_measurable", "after_not_measurable"), (before, after), called, strict=True
    ):
        if _is_measured(clip):
            continue
        issues = [i for i in clip.quality.issues if i.blocking and i.code not in _OTHER_THAN_RUNNING]
        why = issues[0].message if issues else "the outline of the back was not seen"
        advice = issues[0].advice if issues else "Film from the side, with nothing in front of the back."
        if baseline and clip is before:
            # What is asked of a run, such as ten strides, would mislead here.
            advice = STANDING_GUIDE
        yield _note(code, f"{name} could not be measured: {why}", advice, blocking=True)


def _camera(before: Analysis, after: Analysis, called: tuple[str, str]) -> Iterator[Issue]:
    yield from _place(before, after)
    yield from _roll(before, after, called)
    yield from _picture(before, after)
    yield from _times(before, after)


def _place(before: Analysis, after: Analysis) -> Iterator[Issue]:
    facing = before.subject.direction, after.subject.direction
    if None not in facing and facing[0] != facing[1]:
        yield _note(
            "other_direction",
            f"one clip faces {facing[0]}, the other {facing[1]}: a camera that is not level tilts them opposite ways",
            "Film both from the same side.",
            blocking=True,
        )
    yaws = before.quality.view_yaw_deg, after.quality.view_yaw_deg
    if yaws[0] is not None and yaws[1] is not None:
        apart = abs(yaws[0] - yaws[1])
        if apart > COMPARISON["yaw_difference_deg"].value:
            yield _note(
                "other_view",
                f"the camera looks from directions that are about {apart:.0f} degrees apart",
                "Leave the camera where it is between the two, square to the running direction.",
                blocking=True,
            )


def _roll(before: Analysis, after: Analysis, called: tuple[str, str]) -> Iterator[Issue]:
    rolls = before.quality.camera_roll_deg, after.quality.camera_roll_deg
    known = [roll for roll in rolls if roll is not None]
    if len(known) != 1:
        return
    which = called[0] if rolls[0] is not None else called[1]
    # A roll that is next to nothing shifts nothing.
    yield _note(
        "roll_known_once",
        f"how far the camera was tilted is known of {which} only ({abs(known[0]):.1f} degrees): "
        "the tilt's change may be off by as much",
        "Level the camera and leave it where it is for both.",
        blocking=abs(known[0]) >= COMPARISON["roll_deg"].value,
    )


def _picture(before: Analysis, after: Analysis) -> Iterator[Issue]:
    limit = COMPARISON["size_ratio"].value
    heights = before.quality.body_height_px, after.quality.body_height_px
    if heights[0] is not None and heights[1] is not None and _ratio(heights[0], heights[1]) >= limit:
        yield _note(
            "other_size",
            f"the person is {heights[0]:.0f} pixels tall in one clip and {heights[1]:.0f} in the other",
            "Film both from the same distance, with the same zoom and resolution.",
        )
    a, b = before.source, after.source
    if max(_ratio(a.width, b.width), _ratio(a.height, b.height)) >= limit:
        yield _note(
            "other_picture",
            f"the pictures differ in size: {a.width} x {a.height} and {b.width} x {b.height} pixels",
            "Film both with the same camera settings, held the same way.",
        )


def _times(before: Analysis, after: Analysis) -> Iterator[Issue]:
    a, b = before.source, after.source
    odd = [_ODD_TIMES & {issue.code for issue in clip.quality.issues} for clip in (before, after)]
    if a.slow_motion != b.slow_motion or any(odd):
        yield _note("other_speed", "one of the clips plays slower or faster than the other", _ANGLES_ONLY)
    elif a.fps and b.fps and _ratio(a.fps, b.fps) >= COMPARISON["rate_ratio"].value:
        yield _note(
            "other_rate", f"one clip has {a.fps:.0f} frames a second, the other {b.fps:.0f}", _ANGLES_ONLY
        )


def _ratio(a: float, b: float) -> float:
    low, high = sorted((a, b))
    return high / low if low > 0 else 1.0


def _software(before: Analysis, after: Analysis) -> Iterator[Issue]:
    a, b = before.software, after.software
    if (a.model, a.model_sha256) != (b.model, b.model_sha256):
        yield _note(
            "other_model",
            f"different pose models made them ({a.model} and {b.model})"
            if a.model != b.model
            else f"different editions of the pose model {a.model} made them",
            "Analyse both clips with the same --model.",
            blocking=True,
        )
    if a.posture != b.posture:
        yield _note(
            "other_version",
            f"different versions of posture made them ({a.posture} and {b.posture})",
            "Analyse both clips with the same version.",
            blocking=True,
        )


def _activity(before: Analysis, after: Analysis) -> Iterator[Issue]:
    doing = before.subject.activity, after.subject.activity
    if doing[0] != doing[1]:
        yield _note(
            "other_activity",
            f"the first clip shows {_doing(doing[0])}, the second {_doing(doing[1])}: "
            "the back is held differently anyway",
            "To see progress, compare two runs at the same speed.",
        )


def _neutral(before: Analysis) -> Iterator[Issue]:
    activity = before.subject.activity
    if activity == "running":
        yield _note(
            "earlier_run",
            "the baseline is an earlier run: it shows the change, not your neutral posture, "
            "so the verdict is held against other people",
            STANDING_GUIDE,
        )
    elif activity != "standing":
        yield _note(
            "not_standing",
            f"the baseline shows {_doing(activity)}, not standing",
            STANDING_GUIDE,
            blocking=True,
        )


def _doing(activity: Activity) -> str:
    return "no regular movement" if activity == "unknown" else activity


def _note(code: str, message: str, advice: str, *, blocking: bool = False) -> Issue:
    return Issue(code=code, message=message, advice=advice, blocking=blocking)
