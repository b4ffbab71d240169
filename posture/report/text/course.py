"""The course of the run as text: the back at gait events, left against right, drift, strides left out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from math import ceil

from posture.calibration import calibration
from posture.language import format_list, format_number, gettext_noop, ngettext
from posture.language import gettext as _
from posture.records.analysis import LeftOut
from posture.records.course import Course, Drift, Estimate, SideDifference
from posture.report.text.console import Page
from posture.report.wording import interval_text, value_text
from posture.thresholds import Z90

_TITLE = {"pelvic_tilt_deg": gettext_noop("Tilt"), "lumbar_arch_deg": gettext_noop("Arch")}
_OF = {"pelvic_tilt_deg": gettext_noop("{size} of tilt"), "lumbar_arch_deg": gettext_noop("{size} of arch")}
_EVENTS = {
    "foot_strike": gettext_noop("Foot strike"),
    "mid_stance": gettext_noop("Mid-stance"),
    "toe_off": gettext_noop("Toe-off"),
}
_REASONS = {
    "too_short": gettext_noop("too short"),
    "too_long": gettext_noop("too long"),
    "frames_missing": gettext_noop("with too many frames missing"),
    "not_side_view": gettext_noop("not from the side"),
}


def render_course(page: Page, course: Course) -> None:
    """Print the section on the course of the run."""
    page.heading(_("Through the stride"))
    rows = event_rows(course)
    if rows:
        page.table(rows)
    if any(course.curves.values()):
        page.line(noise_sentence(course), indent=2, style="dim")
    page.bullets([*side_sentences(course.sides), *drift_sentences(course.drift)])


def event_rows(course: Course) -> list[tuple[str, str, str]]:
    """Return name, tilt and arch at the events of a stance below a header; empty without events."""
    events = [event for event in course.events if event.side == course.side]
    if not events:
        return []
    rows = [(_("Left foot") if course.side == "left" else _("Right foot"), _("Tilt"), _("Arch"))]
    for event in events:
        tilt, arch = (_value(event.measures.get(name)) for name in _TITLE)
        rows.append((_(_EVENTS[event.name]), tilt, arch))
    return rows


def noise_sentence(course: Course) -> str:
    """Return the smallest meaningful difference between two moments as a sentence."""
    limits = [
        _of(name, f"{ceil(2**0.5 * Z90 * calibration().event_sd[name])}°")
        for name in _OF
        if course.curves.get(name) is not None
    ]
    if len(limits) == 2:
        text = _("Less than {first} or {second} between two moments is no more than the measuring error.")
        return text.format(first=limits[0], second=limits[1])
    return _("Less than {first} between two moments is no more than the measuring error.").format(first=limits[0])


def side_sentences(sides: dict[str, SideDifference | None]) -> Iterator[str]:
    """Yield sentences on left against right stance."""
    known = {name: side for name, side in sides.items() if side is not None}
    real = {name: side for name, side in known.items() if side.real}
    for name, side in real.items():
        if side.difference > 0:
            text = _("{measure} is {size} larger on the left foot than on the right {interval}.")
        else:
            text = _("{measure} is {size} larger on the right foot than on the left {interval}.")
        low, high = sorted(abs(end) for end in side.ci90)
        yield text.format(
            measure=_(_TITLE[name]), size=value_text(abs(side.difference), "deg"), interval=interval_text((low, high))
        )
    if known and not real:
        differences = format_list(_of(n, value_text(abs(s.difference), "deg")) for n, s in known.items())
        yield _(
            "Left and right foot: no detectable difference ({differences}, no more than the measuring error)."
        ).format(differences=differences)


def drift_sentences(drift: Drift) -> Iterator[str]:
    """Yield sentences on the change from the first to the last third, or the reason for none."""
    if drift.reason is not None:
        yield _("First and last third of the strides: not compared; {reason}.").format(reason=drift.reason)
        return
    real = {name: change for name, change in drift.measures.items() if change is not None and change.real}
    for name, change in real.items():
        if change.change > 0:
            text = _(
                "{measure} rose by {size} from the first to the last third of the strides (from {first} to {last})."
            )
        else:
            text = _(
                "{measure} fell by {size} from the first to the last third of the strides (from {first} to {last})."
            )
        yield text.format(
            measure=_(_TITLE[name]),
            size=value_text(abs(change.change), "deg"),
            first=format_number(change.first),
            last=value_text(change.last, "deg"),
        )
    if not real:
        yield _("First and last third of the strides: no detectable change.")


def left_out_sentence(left_out: Sequence[LeftOut]) -> str | None:
    """Return number and reasons of the unused strides as a sentence; None without any."""
    if not left_out:
        return None
    count = Counter(_(_REASONS[stride.reason]) for stride in left_out)
    why = ", ".join(f"{number} {reason}" for reason, number in count.items())
    if len(left_out) == 1:
        why = next(iter(count))
    return ngettext(
        "{count} stride was left out: {why}.", "{count} strides were left out: {why}.", len(left_out)
    ).format(count=len(left_out), why=why)


def _of(name: str, size: str) -> str:
    return _(_OF[name]).format(size=size)


def _value(estimate: Estimate | None) -> str:
    return "-" if estimate is None else value_text(estimate.value, "deg")
