"""The finding of an analysis in few words, with its pictures and its bars."""

from __future__ import annotations

from dataclasses import dataclass

from posture.drawing.canvas import decode_rgb
from posture.language import gettext as _
from posture.records.analysis import Analysis, Label
from posture.report.html.answer import Bar, bars_note, bars_of, days_of, head_of
from posture.report.html.photos import Photos
from posture.report.wording import caution
from posture.types import Image

# As on the page of the report.
COLOURS: dict[Label, str] = {
    "hollow_back": "#b34700",
    "borderline": "#8a6100",
    "not_hollow_back": "#007a5a",
    "not_measurable": "#5d5a86",
}


@dataclass(frozen=True)
class SharedPicture:
    """A picture with the words below it, which may be empty."""

    pixels: Image
    caption: str


@dataclass(frozen=True)
class Finding:
    """The finding of a clip, in the active language; no path of any file is in it.

    Attributes
    ----------
    text, sure, next_step
        As at the top of the page of the report.
    name, days
        The runner, and when the clip was filmed and analysed, as far as they are known.
    pictures
        The runner with the measured line, beside the runner standing where that decides; of a clip without a verdict
        everybody found.
    note
        What the green range, the limit and the sign ± of the bars are.
    limits
        How far to trust the verdict, and what it is not.
    """

    headline: str
    text: str
    sure: str
    colour: str
    name: str
    days: str
    pictures: tuple[SharedPicture, ...]
    bars: tuple[Bar, ...]
    note: str
    next_step: str
    limits: tuple[str, ...]


def shared_finding(analysis: Analysis, photos: Photos) -> Finding:
    """Return what there is to share of an analysis."""
    head, bars = head_of(analysis), bars_of(analysis)
    return Finding(
        headline=head.title,
        text=head.text,
        sure=head.sure,
        colour=COLOURS[head.label],
        name=analysis.subject.name or "",
        days=" · ".join(days_of(analysis)),
        pictures=_pictures(photos),
        bars=tuple(bars),
        note=bars_note(analysis) if bars else "",
        next_step=head.next_step,
        limits=(
            *(() if head.label == "not_measurable" else (caution(analysis),)),
            _("A running-posture observation, not a medical device."),
        ),
    )


def _pictures(photos: Photos) -> tuple[SharedPicture, ...]:
    shown = photos.back or photos.people
    if shown is None:
        return ()
    if photos.back is None or photos.standing is None:
        return (SharedPicture(decode_rgb(shown.jpeg), ""),)
    pair = ((photos.standing, _("Standing")), (photos.back, _("Running")))
    return tuple(SharedPicture(decode_rgb(photo.jpeg), caption) for photo, caption in pair)
