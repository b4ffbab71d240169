"""The folder of a comparison: comparison.html and comparison.json."""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import quote

from posture.comparison.baseline import find_analysis_file
from posture.errors import RecordError
from posture.output.checks import choose_out_dir, default_out_dir
from posture.output.files import write_text
from posture.output.names import ANALYSIS, COMPARISON, COMPARISON_PAGE, REPORT, VIDEO
from posture.records.analysis import Analysis
from posture.records.comparison import Comparison
from posture.records.reading import read_json_text
from posture.report.html.comparison import ClipResults, comparison_page
from posture.types import PoseModel

_RESULTS = "-posture"


def default_comparison_dir(before: Path, after: Path) -> Path:
    """Return the default folder of a comparison: ``AFTER-vs-BEFORE``, by the names of the clips.

    Two clips of the same name also get the names of their folders.
    """
    names = [_clip_name(path) for path in (after, before)]
    if names[0] == names[1]:
        names = [f"{_folder_name(path)}-{name}" for path, name in zip((after, before), names, strict=True)]
    return Path("-vs-".join(names))


def _results_folder(clip: Path) -> Path | None:
    """Return the folder of the results that a path stands for; None for a clip or an analysis of another name."""
    file = find_analysis_file(clip)
    return None if file is None or file.name != ANALYSIS else file.parent


def _clip_name(path: Path) -> str:
    folder = _results_folder(path)
    return path.stem if folder is None else folder.resolve().name.removesuffix(_RESULTS)


def _folder_name(path: Path) -> str:
    return (_results_folder(path) or path).resolve().parent.name


def existing_results(clip: Path, model: PoseModel, below: Path = Path()) -> Path | None:
    """Return the default folder of a clip's results where it holds those of this clip and pose model, else None."""
    folder = choose_out_dir(clip, below)
    try:
        return folder if Analysis.from_json(folder / ANALYSIS).software.model == model else None
    except RecordError:
        return None


def numbered_for(folder: Path, comparison: Comparison) -> Path:
    """Return the folder, or with a number behind its name where it holds the comparison of two other clips."""
    number, free = 1, folder
    while (held := _held(free)) is not None and held != _pair(comparison):
        number += 1
        free = folder.with_name(f"{folder.name}-{number}")
    return free


def _pair(comparison: Comparison) -> tuple[str, str]:
    return comparison.before.sha256 or comparison.before.path, comparison.after.sha256 or comparison.after.path


def _held(folder: Path) -> tuple[str, str] | None:
    """Return which two clips a folder's comparison is about; None without a readable one."""
    try:
        return _pair(Comparison.model_validate_json(read_json_text(folder / COMPARISON)))
    except (RecordError, ValueError):
        return None


def save_comparison(
    comparison: Comparison, analyses: tuple[Analysis, Analysis], clips: tuple[Path, Path], folder: Path
) -> None:
    """Write a comparison into a folder, with the films and reports that lie beside the analyses.

    A clip's are those in its default folder of results, where they are there.

    Raises
    ------
    OutputError
        When a file cannot be written. No file is ever left half-written.
    """
    places = [_results_folder(clip) or _results_of(clip, one) for clip, one in zip(clips, analyses, strict=True)]
    before, after = (_files_in(place, folder) for place in places)
    page = comparison_page(comparison, analyses, (before, after))
    write_text(folder / COMPARISON, comparison.to_json())
    write_text(folder / COMPARISON_PAGE, page)


def _results_of(clip: Path, analysis: Analysis) -> Path | None:
    """Return the default folder of a clip's results where it holds those of the same clip, else None."""
    results = default_out_dir(clip)
    try:
        held = Analysis.from_json(results / ANALYSIS).source.sha256
    except RecordError:
        return None
    return results if held is not None and held == analysis.source.sha256 else None


def _files_in(results: Path | None, folder: Path) -> ClipResults:
    """Return film and report in a folder of results, as a page in another folder addresses them."""
    if results is None:
        return ClipResults()
    film, report = results / VIDEO, results / REPORT
    return ClipResults(
        film=film if film.is_file() else None,
        film_link=relative_link(film, folder),
        report_link=relative_link(report, folder) if report.is_file() else "",
    )


def relative_link(file: Path, folder: Path) -> str:
    """Return the address of a file on a page in a folder."""
    try:
        path = os.path.relpath(file.resolve(), folder.resolve())
    except ValueError:
        # Another drive of Windows.
        return file.resolve().as_uri()
    return quote(Path(path).as_posix(), errors="surrogateescape")
