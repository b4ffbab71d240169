"""The texts of ``library.toml``: into the catalogues, and in the active language."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from typing import Any, BinaryIO

from posture.language import gettext

NO_TEXT = frozenset({"id", "title_de", "aliases", "convention", "file"})
"""Fields that are the same in every language."""


def texts_of(value: Any) -> Iterator[str]:
    """Yield every text for people that a value of the library holds, in its order."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for item in value:
            yield from texts_of(item)
    elif isinstance(value, Mapping):
        for key, item in value.items():
            if key not in NO_TEXT:
                yield from texts_of(item)


def spoken(value: Any) -> Any:
    """Return a value of the library with its texts in the active language."""
    if isinstance(value, str):
        return gettext(value)
    if isinstance(value, list):
        return [spoken(item) for item in value]
    if isinstance(value, Mapping):
        return {key: item if key in NO_TEXT else spoken(item) for key, item in value.items()}
    return value


def extract(
    file: BinaryIO,
    keywords: object,  # noqa: ARG001 - Babel names them
    comment_tags: object,  # noqa: ARG001
    options: object,  # noqa: ARG001
) -> Iterator[tuple[int, str, str, list[str]]]:
    """Yield the texts of a library for Babel, which calls this when it collects messages.

    Yields
    ------
    tuple
        Line, function, text, comments, as Babel wants them; the line is not known.
    """
    for text in dict.fromkeys(texts_of(tomllib.load(file))):
        yield 1, "gettext", text, []
