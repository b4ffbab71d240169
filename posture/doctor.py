"""What this machine has: packages, models, libraries, codecs, camera. Nothing is opened, nothing is sent."""

from __future__ import annotations

import ctypes
import importlib.metadata
import importlib.util
import os
import platform
import re
import sys
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal, TextIO

from posture.contour.mask_error import MASK_ERROR_FILE, load_mask_error
from posture.contour.shape_model import SHAPE_MODEL_FILE, load_shape_model
from posture.errors import PostureError
from posture.pose.models import MODEL_FILES, find_model, models_folder
from posture.version import __version__

State = Literal["ok", "warn", "fail"]

SCHEMA_NAME = "posture.doctor/1"
REINSTALL = "Install the package again."
PYTHON_RANGE = ((3, 11), (3, 14))
"""First tested version, and the first one beyond."""

REQUIREMENTS: dict[str, tuple[str, str]] = {
    "mediapipe": ("0.10.32", "0.10.34"),
    "opencv-contrib-python": ("4.10", "6"),
    "numpy": ("2.0", "3"),
    "scipy": ("1.14", "2"),
    "av": ("18", "19"),
    "click": ("8.1.8", "9"),
    "rich": ("13.9", "16"),
    "pydantic": ("2.10", "3"),
}
"""First version of each package that this release was tested with, and the first one beyond."""

_BEYOND = {
    "mediapipe": "Later versions send usage figures to their maker, earlier ones differ in the masks.",
}
_OTHER_OPENCV = ("opencv-python", "opencv-python-headless", "opencv-contrib-python-headless")

LIBRARIES: dict[str, str] = {
    "libGL.so.1": "libgl1",
    "libEGL.so.1": "libegl1",
    "libGLESv2.so.2": "libgles2",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libgthread-2.0.so.0": "libglib2.0-0",
}
"""What mediapipe and OpenCV expect from a Linux system, and the Debian package that brings it."""

LITTLE_MEMORY_GB = 1.0
"""Below this much free memory a warning is given (convention)."""


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at.

    Parameters
    ----------
    name : str
        What was looked at.
    state : str
        ``ok``; ``warn`` when something does not work or was not tested; ``fail`` when an analysis cannot run.
    detail : str
        What was found.
    advice : str
        What to do about it; empty when nothing.
    """

    name: str
    state: State
    detail: str
    advice: str = ""


def examine() -> tuple[Check, ...]:
    """Look at everything an analysis needs; takes well under three seconds and no network."""
    return (
        check_python(),
        *(check_package(name) for name in REQUIREMENTS),
        check_opencv_is_alone(),
        *check_libraries(),
        *(check_model(name) for name in MODEL_FILES),
        check_shape_model(),
        check_codecs(),
        check_camera(),
        check_machine(),
        check_folder(Path()),
        check_terminal(sys.stdout),
    )


def to_dict(checks: Sequence[Check]) -> dict[str, Any]:
    """Return the checks as plain data for JSON.

    Parameters
    ----------
    checks : sequence of Check
        From `examine`.

    Returns
    -------
    dict
        ``schema``, ``posture`` (the version), ``ok`` (whether an analysis can run) and ``checks``.
    """
    return {
        "schema": SCHEMA_NAME,
        "posture": __version__,
        "ok": all(check.state != "fail" for check in checks),
        "checks": [asdict(check) for check in checks],
    }


def check_python(version: tuple[int, int] = sys.version_info[:2]) -> Check:
    """Compare the Python version with the tested ones."""
    detail = f"{platform.python_version()} on {platform.system()} {platform.machine()}"
    first, beyond = PYTHON_RANGE
    if first <= version < beyond:
        return Check("Python", "ok", detail)
    newest = f"{beyond[0]}.{beyond[1] - 1}"
    return Check("Python", "warn", detail, f"Tested with Python {first[0]}.{first[1]} to {newest}.")


def check_package(name: str) -> Check:
    """Compare an installed package with the tested versions."""
    try:
        version = importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return Check(name, "fail", "not installed", REINSTALL)
    first, beyond = REQUIREMENTS[name]
    if _numbers(first) <= _numbers(version) < _numbers(beyond):
        return Check(name, "ok", version)
    why = f" {_BEYOND[name]}" if name in _BEYOND else ""
    advice = f"Tested from {first} to below {beyond}.{why} pip install '{name}>={first},<{beyond}'"
    return Check(name, "warn", version, advice)


def check_opencv_is_alone(installed: Iterable[str] | None = None) -> Check:
    """See that only one OpenCV package is installed: all of them write to the same folder ``cv2``.

    Parameters
    ----------
    installed : iterable of str, optional
        Names of the installed packages; looked up by default.
    """
    names = {_canonical(name) for name in (_installed() if installed is None else installed)}
    others = [name for name in _OTHER_OPENCV if name in names]
    spec = importlib.util.find_spec("cv2")
    if spec is None or spec.origin is None:
        repair = "pip install --force-reinstall opencv-contrib-python"
        return Check("cv2", "fail", "the module cv2 is missing or empty", f"Run: {repair}")
    if not others:
        return Check("cv2", "ok", "one OpenCV package")
    advice = (
        f"They overwrite each other. Run: pip uninstall {' '.join(others)}; then: "
        "pip install --force-reinstall opencv-contrib-python"
    )
    return Check("cv2", "warn", f"{', '.join(others)} installed beside opencv-contrib-python", advice)


def check_libraries(
    libraries: Mapping[str, str] | None = None, *, system: str = sys.platform
) -> tuple[Check, ...]:
    """Load the shared libraries of the system that the wheels expect; Linux only.

    Parameters
    ----------
    libraries : mapping of str to str, optional
        Soname to Debian package; `LIBRARIES` by default.
    system : str
        As `sys.platform`.

    Returns
    -------
    tuple of Check
        One, or none on other systems, whose wheels bring what they need.
    """
    if system != "linux":
        return ()
    wanted = LIBRARIES if libraries is None else libraries
    missing = [name for name in wanted if not _loads(name)]
    if not missing:
        return (Check("system libraries", "ok", ", ".join(wanted)),)
    packages = " ".join(dict.fromkeys(wanted[name] for name in missing))
    advice = f"On Debian or Ubuntu: apt-get install {packages}"
    return (Check("system libraries", "fail", f"missing: {', '.join(missing)}", advice),)


def check_model(name: str) -> Check:
    """See that a model file is there and is the released one, by its sha256."""
    title = f"model {name}"
    try:
        path = find_model(name)
    except PostureError as error:
        where = f"{error.where}: " if error.where else ""
        return Check(title, "fail", f"{where}{error.what}", error.advice)
    return Check(title, "ok", f"{path.name}, {path.stat().st_size / 1e6:.1f} MB, sha256 as released")


def check_shape_model() -> Check:
    """See that the shape model of the back is there and can be read."""
    path = models_folder() / SHAPE_MODEL_FILE
    try:
        model = load_shape_model(path)
        path = models_folder() / MASK_ERROR_FILE
        mask = load_mask_error(path, len(model.t))
    except PostureError as error:
        return Check("shape model", "fail", f"{error.where}: {error.what}", error.advice)
    return Check(
        "shape model",
        "ok",
        f"{SHAPE_MODEL_FILE}, {len(model.components)} components; {path.name}, {len(mask.components)} components",
    )


def check_codecs() -> Check:
    """See that PyAV loads and brings the decoders of phone clips and the encoder of our own."""
    try:
        from posture.video import codecs

        statuses, version = codecs.available(), codecs.version()
    except ImportError as error:
        return Check("video codecs", "fail", f"PyAV cannot be loaded ({error})", REINSTALL)
    words = {"r": "reads", "w": "writes"}
    missing = [f"{words[s.mode]} no {s.name}" for s in statuses if not s.present]
    if missing:
        advice = "The PyAV of this machine was built without them. Run: pip install --force-reinstall av"
        return Check("video codecs", "warn", f"PyAV {version} {', '.join(missing)}", advice)
    lists = (f"{words[mode]} {', '.join(s.name for s in statuses if s.mode == mode)}" for mode in ("r", "w"))
    return Check("video codecs", "ok", f"PyAV {version}; {'; '.join(lists)}")


def check_camera(devices: Path = Path("/dev"), *, system: str = sys.platform) -> Check:
    """Look for cameras without opening one; only Linux shows them as files.

    Parameters
    ----------
    devices : Path
        Folder of the device files.
    system : str
        As `sys.platform`.
    """
    if system != "linux":
        return Check("camera", "ok", "not looked for: it would have to be opened")
    found = sorted(path.name for path in devices.glob("video*") if path.name[5:].isdigit())
    if found:
        return Check("camera", "ok", ", ".join(found))
    return Check("camera", "ok", "none found; video files need none")


def check_machine() -> Check:
    """Count the processor cores and the free memory."""
    cores = _cores()
    free, total = _memory_gb()
    detail = f"{cores} processor {'core' if cores == 1 else 'cores'}"
    if free is not None and free < LITTLE_MEMORY_GB:
        advice = "Close other programs, or use --model lite."
        return Check("machine", "warn", f"{detail}, only {free:.1f} GB memory free", advice)
    if free is not None:
        detail = f"{detail}, {free:.1f} GB memory free"
    return Check("machine", "ok", f"{detail} of {total:.1f} GB" if total is not None else detail)


def check_folder(folder: Path) -> Check:
    """See that results can be written to a folder, by writing a file that has no name.

    Parameters
    ----------
    folder : Path
        Where results would go.
    """
    title = "this folder"
    try:
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(b"posture")
        return Check(title, "ok", f"{folder.resolve()} can be written to")
    except OSError as error:
        reason = f"cannot be written to ({error.strerror or error})"
        return Check(title, "warn", reason, "Name another one with --out.")


def check_terminal(stream: TextIO | None) -> Check:
    """See whether the terminal can show the signs of the report."""
    encoding = getattr(stream, "encoding", None) or "unknown"
    try:
        "°━●│".encode(encoding)
    except (UnicodeEncodeError, LookupError):
        detail = f"{encoding}: plain characters are used instead of signs and lines"
        return Check("terminal", "ok", detail)
    return Check("terminal", "ok", encoding)


def _numbers(version: str) -> tuple[int, ...]:
    """Return the leading numbers of a version: ``"0.10.33rc1"`` gives ``(0, 10, 33)``."""
    match = re.match(r"\d+(\.\d+)*", version)
    return tuple(int(part) for part in match.group().split(".")) if match else ()


def _canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _installed() -> list[str]:
    return [name for d in importlib.metadata.distributions() if (name := d.metadata["Name"])]


def _loads(soname: str) -> bool:
    try:
        ctypes.CDLL(soname)
    except OSError:
        return False
    return True


def _cores() -> int:
    """Return the cores this process may use."""
    affinity = getattr(os, "sched_getaffinity", None)
    return len(affinity(0)) if affinity is not None else os.cpu_count() or 1


def _memory_gb() -> tuple[float | None, float | None]:
    """Return free and total memory in GB, None where the system does not tell."""
    try:
        lines = Path("/proc/meminfo").read_text(encoding="ascii").splitlines()
        entries = {key: int(rest.split()[0]) for key, _, rest in (line.partition(":") for line in lines)}
        return entries["MemAvailable"] * 1024 / 1e9, entries["MemTotal"] * 1024 / 1e9
    except (OSError, KeyError, ValueError, IndexError):
        pass
    try:
        return None, os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9
    except (AttributeError, OSError, ValueError):
        return None, None
