"""The doctor names problems with advice, quickly and without loading heavy libraries."""

import importlib.util
import io
import json
import os
import shutil
import subprocess
import sys
import time
import tomllib
from pathlib import Path
from types import ModuleType

import pytest
from packaging.requirements import Requirement

from posture import doctor
from posture.cli.doctor import render_doctor
from posture.doctor import Check
from posture.model_files import models_folder
from posture.report.text.console import make_console
from posture.video import writer

ROOT = Path(__file__).resolve().parent.parent
MEDIAPIPE = Requirement("mediapipe>=0.10.32,<0.10.34")


@pytest.fixture(scope="module")
def checks() -> tuple[Check, ...]:
    return doctor.run_checks()


def test_this_machine_can_analyse(checks: tuple[Check, ...]) -> None:
    assert [check for check in checks if check.state == "fail"] == []


def test_all_parts_of_the_machine_are_checked(checks: tuple[Check, ...]) -> None:
    names = [check.name for check in checks]
    assert len(names) == len(set(names))
    for name in ("Python", "mediapipe", "opencv-contrib-python", "av", "model full", "video codecs"):
        assert name in names
    for name in ("camera", "sound", "machine", "this folder", "terminal"):
        assert name in names


def test_each_problem_has_advice(checks: tuple[Check, ...]) -> None:
    for check in checks:
        assert check.detail
        assert bool(check.advice) == (check.state in ("warn", "fail")), check


def test_checks_are_quick_and_load_no_heavy_library() -> None:
    """They take twice as long as the imports that they need; three seconds more would be fifteen times."""
    code = (
        "import sys, posture.doctor\n"
        "posture.doctor.run_checks()\n"
        "print([name for name in ('mediapipe', 'scipy', 'matplotlib') if name in sys.modules])\n"
    )
    imports_s, checks_s = [], []
    for _ in range(5):
        started_s = time.perf_counter()
        subprocess.run([sys.executable, "-c", "import av, numpy, psutil"], check=True)
        imported_s = time.perf_counter()
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
        imports_s.append(imported_s - started_s)
        checks_s.append(time.perf_counter() - imported_s)
        assert done.stdout.strip() == "[]"
    assert min(checks_s) < 5 * min(imports_s)


def test_json_holds_all_checks(checks: tuple[Check, ...]) -> None:
    data = json.loads(json.dumps(doctor.to_dict(checks)))
    assert data["schema"] == "posture.doctor/1"
    assert data["ok"] is True
    assert data["checks"][0] == {
        "name": checks[0].name,
        "state": checks[0].state,
        "detail": checks[0].detail,
        "advice": checks[0].advice,
    }
    assert doctor.to_dict([Check("x", "fail", "y", "z")])["ok"] is False
    assert doctor.to_dict([Check("x", "warn", "y", "z")])["ok"] is True


def test_each_dependency_is_checked_and_bounded_but_not_those_of_extras(checks: tuple[Check, ...]) -> None:
    names = [requirement.name for requirement in doctor.requirements()]
    assert {"mediapipe", "numpy", "av", "click"} <= set(names)
    assert not {"pyarrow", "fsspec", "pytest"} & set(names)
    assert [check.name for check in checks if check.name in names] == names


def test_dependencies_of_the_project_have_a_first_and_a_last_version() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    for requirement in map(Requirement, project["dependencies"]):
        assert sorted(s.operator for s in requirement.specifier) == ["<", ">="], requirement.name


def test_python_range_is_that_of_the_project() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    low, high = doctor.PYTHON_RANGE
    assert project["requires-python"] == f">={low[0]}.{low[1]},<{high[0]}.{high[1]}"


def test_libraries_equal_those_of_the_preflight() -> None:
    preflight = load(ROOT / ".ci" / "preflight.py")
    assert {item.soname: item.debian for item in preflight.LIBRARIES} == doctor.LIBRARIES


def load(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(("version", "state"), [((3, 10), "warn"), ((3, 11), "ok"), ((3, 14), "ok"), ((3, 15), "warn")])
def test_python_outside_the_tested_range_is_a_warning(version: tuple[int, int], state: str) -> None:
    check = doctor.check_python(version)
    assert check.state == state
    assert ("3.11 to 3.14" in check.advice) == (state == "warn")


def install(folder: Path, name: str, version: str) -> None:
    """Write the metadata of an installed package into a folder."""
    info = folder / f"{name.replace('-', '_')}-{version}.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n", encoding="utf-8")


@pytest.mark.parametrize(
    ("version", "state"),
    [("0.10.31", "warn"), ("0.10.32", "ok"), ("0.10.33.post1", "ok"), ("0.10.34", "warn"), ("1.2.2", "warn")],
)
def test_package_outside_the_tested_range_is_a_warning(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, version: str, state: str
) -> None:
    install(tmp_path, "mediapipe", version)
    monkeypatch.syspath_prepend(tmp_path)
    check = doctor.check_package(MEDIAPIPE)
    assert (check.state, check.detail) == (state, version)
    if state == "warn":
        assert "usage figures" in check.advice
        assert "pip install 'mediapipe>=0.10.32,<0.10.34'" in check.advice


def test_missing_package_is_a_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "path", [])
    check = doctor.check_package(MEDIAPIPE)
    assert (check.state, check.detail) == ("fail", "not installed")
    assert check.advice


def test_second_opencv_package_is_a_warning(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install(tmp_path, "OpenCV_Python", "4.13.0")
    monkeypatch.syspath_prepend(tmp_path)
    check = doctor.check_opencv_is_alone()
    assert check.state == "warn"
    assert "opencv-python installed beside opencv-contrib-python" in check.detail
    assert "pip uninstall opencv-python;" in check.advice


def test_empty_cv2_folder_is_a_failure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # What is left after one of two OpenCV packages has been uninstalled: a folder without the module.
    (tmp_path / "cv2").mkdir()
    monkeypatch.setattr(sys, "path", [str(tmp_path)])
    monkeypatch.delitem(sys.modules, "cv2", raising=False)
    check = doctor.check_opencv_is_alone(["opencv-contrib-python"])
    assert check.state == "fail"
    assert "force-reinstall opencv-contrib-python" in check.advice


@pytest.mark.skipif(sys.platform != "linux", reason="names of Linux libraries")
def test_missing_libraries_are_named_with_their_packages() -> None:
    wanted = {
        "libno-a.so.1": "libgl1",
        "libc.so.6": "libc6",
        "libno-b.so.2": "libgl1",
        "libno-c.so": "libegl1",
    }
    (check,) = doctor.check_libraries(wanted)
    assert check.state == "fail"
    assert check.detail == "missing: libno-a.so.1, libno-b.so.2, libno-c.so"
    assert check.advice == "On Debian or Ubuntu: apt-get install libgl1 libegl1"


def test_other_systems_need_no_libraries() -> None:
    assert doctor.check_libraries(system="darwin") == ()


def test_unknown_model_is_a_failure() -> None:
    assert doctor.check_model("huge").state == "fail"


@pytest.mark.parametrize("name", [path.name for path in sorted(models_folder().glob("*.json"))])
def test_missing_table_is_a_failure(name: str, tmp_path: Path) -> None:
    for table in models_folder().glob("*.json"):
        if table.name != name:
            shutil.copy(table, tmp_path)
    check = doctor.check_shape_model(tmp_path)
    assert check.state == "fail"
    assert name in check.detail
    assert check.advice


def test_codecs_are_listed() -> None:
    assert all(status.present for status in writer.available())
    (unknown,) = writer.available((("no-such-codec", "r"),))
    assert not unknown.present
    check = doctor.check_codecs()
    assert "reads h264, hevc, av1, vp9; writes libx264" in check.detail


@pytest.mark.parametrize(
    ("files", "state", "detail"),
    [
        ((), "unneeded", "none found; only posture live uses one"),
        (("video0", "video2", "video-card", "sda"), "ok", "video0, video2"),
    ],
)
def test_cameras_are_listed(tmp_path: Path, files: tuple[str, ...], state: str, detail: str) -> None:
    for name in files:
        (tmp_path / name).touch()
    check = doctor.check_camera(tmp_path, system="linux")
    assert (check.state, check.detail) == (state, detail)


def test_cameras_are_not_opened_on_other_systems(tmp_path: Path) -> None:
    assert doctor.check_camera(tmp_path, system="win32").state == "unneeded"


def test_missing_portaudio_is_no_failure() -> None:
    there = doctor.check_sound("libc.so.6", system="linux") if sys.platform == "linux" else None
    assert there is None or (there.state, there.detail) == ("ok", "PortAudio")
    missing = doctor.check_sound("libnowhere.so.9", system="linux")
    assert missing.state == "unneeded"
    assert "libportaudio2" in missing.detail
    assert doctor.check_sound("libnowhere.so.9", system="win32").detail == "PortAudio"


def test_missing_folder_is_a_warning(tmp_path: Path) -> None:
    check = doctor.check_folder(tmp_path / "gone")
    assert check.state == "warn"
    assert "--out" in check.advice
    assert doctor.check_folder(tmp_path).state == "ok"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(os.name == "nt", reason="POSIX lets a process stand in a removed folder")
def test_removed_current_folder_is_a_warning(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "gone"
    folder.mkdir()
    monkeypatch.chdir(folder)
    folder.rmdir()
    assert doctor.check_folder(Path()).state == "warn"


@pytest.mark.parametrize(
    ("encoding", "plain"), [("utf-8", False), ("ascii", True), ("cp1252", True), ("no-such", True)]
)
def test_terminal_without_symbols_gets_plain_characters(encoding: str, plain: bool) -> None:
    class Stream(io.StringIO):
        pass

    Stream.encoding = encoding  # type: ignore[misc, assignment]
    assert ("plain characters" in doctor.check_terminal(Stream()).detail) == plain


def test_missing_terminal_is_no_failure() -> None:
    assert doctor.check_terminal(None).state == "ok"


@pytest.mark.parametrize("width", [40, 80, 200])
def test_page(checks: tuple[Check, ...], width: int) -> None:
    stream = io.StringIO()
    render_doctor(checks, make_console(stream, width=width))
    assert all(len(line) <= min(width, 100) for line in stream.getvalue().splitlines())
    text = " ".join(stream.getvalue().split())
    for check in checks:
        mark = "-" if check.state == "unneeded" else check.state
        assert f"{mark} {check.name}: " in text
        assert check.advice in text
    assert "Ready" in text


@pytest.mark.parametrize(
    ("states", "last"),
    [
        (["ok"], "Ready."),
        (["ok", "warn"], "Ready, with 1 limit: see the advice above."),
        (["warn", "fail", "fail"], "2 checks failed: see the advice above."),
    ],
)
def test_page_ends_with_a_summary(states: list[str], last: str) -> None:
    stream = io.StringIO()
    found = [Check(f"c{i}", state, "d", "a") for i, state in enumerate(states)]  # type: ignore[arg-type]
    render_doctor(found, make_console(stream, width=80))
    assert stream.getvalue().splitlines()[-1] == last


@pytest.mark.parametrize("missing", ["psutil", "packaging", "scipy"])
def test_doctor_runs_without_a_required_package(missing: str) -> None:
    code = (
        f"import sys; sys.modules[{missing!r}] = None; sys.argv = ['posture', 'doctor']\n"
        "from posture.__main__ import main; main()"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, encoding="utf-8", check=False)
    assert done.stderr == ""
    assert "mediapipe" in done.stdout or "packaging: not installed" in done.stdout


def test_source_tree_that_is_not_installed_is_a_failed_check(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("posture.doctor.DISTRIBUTION", "no-such-distribution")
    assert [check.state for check in doctor.check_packages()] == ["fail"]
