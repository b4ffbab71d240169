"""Tests of the window under Xvfb, which keeps its picture in a file; xdotool presses the keys."""

from __future__ import annotations

import ctypes
import os
import shutil
import struct
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
from helpers.camera_streams import serving
from live.soak import pictures

NEEDED = ("Xvfb", "xdotool")
pytestmark = pytest.mark.skipif(
    not sys.platform.startswith("linux") or not all(map(shutil.which, NEEDED)),
    reason="needs Linux with Xvfb and xdotool (apt-get install xvfb xdotool)",
)
SIZE = (1280, 800)


@pytest.fixture
def screen(tmp_path: Path) -> Iterator[tuple[str, Path]]:
    """Start a display, and return its name and the file of its picture.

    Without ``-noreset`` a display resets when its last client leaves, and refuses clients at that moment: 11 of 60
    windows failed that way while xdotool came and went.
    """
    reading, writing = os.pipe()
    server = subprocess.Popen(
        [
            "Xvfb",
            "-displayfd",
            str(writing),
            "-screen",
            "0",
            f"{SIZE[0]}x{SIZE[1]}x24",
            "-fbdir",
            str(tmp_path),
            "-noreset",
        ],
        pass_fds=[writing],
        stderr=subprocess.DEVNULL,
    )
    os.close(writing)
    with os.fdopen(reading) as pipe:
        name = pipe.readline().strip()
    assert name, "Xvfb did not start"
    try:
        yield f":{name}", tmp_path / "Xvfb_screen0"
    finally:
        server.terminate()
        server.wait(20.0)


def pixels(path: Path) -> np.ndarray:
    """Return a display's picture from its xwd file, RGB."""
    data = path.read_bytes()
    head = struct.unpack(">25I", data[:100])
    width, height, line, colours = head[4], head[5], head[12], head[19]
    rows = np.frombuffer(data, np.uint8, line * height, head[0] + 12 * colours)
    return rows.reshape(height, line // 4, 4)[:, :width, 2::-1]


def xdotool(display: str, *words: str) -> None:
    subprocess.run(
        ["xdotool", *words],
        env={**os.environ, "DISPLAY": display},
        check=True,
        capture_output=True,
        timeout=20.0,
    )


def press(display: str, window: str, key: str) -> None:
    xdotool(display, "key", "--window", window, key)


def shows_a_picture(display: str, window: str, file: Path, colours: int = 500) -> Callable[[], bool]:
    """Return a predicate: does the window show a picture of more than some colours at its left?

    Without a window manager Qt sometimes misses that its window is visible, and never paints it (6 of 24 windows on a
    busy machine; none of 24 with a manager). Unmapping and mapping the window again repairs that.
    """
    checked_s = time.monotonic()

    def is_painted() -> bool:
        nonlocal checked_s
        if len(np.unique(pixels(file)[:, :640].reshape(-1, 3), axis=0)) > colours:
            return True
        if time.monotonic() - checked_s > 15.0:
            checked_s = time.monotonic()
            # On a machine that is too busy to follow, the next attempt may succeed; the picture is waited for anyway.
            with suppress(subprocess.SubprocessError):
                xdotool(display, "windowunmap", "--sync", window)
            with suppress(subprocess.SubprocessError):
                xdotool(display, "windowmap", "--sync", window)
        return False

    return is_painted


class _Message(ctypes.Structure):
    """XClientMessageEvent of Xlib."""

    _fields_ = (
        ("type", ctypes.c_int),
        ("serial", ctypes.c_ulong),
        ("sent", ctypes.c_int),
        ("display", ctypes.c_void_p),
        ("window", ctypes.c_ulong),
        ("kind", ctypes.c_ulong),
        ("format", ctypes.c_int),
        ("data", ctypes.c_long * 5),
        ("rest", ctypes.c_long * 12),
    )


def close(display: str, window: int) -> None:
    """Ask a window to close, as its button does, which xdotool cannot."""
    client_message = 33
    x = ctypes.CDLL("libX11.so.6")
    x.XOpenDisplay.restype = ctypes.c_void_p
    x.XInternAtom.restype = ctypes.c_ulong
    server = ctypes.c_void_p(x.XOpenDisplay(display.encode()))
    kind, wish = (x.XInternAtom(server, name, 0) for name in (b"WM_PROTOCOLS", b"WM_DELETE_WINDOW"))
    message = _Message(type=client_message, sent=1, display=server, window=window, kind=kind, format=32)
    message.data[0] = wish
    x.XSendEvent(server, ctypes.c_ulong(window), 0, ctypes.c_long(0), ctypes.byref(message))
    x.XCloseDisplay(server)


def find_window(display: str, process: subprocess.Popen[str]) -> str:
    end = time.monotonic() + 90.0
    while time.monotonic() < end and process.poll() is None:
        result = subprocess.run(
            ["xdotool", "search", "--name", "posture live"],
            env={**os.environ, "DISPLAY": display},
            capture_output=True,
            text=True,
            timeout=20.0,
            check=False,
        ).stdout.split()
        if result:
            return result[0]
        time.sleep(0.2)
    raise AssertionError("no window was opened")


def wait_for(condition: str, reached: Callable[[], object], seconds: float = 90.0) -> None:
    end = time.monotonic() + seconds
    while not reached():
        assert time.monotonic() < end, f"waited in vain for {condition}"
        time.sleep(0.2)


def test_window_shows_runner_obeys_keys_and_can_be_closed(screen: tuple[str, Path], tmp_path: Path) -> None:
    display, file = screen
    # A stream never ends, however slow the machine is.
    with serving(pictures(12), 0.1) as server, tempfile.TemporaryFile("w+") as log:
        process = subprocess.Popen(
            [
                *(sys.executable, "-m", "posture", "live", server.address),
                *("--model", "lite", "--mute", "--lang", "en"),
            ],
            cwd=tmp_path, env={**os.environ, "DISPLAY": display}, stdout=log, stderr=log, text=True,
        )  # fmt: skip
        try:
            window = find_window(display, process)
            wait_for("the picture", shows_a_picture(display, window, file))
            press(display, window, "p")
            wait_for("the camera to be let go", lambda: server.open_now == 0)
            press(display, window, "s")
            wait_for("the snapshot", lambda: list(tmp_path.glob("posture-*.jpg")))
            press(display, window, "p")
            wait_for("the camera to be taken again", lambda: server.open_now == 1)
            close(display, int(window))
            code = process.wait(90.0)
        finally:
            process.kill()
            process.wait(20.0)
        log.seek(0)
        text = log.read()
    assert code == 0, text
    assert "pictures analysed" in text
    assert "QFontDatabase" not in text
    assert "Traceback" not in text


def test_closing_screen_fills_the_window_until_a_key_is_pressed(screen: tuple[str, Path], samples_dir: Path) -> None:
    display, file = screen
    process = subprocess.Popen(
        [
            *(sys.executable, "-m", "posture", "live", samples_dir / "run_hollow.mp4", "--every-frame"),
            *("--model", "lite", "--mute", "--lang", "en"),
        ],
        env={**os.environ, "DISPLAY": display}, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip

    def is_closing() -> bool:
        """Return whether the banner of a hollow back, and no picture below it, fills the window."""
        picture = pixels(file)
        banner, below = picture[8, 8:-8], picture[SIZE[1] // 2 :, 8:-8]
        return bool((banner == (150, 84, 0)).all() and len(np.unique(below.reshape(-1, 3), axis=0)) < 2000)

    try:
        window = find_window(display, process)
        wait_for("the closing screen", is_closing, 150.0)
        assert process.poll() is None
        press(display, window, "x")
        out, err = process.communicate(timeout=60.0)
    finally:
        process.kill()
        process.wait(20.0)
    assert process.returncode == 0, err
    assert "Hollow back in " in out
    assert out.splitlines()[-1] == "Do this next: posture exercises towel"


def test_unanswering_display_counts_as_no_screen(samples_dir: Path) -> None:
    code = (
        "from posture.live.screen import load_opencv_before_pyav; load_opencv_before_pyav()\n"
        "from posture.live.screen.window import has_screen; print(has_screen())"
    )
    for display in ("", ":987"):
        environment = {**os.environ, "DISPLAY": display, "WAYLAND_DISPLAY": ""}
        result = subprocess.run(
            [sys.executable, "-c", code],
            env=environment,
            capture_output=True,
            text=True,
            timeout=90.0,
            check=True,
        )
        assert result.stdout.strip() == "False"
