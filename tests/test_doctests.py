"""The examples in the docstrings of the package run and show the right results."""

from __future__ import annotations

import doctest
import importlib
from pathlib import Path

import pytest

import posture

PACKAGE = Path(posture.__file__).resolve().parent
MODULES = [
    ".".join(("posture", *path.relative_to(PACKAGE).with_suffix("").parts)).removesuffix(".__init__")
    for path in sorted(PACKAGE.rglob("*.py"))
    if ">>> " in path.read_text(encoding="utf-8")
]


@pytest.mark.parametrize("name", MODULES)
def test_docstring_examples_of_module_run(name: str) -> None:
    results = doctest.testmod(importlib.import_module(name))
    assert results.attempted > 0
    assert results.failed == 0
