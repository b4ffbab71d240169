"""Texts of the package as Babel extracts them, their German, and stray English in German output."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from pathlib import Path

from babel.messages import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parents[2]
NO_TEXTS = ("build", "samples", "tests", "tools", "validation")
GERMAN = ROOT / "posture" / "locales" / "de" / "LC_MESSAGES"

Key = tuple[str | None, str]
"""Context and text; of a plural the singular."""

# Fewer words than this may stand in a German text by chance, or as a name.
MANY_WORDS = 3
_FIELD = re.compile(r"\{[^{}]*\}")


def key_of(message: Message) -> Key:
    """Return the key of a message."""
    return message.context, message.id[0] if isinstance(message.id, tuple | list) else message.id


@cache
def extracted() -> dict[Key, str | tuple[str, str]]:
    """Return every text that the package marks as a message, found as ``make messages`` finds it."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    mappings = project["tool"]["babel"]["mappings"]
    found = Catalog()
    for name, _line, text, _comments, context in extract_from_dir(
        ROOT,
        method_map=[(mapping["pattern"], mapping["method"]) for mapping in mappings],
        options_map={mapping["pattern"]: {} for mapping in mappings},
        keywords={**DEFAULT_KEYWORDS, "gettext_noop": None},
        directory_filter=lambda folder: not Path(folder).name.startswith((".", *NO_TEXTS)),
    ):
        found.add(text, locations=[(name, 1)], context=context)
    return {key_of(message): message.id for message in found if message.id}


@cache
def german(domain: str = "posture") -> Catalog:
    """Return the German catalogue."""
    with (GERMAN / f"{domain}.po").open("rb") as file:
        return read_po(file, locale="de")


def forms_of(message: Message) -> list[tuple[str, str]]:
    """Return each English form of a message beside its German one."""
    if isinstance(message.id, tuple | list):
        return list(zip(message.id, message.string, strict=True))
    return [(message.id, message.string)]


@cache
def english_fragments() -> tuple[str, ...]:
    """Return the parts between the fields of all English texts: those of several words that no German text holds."""
    forms = [form for message in german() if message.id for form in forms_of(message)]
    told = "\n".join(plain(string) for _, string in forms)
    parts = {plain(part).strip(" .,:;()") for text, _ in forms for part in _FIELD.split(text)}
    return tuple(sorted(part for part in parts if len(part.split()) >= MANY_WORDS and part not in told))


def plain(text: str) -> str:
    """Return text on one line, in lower case, as it reads whatever the line width."""
    return " ".join(text.split()).lower()


def english_in(text: str) -> list[str]:
    """Return the English texts of the catalogue that a text holds, however its lines are broken."""
    one_line = plain(text)
    return [part for part in english_fragments() if part in one_line]
