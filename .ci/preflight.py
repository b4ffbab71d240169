"""Name what this machine lacks, before anything is installed or a wheel fails with a loader's message.

``make demo`` and ``make test`` run it first. Standard library only, because nothing is installed yet.
It prints one line for each thing that is missing (what, who needs it, the package that brings it) and
exits with 1; with ``--debian-packages`` it prints the Debian names alone, for ``.ci/system-packages``.
"""

from __future__ import annotations

import ctypes
import importlib.util
import platform
import sys
from typing import NamedTuple


class Library(NamedTuple):
    """A shared library that the wheels of Linux expect from the system.

    Parameters
    ----------
    soname : str
        The name the loader looks for.
    needed_by : str
        The wheel that needs it.
    debian, fedora : str
        The package that brings it there.
    """

    soname: str
    needed_by: str
    debian: str
    fedora: str


#: What mediapipe links to (readelf -d libmediapipe.so) and what the Qt inside OpenCV's wheel links to.
LIBRARIES = (
    Library("libGL.so.1", "opencv-contrib-python", "libgl1", "libglvnd-glx"),
    Library("libEGL.so.1", "mediapipe", "libegl1", "libglvnd-egl"),
    Library("libGLESv2.so.2", "mediapipe", "libgles2", "libglvnd-gles"),
    Library("libglib-2.0.so.0", "opencv-contrib-python", "libglib2.0-0", "glib2"),
    Library("libgthread-2.0.so.0", "opencv-contrib-python", "libglib2.0-0", "glib2"),
)

#: Where mediapipe 0.10.33 has wheels: (platform.system(), platform.machine()).
WHEELS = (("Linux", "x86_64"), ("Darwin", "arm64"), ("Windows", "AMD64"))


def missing_libraries(libraries: tuple[Library, ...] = LIBRARIES) -> list[Library]:
    """Return those of the libraries that the loader of this machine cannot load."""
    missing = []
    for library in libraries:
        try:
            ctypes.CDLL(library.soname)
        except OSError:
            missing.append(library)
    return missing


def library_lines(missing: list[Library]) -> list[str]:
    """Return one line for each missing library: what, who needs it, which package brings it."""
    return [
        f"{library.soname} is missing ({library.needed_by} needs it). "
        f"Debian, Ubuntu: apt-get install {library.debian}. Fedora: dnf install {library.fedora}."
        for library in missing
    ]


def platform_lines(system: str, machine: str) -> list[str]:
    """Return a line when mediapipe has no wheel for this system and processor."""
    if (system, machine) in WHEELS:
        return []
    known = ", ".join(" ".join(pair) for pair in WHEELS)
    return [f"{system} {machine} has no mediapipe wheel. Use one of: {known}."]


def venv_lines(modules: tuple[str, ...] = ("venv", "ensurepip")) -> list[str]:
    """Return a line when this Python cannot make virtual environments (Debian splits that off)."""
    lacking = [name for name in modules if importlib.util.find_spec(name) is None]
    if not lacking:
        return []
    version = "{}.{}".format(*sys.version_info[:2])
    return [
        f"{sys.executable} has no {' and no '.join(lacking)}. "
        f"Debian, Ubuntu: apt-get install python3-venv (or python{version}-venv)."
    ]


def main(arguments: list[str]) -> int:
    """Print what is missing; return 1 when something is, else 0."""
    missing = missing_libraries() if sys.platform == "linux" else []
    if arguments == ["--debian-packages"]:
        print(*dict.fromkeys(library.debian for library in missing))
        return 0
    lines = [
        *venv_lines(),
        *platform_lines(platform.system(), platform.machine()),
        *library_lines(missing),
    ]
    for line in lines:
        print(f"preflight: {line}", file=sys.stderr)
    return 1 if lines else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
