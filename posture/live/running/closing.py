"""Verdict on a whole session, in words: the closing screen, and the last lines of a terminal."""

from __future__ import annotations

from dataclasses import dataclass

from posture.coach.plan import ExerciseId
from posture.language import format_number, ngettext
from posture.language import gettext as _
from posture.live.running.framing import ADVICE
from posture.live.running.state import Phase
from posture.live.running.tally import SessionTally
from posture.live.settings import LIVE
from posture.report.wording import words_of
from posture.types import PRIMARY_MEASURES, PoseModel

# Up to here durations are in seconds, then in minutes.
_MAX_SECONDS = 120.0
# Below this share of a session that was measured, the main obstacle is named; above this share that was too close to
# the limit, no verdict is given.
_MOSTLY, _HALF = 0.67, 0.5


@dataclass(frozen=True)
class Closing:
    """Verdict on a session, and the lines below it; `phase` gives the colour.

    Attributes
    ----------
    exercise : ExerciseId or None
        The exercise to do next.
    """

    phase: Phase
    title: str
    lines: tuple[str, ...]
    exercise: ExerciseId | None = None

    @property
    def next_step(self) -> str:
        """How to see the exercise; empty without one."""
        return "" if self.exercise is None else _("Do this next: posture exercises {name}").format(name=self.exercise)

    @property
    def text_lines(self) -> tuple[str, ...]:
        """All lines, for a terminal."""
        return tuple(line for line in (f"{self.title}.", *self.lines, self.next_step) if line)


def closing_of(
    tally: SessionTally, dropped: int, model: PoseModel, *, is_file: bool = False, fell_back: bool = False
) -> Closing:
    """Return the verdict on a session.

    Parameters
    ----------
    dropped
        Pictures that the detector had no time for.
    is_file
        Whether the source is a file, which more light does not make faster.
    fell_back
        Whether the computer was too slow for the full model.
    """
    obstacle = _obstacle(tally, dropped, model, is_file)
    slow = _("This computer was too slow for the full model; the lite model was used.") if fell_back else ""
    if tally.measured_s == 0:
        advice = obstacle or _("The session was too short. Run for at least ten seconds.")
        return Closing("unsure", _("Nothing could be measured"), tuple(line for line in (advice, slow) if line))
    lines = [_on_average(tally)]
    phase: Phase = "good"
    exercise: ExerciseId | None = None
    text = _("Measured for {measured} of {all}.")
    if tally.hollow_s > 0:
        phase, lasted, exercise = "hollow_back", tally.hollow_s, "towel"
        title = _("Hollow back in {hollow} of {measured}").format(
            hollow=_number(lasted, tally), measured=_duration(tally.measured_s, tally)
        )
    elif tally.unclear_s > _HALF * tally.measured_s:
        phase, lasted, title = "unsure", tally.unclear_s, _("Not clear yet")
        text = _("Measured for {measured} of {all}; too close to the limit in {part} of them.")
        lines.append(_("Next time, stand still for five seconds before you run. That makes the answer clearer."))
    else:
        lasted = 0.0
        title = _("No hollow back in {measured}").format(measured=_duration(tally.measured_s, tally))
    times = text.format(
        measured=_number(tally.measured_s, tally), all=_duration(tally.total_s, tally), part=_number(lasted, tally)
    )
    if obstacle and tally.measured_s < _MOSTLY * tally.total_s:
        lines.append(_("Next time: {advice}").format(advice=obstacle))
    return Closing(phase, title, tuple(line for line in (times, *lines, slow) if line), exercise)


def _obstacle(tally: SessionTally, dropped: int, model: PoseModel, is_file: bool) -> str:
    """Return what hindered the measurement for the longest time, with advice; empty for nothing."""
    if not tally.obstacles:
        return ""
    code = max(tally.obstacles, key=lambda code: tally.obstacles[code])
    # Whatever else was wrong: of so few pictures nothing of it could be seen.
    is_slow = "too_slow" in tally.obstacles and round(tally.rate) < LIVE.least_rate
    if code != "too_slow" and not is_slow:
        return _(ADVICE[code])
    if dropped > tally.pictures:
        text = _("This computer managed only {rate} pictures a second; {least} are needed.")
        advice = _("Close other programs.") if model == "lite" else _("Try the faster model (--model lite).")
    elif is_file:
        text = _("The video has only {rate} pictures a second; {least} are needed.")
        advice = _("Film with 30 pictures a second or more.")
    else:
        text = _("The camera sent only {rate} pictures a second; {least} are needed.")
        advice = _("Give it more light, or set it to more pictures a second.")
    numbers = text.format(rate=format_number(tally.rate, 0), least=format_number(LIVE.least_rate, 0))
    return f"{numbers} {advice}"


def _on_average(tally: SessionTally) -> str:
    means = [(words_of(name).name, mean) for name in PRIMARY_MEASURES if (mean := tally.mean(name)) is not None]
    text = ", ".join(f"{name} {format_number(mean, 0)}°" for name, mean in means)
    return _("On average: {angles}.").format(angles=text) if text else ""


def _is_long(tally: SessionTally) -> bool:
    return tally.total_s >= _MAX_SECONDS


def _number(seconds: float, tally: SessionTally) -> str:
    """Return a duration as a number of minutes, in a short session of seconds; at least one."""
    return format_number(max(1.0, seconds / 60.0 if _is_long(tally) else seconds), 0)


def _duration(seconds: float, tally: SessionTally) -> str:
    number = _number(seconds, tally)
    if _is_long(tally):
        return ngettext("{count} minute", "{count} minutes", 1 if number == "1" else 2).format(count=number)
    return ngettext("{count} second", "{count} seconds", 1 if number == "1" else 2).format(count=number)
