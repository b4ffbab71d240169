"""Parquet tables, read back."""

from __future__ import annotations

import io
import sys

import pytest

from posture.analysis.examination import Examination
from posture.errors import OptionError
from posture.export.frames import frames_table
from posture.export.strides import strides_table
from posture.export.table import check_parquet, to_parquet

parquet = pytest.importorskip("pyarrow.parquet")


@pytest.mark.parametrize("clip", ["running", "gaps", "nobody"])
@pytest.mark.parametrize("make", [frames_table, strides_table])
def test_parquet_file_holds_the_cells_of_the_table(clip: str, make, request: pytest.FixtureRequest) -> None:  # type: ignore[no-untyped-def]
    table = make(request.getfixturevalue(clip))
    read = parquet.read_table(io.BytesIO(to_parquet(table)))
    assert read.to_pydict() == {name: list(cells) for name, cells in table.cells.items()}
    for column in table.columns:
        field = read.schema.field(column.name)
        assert field.nullable == (not column.required)
        assert field.metadata[b"description"].decode() == column.description
        assert field.metadata.get(b"unit") == (column.unit.encode() if column.unit else None)


def test_column_types_do_not_depend_on_the_clip(running: Examination, nobody: Examination) -> None:
    for make in (frames_table, strides_table):
        here, there = (parquet.read_schema(io.BytesIO(to_parquet(make(f)))) for f in (running, nobody))
        assert here.equals(there, check_metadata=True)


def test_missing_library_is_a_one_line_error(monkeypatch: pytest.MonkeyPatch) -> None:
    check_parquet()
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(OptionError) as caught:
        check_parquet()
    assert str(caught.value) == (
        '--parquet: needs pyarrow, which is not installed. Install it with: pip install "running-posture[parquet]"'
    )
