"""The last lines of a batch on the terminal."""

from __future__ import annotations

import pytest

from posture.batch.model import SummaryRow
from posture.batch.run import BatchResult
from posture.cli.batch import _print_summary


def test_counts_stand_before_their_words(capsys: pytest.CaptureFixture[str]) -> None:
    result = BatchResult(4, name="clips")
    labels = {"a": "hollow_back", "b": "not_hollow_back", "c": "not_measurable", "d": "standing"}
    for clip, label in labels.items():
        activity = "standing" if label == "standing" else "running"
        result.rows[clip] = SummaryRow(clip=clip, folder=clip, state="analysed", label=label, activity=activity)
    _print_summary(result, "out")
    assert capsys.readouterr().out.splitlines() == [
        "4 clips: 1 hollow back, 1 no hollow back, 1 not measurable, 1 standing clip",
        "Results: out/index.html",
    ]
