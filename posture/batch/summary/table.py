"""The summary of a batch as a table: one row for each clip, as CSV, Parquet or a line of JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, fields, replace
from typing import Any

from posture.batch.model import STANDING, ClipFile, SummaryRow
from posture.export.table import DECIMALS, Cell, Column, Kind, Table
from posture.language import SOURCE, Language
from posture.records.analysis import Analysis, Change, Measure
from posture.records.running import Running

# Columns of each measure: "" gives the value's column, "_low" and "_high" those of the interval.
MEASURES = {
    "pelvic_tilt_deg": "pelvic_tilt{}_deg",
    "lumbar_arch_deg": "lumbar_arch{}_deg",
    "lumbar_arch_index": "lumbar_arch_index{}_percent",
}
CHANGES = {"pelvic_tilt_deg": "pelvic_tilt_change{}_deg", "lumbar_arch_deg": "lumbar_arch_change{}_deg"}

_UNITS = {"deg": "deg", "percent": "percent", "px": "px", "s": "s", "spm": "1/min", "cm": "cm"}
_ENDS = {"_low": "Lower end of the 90 % interval: ", "_high": "Upper end of the 90 % interval: "}
# Of the CSV; a degree is more than what a clip can be measured to.
_DECIMALS = {**dict.fromkeys(_UNITS, 1), "probability": 2, "share": 2, "overstride": 2, "oscillation": 2}
# Columns that a reader looks for first; the others follow as in `SummaryRow`.
_FIRST = (
    *("clip", "runner", "session", "label", "probability", "pelvic_tilt_deg", "lumbar_arch_deg"),
    *("advice", "reason", "baseline", "pelvic_tilt_change_deg", "lumbar_arch_change_deg"),
)
_PATHS = ("clip", "folder", "baseline")
# A spreadsheet takes a cell that begins with one of these for a formula, which may run a command.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def summary_row(
    analysis: Analysis, clip: ClipFile, *, content: str, baseline: str | None = None, seconds: float | None = None
) -> SummaryRow:
    """Return the row of a clip that was analysed in some seconds.

    Parameters
    ----------
    content
        Hash of the clip's content.
    baseline
        Name of the standing clip it was compared with.
    """
    quality, measures = analysis.quality, analysis.measures
    lean = measures.get("trunk_lean_deg")
    change = analysis.baseline.change if analysis.baseline is not None else {}
    stands = analysis.subject.activity == STANDING
    # Standing still is no obstacle in a standing clip.
    blocking = next((issue for issue in quality.issues if issue.blocking and issue.code != STANDING), None)
    return SummaryRow(
        clip=clip.name,
        folder=clip.folder,
        state="analysed",
        runner=clip.runner,
        session=clip.session,
        label=STANDING if stands else analysis.verdict.label,
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
        reason=None if blocking is None else blocking.message,
        advice=blocking.advice if blocking is not None else None if stands else analysis.verdict.next_step,
        **_intervals(measures, MEASURES),
        **_running_cells(analysis.running),
        **_intervals(change, CHANGES),
    )


def _intervals(values: Mapping[str, Measure | None] | Mapping[str, Change | None], names: dict[str, str]) -> Any:
    cells: dict[str, float | None] = {}
    for name, column in names.items():
        value = values.get(name)
        if value is not None:
            ends = {"": value.value, "_low": value.ci90[0], "_high": value.ci90[1]}
            cells |= {column.format(end): _rounded(number) for end, number in ends.items()}
    return cells


def _running_cells(running: Running | None) -> Any:
    """Return the running numbers by column; one in centimetres has a column of its own."""
    numbers = {} if running is None else running.numbers
    return {
        f"{name}_cm" if number.unit == "cm" else name: _rounded(number.value)
        for name, number in numbers.items()
        if number is not None
    }


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 3) + 0.0


def columns() -> tuple[Column, ...]:
    """Return the columns of the summary, the most important ones first."""
    ordered = sorted(fields(SummaryRow), key=lambda field: _FIRST.index(field.name) if field.name in _FIRST else 99)
    descriptions = {field.name: str(field.metadata.get("description", "")) for field in fields(SummaryRow)}
    for name, text in descriptions.items():
        for end, prefix in _ENDS.items():
            if not text and f"{end}_" in name:
                descriptions[name] = prefix + descriptions[name.replace(end, "")]
    return tuple(
        Column(
            field.name,
            _kind(str(field.type)),
            descriptions[field.name],
            unit=_UNITS.get(ending),
            decimals=_DECIMALS.get(ending, DECIMALS),
            required=field.name in ("clip", "folder", "state"),
        )
        for field in ordered
        for ending in [field.name.rpartition("_")[2]]
    )


def _kind(annotation: str) -> Kind:
    return "number" if "float" in annotation else "integer" if "int" in annotation else "text"


def summary_table(rows: Sequence[SummaryRow]) -> Table:
    """Return the summary as a table, sorted by clip."""
    records = [asdict(row) for row in sorted(rows, key=lambda row: row.clip)]
    header = columns()
    return Table("summary", header, {c.name: [_encodable(row[c.name]) for row in records] for c in header})


def summary_csv(table: Table, lang: Language = SOURCE) -> bytes:
    """Return the summary as CSV that a spreadsheet opens at a double click, and in which no text acts as a formula.

    With a byte order mark, from which Excel knows UTF-8. German spreadsheets expect semicolons between the cells and
    decimal commas (and take 12.5 for a date), others commas and points.

    A path that looks like a formula is prefixed with ``./`` and stays the same path; other texts get an apostrophe.
    """
    texts = {column.name for column in table.columns if column.kind == "text"}
    cells = {
        name: [_harmless(cell, path=name in _PATHS) for cell in values] if name in texts else values
        for name, values in table.cells.items()
    }
    safe = replace(table, cells=cells)
    text = safe.to_csv(delimiter=";", decimal=",") if lang == "de" else safe.to_csv()
    return text.encode("utf-8-sig")


def json_line(row: SummaryRow) -> str:
    """Return a row as one line of JSON, without empty fields."""
    return json.dumps({name: value for name, value in asdict(row).items() if value is not None})


def _encodable(cell: Cell) -> Cell:
    return cell.encode("utf-8", "replace").decode() if isinstance(cell, str) else cell


def _harmless(cell: Cell, *, path: bool) -> Cell:
    if not (isinstance(cell, str) and cell.startswith(_FORMULA)):
        return cell
    return f"./{cell}" if path else f"'{cell}"
