"""Rules about the measured back: what covers it, in which light it is seen, whether it stays the same."""

from __future__ import annotations

from posture.language import gettext as _
from posture.language import gettext_noop
from posture.occluders import describe_occluder
from posture.quality.recording import (
    Recording,
    crossing_pattern,
    has_back_light,
    is_below,
    is_covered,
    is_dark,
    may_run,
    shows_back,
)
from posture.quality.rule import BARS_OR_SHADE, CLEAR_AND_EVEN, MORE_LIGHT, Rule
from posture.records.analysis import Occluder
from posture.thresholds import GATES, REMARKS

# Code of the issue that the outline is not a body's.
NOT_A_BODY = "loose_clothing"
# Code of the issue that something hangs behind the neck.
WORN_ON_BACK = "worn_on_back"
# Code of the issue that two different backs fit the edges.
AMBIGUOUS = "back_ambiguous"
_STEP_ASIDE = gettext_noop("Move the camera or yourself until nothing stands between camera and back.")
_EVEN_LIGHT = gettext_noop("Film where the light on your back is even: all in the sun or all in the shade.")
# Along the trunk axis: below it are the buttocks.
_LOWER_BACK_FROM_T = 0.08


def _not_a_body_text(r: Recording) -> str:
    if r.worn_t is None:
        return _("the line of the back is not that of a body: a loose top, a pack or a harness covers it")
    if r.worn_t < _LOWER_BACK_FROM_T:
        return _(
            "at the buttocks, the line of the back is not that of a body: a loose top, a pack or a harness covers it"
        )
    return _("at the lower back, the line is not that of a body: a loose top, a pack or a harness covers it")


def _is_spoilt(r: Recording) -> bool:
    """Return whether no back can be read: what is in front of it, or the light, is the reason where there is such.

    Lines that fill the picture cover the legs, too: then they are the reason why no strides are seen.
    """
    no_strides = crossing_pattern(r) is not None and r.strides_in_all < GATES.min_strides
    hidden = is_covered(r) or is_below(r.arm_free_share, GATES.min_arm_free_share)
    return hidden or r.odd or r.ambiguous or no_strides


def _has_hanging_thing(r: Recording) -> bool:
    """Return whether something hangs beside the neck, and nothing else that is known covers the back."""
    return shows_back(r) and r.neck_step_l > REMARKS.neck_step_l and not r.odd and not r.occluders


def _hides_upper_back(r: Recording) -> bool:
    """Return whether the upper back, or all of it, cannot be read."""
    return _is_spoilt(r) or is_below(r.upper_free_share, GATES.min_upper_free_share)


def _main_occluder(r: Recording) -> Occluder | None:
    return max(r.occluders, key=lambda one: one.hidden_share, default=None)


def _has_shade(r: Recording) -> bool:
    main = _main_occluder(r)
    return crossing_pattern(r) == "shade" if main is None else main.kind == "shade"


def _has_thing(r: Recording) -> bool:
    return not _has_shade(r) if r.occluders else crossing_pattern(r) == "thing"


def _has_bars_or_shade(r: Recording) -> bool:
    return not r.occluders and crossing_pattern(r) == "either"


def _in_front_text(r: Recording) -> str:
    thing = _main_occluder(r)
    if thing is not None:
        return describe_occluder(thing)
    if crossing_pattern(r) == "shade":
        return _("stripes or edges of sun and shade fall on you")
    return _("bars, such as those of a fence, run in front of you")


def _dark_text(r: Recording) -> str:
    if _is_spoilt(r):
        return _("the picture is too dark to show the edge of your back")
    return _("the picture is too dark to show the edge of your back well; the numbers are less certain")


def _back_light_text(r: Recording) -> str:
    if _is_spoilt(r):
        return _("bright light behind you eats into the edge of your back")
    return _("bright light behind you eats into the edge of your back; the numbers are less certain")


def _hanging_thing_text(r: Recording) -> str:
    if _hides_upper_back(r):
        return _("long hair, a hood or a pack hangs behind your neck and hides the back beneath it")
    return _("long hair, a hood or a pack hangs behind your neck; the numbers are less certain")


BACK_RULES = (
    Rule("something_in_front", _has_thing, _in_front_text, _STEP_ASIDE, blocking=_is_spoilt),
    Rule("hard_shade", _has_shade, _in_front_text, _EVEN_LIGHT, blocking=_is_spoilt),
    Rule(
        BARS_OR_SHADE,
        _has_bars_or_shade,
        gettext_noop("bars in front of you, or stripes of sun and shade, cross your back"),
        CLEAR_AND_EVEN,
        blocking=_is_spoilt,
    ),
    Rule("dark", lambda r: shows_back(r) and is_dark(r), _dark_text, MORE_LIGHT, blocking=_is_spoilt),
    Rule(
        "back_light",
        lambda r: shows_back(r) and has_back_light(r),
        _back_light_text,
        gettext_noop("Film with the light behind the camera, not behind you."),
        blocking=_is_spoilt,
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
        WORN_ON_BACK,
        _has_hanging_thing,
        _hanging_thing_text,
        gettext_noop("Tie up long hair, above the collar; take off hood and pack."),
        blocking=_hides_upper_back,
    ),
    Rule(
        "back_hidden",
        lambda r: may_run(r) and is_below(r.arm_free_share, GATES.min_arm_free_share),
        gettext_noop("the back is hidden for most of the time (free: {percent} %)"),
        gettext_noop("Tuck in loose clothing, tie up long hair, and let nothing stand between camera and back."),
        blocking=True,
        numbers=lambda r: {"percent": 100 * (r.arm_free_share or 0.0)},
    ),
    Rule(
        "upper_back_hidden",
        lambda r: is_below(r.upper_free_share, GATES.min_upper_free_share) and shows_back(r),
        gettext_noop("the arms hide the upper back in nearly every frame, so that the arch cannot be measured"),
        gettext_noop("Film again; a camera exactly at hip height and square to the side sees more of the back."),
    ),
    Rule(
        AMBIGUOUS,
        lambda r: r.ambiguous,
        gettext_noop(
            "two different backs fit the picture: an arm looks like part of the back, or the posture "
            "changes during the clip"
        ),
        gettext_noop("Film from the other side too, elbows clear of the back; or measure a part: --start, --end."),
        blocking=True,
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
            "the strides differ more than a steady runner's: the posture changes, or something other "
            "than the back is seen; the numbers are less certain"
        ),
        gettext_noop("Run steadily, and let nothing stand between camera and back."),
    ),
)
