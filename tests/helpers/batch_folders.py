"""Folders of small clips, runs of ``posture batch`` over them, and their results."""

from __future__ import annotations

import csv
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from helpers import video_factory

HERE = ("--workers", "2")
OPTIONS = ("--no-video", *HERE)
# What may differ between two runs over the same clips: how long it took, when a file was changed.
PASSING = ("analysis_s", "signature")


def small_clips(folder: Path, count: int = 4, *, frames: int = 12) -> Path:
    """Write clips without people, each with other content."""
    folder.mkdir(parents=True, exist_ok=True)
    for n in range(count):
        video_factory.write_clip(folder / f"clip{n}.mp4", frames=frames + n)
    return folder


def start(folder: Path, out: Path, *options: str, film: bool = False, **extra: Any) -> subprocess.Popen[str]:
    """Start a batch in a process of its own, without film unless it is asked for."""
    given = ["--no-video"] * (not film)
    if "--scheduler" not in options:
        given += HERE
    return subprocess.Popen(
        [sys.executable, "-m", "posture", "batch", str(folder), "--out", str(out), *given, *options],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONUTF8": "1"},
        **extra,
    )


def finished(folder: Path, out: Path, *options: str, film: bool = False, expect: int = 0) -> str:
    """Run a batch to its end; return its standard error."""
    process = start(folder, out, *options, film=film)
    output, told = process.communicate(timeout=300)
    assert process.returncode == expect, output + told
    assert "Traceback" not in told
    return told


def summary(out: Path) -> dict[str, dict[str, str]]:
    """Return the rows of summary.csv by clip; each clip must stand there once."""
    with (out / "summary.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len({row["clip"] for row in rows}) == len(rows)
    return {row["clip"]: row for row in rows}


def contents(out: Path) -> dict[str, Any]:
    """Return every file below a folder of results with its content, without what differs from run to run."""
    found: dict[str, Any] = {}
    for path in sorted(out.rglob("*")):
        name = path.relative_to(out).as_posix()
        if path.is_dir() or name == ".posture-lock":
            continue
        if name.endswith("batch.json"):
            data = json.loads(path.read_bytes())
            data.pop("signature")
            data["row"].pop("analysis_s")
            found[name] = data
        elif name == "summary.csv":
            found[name] = {k: {**row, "analysis_s": ""} for k, row in summary(out).items()}
        else:
            found[name] = path.read_bytes()
    return found


def copied(folder: Path, target: Path) -> Path:
    """Copy a folder of results, to go on with it."""
    return Path(shutil.copytree(folder, target))
