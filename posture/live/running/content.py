"""Screen content of the running check: the state in large letters, gauges with their uncertainty, and keys."""

from __future__ import annotations

import time

import numpy as np

from posture.calibration import calibration
from posture.drawing.palette import ARCH, MUTED, TILT, WHITE, Colour
from posture.language import format_number, gettext_noop, ngettext
from posture.language import gettext as _
from posture.live.running.closing import Closing
from posture.live.running.framing import ADVICE
from posture.live.running.state import Phase
from posture.live.screen.content import (
    BLUE,
    GREEN,
    LARGER_TITLES,
    ORANGE,
    SMALL,
    TEXT,
    TITLE,
    VIEW_KEYS,
    Keys,
    PanelContent,
    PanelGauge,
    PanelText,
    ScreenContent,
    camera_words,
    flags_line,
    footer,
    keys_line,
)
from posture.live.session import DisplayState
from posture.live.settings import LIVE
from posture.records.analysis import Analysis
from posture.report.wording import LIVE_CHANGE_GAUGE_RANGE, LIVE_GAUGE_RANGES, measure_text, words_of
from posture.types import PRIMARY_MEASURES, Image

KEYS: Keys = (
    ("n", "neutral", gettext_noop("neutral")),
    ("p", "pause", gettext_noop("pause")),
    ("s", "snapshot", gettext_noop("snapshot")),
    ("r", "record", gettext_noop("record")),
    ("m", "mute", gettext_noop("mute")),
    ("q", "quit", gettext_noop("quit")),
)
_TITLES: dict[Phase, str] = {
    "setup": gettext_noop("Set the camera up"),
    "neutral": gettext_noop("Stand still"),
    "calibrating": gettext_noop("Run"),
    "good": gettext_noop("Good"),
    "hollow_back": gettext_noop("Hollow back"),
    "unsure": gettext_noop("Not measured now"),
}
_GREY: Colour = (70, 78, 84)
_BANNER: dict[Phase, Colour] = {
    "good": GREEN,
    "hollow_back": ORANGE,
    "unsure": _GREY,
    "setup": BLUE,
    "neutral": BLUE,
    "calibrating": BLUE,
}
_STYLE = {"good": "green", "hollow_back": "bold yellow"}
_COLOUR: dict[str, Colour] = {"pelvic_tilt_deg": TILT, "lumbar_arch_deg": ARCH}
# Height of the banner, share of the window's.
_BANNER_SHARE = 0.34
# Letters of the verdict on a session, share of the window's height.
_CLOSING = 0.06
# Where nothing can be redrawn, numbers are written at most this often, seconds.
_LOG_EVERY_S = 5.0
_EMPTY = (640, 480)


class RunningContent(ScreenContent):
    """Content of the running check; with `quiet`, the log has changes of the state only."""

    keys = KEYS
    # Only a window has a picture to save.
    terminal_keys = tuple(key for key in KEYS if key[1] != "snapshot")

    def __init__(self, *, quiet: bool = False) -> None:
        self._quiet = quiet
        self._logged: tuple[str, str] | None = None
        self._logged_s = -1e9

    def panel(self, display: DisplayState) -> PanelContent:
        """Return state, gauges and keys; at the end the verdict on the session."""
        if display.closing is not None:
            return closing_panel(display.closing)
        state = display.state
        blocks: list[PanelText | PanelGauge] = []
        if state.estimate is not None:
            blocks += gauges(state.estimate.analysis)
        elif state.neutral is not None:
            blocks.append(PanelText(_("Your own posture is recorded."), TEXT))
        away = display.camera in ("lost", "paused", "opening") or state.why == "too_slow"
        return PanelContent(
            banner=(
                PanelText(title(display), TITLE, WHITE, bold=True, one_line_sizes=LARGER_TITLES),
                PanelText(explanation(display), TEXT, WHITE),
            ),
            banner_colour=_GREY if away else _BANNER[state.phase],
            banner_share=_BANNER_SHARE,
            blocks=tuple(blocks),
            footer=footer(display, f"{keys_line(KEYS)} · {keys_line(VIEW_KEYS)}"),
        )

    def placeholder(self, display: DisplayState) -> Image:  # noqa: ARG002 - always black
        """Return a black picture."""
        return np.zeros((_EMPTY[1], _EMPTY[0], 3), dtype=np.uint8)

    def lines(self, display: DisplayState) -> list[str]:
        """Return state, measures, pace and flags."""
        lines = [title(display), explanation(display)]
        if display.state.estimate is not None:
            analysis = display.state.estimate.analysis
            for name in PRIMARY_MEASURES:
                lines += [f"{words_of(name).title}: {value_line(analysis, name)}"]
                if change := change_line(analysis, name):
                    lines.append(f"  {change}")
            lines.append(strides_line(analysis))
        lines += [pace_line(display), flags_line(display)]
        return [line for line in lines if line]

    def log_lines(self, display: DisplayState) -> list[str]:
        """Return a line when the state has changed, or when the numbers are due again."""
        now = time.monotonic()
        texts = (title(display), explanation(display))
        numbers = not self._quiet and display.state.estimate is not None
        if texts == self._logged and not (numbers and now - self._logged_s >= _LOG_EVERY_S):
            return []
        self._logged, self._logged_s = texts, now
        parts = [text for text in texts if text]
        if display.state.estimate is not None:
            analysis = display.state.estimate.analysis
            parts += [f"{words_of(name).title} {value_line(analysis, name)}" for name in PRIMARY_MEASURES]
        return [" | ".join(parts)]

    def style(self, display: DisplayState) -> str:
        """Return the style of the phase."""
        return _STYLE.get(display.state.phase, "")


def gauges(analysis: Analysis) -> list[PanelGauge]:
    """Return the gauges: changes from the runner's own standing where they decide, else the angles."""
    decides = analysis.verdict.basis == "own_standing"
    changes = analysis.baseline.change if decides and analysis.baseline is not None else {}
    made = []
    for name in PRIMARY_MEASURES:
        change = changes.get(name)
        quantity = change or analysis.measures.get(name)
        if quantity is None:
            continue
        is_change, title_, (low, high) = change is not None, words_of(name).title, quantity.interval
        span = LIVE_CHANGE_GAUGE_RANGE if is_change else LIVE_GAUGE_RANGES[name]
        legend = _("{low}° to {high}°, green: usual").format(
            low=format_number(low, 0, plus=is_change), high=format_number(high, 0, plus=is_change)
        )
        gauge = PanelGauge(
            title=_("{measure}, compared with standing").format(measure=title_) if is_change else title_,
            number=f"{format_number(quantity.value, 0, plus=is_change)}°",
            legend=legend,
            colour=_COLOUR[name],
            value=quantity.value,
            low=low,
            high=high,
            span=span,
            neutral=(span[0], calibration().verdict_change[name]) if is_change else calibration().neutral[name],
        )
        made.append(gauge)
    return made


def closing_panel(closing: Closing) -> PanelContent:
    """Return the verdict on a session."""
    return PanelContent(
        banner=(PanelText(closing.title, TITLE, WHITE, bold=True, one_line_sizes=LARGER_TITLES),),
        banner_colour=_BANNER[closing.phase],
        banner_share=_BANNER_SHARE,
        blocks=tuple(PanelText(line, _CLOSING, space_above=0.02) for line in closing.text_lines[1:]),
        footer=(PanelText(_("Any key closes this window."), SMALL, MUTED),),
        wide=True,
    )


def title(display: DisplayState) -> str:
    """Return the state in a few words."""
    if _is_away(display):
        return camera_words("opening" if display.camera == "running" else display.camera)
    rate = display.output.view.rate
    if display.state.why == "too_slow" and rate is not None:
        return _("Too slow: {rate} pictures a second; {least} are needed").format(
            rate=format_number(rate, 0), least=format_number(LIVE.least_rate, 0)
        )
    if display.state.why == "close":
        return _("Not clear yet")
    return _(_TITLES[display.state.phase])


def explanation(display: DisplayState) -> str:
    """Return advice or a reason in a sentence; empty for none."""
    state = display.state
    if _is_away(display):
        return ""
    if state.why == "too_slow" and display.pace.dropped <= display.pace.results:
        return _("This computer is fast enough: give it a camera or a video with 30 pictures a second.")
    if state.why is not None:
        return _(ADVICE[state.why])
    first = state.neutral is None
    texts: dict[Phase, str] = {
        "hollow_back": _("Draw the navel in gently and let the tailbone sink."),
        "neutral": _("Stay for five seconds, arms slightly forward: this is your own posture.")
        if first
        else _("Your own posture is recorded. Now run."),
        "calibrating": _("Your first strides are being measured. Better: stand still for five seconds first.")
        if first
        else _("Your first strides are being measured."),
    }
    return texts.get(state.phase, "")


def _is_away(display: DisplayState) -> bool:
    """Return whether the camera gives no picture, or has given none so far."""
    return display.camera in ("opening", "paused", "lost") or display.detected is None


def value_line(analysis: Analysis, name: str) -> str:
    """Return a measure with its interval, or that it is not available."""
    measure = analysis.measures.get(name)
    return _("not measured") if measure is None else measure_text(name, measure)


def change_line(analysis: Analysis, name: str) -> str:
    """Return the change from the runner's own standing with its interval; empty without one."""
    change = None if analysis.baseline is None else analysis.baseline.change.get(name)
    if change is None:
        return ""
    return _("{change} compared with standing ({low} to {high})").format(
        change=format_number(change.value, plus=True),
        low=format_number(change.interval[0], plus=True),
        high=format_number(change.interval[1], plus=True),
    )


def strides_line(analysis: Analysis) -> str:
    """Return the number of strides, and the cadence."""
    strides = analysis.quality.strides
    text = ngettext("over {count} stride", "over {count} strides", strides).format(count=strides)
    if analysis.gait.cadence_spm is None:
        return text
    return _("{strides}, {cadence} steps a minute").format(
        strides=text, cadence=format_number(analysis.gait.cadence_spm, 0)
    )


def pace_line(display: DisplayState) -> str:
    """Return frame rate, delay and dropped pictures."""
    pace = display.pace
    return _("{rate} pictures/s, delay {delay} ms, dropped {dropped}").format(
        rate=format_number(pace.rate, 0), delay=format_number(1000 * pace.delay_s, 0), dropped=pace.dropped
    )
