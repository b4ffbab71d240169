"""Pages of the phone access: the code and the button that closes it; on the phone, the entry."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from posture.app.pages import in_language_of, page
from posture.app.phone import COOKIE, PhoneAccess
from posture.app.qr_code import qr_svg


def show_access(request: Request) -> Response:
    """Return the computer's page: the code to scan, until when it opens, and the button that closes it."""
    opened = _access(request).opened
    code = None if opened is None or opened.link is None else qr_svg(opened.link)
    with in_language_of(request):
        return page("phone_access.html", access=opened, code=code)


def access_state(request: Request) -> Response:
    """Return what the computer's page shows, for its script that notices changes."""
    opened = _access(request).opened
    return JSONResponse({"state": "closed" if opened is None else f"{opened.phones} {opened.code is not None}"})


def open_access(request: Request) -> Response:
    """Open the access, or make a new code."""
    with in_language_of(request):
        _access(request).open()
    return RedirectResponse(request.url_for("phone").path, 303)


def close_access(request: Request) -> Response:
    """Close the access at once."""
    _access(request).close()
    return RedirectResponse(request.url_for("phone").path, 303)


def enter(request: Request) -> Response:
    """Let a phone in for its code, and give it the cookie of a session."""
    access = _access(request)
    with in_language_of(request):
        response = page("phone_enter.html")
        # A page that is loaded twice, or only asked about, must not use up the code.
        if request.method == "GET" and access.session(request.cookies.get(COOKIE, "")) is None:
            secret = access.enter(request.query_params.get("code", ""))
            response.set_cookie(COOKIE, secret, secure=True, httponly=True, samesite="strict")
    return response


def _access(request: Request) -> PhoneAccess:
    access: PhoneAccess = request.app.state.phone
    return access
