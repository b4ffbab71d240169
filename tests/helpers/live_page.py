"""A page with a camera, for tests of ``posture app``: spoken in Python, and the fake camera of Chromium."""

from __future__ import annotations

import json
import ssl
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import av
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin

from posture import analyze
from posture.drawing.canvas import encode_jpeg
from posture.types import PRIMARY_MEASURES

# The models of a session are loaded, and a window is measured, within this time, seconds.
GUARD_S = 240.0


class SpokenPage:
    """A page that is spoken in Python: it sends the pictures of a clip with the clip's own time.

    So every picture is looked at, on a machine of any speed.
    """

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket
        self.shown: dict[str, Any] = {}
        self.others: list[dict[str, Any]] = []

    def hear(self) -> str:
        """Wait for a message, keep what it says, and return its type; ``closed`` at the end."""
        try:
            message = json.loads(self.socket.recv(timeout=GUARD_S))
        except ConnectionClosed:
            return "closed"
        if message["type"] == "screen":
            self.shown |= message
        else:
            self.others.append(message)
        return str(message["type"])

    def hear_until(self, *kinds: str) -> str:
        """Wait for a message of one of some types, and return its type."""
        while (kind := self.hear()) not in (*kinds, "closed"):
            pass
        return kind

    def send_clip(self, path: Path, every: int = 1) -> int:
        """Send every picture of a clip, or one of a few, each when it is asked for, and return their number."""
        count = 0
        with av.open(str(path)) as container:
            for frame in islice(container.decode(video=0), 0, None, every):
                if self.hear_until("next", "end") != "next":
                    break
                jpeg = encode_jpeg(frame.to_ndarray(format="rgb24"))
                self.send_picture(jpeg, float(frame.time or 0.0), skipped=every - 1)
                count += 1
        return count

    def send_picture(self, jpeg: bytes, time_s: float, skipped: int = 0) -> None:
        """Send one picture; ``skipped`` others of the camera came before it."""
        self.socket.send(struct.pack("<dI", time_s, skipped) + jpeg)

    def quit(self) -> list[dict[str, Any]]:
        """End the session, and return the messages other than those of the screen."""
        self.socket.send("quit")
        self.hear_until("closed")
        return self.others

    @property
    def headline(self) -> str:
        """The first line of the banner."""
        return str(self.shown["panel"]["banner"][0]["text"])

    @property
    def lines(self) -> list[str]:
        """The texts of the panel."""
        return [block["text"] for block in self.shown["panel"]["blocks"] if "text" in block]


@cache
def angles_of(clip: Path) -> list[float]:
    """Return pelvic tilt and lumbar arch of a clip by its analysis with the model that the tests use, degrees."""
    measures = analyze(clip, model="lite").measures
    return [measures[name].value for name in PRIMARY_MEASURES]


@contextmanager
def spoken_page(
    address: str, *, origin: str | None = None, cookie: str | None = None, **wanted: object
) -> Iterator[SpokenPage]:
    """Open the app's WebSocket as a page does; ``origin`` is that of the page, ``cookie`` a phone's."""
    socket = f"{address.replace('http', 'ws', 1)}/live?{urlencode(wanted)}"
    context = None
    if address.startswith("https"):
        # The app makes its certificate itself.
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    with connect(
        socket,
        origin=Origin(origin or address),
        ssl=context,
        additional_headers={} if cookie is None else {"Cookie": cookie},
        open_timeout=60,
        close_timeout=60,
        max_size=None,
    ) as opened:
        yield SpokenPage(opened)


def write_fake_camera(clip: Path, path: Path, slowness: int, size: tuple[int, int] = (640, 360)) -> None:
    """Write a clip of 30 pictures a second as Chromium's fake camera plays it, slower by a factor."""
    with av.open(str(clip)) as container, path.open("wb") as file:
        file.write(f"YUV4MPEG2 W{size[0]} H{size[1]} F30:{slowness} Ip A1:1 C420jpeg\n".encode())
        for frame in container.decode(video=0):
            file.write(b"FRAME\n" + frame.reformat(*size, "yuv420p").to_ndarray().tobytes())


def slow_clock(slowness: int) -> str:
    """Return a script that makes the clock of a page's camera slower by a factor.

    Played slower by the same factor, the camera is one of 30 pictures a second again, before a computer that is faster.
    """
    return f"""(() => {{
      const video = HTMLVideoElement.prototype, own = video.requestVideoFrameCallback;
      video.requestVideoFrameCallback = function (look) {{
        return own.call(this, (now, picture) => look(now / {slowness}, {{
          captureTime: (picture.captureTime || now) / {slowness}, presentedFrames: picture.presentedFrames,
        }}));
      }};
    }})();"""
