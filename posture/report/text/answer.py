"""The answer on the terminal, in at most 15 lines of 80 characters: verdict, why, two scales, next step, results."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from posture.language import format_number, gettext_noop
from posture.language import gettext as _
from posture.reasons import main_issues
from posture.records.analysis import Analysis, Change, Label, Measure
from posture.report.text.comparison import standing_part_sentence
from posture.report.text.console import Page, scale
from posture.report.wording import (
    ASSUMPTIONS,
    baseline_doubts,
    caution,
    condition_sentence,
    headline_of,
    issue_text,
    next_step,
    own_change,
    sureness,
    verdict_sentence,
    words_of,
)
from posture.thresholds import Relation, relation_to_threshold
from posture.types import PRIMARY_MEASURES

if TYPE_CHECKING:
    from rich.console import Console

VERDICT_STYLES: dict[Label, str] = {
    "hollow_back": "bold yellow",
    "borderline": "bold cyan",
    "not_hollow_back": "bold green",
    "not_measurable": "bold magenta",
}
SCALE_STYLES: dict[Relation, str] = {"above": "yellow", "below": "green", "open": "cyan"}

# Characters of a scale at most, and of a line for which the answer is cut.
_SCALE_WIDTH, _LINE = 41, 80
_RELATIONS: dict[Relation, str] = {
    "above": gettext_noop("above the limit"),
    "open": gettext_noop("close to the limit"),
    "below": gettext_noop("below the limit"),
}


@dataclass(frozen=True)
class ResultsPlace:
    """Where the results are, as the last line names it, and the page to open, if one was written."""

    name: str
    page: Path | None = None


def render_answer(analysis: Analysis, console: Console) -> None:
    """Print the short answer, but for its end, `render_closing`."""
    page = Page(console)
    verdict = " ".join(text for text in (verdict_sentence(analysis), sureness(analysis)) if text)
    page.line(_cut(verdict, 3), style=VERDICT_STYLES[analysis.verdict.label])
    if analysis.verdict.label != "not_measurable":
        _scales(page, analysis)
    console.print()
    page.line(_cut(_("Next: {step}").format(step=next_step(analysis)), 2 if analysis.exercises else 3))
    if analysis.exercises:
        titles = ", ".join(exercise.title for exercise in analysis.exercises)
        page.line(_("Exercises: {titles} (steps: posture exercises)").format(titles=titles))
    if problems := list(_problems(analysis)):
        page.line(_shortened(problems))
    elif analysis.verdict.label != "not_measurable":
        page.line(caution(analysis), style="dim")


def render_closing(analysis: Analysis, console: Console, results: ResultsPlace) -> None:
    """Print the page to open, and as the last line the verdict and where the results are."""
    page = Page(console)
    if results.page is not None:
        page.link(_("Open:"), str(results.page), results.page.resolve().as_uri())
    page.unwrapped(
        f"{headline_of(analysis.verdict.label)}. {results_line(results)}", style=VERDICT_STYLES[analysis.verdict.label]
    )


def render_quiet(analysis: Analysis, console: Console, results: ResultsPlace) -> None:
    """Print verdict, reason and where the results are on one line."""
    line = f"{verdict_sentence(analysis)} {results_line(results)}"
    Page(console).unwrapped(line, style=VERDICT_STYLES[analysis.verdict.label])


def results_line(results: ResultsPlace) -> str:
    """Return the words that name the place of the results."""
    return _("Results: {path}").format(path=results.name)


def _scales(page: Page, analysis: Analysis) -> None:
    own = any(own_change(analysis, name)[0] is not None for name in PRIMARY_MEASURES)
    part = standing_part_sentence(analysis.baseline)
    page.line(part or _("Running compared with standing:") if own else "")
    numbers = {name: _number(analysis, name) for name in PRIMARY_MEASURES}
    titles = _padded([words_of(name).title for name in numbers], "<")
    values = _padded([_value(number) for number, _limit in numbers.values()], ">")
    words = max(len(_(text)) for text in _RELATIONS.values())
    for title, value, (number, limit) in zip(titles, values, numbers.values(), strict=True):
        line, style = f"{title}  {value}", ""
        if number is not None and limit is not None:
            relation = relation_to_threshold(number, limit)
            width = min(_SCALE_WIDTH, min(page.width, _LINE) - len(line) - words - 4)
            drawn = scale(number.value, number.interval, limit, width=width, glyphs=page.glyphs)
            line = "  ".join(part for part in (line, drawn, _(_RELATIONS[relation])) if part)
            style = SCALE_STYLES[relation]
        page.line(line, style=style)


def _padded(texts: Sequence[str], side: Literal["<", ">"]) -> list[str]:
    width = max(map(len, texts))
    return [f"{text:{side}{width}}" for text in texts]


def _number(analysis: Analysis, name: str) -> tuple[Measure | Change | None, float | None]:
    """Return what decided, the change from the own standing posture or the measure, and its limit."""
    change, limit = own_change(analysis, name)
    if change is not None and limit is not None:
        return change, limit
    return analysis.measures.get(name), analysis.verdict.thresholds.get(name)


def _value(number: Measure | Change | None) -> str:
    return "–" if number is None else f"{format_number(number.value, 0, plus=isinstance(number, Change))}°"


def _problems(analysis: Analysis) -> Iterator[str]:
    """Yield what limits a recording, the conditions of the answer first; what blocks it is said before."""
    yield from map(condition_sentence, analysis.quality.conditions)
    if analysis.subject.people_seen > 1 and analysis.subject.chosen:
        yield _("{count} people seen; {chosen}.").format(
            count=analysis.subject.people_seen, chosen=analysis.subject.chosen
        )
    yield from map(issue_text, baseline_doubts(analysis))
    for issue in main_issues(analysis.quality.issues):
        if analysis.quality.measurable and issue.code not in ASSUMPTIONS:
            yield issue_text(issue)


def _shortened(problems: Sequence[str]) -> str:
    """Return what limits a recording on two lines: where not all of it fits, what is the matter before what to do."""
    texts = [" ".join(problems), " ".join(_sentences(problem)[0] for problem in problems)]
    whole, short = (_("Recording: {problems}").format(problems=text) for text in texts)
    return whole if len(textwrap.wrap(whole, _LINE)) <= 2 else _cut(short, 2)


def _sentences(text: str) -> list[str]:
    return re.split(r"(?<=[.!?]) (?=\S)", text)


def _cut(text: str, lines: int) -> str:
    """Return as many whole sentences as fit into some lines, at least one."""
    sentences = _sentences(text)
    while len(sentences) > 1 and len(textwrap.wrap(" ".join(sentences), _LINE)) > lines:
        sentences.pop()
    return " ".join(sentences)
