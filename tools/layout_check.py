"""Count what makes the code easy or hard to find one's way in, against limits: `make layout-check`.

It reads the sources and runs none of them.
"""

from __future__ import annotations

import ast
import re
import sys
import tokenize
from collections import defaultdict
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from io import StringIO
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "posture"

MAX_TOP_LEVEL_MODULES = 16
MAX_FUNCTION_LINES = 60  # of code: without docstrings, comments and blank lines
# 25,309 after the clean-up; what reads the scene, cuts, cloth, bystanders and changing posture, and what says in plain
# words what to do, needs the rest.
MAX_PACKAGE_LINES = 38_000
# The app in the browser, an extra, came later and has a bound of its own.
MAX_APP_LINES = 4_000
MAX_README_LINES, MAX_README_WORDS = 120, 900

# Methods of public records that hand themselves to a later step; see tests/test_architecture.py.
HANDED_ON = {"records.analysis": frozenset({"output.save"})}

RIDDLE = re.compile(r"(What|Who|How|Whether|Whoever)\b")
TRANSLATED = re.compile(r"\b(told|somebody|held otherwise|of what)\b", re.IGNORECASE)
# Calls whose string arguments are texts for users; they are held in the catalogues.
TEXT_CALLS = {"_", "gettext", "gettext_noop", "ngettext", "pgettext"}


class Module(NamedTuple):
    """A parsed module of the package; `name` is dotted, without ``posture``."""

    name: str
    path: Path
    source: str
    tree: ast.Module


class Finding(NamedTuple):
    """One rule with the places that break it, and whether they are too many."""

    rule: str
    places: list[str]
    failed: bool


def read_modules(package: Path = PACKAGE) -> list[Module]:
    """Read and parse all modules below a package."""
    modules = []
    for path in sorted(package.rglob("*.py")):
        parts = path.relative_to(package).with_suffix("").parts
        name = ".".join(parts[:-1] if parts[-1] == "__init__" and len(parts) > 1 else parts)
        source = path.read_text(encoding="utf-8")
        modules.append(Module(name, path, source, ast.parse(source)))
    return modules


def import_graph(modules: list[Module]) -> dict[str, set[str]]:
    """Return which modules of the package each one imports, inside functions too.

    ``from posture.a import b`` is an edge to ``a.b`` where that is a module, else to ``a``.
    """
    names = {module.name for module in modules}
    return {
        module.name: ({*_imported(module.tree, names)} & names - {module.name, "__init__"})
        - HANDED_ON.get(module.name, frozenset())
        for module in modules
    }


def _imported(tree: ast.Module, names: set[str]) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (a.name.removeprefix("posture.") for a in node.names if a.name.startswith("posture."))
        elif isinstance(node, ast.ImportFrom) and (node.module or "").partition(".")[0] == "posture":
            base = (node.module or "").removeprefix("posture").lstrip(".")
            for alias in node.names:
                inner = f"{base}.{alias.name}".lstrip(".")
                yield inner if inner in names else base


def circle_in(graph: dict[str, set[str]]) -> list[str]:
    """Return the modules of an import circle, the first one again at the end; empty when there is none."""
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return list(error.args[1])
    return []


def duplicate_classes(modules: list[Module]) -> list[str]:
    """Return the class names that several modules define, each with its places."""
    places: dict[str, list[str]] = defaultdict(list)
    for module in modules:
        for node in ast.walk(module.tree):
            if isinstance(node, ast.ClassDef):
                places[node.name].append(f"{module.name}:{node.lineno}")
    return [f"{name}: {', '.join(where)}" for name, where in sorted(places.items()) if len(where) > 1]


def long_functions(modules: list[Module], limit: int = MAX_FUNCTION_LINES) -> list[str]:
    """Return the functions with more lines of code than the limit."""
    return [
        f"{module.name}.{node.name}: {count}"
        for module in modules
        for node in ast.walk(module.tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        if (count := code_lines(node, module.source)) > limit
    ]


def code_lines(function: ast.FunctionDef | ast.AsyncFunctionDef, source: str) -> int:
    """Count the lines of a function without docstrings, comments and blank lines."""
    documentation = {
        line
        for node in ast.walk(function)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
        and ast.get_docstring(node) is not None
        for line in range(node.body[0].lineno, (node.body[0].end_lineno or 0) + 1)
    }
    lines = source.splitlines()
    return sum(
        1
        for number in range(function.lineno, (function.end_lineno or 0) + 1)
        if number not in documentation and (text := lines[number - 1].strip()) and not text.startswith("#")
    )


def riddles(modules: list[Module]) -> list[str]:
    """Return the modules whose docstring begins with a question word instead of a subject."""
    return [m.name for m in modules if RIDDLE.match(ast.get_docstring(m.tree) or "")]


def translated_phrases(modules: list[Module]) -> list[str]:
    """Return the lines in which comments, docstrings, names or internal strings sound translated."""
    return [
        f"{module.name}:{line}: {word}"
        for module in modules
        for line, word in _phrases(module, _user_text_lines(module.tree))
    ]


def _phrases(module: Module, user_lines: set[int]) -> Iterator[tuple[int, str]]:
    for token in tokenize.generate_tokens(StringIO(module.source).readline):
        if token.type not in (tokenize.STRING, tokenize.COMMENT, tokenize.NAME):
            continue
        for offset, text in enumerate(token.string.splitlines()):
            line = token.start[0] + offset
            if line not in user_lines and (found := TRANSLATED.search(text)):
                yield line, found.group()


def _user_text_lines(tree: ast.Module) -> set[int]:
    """Return the lines on which a string is passed to gettext."""
    return {
        line
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in TEXT_CALLS
        for argument in node.args
        for line in range(argument.lineno, (argument.end_lineno or 0) + 1)
    }


def findings(modules: list[Module], readme: str) -> list[Finding]:
    """Hold a package and its README against all rules."""
    circle = circle_in(import_graph(modules))
    top = [m.name for m in modules if "." not in m.name and m.path.name != "__init__.py"]
    app, lines = (
        sum(len(m.source.splitlines()) for m in modules if m.name.startswith("app") is in_app)
        for in_app in (True, False)
    )
    readme_lines, readme_words = len(readme.splitlines()), len(readme.split())
    rules = [
        ("import circles", [" -> ".join(circle)] if circle else []),
        ("class names defined twice", duplicate_classes(modules)),
        (f"functions over {MAX_FUNCTION_LINES} lines of code", long_functions(modules)),
        ("module docstrings that begin with What/Who/How/Whether", riddles(modules)),
        ('uses of "told", "somebody", "held otherwise", "of what" outside user texts', translated_phrases(modules)),
    ]
    counts = [
        (f"modules directly in posture/, at most {MAX_TOP_LEVEL_MODULES}", len(top), MAX_TOP_LEVEL_MODULES),
        (f"lines of the package without the app, at most {MAX_PACKAGE_LINES}", lines, MAX_PACKAGE_LINES),
        (f"lines of the app, at most {MAX_APP_LINES}", app, MAX_APP_LINES),
        (f"lines of README.md, at most {MAX_README_LINES}", readme_lines, MAX_README_LINES),
        (f"words of README.md, at most {MAX_README_WORDS}", readme_words, MAX_README_WORDS),
    ]
    return [
        *(Finding(f"{len(places)} {rule}", places, bool(places)) for rule, places in rules),
        *(Finding(f"{count} {rule}", [], count > limit) for rule, count, limit in counts),
    ]


def main() -> int:
    """Print every rule with its count; return 1 when one is broken, else 0."""
    modules = read_modules()
    documented_only = sum(len(m.tree.body) <= 1 for m in modules)
    broken = False
    for rule, places, failed in findings(modules, (ROOT / "README.md").read_text(encoding="utf-8")):
        print("FAILED" if failed else "ok    ", rule)
        for place in places:
            print("         ", place)
        broken = broken or failed
    print(f"       {len(modules)} modules, {documented_only} of them a docstring only")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
