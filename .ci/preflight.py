"""Check the machine before anything is installed, so that no wheel fails with a loader's message.

``make`` runs it before most targets. Standard library only, because nothing is installed yet. It prints one line for
each missing item (name, user, package that contains it) and exits with 1; with ``--debian-packages`` it prints only the
Debian package names, for ``.ci/system-packages``.
"""

from __future__ import annotations

import ctypes
import importlib.util
import platform
import sys
from typing import NamedTuple


class Library(NamedTuple):
    """A shared library that Linux wheels expect from the system.

    Attributes
    ----------
    soname
        Name for the loader.
    needed_by
        Wheel that links to it.
    debian, fedora
        Package that contains it.
    """

    soname: str
    needed_by: str
    debian: str
    fedora: str


#: Libraries that mediapipe (readelf -d libmediapipe.so) and the Qt inside OpenCV's wheel link to.
LIBRARIES = (
    Library("libGL.so.1", "opencv-contrib-python", "libgl1", "libglvnd-glx"),
    Library("libEGL.so.1", "mediapipe", "libegl1", "libglvnd-egl"),
    Library("libGLESv2.so.2", "mediapipe", "libgles2", "libglvnd-gles"),
    Library("libglib-2.0.so.0", "opencv-contrib-python", "libglib2.0-0", "glib2"),
    Library("libgthread-2.0.so.0", "opencv-contrib-python", "libglib2.0-0", "glib2"),
)

#: Platforms with wheels of mediapipe 0.10.33: (platform.system(), platform.machine()).
WHEELS = (("Linux", "x86_64"), ("Darwin", "arm64"), ("Windows", "AMD64"))


def missing_libraries(libraries: tuple[Library, ...] = LIBRARIES) -> list[Library]:
    """Return the libraries that cannot be loaded on this machine."""
    missing = []
    for library in libraries:
        try:
            ctypes.CDLL(library.soname)
        except OSError:
            missing.append(library)
    return missing


def library_lines(missing: list[Library]) -> list[str]:
    """Return one line for each missing library: name, user, package that contains it."""
    return [
        f"{library.soname} is missing ({library.needed_by} needs it). "
        f"Debian, Ubuntu: apt-get install {library.debian}. Fedora: dnf install {library.fedora}."
        for library in missing
    ]


def platform_lines(system: str, machine: str) -> list[str]:
    """Return a line if mediapipe has no wheel for this system and processor."""
    if (system, machine) in WHEELS:
        return []
    known = ", ".join(" ".join(pair) for pair in WHEELS)
    return [f"{system} {machine} has no mediapipe wheel. Use one of: {known}."]


def venv_lines(modules: tuple[str, ...] = ("venv", "ensurepip")) -> list[str]:
    """Return a line if this Python cannot make virtual environments (on Debian a separate package)."""
    lacking = [name for name in modules if importlib.util.find_spec(name) is None]
    if not lacking:
        return []
    version = "{}.{}".format(*sys.version_info[:2])
    return [
        f"{sys.executable} has no {' and no '.join(lacking)}. "
        f"Debian, Ubuntu: apt-get install python3-venv (or python{version}-venv)."
    ]


def main(arguments: list[str]) -> int:
    """Print what is missing; return 1 if anything is, else 0."""
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
