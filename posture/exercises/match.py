"""Suggest exercises for the findings, each with its reason.

A raised arch or tilt leads to the towel exercise; an unsteady pelvis or a trunk that is not upright to the crossing;
every hollow back to core training as well. The source of the library agrees, and also recommends the crossing for stiff
rib cages: the thorax rotation is too uncertain for that (`posture.calibration`).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, get_args

from posture.exercises.library import Exercise, load_library
from posture.language import format_list, gettext_noop
from posture.language import gettext as _
from posture.records.analysis import Label, Suggestion
from posture.verdict import Flag

FLAGS: frozenset[Flag] = frozenset(get_args(Flag))

_MATCH: dict[str, tuple[Flag, ...]] = {
    "towel": ("arch", "tilt"),
    "crossing": ("excursion", "not_upright"),
}
# Tilt and arch together have words of their own, which say once what both are compared with.
_FINDING: dict[Flag | Literal["both"], str] = {
    "both": gettext_noop("your lower back arches more and your pelvis tilts further forward than in most runners"),
    "arch": gettext_noop("your lower back arches more than in most runners"),
    "tilt": gettext_noop("your pelvis tilts further forward than in most runners"),
    "excursion": gettext_noop("your pelvis rocks back and forth more than usual in each stride"),
    "not_upright": gettext_noop("your trunk is not upright"),
}
_NEAR: dict[Flag | Literal["both"], str] = {
    **_FINDING,
    "both": gettext_noop("your tilt and arch are near their limits or above them"),
    "arch": gettext_noop("the arch of your lower back is near the limit or above it"),
    "tilt": gettext_noop("the tilt of your pelvis is near the limit or above it"),
}


def suggest(
    label: Label,
    raised: frozenset[Flag] = frozenset(),
    *,
    own_standing: bool = False,
    library: Iterable[Exercise] | None = None,
) -> tuple[Suggestion, ...]:
    """Return the exercises that match the findings, each with the finding as its why.

    Parameters
    ----------
    label
        Of the verdict.
    raised
        What stands out: ``arch`` and ``tilt`` above their limits (for a borderline verdict: near them),
        ``excursion`` a large tilt excursion over the stride, ``not_upright`` a trunk that is not upright.
    own_standing
        Whether the verdict compares with the runner's own standing posture.
    library
        The exercises to choose from; those of the package by default.

    Returns
    -------
    tuple of Suggestion
        In the library's order. Empty for a clip that cannot be judged, whatever is flagged; for a verdict
        of no hollow back at most the crossing, worded as optional.

    Raises
    ------
    ValueError
        When `raised` holds an unknown flag.
    """
    if unknown := raised - FLAGS:
        raise ValueError(f"unknown flags {sorted(unknown)}, expected some of {sorted(FLAGS)}")
    return tuple(
        Suggestion(
            id=exercise.id,
            title=exercise.title,
            why=why,
            dose=exercise.dose.text,
            source=f"{exercise.source}. {exercise.evidence}",
        )
        for exercise in (load_library() if library is None else library)
        if (why := _why(exercise.id, label, raised, own_standing=own_standing)) is not None
    )


def _why(exercise_id: str, label: Label, raised: frozenset[Flag], *, own_standing: bool) -> str | None:
    """Return why this exercise is suggested, or None when it is not."""
    matching = [flag for flag in _MATCH.get(exercise_id, ()) if flag in raised]
    match label:
        case "hollow_back":
            return _why_hollow(exercise_id, matching, own_standing=own_standing)
        case "borderline":
            clause = _clause_borderline(exercise_id, matching, everything=raised == FLAGS)
            return clause and _("Optional until the answer is clear: {why}.").format(why=clause)
        case "not_hollow_back" if matching and exercise_id == "crossing":
            # Nothing has to change here; the crossing can still be offered to keep a good pattern.
            text = _("Optional, to keep your running form: {why}.")
            return text.format(why=_list(matching, _FINDING))
        case _:
            return None


def _why_hollow(exercise_id: str, matching: list[Flag], *, own_standing: bool) -> str | None:
    if exercise_id == "core":
        return _("You run with a hollow back; a strong trunk is meant to help you keep the pelvis upright.")
    if matching and exercise_id == "towel" and own_standing:
        return _("Most runners flatten their back when they run; yours stays hollow.")
    if matching:
        text = _list(matching, _FINDING)
        return f"{text[0].upper()}{text[1:]}."
    return _("You run with a hollow back.") if exercise_id == "towel" else None


def _clause_borderline(exercise_id: str, matching: list[Flag], *, everything: bool) -> str | None:
    if matching:
        return _list(matching, _NEAR)
    if exercise_id == "core" and everything:
        return _("tilt, arch and movement of the trunk all stand out")
    return _("it may or may not be a hollow back") if exercise_id == "towel" else None


def _list(flags: list[Flag], words: dict[Flag | Literal["both"], str]) -> str:
    if set(flags) == {"arch", "tilt"}:
        return _(words["both"])
    return format_list(_(words[flag]) for flag in flags)
