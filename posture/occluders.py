"""Wording for things that stand in front of the runner's back."""

from __future__ import annotations

from posture.language import format_number, gettext_noop
from posture.language import gettext as _
from posture.records.analysis import Occluder

# What a thing hides, by the middle of it along the trunk (0 hips, 1 shoulders), and the length that is all of the back.
_HIPS_END_T, _LOWER_END_T, _WHOLE_BACK_L = 0.12, 0.5, 0.7
_IN_FRONT_OF_BACK = {
    "post": gettext_noop("a post stands in front of your back"),
    "rail": gettext_noop("a rail runs in front of your back"),
    "something": gettext_noop("something stands in front of your back"),
    "shade": gettext_noop("an edge of sun and shade falls on your back"),
}
_IN_FRONT_OF_HIPS = {
    "post": gettext_noop("a post stands in front of your hips"),
    "rail": gettext_noop("a handrail crosses your hips"),
    "something": gettext_noop("something stands in front of your hips"),
    "shade": gettext_noop("an edge of sun and shade falls on your hips"),
}
_IN_FRONT_OF_LOWER_BACK = {
    "post": gettext_noop("a post stands in front of your lower back"),
    "rail": gettext_noop("a handrail crosses your lower back"),
    "something": gettext_noop("something stands in front of your lower back"),
    "shade": gettext_noop("an edge of sun and shade falls on your lower back"),
}
_IN_FRONT_OF_UPPER_BACK = {
    "post": gettext_noop("a post stands in front of your upper back"),
    "rail": gettext_noop("a bar crosses your upper back"),
    "something": gettext_noop("something stands in front of your upper back"),
    "shade": gettext_noop("an edge of sun and shade falls on your upper back"),
}


def describe_occluder(thing: Occluder) -> str:
    """Return a sentence that names a thing, what it hides, and when in the stride, in the active language."""
    part = 0.5 * (thing.from_t + thing.to_t)
    if thing.to_t - thing.from_t > _WHOLE_BACK_L:
        text = _IN_FRONT_OF_BACK[thing.kind]
    elif part < _HIPS_END_T:
        text = _IN_FRONT_OF_HIPS[thing.kind]
    else:
        text = _IN_FRONT_OF_LOWER_BACK[thing.kind] if part < _LOWER_END_T else _IN_FRONT_OF_UPPER_BACK[thing.kind]
    if thing.phase_start is None or thing.phase_end is None:
        return _(text)
    when = _("{what} from {start} to {end} % of the stride")
    start, end = (format_number(100 * phase, 0) for phase in (thing.phase_start, thing.phase_end))
    return when.format(what=_(text), start=start, end=end)
