"""Files on their way into the app's folder: streamed to the disk, limited in size, number and time."""

from __future__ import annotations

import asyncio
import os
import secrets
import shutil
import threading
import time
import unicodedata
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path

from starlette.requests import ClientDisconnect, Request

from posture.app.library import Library
from posture.app.record import MAX_NAME, ClipRecord
from posture.app.settings import AppLimits
from posture.errors import PostureError
from posture.language import format_number
from posture.language import gettext as _
from posture.output.files import os_errors_as_output_errors

PART_BYTES = 1 << 20
# No phone filmed before 2000.
EARLIEST_S, MAX_DATE_DIGITS = 946_684_800.0, 14


class RefusedError(PostureError):
    """A request that is turned away; ``status`` is that of the answer."""

    def __init__(self, status: int, what: str, advice: str = "") -> None:
        super().__init__(what, advice=advice)
        self.status = status


class Receiver:
    """Receives clips, as many at a time as the limits allow."""

    def __init__(self, library: Library, limits: AppLimits) -> None:
        self._library, self._limits = library, limits
        # Thread-safe: phones have an event loop of their own.
        self._places = threading.Semaphore(limits.uploads)

    async def receive(self, request: Request) -> ClipRecord:
        """Store the body of a request as a clip.

        Raises
        ------
        RefusedError
            When it is too large or too slow, when too many are being received, or when the disk is nearly full.
        OutputError
            When it cannot be written.
        """
        if not self._places.acquire(blocking=False):
            raise RefusedError(503, _("Too many clips are being received."), _("Wait until one has arrived."))
        try:
            self._check_size(request.headers.get("content-length"))
            with self._library.incoming(secrets.token_hex(8)) as path:
                await self._write(request, path)
                _keep_date(path, request.query_params.get("modified", ""))
                name = text_of_name(request.query_params.get("name", ""))
                return await asyncio.to_thread(self._library.add, path, name)
        finally:
            self._places.release()

    def _check_size(self, announced: str | None) -> None:
        length = int(announced) if announced is not None and announced.isdecimal() else 0
        self._check_limit(length)
        self._check_room(length)

    def _check_room(self, length: int = 0) -> None:
        if shutil.disk_usage(self._library.folder).free - length < self._limits.free_bytes:
            raise RefusedError(507, _("There is not enough room on the disk."), _("Free some space and try again."))

    def _check_limit(self, length: int) -> None:
        if length > self._limits.clip_bytes:
            largest = format_number(self._limits.clip_bytes / 2**30, 0)
            raise RefusedError(
                413,
                _("This clip is larger than {largest} GB.").format(largest=largest),
                _("Cut it to half a minute of running, and send it again."),
            )

    async def _write(self, request: Request, path: Path) -> None:
        size = 0
        deadline = asyncio.get_running_loop().time() + self._limits.upload_s
        with os_errors_as_output_errors(path), path.open("xb") as file:
            async for part in _parts(_chunks(request, self._limits.stalled_s, deadline)):
                size += len(part)
                self._check_limit(size)
                # The disk must not keep the server from answering others.
                await asyncio.to_thread(self._check_room)
                await asyncio.to_thread(file.write, part)
        if not size:
            raise RefusedError(400, _("This file is empty."), _("Choose another clip."))


async def _parts(chunks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """Yield pieces of a body in parts that are worth a call of the disk."""
    part = bytearray()
    async for chunk in chunks:
        part += chunk
        if len(part) >= PART_BYTES:
            yield bytes(part)
            part.clear()
    yield bytes(part)


async def _chunks(request: Request, stalled_s: float, deadline_s: float) -> AsyncIterator[bytes]:
    """Yield the parts of a body; raise `RefusedError` when they come too slowly, or the sender goes away."""
    body = request.stream()
    now = asyncio.get_running_loop().time
    while True:
        try:
            async with asyncio.timeout(min(stalled_s, deadline_s - now())):
                chunk = await anext(body)
        except StopAsyncIteration:
            return
        except (TimeoutError, ClientDisconnect):
            with suppress(Exception):
                await body.aclose()
            raise RefusedError(408, _("The clip arrived too slowly, or not completely."), _("Send it again.")) from None
        if chunk:
            yield chunk


def _keep_date(path: Path, stated: str) -> None:
    """Give a file the date that its sender states, milliseconds since 1970, where it can be one of a recording.

    Where the clip itself holds no date, the report names that of its file.
    """
    if (
        stated.isdecimal()
        and len(stated) <= MAX_DATE_DIGITS
        and EARLIEST_S <= (date_s := int(stated) / 1000) <= time.time()
    ):
        os.utime(path, (date_s, date_s))


def text_of_name(name: str) -> str:
    """Return a file's name as a text to display: its last part, without controls and marks of direction."""
    last = name.replace("\\", "/").rpartition("/")[2]
    printable = "".join(c for c in unicodedata.normalize("NFC", last) if c.isprintable())
    return printable[-MAX_NAME:].strip() or "clip"
