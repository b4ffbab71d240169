"""One kill; `make robustness` kills every command many times."""

from __future__ import annotations

import sys

import pytest
from robustness.run_kills import kill_once


@pytest.mark.skipif(sys.platform == "win32", reason="a process cannot be sent a signal")
def test_killed_comparison_leaves_no_half_file_and_runs_again() -> None:
    assert kill_once("compare", number=1, whole_s=2.0).faults == []
