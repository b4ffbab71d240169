"""The page over all clips, index.html: verdicts, a table, distributions and trends in one file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import cast
from urllib.parse import quote

from posture.batch.layout import THUMBNAIL
from posture.batch.model import STANDING, SummaryRow
from posture.calibration import calibration
from posture.language import Language, format_number, ngettext, use_language
from posture.language import gettext as _
from posture.records.analysis import Label
from posture.report.html.content import Figure
from posture.report.html.document import asset, render_page
from posture.report.plots.batch import Point, spread_plot, trend_plot
from posture.report.wording import doing_words, headline_of, interval_text, probability_text, words_of
from posture.types import PRIMARY_MEASURES, Activity, natural_key
from posture.version import __version__

PACKAGE = "posture.batch.summary"
LABELS: tuple[Label, ...] = ("hollow_back", "borderline", "not_hollow_back", "not_measurable")
# Limits of the page: rows that a browser sorts quickly, pictures that it can carry, and trends that anybody looks at.
MAX_ROWS, MAX_PICTURES, MAX_TRENDS = 5000, 1000, 24
# From here on a view is nearer to the front or back than to the side, degrees.
_FACING_DEG = 65.0
# Clips that are named below one advice.
MAX_NAMED = 12


def index_page(
    rows: Sequence[SummaryRow],
    *,
    total: int,
    read: Callable[[str], bytes | None],
    lang: Language,
    name: str = "",
    histories: Mapping[str, str] | None = None,
) -> str:
    """Return the page over all clips as HTML.

    It is self-contained: pictures, plots, style and script are inside it, only its links lead to the reports beside it.

    Parameters
    ----------
    rows
        Rows of the finished clips, in the order in which they are shown.
    total, name
        Number of clips, unfinished ones included, and their folder.
    read
        Returns a file's content by its name below the folder of the page, or None.
    histories
        Names of the pages of those runners who have one.
    """
    analysed = [row for row in rows if row.state == "analysed"]
    failures = [row for row in rows if row.state == "failed"]

    with use_language(lang):
        lines = _table_lines(analysed[:MAX_ROWS], read)
        return render_page(
            "index.html",
            PACKAGE,
            asset("style.css") + asset("index.css", PACKAGE),
            asset("index.js", PACKAGE),
            lang=lang,
            version=__version__,
            name=name,
            total=total,
            finished=len(rows),
            analysed=len(analysed),
            lines=lines,
            failed=len(failures),
            failures=advice_groups(failures, with_reasons=True),
            again=advice_groups(
                (row for row in analysed if row.label == "not_measurable" and row.advice and not _stands(row)),
                with_reasons=False,
            ),
            tallies=count_verdicts(analysed),
            spreads=spread_figures(rows),
            trends=runner_trends(rows),
            histories=histories or {},
            runners=any(line.runner for line in lines),
            sessions=any(line.session for line in lines),
            changes=any(cell.text for line in lines for cell in line.cells[2:]),
        )


def _table_lines(rows: Sequence[SummaryRow], read: Callable[[str], bytes | None]) -> list[TableLine]:
    lines = []
    pictures = 0
    for row in rows:
        has_picture = row.pelvic_tilt_deg is not None and pictures < MAX_PICTURES
        picture = read(f"{row.folder}/{THUMBNAIL}") if has_picture else None
        pictures += picture is not None
        lines.append(table_line(row, picture))
    return lines


@dataclass(frozen=True)
class NumberCell:
    """A number with its interval; ``sort`` is the key for sorting, empty without a number."""

    text: str = ""
    interval: str = ""
    sort: str = ""


@dataclass(frozen=True)
class TableLine:
    """One clip in the table; see the template for its columns."""

    clip: str
    link: str
    runner: str
    session: str
    kind: str
    verdict: str
    order: int
    sure: str
    cells: tuple[NumberCell, ...]
    quality: str
    strides: int
    note: str
    picture: bytes | None = None
    picture_alt: str = ""


@dataclass(frozen=True)
class VerdictCount:
    """Number of clips with a verdict."""

    kind: str
    title: str
    count: int


@dataclass(frozen=True)
class Trend:
    """Change of one runner's measures from session to session."""

    runner: str
    figure: Figure


def table_line(row: SummaryRow, picture: bytes | None) -> TableLine:
    """Return the line of an analysed clip."""
    stands = _stands(row)
    kind = STANDING if stands else row.label or "not_measurable"
    verdict = _("Standing clip") if stands else headline_of(cast(Label, row.label or "not_measurable"))
    sure = ""
    if row.probability is not None and not stands:
        sure = _("probability of a hollow back: {percent}").format(percent=probability_text(row.probability))
    return TableLine(
        clip=row.clip,
        # The name's bytes on the disk, even if they are not valid text.
        link=quote(f"{row.folder}/report.html", errors="surrogateescape"),
        runner=row.runner or "",
        session=row.session or "",
        kind=kind,
        verdict=verdict,
        order=len(LABELS) if stands else LABELS.index(cast(Label, kind)),
        sure=sure,
        cells=(
            *(_cell(row, name) for name in PRIMARY_MEASURES),
            _cell(row, "pelvic_tilt_change_deg", plus=True),
            _cell(row, "lumbar_arch_change_deg", plus=True),
        ),
        quality=_quality(row),
        strides=row.strides or 0,
        note="" if stands else row.reason or "",
        picture=picture,
        picture_alt=_("Back line of {clip}").format(clip=row.clip) if picture else "",
    )


def _stands(row: SummaryRow) -> bool:
    return row.activity == STANDING


@dataclass(frozen=True)
class AdviceGroup:
    """Clips with the same advice, which is given once; the reason is empty where the table has it."""

    reason: str
    advice: str
    clips: list[str]
    more: int


def advice_groups(rows: Iterable[SummaryRow], *, with_reasons: bool) -> list[AdviceGroup]:
    """Return the clips by advice, and by reason too where that is to be shown; the largest group first."""
    groups: dict[tuple[str, str], list[str]] = {}
    for row in rows:
        groups.setdefault(((row.reason or "") if with_reasons else "", row.advice or ""), []).append(row.clip)
    ordered = sorted(groups.items(), key=lambda group: -len(group[1]))
    return [
        AdviceGroup(reason, advice, clips[:MAX_NAMED], max(len(clips) - MAX_NAMED, 0))
        for (reason, advice), clips in ordered
    ]


def _cell(row: SummaryRow, name: str, *, plus: bool = False) -> NumberCell:
    value, low, high = row.with_interval(name)
    if value is None:
        return NumberCell()
    return NumberCell(f"{format_number(value, 1, plus=plus)}°", interval_text((low, high)), f"{value:.3f}")


def _quality(row: SummaryRow) -> str:
    facing = row.view_yaw_deg is not None and abs(row.view_yaw_deg) >= _FACING_DEG
    known = row.activity not in (None, "unknown")
    # Of a view from the front, that it hides what the person does needs no words.
    parts = [] if facing and not known else [doing_words(cast(Activity, row.activity or "unknown"))]
    if row.strides:
        parts.append(ngettext("{count} stride", "{count} strides", row.strides).format(count=row.strides))
    if row.view_yaw_deg is not None:
        parts.append(_view(row.view_yaw_deg))
    if row.arm_free_share is not None:
        parts.append(_("{percent} % of the back visible").format(percent=format_number(100 * row.arm_free_share, 0)))
    return ", ".join(parts)


def _view(yaw_deg: float) -> str:
    if abs(yaw_deg) < _FACING_DEG:
        return _("view {yaw}° off the side").format(yaw=format_number(abs(yaw_deg), 0))
    return _("seen from the front") if yaw_deg > 0 else _("seen from behind")


def count_verdicts(rows: Sequence[SummaryRow]) -> list[VerdictCount]:
    """Return the number of clips with each verdict, without zeros."""
    counts = Counter(STANDING if row.activity == STANDING else row.label for row in rows)
    titles: dict[str, str] = {label: headline_of(label) for label in LABELS}
    titles[STANDING] = _("Standing clip")
    return [VerdictCount(kind, title, counts[kind]) for kind, title in titles.items() if counts[kind]]


def spread_figures(rows: Sequence[SummaryRow]) -> list[Figure]:
    """Plot the distribution of tilt and arch over the running clips."""
    figures = []
    running = [row for row in rows if row.activity == "running" and row.label != "not_measurable"]
    for name in PRIMARY_MEASURES:
        values = [value for row in running if (value := getattr(row, name)) is not None]
        if len(values) < 2:
            continue
        title = words_of(name).title
        plot = spread_plot(
            name,
            values,
            title=title,
            axis=_("Degrees"),
            count=_("Clips"),
            neutral=calibration().neutral.get(name),
            threshold=calibration().verdict.get(name),
        )
        alt = _("{measure} of {count} clips, from {low} to {high} degrees, half of them above {middle}.").format(
            measure=title,
            count=len(values),
            low=format_number(min(values), 0),
            high=format_number(max(values), 0),
            middle=format_number(sorted(values)[len(values) // 2], 0),
        )
        figures.append(Figure(plot, alt))
    return figures


def runner_trends(rows: Sequence[SummaryRow]) -> list[Trend]:
    """Plot the measures of each runner with at least two measured runs, sorted by name."""
    by_runner: dict[str, list[SummaryRow]] = {}
    for row in rows:
        if row.runner and row.activity == "running" and row.pelvic_tilt_deg is not None:
            by_runner.setdefault(row.runner, []).append(row)
    repeated = [(runner, runs) for runner, runs in sorted(by_runner.items()) if len(runs) > 1]
    return [_trend(runner, runs) for runner, runs in repeated[:MAX_TRENDS]]


def _trend(runner: str, rows: Sequence[SummaryRow]) -> Trend:
    ordered = sorted(rows, key=lambda row: (natural_key(row.session or ""), natural_key(row.clip)))
    sessions = all(row.session for row in ordered)
    points = {name: [p for row in ordered if (p := _point(row, name, sessions))] for name in PRIMARY_MEASURES}
    plot = trend_plot(
        points,
        titles={name: words_of(name).title for name in PRIMARY_MEASURES},
        axis=_("Session") if sessions else _("Clip"),
    )
    assert plot is not None  # each of these runs has a tilt
    texts = [
        _("{measure}: {values}").format(
            measure=words_of(name).title,
            values=", ".join(f"{p.place} {format_number(p.value, 0)}°" for p in points[name]),
        )
        for name in PRIMARY_MEASURES
        if points[name]
    ]
    return Trend(runner, Figure(plot, ". ".join(texts)))


def _point(row: SummaryRow, name: str, sessions: bool) -> Point | None:
    value, low, high = row.with_interval(name)
    if value is None:
        return None
    place = row.session if sessions and row.session else row.folder.rpartition("/")[2]
    return Point(place, value, low, high)
