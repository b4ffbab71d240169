"""The page docs/validation/limits.md: where the error grows too large, and which gate stands there."""

from __future__ import annotations

from typing import Any

from validation.accuracy.limits import ENOUGH, WORTH, fewest
from validation.accuracy.pages import render
from validation.accuracy.table import NAMES, UNITS, counted, number
from validation.accuracy.trials import JUDGED

SHORT = {"pelvic_tilt_deg": "tilt", "lumbar_arch_deg": "arch", "lumbar_arch_index": "index"}


def limits_document(figures: dict[str, Any]) -> str:
    """Return the page on limits, as Markdown."""
    return render(
        "limits",
        {"counted": counted, "capital": capital},
        **figures,
        in_short=in_short(figures),
        leaving=leaving,
        gate_words=lambda factor: gate_words(factor, figures),
        fewest=fewest,
        ENOUGH=ENOUGH,
        JUDGED=JUDGED,
        NAMES=NAMES,
        SHORT=SHORT,
        UNITS=UNITS,
        WORTH=WORTH,
    )


def in_short(figures: dict[str, Any]) -> list[str]:
    """Return one line for each factor."""
    return [
        f"**{factor['title']}**: {leaving(factor)} {gate_words(factor, figures)}"
        for factor in figures["factors"].values()
        if factor["rows"]
    ]


def leaving(factor: dict[str, Any]) -> str:
    """Say where the errors exceed their bound."""
    phrases = []
    for name in JUDGED:
        beyond = {row["label"]: row[name]["left"] for row in factor["rows"]}
        surely = [label for label, left in beyond.items() if left == "surely"]
        perhaps = [label for label, left in beyond.items() if left == "yes"]
        if surely:
            phrases.append(f"{SHORT[name]} surely at {' and '.join(surely)}")
        if perhaps:
            phrases.append(f"{SHORT[name]} perhaps at {' and '.join(perhaps)}")
    return f"the error exceeds its bound: {', '.join(phrases)}." if phrases else "the error stays within its bound."


def gate_words(factor: dict[str, Any], figures: dict[str, Any]) -> str:
    """Say which gate stands there, and whether the errors on both sides support it."""
    gate = factor["gate"]
    if gate is None:
        return "No gate stands here." if factor["worse"] is None else _roll_words(figures)
    kind = "gate" if gate["refuses"] else "remark"
    stands = f"The {kind} `{gate['name']}` stands at {gate['value']:g}{' ' + gate['unit'] if gate['unit'] else ''}"
    if not gate["refuses"]:
        return f"{stands}; it refuses nothing."
    beyond = factor["beyond_gate"]
    if beyond["pelvic_tilt_deg"]["left"] is None:
        count = beyond["pelvic_tilt_deg"]["n"]
        lie = {0: "none of these clips lies", 1: "one of these clips lies"}.get(count, f"{count} of these clips lie")
        return f"{stands}; {lie} beyond it, too few to test it."
    ratios = ", ".join(
        f"{SHORT[name]} {number(beyond[name]['times'], 1)}" for name in JUDGED if beyond[name]["times"] is not None
    )
    left = {beyond[name]["left"] for name in JUDGED}
    before = _before_gate(factor)
    if before:
        verdict = f"the error surely exceeds its bound before it, at {before}"
    elif "surely" in left:
        verdict = "the errors support it"
    elif "yes" in left:
        verdict = "the errors support it, as far as few clips can show"
    else:
        verdict = "these clips alone do not require it"
    return f"{stands}; beyond it the errors are {ratios} times those of good clips: {verdict}."


def _before_gate(factor: dict[str, Any]) -> str:
    """Return the rows that pass the gate although their error surely exceeds the bound."""
    gate, worse = factor["gate"], factor["worse"]
    inside = [
        row["label"]
        for row in factor["rows"]
        if any(row[name]["left"] == "surely" for name in JUDGED)
        and row["at"] is not None
        and (row["at"] <= gate["value"] if worse == "more" else row["at"] >= gate["value"])
    ]
    return " and ".join(inside)


def _roll_words(figures: dict[str, Any]) -> str:
    slope = figures["roll_slope"]
    moves = ""
    if slope["slope"] is not None:
        moves = (
            f" Each degree of roll that the clip does not reveal moves the tilt by {number(slope['slope'])} "
            f"degrees (standard error {number(slope['error'])}, n {slope['n']})."
        )
    return f"No gate is possible: most clips do not reveal the camera's roll.{moves}"


def capital(text: str) -> str:
    """Return a sentence with a capital first letter."""
    return text[:1].upper() + text[1:]
