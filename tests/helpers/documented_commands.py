"""Commands, Python blocks and quoted output of README and docs."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Literal, NamedTuple

ROOT = Path(__file__).resolve().parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]

Kind = Literal["posture", "python", "output"]

_FENCE = re.compile(r"^```(?P<language>\w*)\n(?P<body>.*?)^```$", re.DOTALL | re.MULTILINE)


class Snippet(NamedTuple):
    """One thing that a page shows: a command, a Python program, or the output of the command before it."""

    kind: Kind
    text: str

    @property
    def arguments(self) -> list[str]:
        """Return the words of a command after ``posture``."""
        return shlex.split(self.text, comments=True)[1:]


def snippets_in(page: Path) -> Iterator[Snippet]:
    """Yield the snippets of a page in order.

    Blocks without a language hold commands, of which those of ``posture`` and ``python -c`` count; ``python`` blocks
    are programs; ``text`` blocks after a command quote its output.
    """
    last: Kind | None = None
    for block in _FENCE.finditer(page.read_text(encoding="utf-8")):
        for snippet in _snippets_of(block["language"], block["body"]):
            if snippet.kind != "output" or last == "posture":
                yield snippet
                last = snippet.kind


def _snippets_of(language: str, body: str) -> Iterator[Snippet]:
    if language == "python":
        yield Snippet("python", body)
    elif language == "text":
        yield Snippet("output", body)
    elif not language:
        for line in body.splitlines():
            if line.startswith("posture "):
                yield Snippet("posture", line)
            elif line.startswith("python -c "):
                yield Snippet("python", shlex.split(line)[2])
