"""Sockets to listen on, and the settings of uvicorn."""

from __future__ import annotations

import socket
import ssl
import sys

import uvicorn
from starlette.types import ASGIApp

from posture.app.connection import impatient_protocol
from posture.app.settings import AppLimits
from posture.errors import OptionError
from posture.language import gettext as _

LOOPBACK = "127.0.0.1"
# Requests that are being answered get this long when a server ends, seconds.
GRACE_S = 2


def listen(host: str, port: int) -> socket.socket:
    """Return a socket that is bound to an address of this computer.

    Raises
    ------
    OptionError
        When the port is taken or not allowed.
    """
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    if sys.platform != "win32":
        # Allows a port whose last connections are not forgotten yet; on Windows it would allow one that is taken.
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen()
    except OSError as error:
        listener.close()
        raise OptionError(
            _("port {port} cannot be used ({reason})").format(port=port, reason=error.strerror or error),
            where="--port",
            advice=_("Is the app running already? Otherwise name another port, or 0 for any that is free."),
        ) from error
    return listener


def make_server(app: ASGIApp, limits: AppLimits, context: ssl.SSLContext | None = None) -> uvicorn.Server:
    """Return a server of the app; over HTTPS with the certificate of ``context``."""
    config = uvicorn.Config(
        app,
        http=impatient_protocol(limits.headers_s),
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
