"""Access for a phone: an address in the local network, behind a code that opens it once.

While it is closed, only this computer reaches the app. A phone that entered may send clips, and see and delete those
that it sent; everything else is the computer's.
"""

from __future__ import annotations

import secrets
import socket
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import IPv4Address
from urllib.parse import urlencode

from starlette.applications import Starlette
from starlette.requests import HTTPConnection, Request
from starlette.types import Receive, Scope, Send

from posture.app.certificate import make_certificate
from posture.app.guard import POLICY_VIOLATION, Gate, Site
from posture.app.network import is_local, local_address
from posture.app.pages import failed
from posture.app.phone_session import PhoneSession, from_phone
from posture.app.serving import ServerThread, listen, make_server
from posture.app.settings import AppOptions
from posture.app.uploads import RefusedError
from posture.errors import OptionError
from posture.language import gettext as _

# The prefix makes browsers refuse the cookie without Secure, or from another host.
COOKIE = "__Host-posture"
ENTER = "/enter"
# Pages for every phone that entered; the rest are about the clips that it sent.
PHONE_PATHS = frozenset({"/", "/clips", "/clips/start", "/guide", "/webcam", "/coach", "/live"})
PHONE_FOLDERS = ("/coach/", "/exercises/")


@dataclass(frozen=True)
class OpenAccess:
    """Open access, as the computer shows it.

    Attributes
    ----------
    code
        Opens it once; None where it did, or where it is too old.
    phones
        Number of phones that entered.
    """

    site: Site
    fingerprint: str
    until: datetime
    code: str | None
    phones: int

    @property
    def link(self) -> str | None:
        """Address that the phone opens; None without a code."""
        return None if self.code is None else f"{self.site.origin}{ENTER}?{urlencode({'code': self.code})}"


class PhoneAccess:
    """Opens and closes the access for phones. Thread-safe; a context manager that closes it at the end."""

    def __init__(self, app: Starlette, options: AppOptions) -> None:
        self._app, self._options, self._limits = app, options, options.limits
        self._lock = threading.Lock()
        self._stop: Callable[[], None] | None = None
        self._opened: OpenAccess | None = None
        self._codes = _Codes(self._limits.code_s, self._limits.wrong_codes)
        self._sessions: dict[str, PhoneSession] = {}

    def __enter__(self) -> PhoneAccess:
        """Return itself."""
        return self

    def __exit__(self, *_error: object) -> None:
        """Close the access."""
        self.close()

    @property
    def opened(self) -> OpenAccess | None:
        """The open access; None while it is closed."""
        with self._lock:
            if self._opened is None:
                return None
            site, fingerprint, until = self._opened.site, self._opened.fingerprint, self._opened.until
            return OpenAccess(site, fingerprint, until, self._codes.current, len(self._sessions))

    def open(self) -> None:
        """Make a new code, and open the access where it is closed.

        Raises
        ------
        OptionError
            When this computer is in no local network, or the address cannot be used.
        """
        with self._lock:
            self._codes.renew()
            if self._opened is None:
                self._open()

    def close(self) -> None:
        """Close the access: end the sessions of all phones, and stop listening."""
        with self._lock:
            stop, self._stop, self._opened = self._stop, None, None
            self._sessions.clear()
            self._codes.forget()
        if stop is not None:
            stop()

    def enter(self, code: str) -> str:
        """Return the secret of a new session for a code.

        Raises
        ------
        RefusedError
            When the code is wrong, used or too old.
        """
        with self._lock:
            self._codes.spend(code)
            secret = secrets.token_urlsafe(32)
            self._sessions[secret] = PhoneSession()
            return secret

    def session(self, secret: str) -> PhoneSession | None:
        """Return the session with a secret; None without one."""
        with self._lock:
            return self._sessions.get(secret)

    def _open(self) -> None:
        address = self._options.phone_address or local_address()
        if address is None:
            raise OptionError(
                _("this computer is in no local network"),
                where="--phone",
                advice=_("Connect it to the Wi-Fi of your phone, or name its address with --phone-address."),
            )
        listener = _listen(address, self._options.port and self._options.port + 1)
        site = Site("https", address, listener.getsockname()[1])
        certificate = make_certificate(address)
        door = PhoneDoor(self._app, self)
        server = ServerThread(make_server(Gate(door, [site]), self._limits, certificate.context), listener)
        timer = threading.Timer(self._limits.phone_s, self.close)
        timer.daemon = True
        timer.start()

        def stop() -> None:
            timer.cancel()
            server.close()

        until = datetime.now().astimezone() + timedelta(seconds=self._limits.phone_s)
        self._stop, self._opened = stop, OpenAccess(site, certificate.fingerprint, until, None, 0)


def _listen(address: str, port: int) -> socket.socket:
    """Return a socket at a port, or where that is taken, at any; raise OptionError where there is none."""
    try:
        if not (is_local(address) or IPv4Address(address).is_loopback):
            raise OSError(_("it is not an address of a local network"))
        with suppress(OSError):
            return listen(address, port)
        return listen(address, 0)
    except (OSError, ValueError) as error:
        raise OptionError(
            _("the address {address} cannot be used ({reason})").format(address=address, reason=error),
            where="--phone",
            advice=_("Name this computer's address in the Wi-Fi of your phone with --phone-address."),
        ) from error


class _Codes:
    """Code that opens the access once, for a while, and not after too many wrong ones."""

    def __init__(self, valid_s: float, most_wrong: int) -> None:
        self._valid_s, self._most_wrong = valid_s, most_wrong
        self._used: set[str] = set()
        self.forget()

    @property
    def current(self) -> str | None:
        """The code, if it still opens."""
        return self._code if self._code not in self._used and not self._refusal() else None

    def renew(self) -> None:
        """Make a new code, which replaces the one before."""
        self._code: str | None = secrets.token_urlsafe(16)
        self._until_s = time.monotonic() + self._valid_s
        self._wrong = 0

    def forget(self) -> None:
        """Forget the code, so that nothing opens the access."""
        self._code, self._until_s, self._wrong = None, 0.0, 0

    def spend(self, code: str) -> None:
        """Use the code; raise `RefusedError` where it opens nothing."""
        advice = _("Show a new code on the computer, and scan that.")
        if code in self._used:
            raise RefusedError(403, _("This code was used already."), advice)
        if why := self._refusal():
            raise RefusedError(403, why, advice)
        if self._code is None or not secrets.compare_digest(code.encode(), self._code.encode()):
            self._wrong += 1
            raise RefusedError(403, _("This code is wrong."), advice)
        self._used.add(code)

    def _refusal(self) -> str | None:
        if self._wrong >= self._most_wrong:
            return _("There were too many wrong codes.")
        if self._code is not None and time.monotonic() > self._until_s:
            return _("This code is too old.")
        return None


class PhoneDoor:
    """ASGI middleware in front of the app that lets phones in, each to its own clips only."""

    def __init__(self, app: Starlette, access: PhoneAccess) -> None:
        self._app, self._access = app, access

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on what a phone may ask for; answer everything else with one line."""
        scope["app"] = self._app
        session = self._access.session(HTTPConnection(scope).cookies.get(COOKIE, ""))
        with from_phone(session or PhoneSession()):
            refusal = _refusal(scope["path"], session)
            if refusal is not None and scope["type"] == "websocket":
                await receive()
                await send({"type": "websocket.close", "code": POLICY_VIOLATION, "reason": "refused"})
            elif refusal is not None:
                await failed(Request(scope), refusal)(scope, receive, send)
            else:
                await self._app(scope, receive, send)


def _refusal(path: str, session: PhoneSession | None) -> RefusedError | None:
    """Return why a phone may not ask for something; None where it may."""
    if path == ENTER or path.startswith("/static/"):
        return None
    if session is None:
        return RefusedError(403, _("This phone has no access."), _("Scan the code that the computer shows."))
    parts = path.split("/")
    if path in PHONE_PATHS or path.startswith(PHONE_FOLDERS) or (parts[1] == "clips" and parts[2] in session.clips):
        return None
    return RefusedError(403, _("A phone may open only what it has sent."))
