"""Gate in front of the app: turns away other hosts' pages and names, and tells the browser what a page may load.

Any page on the web can make a browser send requests to this computer. Such requests carry another Origin [1]_, or,
after a name on the web was made to point here (DNS rebinding), another Host [2]_.

References
----------
.. [1] RFC 6454, The Web Origin Concept.
.. [2] RFC 9110, HTTP Semantics, section 7.2.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from posture.language import gettext as _

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data: blob:",
        "media-src 'self' blob:",
        "connect-src 'self'",
        "frame-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
# Reports carry a policy of their own, which is stricter; the app shows them in a frame.
FRAMED_POLICY = "frame-ancestors 'self'"
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    # With "no-referrer", browsers send the form of our own page with the origin "null".
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), microphone=(), geolocation=()",
}
# WebSocket close code for a message that breaks a rule, RFC 6455.
POLICY_VIOLATION = 1008


@dataclass(frozen=True)
class Site:
    """A name under which the app answers: scheme, host and port."""

    scheme: str
    host: str
    port: int

    @property
    def authority(self) -> str:
        """Host and port, as in a Host header."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{host}:{self.port}"

    @property
    def origin(self) -> str:
        """Scheme, host and port, as in an Origin header."""
        return f"{self.scheme}://{self.authority}"


def loopback_sites(port: int) -> tuple[Site, ...]:
    """Return the names of this computer for itself."""
    return tuple(Site("http", host, port) for host in ("127.0.0.1", "localhost", "::1"))


class Gate:
    """ASGI middleware that passes requests to one of its own sites only, from its own pages.

    Parameters
    ----------
    sites
        Names under which the app answers.
    """

    def __init__(self, app: ASGIApp, sites: Sequence[Site]) -> None:
        self.app, self._sites = app, sites

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request with an error, or pass it on and add the headers that restrict its page."""
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
        elif (why := self._refusal(scope)) is not None:
            await _refuse(scope, receive, send, why)
        elif scope["type"] == "websocket":
            await self.app(scope, receive, send)
        else:
            await self.app(scope, receive, _with_headers(send))

    def _refusal(self, scope: Scope) -> str | None:
        headers, sites = Headers(scope=scope), self._sites
        # Several hosts are a way to be read differently by two readers.
        hosts = headers.getlist("host")
        site = next((one for one in sites if hosts == [one.authority]), None)
        if site is None:
            return _("This address is not the app's. Use the one that it printed when it started.")
        changes = scope["type"] == "websocket" or scope["method"] not in SAFE_METHODS
        origin = headers.get("origin")
        if changes and origin is not None and origin != site.origin:
            return _("This came from another page.")
        if scope["type"] == "websocket" and origin is None:
            return _("This came from another page.")
        fetched_by = headers.get("sec-fetch-site", "same-origin")
        is_link = scope["type"] == "http" and scope["method"] == "GET" and headers.get("sec-fetch-mode") == "navigate"
        if fetched_by not in ("same-origin", "none") and not (is_link and headers.get("sec-fetch-dest") == "document"):
            return _("This came from another page.")
        return None


async def _refuse(scope: Scope, receive: Receive, send: Send, why: str) -> None:
    if scope["type"] == "websocket":
        await receive()
        await send({"type": "websocket.close", "code": POLICY_VIOLATION, "reason": "refused"})
        return
    await PlainTextResponse(f"posture: {why}\n", status_code=403)(scope, receive, _with_headers(send))


def _with_headers(send: Send) -> Send:
    async def send_with_headers(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            headers.setdefault("Content-Security-Policy", POLICY)
            headers.setdefault("Cache-Control", "no-store")
            for name, value in HEADERS.items():
                headers[name] = value
        await send(message)

    return send_with_headers
