"""Changes as text: against the baseline of an analysis, and between two clips."""

from __future__ import annotations

from typing import TYPE_CHECKING

from posture.language import format_list, format_number, gettext_noop, ngettext
from posture.language import gettext as _
from posture.records.analysis import Analysis, Baseline, Change
from posture.records.comparison import Compared, Comparison, MeasureChange
from posture.report.change_words import change_grade, finding_of, signed_interval
from posture.report.text.console import Page
from posture.report.wording import (
    doing_words,
    issue_text,
    label_words,
    signed,
    unit_of,
    value_text,
    when_words,
    words_of,
)
from posture.types import PRIMARY_MEASURES

if TYPE_CHECKING:
    from rich.console import Console

# Differences of the recordings that the terminal names; the page has all.
MAX_NOTES = 2

REAL_NOTE = gettext_noop("In brackets: the 95 % interval. A change is real when zero lies outside of it.")


def summary(comparison: Comparison, than: str = "") -> str:
    """Return the changes in one sentence; `than` says what the later clip is compared with, by default "before"."""
    reason = _obstacle(comparison)
    if reason is not None:
        return _("Not comparable: {reason}.").format(reason=reason)
    known = {name: c for name in PRIMARY_MEASURES if (c := comparison.changes.get(name)) is not None}
    if not known:
        return _("Not comparable: neither pelvic tilt nor lumbar arch could be measured in both clips.")
    real, perhaps = (
        {name: change for name, change in known.items() if change_grade(change) == grade}
        for grade in ("real", "at_the_limit")
    )
    if not real and not perhaps:
        return ngettext(
            "No clear change: {changes} is no more than the measuring error.",
            "No clear change: {changes} are no more than the measuring error.",
            len(known),
        ).format(changes=_list_of(known))
    head = _direction(real or perhaps, than or _than(comparison.before, comparison.after))
    if not real:
        head = _("{change}, but only just").format(change=head)
    text = f"{head}: {format_list(_larger(name, change) for name, change in (real or perhaps).items())}."
    if not real:
        text += " " + _("That is about as large as the measuring error.")
    if any(note.blocking for note in comparison.notes):
        text += " " + _("But the recordings differ, which may be why.")
    return text


def _obstacle(comparison: Comparison) -> str | None:
    """Return why the clips cannot be compared; None when they can."""
    same = [note.message for note in comparison.notes if note.code == "same_clip"]
    if same:
        return same[0]
    if comparison.changes:
        return None
    blocking = [note.message for note in comparison.notes if note.blocking]
    return blocking[0] if blocking else _("one of the clips does not show the line of the back")


def _direction(real: dict[str, MeasureChange], than: str) -> str:
    ups = {change.value > 0 for change in real.values()}
    if len(ups) == 2:
        text = _("Different from {than}, in opposite directions")
    elif "lumbar_arch_deg" in real:
        text = _("More hollow than {than}") if ups == {True} else _("Less hollow than {than}")
    elif ups == {True}:
        text = _("The pelvis tilts further forward than {than}")
    else:
        text = _("The pelvis tilts less far forward than {than}")
    return text.format(than=than)


def _than(before: Compared, after: Compared) -> str:
    if before.activity in (after.activity, "unknown"):
        return _("before")
    return when_words(before.activity)


def _larger(name: str, change: MeasureChange) -> str:
    size = value_text(abs(change.value), change.unit, words_of(name).digits)
    text = _("the {measure} is {size} larger") if change.value > 0 else _("the {measure} is {size} smaller")
    return text.format(measure=words_of(name).name, size=size)


def _list_of(changes: dict[str, MeasureChange]) -> str:
    return format_list(
        f"{words_of(name).name} {signed(change.value, change.unit, words_of(name).digits)}"
        for name, change in changes.items()
    )


def change_text(name: str, change: Change, unit: str) -> str:
    """Return a change with its interval and whether it is real: ``+6.9° (95 %: +2.8 to +11.0), a real change``."""
    size, interval = signed_interval(change, name, unit)
    return f"{size} {interval}, {finding_of(change)}"


def standing_part_sentence(baseline: Baseline | None) -> str | None:
    """Return where in the clip the runner stands; None when the baseline is a clip of its own, or there is none."""
    if baseline is None or baseline.start_s is None or baseline.end_s is None:
        return None
    return _("You stand still from {start} to {end} s of this clip; your run is compared with that.").format(
        start=format_number(baseline.start_s), end=format_number(baseline.end_s)
    )


def baseline_section(page: Page, analysis: Analysis) -> None:
    """Print the section on the baseline: changes, differences of the recordings, and its part in the verdict."""
    baseline = analysis.baseline
    if baseline is None:
        return
    page.heading(
        _("Compared with your own standing posture")
        if baseline.activity == "standing"
        else _("Compared with your baseline")
    )
    page.line(standing_part_sentence(baseline) or f"{baseline.path}", indent=2)
    known = {name: change for name, change in baseline.change.items() if change is not None}
    if not known:
        page.line(_("No measure could be compared."), indent=2)
    for name, change in known.items():
        page.bullets([f"{words_of(name).title}: {change_text(name, change, unit_of(analysis, name))}."])
    if known:
        page.line(_(REAL_NOTE), indent=2, style="dim")
    # The reason why this clip is not measurable is printed above.
    page.bullets(issue_text(note) for note in baseline.notes if note.code != "after_not_measurable")
    unused = _unused(analysis, baseline)
    if unused is not None:
        page.line(unused, indent=2)


def _unused(analysis: Analysis, baseline: Baseline) -> str | None:
    """Return why the verdict does not rest on a standing baseline; None when it does, or there is no verdict."""
    verdict = analysis.verdict
    if baseline.activity != "standing" or verdict.label == "not_measurable" or verdict.basis == "own_standing":
        return None
    if any(note.blocking for note in baseline.notes):
        return _("So the verdict compares you with other people, not with this baseline.")
    return _("Without tilt and arch in both clips, the verdict compares you with other people.")


def render_comparison(comparison: Comparison, console: Console, *, quiet: bool = False) -> None:
    """Print a comparison: a sentence, what changed, differences of the recordings; if quiet, only the sentence."""
    page = Page(console)
    if quiet:
        page.unwrapped(summary(comparison), style="bold")
        return
    page.line(summary(comparison), style="bold")
    rows = [_row(name, change) for name, change in comparison.changes.items() if _is_shown(name, change)]
    if rows:
        console.print()
        page.table(rows, indent=0)
    console.print()
    for title, clip in ((_("Before"), comparison.before), (_("After"), comparison.after)):
        page.line(f"{title}: {clip.path} ({clip_words(clip)})")
    # The first blocking difference is the reason in the first sentence where nothing can be compared.
    page.bullets((issue_text(note) for note in comparison.notes[:MAX_NOTES]), indent=0)


def _is_shown(name: str, change: MeasureChange | None) -> bool:
    return change is not None and (name in PRIMARY_MEASURES or change_grade(change) == "real")


def _row(name: str, change: MeasureChange | None) -> tuple[str, str, str]:
    assert change is not None
    words = words_of(name)
    first = format_number(change.before, words.digits)
    second = format_number(change.after, words.digits)
    return words.title, f"{first} → {second}", change_text(name, change, change.unit)


def clip_words(clip: Compared) -> str:
    """Return what a clip shows and its verdict: ``running, no hollow back``."""
    doing = doing_words(clip.activity)
    # A standing person has no verdict.
    return doing if clip.label == "not_measurable" else f"{doing}, {label_words(clip.label)}"
