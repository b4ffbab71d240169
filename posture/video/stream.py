"""Live frames of a network stream (HTTP, RTSP and others) or a named pipe."""

from __future__ import annotations

import os
import re
import select
import stat
import threading
import time
from collections.abc import Generator
from contextlib import suppress
from pathlib import Path
from typing import Any

import av
import numpy as np
from av.error import FFmpegError

from posture.errors import VideoError
from posture.language import gettext as _
from posture.types import Image

# Two letters at least: "C:\clip.mp4" is no address.
_ADDRESS = re.compile(r"^[a-zA-Z][a-zA-Z0-9+.-]+://")
# Timeouts for the first answer and between packets, seconds.
OPEN_S, SILENT_S = 5.0, 5.0
# Minimal buffering before the first frame.
_OPTIONS = {"fflags": "nobuffer", "flags": "low_delay", "analyzeduration": "1000000", "probesize": "1000000"}
# Interval at which a waiting reader checks for the stop event.
_POLL_S = 0.1
_PIPE_BYTES = 32 * 1024


def is_address(name: str) -> bool:
    """Whether a name is the address of a stream, such as ``http://...`` or ``rtsp://...``."""
    return _ADDRESS.match(name) is not None


def redact_address(name: str) -> str:
    """Mask the credentials and the query of an address; leave other names unchanged.

    Examples
    --------
    >>> redact_address("rtsp://me:secret@10.0.0.5/live?key=1")
    'rtsp://***@10.0.0.5/live?***'
    """
    if not is_address(name):
        return name
    return re.sub(r"[?#].*", "?***", re.sub(r"(?<=://).*@", "***@", name, flags=re.DOTALL), flags=re.DOTALL)


def is_pipe(name: str) -> bool:
    """Whether a name is the path of a named pipe."""
    try:
        return stat.S_ISFIFO(Path(name).stat().st_mode)
    except (OSError, ValueError):
        return False


def stream_images(
    name: str,
    stop: threading.Event,
    *,
    open_s: float = OPEN_S,
    silent_s: float = SILENT_S,
    writer_s: float | None = None,
) -> Generator[Image]:
    """Yield the frames of a stream as they arrive.

    Parameters
    ----------
    name
        An address, or the path of a named pipe.
    stop
        Ends the stream soon after it is set.
    open_s, silent_s
        Timeouts for the first answer and between packets, seconds.
    writer_s
        Timeout for the writer of a pipe to open it, seconds; None waits for ever.

    Yields
    ------
    array of uint8, shape (height, width, 3)
        RGB.

    Raises
    ------
    VideoError
        When the stream cannot be opened, sends nothing, or fails. A stream that ends raises nothing.
    """
    pipe = _Pipe(Path(name), stop, silent_s, writer_s) if is_pipe(name) else None
    try:
        source: Any = pipe or name
        with av.open(source, timeout=None if pipe else (open_s, silent_s), options=dict(_OPTIONS)) as container:
            streams = container.streams.video
            if not streams:
                raise VideoError(
                    _("contains no video"), where=redact_address(name), advice=_("Name a camera or a video stream.")
                )
            # Each further decoding thread delays the frames by one.
            streams[0].thread_type = "NONE"
            for frame in container.decode(streams[0]):
                if stop.is_set():
                    return
                yield np.ascontiguousarray(frame.to_ndarray(format="rgb24"))
    except (FFmpegError, OSError, ValueError) as error:
        if stop.is_set():
            return
        raise VideoError(
            _("the stream sends no picture ({reason})").format(reason=getattr(error, "strerror", None) or error),
            where=redact_address(name),
            advice=_("Check that the camera is sending and that the address is right."),
        ) from error
    finally:
        if pipe is not None:
            pipe.close()


class _Pipe:
    """File object of a named pipe whose reader can be stopped at any time."""

    def __init__(self, path: Path, stop: threading.Event, silent_s: float, writer_s: float | None) -> None:
        self._file = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
        self._stop = stop
        self._silent_s, self._writer_s = silent_s, writer_s
        self._has_data = False

    def read(self, size: int) -> bytes:
        last_s = time.monotonic()
        while not self._stop.is_set():
            timeout_s = self._silent_s if self._has_data else self._writer_s
            if timeout_s is not None and time.monotonic() - last_s > timeout_s:
                raise TimeoutError(_("it has stopped sending"))
            if not select.select([self._file], [], [], _POLL_S)[0]:
                continue
            with suppress(BlockingIOError):
                data = os.read(self._file, min(size, _PIPE_BYTES))
                if data or self._has_data:
                    self._has_data = True
                    return data
                # Not yet opened for writing.
                self._stop.wait(_POLL_S)
        return b""

    def close(self) -> None:
        os.close(self._file)
