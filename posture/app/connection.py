"""HTTP connections that have to say within a time limit what they want.

uvicorn waits for the headers of a request as long as a client likes (a "slow loris"), and each that waits takes one of
the connections.
"""

from __future__ import annotations

import asyncio
from typing import Any

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

# Long enough that a browser gets the answer; then it need not send the rest of its gigabytes.
UNREAD_S = 2.0


def impatient_protocol(headers_s: float) -> type[H11Protocol]:
    """Return a protocol that closes a connection whose first line and headers take longer than some seconds."""

    class ImpatientProtocol(H11Protocol):
        _timer: asyncio.TimerHandle | None = None

        def connection_made(self, transport: Any) -> None:
            super().connection_made(transport)
            self._watch()

        def data_received(self, data: bytes) -> None:
            super().data_received(data)
            self._watch()

        def connection_lost(self, exc: Exception | None) -> None:
            self._forget()
            super().connection_lost(exc)

        def _watch(self) -> None:
            """Start the clock at the first byte, and stop it when the headers are complete.

            A body that nobody reads, since the request is answered already, gets `UNREAD_S` to end.
            """
            is_unread = self.conn.our_state is h11.DONE and self.conn.their_state is h11.SEND_BODY
            if self.conn.their_state is not h11.IDLE and not is_unread:
                self._forget()
            elif self._timer is None:
                self._timer = self.loop.call_later(UNREAD_S if is_unread else headers_s, self.transport.close)

        def _forget(self) -> None:
            if self._timer is not None:
                self._timer.cancel()
                self._timer = None

    return ImpatientProtocol
