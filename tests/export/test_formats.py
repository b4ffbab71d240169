"""Choice of the exported files."""

from __future__ import annotations

import sys

import pytest

from posture.analysis.examination import Examination
from posture.errors import OptionError
from posture.export.formats import Formats, export_files

ALL = Formats(parquet=True, opensim=True, height_m=1.8, movement=True)
ALWAYS = {"frames.csv", "strides.csv", "tables.json"}


def names(found: Examination, formats: Formats) -> set[str]:
    """Return which files have content; the others must be named too, so that old ones are taken away."""
    files = dict(export_files(found, formats))
    assert set(files) == {*ALWAYS, *ALL.names}
    assert all(content for content in files.values() if content is not None)
    return {name for name, content in files.items() if content is not None}


def test_requested_formats_are_exported(running: Examination) -> None:
    assert names(running, Formats()) == ALWAYS
    assert names(running, ALL) == {*ALWAYS, *ALL.names}
    assert names(running, Formats(opensim=True)) == {*ALWAYS, "landmarks.trc", "angles.mot"}


def test_formats_without_data_are_left_out(front: Examination, nobody: Examination) -> None:
    assert names(front, ALL) == {*ALWAYS, *ALL.names} - {"angles.mot"}
    assert names(nobody, ALL) == {*ALWAYS, "frames.parquet", "strides.parquet"}


def test_text_is_utf_8_with_single_line_ends_and_no_nan(gaps: Examination) -> None:
    for name, content in export_files(gaps, ALL):
        if name.endswith((".csv", ".json", ".mot", ".trc")):
            assert content is not None
            text = content.decode()
            assert text.endswith("\n")
            assert "\r" not in text
            if name.endswith(".csv"):
                assert "nan" not in text.lower()


def test_only_needed_libraries_are_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    monkeypatch.setitem(sys.modules, "xarray", None)
    Formats(opensim=True).check()
    for formats, option in ((Formats(parquet=True), "--parquet"), (Formats(movement=True), "--movement")):
        with pytest.raises(OptionError) as caught:
            formats.check()
        assert caught.value.where == option
