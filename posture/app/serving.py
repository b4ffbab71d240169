"""Sockets to listen on, uvicorn's settings, and a server in a thread of its own."""

from __future__ import annotations

import socket
import ssl
import sys
import threading

import uvicorn
from starlette.types import ASGIApp

from posture.app.connection import impatient_protocol
from posture.app.live_messages import MAX_MESSAGE
from posture.app.settings import AppLimits

LOOPBACK = "127.0.0.1"
# Requests that are being answered get this long when a server ends, seconds.
GRACE_S = 2


def listen(host: str, port: int) -> socket.socket:
    """Return a socket that listens at an address of this computer; raise OSError where it cannot."""
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    if sys.platform != "win32":
        # Allows a port whose last connections are not forgotten yet; on Windows it would allow one that is taken.
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen()
    except OSError:
        listener.close()
        raise
    return listener


def make_server(app: ASGIApp, limits: AppLimits, context: ssl.SSLContext | None = None) -> uvicorn.Server:
    """Return a server of the app; over HTTPS with the certificate of ``context``."""
    config = uvicorn.Config(
        app,
        http=impatient_protocol(limits.headers_s),
        ws="websockets-sansio",
        ws_max_size=MAX_MESSAGE,
        limit_concurrency=limits.connections,
        timeout_graceful_shutdown=GRACE_S,
        lifespan="off",
        log_level="error",
        access_log=False,
        server_header=False,
        proxy_headers=False,
        date_header=False,
    )
    config.load()
    config.ssl = context
    return uvicorn.Server(config)


class ServerThread:
    """A server beside the main one, which can be closed while that goes on."""

    def __init__(self, server: uvicorn.Server, listener: socket.socket) -> None:
        self._server = server
        self._thread = threading.Thread(
            target=server.run, kwargs={"sockets": [listener]}, name="posture-phone", daemon=True
        )
        self._thread.start()

    def close(self) -> None:
        """Close all connections, and wait for the end."""
        self._server.should_exit = True
        self._thread.join(2 * GRACE_S)
