"""HTML of the app: its templates, in the language that the browser asks for."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from starlette.exceptions import HTTPException
from starlette.requests import HTTPConnection, Request
from starlette.responses import HTMLResponse, JSONResponse, Response

from posture.app.library import Library
from posture.app.phone_session import phone_session
from posture.app.record import ClipRecord
from posture.app.uploads import RefusedError
from posture.errors import PostureError
from posture.language import LANGUAGES, Language, gettext, gettext_noop, language, ngettext, use_language
from posture.report.html.document import PACKAGE, printable
from posture.version import __version__

if TYPE_CHECKING:
    from jinja2 import Environment

STATIC = Path(__file__).with_name("static")
LANGUAGE_COOKIE = "lang"
# Entries of the navigation on every page: path and title.
NAVIGATION = (
    ("/", gettext_noop("Clips")),
    ("/webcam", gettext_noop("Webcam")),
    ("/coach", gettext_noop("Exercises")),
    ("/runners", gettext_noop("Runners")),
    ("/phone", gettext_noop("Phone")),
    ("/guide", gettext_noop("How to film")),
)

PHONE_PAGES = ("/", "/guide", "/webcam", "/coach")


def language_of(connection: HTTPConnection, otherwise: Language) -> Language:
    """Return the language that the user chose, else the first of ours that the browser accepts."""
    wanted = [connection.query_params.get(LANGUAGE_COOKIE, ""), connection.cookies.get(LANGUAGE_COOKIE, "")]
    accepted = connection.headers.get("accept-language", "")
    wanted += [part.partition(";")[0].strip()[:2].lower() for part in accepted.split(",")[:20]]
    return next((known for name in wanted for known in LANGUAGES if known == name), otherwise)


@contextmanager
def in_language_of(connection: HTTPConnection) -> Iterator[None]:
    """Use the language of a request inside the block."""
    with use_language(language_of(connection, connection.app.state.options.lang)):
        yield


def failed(request: Request, error: Exception) -> Response:
    """Answer with one clear line, as a page or, to a script, as JSON."""
    assert isinstance(error, PostureError)
    status = error.status if isinstance(error, RefusedError) else 500
    if "text/html" not in request.headers.get("accept", ""):
        return JSONResponse({"error": error.what, "advice": error.advice}, status)
    with in_language_of(request):
        return page("error.html", status=status, error=error)


def unknown(request: Request, error: Exception) -> Response:
    """Answer a request for an address, or with a method, that there is not."""
    assert isinstance(error, HTTPException)
    with in_language_of(request):
        answer = failed(request, RefusedError(error.status_code, gettext("There is no such page.")))
    answer.headers.update(error.headers or {})
    return answer


def library_of(request: Request) -> Library:
    """Return the folder of clips of the app that a request asks."""
    library: Library = request.app.state.library
    return library


def asked_clip(request: Request) -> ClipRecord:
    """Return the clip that a request names; raise `RefusedError` when there is none."""
    record = library_of(request).find(request.path_params["clip_id"])
    if record is None:
        with in_language_of(request):
            raise RefusedError(404, gettext("There is no such clip. Perhaps it was deleted."))
    return record


def page(template: str, *, status: int = 200, **values: object) -> HTMLResponse:
    """Return a page in the active language."""
    # The other pages are not for phones.
    navigation = NAVIGATION if phone_session() is None else [one for one in NAVIGATION if one[0] in PHONE_PAGES]
    common = {"lang": language(), "version": __version__, "navigation": navigation}
    text = _templates().get_template(template).render(**common, **values)
    return HTMLResponse(text, status)


@cache
def _templates() -> Environment:
    from jinja2 import ChoiceLoader, Environment, PackageLoader, PrefixLoader, StrictUndefined

    templates = Environment(
        # Signs and drawings are those of the report.
        loader=ChoiceLoader([PackageLoader("posture.app"), PrefixLoader({"report": PackageLoader(PACKAGE)})]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=printable,
    )
    templates.globals.update(_=gettext, ngettext=ngettext)
    return templates
