"""One runner's analyses over dates, from the results in a folder."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from pathlib import Path

from posture.analysis.compare_clips import comparison_of
from posture.analysis.person_names import person_of_folder
from posture.errors import OptionError, RecordError
from posture.language import SOURCE, Language, format_list, language, use_language
from posture.language import gettext as _
from posture.output.names import ANALYSIS
from posture.records.analysis import Analysis
from posture.records.history import DateOrigin, History, HistoryEntry
from posture.records.reading import read_json_text
from posture.types import PRIMARY_MEASURES

MANIFEST = "batch.json"
"""Names the runner in results of a batch; see `posture.batch.manifest`."""


@dataclass(frozen=True)
class FoundAnalysis:
    """An analysis, where it was found, and whose it is."""

    analysis: Analysis
    path: str  # Of analysis.json below the folder that was searched, with ``/``.
    written_at: datetime  # When the file was written.
    runner: str | None = None  # None where nothing names one.


def history(folder: str | Path, *, runner: str | None = None, lang: Language = SOURCE) -> History:
    """Return one runner's measured runs over dates, and what changed between them.

    Parameters
    ----------
    folder
        Searched for analysis.json, with all folders below it.
    runner
        Whose, where the folder holds several runners' results.
    lang : {"en", "de"}
        Language of the texts in the comparisons and in errors.

    Raises
    ------
    RecordError
        When there is no analysis.
    OptionError
        When the folder holds several runners and none is named, or not the one that is.

    Examples
    --------
    >>> import posture
    >>> h = posture.history("results/anna")  # doctest: +SKIP
    >>> [(e.date.date(), e.measures["lumbar_arch_deg"].value) for e in h.entries]  # doctest: +SKIP
    """
    with use_language(lang):
        found, unreadable = find_analyses(Path(folder))
        if not found:
            raise unreadable[0] if unreadable else no_analysis(folder)
        groups = by_runner(found)
        if runner is None:
            check_only_runner(groups, folder, "runner=NAME")
        return history_of(runners_results(groups, runner), runner or next(iter(groups)) or None)


def check_only_runner(groups: dict[str, list[FoundAnalysis]], folder: str | Path, option: str) -> None:
    """Raise OptionError where a folder holds the results of several runners; ``option`` names one of them."""
    if len(groups) > 1:
        raise OptionError(
            _("contains results of {runners}").format(runners=names_of(groups)),
            where=folder,
            advice=_("Name the runner: {option}.").format(option=option),
        )


def runners_results(groups: dict[str, list[FoundAnalysis]], runner: str | None) -> list[FoundAnalysis]:
    """Return one runner's results, or the first group; raise OptionError for a runner who has none."""
    if runner is None:
        return next(iter(groups.values()))
    if runner not in groups:
        raise OptionError(
            _("there are no results of this runner"),
            where=runner,
            advice=_("There are results of {runners}.").format(runners=names_of(groups)),
        )
    return groups[runner]


def no_analysis(folder: str | Path) -> RecordError:
    """Return the error for a folder without any analysis, and for a path that is no folder."""
    if os.path.isdir(folder):  # noqa: PTH112 - Path.is_dir raises for a name that is too long
        what = _("contains no results of posture, and neither do its subfolders")
    else:
        what = _("is not a folder") if os.path.exists(folder) else _("there is no such folder")  # noqa: PTH110
    return RecordError(what, where=folder, advice=_("Name the folder with your results."))


def names_of(groups: dict[str, list[FoundAnalysis]]) -> str:
    """Return the runners of a folder as a list in words."""
    return format_list(name or _("a runner without a name") for name in groups)


def find_analyses(folder: Path) -> tuple[list[FoundAnalysis], list[RecordError]]:
    """Return all analyses below a folder, and the errors of those that cannot be read."""
    found, unreadable = [], []
    for place, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        if ANALYSIS not in files:
            continue
        file = Path(place) / ANALYSIS
        try:
            analysis = Analysis.from_json(file)
        except RecordError as error:
            unreadable.append(error)
            continue
        path = file.relative_to(folder).as_posix()
        written = datetime.fromtimestamp(file.stat().st_mtime).astimezone()
        found.append(FoundAnalysis(analysis, path, written, _runner_of(analysis, file, path)))
    return found, unreadable


def _runner_of(analysis: Analysis, file: Path, path: str) -> str | None:
    """Return who is measured: as the analysis says, else the batch that made it, else the first person's folder."""
    if analysis.subject.name:
        return analysis.subject.name
    manifest = file.with_name(MANIFEST)
    if manifest.is_file():
        try:
            runner = json.loads(read_json_text(manifest))["row"]["runner"]
        except (RecordError, ValueError, TypeError, KeyError, RecursionError):
            return None
        return runner if isinstance(runner, str) else None
    # The last folder is the clip's own.
    return next(filter(person_of_folder, path.split("/")[:-2]), None)


def by_runner(found: Sequence[FoundAnalysis]) -> dict[str, list[FoundAnalysis]]:
    """Return the analyses of each runner, sorted by name; the empty name is that of a runner whom nothing names."""
    groups: dict[str, list[FoundAnalysis]] = {}
    for one in found:
        groups.setdefault(one.runner or "", []).append(one)
    return dict(sorted(groups.items(), key=lambda item: item[0].casefold()))


def history_of(found: Sequence[FoundAnalysis], runner: str | None = None) -> History:
    """Return a runner's history from the runner's analyses, in the active language.

    A clip that was analysed several times counts once, as it was analysed last.
    """
    latest: dict[object, FoundAnalysis] = {}
    for one in sorted(found, key=lambda one: one.analysis.created_at or one.written_at):
        source = one.analysis.source
        latest[(source.sha256, source.start_s) if source.sha256 else one.path] = one
    runs = sorted((one for one in latest.values() if _is_measured_run(one.analysis)), key=lambda one: _date_of(one)[0])
    standing = sum(one.analysis.subject.activity == "standing" for one in latest.values())
    analyses = [one.analysis for one in runs]
    return History(
        runner=runner,
        entries=tuple(_entry(one) for one in runs),
        steps=tuple(comparison_of(a, b) for a, b in pairwise(analyses)),
        overall=comparison_of(analyses[0], analyses[-1]) if len(analyses) > 1 else None,
        standing=standing,
        not_measured=len(latest) - len(runs) - standing,
        language=language(),
    )


def _is_measured_run(analysis: Analysis) -> bool:
    return (
        analysis.subject.activity == "running"
        and analysis.quality.measurable
        and any(analysis.measures.get(name) is not None for name in PRIMARY_MEASURES)
    )


def _date_of(one: FoundAnalysis) -> tuple[datetime, DateOrigin]:
    """Return the date of a run in the time zone of this computer, and where it comes from."""
    source = one.analysis.source
    if source.recorded_at is not None:
        return source.recorded_at.astimezone(), "recording" if source.recorded_from == "container" else "file"
    if one.analysis.created_at is not None:
        return one.analysis.created_at.astimezone(), "analysis"
    return one.written_at, "file"


def _entry(one: FoundAnalysis) -> HistoryEntry:
    date, dated_by = _date_of(one)
    return HistoryEntry(
        date=date,
        dated_by=dated_by,
        path=one.path,
        clip=one.analysis.source.path,
        label=one.analysis.verdict.label,
        measures=one.analysis.measures,
    )
