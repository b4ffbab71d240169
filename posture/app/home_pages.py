"""First page with the clips, and the page on how to film."""

from __future__ import annotations

from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from posture.app.forms import with_form
from posture.app.pages import in_language_of, library_of, page
from posture.app.phone_session import phone_session, visible_clips
from posture.app.record import MAX_NAME, ClipRecord
from posture.app.states import view_of
from posture.language import language

NAME_FIELD = "runner-"


def home(request: Request) -> Response:
    """Return the first page: the place to drop clips, and the clips that are there."""
    with in_language_of(request):
        return page("home.html" if phone_session() is None else "phone_home.html", **_lists(request))


def clips(request: Request) -> Response:
    """Return the part of the first page that changes while clips are analysed."""
    with in_language_of(request):
        return page("_clips.html", **_lists(request))


async def upload(request: Request) -> Response:
    """Receive a clip, the body of the request, and begin its preview."""
    with in_language_of(request):
        record = await request.app.state.receiver.receive(request)
        await run_in_threadpool(request.app.state.previews.request, record, language())
    if (phone := phone_session()) is not None:
        phone.clips.add(record.id)
    return JSONResponse({"id": record.id, "page": request.url_for("clip", clip_id=record.id).path}, 201)


@with_form
def start_all(request: Request, form: dict[str, str]) -> Response:
    """Queue all clips that wait for it, each under the name that stands beside it."""
    for record in reversed(visible_clips(library_of(request))):
        if record.state == "new":
            request.app.state.jobs.submit(named(record, form.get(f"{NAME_FIELD}{record.id}")))
    return RedirectResponse(request.url_for("home").path, 303)


def guide(request: Request) -> Response:
    """Return the page on how to film."""
    with in_language_of(request):
        return page("guide.html")


def named(record: ClipRecord, runner: str | None) -> ClipRecord:
    """Return a record with the name of a runner, and the language of the page for its report."""
    choices = record.choices.model_copy(update={"runner": runner[:MAX_NAME] if runner else None})
    return record.model_copy(update={"choices": choices, "lang": language()})


def names_of(records: list[ClipRecord]) -> list[str]:
    """Return the names of the runners of some clips, sorted."""
    return sorted({one.choices.runner for one in records if one.choices.runner}, key=str.casefold)


def _lists(request: Request) -> dict[str, Any]:
    """Return the cards of the clips that were not analysed yet, and of the others."""
    library, state = library_of(request), request.app.state
    records = visible_clips(library)
    views = [view_of(one, library, state.jobs, state.previews) for one in records]
    return {
        # As they were sent, one after another.
        "new": [view for view in reversed(views) if view.record.state == "new"],
        "others": [view for view in views if view.record.state != "new"],
        "runners": names_of(records),
        "is_busy": any(view.record.state in ("waiting", "analysing") or view.picture is None for view in views),
    }
