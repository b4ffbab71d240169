"""Requests as no well-behaved client sends them: bytes over a socket."""

from __future__ import annotations

import socket
from urllib.parse import urlsplit

WAIT_S = 60.0


def connect(address: str) -> socket.socket:
    """Return a connection to the server of an address."""
    parts = urlsplit(address)
    return socket.create_connection((parts.hostname, parts.port), timeout=WAIT_S)


def ask(address: str, sent: bytes) -> bytes:
    """Send bytes, and return all that comes until the server closes the connection."""
    with connect(address) as connection:
        connection.sendall(sent)
        return rest(connection)


def rest(connection: socket.socket) -> bytes:
    """Return what still comes on a connection until the server closes it."""
    received = b""
    try:
        while part := connection.recv(1 << 16):
            received += part
    except ConnectionError:
        pass
    return received


def head(address: str, method: str, target: str, *lines: str) -> bytes:
    """Return the first lines of a request, with the right Host."""
    host = f"Host: {urlsplit(address).netloc}"
    return "\r\n".join([f"{method} {target} HTTP/1.1", host, "Connection: close", *lines, "", ""]).encode("latin-1")


def status(answer: bytes) -> int:
    """Return the status of an answer; 0 where the server only closed the connection."""
    return int(answer.split(b" ", 2)[1]) if answer.startswith(b"HTTP/") else 0
