"""The app's server: its routes, and its life from start to Ctrl-C."""

from __future__ import annotations

import socket
import webbrowser
from collections.abc import Callable, Sequence

import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from posture.app import clip_pages
from posture.app.connection import impatient_protocol
from posture.app.guard import Gate, Site, loopback_sites
from posture.app.jobs import JobQueue, running_queue
from posture.app.library import Library
from posture.app.pages import STATIC, in_language_of, page
from posture.app.settings import AppOptions
from posture.app.uploads import Receiver, RefusedError
from posture.batch.layout import LOCK
from posture.errors import OptionError, OutputError, PostureError
from posture.language import gettext as _
from posture.report.html.document import asset

LOOPBACK = "127.0.0.1"


def run_app(options: AppOptions, *, notify: Callable[[str], None]) -> None:
    """Serve the app until Ctrl-C.

    ``notify`` takes the lines for the terminal.

    Raises
    ------
    PostureError
        When the folder cannot be used, or the port is taken.
    """
    from filelock import FileLock, Timeout

    library = Library(options.folder)
    library.prepare()
    lock = FileLock(options.folder / LOCK)
    try:
        lock.acquire(timeout=0)
    except Timeout as error:
        raise OutputError(
            _("another posture app uses this folder"),
            where=options.folder,
            advice=_("Close that one, or name another folder with --folder."),
        ) from error
    with lock, _listen(LOOPBACK, options.port) as listener, running_queue(library) as jobs:
        sites = loopback_sites(listener.getsockname()[1])
        app = build_app(library, jobs, options, lambda: sites)
        address = f"{sites[0].origin}/"
        notify(_("posture app: {address} (this computer only). Ctrl-C ends it.").format(address=address))
        notify(_("Clips and results: {path}").format(path=options.folder))
        if options.opens_browser:
            webbrowser.open(address)
        server = uvicorn.Server(_config(app, options))
        server.run(sockets=[listener])


def build_app(library: Library, jobs: JobQueue, options: AppOptions, sites: Callable[[], Sequence[Site]]) -> Starlette:
    """Return the application; ``sites`` returns the names under which it answers."""
    app = Starlette(
        routes=[
            Route("/", home, name="home"),
            Route("/clips", upload, methods=["POST"], name="upload"),
            Route("/clips/{clip_id}", clip_pages.show_clip, name="clip"),
            Route("/clips/{clip_id}/state", clip_pages.state, name="state"),
            Route("/clips/{clip_id}/start", clip_pages.start, methods=["POST"], name="start"),
            Route("/clips/{clip_id}/delete", clip_pages.delete, methods=["POST"], name="delete"),
            Route("/clips/{clip_id}/results/{name}", clip_pages.result, name="result"),
            Route("/static/style.css", style),
            Mount("/static", StaticFiles(directory=STATIC), name="static"),
        ],
        middleware=[Middleware(Gate, sites=sites)],
        exception_handlers={PostureError: _failed, RefusedError: _failed},
    )
    app.state.library, app.state.jobs, app.state.options = library, jobs, options
    app.state.receiver = Receiver(library, options.limits)
    return app


def home(request: Request) -> Response:
    """Return the first page: the place to drop clips, and the clips that are there."""
    with in_language_of(request):
        return page("home.html", clips=request.app.state.library.clips())


async def upload(request: Request) -> Response:
    """Receive a clip, the body of the request."""
    with in_language_of(request):
        record = await request.app.state.receiver.receive(request)
    return JSONResponse({"id": record.id, "page": request.url_for("clip", clip_id=record.id).path}, 201)


def style(_request: Request) -> Response:
    """Return the style of the reports, which the app shares."""
    return Response(asset("style.css"), media_type="text/css")


def _failed(request: Request, error: Exception) -> Response:
    """Answer with one clear line, as a page or, to a script, as JSON."""
    assert isinstance(error, PostureError)
    status = error.status if isinstance(error, RefusedError) else 500
    if "text/html" not in request.headers.get("accept", ""):
        return JSONResponse({"error": error.what, "advice": error.advice}, status)
    with in_language_of(request):
        return page("error.html", status=status, error=error)


def _listen(host: str, port: int) -> socket.socket:
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        raise OptionError(
            _("port {port} cannot be used ({reason})").format(port=port, reason=error.strerror or error),
            where="--port",
            advice=_("Is the app running already? Otherwise name another port, or 0 for any that is free."),
        ) from error
    return listener


def _config(app: Starlette, options: AppOptions) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        http=impatient_protocol(options.limits.headers_s),
        limit_concurrency=options.limits.connections,
        timeout_graceful_shutdown=2,
        log_level="error",
        access_log=False,
        server_header=False,
        proxy_headers=False,
        date_header=False,
    )
