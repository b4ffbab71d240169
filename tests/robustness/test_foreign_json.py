"""JSON files that somebody else wrote or altered: each is used or refused in one line, never with a traceback."""

from __future__ import annotations

import io
import json
import os
from collections.abc import Iterator
from dataclasses import asdict, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from helpers.analysis_factory import analysis
from helpers.synthetic_runner import few
from hypothesis import given, settings
from hypothesis import strategies as st

from posture.analysis.compare_clips import comparison_of
from posture.analysis.history import FoundAnalysis, find_analyses, history_of
from posture.app.library import RECORD, Library
from posture.app.record import ClipRecord
from posture.back.error_model import ERROR_MODEL
from posture.batch.layout import BACKUP_SUFFIX, MANIFEST
from posture.batch.manifest import Manifest, read_manifest
from posture.batch.model import SummaryRow
from posture.batch.storage.disk import LocalStorage
from posture.batch.summary.table import summary_csv, summary_table
from posture.calibration import CALIBRATION
from posture.comparison.baseline import find_analysis_file
from posture.errors import ModelFileError, PostureError, RecordError
from posture.gait.number_errors import NUMBER_ERRORS
from posture.model_files import FittedModel, models_folder
from posture.outline.clothing_table import CLOTHING_MODEL
from posture.outline.mask_bias import MASK_ERROR
from posture.outline.shape_model import SHAPE_MODEL
from posture.output.names import ANALYSIS
from posture.records.analysis import Analysis
from posture.records.comparison import Comparison
from posture.report.text.analysis import render_analysis
from posture.report.text.answer import render_answer
from posture.report.text.console import make_console
from posture.verdict_model import VERDICT_MODELS

MODELS: tuple[FittedModel[Any], ...] = (
    *(CALIBRATION, CLOTHING_MODEL, ERROR_MODEL, MASK_ERROR, NUMBER_ERRORS, SHAPE_MODEL, VERDICT_MODELS),
)
NUMBERS = [None, True, 0, -1, 10**400, 2**63, 1e308, -1e308, 5e-324, float("nan"), float("inf")]
TEXTS = [
    "",
    "\x1b[31m\n",
    "\ud800",
    "x" * 5_000,
    "{x}",
    "%s",
    "[bold]",
    "9999-12-31T23:59:59-23:59",
    "0001-01-01T00:00+23:59",
]
ODD = st.sampled_from([*NUMBERS, *TEXTS, [], {}, [[]], [1e308] * 4, {"a": 1}, [None]])
DEEP = b'{"schema":' + b"[" * 100_000
NOT_JSON = [
    b"",
    b"{",
    b"null",
    b"[]",
    b"\xff\xfe\0",
    b"{}",
    DEEP,
    b'{"a":' * 100_000,
    b'{"schema":1' + b"0" * 10_000 + b"}",
]


def places(data: Any, above: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield the place of everything in a JSON value, of long lists only of the beginning."""
    inside = data.items() if isinstance(data, dict) else enumerate(data[:3]) if isinstance(data, list) else ()
    for key, value in inside:
        yield (*above, key)
        yield from places(value, (*above, key))


def altered(text: str | bytes, number: int, value: Any) -> bytes:
    """Return JSON text with another value in one place, and once more under the same name."""
    data = json.loads(text)
    every = list(places(data))
    *above, last = every[number % len(every)]
    inside = data
    for key in above:
        inside = inside[key]
    inside[last] = value
    return json.dumps(data).encode().replace(b'"schema":', b'"schema": "first", "schema":', 1)


def check_line(error: PostureError) -> None:
    """Check that an error is one readable line with advice."""
    line = str(error)
    assert line.isprintable()
    assert len(line) < 1000
    assert error.advice


@settings(max_examples=40)
@given(number=st.integers(0, 10_000), value=ODD)
def test_altered_analysis_is_refused_or_shown(number: int, value: Any) -> None:
    intact = analysis()
    try:
        read = Analysis.from_json(altered(intact.to_json(), number, value).decode())
    except RecordError as error:
        check_line(error)
        return
    json.loads(read.to_json().encode(), parse_constant=pytest.fail)
    assert repr(read)
    assert read._repr_html_()
    for render in (render_answer, render_analysis):
        render(read, make_console(io.StringIO()))
    for pair in ((read, intact), (intact, read)):
        json.loads(comparison_of(*pair).to_json(), parse_constant=pytest.fail)
    today = datetime(2026, 5, 1, tzinfo=UTC)
    history_of([FoundAnalysis(read, "a", today), FoundAnalysis(intact, "b", today)]).to_json().encode()


@few
@given(number=st.integers(0, 10_000), value=ODD)
def test_altered_comparison_is_refused_or_shown(number: int, value: Any) -> None:
    text = comparison_of(analysis(), analysis(name="b.mp4")).to_json()
    try:
        read = Comparison.model_validate_json(altered(text, number, value))
    except ValueError:
        return
    json.loads(read.to_json().encode(), parse_constant=pytest.fail)
    assert repr(read)


ROW = SummaryRow("jog.mp4", "jog", "analysed", pelvic_tilt_deg=30.5, strides=12, sha256="abc", label="hollow_back")


@settings(max_examples=60)
@given(number=st.integers(0, 10_000), value=ODD)
def test_altered_manifest_counts_as_none_or_can_be_summed_up(
    tmp_path_factory: pytest.TempPathFactory, number: int, value: Any
) -> None:
    folder = tmp_path_factory.mktemp("results")
    (folder / MANIFEST).write_bytes(altered(Manifest("jog.mp4", "9 bytes", "abc", "def", ROW).to_json(), number, value))
    manifest = read_manifest(LocalStorage(str(folder.parent)), folder.name)
    if manifest is not None:
        assert summary_csv(summary_table([manifest.row, replace(ROW)]))
        assert manifest.to_json()


@settings(max_examples=100)
@given(model=st.sampled_from(MODELS), number=st.integers(0, 10_000), value=ODD)
def test_altered_model_file_is_refused_or_used(
    tmp_path_factory: pytest.TempPathFactory, model: FittedModel[Any], number: int, value: Any
) -> None:
    folder = tmp_path_factory.mktemp("models")
    (folder / model.filename).write_bytes(altered((models_folder() / model.filename).read_bytes(), number, value))
    try:
        model.load(folder)
    except ModelFileError as error:
        check_line(error)


@few
@given(number=st.integers(0, 10_000), value=ODD)
def test_altered_clip_record_is_skipped_or_listed(
    tmp_path_factory: pytest.TempPathFactory, number: int, value: Any
) -> None:
    folder, name = tmp_path_factory.mktemp("app"), "2026-05-01-1"
    record = ClipRecord(id=name, file=f"{name}.mp4", sent_as="jog.mp4", received_at=datetime(2026, 5, 1, tzinfo=UTC))
    (folder / name).mkdir()
    (folder / name / RECORD).write_bytes(altered(record.to_json(), number, value))
    assert all(one.to_json().encode() for one in Library(folder).clips())


@pytest.mark.parametrize("data", NOT_JSON, ids=range(len(NOT_JSON)))
def test_what_is_no_record_is_refused_by_every_reader(tmp_path: Path, data: bytes) -> None:
    for name in (ANALYSIS, MANIFEST, ERROR_MODEL.filename):
        (tmp_path / name).write_bytes(data)
    with pytest.raises(RecordError) as refused:
        Analysis.from_json(tmp_path / ANALYSIS)
    check_line(refused.value)
    assert find_analysis_file(tmp_path / ANALYSIS) in (None, tmp_path / ANALYSIS)
    assert read_manifest(LocalStorage(str(tmp_path.parent)), tmp_path.name) is None
    with pytest.raises(ModelFileError) as refused_model:
        ERROR_MODEL.load(tmp_path)
    check_line(refused_model.value)
    # An analysis beside such a manifest is in the history, without a runner's name.
    (tmp_path / ANALYSIS).write_text(analysis().to_json(), encoding="utf-8")
    ((found,), unreadable) = find_analyses(tmp_path)
    assert (found.runner, unreadable) == (None, [])


def test_backup_with_such_a_manifest_is_kept(tmp_path: Path) -> None:
    storage = LocalStorage(str(tmp_path))
    with storage.staging_folder() as staging:
        backup = staging.with_name(f"jog{BACKUP_SUFFIX}")
        backup.mkdir()
        (backup / MANIFEST).write_bytes(DEEP)
        (backup / "notes.txt").write_text("mine")
        storage.sweep()
        assert (backup / "notes.txt").exists()


def test_manifest_of_another_version_counts_as_none(tmp_path: Path) -> None:
    data = {"schema": "posture.batch/2", **asdict(Manifest("jog.mp4", "9 bytes", "abc", "def", ROW))}
    (tmp_path / MANIFEST).write_text(json.dumps(data))
    assert read_manifest(LocalStorage(str(tmp_path.parent)), tmp_path.name) is None


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes on this system")
def test_pipes_and_devices_named_as_records_are_not_read(tmp_path: Path) -> None:
    for name in ("pipe", "device"):
        (tmp_path / name).mkdir()
    for name in (ANALYSIS, MANIFEST):
        os.mkfifo(tmp_path / "pipe" / name)
        (tmp_path / "device" / name).symlink_to("/dev/zero")
    found, unreadable = find_analyses(tmp_path)
    assert found == []
    assert [error.what for error in unreadable] == ["is not a file"] * 2
    for name in ("pipe", "device"):
        assert read_manifest(LocalStorage(str(tmp_path)), name) is None
