"""Writes are atomic, and every failure is one line."""

import ctypes
import errno
import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posture.errors import OutputError
from posture.output.checks import check_not_an_input, check_target, default_out_dir
from posture.output.files import STALE_AFTER_S, remove_stale_temporaries, replacing, write_bytes, write_text

posix = pytest.mark.skipif(os.name == "nt", reason="POSIX file modes")
is_root = hasattr(os, "geteuid") and os.geteuid() == 0


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def one_line(error: pytest.ExceptionInfo[OutputError]) -> str:
    text = str(error.value)
    assert "\n" not in text
    assert error.value.advice
    return text


def test_only_stale_temporary_files_are_removed(tmp_path: Path) -> None:
    left = [".posture-0123456789ab.mp4", ".posture-ffffffffffff"]
    others = [".posture-lock", ".posture-0123456789ab", ".posture-0123456789abc.mp4", "analysis.json"]
    for name in (*left, *others):
        (tmp_path / name).touch()
        old = (tmp_path / name).stat().st_mtime - STALE_AFTER_S - 60.0
        os.utime(tmp_path / name, (old, old))
    (tmp_path / others[1]).touch()
    (tmp_path / ".posture-work").mkdir()
    (tmp_path / ".posture-aaaaaaaaaaaa").mkdir()
    os.utime(tmp_path / ".posture-aaaaaaaaaaaa", (0.0, 0.0))
    remove_stale_temporaries(tmp_path)
    assert names(tmp_path) == sorted([*others, ".posture-work", ".posture-aaaaaaaaaaaa"])
    remove_stale_temporaries(tmp_path / "missing")


def test_file_is_written_and_replaced(tmp_path: Path) -> None:
    target = tmp_path / "deep" / "er" / "analysis.json"
    write_text(target, "one ä\n")
    write_text(target, "two ö\n")
    assert target.read_bytes() == "two ö\n".encode()
    assert names(target.parent) == ["analysis.json"]


@posix
def test_link_to_itself_is_an_output_error(tmp_path: Path) -> None:
    loop = tmp_path / "loop.json"
    loop.symlink_to(loop)
    check_not_an_input([loop], [tmp_path])
    check_target(loop)
    write_text(loop, "one\n")
    assert loop.read_text(encoding="utf-8") == "one\n"
    round_about = tmp_path / "round"
    round_about.symlink_to(round_about)
    with pytest.raises(OutputError) as caught:
        write_text(round_about / "a.json", "one\n")
    one_line(caught)


def test_analysis_of_a_results_folder_that_is_read_is_not_written_over(tmp_path: Path) -> None:
    path = tmp_path / "analysis.json"
    write_text(path, "{}\n")
    with pytest.raises(OutputError, match="it is also an input"):
        check_not_an_input([path], [None, tmp_path])
    check_not_an_input([tmp_path / "comparison.json"], [tmp_path])


def test_lone_surrogates_become_question_marks(tmp_path: Path) -> None:
    write_text(tmp_path / "a.txt", "clip \udcff.mp4")
    assert (tmp_path / "a.txt").read_bytes() == b"clip ?.mp4"


@posix
def test_file_mode_follows_the_umask(tmp_path: Path) -> None:
    old = os.umask(0o027)
    try:
        write_bytes(tmp_path / "a", b"x")
    finally:
        os.umask(old)
    assert stat.S_IMODE((tmp_path / "a").stat().st_mode) == 0o640


def write_half_and_raise(target: Path, error: BaseException) -> None:
    with replacing(target) as temporary:
        temporary.write_text("half", encoding="utf-8")
        raise error


@pytest.mark.parametrize("error", [RuntimeError("no"), KeyboardInterrupt(), SystemExit(1)])
def test_failure_leaves_the_old_file_and_nothing_else(tmp_path: Path, error: BaseException) -> None:
    target = tmp_path / "report.html"
    write_text(target, "old")
    with pytest.raises(type(error)):
        write_half_and_raise(target, error)
    assert target.read_text(encoding="utf-8") == "old"
    assert names(tmp_path) == ["report.html"]


def test_temporary_file_is_beside_the_target_with_its_suffix(tmp_path: Path) -> None:
    with replacing(tmp_path / "annotated.mp4") as temporary:
        assert temporary.parent == tmp_path.resolve()
        assert temporary.suffix == ".mp4"
        assert not (tmp_path / "annotated.mp4").exists()
        temporary.write_bytes(b"clip")
    assert names(tmp_path) == ["annotated.mp4"]


@posix
def test_killed_process_leaves_no_half_written_target(tmp_path: Path) -> None:
    code = (
        "import os, signal, sys\n"
        "from posture.output.files import replacing\n"
        "with replacing(sys.argv[1]) as temporary:\n"
        "    temporary.write_text('half')\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    target = tmp_path / "analysis.json"
    done = subprocess.run([sys.executable, "-c", code, str(target)], check=False)
    assert done.returncode < 0
    assert not target.exists()


def test_file_in_place_of_a_folder_is_named(tmp_path: Path) -> None:
    (tmp_path / "plain").write_text("x", encoding="utf-8")
    for target in (tmp_path / "plain" / "a.json", tmp_path / "plain" / "deep" / "a.json"):
        with pytest.raises(OutputError) as caught:
            write_text(target, "x")
        assert "plain is a file, not a folder" in one_line(caught)


def test_folder_in_place_of_the_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(OutputError) as caught:
        write_text(tmp_path, "x")
    assert "it is a folder" in one_line(caught)
    assert names(tmp_path) == []


@posix
@pytest.mark.skipif(is_root, reason="root may write everywhere")
def test_folder_without_write_permission_is_named(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    try:
        with pytest.raises(OutputError) as caught:
            write_text(tmp_path / "a.json", "x")
    finally:
        tmp_path.chmod(0o700)
    assert "permission denied" in one_line(caught)


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="needs /proc, a folder that even root cannot write to")
def test_folder_that_takes_no_files_is_named() -> None:
    with pytest.raises(OutputError) as caught:
        write_text("/proc/posture/a.json", "x")
    assert one_line(caught).startswith("/proc/posture/a.json: cannot be written")


def test_too_long_name_is_an_output_error(tmp_path: Path) -> None:
    with pytest.raises(OutputError) as caught:
        write_text(tmp_path / ("x" * 300), "x")
    assert "cannot be written" in one_line(caught)
    assert names(tmp_path) == []


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
def test_full_device_is_named_and_never_replaced() -> None:
    with pytest.raises(OutputError) as caught:
        write_bytes("/dev/full", b"x")
    assert "the disk is full" in one_line(caught)
    assert stat.S_ISCHR(Path("/dev/full").stat().st_mode)


@pytest.mark.skipif(not Path("/dev/null").exists(), reason="this system has no /dev/null")
def test_device_is_written_in_place() -> None:
    write_bytes("/dev/null", b"x" * 100_000)
    assert stat.S_ISCHR(Path("/dev/null").stat().st_mode)


@contextmanager
def mounted(folder: Path, *, read_only: bool = False) -> Iterator[Path]:
    """A disk of 64 kB, where this process may mount one."""
    if not (sys.platform == "linux" and is_root):
        pytest.skip("mounting a small disk needs root on Linux")
    libc = ctypes.CDLL(None, use_errno=True)
    folder.mkdir()
    if libc.mount(b"tmpfs", bytes(folder), b"tmpfs", int(read_only), b"size=64k") != 0:
        pytest.skip(f"mounting a small disk is refused here: {os.strerror(ctypes.get_errno())}")
    try:
        yield folder
    finally:
        libc.umount2(bytes(folder), 2)


def test_read_only_disk_is_named(tmp_path: Path) -> None:
    with mounted(tmp_path / "disk", read_only=True) as folder, pytest.raises(OutputError) as caught:
        write_text(folder / "a.json", "x")
    assert "the disk is read-only" in one_line(caught)


def test_full_disk_keeps_the_old_file(tmp_path: Path) -> None:
    with mounted(tmp_path / "disk") as folder:
        target = folder / "analysis.json"
        write_bytes(target, b"old")
        with pytest.raises(OutputError) as caught:
            write_bytes(target, b"x" * 200_000)
        assert target.read_bytes() == b"old"
        assert names(folder) == ["analysis.json"]
    assert "the disk is full" in one_line(caught)
    assert isinstance(caught.value.__cause__, OSError)
    assert caught.value.__cause__.errno == errno.ENOSPC


@posix
def test_link_keeps_pointing_to_the_written_file(tmp_path: Path) -> None:
    (tmp_path / "real.json").write_text("old", encoding="utf-8")
    (tmp_path / "link.json").symlink_to("real.json")
    write_text(tmp_path / "link.json", "new")
    assert (tmp_path / "link.json").is_symlink()
    assert (tmp_path / "real.json").read_text(encoding="utf-8") == "new"


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("jog.mp4", "jog-posture"),
        ("/clips/My Jog.tar.MOV", "My Jog.tar-posture"),
        ("frames%03d.png", "frames%03d-posture"),
        ("/", "clip-posture"),
    ],
)
def test_default_folder_is_named_after_the_clip(source: str, expected: str) -> None:
    assert default_out_dir(source) == Path(expected)


def test_default_folder_of_a_folder_keeps_its_whole_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "frames.v2"
    folder.mkdir()
    assert default_out_dir(folder) == Path("frames.v2-posture")
    monkeypatch.chdir(folder)
    assert default_out_dir(".") == Path("frames.v2-posture")
    assert default_out_dir("..") == Path(f"{tmp_path.name}-posture")


@given(st.text(alphabet=st.characters(exclude_characters="\0", exclude_categories=["Cs"]), min_size=1, max_size=20))
def test_default_folder_stays_in_the_current_folder(name: str) -> None:
    assert len(default_out_dir(name).parts) == 1
    assert default_out_dir(name).name.endswith("-posture")
