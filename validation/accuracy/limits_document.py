"""The page docs/validation/limits.md: where the error grows too large, and which gate stands there."""

from __future__ import annotations

from typing import Any

from validation.accuracy.limits import ENOUGH, WORTH, fewest
from validation.accuracy.table import NAMES, UNITS, Rows, counted, markdown_table, number
from validation.accuracy.trials import JUDGED

SHORT = {"pelvic_tilt_deg": "tilt", "lumbar_arch_deg": "arch", "lumbar_arch_index": "index"}
WITH_FRAMES = ("strides", "rate")

_INTRODUCTION = """# Limits

When is a clip good enough? This page shows how the error grows as a clip gets worse: the camera off the side view,
the runner small in the picture, few strides or frames, arms in front of the back, a tilted camera, a loose shirt.
Where the error reaches {leaves} times that of good clips, a **gate** should stand: beyond it `posture` refuses to
answer. For what to do about each, see [How to film](../how-to/film.md).

Written by `make accuracy` (posture {posture}); do not edit. Data: {clips} clips of {people} rendered people of the
calibration half. Gates are decided on them, never on the test half of [Accuracy](accuracy.md). Every clip is
measured with all gates off. Each table holds the clips with a tight shirt that pass all *other* gates, so that one
factor varies at a time. *Good clips* pass every gate, and the runner is found in at least nine of ten frames; their
root mean square errors (RMSE) are {good}.

Cells: *RMSE (bias; n clips)*; angles in degrees, the index in points of percent. *Italic*: more than {leaves} times
the RMSE of good clips. **Bold**: so with 95 % confidence (the lower end of its 90 % interval, bootstrap over
clips). Fewer than {enough} clips are shown but not judged."""

_PICTURE = (
    "![Error against each factor](../images/limits.png)\n\n*RMSE as a multiple of that of good clips, with its 90 % "
    "interval. Hollow marks: too few clips to judge. Grey line: the bound. Dotted line: the gate or remark.*"
)


def limits_document(figures: dict[str, Any]) -> str:
    """Return the page on limits, as Markdown."""
    good = ", ".join(
        f"{number(figures['good'][name]['rmse'])} {UNITS[name]} ({SHORT[name]}, n {figures['good'][name]['n']})"
        for name in JUDGED
    )
    parts = [
        _INTRODUCTION.format(**{**figures, "good": good}, enough=ENOUGH),
        "## In short",
        "\n".join(f"- {line}" for line in in_short(figures)),
        _PICTURE,
        *[_factor(key, factor, figures) for key, factor in figures["factors"].items() if factor["rows"]],
        _clothing(figures["clothing"]),
        "All figures: [limits.json](limits.json).",
    ]
    return "\n\n".join(parts) + "\n"


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
    return (
        f"the error exceeds its bound: {', '.join(phrases)}."
        if phrases
        else "the error stays within its bound."
    )


def gate_words(factor: dict[str, Any], figures: dict[str, Any]) -> str:
    """Say which gate stands there, and whether the errors on both sides support it."""
    gate = factor["gate"]
    if gate is None:
        return "No gate stands here." if factor["worse"] is None else _roll_words(figures)
    kind = "gate" if gate["refuses"] else "remark"
    stands = (
        f"The {kind} `{gate['name']}` stands at {gate['value']:g}{' ' + gate['unit'] if gate['unit'] else ''}"
    )
    if not gate["refuses"]:
        return f"{stands}; it refuses nothing."
    beyond = factor["beyond_gate"]
    if beyond["pelvic_tilt_deg"]["left"] is None:
        count = beyond["pelvic_tilt_deg"]["n"]
        lie = {0: "none of these clips lies", 1: "one of these clips lies"}.get(
            count, f"{count} of these clips lie"
        )
        return f"{stands}; {lie} beyond it, too few to test it."
    ratios = ", ".join(
        f"{SHORT[name]} {number(beyond[name]['times'], 1)}"
        for name in JUDGED
        if beyond[name]["times"] is not None
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


def _yaw_words(estimate: dict[str, Any]) -> str:
    beyond = estimate["truly_beyond"]
    passing = f" Of the clips truly beyond the gate, {counted(beyond)} pass it." if beyond["n"] else ""
    return (
        "The turn is estimated from the widths of shoulders and hips, with an error of "
        f"{number(estimate['rmse'], 1)} degrees (RMSE; bias {number(estimate['bias'], 1, sign=True)}, "
        f"n {estimate['n']}).{passing}"
    )


def _roll_words(figures: dict[str, Any]) -> str:
    slope = figures["roll_slope"]
    moves = ""
    if slope["slope"] is not None:
        moves = (
            f" Each degree of roll that the clip does not reveal moves the tilt by {number(slope['slope'])} "
            f"degrees (standard error {number(slope['error'])}, n {slope['n']})."
        )
    return f"No gate is possible: most clips do not reveal the camera's roll.{moves}"


def _factor(key: str, factor: dict[str, Any], figures: dict[str, Any]) -> str:
    frames = key in WITH_FRAMES
    first = factor["title"].lower()
    columns = (first, "clips", *(("frames",) if frames else ()), *(NAMES[name].lower() for name in JUDGED))
    rows: Rows = [
        (
            row["label"],
            str(row["clips"]),
            *((number(row["frames"], 0),) if frames else ()),
            *(_cell(row[name]) for name in JUDGED),
        )
        for row in factor["rows"]
    ]
    notes = {
        "yaw": _yaw_words(figures["yaw_estimate"]),
        "strides": "The same clips, cut to their first strides; *frames*: median number of frames in these strides.",
        "rate": (
            "The same clips with only every second, third or fourth frame; strides are detected again in the frames "
            "that remain. *n* counts the clips in which enough strides were detected."
        ),
    }
    lines = f"{capital(leaving(factor))} {gate_words(factor, figures)}"
    if frames:
        last = fewest(factor["rows"])
        lines += (
            f" No error exceeds {WORTH:g} times that of the first row down to: {last['label']} "
            f"({number(last['frames'], 0)} frames)."
        )
    return "\n\n".join(
        [
            f"## {factor['title']}",
            lines,
            *([notes[key]] if key in notes else []),
            markdown_table(columns, rows),
        ]
    )


def capital(text: str) -> str:
    """Return a sentence with a capital first letter."""
    return text[:1].upper() + text[1:]


def _cell(cell: dict[str, Any]) -> str:
    if cell["rmse"] is None:
        return "–"
    mark = {"surely": "**", "yes": "*"}.get(cell.get("left") or "", "")
    return f"{mark}{number(cell['rmse'])}{mark} ({number(cell['bias'], 1, sign=True)}; {cell['n']})"


def _clothing(limits: list[dict[str, Any]]) -> str:
    rows: Rows = [
        (
            number(row["limit"], 1) + (" (the gate)" if row["now"] else ""),
            counted(row["loose"]["refused"]),
            counted(row["tight"]["refused"]),
            *(
                f"{number(row['loose'][name]['rmse'])} / {number(row['tight'][name]['rmse'])}"
                for name in JUDGED
            ),
            number(row["loose"]["lumbar_arch_deg"]["bias"], 1, sign=True),
        )
        for row in limits
    ]
    columns = (
        "limit on the oddness",
        "loose refused",
        "tight refused",
        *(f"{SHORT[name]}, RMSE of loose / tight that pass" for name in JUDGED),
        "arch, bias of loose that pass",
    )
    return "\n\n".join(
        [
            "## Loose shirts",
            "A loose shirt bridges the hollow. *Oddness* is the squared Mahalanobis distance of the outline from the "
            "mean body. The table shows what a limit on it would refuse, among clips that pass all other gates; the "
            "truth is the body's under the shirt.",
            markdown_table(columns, rows) if rows else "No loose shirts among these people.",
        ]
    )
