"""The app's server: its routes, and its life from start to Ctrl-C."""

from __future__ import annotations

import os
import socket
import webbrowser
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from posture.app import clip_pages, home_pages, live_pages, phone_pages, runner_pages, setup_pages
from posture.app.guard import Gate, loopback_sites
from posture.app.jobs import JobQueue, running_queue
from posture.app.library import Library
from posture.app.live_socket import LiveSeat
from posture.app.pages import STATIC, failed, unknown
from posture.app.phone import ENTER, PhoneAccess
from posture.app.preview import Previews, running_previews
from posture.app.qr_code import qr_lines
from posture.app.serving import LOOPBACK, listen, make_server
from posture.app.settings import AppOptions
from posture.app.uploads import Receiver, RefusedError
from posture.batch.layout import LOCK
from posture.errors import OptionError, PostureError
from posture.language import gettext as _
from posture.output.lock import locked_folder
from posture.report.html.document import asset

# Clips show people: what the app writes is for its owner only, on systems that know owners.
PRIVATE = 0o077


def run_app(options: AppOptions, *, notify: Callable[[str], None]) -> None:
    """Serve the app until Ctrl-C.

    ``notify`` takes the lines for the terminal.

    Raises
    ------
    PostureError
        When the folder cannot be used, or the port is taken.
    """
    with (
        _sole_user(Library(options.folder)) as library,
        _listen(options.port) as listener,
        running_queue(library) as jobs,
        running_previews(library) as previews,
    ):
        sites = loopback_sites(listener.getsockname()[1])
        app = build_app(library, jobs, previews, options)
        address = f"{sites[0].origin}/"
        notify(_("posture app: {address} (this computer only). Ctrl-C ends it.").format(address=address))
        notify(_("Clips and results: {path}").format(path=options.folder))
        with PhoneAccess(app, options) as phone:
            app.state.phone = phone
            if options.phone:
                phone.open()
                _show_code(phone, notify)
            if options.opens_browser:
                webbrowser.open(f"{address}phone" if options.phone else address)
            make_server(Gate(app, sites), options.limits).run(sockets=[listener])


def _listen(port: int) -> socket.socket:
    try:
        return listen(LOOPBACK, port)
    except OSError as error:
        raise OptionError(
            _("port {port} cannot be used ({reason})").format(port=port, reason=error.strerror or error),
            where="--port",
            advice=_("Is the app running already? Otherwise name another port, or 0 for any that is free."),
        ) from error


def _show_code(phone: PhoneAccess, notify: Callable[[str], None]) -> None:
    opened = phone.opened
    if opened is not None and opened.link is not None:
        until = f"{opened.until:%H:%M}"
        notify(_("Phone, until {time}: {address}. Scan this code:").format(time=until, address=opened.site.origin))
        for line in qr_lines(opened.link):
            notify(line)


@contextmanager
def _sole_user(library: Library) -> Iterator[Library]:
    """Prepare a folder and keep other apps out of it; what is written inside the block is private."""
    umask = os.umask(PRIVATE)
    taken = _("another posture app uses this folder")
    advice = _("Close that one, or name another folder with --folder.")
    try:
        library.remove_links()
        with locked_folder(library.folder, LOCK, taken=taken, advice=advice):
            library.prepare()
            yield library
    finally:
        os.umask(umask)


def build_app(library: Library, jobs: JobQueue, previews: Previews, options: AppOptions) -> Starlette:
    """Return the application, without the gate in front of it."""
    app = Starlette(
        routes=[
            Route("/", home_pages.home, name="home"),
            Route("/guide", home_pages.guide, name="guide"),
            Route("/clips", home_pages.clips, methods=["GET"]),
            Route("/clips", home_pages.upload, methods=["POST"], name="upload"),
            Route("/clips/start", home_pages.start_all, methods=["POST"]),
            Route("/clips/{clip_id}", clip_pages.show_clip, name="clip"),
            Route("/clips/{clip_id}/state", clip_pages.state, name="state"),
            Route("/clips/{clip_id}/stop", clip_pages.stop, methods=["POST"], name="stop"),
            Route("/clips/{clip_id}/again", clip_pages.analyse_again, methods=["POST"], name="again"),
            Route("/clips/{clip_id}/delete", clip_pages.delete, methods=["POST"], name="delete"),
            Route("/clips/{clip_id}/results/{name}", clip_pages.result, name="result"),
            Route("/clips/{clip_id}/zip", runner_pages.export_clip, name="zip"),
            Route("/runners", runner_pages.show_runners),
            Route("/runner", runner_pages.show_runner),
            Route("/runner/history", runner_pages.show_history),
            Route("/runner/zip", runner_pages.export_runner),
            Route("/runner/delete", runner_pages.delete_runner, methods=["POST"]),
            Route("/compare", runner_pages.show_comparison),
            Route("/compare/page", runner_pages.show_compared),
            Route("/phone", phone_pages.show_access, name="phone"),
            Route("/phone/state", phone_pages.access_state),
            Route("/phone/open", phone_pages.open_access, methods=["POST"]),
            Route("/phone/close", phone_pages.close_access, methods=["POST"]),
            Route(ENTER, phone_pages.enter),
            Route("/clips/{clip_id}/setup", setup_pages.show_setup, name="setup"),
            Route("/clips/{clip_id}/name", setup_pages.name, methods=["POST"]),
            Route("/clips/{clip_id}/start", setup_pages.start, methods=["POST"], name="start"),
            Route("/clips/{clip_id}/preview", setup_pages.preview_state),
            Route("/clips/{clip_id}/preview/{name}", setup_pages.preview_picture),
            *live_pages.routes(),
            Route("/static/style.css", style),
            Mount("/static", StaticFiles(directory=STATIC), name="static"),
        ],
        exception_handlers={PostureError: failed, RefusedError: failed, HTTPException: unknown},
    )
    app.state.library, app.state.jobs, app.state.previews, app.state.options = library, jobs, previews, options
    app.state.receiver, app.state.live_seat = Receiver(library, options.limits), LiveSeat()
    return app


def style(_request: Request) -> Response:
    """Return the style of the reports, which the app shares."""
    return Response(asset("style.css"), media_type="text/css")
