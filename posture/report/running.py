"""The running numbers in words, for coach and physio.

References
----------
.. [1] Schache, A. G., Blanch, P. D., Murphy, A. T. (2000). Relation of anterior pelvic tilt during running to clinical
   and kinematic measures of hip extension. British Journal of Sports Medicine 34(4), 279-283.
   doi:10.1136/bjsm.34.4.279
"""

from __future__ import annotations

from dataclasses import dataclass

from posture.language import format_number, gettext_noop
from posture.language import gettext as _
from posture.records.analysis import Analysis
from posture.records.running import RunningNumber, RunningReason, RunningUnit
from posture.report.wording import interval_text

NOTE = gettext_noop(
    "Means of both legs. Tried on computer-made runners only; the range in brackets includes that error."
)
# Runners with less peak hip extension had more anterior tilt: 14 elite runners at 20 km/h [1]_.
HIP_NOTE = gettext_noop(
    "Fast runners who stretched the hip less at toe-off tipped the pelvis further forward (14 people, "
    "Schache 2000). It is not known which is the cause."
)
_TITLES = {
    "hip_extension_deg": gettext_noop("Hip extension at toe-off"),
    "knee_flexion_deg": gettext_noop("Knee bend at mid-stance"),
    "overstride": gettext_noop("Foot in front of the hips at foot strike"),
    "vertical_oscillation": gettext_noop("Up-and-down movement of the hips"),
    "duty_factor": gettext_noop("Share of the stride on the ground"),
}
_UNITS: dict[RunningUnit, tuple[str, int]] = {
    "deg": ("{number}°", 0),
    "trunk_lengths": (gettext_noop("{number} trunk lengths"), 2),
    "cm": ("{number} cm", 1),
}
_REASONS: dict[RunningReason, str] = {
    "no_side_view": gettext_noop("not from this view"),
    "not_running": gettext_noop("only while running"),
    "few_strides": gettext_noop("needs more strides"),
    "frame_rate": gettext_noop("not at this frame rate"),
    "camera_moves": gettext_noop("needs a camera that stands still"),
    "no_truth": gettext_noop("not given: there is nothing to test it against"),
}


@dataclass(frozen=True)
class RunningRow:
    """A running number: its title, its value with the unit or the reason why it is missing, and its range."""

    title: str
    value: str
    interval: str


def running_rows(analysis: Analysis) -> list[RunningRow]:
    """Return the running numbers in the active language; none for a person who does not run.

    When not a single one was measured, one row gives the reason.
    """
    running = analysis.running
    if running is None:
        return []
    if not any(running.numbers.values()):
        reason = next(iter(running.missing.values()), None)
        return [] if reason in (None, "not_running") else [RunningRow(_("All of them"), _(_REASONS[reason]), "")]
    rows = []
    for name, number in running.numbers.items():
        if number is not None:
            _form, digits = _UNITS[number.unit]
            rows.append(RunningRow(_(_TITLES[name]), _value(number), interval_text(number.ci90, digits)))
        elif name in running.missing:
            rows.append(RunningRow(_(_TITLES[name]), _(_REASONS[running.missing[name]]), ""))
    return rows


def running_notes(analysis: Analysis) -> list[str]:
    """Return what to know about the running numbers: how sure they are, and what the hip has to do with the back."""
    running = analysis.running
    if running is None or not any(running.numbers.values()):
        return []
    return [_(NOTE)] if running.hip_extension_deg is None else [_(NOTE), _(HIP_NOTE)]


def _value(number: RunningNumber) -> str:
    form, digits = _UNITS[number.unit]
    return _(form).format(number=format_number(number.value, digits))
