"""Rules about the runner: who is in the picture, how large and for how long, and what they do."""

from __future__ import annotations

from posture.language import format_number, gettext_noop, ngettext
from posture.language import gettext as _
from posture.quality.recording import Recording, is_below, is_dark, may_run, shows_legs
from posture.quality.rule import BARS_OR_SHADE, CLEAR_AND_EVEN, FILM, MORE_LIGHT, Rule
from posture.thresholds import GATES, REMARKS

_FILM_IN_LIGHT = gettext_noop(
    "Film from the side in good light, camera level at hip height. Keep the whole body in the picture "
    "for at least 10 strides."
)
_FILM_ALONG = gettext_noop(
    "Film from the side, camera level at hip height, the whole body in the picture, for at least 10 "
    "strides: on a treadmill, or with a camera that moves along."
)


def _no_person_text(r: Recording) -> str:
    return ngettext(
        "nobody was found in the frame", "nobody was found in any of the {count} frames", r.frames_read
    ).format(count=r.frames_read)


def _too_few_strides_text(r: Recording) -> str:
    if r.strides == 0:
        text = _("no regular strides were seen (at least {least} are needed)")
    else:
        text = _("only {count} strides were seen (at least {least} are needed)")
    return text.format(count=format_number(r.strides_in_all, 1), least=format_number(GATES.min_strides, 0))


def _is_overlapped(r: Recording) -> bool:
    """Return whether another person leaves nothing, too few strides, or no single back to measure."""
    start, end = r.runner_span_s
    often = r.overlapped_s > REMARKS.often_overlapped_share * (end - start)
    return r.rivals == 0 and (r.overlapped or (often and (r.strides_in_all < GATES.min_strides or r.ambiguous)))


def _overlapped_text(r: Recording) -> str:
    text = _(
        "for {seconds} s another person is in front of the runner's back, or close behind it; that time does not count"
    )
    return text.format(seconds=format_number(r.overlapped_s))


def _others_text(r: Recording) -> str:
    start, end = (format_number(time) for time in r.runner_span_s)
    text = ngettext(
        "{count} other person moves through the picture; we measured the one seen from {start} to {end} s",
        "{count} other people move through the picture; we measured the one seen from {start} to {end} s",
        r.others,
    )
    return text.format(count=r.others, start=start, end=end)


NO_PERSON = Rule("no_person", lambda _recording: True, _no_person_text, _FILM_IN_LIGHT, blocking=True)
# What the picture shows where nobody was found in it.
EMPTY_RULES = (
    NO_PERSON,
    Rule(
        BARS_OR_SHADE,
        lambda r: r.is_striped,
        gettext_noop("bars, or stripes of sun and shade, fill the picture"),
        CLEAR_AND_EVEN,
        blocking=True,
    ),
    Rule("dark", is_dark, gettext_noop("the picture is dark"), MORE_LIGHT, blocking=True),
)

RUNNER_RULES = (
    Rule(
        "several_runners",
        lambda r: r.rivals > 0,
        gettext_noop("{count} people could be the runner"),
        gettext_noop("Film one person alone, or choose with --person 1, --person 2."),
        blocking=True,
        numbers=lambda r: {"count": r.rivals + 1},
    ),
    Rule("others_seen", lambda r: r.others > 0, _others_text, gettext_noop("Another one? Add --person 2.")),
    Rule(
        "overlapped",
        _is_overlapped,
        gettext_noop("another person is in front of the runner's back, or close behind it, for too long"),
        gettext_noop("Film one person alone."),
        blocking=True,
    ),
    Rule(
        "overlapped_at_times",
        lambda r: r.overlapped_s > 0 and r.rivals == 0 and not _is_overlapped(r),
        _overlapped_text,
        gettext_noop("Film one person alone."),
    ),
    Rule(
        "too_small",
        lambda r: is_below(r.body_height_px, GATES.min_body_height_px),
        gettext_noop("the runner is only {height} pixels tall (at least {least} are needed)"),
        gettext_noop("Film from closer, or with a higher resolution."),
        blocking=True,
        numbers=lambda r: {"height": r.body_height_px, "least": GATES.min_body_height_px},
    ),
    Rule(
        "small",
        lambda r: GATES.min_body_height_px <= (r.body_height_px or 0.0) < REMARKS.small_body_px,
        gettext_noop("the runner is only {height} pixels tall; the numbers are less certain"),
        gettext_noop("Film from closer, or with a higher resolution."),
        numbers=lambda r: {"height": r.body_height_px},
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
        "lost_at_times",
        lambda r: REMARKS.rarely_seen_share <= r.detected_share < REMARKS.seen_share,
        gettext_noop("while in the picture, the runner was found in {percent} % of the frames"),
        gettext_noop("Film where the runner stands out from the background."),
        numbers=lambda r: {"percent": 100 * r.detected_share},
    ),
    Rule(
        "standing",
        lambda r: shows_legs(r) and r.activity == "standing",
        gettext_noop("the person stands still; the verdict is about running"),
        gettext_noop("Film while jogging. A standing clip shows your own neutral posture."),
        blocking=True,
    ),
    Rule(
        "walking",
        lambda r: shows_legs(r) and r.activity == "walking",
        gettext_noop("the person walks; the verdict is about running"),
        gettext_noop("Film while jogging."),
        blocking=True,
    ),
    Rule(
        "gait_unclear",
        lambda r: may_run(r) and r.activity == "unknown" and r.strides_in_all >= GATES.min_strides,
        gettext_noop("this may be slow jogging or walking: the feet hardly leave the ground"),
        gettext_noop("Film while jogging a little faster."),
        blocking=True,
    ),
    Rule(
        "too_few_strides",
        lambda r: may_run(r) and not _is_overlapped(r) and r.strides_in_all < GATES.min_strides,
        _too_few_strides_text,
        _FILM_ALONG,
        blocking=True,
    ),
    Rule(
        "few_strides",
        lambda r: r.strides_in_all >= GATES.min_strides and r.strides < REMARKS.good_strides,
        gettext_noop("{count} strides were seen"),
        gettext_noop("With 10 or more, the numbers are steadier."),
        numbers=lambda r: {"count": float(int(r.strides_in_all))},
    ),
)
