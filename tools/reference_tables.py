"""Generated parts of the documentation: fields of the JSON files, columns of the tables."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from posture.export.table import Column


def generate(kind: str, name: str) -> str:
    """Return a generated part as Markdown.

    Parameters
    ----------
    kind
        ``schema`` or ``table``.
    name
        Of the record (analysis, comparison, history, coach) or of the table (frames, strides, summary).
    """
    return schema_section(_schema(name)) if kind == "schema" else column_table(_columns(name))


def _schema(name: str) -> dict[str, Any]:
    from posture.coach.record import CoachRecord
    from posture.records.analysis import Analysis
    from posture.records.base import RecordFile
    from posture.records.comparison import Comparison
    from posture.records.history import History

    records: dict[str, type[RecordFile]] = {
        "analysis": Analysis,
        "comparison": Comparison,
        "history": History,
        "coach": CoachRecord,
    }
    return records[name].json_schema()


def _columns(name: str) -> Sequence[Column]:
    from posture.batch.summary.table import columns
    from posture.export import frames, strides

    return {"frames": frames.COLUMNS, "strides": strides.COLUMNS, "summary": columns()}[name]


def column_table(columns: Sequence[Column]) -> str:
    """Return a Markdown table of a table's columns."""
    rows = [(f"`{c.name}`", c.kind, c.unit or "", c.description) for c in columns]
    return _table(("column", "type", "unit", "description"), rows)


def schema_section(schema: Mapping[str, Any]) -> str:
    """Return the fields of a JSON Schema: those of the file, then one section for each object in it."""
    parts = [_fields(schema)]
    for name, definition in schema.get("$defs", {}).items():
        if "properties" in definition:
            about = definition.get("description", "").partition("\n\n")[0]
            parts.append(f"## {name}\n\n{about}\n\n{_fields(definition)}")
    return "\n\n".join(parts)


def _fields(definition: Mapping[str, Any]) -> str:
    rows = [
        (f"`{name}`", kind_of(field), field.get("description", "")) for name, field in definition["properties"].items()
    ]
    return _table(("field", "type", "description"), rows)


def kind_of(field: Mapping[str, Any]) -> str:
    """Return the type of a JSON Schema field in words, with links to the objects."""
    if "$ref" in field:
        name = field["$ref"].rpartition("/")[2]
        return f"[{name}](#{name.lower()})"
    if "anyOf" in field:
        return " or ".join(kind_of(option) for option in field["anyOf"])
    if "const" in field or "enum" in field:
        return ", ".join(f"`{value}`" for value in field.get("enum", [field.get("const")]))
    if field.get("type") == "array":
        return _array_kind(field)
    if field.get("type") == "object":
        values = field.get("additionalProperties")
        return f"object of {kind_of(values)}" if isinstance(values, Mapping) else "object"
    return str(field.get("type", "any"))


def _array_kind(field: Mapping[str, Any]) -> str:
    items = field.get("prefixItems")
    if items:
        return f"[{', '.join(kind_of(item) for item in items)}]"
    return f"array of {kind_of(field['items'])}"


def _table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    return "\n".join(_table_lines(columns, rows))


def _table_lines(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    yield f"| {' | '.join(columns)} |"
    yield f"|{'---|' * len(columns)}"
    for row in rows:
        cells = (" ".join(cell.split()).replace("|", "\\|") for cell in row)
        yield f"| {' | '.join(cells)} |"
