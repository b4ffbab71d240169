"""The table of all clips: as CSV, as Parquet, and as lines of JSON.

Its texts come from names of files: what UTF-8 cannot hold becomes a question mark, and in CSV, which people open in a
spreadsheet, no cell begins like a formula.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, fields, replace

from posture.batch.jobs import Row
from posture.export.table import Cell, Column, Kind, Table

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
    return tuple(_column(field.name, str(field.type)) for field in fields(Row))


def table_of(rows: Sequence[Row]) -> Table:
    """Return the summary as a table, sorted by clip."""
    ordered = [asdict(row) for row in sorted(rows, key=lambda row: row.clip)]
    made = columns()
    return Table("summary", made, {c.name: [_encodable(row[c.name]) for row in ordered] for c in made})


def csv_of(table: Table) -> str:
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


def json_line(row: Row) -> str:
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
