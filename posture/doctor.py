"""Checks of this machine: packages, models, libraries, codecs, camera. No device is opened, nothing is sent."""

from __future__ import annotations

import ctypes
import importlib.metadata
import importlib.util
import platform
import sys
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TextIO

from posture.back.models import load_models
from posture.calibration import CALIBRATION
from posture.errors import PostureError
from posture.gait.number_errors import NUMBER_ERRORS
from posture.language import format_number, gettext_noop, ngettext
from posture.language import gettext as _
from posture.outline.mask_bias import MASK_ERROR
from posture.outline.shape_model import SHAPE_MODEL
from posture.pose.models import MODEL_FILES, find_model
from posture.runtime import usable_cores, usable_memory
from posture.system_libraries import LIBRARIES
from posture.verdict_model import VERDICT_MODELS
from posture.version import __version__, installed_version

if TYPE_CHECKING:
    from packaging.requirements import Requirement

State = Literal["ok", "unneeded", "warn", "fail"]

SCHEMA_NAME = "posture.doctor/1"
REINSTALL = gettext_noop("Install the package again.")
PYTHON_RANGE = ((3, 11), (3, 15))
"""First tested Python version, and the first one beyond."""
DISTRIBUTION = "running-posture"

# Why a version outside the tested range matters.
_RANGE_REASONS = {
    "mediapipe": gettext_noop("Later versions send usage figures to their maker, earlier ones differ in the masks."),
}
_REINSTALL_OPENCV = "pip install --force-reinstall opencv-contrib-python"
_OTHER_OPENCV = ("opencv-python", "opencv-python-headless", "opencv-contrib-python-headless")

PORTAUDIO = "libportaudio.so.2"
LOW_MEMORY_GB = 1.0
"""Less free memory gives a warning (convention)."""


@dataclass(frozen=True, slots=True)
class Check:
    """Result of one check; only the states ``warn`` and ``fail`` have an `advice`.

    The state is ``unneeded`` for what is missing and only `posture live` would use, ``warn`` when something does not
    work or is not tested, ``fail`` when an analysis cannot run.
    """

    name: str
    state: State
    detail: str
    advice: str = ""


def run_checks() -> tuple[Check, ...]:
    """Check all that an analysis needs, in well under three seconds and without network."""
    return (
        check_python(),
        *check_packages(),
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
    """Return the checks as plain data for JSON; ``ok`` says whether an analysis can run."""
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
    advice = _("Tested with Python {oldest} to {newest}.").format(
        oldest=f"{first[0]}.{first[1]}", newest=f"{beyond[0]}.{beyond[1] - 1}"
    )
    return Check("Python", "warn", detail, advice)


def check_packages() -> list[Check]:
    """Compare the required packages with their tested versions; the doctor itself must run without any of them."""
    try:
        return [check_package(requirement) for requirement in requirements()]
    except importlib.metadata.PackageNotFoundError:
        # A source tree that is not installed: which packages it requires is not known.
        return [Check(DISTRIBUTION, "fail", _("not installed"), _(REINSTALL))]
    except ImportError:
        return [Check("packaging", "fail", _("not installed"), _(REINSTALL))]


def requirements() -> list[Requirement]:
    """Return the packages that this one requires, without those of its extras; each has a tested range."""
    from packaging.requirements import Requirement

    lines = importlib.metadata.requires(DISTRIBUTION) or []
    return [requirement for requirement in map(Requirement, lines) if requirement.marker is None]


def check_package(requirement: Requirement) -> Check:
    """Compare an installed package with the tested versions."""
    name, version = requirement.name, installed_version(requirement.name)
    if version is None:
        return Check(name, "fail", _("not installed"), _(REINSTALL))
    if requirement.specifier.contains(version, prereleases=True):
        return Check(name, "ok", version)
    bounds = {bound.operator: bound.version for bound in requirement.specifier}
    first, beyond = bounds[">="], bounds["<"]
    why = f" {_(_RANGE_REASONS[name])}" if name in _RANGE_REASONS else ""
    tested = _("Tested from {first} to below {beyond}.").format(first=first, beyond=beyond)
    advice = f"{tested}{why} pip install '{name}>={first},<{beyond}'"
    return Check(name, "warn", version, advice)


def check_opencv_is_alone(installed: Iterable[str] | None = None) -> Check:
    """Check that only one OpenCV package is among the installed ones: all of them write to the same folder ``cv2``."""
    if installed is None:
        installed = (d.metadata["Name"] or "" for d in importlib.metadata.distributions())
    names = {name.lower().replace("_", "-") for name in installed}
    others = [name for name in _OTHER_OPENCV if name in names]
    spec = importlib.util.find_spec("cv2")
    if spec is None or spec.origin is None:
        advice = _("Run: {command}").format(command=_REINSTALL_OPENCV)
        return Check("cv2", "fail", _("the module cv2 is missing or empty"), advice)
    if not others:
        return Check("cv2", "ok", _("one OpenCV package"))
    advice = _("They overwrite each other. Run: {first}; then: {second}").format(
        first=f"pip uninstall {' '.join(others)}", second=_REINSTALL_OPENCV
    )
    detail = _("{packages} installed beside opencv-contrib-python").format(packages=", ".join(others))
    return Check("cv2", "warn", detail, advice)


def check_libraries(libraries: Mapping[str, str] = LIBRARIES, *, system: str = sys.platform) -> tuple[Check, ...]:
    """Load the shared libraries (soname to Debian package) that the wheels expect; only Linux needs the check."""
    if system != "linux":
        return ()
    missing = [name for name in libraries if not _loads(name)]
    if not missing:
        return (Check(_("system libraries"), "ok", ", ".join(libraries)),)
    names = " ".join(dict.fromkeys(libraries[name] for name in missing))
    advice = _("On Debian or Ubuntu: {command}").format(command=f"apt-get install {names}")
    detail = _("missing: {names}").format(names=", ".join(missing))
    return (Check(_("system libraries"), "fail", detail, advice),)


def check_model(name: str) -> Check:
    """Check that a model file exists and is the released one, by its sha256."""
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


def check_shape_model(folder: Path | None = None) -> Check:
    """Check that the shape model of the back and the error tables can be read, the shipped ones by default."""
    try:
        load_models(folder)
        for model in (CALIBRATION, VERDICT_MODELS, NUMBER_ERRORS):
            model.load(folder)
    except PostureError as error:
        return Check(_("shape model"), "fail", f"{error.where}: {error.what}", error.advice)
    shape, mask = SHAPE_MODEL.load(folder), MASK_ERROR.load(folder)
    files = {SHAPE_MODEL.filename: len(shape.components), MASK_ERROR.filename: len(mask.components)}
    text = _("{file}, {count} components")
    detail = "; ".join(text.format(file=name, count=count) for name, count in files.items())
    return Check(_("shape model"), "ok", detail)


def check_codecs() -> Check:
    """Check that PyAV loads, and has the decoders of phone clips and the encoder of our videos."""
    try:
        from posture.video import writer

        statuses, version = writer.available(), writer.version()
    except ImportError as error:
        detail = _("PyAV cannot be loaded ({reason})").format(reason=error)
        return Check(_("video codecs"), "fail", detail, _(REINSTALL))
    lacks = {"r": _("cannot read {codec}"), "w": _("cannot write {codec}")}
    missing = [lacks[s.mode].format(codec=s.name) for s in statuses if not s.present]
    if missing:
        advice = _("PyAV on this computer was built without them. Run: {command}").format(
            command="pip install --force-reinstall av"
        )
        return Check(_("video codecs"), "warn", f"PyAV {version} {', '.join(missing)}", advice)
    has = {"r": _("reads {codecs}"), "w": _("writes {codecs}")}
    lists = (text.format(codecs=", ".join(s.name for s in statuses if s.mode == mode)) for mode, text in has.items())
    return Check(_("video codecs"), "ok", f"PyAV {version}; {'; '.join(lists)}")


def check_camera(devices: Path = Path("/dev"), *, system: str = sys.platform) -> Check:
    """List the cameras without opening one; only Linux shows them as files, in the folder `devices`."""
    if system != "linux":
        return Check(_("camera"), "unneeded", _("not checked, because that would switch it on"))
    cameras = sorted(path.name for path in devices.glob("video*") if path.name[5:].isdigit())
    if not cameras:
        return Check(_("camera"), "unneeded", _("none found; only posture live uses one"))
    return Check(_("camera"), "ok", ", ".join(cameras))


def check_sound(library: str = PORTAUDIO, *, system: str = sys.platform) -> Check:
    """Load PortAudio, which plays the reminders of ``posture live``; outside Linux the wheel contains it."""
    if system != "linux" or _loads(library):
        return Check(_("sound"), "ok", "PortAudio")
    detail = _("none, PortAudio is missing (Debian: {package}); posture live then only shows its reminders")
    return Check(_("sound"), "unneeded", detail.format(package="libportaudio2"))


def check_machine() -> Check:
    """Count the processor cores and the free memory."""
    cores = usable_cores()
    parts = [ngettext("{count} processor core", "{count} processor cores", cores).format(count=cores)]
    try:
        import psutil
    except ImportError:
        return Check(_("machine"), "ok", ", ".join(parts))
    memory = psutil.virtual_memory()
    free, total = (usable_memory(number) / 1e9 for number in (memory.available, memory.total))
    if not memory.available:
        # psutil gives 0 where the system does not tell.
        parts.append(_("{total} GB memory").format(total=format_number(total)))
    elif free < LOW_MEMORY_GB:
        parts.append(_("only {free} GB memory free").format(free=format_number(free)))
        return Check(_("machine"), "warn", ", ".join(parts), _("Close other programs, or use --model lite."))
    else:
        text = _("{free} GB memory free of {total} GB")
        parts.append(text.format(free=format_number(free), total=format_number(total)))
    return Check(_("machine"), "ok", ", ".join(parts))


def check_folder(folder: Path) -> Check:
    """Check that results can be written to a folder, by writing an anonymous file."""
    title = _("this folder")
    try:
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(b"posture")
        return Check(title, "ok", _("{path} can be written to").format(path=folder.resolve()))
    except OSError as error:
        detail = _("cannot be written to ({reason})").format(reason=error.strerror or error)
        return Check(title, "warn", detail, _("Name another one with --out."))


def check_terminal(stream: TextIO | None) -> Check:
    """Check whether the terminal can show the symbols of the report."""
    encoding = getattr(stream, "encoding", None) or _("unknown")
    try:
        "°━●│".encode(encoding)
    except (UnicodeEncodeError, LookupError):
        detail = _("{encoding}: plain characters instead of symbols and lines")
        return Check(_("terminal"), "ok", detail.format(encoding=encoding))
    return Check(_("terminal"), "ok", encoding)


def _loads(soname: str) -> bool:
    try:
        ctypes.CDLL(soname)
    except OSError:
        return False
    return True
