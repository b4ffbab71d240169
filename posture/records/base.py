"""Base models of the JSON files: immutable, with their JSON Schema."""

from __future__ import annotations

import json
from typing import Any

from pydantic import BaseModel, ConfigDict

from posture.records.display import Rows, html_table, text_table


class Record(BaseModel):
    """Immutable part of a file; ignores the fields of later versions."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class RecordFile(Record):
    """Whole file; its first field ``schema`` names its kind and version, such as ``posture.analysis/1``."""

    model_config = ConfigDict(populate_by_name=True)

    def to_json(self) -> str:
        """Return the indented JSON text that the file holds."""
        return self.model_dump_json(by_alias=True, indent=2) + "\n"

    @classmethod
    def json_schema(cls) -> dict[str, Any]:
        """Return the JSON Schema (draft 2020-12) of the file."""
        schema = cls.model_json_schema(by_alias=True, mode="serialization")
        named = str(schema["properties"]["schema"]["const"])
        return {
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "$id": "urn:" + named.replace(".", ":").replace("/", ":"),
            **schema,
        }

    @classmethod
    def schema_text(cls) -> str:
        """Return the JSON Schema as text, as it ships with the package."""
        return json.dumps(cls.json_schema(), indent=2) + "\n"


class ShownRecord(RecordFile):
    """Whole file that a Python prompt and a notebook show as a short table."""

    def __repr__(self) -> str:
        return text_table(self._title, self._rows())

    __str__ = __repr__

    def _repr_html_(self) -> str:
        """Return the table that a notebook shows."""
        return html_table(self._title, self._rows())

    @property
    def _title(self) -> str:
        raise NotImplementedError

    def _rows(self) -> Rows:
        """Return the main fields by their names in Python, each with its value as text."""
        raise NotImplementedError
