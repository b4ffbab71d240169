"""Write the table of the dependencies' licences into docs/reference/licences.md: `make licences`."""

from __future__ import annotations

import sys
import tomllib
from importlib.metadata import PackageNotFoundError, metadata, requires
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

PACKAGE = "running-posture"
# What users install; not what tests, documentation and rendering need.
EXTRAS = ("app", "cluster", "frame", "movement", "parquet", "remote", "voice")
ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "reference" / "licences.md"
BEGIN, END = "<!-- dependencies: begin -->\n", "<!-- dependencies: end -->\n"
# As the Python Package Index states them, where the package is not installed for the tests or states none itself.
STATED = {"pyttsx3": "MPL-2.0"}
SHORT = {
    "Apache Software License": "Apache-2.0",
    "BSD License": "BSD",
    "ISC License (ISCL)": "ISC",
    "MIT License": "MIT",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "Python Software Foundation License": "PSF-2.0",
}


def dependencies() -> dict[str, str]:
    """Return the extra of each dependency, direct or not, by name; empty for what every installation has."""
    found: dict[str, str] = {}
    for extra in ("", *EXTRAS):
        waiting = [(PACKAGE, {extra})]
        while waiting:
            name, extras = waiting.pop()
            for text in _requirements(name):
                need = Requirement(text)
                if need.marker is not None and not any(need.marker.evaluate({"extra": one}) for one in extras):
                    continue
                key = canonicalize_name(need.name)
                if key not in found:
                    found[key] = extra
                    waiting.append((key, {"", *need.extras}))
    return dict(sorted(found.items()))


def direct() -> list[str]:
    """Return what the package needs itself, as pyproject.toml says: an older installation may know other ones."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    optional = project["optional-dependencies"]
    return [*project["dependencies"], *(f"{one}; extra == '{extra}'" for extra in EXTRAS for one in optional[extra])]


def _requirements(name: str) -> list[str]:
    if name == PACKAGE:
        return direct()
    try:
        return requires(name) or []
    except PackageNotFoundError:
        return []


def licence_of(name: str) -> str:
    """Return the licence that an installed package states, as SPDX where possible.

    Raises
    ------
    LookupError
        When none is stated.
    """
    if name in STATED:
        return STATED[name]
    stated = metadata(name).json
    if expression := stated.get("license_expression"):
        return str(expression)
    classified = [one.rpartition(" :: ")[2] for one in stated.get("classifier", ()) if one.startswith("License")]
    text = str(stated.get("license", "")).strip().splitlines()
    short = [SHORT.get(one, one) for one in classified] or text[:1]
    if not short:
        raise LookupError(f"{name} states no licence: look it up, and add it to STATED")
    return ", ".join(short)


def table() -> str:
    """Return the table."""
    rows = [
        f"| {name} | {licence_of(name)} | {f'extra `{extra}`' if extra else 'always'} |"
        for name, extra in dependencies().items()
    ]
    return "\n".join(["| package | licence | installed |", "|---|---|---|", *rows]) + "\n"


def with_table(page: str) -> str:
    """Return the page with today's table."""
    before, after = page.partition(BEGIN)[0], page.partition(END)[2]
    return before + BEGIN + table() + END + after


if __name__ == "__main__":
    PAGE.write_text(with_table(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
    sys.stdout.write(f"Written: {PAGE}\n")
