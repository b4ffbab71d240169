"""Pages of the runners: each one's clips by date, what changed, before and after; export and delete."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response, StreamingResponse

from posture.app.export import chunks_of, zip_clips
from posture.app.guard import FRAMED_POLICY
from posture.app.made_pages import ClipFolder, ComparisonOrder, HistoryOrder, make_comparison, make_history
from posture.app.pages import asked_clip, in_language_of, library_of, page
from posture.app.record import ClipRecord
from posture.app.states import time_of
from posture.app.uploads import RefusedError
from posture.batch.workers.guarded import EarlyExit
from posture.language import format_date, language
from posture.language import gettext as _

RUNNERS = "/runners"


@dataclass(frozen=True)
class Runner:
    """A runner with clips, the newest first; the name is empty for clips without one.

    Attributes
    ----------
    clips
        At least one.
    """

    name: str
    clips: tuple[ClipRecord, ...]

    @property
    def title(self) -> str:
        """Name to display."""
        return self.name or _("Without a name")

    @property
    def query(self) -> str:
        """The runner in an address."""
        return urlencode({"name": self.name})

    @property
    def last_day(self) -> str:
        """Day on which the newest clip arrived."""
        return format_date(self.clips[0].received_at.date())

    @property
    def analysed(self) -> list[ClipRecord]:
        """Clips with results, the oldest first."""
        return [clip for clip in reversed(self.clips) if clip.state == "done"]


def show_runners(request: Request) -> Response:
    """Return the page of all runners."""
    with in_language_of(request):
        return page("runners.html", runners=runners_of(library_of(request).clips()))


def show_runner(request: Request) -> Response:
    """Return the page of one runner: history, before and after, export, delete."""
    with in_language_of(request):
        return page("runner.html", runner=_asked_runner(request), time_of=time_of)


def show_history(request: Request) -> Response:
    """Return a runner's history, which the runner's page shows in a frame."""
    with in_language_of(request):
        runner = _asked_runner(request)
        clips = tuple(_folder(request, clip) for clip in runner.analysed)
        return _made(request, make_history, HistoryOrder(clips, runner.name or None, language()))


def show_comparison(request: Request) -> Response:
    """Return the page of two clips, before and after."""
    with in_language_of(request):
        before, after = _asked_pair(request)
        return page("comparison.html", before=before, after=after, query=request.url.query)


def show_compared(request: Request) -> Response:
    """Return the comparison of two clips, which its page shows in a frame."""
    with in_language_of(request):
        before, after = (_folder(request, clip) for clip in _asked_pair(request))
        return _made(request, make_comparison, ComparisonOrder(before, after, language()))


def export_runner(request: Request) -> Response:
    """Return all clips of a runner with their results as one ZIP file."""
    with in_language_of(request):
        return _zipped(request, _asked_runner(request).clips, "posture.zip")


def export_clip(request: Request) -> Response:
    """Return a clip with its results as a ZIP file."""
    record = asked_clip(request)
    return _zipped(request, [record], f"{record.id}.zip")


def delete_runner(request: Request) -> Response:
    """Remove all clips of a runner and all that was made of them."""
    with in_language_of(request):
        for clip in _asked_runner(request).clips:
            library_of(request).delete(clip.id)
    return RedirectResponse(RUNNERS, 303)


def runners_of(clips: Sequence[ClipRecord]) -> list[Runner]:
    """Return the runners of clips, sorted by name; clips without a name come last."""
    groups: dict[str, list[ClipRecord]] = {}
    for clip in clips:
        groups.setdefault(clip.choices.runner or "", []).append(clip)
    names = sorted(groups, key=lambda name: (not name, name.casefold()))
    return [Runner(name, tuple(groups[name])) for name in names]


def _asked_runner(request: Request) -> Runner:
    name = request.query_params.get("name", "")
    found = next((one for one in runners_of(library_of(request).clips()) if one.name == name), None)
    if found is None:
        raise RefusedError(404, _("There is no clip of this runner."))
    return found


def _asked_pair(request: Request) -> tuple[ClipRecord, ClipRecord]:
    """Return the two clips that a request compares, the earlier one first."""
    ids = (request.query_params.get(which, "") for which in ("before", "after"))
    before, after = (library_of(request).find(clip_id) for clip_id in ids)
    if before is None or after is None or before.id == after.id or {before.state, after.state} != {"done"}:
        raise RefusedError(404, _("Choose two clips that have results."))
    return before, after


def _made(request: Request, make: Callable[[Any], str], order: object) -> Response:
    text = request.app.state.jobs.children.run(make, order)
    if isinstance(text, EarlyExit):
        raise RefusedError(500, _("This page could not be made."), _("Try again."))
    return HTMLResponse(text, headers={"Content-Security-Policy": FRAMED_POLICY})


def _zipped(request: Request, clips: Sequence[ClipRecord], name: str) -> Response:
    file = zip_clips(library_of(request), clips)
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Content-Length": str(file.tell())}
    return StreamingResponse(chunks_of(file), media_type="application/zip", headers=headers)


def _folder(request: Request, clip: ClipRecord) -> ClipFolder:
    return ClipFolder(clip.id, clip.sent_as, library_of(request).results(clip))
