"""The wheel contains all it needs and works outside this checkout."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import sysconfig
import tarfile
import venv
import zipfile
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).resolve().parents[1]

#: The released model files: sha256 of Google's originals, as models/LICENSES.md lists them.
MODEL_SHA256 = {
    "pose_landmarker_lite.task": "59929e1d1ee95287735ddd833b19cf4ac46d29bc7afddbbf6753c459690d574a",
    "pose_landmarker_full.task": "4eaa5eb7a98365221087693fcc286334cf0858e2eb6e15b506aa4a7ecdcec4ad",
    "pose_landmarker_heavy.task": "64437af838a65d18e5ba7a0d39b465540069bc8aae8308de3e318aad31fcbc7b",
}


class Built(NamedTuple):
    """Files of one build."""

    wheel: Path
    sdist: Path


def run(*command: str | Path, cwd: Path, timeout_s: float = 120.0) -> str:
    """Run a command that must succeed and return its stdout; pip stays away from the network."""
    outside = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run(
        command,
        cwd=cwd,
        env={**outside, "PIP_NO_INDEX": "1", "PIP_DISABLE_PIP_VERSION_CHECK": "1", "PYTHONUTF8": "1"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        timeout=timeout_s,
        check=False,
    )
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    return done.stdout


def contents(wheel: Path) -> dict[str, str]:
    """Return the sha256 of each file of a wheel by its name."""
    with zipfile.ZipFile(wheel) as archive:
        return {name: hashlib.sha256(archive.read(name)).hexdigest() for name in archive.namelist()}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """Build the sdist, and the wheel out of the sdist, with the build backend of this environment."""
    out = tmp_path_factory.mktemp("dist")
    run(sys.executable, "-m", "build", "--no-isolation", "--outdir", out, ROOT, cwd=out)
    (wheel,), (sdist,) = out.glob("*.whl"), out.glob("*.tar.gz")
    return Built(wheel, sdist)


@pytest.fixture(scope="module")
def files(built: Built) -> dict[str, str]:
    """Return the contents of the wheel."""
    return contents(built.wheel)


@pytest.fixture(scope="module")
def installed(built: Built, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Install the wheel into a new environment and return the folder of its programs.

    The dependencies are those of the environment of the tests, lent by a path file; a path file's folder
    has its own path files ignored, so the editable install of this checkout stays out of sight.
    """
    home = tmp_path_factory.mktemp("venv")
    venv.create(home, with_pip=False, symlinks=os.name != "nt")
    scripts = home / ("Scripts" if os.name == "nt" else "bin")
    python = scripts / Path(sys.executable).name
    site = Path(run(python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))", cwd=home).strip())
    lent = dict.fromkeys((sysconfig.get_path("purelib"), sysconfig.get_path("platlib")))
    (site / "lent.pth").write_text("".join(f"{path}\n" for path in lent), "utf-8")
    run(python, "-m", "pip", "install", "--no-deps", "--ignore-installed", built.wheel, cwd=home)
    return scripts


def test_wheel_is_pure_and_correctly_named(built: Built) -> None:
    assert built.wheel.name.startswith("running_posture-")
    assert built.wheel.name.endswith("-py3-none-any.whl")


@pytest.mark.parametrize("name", sorted(MODEL_SHA256))
def test_wheel_contains_the_released_models(name: str, files: dict[str, str]) -> None:
    assert files[f"posture/_models/{name}"] == MODEL_SHA256[name]


def test_wheel_contains_every_file_of_the_package(files: dict[str, str]) -> None:
    package = ROOT / "posture"
    wanted = {
        path.relative_to(ROOT).as_posix()
        for path in package.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts and path.suffix != ".pyc"
    }
    assert wanted <= files.keys()
    tables = {f"posture/_models/{path.name}" for path in (ROOT / "models").glob("*.json")}
    assert len(tables) >= 3
    assert {"posture/py.typed", *tables} <= files.keys()


@pytest.mark.parametrize(
    "name",
    [
        "posture/records/analysis.schema.json",
        "posture/records/comparison.schema.json",
        "posture/records/history.schema.json",
        "posture/locales/de/LC_MESSAGES/posture.mo",
        "posture/locales/de/LC_MESSAGES/click.mo",
        "licenses/LICENSE",
        "licenses/models/README.md",
    ],
)
def test_wheel_contains_schemas_catalogues_and_licences(name: str, files: dict[str, str]) -> None:
    assert any(path.endswith(name) for path in files)


def test_wheel_contains_nothing_else(files: dict[str, str]) -> None:
    assert {path.split("/")[0].split("-")[0] for path in files} == {"posture", "running_posture"}


def test_sdist_and_tree_build_the_same_wheel(built: Built, files: dict[str, str], tmp_path: Path) -> None:
    run(sys.executable, "-m", "build", "--no-isolation", "--wheel", "--outdir", tmp_path, ROOT, cwd=tmp_path)
    (wheel,) = tmp_path.glob("*.whl")
    assert contents(wheel) == files


def test_sdist_contains_what_its_tests_need(built: Built) -> None:
    with tarfile.open(built.sdist) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    assert {"Makefile", ".ci/run", ".ci/preflight.py", "tests/conftest.py", "pyproject.toml"} <= names
    assert {f"models/{name}" for name in MODEL_SHA256} <= names
    catalogues = "posture/locales/de/LC_MESSAGES"
    assert {f"{catalogues}/{name}" for name in ("posture.po", "posture.mo", "click.po", "click.mo")} <= names


def test_installed_package_runs_outside_the_tree(installed: Path, built: Built, tmp_path: Path) -> None:
    python = installed / Path(sys.executable).name
    where = run(python, "-c", "import posture; print(posture.__file__)", cwd=tmp_path).strip()
    assert Path(where).is_relative_to(installed.parent)
    said = run(installed / "posture", "--version", cwd=tmp_path)
    assert built.wheel.name.split("-")[1] in said
    assert "towel" in run(installed / "posture", "exercises", "towel", cwd=tmp_path).lower()
    assert "Handtuch" in run(installed / "posture", "exercises", "towel", "--lang", "de", cwd=tmp_path)


def test_installed_package_finds_its_models(installed: Path, tmp_path: Path) -> None:
    code = "from posture.pose.models import MODEL_FILES, find_model\nfor name in MODEL_FILES: print(find_model(name))\n"
    found = run(installed / Path(sys.executable).name, "-c", code, cwd=tmp_path).splitlines()
    assert {Path(path).name for path in found} == MODEL_SHA256.keys()
    assert all(Path(path).is_relative_to(installed.parent) for path in found)
