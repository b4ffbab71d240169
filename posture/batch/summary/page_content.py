"""What stands on the page over all clips, as plain records."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast
from urllib.parse import quote

from posture.batch.model import SummaryRow
from posture.language import format_number, ngettext
from posture.language import gettext as _
from posture.records.analysis import Label
from posture.report.html.content import Figure
from posture.report.plots.batch import Point, spread_plot, trend_plot
from posture.report.wording import doing_words, headline_of, interval_text, probability_text, words_of
from posture.thresholds import NEUTRAL, VERDICT
from posture.types import PRIMARY_MEASURES, natural_key

LABELS: tuple[Label, ...] = ("hollow_back", "borderline", "not_hollow_back", "not_measurable")
# More rows than a browser can sort at once, pictures than a page can carry, and runners than anybody looks at.
MAX_ROWS, MAX_PICTURES, MAX_TRENDS = 5000, 1000, 24
STANDING = "standing"


@dataclass(frozen=True)
class Cell:
    """A number with its interval; ``sort`` orders it, empty where there is none."""

    text: str = ""
    interval: str = ""
    sort: str = ""


@dataclass(frozen=True)
class TableLine:
    """A clip in the table."""

    clip: str
    link: str
    runner: str
    session: str
    kind: str
    verdict: str
    order: int
    sure: str
    cells: tuple[Cell, ...]
    quality: str
    strides: int
    note: str
    advice: str
    picture: bytes | None = None
    picture_alt: str = ""


@dataclass(frozen=True)
class Failure:
    """A clip that could not be analysed."""

    clip: str
    reason: str
    advice: str


@dataclass(frozen=True)
class VerdictCount:
    """How many clips there are of a kind."""

    kind: str
    title: str
    count: int


@dataclass(frozen=True)
class Trend:
    """One runner from session to session."""

    runner: str
    figure: Figure


def table_line(row: SummaryRow, picture: bytes | None) -> TableLine:
    """Return a clip's line in the table."""
    stands = row.activity == STANDING
    kind = STANDING if stands else row.label or "not_measurable"
    verdict = _("Standing clip") if stands else headline_of(cast(Label, row.label or "not_measurable"))
    sure = ""
    if row.probability is not None and not stands:
        # A word for certainty would hide that it is about both numbers.
        sure = _("{percent} that both are raised").format(percent=probability_text(row.probability))
    return TableLine(
        clip=row.clip,
        # The bytes of the name on the disk, whatever they are.
        link=quote(f"{row.folder}/report.html", errors="surrogateescape"),
        runner=row.runner or "",
        session=row.session or "",
        kind=kind,
        verdict=verdict,
        order=len(LABELS) if stands else LABELS.index(cast(Label, kind)),
        sure=sure,
        cells=(*(_cell(row, name) for name in PRIMARY_MEASURES), _change(row)),
        quality=_quality(row),
        strides=row.strides or 0,
        note="" if stands else row.reason or "",
        advice="" if stands else row.advice or "",
        picture=picture,
        picture_alt=_("Back line of {clip}").format(clip=row.clip) if picture else "",
    )


def _cell(row: SummaryRow, name: str) -> Cell:
    stem = name.removesuffix("_deg")
    value, low, high = (getattr(row, f"{stem}{end}_deg") for end in ("", "_low", "_high"))
    if value is None:
        return Cell()
    return Cell(f"{format_number(value, 1)}°", interval_text((low, high)), f"{value:.3f}")


def _change(row: SummaryRow) -> Cell:
    value = row.pelvic_tilt_change_deg
    low, high = row.pelvic_tilt_change_low_deg, row.pelvic_tilt_change_high_deg
    if value is None or low is None or high is None:
        return Cell()
    return Cell(f"{format_number(value, 1, plus=True)}°", interval_text((low, high)), f"{value:.3f}")


def _quality(row: SummaryRow) -> str:
    parts = [_("what the person does is unclear") if row.activity is None else _doing(row)]
    if row.strides:
        parts.append(ngettext("{count} stride", "{count} strides", row.strides).format(count=row.strides))
    if row.view_yaw_deg is not None:
        parts.append(_("view {yaw}° off the side").format(yaw=format_number(abs(row.view_yaw_deg), 0)))
    if row.arm_free_share is not None:
        parts.append(_("{percent} % free of arms").format(percent=format_number(100 * row.arm_free_share, 0)))
    return ", ".join(parts)


def _doing(row: SummaryRow) -> str:
    return doing_words(row.activity)  # type: ignore[arg-type]


def list_failures(rows: Sequence[SummaryRow]) -> list[Failure]:
    """Return the clips that could not be analysed."""
    return [Failure(row.clip, row.reason or "", row.advice or "") for row in rows if row.state == "failed"]


def count_verdicts(rows: Sequence[SummaryRow]) -> list[VerdictCount]:
    """Return how many clips have which verdict; kinds without any are left out."""
    analysed = [row for row in rows if row.state == "analysed"]
    counts = Counter(STANDING if row.activity == STANDING else row.label for row in analysed)
    titles: dict[str, str] = {label: headline_of(label) for label in LABELS}
    titles[STANDING] = _("Standing clip")
    return [VerdictCount(kind, title, counts[kind]) for kind, title in titles.items() if counts[kind]]


def spread_figures(rows: Sequence[SummaryRow]) -> list[Figure]:
    """Return how tilt and arch are spread over the clips of people who run."""
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
            neutral=NEUTRAL.get(name),
            threshold=VERDICT[name].value if name in VERDICT else None,
        )
        alt = _(
            "{measure} of {count} clips, from {low} to {high} degrees, half of them above {middle}."
        ).format(
            measure=title,
            count=len(values),
            low=format_number(min(values), 0),
            high=format_number(max(values), 0),
            middle=format_number(sorted(values)[len(values) // 2], 0),
        )
        figures.append(Figure(plot, alt))
    return figures


def runner_trends(rows: Sequence[SummaryRow]) -> list[Trend]:
    """Return the course of every runner with at least two measured runs, by name."""
    by_runner: dict[str, list[SummaryRow]] = {}
    for row in rows:
        if row.runner and row.activity == "running" and row.pelvic_tilt_deg is not None:
            by_runner.setdefault(row.runner, []).append(row)
    several = {runner: own for runner, own in sorted(by_runner.items()) if len(own) > 1}
    return [_trend(runner, several[runner]) for runner in list(several)[:MAX_TRENDS]]


def _trend(runner: str, rows: Sequence[SummaryRow]) -> Trend:
    ordered = sorted(rows, key=lambda row: (natural_key(row.session or ""), natural_key(row.clip)))
    sessions = all(row.session for row in ordered)
    points = {name: [p for row in ordered if (p := _point(row, name, sessions))] for name in PRIMARY_MEASURES}
    plot = trend_plot(
        points,
        titles={name: words_of(name).title for name in PRIMARY_MEASURES},
        axis=_("Session") if sessions else _("Clip"),
    )
    assert plot is not None  # every runner here has a tilt
    told = [
        _("{measure}: {values}").format(
            measure=words_of(name).title,
            values=", ".join(f"{p.place} {format_number(p.value, 0)}°" for p in points[name]),
        )
        for name in PRIMARY_MEASURES
        if points[name]
    ]
    return Trend(runner, Figure(plot, ". ".join(told)))


def _point(row: SummaryRow, name: str, sessions: bool) -> Point | None:
    stem = name.removesuffix("_deg")
    value, low, high = (getattr(row, f"{stem}{end}_deg") for end in ("", "_low", "_high"))
    if value is None:
        return None
    place = row.session if sessions and row.session else row.folder.rpartition("/")[2]
    return Point(place, value, low, high)
