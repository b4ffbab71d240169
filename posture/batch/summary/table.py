"""Rows of summary.csv."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, fields, replace
from typing import Any

from posture.batch.model import ClipFile, SummaryRow
from posture.export.table import Cell, Column, Kind, Table
from posture.records.analysis import Analysis, Change, Measure

MEASURES = {
    "pelvic_tilt_deg": "pelvic_tilt{}_deg",
    "lumbar_arch_deg": "lumbar_arch{}_deg",
    "lumbar_arch_index": "lumbar_arch_index{}_percent",
}
"""Names of measures, and of their columns: the value's, and with ``_low`` and ``_high`` the interval's."""
CHANGES = {"pelvic_tilt_deg": "pelvic_tilt_change{}_deg", "lumbar_arch_deg": "lumbar_arch_change{}_deg"}


def summary_row(
    analysis: Analysis,
    clip: ClipFile,
    *,
    content: str,
    baseline: str | None = None,
    seconds: float | None = None,
) -> SummaryRow:
    """Return the row of an analysed clip.

    Parameters
    ----------
    analysis : Analysis
    clip : Clip
    content : str
        Hash of the clip's content.
    baseline : str, optional
        Name of the standing clip that it was held against.
    seconds : float, optional
        How long the analysis took.
    """
    quality, measures = analysis.quality, analysis.measures
    lean = measures.get("trunk_lean_deg")
    change = analysis.baseline.change if analysis.baseline is not None else {}
    return SummaryRow(
        clip=clip.name,
        folder=clip.folder,
        state="analysed",
        runner=clip.runner,
        session=clip.session,
        label=analysis.verdict.label,
        probability=_rounded(analysis.verdict.probability),
        activity=analysis.subject.activity,
        trunk_lean_deg=None if lean is None else _rounded(lean.value),
        cadence_spm=_rounded(analysis.gait.cadence_spm),
        strides=quality.strides,
        view_yaw_deg=quality.view_yaw_deg,
        body_height_px=quality.body_height_px,
        arm_free_share=_rounded(quality.arm_free_share),
        issues=" ".join(issue.code for issue in quality.issues) or None,
        baseline=baseline,
        duration_s=_rounded(analysis.source.duration_s),
        analysis_s=seconds,
        sha256=content,
        reason=_why(analysis)[0],
        advice=_why(analysis)[1],
        **_intervals(measures, MEASURES),
        **_intervals(change, CHANGES),
    )


def _intervals(
    found: Mapping[str, Measure | None] | Mapping[str, Change | None], names: dict[str, str]
) -> Any:
    cells: dict[str, float | None] = {}
    for name, column in names.items():
        one = found.get(name)
        if one is not None:
            ends = {"": one.value, "_low": one.ci90[0], "_high": one.ci90[1]}
            cells |= {column.format(end): _rounded(value) for end, value in ends.items()}
    return cells


def _why(analysis: Analysis) -> tuple[str | None, str | None]:
    """Return why a clip has no verdict, and what to do about it."""
    blocking = [issue for issue in analysis.quality.issues if issue.blocking]
    return (blocking[0].message, blocking[0].advice) if blocking else (None, None)


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 3) + 0.0


_UNITS = {"deg": "deg", "percent": "percent", "px": "px", "s": "s", "spm": "1/min"}
_DESCRIPTIONS = {
    "clip": "Path of the clip below the folder of clips.",
    "folder": "Where its results are, below the folder of the summary.",
    "state": "analysed, or failed.",
    "runner": "Whose clip it is, where names say so.",
    "session": "When it was taken, where names say so.",
    "label": "Verdict: hollow_back, borderline, not_hollow_back or not_measurable; empty for failed clips.",
    "probability": "That tilt and arch (or their changes) truly lie above their thresholds.",
    "activity": "What the person does.",
    "pelvic_tilt_deg": "Pelvic tilt, forward positive.",
    "lumbar_arch_deg": "Lumbar arch.",
    "lumbar_arch_index_percent": "Depth of the hollow in percent of its length.",
    "trunk_lean_deg": "Lean of the trunk, forward positive.",
    "cadence_spm": "Steps a minute of real time.",
    "strides": "Strides that were used.",
    "view_yaw_deg": "Turn of the view out of the side view.",
    "body_height_px": "Height of the runner in the picture.",
    "arm_free_share": "Share of the back that no arm hides.",
    "issues": "Codes of what limits the recording, separated by blanks.",
    "baseline": "The standing clip that it was held against.",
    "pelvic_tilt_change_deg": "Pelvic tilt minus that of the baseline.",
    "lumbar_arch_change_deg": "Lumbar arch minus that of the baseline.",
    "duration_s": "Length of the clip.",
    "analysis_s": "How long the analysis took.",
    "sha256": "Hash of the clip's content.",
    "trouble": "Why it failed: clip, output, crashed, time, memory, lost or error; empty for analysed clips.",
    "reason": "Why it failed or could not be measured, in words.",
    "advice": "What to do about it.",
}
_INTEGERS = ("strides",)
_PATHS = ("clip", "folder", "baseline")
# A spreadsheet computes a cell that begins so, and may run a command.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def columns() -> tuple[Column, ...]:
    """Return the columns of the summary."""
    return tuple(_column(field.name, str(field.type)) for field in fields(SummaryRow))


def summary_table(rows: Sequence[SummaryRow]) -> Table:
    """Return the summary as a table, sorted by clip."""
    ordered = [asdict(row) for row in sorted(rows, key=lambda row: row.clip)]
    made = columns()
    return Table("summary", made, {c.name: [_encodable(row[c.name]) for row in ordered] for c in made})


def summary_csv(table: Table) -> str:
    """Return the summary as CSV.

    A path that would be taken for a formula has ``./`` before it and still is the same path; another text has an
    apostrophe.
    """
    texts = {column.name for column in table.columns if column.kind == "text"}
    cells = {
        name: [_harmless(cell, path=name in _PATHS) for cell in own] if name in texts else own
        for name, own in table.cells.items()
    }
    return replace(table, cells=cells).to_csv()


def json_line(row: SummaryRow) -> str:
    """Return a row as one line of JSON; empty fields are left out."""
    return json.dumps({name: value for name, value in asdict(row).items() if value is not None})


def _encodable(cell: Cell) -> Cell:
    return cell.encode("utf-8", "replace").decode() if isinstance(cell, str) else cell


def _harmless(cell: Cell, *, path: bool) -> Cell:
    if not (isinstance(cell, str) and cell.startswith(_FORMULA)):
        return cell
    return f"./{cell}" if path else f"'{cell}"


def _column(name: str, kind: str) -> Column:
    known: Kind = "number" if "float" in kind else "integer" if name in _INTEGERS else "text"
    return Column(
        name,
        known,
        _described(name),
        unit=_UNITS.get(name.rpartition("_")[2]),
        required=name in ("clip", "folder", "state"),
    )


def _described(name: str) -> str:
    for end, words in (
        ("_low", "Lower end of the 90 % interval: "),
        ("_high", "Upper end of the 90 % interval: "),
    ):
        if f"{end}_" in name:
            return words + _DESCRIPTIONS[name.replace(end, "")]
    return _DESCRIPTIONS[name]
