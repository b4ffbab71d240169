"""What must not get through: other pages' requests, names that lead elsewhere, too much, too slow, no HTTP at all."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from io import BytesIO
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
from helpers.app_server import ANALYSIS_S, limited_process, running_process, wait_until
from helpers.raw_http import ask, connect, head, rest, status

SECRET = "only for its owner"
SCRIPT = "<img src=x onerror=alert(1)>"
SAMPLE = Path(__file__).parents[2] / "samples" / "run_front.mp4"
CLIP = b"not a video, but bytes"
SMALL = {"clip_bytes": 4 << 20, "headers_s": 1.0, "stalled_s": 1.0}
ATTACKER = "https://attacker.example"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    outside = tmp_path_factory.mktemp("outside")
    (outside / "secret.txt").write_text(SECRET)
    return outside / "clips"


@pytest.fixture(scope="module")
def address(folder: Path) -> Iterator[str]:
    """Address of an app with small limits."""
    with limited_process(folder, SMALL) as (_process, address):
        yield address


@pytest.fixture(scope="module")
def client(address: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=address, timeout=60) as client:
        yield client


@pytest.fixture(scope="module")
def page(client: httpx.Client) -> str:
    """Path of a clip that waits to be started."""
    return str(client.post("/clips", params={"name": "clip.mp4"}, content=SAMPLE.read_bytes()).json()["page"])


def half_received(folder: Path) -> list[Path]:
    return list((folder / ".posture-incoming").iterdir())


@pytest.mark.parametrize(
    "lines",
    [
        "GET / HTTP/1.1\r\n",
        "GET / HTTP/1.0\r\n",
        "GET / HTTP/1.1\r\nHost: {host}\r\nHost: {host}\r\n",
        "GET / HTTP/1.1\r\nHost: {host}\r\nHost: attacker.example\r\n",
        "GET / HTTP/1.1\r\nHost: attacker.example\r\n",
        "GET / HTTP/1.1\r\nHost: {host}.attacker.example\r\n",
        "GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n",
        "GET / HTTP/1.1\r\nHost: attacker.example@{host}\r\n",
        "GET http://attacker.example/ HTTP/1.1\r\nHost: attacker.example\r\n",
        "GET / HTTP/1.1\r\nHost: {host}, attacker.example\r\n",
    ],
)
def test_request_for_another_host_is_refused(address: str, lines: str) -> None:
    answer = ask(address, (lines.format(host=urlsplit(address).netloc) + "Connection: close\r\n\r\n").encode())
    assert status(answer) in (400, 403)
    assert b"<html" not in answer


@pytest.mark.parametrize("action", ["start", "delete"])
@pytest.mark.parametrize(
    "headers",
    [{"Origin": ATTACKER}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}],
)
def test_page_of_another_origin_changes_nothing(
    client: httpx.Client, page: str, action: str, headers: dict[str, str]
) -> None:
    assert client.post(f"{page}/{action}", headers=headers, data={"runner": "x"}).status_code == 403
    assert client.get(f"{page}/state").json()["state"] == "new"


@pytest.mark.parametrize("action", ["start", "delete"])
def test_link_changes_nothing(client: httpx.Client, page: str, action: str) -> None:
    assert client.get(f"{page}/{action}").status_code in (404, 405)
    assert client.get(f"{page}/state").json()["state"] == "new"


@pytest.mark.parametrize("origin", [f"Origin: {ATTACKER}", "Origin: null", "X-None: "])
def test_web_socket_of_another_origin_is_refused(address: str, origin: str) -> None:
    key = ("Upgrade: websocket", "Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==")
    for path in ("/", "/live/socket"):
        request = head(address, "GET", path, *key, origin).replace(b"Connection: close", b"Connection: Upgrade")
        assert status(ask(address, request)) == 403


def test_no_answer_may_be_framed_or_read_by_other_pages(client: httpx.Client, page: str) -> None:
    for path in ("/", f"{page}/state", "/static/app.css", "/clips/none", "/nothing"):
        headers = client.get(path).headers
        assert "frame-ancestors 'none'" in headers["content-security-policy"], path
        assert "default-src 'none'" in headers["content-security-policy"], path
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["cross-origin-resource-policy"] == "same-origin"
        assert "access-control-allow-origin" not in headers


@pytest.mark.parametrize(
    "target",
    [
        "/../secret.txt",
        "/clips/../../secret.txt",
        "/clips/%2e%2e/%2e%2e/secret.txt",
        "/clips/..%2f..%2fsecret.txt",
        "/clips/..%5c..%5csecret.txt",
        "/clips/{id}/results/../../../secret.txt",
        "/clips/{id}/results/..%2f..%2f..%2fsecret.txt",
        "/clips/{id}/results/clip.json",
        "/clips/{id}/results/..%2fclip.json",
        "/clips/{id}%2f..%2f{id}/results/report.html",
        "/clips/{id}%00/results/report.html",
        "/clips/\u0661\u0662/results/report.html",
        "/static/../pages.py",
        "/static/%2e%2e/pages.py",
        "/static/..%2fpages.py",
        "/static/%2fetc/passwd",
        "//etc/passwd",
        "/static//etc/passwd",
    ],
)
def test_no_path_leads_out_of_the_folder(address: str, page: str, target: str) -> None:
    asked = target.format(id=page.rpartition("/")[2]).encode().decode("latin-1")
    answer = ask(address, head(address, "GET", asked))
    assert status(answer) in (400, 404, 405)
    for content in (SECRET, "import annotations", "root:", "posture.clip/1"):
        assert content.encode() not in answer


@pytest.mark.parametrize(
    "name",
    ["../../evil.mp4", "..\\..\\evil.mp4", "/etc/evil.mp4", "a\x00b.mp4", ".posture-lock", "clip.json", "CON.mp4"],
)
def test_name_of_the_sender_is_a_text_only(client: httpx.Client, folder: Path, name: str) -> None:
    before = {path.name for path in folder.parent.iterdir()}
    sent = client.post("/clips", params={"name": name}, content=CLIP).json()
    assert {path.name for path in folder.parent.iterdir()} == before
    stored = {path.name for path in (folder / sent["id"]).iterdir()}
    # A record that is being written has a name of ours until it is whole.
    lasting = {one for one in stored if not re.fullmatch(r"\.posture-[0-9a-f]{12}\.json", one)}
    assert {one for one in lasting if not one.startswith(sent["id"])} == {"clip.json"}


@pytest.mark.parametrize(
    "sent",
    [
        b"SSH-2.0-OpenSSH_9.9\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
        b"\x00" * 1000 + b"\r\n\r\n",
        b"GET / HTTP/9.9\r\nConnection: close\r\n\r\n",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost\x00: x\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
        b"POST /clips HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
        b"POST /clips HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzzz\r\n",
        b"GET / HTTP/1.1\r\nX: " + b"a" * (1 << 20) + b"\r\n\r\n",
        b"GET / HTTP/1.1\r\n" + b"X: a\r\n" * (1 << 17) + b"\r\n",
        b"GET /" + b"a" * (1 << 20) + b" HTTP/1.1\r\n\r\n",
    ],
    ids=range(12),
)
def test_what_is_no_request_ends_its_connection_only(address: str, client: httpx.Client, sent: bytes) -> None:
    assert status(ask(address, sent)) in (0, 400, 403)
    assert client.get("/").status_code == 200


def test_slow_headers_end_and_others_are_answered_meanwhile(address: str, client: httpx.Client) -> None:
    with ExitStack() as stack:
        slow = [stack.enter_context(connect(address)) for _ in range(60)]
        for connection in slow:
            connection.sendall(b"GET / HTTP/1.1\r\nX-Slow:")
        assert client.get("/").status_code == 200
        for connection in slow:
            assert status(rest(connection)) == 0


def test_slow_body_ends_and_others_are_answered_meanwhile(address: str, client: httpx.Client, folder: Path) -> None:
    with connect(address) as connection:
        connection.sendall(head(address, "POST", "/clips?name=slow.mp4", "Content-Length: 1000") + b"begin")
        assert client.get("/").status_code == 200
        assert status(rest(connection)) == 408
    wait_until(lambda: not half_received(folder), 60)


def test_slow_form_keeps_nobody_waiting(address: str, client: httpx.Client, page: str) -> None:
    with connect(address) as connection:
        connection.sendall(head(address, "POST", f"{page}/start", "Content-Length: 1000") + b"runner=")
        assert client.get("/").status_code == 200
    assert client.get(f"{page}/state").json()["state"] == "new"


def test_body_that_nobody_asked_for_is_not_awaited(address: str) -> None:
    with connect(address) as connection:
        connection.sendall(head(address, "GET", "/", "Content-Length: 1000").replace(b"close", b"keep-alive"))
        assert status(rest(connection)) == 200


def test_announced_giant_is_refused_before_its_body(address: str, folder: Path) -> None:
    with connect(address) as connection:
        connection.sendall(head(address, "POST", "/clips?name=giant.mp4", f"Content-Length: {10 << 30}"))
        answer = rest(connection)
    assert status(answer) == 413
    assert b"larger than" in answer
    assert half_received(folder) == []


def test_unannounced_giant_is_refused_on_its_way(address: str, folder: Path, client: httpx.Client) -> None:
    clips = set(folder.glob("*/clip.json"))

    def endless() -> Iterator[bytes]:
        while True:
            yield b"\0" * (1 << 16)

    # The server may close the connection while the client is still sending.
    with suppress(httpx.TransportError):
        assert client.post("/clips", content=endless()).status_code == 413
    wait_until(lambda: not half_received(folder), 60)
    assert set(folder.glob("*/clip.json")) == clips


@pytest.mark.parametrize(
    "sent", [b"a=" + b"b" * (1 << 17), b"&".join(b"a=b" for _ in range(5000)), b"a=%ff", b"\xff=a"]
)
def test_absurd_form_is_refused(client: httpx.Client, page: str, sent: bytes) -> None:
    assert client.post(f"{page}/start", content=sent).status_code in (400, 413)
    assert client.get(f"{page}/state").json()["state"] == "new"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("start_s", "nan"),
        ("start_s", "inf"),
        ("end_s", "-1"),
        ("slow_motion", "1e9"),
        ("rotate", "45"),
        ("runner", "x" * 999),
    ],
)
def test_absurd_choice_is_refused(client: httpx.Client, page: str, field: str, value: str) -> None:
    answer = client.post(f"{page}/start", data={field: value})
    assert answer.status_code == 400
    assert client.get(f"{page}/state").json()["state"] == "new"


def test_full_disk_refuses_an_upload_and_keeps_nothing(tmp_path: Path) -> None:
    with limited_process(tmp_path, {"free_bytes": 1 << 60}) as (_process, address):
        answer = httpx.post(f"{address}/clips", content=CLIP)
        assert answer.status_code == 507
        assert answer.json()["advice"]
    assert half_received(tmp_path) == []
    assert list(tmp_path.glob("*/clip.json")) == []


def test_two_hundred_uploads_at_once_harm_nobody(tmp_path: Path) -> None:
    with running_process(tmp_path) as (_process, address), ExitStack() as stack:
        uploads = [stack.enter_context(connect(address)) for _ in range(200)]
        for number, upload in enumerate(uploads):
            upload.sendall(head(address, "POST", f"/clips?name={number}.mp4", "Content-Length: 10") + b"first")
        assert httpx.get(address, timeout=60).status_code == 200
        answers = []
        for upload in uploads:
            # It may be refused already.
            with suppress(ConnectionError):
                upload.sendall(b"-last")
            answers.append(rest(upload))
        found = [status(answer) for answer in answers]
        assert set(found) == {201, 503}
        assert all(b"Wait until one has arrived" in one for one in answers if status(one) == 503)
        assert len(list(tmp_path.glob("*/clip.json"))) == found.count(201)
        assert half_received(tmp_path) == []


def test_scripts_in_names_are_texts_on_every_page_and_in_the_zip(client: httpx.Client) -> None:
    sent = client.post("/clips", params={"name": f"{SCRIPT}.mp4"}, content=CLIP).json()
    client.post(f"{sent['page']}/start", data={"runner": f"{SCRIPT}/../\u202e"})
    wait_until(lambda: client.get(f"{sent['page']}/state").json()["state"] == "failed", ANALYSIS_S)
    for path in ("/", sent["page"], "/runners", f"/runner?name={SCRIPT}/../%E2%80%AE"):
        answer = client.get(path, headers={"Accept": "text/html"})
        assert answer.status_code == 200
        assert "<img src=x" not in answer.text
        assert "&lt;img src=x" in answer.text, path
    assert client.get(f"{sent['page']}/state").headers["content-type"] == "application/json"
    with zipfile.ZipFile(BytesIO(client.get(f"{sent['page']}/zip").content)) as archive:
        assert archive.testzip() is None
        assert {Path(name).parts[0] for name in archive.namelist()} == {sent["id"]}
        assert all("<" not in name and ".." not in name for name in archive.namelist())


def bombs() -> dict[str, bytes]:
    """Small files that ask for gigabytes."""
    side = (65_535).to_bytes(2, "little")
    image = b",\0\0\0\0" + side + side + b"\0\x08\x03\0\x51\xfc\x1b\0;"
    gif = b"GIF89a" + side + side + b"\x80\0\0\0\0\0\xff\xff\xff" + image

    def chunk(kind: bytes, data: bytes) -> bytes:
        return len(data).to_bytes(4, "big") + kind + data + zlib.crc32(kind + data).to_bytes(4, "big")

    wide = (30_000).to_bytes(4, "big")
    rows = zlib.compressobj(9)
    packed = b"".join(rows.compress(b"\0" * 30_001) for _ in range(30_000)) + rows.flush()
    png = b"\x89PNG\r\n\x1a\n" + b"".join(
        (chunk(b"IHDR", wide + wide + b"\x08\0\0\0\0"), chunk(b"IDAT", packed), chunk(b"IEND", b""))
    )
    webp = b"RIFF\x1e\0\0\0WEBPVP8X\x0a\0\0\0\x10\0\0\0\xff\xff\xff\xff\xff\xff" + b"ANMF\0\0\0\0"
    packed_zeros = BytesIO()
    with zipfile.ZipFile(packed_zeros, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("clip.mp4", b"\0" * (64 << 20))
    return {"a.gif": gif, "b.png": png, "c.webp": webp, "d.zip": packed_zeros.getvalue()}


def test_bombs_fail_with_one_clear_line_each(tmp_path: Path) -> None:
    with running_process(tmp_path) as (_process, address), httpx.Client(base_url=address, timeout=60) as client:
        pages = []
        for name, content in bombs().items():
            assert len(content) < 1 << 20
            pages.append(client.post("/clips", params={"name": name}, content=content).json()["page"])
            client.post(f"{pages[-1]}/start", data={})
        for page in pages:
            wait_until(lambda page=page: client.get(f"{page}/state").json()["state"] == "failed", ANALYSIS_S)
            assert client.get(f"{page}/state").json()["words"]
            assert client.get(page).text.count('role="alert"') == 1
        assert client.get("/").status_code == 200


@pytest.mark.skipif(os.name != "posix", reason="modes of files are those of POSIX")
def test_files_are_for_their_owner_only(client: httpx.Client, page: str, folder: Path) -> None:
    wait_until(lambda: client.get(f"{page}/preview").json()["step"] > 0, ANALYSIS_S)
    paths = [folder, *folder.rglob("*")]
    assert any(path.name == "still.jpg" for path in paths)
    assert [path for path in paths if path.stat().st_mode & 0o077] == []


def test_second_app_on_a_folder_ends_with_one_line_and_harms_no_upload(address: str, folder: Path) -> None:
    command = [sys.executable, "-m", "posture", "app", "--no-open", "--port", "0", "--folder", str(folder)]
    with connect(address) as connection:
        connection.sendall(head(address, "POST", "/clips?name=a.mp4", "Content-Length: 10"))
        wait_until(lambda: bool(half_received(folder)), 60)
        ended = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
        assert ended.returncode == 1
        assert ended.stderr.count("\n") == 1
        assert "another posture app uses this folder" in ended.stderr
