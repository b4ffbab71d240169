"""State of a clip in words and numbers, for its page and its card on the first page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast, get_args

from posture.app.jobs import JobQueue, results_file
from posture.app.library import Library
from posture.app.preview import STILL, Previews
from posture.app.progress import Phase
from posture.app.record import ClipRecord
from posture.batch.layout import THUMBNAIL
from posture.batch.model import STANDING
from posture.language import format_date, gettext_noop, language, ngettext
from posture.language import gettext as _
from posture.records.analysis import Label
from posture.report.wording import headline_of, sentence

MINUTE_S, STEP_S = 60.0, 5
PHASES: dict[Phase, str] = {
    "looking": gettext_noop("Looking for the runner."),
    "following": gettext_noop("Measuring every stride."),
    "drawing": gettext_noop("Drawing the pictures and the film."),
}


@dataclass(frozen=True)
class ClipView:
    """Card of a clip.

    Attributes
    ----------
    title
        Its verdict, or that it waits, is analysed or failed.
    label
        Verdict or ``standing``, for sign and colour; None without results.
    words
        How far the analysis is, or why it failed; empty otherwise.
    share
        How much of the analysis is done, 0..1; None while that is not known.
    picture
        Address of its picture; None while there is none.
    """

    record: ClipRecord
    title: str
    label: str | None
    day: str
    words: str
    share: float | None
    picture: str | None


def view_of(record: ClipRecord, library: Library, jobs: JobQueue, previews: Previews) -> ClipView:
    """Return the card of a clip in the active language."""
    progress, label = jobs.progress(record.id), record.label if record.state == "done" else None
    picture = None
    if record.state == "done" and results_file(library, record, THUMBNAIL) is not None:
        picture = f"/clips/{record.id}/results/{THUMBNAIL}"
    elif previews.picture(record, STILL) is not None:
        picture = f"/clips/{record.id}/preview/{STILL}"
    return ClipView(
        record=record,
        title=title_of(record),
        label=label,
        day=day_of(record),
        words=words_of(record, jobs),
        share=None if progress is None else progress.share,
        picture=picture,
    )


def day_of(record: ClipRecord) -> str:
    """Return the day of a clip in words."""
    return format_date(record.day.astimezone().date())


def time_of(record: ClipRecord) -> str:
    """Return the day and the time of a clip in words; phones give all their clips one name."""
    return f"{day_of(record)}, {record.day.astimezone():%H:%M}"


def trouble_of(record: ClipRecord) -> tuple[str, str]:
    """Return why a clip failed, without a full stop, and what to do, in the active language where there is one."""
    reason, advice = record.unreadable.get(language()) or (record.reason or "", record.advice or "")
    return reason.rstrip("."), advice


def title_of(record: ClipRecord) -> str:
    """Return the verdict of a clip, or its state."""
    if record.state == "done" and record.label in get_args(Label):
        return headline_of(cast(Label, record.label))
    if record.state == "done":
        return _("Standing clip") if record.label == STANDING else _("Analysed")
    states = {
        "new": gettext_noop("Not analysed yet"),
        "waiting": gettext_noop("Waiting"),
        "analysing": gettext_noop("Being analysed"),
        "failed": gettext_noop("This clip cannot be used"),
    }
    return _(states[record.state])


def words_of(record: ClipRecord, jobs: JobQueue) -> str:
    """Return how far the analysis of a clip is, or why it failed; empty for other clips."""
    if record.state == "failed":
        return sentence(trouble_of(record)[0])
    if record.state not in ("waiting", "analysing"):
        return ""
    progress, ahead = jobs.progress(record.id), jobs.ahead_of(record.id)
    if progress is not None:
        left = "" if progress.left_s is None else time_left(progress.left_s)
        return f"{_(PHASES[progress.phase])} {left}".strip()
    if ahead:
        return ngettext("{count} clip is ahead of it.", "{count} clips are ahead of it.", ahead).format(count=ahead)
    return _("It begins in a moment.")


def time_left(seconds: float) -> str:
    """Return in words how long an analysis will still take, rounded."""
    if seconds < MINUTE_S:
        rounded = max(STEP_S, STEP_S * round(seconds / STEP_S))
        return _("About {count} seconds left.").format(count=rounded)
    minutes = round(seconds / MINUTE_S)
    return ngettext("About {count} minute left.", "About {count} minutes left.", minutes).format(count=minutes)
