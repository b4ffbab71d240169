"""The generated parts of the documentation are complete."""

from __future__ import annotations

import re
from typing import Any

import pytest
from helpers.documented_commands import PAGES

from posture.export import frames, strides
from posture.records.analysis import Analysis
from tools.reference_tables import generate, kind_of

GENERATED = re.compile(r"<!-- generated: (\w+) (\w+) -->")
REQUESTS = sorted({request for page in PAGES for request in GENERATED.findall(page.read_text(encoding="utf-8"))})


@pytest.mark.parametrize(("kind", "name"), REQUESTS)
def test_generated_part_is_table_with_rows(kind: str, name: str) -> None:
    lines = generate(kind, name).splitlines()
    assert sum(line.startswith("|") for line in lines) > 5
    assert len({line.count(" | ") for line in lines if line.startswith("| ")}) <= 2


def test_json_reference_names_every_object_and_field() -> None:
    text = generate("schema", "analysis")
    schema = Analysis.json_schema()
    fields = {name for part in (schema, *schema["$defs"].values()) for name in part.get("properties", {})}
    assert [name for name in fields if f"| `{name}` |" not in text] == []
    assert "## Quality" in text
    assert "[Quality](#quality)" in text


@pytest.mark.parametrize("module", [frames, strides])
def test_table_reference_has_every_column(module: Any) -> None:
    text = generate("table", module.__name__.rpartition(".")[2])
    assert [column.name for column in module.COLUMNS if f"| `{column.name}` |" not in text] == []


@pytest.mark.parametrize(
    ("field", "words"),
    [
        ({"type": "number"}, "number"),
        ({"anyOf": [{"type": "number"}, {"type": "null"}]}, "number or null"),
        ({"$ref": "#/$defs/Issue"}, "[Issue](#issue)"),
        ({"enum": ["left", "right"]}, "`left`, `right`"),
        ({"const": "posture.analysis/1"}, "`posture.analysis/1`"),
        ({"type": "array", "items": {"type": "number"}}, "array of number"),
        ({"type": "array", "prefixItems": [{"type": "number"}] * 2}, "[number, number]"),
        ({"type": "object", "additionalProperties": {"type": "number"}}, "object of number"),
        ({"type": "object"}, "object"),
    ],
)
def test_field_type_is_written_in_words(field: dict[str, Any], words: str) -> None:
    assert kind_of(field) == words
