"""The generated pages: templates, and paths of text, figures and pictures in docs."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from validation.accuracy.table import number, percent

ROOT = Path(__file__).resolve().parents[2]
DOCS, README = ROOT / "docs", ROOT / "README.md"
TEMPLATES = Path(__file__).parent / "templates"


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


def render(name: str, filters: Mapping[str, Callable[..., str]], **context: Any) -> str:
    """Return a page as Markdown.

    Parameters
    ----------
    name
        Template, without suffix.
    filters
        Added to ``number`` and ``percent``.
    **context
        Names that the template uses; a missing one is an error.
    """
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,
    )
    environment.filters |= {"number": number, "percent": percent, **filters}
    return environment.get_template(f"{name}.md.jinja").render(context)
