"""Paths of the generated pages: text and figures in docs/validation, pictures in docs/images."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
DOCS, README = ROOT / "docs", ROOT / "README.md"


def page_path(docs: Path, name: str) -> Path:
    """Return the path of a generated page."""
    return docs / "validation" / f"{name}.md"


def figures_path(docs: Path, name: str) -> Path:
    """Return the path of the figures beside a generated page."""
    return docs / "validation" / f"{name}.json"


def picture_path(docs: Path, name: str) -> Path:
    """Return the path of a page's picture; its folder is made."""
    folder = docs / "images"
    folder.mkdir(parents=True, exist_ok=True)
    return folder / f"{name}.png"


def write_page(docs: Path, name: str, text: str, figures: dict[str, Any]) -> None:
    """Write a page and its figures.

    Parameters
    ----------
    docs
        The documentation's root folder; subfolders are made.
    name
        File name without suffix.
    """
    page_path(docs, name).parent.mkdir(parents=True, exist_ok=True)
    figures_path(docs, name).write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    page_path(docs, name).write_text(text, encoding="utf-8")
