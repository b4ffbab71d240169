"""Standard streams that are closed, as under a scheduler or a windowed program."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from helpers.cli_runner import Clip
from helpers.derived_clips import same


@pytest.mark.skipif(sys.platform == "win32", reason="needs a POSIX shell")
@pytest.mark.parametrize("closed", ["2>&-", ">&- 2>&- <&-"])
def test_clip_is_analysed_without_standard_streams(clip: Clip, tmp_path: Path, closed: str) -> None:
    blink = clip("blink.mp4", "run_neutral", same, end_s=0.1)
    target = tmp_path / "a.json"
    command = [sys.executable, "-m", "posture", "analyze", str(blink), "--json", str(target), "-q"]
    done = subprocess.run(
        ["sh", "-c", f'exec "$@" {closed}', "sh", *command], check=False, capture_output=True, timeout=120
    )
    assert done.returncode == 0
    # The model's own log must not end up in a file that got the stream's number.
    assert target.read_text(encoding="utf-8").startswith('{\n  "schema"')
