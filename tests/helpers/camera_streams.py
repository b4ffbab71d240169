"""Simulated cameras: an MJPEG server on loopback, and a writer of MPEG-TS into a pipe."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import av
import cv2
import numpy as np


def picture(number: int, size: tuple[int, int] = (160, 120)) -> np.ndarray:
    """Return a grey RGB picture that gets lighter with its number."""
    return np.full((size[1], size[0], 3), 20 + number % 200, dtype=np.uint8)


class Server:
    """MJPEG server.

    Attributes
    ----------
    mode : str
        ``send``; ``stall``: the connection stays, nothing comes; ``break``: every connection ends.
    every_s : float
    open_now : int
        Connections that are open.
    """

    def __init__(self, pictures: Sequence[bytes] = (), every_s: float = 0.03) -> None:
        self.mode = "send"
        self.every_s = every_s
        self._pictures = pictures
        self.open_now = 0
        self.connections = 0
        self.stopping = threading.Event()
        owner = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                owner.serve(self)

            def log_message(self, *_: object) -> None:
                pass

        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._http.daemon_threads = True
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self._http.server_address[1]}/video"

    def serve(self, handler: BaseHTTPRequestHandler) -> None:
        if self.mode == "break":
            handler.send_error(503)
            return
        self.open_now += 1
        self.connections += 1
        with suppress(OSError):
            handler.send_response(200)
            handler.send_header("Content-Type", "multipart/x-mixed-replace; boundary=frame")
            handler.end_headers()
            number = 0
            due_s = time.monotonic()
            while not self.stopping.is_set() and self.mode != "break":
                if self.mode == "send":
                    data = self._jpeg(number)
                    head = f"--frame\r\nContent-Type: image/jpeg\r\nContent-Length: {len(data)}\r\n\r\n"
                    handler.wfile.write(head.encode() + data + b"\r\n")
                    handler.wfile.flush()
                    number += 1
                # By the clock, as a camera does: the time for sending is not added.
                due_s = max(due_s + self.every_s, time.monotonic() - self.every_s)
                self.stopping.wait(max(0.001, due_s - time.monotonic()))
        self.open_now -= 1

    def _jpeg(self, number: int) -> bytes:
        if self._pictures:
            # Forwards and backwards, so that the person does not jump.
            count = len(self._pictures)
            place = number % (2 * count)
            return self._pictures[place if place < count else 2 * count - 1 - place]
        return bytes(cv2.imencode(".jpg", picture(number))[1])

    def close(self) -> None:
        self.stopping.set()
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()


@contextmanager
def serving(pictures: Sequence[bytes] = (), every_s: float = 0.03) -> Iterator[Server]:
    """Serve grey pictures, or the given JPEGs in a loop."""
    server = Server(pictures, every_s)
    try:
        yield server
    finally:
        server.close()


def write_pipe(path: Path, count: int, *, every_s: float = 0.02) -> threading.Thread:
    """Write grey pictures as MPEG-TS into a pipe, in a thread."""

    def run() -> None:
        with suppress(OSError, av.error.FFmpegError), av.open(str(path), "w", format="mpegts") as out:
            stream = out.add_stream(
                "libx264", rate=30, options={"preset": "ultrafast", "tune": "zerolatency", "g": "5"}
            )
            stream.width, stream.height, stream.pix_fmt = 160, 120, "yuv420p"
            wait = threading.Event()
            for number in range(count):
                frame = av.VideoFrame.from_ndarray(picture(number), format="rgb24")
                out.mux(stream.encode(frame))
                wait.wait(every_s)
            out.mux(stream.encode(None))

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    return thread
