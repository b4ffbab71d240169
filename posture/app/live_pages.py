"""Pages with the browser's camera: the check of a run, and the coach of an exercise."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route, WebSocketRoute

from posture.app.live_socket import live_socket
from posture.app.pages import in_language_of, page
from posture.app.uploads import RefusedError
from posture.exercises.library import Exercise, load_library, picture_bytes
from posture.language import gettext as _


def routes() -> list[BaseRoute]:
    """Return the routes of these pages, and of the sessions that they begin."""
    return [
        Route("/webcam", webcam),
        Route("/coach", coach),
        Route("/coach/{name}", exercise),
        Route("/exercises/{name}", drawing),
        WebSocketRoute("/live", live_socket),
    ]


def webcam(request: Request) -> Response:
    """Return the page of the running check."""
    with in_language_of(request):
        return page("webcam.html", here="/webcam")


def coach(request: Request) -> Response:
    """Return the page of all exercises."""
    with in_language_of(request):
        return page("coach.html", here="/coach", exercises=load_library())


def exercise(request: Request) -> Response:
    """Return the page of an exercise, on which it is coached."""
    with in_language_of(request):
        return page("exercise.html", here="/coach", exercise=_asked_exercise(request))


def drawing(request: Request) -> Response:
    """Return a drawing of an exercise."""
    name = request.path_params["name"]
    for one in (picture for known in load_library() for picture in known.pictures):
        if one.file == name:
            return Response(picture_bytes(one), media_type="image/webp", headers={"Cache-Control": "max-age=86400"})
    with in_language_of(request):
        raise RefusedError(404, _("There is no such file."))


def _asked_exercise(request: Request) -> Exercise:
    for known in load_library():
        if known.id == request.path_params["name"]:
            return known
    raise RefusedError(404, _("There is no such exercise."), _("Choose one of the exercises."))
