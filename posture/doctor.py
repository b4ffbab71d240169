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

from posture.back.error_model import load_error_model
from posture.calibration import ERROR_FILE, models_folder
from posture.errors import PostureError
from posture.language import format_number, gettext_noop, ngettext
from posture.language import gettext as _
from posture.outline.mask_bias import MASK_ERROR_FILE, load_mask_error
from posture.outline.shape_model import SHAPE_MODEL_FILE, load_shape_model
from posture.pose.models import MODEL_FILES, find_model
from posture.version import __version__

State = Literal["ok", "warn", "fail"]

SCHEMA_NAME = "posture.doctor/1"
REINSTALL = gettext_noop("Install the package again.")
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
    "jinja2": ("3.1", "4"),
    "matplotlib": ("3.9", "4"),
    "babel": ("2.16", "3"),
    "filelock": ("3.16", "5"),
    "psutil": ("6", "8"),
    "sounddevice": ("0.5", "0.6"),
}
"""First version of each package that this release was tested with, and the first one beyond."""

_BEYOND = {
    "mediapipe": gettext_noop(
        "Later versions send usage figures to their maker, earlier ones differ in the masks."
    ),
}
_OTHER_OPENCV = ("opencv-python", "opencv-python-headless", "opencv-contrib-python-headless")

PORTAUDIO = "libportaudio.so.2"
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


def run_checks() -> tuple[Check, ...]:
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
        check_sound(),
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
    detail = _("{version} on {system}").format(
        version=platform.python_version(), system=f"{platform.system()} {platform.machine()}"
    )
    first, beyond = PYTHON_RANGE
    if first <= version < beyond:
        return Check("Python", "ok", detail)
    newest = f"{beyond[0]}.{beyond[1] - 1}"
    oldest = f"{first[0]}.{first[1]}"
    advice = _("Tested with Python {oldest} to {newest}.").format(oldest=oldest, newest=newest)
    return Check("Python", "warn", detail, advice)


def check_package(name: str) -> Check:
    """Compare an installed package with the tested versions."""
    try:
        version = importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return Check(name, "fail", _("not installed"), _(REINSTALL))
    first, beyond = REQUIREMENTS[name]
    if _numbers(first) <= _numbers(version) < _numbers(beyond):
        return Check(name, "ok", version)
    why = f" {_(_BEYOND[name])}" if name in _BEYOND else ""
    tested = _("Tested from {first} to below {beyond}.").format(first=first, beyond=beyond)
    advice = f"{tested}{why} pip install '{name}>={first},<{beyond}'"
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
        advice = _("Run: {command}").format(command=repair)
        return Check("cv2", "fail", _("the module cv2 is missing or empty"), advice)
    if not others:
        return Check("cv2", "ok", _("one OpenCV package"))
    advice = _("They overwrite each other. Run: {first}; then: {second}").format(
        first=f"pip uninstall {' '.join(others)}",
        second="pip install --force-reinstall opencv-contrib-python",
    )
    detail = _("{packages} installed beside opencv-contrib-python").format(packages=", ".join(others))
    return Check("cv2", "warn", detail, advice)


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
        return (Check(_("system libraries"), "ok", ", ".join(wanted)),)
    packages = " ".join(dict.fromkeys(wanted[name] for name in missing))
    advice = _("On Debian or Ubuntu: {command}").format(command=f"apt-get install {packages}")
    detail = _("missing: {names}").format(names=", ".join(missing))
    return (Check(_("system libraries"), "fail", detail, advice),)


def check_model(name: str) -> Check:
    """See that a model file is there and is the released one, by its sha256."""
    title = _("model {name}").format(name=name)
    try:
        path = find_model(name)
    except PostureError as error:
        where = f"{error.where}: " if error.where else ""
        return Check(title, "fail", f"{where}{error.what}", error.advice)
    detail = _("{file}, {size} MB, sha256 as released").format(
        file=path.name, size=format_number(path.stat().st_size / 1e6)
    )
    return Check(title, "ok", detail)


def check_shape_model() -> Check:
    """See that the shape model of the back is there and can be read."""
    path = models_folder() / SHAPE_MODEL_FILE
    try:
        model = load_shape_model(path)
        path = models_folder() / MASK_ERROR_FILE
        mask = load_mask_error(path, len(model.t))
        load_error_model(models_folder() / ERROR_FILE)
    except PostureError as error:
        return Check(_("shape model"), "fail", f"{error.where}: {error.what}", error.advice)
    files = {SHAPE_MODEL_FILE: len(model.components), path.name: len(mask.components)}
    text = _("{file}, {count} components")
    return Check(
        _("shape model"),
        "ok",
        "; ".join(text.format(file=name, count=count) for name, count in files.items()),
    )


def check_codecs() -> Check:
    """See that PyAV loads and brings the decoders of phone clips and the encoder of our own."""
    try:
        from posture.video import writer

        statuses, version = writer.available(), writer.version()
    except ImportError as error:
        detail = _("PyAV cannot be loaded ({reason})").format(reason=error)
        return Check(_("video codecs"), "fail", detail, _(REINSTALL))
    lacks = {"r": _("reads no {codec}"), "w": _("writes no {codec}")}
    missing = [lacks[s.mode].format(codec=s.name) for s in statuses if not s.present]
    if missing:
        advice = _("The PyAV of this machine was built without them. Run: {command}").format(
            command="pip install --force-reinstall av"
        )
        return Check(_("video codecs"), "warn", f"PyAV {version} {', '.join(missing)}", advice)
    has = {"r": _("reads {codecs}"), "w": _("writes {codecs}")}
    lists = (
        text.format(codecs=", ".join(s.name for s in statuses if s.mode == mode))
        for mode, text in has.items()
    )
    return Check(_("video codecs"), "ok", f"PyAV {version}; {'; '.join(lists)}")


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
        return Check(_("camera"), "ok", _("not looked for: it would have to be opened"))
    found = sorted(path.name for path in devices.glob("video*") if path.name[5:].isdigit())
    if found:
        return Check(_("camera"), "ok", ", ".join(found))
    return Check(_("camera"), "ok", _("none found; video files need none"))


def check_sound(library: str = PORTAUDIO, *, system: str = sys.platform) -> Check:
    """Load what the reminders of ``posture live`` are played with; elsewhere than on Linux its wheel brings it.

    Parameters
    ----------
    library : str
        Soname.
    system : str
        As `sys.platform`.
    """
    if system != "linux" or _loads(library):
        return Check(_("sound"), "ok", "PortAudio")
    detail = _("none, PortAudio is missing (Debian: {package}); posture live then only shows its reminders")
    return Check(_("sound"), "ok", detail.format(package="libportaudio2"))


def check_machine() -> Check:
    """Count the processor cores and the free memory."""
    cores = _cores()
    free, total = _memory_gb()
    parts = [ngettext("{count} processor core", "{count} processor cores", cores).format(count=cores)]
    if free is not None and free < LITTLE_MEMORY_GB:
        parts.append(_("only {free} GB memory free").format(free=format_number(free)))
        return Check(_("machine"), "warn", ", ".join(parts), _("Close other programs, or use --model lite."))
    if free is not None and total is not None:
        parts.append(
            _("{free} GB memory free of {total} GB").format(
                free=format_number(free), total=format_number(total)
            )
        )
    elif total is not None:
        parts.append(_("{total} GB memory").format(total=format_number(total)))
    return Check(_("machine"), "ok", ", ".join(parts))


def check_folder(folder: Path) -> Check:
    """See that results can be written to a folder, by writing a file that has no name.

    Parameters
    ----------
    folder : Path
        Where results would go.
    """
    title = _("this folder")
    try:
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(b"posture")
        return Check(title, "ok", _("{path} can be written to").format(path=folder.resolve()))
    except OSError as error:
        detail = _("cannot be written to ({reason})").format(reason=error.strerror or error)
        return Check(title, "warn", detail, _("Name another one with --out."))


def check_terminal(stream: TextIO | None) -> Check:
    """See whether the terminal can show the signs of the report."""
    encoding = getattr(stream, "encoding", None) or _("unknown")
    try:
        "°━●│".encode(encoding)
    except (UnicodeEncodeError, LookupError):
        detail = _("{encoding}: plain characters are used instead of signs and lines")
        return Check(_("terminal"), "ok", detail.format(encoding=encoding))
    return Check(_("terminal"), "ok", encoding)


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
        entries = {key: int(rest.split()[0]) for key, _colon, rest in (line.partition(":") for line in lines)}
        return entries["MemAvailable"] * 1024 / 1e9, entries["MemTotal"] * 1024 / 1e9
    except (OSError, KeyError, ValueError, IndexError):
        pass
    try:
        return None, os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9
    except (AttributeError, OSError, ValueError):
        return None, None
