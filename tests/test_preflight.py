"""The preflight names missing libraries, and their packages, before anything is installed."""

from __future__ import annotations

import re
import subprocess
import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

import pytest

SCRIPT = Path(__file__).resolve().parents[1] / ".ci" / "preflight.py"


@pytest.fixture(scope="module")
def preflight() -> ModuleType:
    """Load the script as a module; its folder is no package."""
    spec = spec_from_file_location("preflight", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_missing_library_is_named_with_its_packages(preflight: ModuleType) -> None:
    absent = preflight.Library("libnosuch.so.7", "mediapipe", "libnosuch7", "nosuch")
    missing = preflight.missing_libraries((absent,))
    (line,) = preflight.library_lines(missing)
    assert missing == [absent]
    assert re.search(r"libnosuch\.so\.7 is missing.*mediapipe.*apt-get install libnosuch7.*dnf install nosuch", line)


@pytest.mark.skipif(sys.platform != "linux", reason="the C library of Linux is looked for")
def test_present_library_is_not_named(preflight: ModuleType) -> None:
    present = preflight.Library("libc.so.6", "everything", "libc6", "glibc")
    assert preflight.missing_libraries((present,)) == []


@pytest.mark.parametrize("soname", ["libGL.so.1", "libEGL.so.1", "libGLESv2.so.2", "libglib-2.0.so.0"])
def test_libraries_of_mediapipe_and_opencv_are_checked(preflight: ModuleType, soname: str) -> None:
    assert soname in {library.soname for library in preflight.LIBRARIES}


def test_platform_without_wheels_is_named(preflight: ModuleType) -> None:
    (line,) = preflight.platform_lines("Linux", "armv7l")
    assert line.startswith("Linux armv7l has no mediapipe wheel")
    assert preflight.platform_lines("Linux", "x86_64") == []


def test_python_without_venv_is_named(preflight: ModuleType) -> None:
    (line,) = preflight.venv_lines(("venv", "no_such_module"))
    assert "no_such_module" in line
    assert "python3-venv" in line
    assert preflight.venv_lines(("venv",)) == []


def test_this_machine_passes_silently() -> None:
    # The tests that follow could not run on a machine that lacks something.
    done = subprocess.run([sys.executable, SCRIPT], capture_output=True, timeout=60, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
