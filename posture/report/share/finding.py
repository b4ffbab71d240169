"""The finding of an analysis in few words, with its picture and its gauges."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from posture.drawing.canvas import decode_rgb
from posture.language import gettext as _
from posture.records.analysis import Analysis, Label
from posture.report.html.answer import days_of
from posture.report.html.content import gauge_of
from posture.report.html.photos import Photos
from posture.report.plots.gauges import Gauge
from posture.report.wording import (
    caution,
    headline_of,
    next_step,
    own_change,
    sentence,
    signed,
    value_text,
    verdict_sentence,
    words_of,
)
from posture.types import PRIMARY_MEASURES, Image

# As on the page of the report.
COLOURS: dict[Label, str] = {
    "hollow_back": "#b34700",
    "borderline": "#8a6100",
    "not_hollow_back": "#007a5a",
    "not_measurable": "#5d5a86",
}


@dataclass(frozen=True)
class SharedGauge:
    """A gauge with its name, its value in whole degrees, and how numbers are written."""

    title: str
    value: str
    gauge: Gauge
    number: Callable[[float], str]


@dataclass(frozen=True)
class Finding:
    """The finding of a clip, in the active language; no path of any file is in it.

    Attributes
    ----------
    about
        Name of the runner and dates, as far as they are known.
    picture
        The runner with the measured line, or of a clip without a verdict everybody found; None without one.
    limits
        How far to trust the verdict, and what it is not.
    """

    headline: str
    text: str
    colour: str
    about: tuple[str, ...]
    gauges: tuple[SharedGauge, ...]
    next_step: str
    picture: Image | None
    limits: tuple[str, ...]


def shared_finding(analysis: Analysis, photos: Photos) -> Finding:
    """Return what there is to share of an analysis."""
    label = analysis.verdict.label
    headline = headline_of(label)
    text = sentence(verdict_sentence(analysis).removeprefix(headline).lstrip(": "))
    photo = photos.back or photos.people
    about = [analysis.subject.name, *days_of(analysis)]
    return Finding(
        headline=headline,
        text=text,
        colour=COLOURS[label],
        about=tuple(part for part in about if part),
        gauges=() if label == "not_measurable" else _gauges(analysis),
        next_step=next_step(analysis),
        picture=None if photo is None else decode_rgb(photo.jpeg),
        limits=(
            *(() if label == "not_measurable" else (caution(analysis),)),
            _("A running-posture observation, not a medical device."),
        ),
    )


def _gauges(analysis: Analysis) -> tuple[SharedGauge, ...]:
    gauges = []
    for name in PRIMARY_MEASURES:
        measure = analysis.measures.get(name)
        if measure is None:
            continue
        unit = measure.unit

        def whole(value: float, unit: str = unit) -> str:
            return value_text(value, unit, 0)

        gauge, is_change = gauge_of(analysis, name, measure), own_change(analysis, name)[0] is not None
        value = signed(gauge.value, unit, 0) if is_change else whole(gauge.value)
        gauges.append(SharedGauge(words_of(name).title, value, gauge, whole))
    return tuple(gauges)
