"""MkDocs hooks: the generated parts of the reference, and a check that the site loads nothing remote.

A page asks for a generated part with a comment such as ``<!-- generated: schema analysis -->``.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError

from posture.export.table import Column

GENERATED = re.compile(r"<!-- generated: (?P<kind>\w+) (?P<name>\w+) -->")
# Elements that make a browser load something; links that a reader follows are allowed.
REMOTE = re.compile(r"<(?:script|img|iframe|source|video|link)\b[^>]*\b(?:src|href)=\"?(?:https?:)?//[^>]*>")


def on_startup(**_options: Any) -> None:
    """Keep the command line's help in English, whatever the language of the machine."""
    os.environ["LANGUAGE"] = "en"


def on_page_markdown(markdown: str, **_options: Any) -> str:
    """Replace the comments that ask for a generated part."""
    return GENERATED.sub(lambda match: generate(match["kind"], match["name"]), markdown)


def on_post_build(config: MkDocsConfig) -> None:
    """Fail when a page would load anything from another address.

    Raises
    ------
    PluginError
        With the first such element.
    """
    for path in sorted(Path(config.site_dir).rglob("*.html")):
        for element in REMOTE.findall(path.read_text(encoding="utf-8")):
            if 'rel="canonical"' not in element:
                raise PluginError(f"{path}: loads from another address: {element}")


def generate(kind: str, name: str) -> str:
    """Return a generated part as Markdown.

    Parameters
    ----------
    kind
        ``schema`` or ``table``.
    name
        Of the record (analysis, comparison, coach) or of the table (frames, strides, summary).
    """
    return schema_section(_schema(name)) if kind == "schema" else column_table(_columns(name))


def _schema(name: str) -> dict[str, Any]:
    from posture.coach.record import CoachRecord
    from posture.records.analysis import Analysis
    from posture.records.comparison import Comparison

    return {"analysis": Analysis, "comparison": Comparison, "coach": CoachRecord}[name].json_schema()


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
        (f"`{name}`", kind_of(field), field.get("description", ""))
        for name, field in definition["properties"].items()
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
