"""Pages of one clip after its choices: progress, failure, report; and the files and states that they load."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, RedirectResponse, Response

from posture.app.guard import FRAMED_POLICY
from posture.app.jobs import JobQueue, results_file
from posture.app.library import Library
from posture.app.pages import asked_clip, in_language_of, library_of, page
from posture.app.record import ClipRecord
from posture.app.setup_pages import show_setup
from posture.app.states import trouble_of, view_of
from posture.app.uploads import RefusedError
from posture.errors import RecordError
from posture.language import gettext as _
from posture.language import gettext_noop, language
from posture.output.names import ANALYSIS, REPORT, VIDEO
from posture.records.analysis import Analysis

OPTION = re.compile(r"--[a-z][a-z-]*")
# Fields of the choices before an analysis that do what an option of the command line does.
FIELDS = {
    "--person": gettext_noop("Who is the runner?"),
    "--start": gettext_noop("Part of the clip"),
    "--end": gettext_noop("Part of the clip"),
    "--rotate": gettext_noop("Turn the picture"),
    "--slow-motion": gettext_noop("Slow motion"),
}


@dataclass(frozen=True)
class NamedOptions:
    """Options of the command line that the advice in a report names.

    Attributes
    ----------
    fields
        Options that the app has a field for, by the title of that field.
    others
        Those that it has none for.
    """

    fields: dict[str, list[str]]
    others: list[str]


def show_clip(request: Request) -> Response:
    """Return the page of a clip in its state."""
    record = asked_clip(request)
    if record.state == "new":
        return show_setup(request)
    library, state = library_of(request), request.app.state
    with in_language_of(request):
        view = view_of(record, library, state.jobs, state.previews)
        if record.state == "done":
            options, film = _named_options(library, record), results_file(library, record, VIDEO)
            return page("report.html", view=view, film=film, options=options)
        return page("progress.html", view=view, trouble=trouble_of(record))


def options_in(analysis: Analysis) -> NamedOptions:
    """Return the options that the advice of an analysis names, each once, in their order."""
    issues = (*analysis.quality.issues, *(() if analysis.baseline is None else analysis.baseline.notes))
    named = dict.fromkeys(option for issue in issues for option in OPTION.findall(issue.advice))
    fields: dict[str, list[str]] = {}
    for option in named:
        if option in FIELDS:
            fields.setdefault(FIELDS[option], []).append(option)
    return NamedOptions(fields, [option for option in named if option not in FIELDS])


def state(request: Request) -> Response:
    """Return how far the analysis of a clip is, for the page that waits for it."""
    record, library = asked_clip(request), library_of(request)
    with in_language_of(request):
        view = view_of(record, library, _jobs(request), request.app.state.previews)
        return JSONResponse(
            {"state": record.state, "share": view.share, "words": view.words, "advice": trouble_of(record)[1]}
        )


def stop(request: Request) -> Response:
    """End the analysis of a clip."""
    record = asked_clip(request)
    _jobs(request).cancel(record.id)
    return RedirectResponse(request.url_for("clip", clip_id=record.id).path, 303)


def analyse_again(request: Request) -> Response:
    """Queue a clip with its choices, for a report in the language of the page."""
    record = asked_clip(request)
    with in_language_of(request):
        _jobs(request).submit(record.model_copy(update={"lang": language()}))
    return RedirectResponse(request.url_for("clip", clip_id=record.id).path, 303)


def delete(request: Request) -> Response:
    """Remove a clip and all that was made of it."""
    record = asked_clip(request)
    _jobs(request).cancel(record.id)
    library_of(request).delete(record.id)
    return RedirectResponse(request.url_for("home").path, 303)


def result(request: Request) -> Response:
    """Return a file of a clip's results."""
    path = results_file(library_of(request), asked_clip(request), request.path_params["name"])
    if path is None:
        raise RefusedError(404, _("There is no such file."))
    headers = {"Content-Security-Policy": FRAMED_POLICY} if path.name == REPORT else None
    return FileResponse(path, headers=headers)


def _named_options(library: Library, record: ClipRecord) -> NamedOptions:
    path = results_file(library, record, ANALYSIS)
    if path is not None:
        # The page is of use without an analysis that can be read.
        with suppress(RecordError):
            return options_in(Analysis.from_json(path))
    return NamedOptions({}, [])


def _jobs(request: Request) -> JobQueue:
    jobs: JobQueue = request.app.state.jobs
    return jobs
