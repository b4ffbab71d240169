"""Analyses and clips that the tests of a session share: each takes seconds to make."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from helpers.cli_runner import AnalysisOf, Clip, Json, invoke
from helpers.derived_clips import Change, rewrite, sample


@pytest.fixture(scope="session")
def analysis_of() -> AnalysisOf:
    """Return a function that analyses a sample (by name) or a clip (by path), each once a session."""
    known: dict[tuple[str, ...], Json] = {}

    def analysis(clip: str | Path, *options: str) -> Json:
        path = sample(clip) if isinstance(clip, str) else clip
        key = (str(path), *options)
        if key not in known:
            known[key] = invoke("analyze", path, "--json", "-", *options).json
        return known[key]

    return analysis


@pytest.fixture(scope="session")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Clip:
    """Return a function that writes a changed sample, once a session for each file name."""
    folder = tmp_path_factory.mktemp("clips")

    def make(filename: str, name: str, change: Change, **options: Any) -> Path:
        path = folder / filename
        return path if path.exists() else rewrite(path, name, change, **options)

    return make
