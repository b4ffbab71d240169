"""Data flows one way: the imports of the package say so, and foreign libraries enter only where listed."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

import posture

PACKAGE = Path(posture.__file__).resolve().parent
MODULES = sorted(PACKAGE.rglob("*.py"))

FOUNDATION = (
    *("language", "errors", "version", "types", "runtime", "system_libraries", "records", "thresholds", "model_files"),
    *("calibration", "verdict_model"),
    "output.names",
)
ROOMS = (
    "video",
    "pose",
    # What the pictures show beside the runner: needs the trunk only, and says which edges are no edge of the back.
    "scene",
    "contour",
    "gait",
    "outline",
    "back",
    "reasons",
    # Words for what the scene hides; the rules use them.
    "occluders",
    "quality",
    "comparison",
    "verdict",
    "exercises",
    "analysis",
    "export",
    "drawing",
    "report",
    "output",
    "coach",
)
# In the order in which they stand on each other; the package itself hands out names of those below it.
TOP = ("doctor", "live", "batch", "app", "cli", "__main__")
# What the top level may give a name to, without being part of any arrow.
FACADE = "__init__"

# Where each foreign library may enter, as the beginnings of module names. What is not listed here may not
# be used at all before somebody decides where it belongs.
ENTRANCES: dict[str, tuple[str, ...]] = {
    "mediapipe": ("pose.landmarker_library",),
    "av": ("video",),
    "cv2": ("contour.extraction", "drawing", "live.source", "live.screen", "scene"),
    "click": ("cli",),
    "rich": ("report.text", "cli", "live.screen"),
    "pydantic": ("records", "thresholds", "coach.record", "app"),
    "jinja2": ("report.html", "batch.summary", "app.pages"),
    "matplotlib": ("report.plots", "report.share", "drawing.text"),
    "babel": ("language",),
    "pyarrow": ("export.table",),
    "xarray": ("export.movement",),
    "pandas": ("records.frame",),
    "distributed": ("batch.workers.dask_cluster",),
    "fsspec": ("batch.storage.remote",),
    "filelock": ("output.lock",),
    "starlette": ("app",),
    "uvicorn": ("app.serving", "app.connection"),
    "cryptography": ("app.certificate",),
    "segno": ("app.qr_code",),
    # Part of Jinja2.
    "markupsafe": ("app.qr_code", "report"),
    # Part of uvicorn.
    "h11": ("app.connection",),
    "psutil": ("batch.workers", "doctor", "app.network"),
    "packaging": ("doctor",),
    "sounddevice": ("live.audio",),
    "pyttsx3": ("live.audio",),
    "numpy": ("",),
    "scipy": ("",),
}


# Methods of public records that hand themselves to a later step. They import it when they are called, so that reading a
# record loads nothing of it.
HANDED_ON = {("records.analysis", "posture.output.save")}


class Import(NamedTuple):
    """One import statement: who imports what, where it stands, and whether only a call of a function runs it."""

    importer: str
    target: str
    line: int
    is_late: bool = False

    def __str__(self) -> str:
        return f"posture/{self.importer.replace('.', '/')}.py:{self.line} imports {self.target}"


def module_name(path: Path) -> str:
    """Return the dotted name of a module inside the package, ``__init__`` for the package itself."""
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" and len(parts) > 1 else parts)


def imports_of(source: str, importer: str, *, is_package: bool = False) -> Iterator[Import]:
    """Yield all imports of a module, those inside functions and under TYPE_CHECKING too.

    ``from posture import x`` counts as an import of ``posture.x``.
    """
    tree = ast.parse(source)
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    late = {id(node) for function in functions for node in ast.walk(function)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield Import(importer, alias.name, node.lineno, id(node) in late)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                here = ["posture", *importer.split(".")]
                kept = here[: len(here) - node.level + (1 if is_package else 0)]
                base = ".".join([*kept, *([node.module] if node.module else [])])
            if base == "posture":
                for alias in node.names:
                    yield Import(importer, f"posture.{alias.name}", node.lineno, id(node) in late)
            else:
                yield Import(importer, base, node.lineno, id(node) in late)
        elif isinstance(node, ast.Call) and _is_import_call(node.func) and node.args:
            name = node.args[0]
            if isinstance(name, ast.Constant) and isinstance(name.value, str):
                yield Import(importer, name.value, node.lineno)


def _is_import_call(function: ast.expr) -> bool:
    named = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
    return named in {"import_module", "__import__"}


def level_of(module: str) -> int | None:
    """Return how high a module stands, 0 for the foundation; ``None`` for one that has no place."""
    head = module.partition(".")[0]
    if head in FOUNDATION or module in FOUNDATION:
        return 0
    if head in ROOMS:
        return 1 + ROOMS.index(head)
    for place, name in enumerate(TOP):
        if head == name:
            return 1 + len(ROOMS) + place
    return None


def fault_of(found: Import) -> str | None:
    """Say what is wrong with an import, if anything is."""
    if found.target.split(".")[0] == "posture":
        return None if (found.importer, found.target) in HANDED_ON and found.is_late else _arrow_fault(found)
    library = found.target.split(".")[0]
    if library in sys.stdlib_module_names:
        return None
    if library not in ENTRANCES:
        return f"{found}: {library} has no entrance"
    if any(_is_within(found.importer, entrance) for entrance in ENTRANCES[library]):
        return None
    return f"{found}: {library} enters only at {', '.join(ENTRANCES[library])}"


def _arrow_fault(found: Import) -> str | None:
    target = found.target.removeprefix("posture").lstrip(".") or FACADE
    if found.importer == FACADE or target.startswith("__version__"):
        return None
    if target == FACADE:
        return f"{found}: modules import from the module that holds the name"
    here, there = level_of(found.importer), level_of(target)
    if there is None:
        return f"{found}: posture.{target} has no place in the order"
    same = found.importer.split(".")[0] == target.split(".")[0]
    if here is not None and (there < here or same or there == here == 0):
        return None
    return f"{found}: the arrow runs back up"


def _is_within(module: str, entrance: str) -> bool:
    return not entrance or module == entrance or module.startswith(f"{entrance}.")


@pytest.mark.parametrize("path", MODULES, ids=module_name)
def test_imports_run_down_only_and_libraries_enter_at_their_place(path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    found = imports_of(source, module_name(path), is_package=path.name == "__init__.py")
    faults = [fault for fault in map(fault_of, found) if fault]
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("path", MODULES, ids=module_name)
def test_every_module_has_a_place(path: Path) -> None:
    name = module_name(path)
    assert name == FACADE or level_of(name) is not None, f"give posture.{name} a place in this test"


@pytest.mark.parametrize(
    ("importer", "source"),
    [
        ("video.reader", "from posture.pose import landmarker"),
        ("video.reader", "def f():\n    from posture import pose"),
        ("contour", "import posture.quality.gates"),
        ("contour.occlusion", "from ..gait import strides"),
        ("exercises", "import rich"),
        ("video.reader", "from posture import analysis"),
        ("report.text.analysis", "from posture.cli import cli"),
        ("analysis", "import click"),
        ("analysis", "import av"),
        ("drawing.canvas", "import av"),
        ("contour.angles", "if TYPE_CHECKING:\n    from posture.verdict import Verdict"),
        ("contour.angles", "import cv2"),
        ("pose.models", "import mediapipe as mp"),
        ("pose.landmarker", "import mediapipe as mp"),
        ("pose.models", "import importlib\nimportlib.import_module('mediapipe')"),
        ("errors", "from posture.video import types"),
        ("gait", "import pandas"),
        ("records.analysis", "from posture.output.save import save_analysis"),
        ("records.running", "def f():\n    from posture.output.save import save_analysis"),
        ("gait", "from posture import analyze"),
        ("cli.exercises", "from posture.__main__ import main"),
    ],
)
def test_a_wrong_import_is_found(importer: str, source: str) -> None:
    assert [fault for fault in map(fault_of, imports_of(source, importer)) if fault]


@pytest.mark.parametrize(
    ("importer", "source"),
    [
        (
            "video.reader",
            "import av\nfrom posture.errors import VideoError\nfrom posture.video import read_stats",
        ),
        ("video.reader", "from .read_stats import ReadStats"),
        ("contour.occlusion", "from posture.pose.landmarker import Pose\nfrom posture import errors"),
        ("pose.landmarker_library", "def f():\n    import mediapipe as mp"),
        ("analysis.pipeline", "from posture import video, quality\nimport numpy as np"),
        ("drawing.canvas", "import cv2\nfrom posture.video import open_video"),
        ("cli", "import click\nfrom posture.analysis.pipeline import analyze"),
        ("cli.exercises", "import click, rich"),
        ("cli.main", "from posture.cli.exercises import exercises"),
        ("records.analysis", "def f():\n    from posture.output.save import save_analysis"),
        ("doctor", "from importlib import metadata\nmetadata.version('mediapipe')"),
        ("records", "from pydantic import BaseModel\nfrom posture.errors import RecordError"),
    ],
)
def test_a_right_import_passes(importer: str, source: str) -> None:
    assert [fault for fault in map(fault_of, imports_of(source, importer)) if fault] == []


def test_a_package_resolves_its_own_relative_imports() -> None:
    found = list(imports_of("from .occlusion import x\nfrom ..pose import y", "contour", is_package=True))
    assert [one.target for one in found] == ["posture.contour.occlusion", "posture.pose"]


def test_all_is_what_the_package_gives() -> None:
    """``__all__`` equals the public names: those defined or imported, and those made on demand."""
    tree = ast.parse((PACKAGE / "__init__.py").read_text(encoding="utf-8"))
    imported = {
        alias.asname or alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("posture")
        for alias in node.names
    }
    defined = {node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.ClassDef)} | {
        target.id
        for node in tree.body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    public = {name for name in imported | defined if not name.startswith("_")} | {"__version__"}
    assert sorted(posture.__all__) == sorted(public)
    assert list(posture.__all__) == sorted(posture.__all__)
    assert set(dir(posture)) == set(posture.__all__)


@pytest.mark.parametrize("name", posture.__all__)
def test_every_public_name_is_there(name: str) -> None:
    assert getattr(posture, name) is not None


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'hollow'"):
        _ = posture.hollow
