"""The run in words: the back at foot strike, mid-stance and toe-off, left against right, drift, strides left out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from math import ceil

from posture.records import Course, Drift, Estimate, LeftOut, SideDifference
from posture.report.console import Page
from posture.report.words import interval_text, number_text, value_text
from posture.thresholds import EVENT_SD, Z90

_SHORT = {"pelvic_tilt_deg": "tilt", "lumbar_arch_deg": "arch"}
_EVENTS = {"foot_strike": "Foot strike", "mid_stance": "Mid-stance", "toe_off": "Toe-off"}
_REASONS = {
    "too_short": "too short",
    "too_long": "too long",
    "frames_missing": "with too many frames missing",
}


def render_course(page: Page, course: Course) -> None:
    """Print the section about the run."""
    page.heading("Through the stride")
    rows = event_rows(course)
    if rows:
        page.table(rows)
        page.line(noise_sentence(course), indent=2, style="dim")
    page.bullets([*side_sentences(course.sides), *drift_sentences(course.drift)])


def event_rows(course: Course) -> list[tuple[str, str, str]]:
    """Return name, tilt and arch at the moments of a stance, headed by what they are; or nothing."""
    events = [event for event in course.events if event.side == course.side]
    if not events:
        return []
    rows = [(f"{course.side.capitalize()} foot", "Tilt", "Arch")]
    for event in events:
        tilt, arch = (_value(event.measures.get(name)) for name in _SHORT)
        rows.append((_EVENTS[event.name], tilt, arch))
    return rows


def noise_sentence(course: Course) -> str:
    """Return how far apart two moments must lie before it means something."""
    told = [
        f"{ceil(2**0.5 * Z90 * EVENT_SD[name])}° of {word}"
        for name, word in _SHORT.items()
        if course.curves.get(name) is not None
    ]
    return f"Less than {' or '.join(told)} between two moments is within the noise."


def side_sentences(sides: dict[str, SideDifference | None]) -> Iterator[str]:
    """Yield what can be told of left against right stance."""
    known = {name: side for name, side in sides.items() if side is not None}
    real = {name: side for name, side in known.items() if side.real}
    for name, side in real.items():
        more, less = ("left", "right") if side.difference > 0 else ("right", "left")
        size = value_text(abs(side.difference), "deg")
        low, high = sorted(abs(end) for end in side.ci90)
        yield (
            f"{_SHORT[name].capitalize()} is {size} larger on the {more} foot than on the {less} "
            f"{interval_text((low, high))}."
        )
    if known and not real:
        seen = " and ".join(
            f"{value_text(abs(s.difference), 'deg')} of {_SHORT[n]}" for n, s in known.items()
        )
        yield f"Left against right foot: no difference can be told ({seen} are within the noise)."


def drift_sentences(drift: Drift) -> Iterator[str]:
    """Yield what can be told of a change from the first to the last strides, or why nothing can."""
    if drift.reason is not None:
        yield f"First against last third of the strides: not compared; {drift.reason}."
        return
    real = {name: change for name, change in drift.measures.items() if change is not None and change.real}
    for name, change in real.items():
        went = "rose" if change.change > 0 else "fell"
        yield (
            f"{_SHORT[name].capitalize()} {went} by {value_text(abs(change.change), 'deg')} from the first to the last "
            f"third of the strides (from {number_text(change.first)} to {value_text(change.last, 'deg')})."
        )
    if not real:
        yield "First against last third of the strides: no drift can be told."


def left_out_sentence(left_out: Sequence[LeftOut]) -> str | None:
    """Return how many strides were seen but not used, and why; None without any."""
    if not left_out:
        return None
    count = Counter(_REASONS[odd.reason] for odd in left_out)
    why = ", ".join(f"{number} {reason}" for reason, number in count.items())
    if len(left_out) == 1:
        return f"1 stride was left out: {next(iter(count))}."
    return f"{len(left_out)} strides were left out: {why}."


def _value(estimate: Estimate | None) -> str:
    return "-" if estimate is None else value_text(estimate.value, "deg")
