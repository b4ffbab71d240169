"""Nothing leaves the machine, or is written where it was not asked for: checked by the system calls of each command."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from ipaddress import ip_address
from pathlib import Path

import httpx
import pytest
from helpers.app_server import ANALYSIS_S, running_process, wait_until

#: ``%network`` is every call on a socket; a ring could connect without any of them. The others write names of files.
TRACED = "trace=%network,io_uring_setup,open,openat,creat,mkdir,mkdirat,rename,renameat,renameat2"
#: Sockets that end on this machine by their nature: to another process, to the kernel, to nobody.
LOCAL_FAMILIES = frozenset({"AF_UNIX", "AF_LOCAL", "AF_NETLINK", "AF_UNSPEC"})
#: Questions to a name server go out from a resolver on this machine, so loopback does not excuse them.
DNS_PORT = 53
RESOLVER = "/run/systemd/resolve/"

CALL = re.compile(r"^(?:\[pid +\d+\] |\d+ +)?(connect|sendto|sendmsg|sendmmsg|io_uring_setup)\(")
ADDRESS = re.compile(r"sa_family=(?P<family>\w+)(?P<rest>[^}]*)")
#: A file that is opened to be written, a folder that is made, or something that gets a name.
WRITTEN = re.compile(
    r'(?:open(?:at)?\((?:AT_FDCWD, )?"(?P<file>[^"]*)", [^)]*O_(?:WRONLY|RDWR|CREAT)'
    r'|(?:creat|mkdir|mkdirat)\((?:AT_FDCWD, )?"(?P<made>[^"]*)"'
    r'|rename(?:at2?)?\((?:AT_FDCWD, )?"[^"]*", (?:AT_FDCWD, )?"(?P<named>[^"]*)").* = \d+'
)
HOST = re.compile(r'inet_addr\("([^"]*)"\)|inet_pton\(AF_INET6, "([^"]*)"')
PORT = re.compile(r"sin6?_port=htons\((\d+)\)")


def goes_out(family: str, rest: str) -> bool:
    """Say whether a socket address, as strace prints it, may lie outside this machine."""
    if family in LOCAL_FAMILIES:
        return RESOLVER in rest
    host, port = HOST.search(rest), PORT.search(rest)
    if family not in {"AF_INET", "AF_INET6"} or host is None or port is None:
        return True
    address = ip_address(host[1] or host[2])
    mapped = getattr(address, "ipv4_mapped", None)
    return not (mapped or address).is_loopback or int(port[1]) == DNS_PORT


def outgoing(lines: Iterable[str]) -> list[str]:
    """Return the lines of an strace log that connect or send to anything but this machine.

    Parameters
    ----------
    lines : iterable of str
        What ``strace -f -e trace=%network,io_uring_setup`` wrote. Failed calls count: the attempt is what
        must not happen. Calls without an address use the one of an earlier ``connect``.
    """
    found = []
    for line in lines:
        call = CALL.match(line)
        if call is None:
            continue
        addresses = [(m["family"], m["rest"]) for m in ADDRESS.finditer(line)]
        if call[1] == "io_uring_setup" or any(goes_out(*address) for address in addresses):
            found.append(line)
    return found


OUT = [
    '17 connect(3, {sa_family=AF_INET, sin_port=htons(443), sin_addr=inet_addr("192.0.2.1")}, 16) = 0',
    '[pid 17] connect(3, {sa_family=AF_INET, sin_port=htons(80), sin_addr=inet_addr("10.0.0.1")}, 16) = -1 '
    "ENETUNREACH (Network is unreachable)",
    'connect(3, {sa_family=AF_INET, sin_port=htons(1), sin_addr=inet_addr("0.0.0.0")}, 16 <unfinished ...>',
    "17 connect(4, {sa_family=AF_INET6, sin6_port=htons(443), sin6_flowinfo=htonl(0), "
    'inet_pton(AF_INET6, "2001:db8::1", &sin6_addr), sin6_scope_id=0}, 28) = -1 EINPROGRESS',
    "17 connect(4, {sa_family=AF_INET6, sin6_port=htons(443), sin6_flowinfo=htonl(0), "
    'inet_pton(AF_INET6, "::ffff:192.0.2.1", &sin6_addr), sin6_scope_id=0}, 28) = 0',
    '17 sendto(5, "", 9, 0, {sa_family=AF_INET, sin_port=htons(9), sin_addr=inet_addr("10.0.0.1")}, 16) = 9',
    '17 sendmsg(5, {msg_name={sa_family=AF_INET, sin_port=htons(99), sin_addr=inet_addr("192.0.2.1")}, '
    "msg_namelen=16, msg_iov=NULL}, 0) = 9",
    '17 connect(3, {sa_family=AF_INET, sin_port=htons(53), sin_addr=inet_addr("127.0.0.53")}, 16) = 0',
    '17 connect(3, {sa_family=AF_UNIX, sun_path="/run/systemd/resolve/io.systemd.Resolve"}, 42) = 0',
    "17 connect(3, {sa_family=AF_VSOCK, svm_cid=VMADDR_CID_HOST, svm_port=80}, 16) = 0",
    "17 io_uring_setup(8, {flags=0}) = 3",
]
LOCAL = [
    '17 connect(3, {sa_family=AF_INET, sin_port=htons(8080), sin_addr=inet_addr("127.0.0.1")}, 16) = 0',
    '17 connect(3, {sa_family=AF_INET, sin_port=htons(8080), sin_addr=inet_addr("127.8.9.1")}, 16) = 0',
    "17 connect(4, {sa_family=AF_INET6, sin6_port=htons(8080), sin6_flowinfo=htonl(0), "
    'inet_pton(AF_INET6, "::1", &sin6_addr), sin6_scope_id=0}, 28) = 0',
    '17 connect(3, {sa_family=AF_UNIX, sun_path="/var/run/nscd/socket"}, 110) = -1 ENOENT (No such file)',
    "17 sendto(3, [{nlmsg_len=20}], 20, 0, {sa_family=AF_NETLINK, nl_pid=0, nl_groups=00000000}, 12) = 20",
    '17 sendto(3, "connect(3, "..., 20, 0, NULL, 0) = 20',
    "17 connect(3, {sa_family=AF_UNSPEC, sa_data=...}, 16) = 0",
    "17 socket(AF_INET, SOCK_STREAM, IPPROTO_TCP) = 3",
    '17 bind(3, {sa_family=AF_INET, sin_port=htons(0), sin_addr=inet_addr("0.0.0.0")}, 16) = 0',
    "17 <... connect resumed>) = 0",
    "17 +++ exited with 0 +++",
]


@pytest.mark.parametrize("line", OUT)
def test_outgoing_connection_is_detected(line: str) -> None:
    assert outgoing([*LOCAL, line]) == [line]


@pytest.mark.parametrize("line", LOCAL)
def test_local_connection_is_allowed(line: str) -> None:
    assert outgoing([line]) == []


def temporary_folder(folder: Path) -> Path:
    (folder / "tmp").mkdir(exist_ok=True)
    return folder / "tmp"


def trace(command: list[str | Path], *, log: Path, strace: list[str]) -> subprocess.CompletedProcess[str]:
    """Run a command under strace in the log's folder, with no proxy that could hide where it goes."""
    return subprocess.run(
        [*strace, "-o", log, *command],
        cwd=log.parent,
        env={
            **{key: value for key, value in os.environ.items() if not key.lower().endswith("_proxy")},
            "HOME": str(log.parent),
            "TMPDIR": str(temporary_folder(log.parent)),
        },
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        timeout=300,
        check=False,
    )


@pytest.fixture
def strace(tmp_path: Path) -> list[str]:
    """Return the strace command that works here, or skip the test and say why."""
    if not sys.platform.startswith("linux"):
        pytest.skip("strace exists on Linux only")
    program = shutil.which("strace")
    if program is None:
        pytest.skip("strace is not installed (Debian, Ubuntu: apt-get install strace)")
    # Data of the calls is not wanted (-s 0). With --seccomp-bpf the other calls run at full speed.
    plain = [program, "-f", "-s", "0", "-e", TRACED]
    for command in ([*plain, "--seccomp-bpf"], plain):
        probe = trace(["true"], log=tmp_path / "probe.log", strace=command)
        if probe.returncode == 0:
            return command
    pytest.skip(f"strace may not trace here: {probe.stderr.strip()[-200:]}")


@pytest.mark.parametrize(
    ("address", "caught"), [("192.0.2.1", True), ("127.0.0.1", False)], ids=["test-net", "loopback"]
)
def test_trace_detects_a_connection(address: str, caught: bool, tmp_path: Path, strace: list[str]) -> None:
    # Connecting a datagram socket sends no packet. The thread is there because mediapipe's are traced too.
    code = (
        "import socket, threading, contextlib\n"
        "def call():\n"
        "    with contextlib.suppress(OSError), socket.socket(type=socket.SOCK_DGRAM) as s:\n"
        f"        s.connect(({address!r}, 9))\n"
        "t = threading.Thread(target=call); t.start(); t.join()\n"
    )
    log = tmp_path / "control.log"
    done = trace([sys.executable, "-c", code], log=log, strace=strace)
    assert done.returncode == 0, done.stderr
    lines = log.read_text().splitlines()
    assert any(address in line for line in lines)
    assert [address in line for line in outgoing(lines)] == ([True] if caught else [])


def written(lines: Iterable[str], folder: Path) -> set[str]:
    """Return the first part of each path that was written below a folder, and other paths in full.

    Devices, and what processes of this machine share in memory, are not files.
    """
    paths = [Path(folder, next(filter(None, call.groups()))) for call in map(WRITTEN.search, lines) if call]
    files = [path for path in paths if not path.is_relative_to("/dev") and not path.is_relative_to("/proc")]
    return {
        path.relative_to(folder).parts[0] if path.is_relative_to(folder) and path != folder else str(path)
        for path in files
    } - {str(folder)}


def test_written_files_are_detected(tmp_path: Path, strace: list[str]) -> None:
    code = (
        "open('a', 'w').close(); import os; os.mkdir('b'); os.rename('a', 'c'); open('c').close(); os.mkdir('/proc/d')"
    )
    done = trace([sys.executable, "-c", code], log=tmp_path / "writing.log", strace=strace)
    assert "Error" in done.stderr
    assert written((tmp_path / "writing.log").read_text().splitlines(), tmp_path) == {"a", "b", "c"}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, samples_dir: Path) -> Path:
    """Return a folder with two results and a folder of clips."""
    folder = tmp_path_factory.mktemp("home")
    (folder / "clips").mkdir()
    shutil.copy(samples_dir / "run_front.mp4", folder / "clips" / "anna.mp4")
    for name in ("before", "after"):
        command = [sys.executable, "-m", "posture", "analyze", samples_dir / "run_neutral.mp4", "--no-video"]
        subprocess.run([*command, "--end", "3", "--out", folder / "results" / name], check=True, capture_output=True)
    return folder


@pytest.mark.parametrize(
    ("arguments", "places"),
    [
        (("analyze", "clips/anna.mp4", "--out", "out"), {"out"}),
        (("analyze", "clips/anna.mp4"), {"anna-posture"}),
        (("compare", "results/before", "results/after", "--out", "compared"), {"compared"}),
        (("history", "results", "--together"), {"results"}),
        (("batch", "clips", "--out", "batch"), {"batch"}),
        (("live", "clips/anna.mp4", "--no-window", "--mute", "--every-frame", "--seconds", "3"), set()),
        (("live", "clips/anna.mp4", "--no-window", "--mute", "--record", "session", "--seconds", "2"), {"session"}),
        (("exercises", "towel"), set()),
        (("doctor",), set()),
    ],
    ids=lambda value: "-".join(value[:2]) if isinstance(value, tuple) else "",
)
def test_command_stays_on_this_machine_and_in_its_folder(
    arguments: tuple[str, ...], places: set[str], home: Path, tmp_path: Path, strace: list[str]
) -> None:
    for name in ("clips", "results"):
        shutil.copytree(home / name, tmp_path / name)
    log = tmp_path / "command.log"
    done = trace([sys.executable, "-B", "-m", "posture", *arguments], log=log, strace=strace)
    assert done.returncode in (0, 2), done.stderr
    lines = log.read_text().splitlines()
    assert outgoing(lines) == []
    # Matplotlib keeps a list of this machine's fonts.
    kept = [path.name for name in (".config", ".cache") for path in (tmp_path / name).glob("*")]
    assert set(kept) <= {"matplotlib"}
    assert written(lines, tmp_path) - {"tmp", ".config", ".cache"} == places
    assert list((tmp_path / "tmp").iterdir()) == []


def test_app_stays_on_this_machine_and_in_its_folder(tmp_path: Path, strace: list[str], samples_dir: Path) -> None:
    log, folder = tmp_path / "app.log", tmp_path / "app"
    clip = (samples_dir / "run_front.mp4").read_bytes()
    with running_process(folder, tracer=[*strace, "-o", log]) as (_process, address):
        page = address + httpx.post(f"{address}/clips", params={"name": "jog.mp4"}, content=clip).json()["page"]
        httpx.post(f"{page}/start", data={"runner": "Anna"})
        wait_until(lambda: httpx.get(f"{page}/state").json()["state"] == "done", ANALYSIS_S)
        assert httpx.get(f"{page}/results/report.html").status_code == 200
    lines = log.read_text().splitlines()
    assert outgoing(lines) == []
    assert len(written(lines, folder)) > 1
    home, temporary = Path.home(), Path(tempfile.gettempdir())
    elsewhere = {path for path in written(lines, tmp_path) - {"app"} if not path.startswith(str(temporary))}
    assert all(path.startswith((f"{home}/.cache/matplotlib", f"{home}/.config/matplotlib")) for path in elsewhere)


def test_analysis_opens_no_connection(tmp_path: Path, strace: list[str], samples_dir: Path) -> None:
    log, out = tmp_path / "analyze.log", tmp_path / "out"
    command = [sys.executable, "-m", "posture", "analyze", samples_dir / "run_neutral.mp4", "--out", out]
    done = trace(command, log=log, strace=strace)
    assert done.returncode == 0, done.stderr
    # The whole way was gone: an analysis that stopped early would prove nothing.
    assert json.loads((out / "analysis.json").read_text("utf-8"))["source"]["frames_used"] > 0
    assert outgoing(log.read_text().splitlines()) == []
