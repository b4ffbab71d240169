"""Lines can be printed to any stream."""

from __future__ import annotations

import io
import sys

import pytest

from posture.cli.output import print_err, print_out, sanitise


def test_characters_the_stream_lacks_are_escaped(monkeypatch: pytest.MonkeyPatch) -> None:
    out, err = (io.TextIOWrapper(io.BytesIO(), encoding="cp1252") for _ in range(2))
    monkeypatch.setattr(sys, "stdout", out)
    monkeypatch.setattr(sys, "stderr", err)
    print_out("Results: Бег/ä")
    print_err("→ ä")
    for stream in (out, err):
        stream.flush()
    assert out.buffer.getvalue() == b"Results: \\u0411\\u0435\\u0433/\\xe4\n"  # type: ignore[attr-defined]
    assert err.buffer.getvalue() == b"\\u2192 \\xe4\n"  # type: ignore[attr-defined]


def test_path_cannot_control_the_terminal() -> None:
    assert sanitise("a\x1b[31mb\nc") == "a\N{REPLACEMENT CHARACTER}[31mb\N{REPLACEMENT CHARACTER}c"
