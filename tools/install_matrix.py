"""Install the package with every interpreter at hand, and try it: `make install-matrix`.

Wheel, source distribution and editable install, each in an empty environment; the lower bounds of all dependencies;
the wheel as a tool of uv and pipx; and two builds, which must be equal byte by byte. For interpreters that are not
here, uv finds out whether all dependencies have wheels. Each row is stored when it is done; the next run goes on.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "build" / "install-matrix"
VERSIONS = ("3.11", "3.12", "3.13", "3.14")
CLIP = ROOT / "samples" / "run_hollow.mp4"
# A commit time, so that two builds can be equal.
EPOCH = "1764547200"


def run(*command: str | Path, folder: Path = ROOT, **environment: str) -> str:
    """Return the output of a command; raises `RuntimeError` with its last lines when it fails."""
    # The checkout must not stand in for the package that is installed.
    inherited = {key: value for key, value in os.environ.items() if key not in ("PYTHONPATH", "VIRTUAL_ENV")}
    words = [str(part) for part in command]
    done = subprocess.run(
        words, cwd=folder, env={**inherited, **environment}, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise RuntimeError(f"{' '.join(map(str, command))}: {done.stderr.strip()[-600:]}")
    return done.stdout


def interpreter(version: str) -> Path | None:
    """Return an interpreter of a version, from pyenv or from the PATH; None without one."""
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"))
    # A shim of pyenv on the PATH only knows the versions that are switched on.
    here = [*sorted(pyenv.glob(f"versions/{version}.*/bin/python"), reverse=True), shutil.which(f"python{version}")]
    return next((Path(path) for path in here if path is not None), None)


def tried(python: Path, *install: str | Path) -> str:
    """Install in an empty environment, check it and analyse a clip there; return what was measured."""
    with tempfile.TemporaryDirectory() as folder:
        home, place = Path(folder), Path(folder) / "env"
        run("uv", "venv", "-q", "-p", python, place)
        began_s = time.monotonic()
        run("uv", "pip", "install", "-q", "-p", place, *install)
        installed_s = time.monotonic()
        run("uv", "pip", "check", "-p", place)
        programs = place / ("Scripts" if os.name == "nt" else "bin")
        return f"installed in {installed_s - began_s:.0f} s; {used(programs / 'posture', home)}"


def used(posture: Path, folder: Path) -> str:
    """Run the command on a sample away from the checkout; return its version, time and verdict."""
    version = run(posture, "--version", folder=folder).strip()
    began_s = time.monotonic()
    run(posture, "analyze", CLIP, "--out", folder / "out", folder=folder)
    label = json.loads((folder / "out" / "analysis.json").read_text(encoding="utf-8"))["verdict"]["label"]
    if label != "hollow_back":
        raise RuntimeError(f"the verdict on {CLIP.name} is {label}")
    return f"{version}: {CLIP.name} in {time.monotonic() - began_s:.0f} s, {label}"


def built(kind: str) -> Path:
    """Build a wheel or a source distribution, and return its file."""
    out = FOLDER / "dist"
    run(sys.executable, "-m", "build", f"--{kind}", "--no-isolation", "--outdir", out, SOURCE_DATE_EPOCH=EPOCH)
    return max(out.glob("*.whl" if kind == "wheel" else "*.tar.gz"), key=lambda path: path.stat().st_mtime)


def rebuilt() -> str:
    """Build wheel and source distribution twice, and compare."""
    sums = {
        kind: {hashlib.sha256(built(kind).read_bytes()).hexdigest() for _ in range(2)} for kind in ("wheel", "sdist")
    }
    if any(len(found) > 1 for found in sums.values()):
        raise RuntimeError("two builds differ")
    return "equal byte by byte: " + ", ".join(f"{kind} {min(found)[:12]}" for kind, found in sums.items())


def as_tool(program: str) -> str:
    """Install the wheel with ``uv tool`` or pipx, in a home of its own, and use it."""
    wheel = built("wheel")
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        if program == "uv":
            run("uv", "tool", "install", "-q", "-p", sys.executable, wheel, UV_TOOL_DIR=folder, UV_TOOL_BIN_DIR=folder)
        else:
            run("uvx", "pipx", "install", "-q", wheel, PIPX_HOME=folder, PIPX_BIN_DIR=folder)
        return used(home / "posture", home)


def resolved(version: str) -> str:
    """Find wheels of all dependencies, extras included, for an interpreter that is not here."""
    with tempfile.TemporaryDirectory() as folder:
        listed = Path(folder) / "pyproject.toml"
        text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
        # Extras with compiled parts too; not those for tests, docs and rendering.
        listed.write_text(re.sub(r'dynamic = \["version"\]', 'version = "0"', text), encoding="utf-8")
        extras = [part for name in ("app", "frame", "parquet", "movement", "cluster") for part in ("--extra", name)]
        found = run("uv", "pip", "compile", "-q", "--no-build", "--python-version", version, *extras, listed)
    return f"not here; wheels of all {sum('==' in line for line in found.splitlines())} packages found"


def rows(versions: tuple[str, ...]) -> dict[str, Callable[[], str]]:
    """Return what is tried, by the name of its row."""
    found: dict[str, Callable[[], str]] = {"two builds": rebuilt}
    for version in versions:
        python = interpreter(version)
        if python is None:
            found[f"{version} resolved"] = lambda version=version: resolved(version)  # type: ignore[misc]
            continue
        ways: dict[str, Callable[[], tuple[str | Path, ...]]] = {
            "wheel": lambda: (built("wheel"),),
            "sdist": lambda: (built("sdist"),),
            "editable": lambda: ("-e", ROOT),
            "lower bounds": lambda: (built("wheel"), "--resolution", "lowest-direct"),
        }
        for name, what in ways.items():
            found[f"{version} {name}"] = lambda python=python, what=what: tried(python, *what())  # type: ignore[misc]
    return {**found, "uv tool": lambda: as_tool("uv"), "pipx": lambda: as_tool("pipx")}


def main() -> int:
    """Try what has not been tried, print the table, and return the exit code."""
    parser = argparse.ArgumentParser(description="Install the package with every interpreter at hand, and try it.")
    parser.add_argument("--again", action="store_true", help="forget the rows of earlier runs")
    given = parser.parse_args()
    FOLDER.mkdir(parents=True, exist_ok=True)
    store = FOLDER / "rows.json"
    done: dict[str, str] = {} if given.again or not store.exists() else json.loads(store.read_text(encoding="utf-8"))
    failed = 0
    for name, attempt in rows(VERSIONS).items():
        if name not in done:
            try:
                done[name] = attempt()
            except RuntimeError as error:
                failed += 1
                print(f"{name}: FAILED: {error}", file=sys.stderr)
                continue
            store.write_text(json.dumps(done, indent=1) + "\n", encoding="utf-8")
        print(f"| {name} | {done[name]} |", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
