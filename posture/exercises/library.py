"""The exercise library: data in ``library.toml``, read into frozen dataclasses.

The texts are suggestions for healthy joggers, not medical advice; the stop signs belong to every exercise and
are printed with it.
"""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from importlib import resources
from typing import Any, BinaryIO, Literal

from posture.errors import UsageError
from posture.language import format_list, gettext_noop, ngettext
from posture.language import gettext as _

DosePart = Literal["sets", "seconds", "days_per_week"]
DOSE_PARTS: tuple[DosePart, ...] = ("seconds", "sets", "days_per_week")
_DOSE_WORDS: dict[DosePart, str] = {
    "seconds": gettext_noop("the time"),
    "sets": gettext_noop("the number of sets"),
    "days_per_week": gettext_noop("the days a week"),
}
# Fields of library.toml that are the same in every language.
_UNTRANSLATED = frozenset({"id", "title_de", "aliases", "convention", "file"})


@dataclass(frozen=True, slots=True)
class Dose:
    """How long and how often.

    Parameters
    ----------
    sets, days_per_week
        Fewest and most, in one session and a week.
    seconds
        Shortest and longest set; of each side when ``per_side``, of each of several moves when ``per_move``.
    convention
        The parts that no source gives and this project chose.
    """

    sets: tuple[int, int]
    seconds: tuple[int, int]
    per_side: bool
    per_move: bool
    days_per_week: tuple[int, int]
    convention: tuple[DosePart, ...]

    @property
    def text(self) -> str:
        """The dose in words, with what is this project's own convention."""
        sets = ngettext("{count} set", "{count} sets", self.sets[1]).format(count=_span(self.sets))
        text = _("{time}, {sets}, {days} days a week").format(
            time=self._time, sets=sets, days=_span(self.days_per_week)
        )
        return f"{text} ({self._provenance})" if self.convention else text

    @property
    def _time(self) -> str:
        time = _("1 minute")
        if self.seconds != (60, 60):
            time = _("{count} seconds").format(count=_span(self.seconds))
        each = {
            (False, False): "{time}",
            (True, False): _("{time} each move"),
            (False, True): _("{time} each side"),
            (True, True): _("{time} each move and side"),
        }
        return each[self.per_move, self.per_side].format(time=time)

    @property
    def _provenance(self) -> str:
        if set(self.convention) == set(DOSE_PARTS):
            return _("the source does not say how much; we chose these figures")
        parts = format_list(_(_DOSE_WORDS[part]) for part in DOSE_PARTS if part in self.convention)
        return _("the source does not give {parts}").format(parts=parts)


@dataclass(frozen=True, slots=True)
class StopSigns:
    """When not to exercise; printed with every exercise.

    Parameters
    ----------
    always
        The rule for every session, a sentence.
    emergency_lead, doctor_lead
        The beginning of the sentence that the signs complete.
    emergency, doctor
        Signs that need an emergency department at once, or a doctor before starting.
    """

    always: str
    emergency_lead: str
    emergency: tuple[str, ...]
    doctor_lead: str
    doctor: tuple[str, ...]

    @property
    def sentences(self) -> tuple[str, str, str]:
        """The rule, the emergency signs and the doctor signs, a sentence each."""
        return (self.always, *self.medical)

    @property
    def medical(self) -> tuple[str, str]:
        """The emergency signs and the doctor signs, a sentence each."""
        return (
            f"{self.emergency_lead} {_either(self.emergency)}.",
            f"{self.doctor_lead} {_either(self.doctor)}.",
        )


@dataclass(frozen=True, slots=True)
class Part:
    """A named sequence of steps; one for a simple exercise, one per move for a set of moves."""

    name: str
    steps: tuple[str, ...]
    other_side: tuple[str, ...] = ()  # The first steps for the other side, where they differ.


@dataclass(frozen=True, slots=True)
class Picture:
    """A drawing of one position: WebP, 640 x 480 pixels, transparent, for light and for dark pages.

    Parameters
    ----------
    file
        Its name in ``posture/exercises/pictures``.
    alt, caption
        What it shows, for those who do not see it, and what to look at; sentences.
    step
        Which step of its part it shows, counted from 1; which progression when it has no part.
    mirrored
        Show it as in a mirror: for the other side.
    """

    file: str
    alt: str
    caption: str
    step: int
    part: str | None = None
    mirrored: bool = False


@dataclass(frozen=True, slots=True)
class Exercise:
    """One exercise of the library.

    Parameters
    ----------
    id
        Fixed name: ``towel``, ``crossing`` or ``core``.
    title, title_de
        Name in the active language, and in German.
    aliases
        Further names by which `find` knows it.
    aim, in_short
        What it is for, and how it goes in one sentence.
    needs
        What to have at hand.
    pictures
        In the order in which they are shown.
    feel, mistakes, easier, progression
        What to feel, common mistakes, easier and harder variants; sentences.
    evidence, source
        Level of evidence, and where the recommendation comes from.
    """

    id: str
    title: str
    title_de: str
    aliases: tuple[str, ...]
    aim: str
    in_short: str
    needs: tuple[str, ...]
    dose: Dose
    parts: tuple[Part, ...]
    pictures: tuple[Picture, ...]
    feel: tuple[str, ...]
    mistakes: tuple[str, ...]
    easier: tuple[str, ...]
    progression: tuple[str, ...]
    evidence: str
    source: str
    stop_signs: StopSigns

    @property
    def names(self) -> tuple[str, ...]:
        """Every name it is found by, the id first."""
        return (self.id, self.title, self.title_de, *self.aliases)


def load_library() -> tuple[Exercise, ...]:
    """Read the exercise library that ships with the package, in the active language and the order it is shown in."""
    text = resources.files("posture.exercises").joinpath("library.toml").read_text(encoding="utf-8")
    data = tomllib.loads(text)
    stop_signs = StopSigns(**_frozen(_translated(data["stop_signs"])))
    return tuple(_exercise(entry, stop_signs) for entry in data["exercise"])


def picture_bytes(picture: Picture) -> bytes:
    """Return the WebP file of a picture (``image/webp``)."""
    return resources.files("posture.exercises").joinpath("pictures", picture.file).read_bytes()


def find(name: str) -> Exercise:
    """Return the exercise of that id, title in English, German or the active language, or alias; in any case.

    Raises
    ------
    UsageError
        When there is none; the message holds the ids and the closest name.
    """
    library = load_library()
    by_name = {known.casefold(): exercise for exercise in library for known in exercise.names}
    wanted = " ".join(name.split()).casefold()
    if wanted in by_name:
        return by_name[wanted]
    ids = ", ".join(exercise.id for exercise in library)
    close = difflib.get_close_matches(wanted, by_name, n=1)
    advice = _("Name one of: {names}.").format(names=ids)
    if close:
        guess = _("Did you mean {name}?").format(name=by_name[close[0]].id)
        advice = f"{guess} {advice}"
    raise UsageError(_("there is no exercise {name!r}").format(name=name), advice=advice)


def _exercise(english: Mapping[str, Any], stop_signs: StopSigns) -> Exercise:
    entry = _translated(english)
    if entry["title"] != english["title"]:
        entry["aliases"] = [*entry["aliases"], english["title"]]
    fields = _frozen({key: value for key, value in entry.items() if key not in {"dose", "part", "picture"}})
    parts = tuple(Part(**_frozen(part)) for part in entry["part"])
    pictures = tuple(Picture(**picture) for picture in entry["picture"])
    dose = Dose(**_frozen(entry["dose"]))
    return Exercise(**fields, dose=dose, parts=parts, pictures=pictures, stop_signs=stop_signs)


def _frozen(entry: Mapping[str, Any]) -> dict[str, Any]:
    return {key: tuple(value) if isinstance(value, list) else value for key, value in entry.items()}


def _span(ends: tuple[int, int]) -> str:
    low, high = ends
    return str(low) if low == high else _("{low} to {high}").format(low=low, high=high)


def _either(signs: tuple[str, ...]) -> str:
    *head, last = signs
    return _("{signs}; or {last}").format(signs="; ".join(head), last=last) if head else last


def _translated(value: Any, translate: Callable[[str], Any] = _) -> Any:
    """Return a value of the library with its texts in the active language, or otherwise replaced."""
    if isinstance(value, str):
        return translate(value)
    if isinstance(value, list):
        return [_translated(item, translate) for item in value]
    if isinstance(value, Mapping):
        return {key: item if key in _UNTRANSLATED else _translated(item, translate) for key, item in value.items()}
    return value


def extract(
    file: BinaryIO,
    keywords: object,  # noqa: ARG001 - Babel names them
    comment_tags: object,  # noqa: ARG001
    options: object,  # noqa: ARG001
) -> Iterator[tuple[int, str, str, list[str]]]:
    """Yield the texts of a library file for Babel, which calls this when it collects messages.

    Yields
    ------
    tuple
        Line (unknown: 1), function, text, comments.
    """
    texts: list[str] = []
    _translated(tomllib.load(file), texts.append)
    for text in dict.fromkeys(texts):
        yield 1, "gettext", text, []
