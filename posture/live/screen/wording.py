"""The words of a session, the same in the window and in the terminal."""

from __future__ import annotations

from posture.language import format_number, gettext_noop, ngettext
from posture.language import gettext as _
from posture.live.running.framing import ADVICE
from posture.live.running.state import Phase
from posture.live.session import Command, DisplayState, camera_words
from posture.records.analysis import Analysis
from posture.report.wording import measure_text, words_of

_TITLES: dict[Phase, str] = {
    "setup": gettext_noop("Set the camera up"),
    "neutral": gettext_noop("Stand still"),
    "calibrating": gettext_noop("Run: the first strides are measured"),
    "good": gettext_noop("Good"),
    "hollow_back": gettext_noop("Hollow back"),
    "unsure": gettext_noop("Cannot tell"),
}
Keys = tuple[tuple[str, Command, str], ...]
ViewKeys = tuple[tuple[str, str], ...]
KEYS: Keys = (
    ("n", "neutral", gettext_noop("neutral")),
    ("p", "pause", gettext_noop("pause")),
    ("s", "snapshot", gettext_noop("snapshot")),
    ("r", "record", gettext_noop("record")),
    ("m", "mute", gettext_noop("mute")),
    ("q", "quit", gettext_noop("quit")),
)
# What only a window has.
VIEW_KEYS: ViewKeys = (("v", gettext_noop("mirror")), ("f", gettext_noop("full screen")))


def title(moment: DisplayState) -> str:
    """Return the state in a few words."""
    if _is_away(moment):
        return camera_words("opening" if moment.camera == "running" else moment.camera)
    return _(_TITLES[moment.state.phase])


def explanation(moment: DisplayState) -> str:  # noqa: PLR0911
    """Return what to do, or why it is so, in a sentence; empty when there is nothing to say."""
    state = moment.state
    if _is_away(moment):
        return ""
    if state.why is not None:
        return _(ADVICE[state.why])
    if state.phase == "hollow_back":
        return _("Draw the navel in gently and let the tailbone sink.")
    if state.phase == "neutral" and state.neutral is not None:
        return _("Your own posture is taken. Now run.")
    if state.phase == "neutral":
        return _("Stay for five seconds, arms slightly forward: this is your own posture.")
    if state.phase == "calibrating" and state.neutral is None:
        return _("Or stand still first: then the numbers are held against your own posture.")
    return ""


def _is_away(moment: DisplayState) -> bool:
    """Tell whether the camera gives nothing, or has given nothing so far."""
    return moment.camera in ("opening", "paused", "lost") or moment.seen is None


def value_line(analysis: Analysis, name: str) -> str:
    """Return a measure with its interval, or that it cannot be told."""
    measure = analysis.measures.get(name)
    return _("not told") if measure is None else measure_text(name, measure)


def change_line(analysis: Analysis, name: str) -> str | None:
    """Return the change against the own standing posture with its interval; None without one."""
    change = None if analysis.baseline is None else analysis.baseline.change.get(name)
    if change is None:
        return None
    return _("{change} against standing ({low} to {high})").format(
        change=format_number(change.value, plus=True),
        low=format_number(change.ci90[0], plus=True),
        high=format_number(change.ci90[1], plus=True),
    )


def strides_line(analysis: Analysis) -> str:
    """Return over how many strides, and the cadence."""
    strides = analysis.quality.strides
    text = ngettext("over {count} stride", "over {count} strides", strides).format(count=strides)
    if analysis.gait.cadence_spm is None:
        return text
    return _("{strides}, {cadence} steps a minute").format(
        strides=text, cadence=format_number(analysis.gait.cadence_spm, 0)
    )


def pace_line(moment: DisplayState) -> str:
    """Return frame rate, delay and dropped pictures."""
    pace = moment.pace
    return _("{rate} pictures/s, delay {delay} ms, dropped {dropped}").format(
        rate=format_number(pace.rate, 0), delay=format_number(1000 * pace.delay_s, 0), dropped=pace.dropped
    )


def flags_line(moment: DisplayState) -> str:
    """Return whether the sound is off and a recording runs; empty when neither is so."""
    flags = [_("sound off")] if moment.muted else []
    if moment.recording:
        flags.append(_("recording"))
    return ", ".join(flags)


def keys_line(keys: Keys | ViewKeys) -> str:
    """Return what the keys do."""
    return " · ".join(f"{key}: {_(word)}" for key, *_command, word in keys)


def titled(name: str) -> str:
    """Return the name of a measure as it stands alone."""
    return words_of(name).title
