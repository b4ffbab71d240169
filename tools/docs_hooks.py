"""MkDocs hooks: the generated parts of the reference, and a check that the site loads nothing remote.

A page asks for a generated part with a comment such as ``<!-- generated: schema analysis -->``.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError

from tools.reference_tables import generate

GENERATED = re.compile(r"<!-- generated: (?P<kind>\w+) (?P<name>\w+) -->")
# Elements that make a browser load something; links that a reader follows are allowed.
REMOTE = re.compile(r"<(?:script|img|iframe|source|video|link)\b[^>]*\b(?:src|href)=\"?(?:https?:)?//[^>]*>")


def on_startup(**_options: Any) -> None:
    """Keep the command line's help in English, whatever the language of the machine."""
    os.environ["LANGUAGE"] = "en"


def on_page_markdown(markdown: str, **_options: Any) -> str:
    """Replace the comments that ask for a generated part."""
    return GENERATED.sub(lambda match: generate(match["kind"], match["name"]), markdown)


def on_post_build(config: MkDocsConfig) -> None:
    """Fail when a page would load anything from another address.

    Raises
    ------
    PluginError
        With the first such element.
    """
    for path in sorted(Path(config.site_dir).rglob("*.html")):
        for element in REMOTE.findall(path.read_text(encoding="utf-8")):
            if 'rel="canonical"' not in element:
                raise PluginError(f"{path}: loads from another address: {element}")
