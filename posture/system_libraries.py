"""Shared libraries that the wheels of MediaPipe and OpenCV expect from Linux."""

from __future__ import annotations

import re

from posture.errors import PostureError
from posture.language import gettext as _

LIBRARIES: dict[str, str] = {
    "libGL.so.1": "libgl1",
    "libEGL.so.1": "libegl1",
    "libGLESv2.so.2": "libgles2",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libgthread-2.0.so.0": "libglib2.0-0",
}
"""Their Debian packages.

.ci/preflight.py has the same table, since it runs before this package is installed; a test compares them.
"""

# As the loader of glibc and musl say it: missing, or broken.
_MISSING = re.compile(r"(lib[\w.+-]+\.so[\d.]*): (?:cannot open shared object|file too short|invalid ELF)")


def missing_library(error: BaseException) -> PostureError | None:
    """Return what to say where an error comes from a shared library that is missing; else None."""
    found = _MISSING.search(str(error)) if isinstance(error, ImportError | OSError) else None
    if found is None:
        return None
    advice = _("Install it, and look with posture doctor whether all is there.")
    if (package := LIBRARIES.get(found[1])) is not None:
        advice = _("Install it (Debian, Ubuntu: apt-get install {package}). posture doctor checks the rest.").format(
            package=package
        )
    return PostureError(_("the system library {name} is missing").format(name=found[1]), advice=advice)
