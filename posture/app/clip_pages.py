"""Pages of one clip: choices before the analysis, progress, report; and what the browser asks for beside them."""

from __future__ import annotations

from typing import Any

from pydantic import ValidationError
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, RedirectResponse, Response

from posture.app.forms import read_form
from posture.app.guard import FRAMED_POLICY
from posture.app.jobs import JobQueue, results_file
from posture.app.library import Library
from posture.app.pages import in_language_of, page
from posture.app.phone_session import visible_clips
from posture.app.record import ClipChoices, ClipRecord
from posture.app.uploads import RefusedError
from posture.language import gettext as _
from posture.language import language, ngettext
from posture.output.names import REPORT

MINUTE_S = 60.0


def show_clip(request: Request) -> Response:
    """Return the page of a clip in its state."""
    record = asked_clip(request)
    with in_language_of(request):
        if record.state == "done":
            return page("report.html", clip=record)
        if record.state == "new":
            others = [one for one in visible_clips(_library(request)) if one.id != record.id]
            return page("setup.html", clip=record, others=others)
        return page("progress.html", clip=record, **_state(request, record))


def state(request: Request) -> Response:
    """Return how far the analysis of a clip is, for the page that waits for it."""
    record = asked_clip(request)
    with in_language_of(request):
        return JSONResponse(_state(request, record))


async def start(request: Request) -> Response:
    """Queue a clip with the choices of the form."""
    record = asked_clip(request)
    with in_language_of(request):
        form = await read_form(request, request.app.state.options.limits.form_bytes)
        chosen = record.model_copy(update={"choices": _choices(form), "lang": language()})
        _library(request).save(chosen)
        _jobs(request).submit(chosen)
    return RedirectResponse(request.url_for("clip", clip_id=record.id).path, 303)


async def delete(request: Request) -> Response:
    """Remove a clip and all that was made of it."""
    _library(request).delete(asked_clip(request).id)
    return RedirectResponse(request.url_for("home").path, 303)


def result(request: Request) -> Response:
    """Return a file of a clip's results."""
    path = results_file(_library(request), asked_clip(request), request.path_params["name"])
    if path is None:
        raise RefusedError(404, _("There is no such file."))
    headers = {"Content-Security-Policy": FRAMED_POLICY} if path.name == REPORT else None
    return FileResponse(path, headers=headers)


def asked_clip(request: Request) -> ClipRecord:
    """Return the clip that a request names; raise `RefusedError` when there is none."""
    record = _library(request).find(request.path_params["clip_id"])
    if record is None:
        with in_language_of(request):
            raise RefusedError(404, _("There is no such clip. Perhaps it was deleted."))
    return record


def _choices(form: dict[str, str]) -> ClipChoices:
    try:
        return ClipChoices.model_validate(form)
    except ValidationError as error:
        field = str(error.errors()[0]["loc"][0])
        raise RefusedError(400, _("The value of {field} cannot be used.").format(field=field)) from None


def _state(request: Request, record: ClipRecord) -> dict[str, Any]:
    """Return the state of a clip in words and numbers."""
    progress, ahead = _jobs(request).progress(record.id), _jobs(request).ahead_of(record.id)
    if record.state == "failed":
        words = record.reason or ""
    elif progress is None:
        words = ngettext("{count} clip is before it.", "{count} clips are before it.", ahead).format(count=ahead)
        words = words if ahead else _("Waits to begin.")
    elif progress.left_s is None:
        words = _("Looking at the clip.")
    else:
        words = _time_left(progress.left_s)
    return {
        "state": record.state,
        "done": 0 if progress is None else progress.done,
        "expected": 0 if progress is None else progress.expected,
        "words": words,
        "advice": record.advice or "",
    }


def _time_left(seconds: float) -> str:
    if seconds < MINUTE_S:
        rounded = max(5, 5 * round(seconds / 5))
        return _("About {count} seconds left.").format(count=rounded)
    minutes = round(seconds / MINUTE_S)
    return ngettext("About {count} minute left.", "About {count} minutes left.", minutes).format(count=minutes)


def _library(request: Request) -> Library:
    library: Library = request.app.state.library
    return library


def _jobs(request: Request) -> JobQueue:
    jobs: JobQueue = request.app.state.jobs
    return jobs
