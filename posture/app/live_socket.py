"""The WebSocket of a session with the browser's camera, one session at a time.

Binary messages of the page are pictures, texts are commands; it gets JSON. The session runs in a process of its own,
see `posture.app.live_process`; this module only passes messages on.
"""

from __future__ import annotations

import asyncio
import json
import secrets
import shutil
import threading
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from pathlib import Path

from starlette.websockets import WebSocket, WebSocketDisconnect

from posture.app.library import INCOMING
from posture.app.live_messages import COMMAND, MAX_MESSAGE, PICTURE, PageSession
from posture.app.live_process import start_session
from posture.app.pages import in_language_of
from posture.app.phone_session import phone_session
from posture.coach.plan import EXERCISES
from posture.language import gettext as _
from posture.language import language
from posture.output.names import SESSION_VIDEO

TOO_LARGE = 1009
# The session has this long to end, seconds; it closes its video.
END_S = 30.0
# How often a page looks whether the session before it has ended, seconds.
POLL_S = 0.1


class LiveSeat:
    """The place of the one session that may run. Thread-safe: phones have an event loop of their own.

    Attributes
    ----------
    is_ending
        Whether the session that has the place will soon be over.
    """

    def __init__(self) -> None:
        self._is_taken = self.is_ending = False
        self._lock = threading.Lock()

    async def take(self) -> bool:
        """Take the place, once a session that is ending has left it; False when another page has it."""
        while True:
            with self._lock:
                if not self._is_taken:
                    self._is_taken, self.is_ending = True, False
                    return True
                if not self.is_ending:
                    return False
            await asyncio.sleep(POLL_S)

    def leave(self) -> None:
        """Free the place."""
        with self._lock:
            self._is_taken = self.is_ending = False


async def live_socket(websocket: WebSocket) -> None:
    """Serve a page's session until one of both ends it."""
    await websocket.accept()
    seat: LiveSeat = websocket.app.state.live_seat
    with in_language_of(websocket):
        if not await seat.take():
            what, advice = _("Another page is using the camera here."), _("End it there, and start again.")
            await _tell(websocket, {"type": "end", "error": what, "advice": advice})
        else:
            try:
                await _serve(websocket, seat)
            finally:
                seat.leave()
    with suppress(RuntimeError, WebSocketDisconnect):
        await websocket.close()


async def _serve(websocket: WebSocket, seat: LiveSeat) -> None:
    wanted, library = _wanted(websocket), websocket.app.state.library
    folder = library.folder / INCOMING / secrets.token_hex(8)
    keeps = websocket.query_params.get("keep") == "1" and wanted.exercise is None
    process, connection = await asyncio.to_thread(start_session, replace(wanted, record=folder) if keeps else wanted)
    try:
        await _pass_on(websocket, seat, process, connection)
        if keeps and (folder / SESSION_VIDEO).is_file():
            page = await asyncio.to_thread(_keep, websocket, folder / SESSION_VIDEO)
            await _tell(websocket, {"type": "kept", "page": page})
    finally:
        # Only a session that was cancelled is still alive.
        process.kill()
        await asyncio.to_thread(process.join)
        connection.close()
        shutil.rmtree(folder, ignore_errors=True)


def _wanted(websocket: WebSocket) -> PageSession:
    query = websocket.query_params
    exercise = next((known for known in EXERCISES if known == query.get("exercise")), None)
    return PageSession(
        language(),
        exercise,
        has_camera=exercise is None or query.get("camera") != "0",
        model="lite" if query.get("model") == "lite" else None,
        facing="left" if query.get("facing") == "left" else "right",
    )


async def _pass_on(websocket: WebSocket, seat: LiveSeat, process: SpawnProcess, connection: Connection) -> None:
    """Pass messages on in both directions until the session has ended."""
    to_page = asyncio.create_task(_to_page(websocket, connection))
    from_page = asyncio.create_task(_from_page(websocket, connection))
    try:
        await asyncio.wait({to_page, from_page}, return_when=asyncio.FIRST_COMPLETED)
        seat.is_ending = True
        if not to_page.done():
            # The page has gone.
            with suppress(OSError):
                await asyncio.to_thread(connection.send_bytes, COMMAND + b"quit")
            await asyncio.wait({to_page}, timeout=END_S)
    finally:
        from_page.cancel()
        if not to_page.done():
            process.kill()
        # It ends with the process.
        is_explained = await to_page
    if not is_explained:
        what = _("The session has ended because of an internal error.")
        await _tell(websocket, {"type": "end", "error": what, "advice": _("Start it again.")})


async def _to_page(websocket: WebSocket, connection: Connection) -> bool:
    """Send the session's messages until it ends; return whether it said why."""
    is_explained = False
    while True:
        try:
            message = json.loads(await asyncio.to_thread(connection.recv_bytes))
        except (EOFError, OSError):
            return is_explained
        is_explained = is_explained or message["type"] == "end"
        await _tell(websocket, message)


async def _from_page(websocket: WebSocket, connection: Connection) -> None:
    """Pass on what the page sends until it leaves."""
    while True:
        message = await websocket.receive()
        if message["type"] == "websocket.disconnect":
            return
        content = message.get("bytes")
        data = COMMAND + (message.get("text") or "").encode() if content is None else PICTURE + content
        if len(data) > MAX_MESSAGE + 1:
            await websocket.close(TOO_LARGE)
            return
        try:
            await asyncio.to_thread(connection.send_bytes, data)
        except OSError:
            return


async def _tell(websocket: WebSocket, message: dict[str, object]) -> None:
    """Send a message, unless the page has gone."""
    with suppress(RuntimeError, WebSocketDisconnect):
        await websocket.send_text(json.dumps(message))


def _keep(websocket: WebSocket, video: Path) -> str:
    """Store a session's video as a clip, queue its analysis, and return the address of its page."""
    state = websocket.app.state
    record = state.library.add(video, f"webcam-{datetime.now():%H-%M}.mp4").model_copy(update={"lang": language()})
    state.jobs.submit(record)
    if (phone := phone_session()) is not None:
        phone.clips.add(record.id)
    return str(websocket.app.url_path_for("clip", clip_id=record.id))
