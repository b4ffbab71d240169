"""docs/limits.md: where the error leaves its bound, and whether a gate stands there, in words and tables."""

from __future__ import annotations

from typing import Any

from validation.accuracy.limits import ENOUGH, WORTH, fewest
from validation.accuracy.table import NAMES, UNITS, Rows, counted, markdown_table, number
from validation.accuracy.trials import JUDGED

SHORT = {"pelvic_tilt_deg": "tilt", "lumbar_arch_deg": "arch", "lumbar_arch_index": "index"}
WITH_FRAMES = ("strides", "rate")

_INTRODUCTION = """# What the error depends on

Written by `make accuracy` (posture {posture}); do not edit.

When is a clip good enough? These tables tell, for everything that is known of a clip, how far the numbers are from the
truth: how far the camera may stand off the side view, how tall the runner must be in the picture, how many strides and
frames are needed, what the arms, a tilted camera and a loose shirt do. Where the error becomes {leaves} times that of
good clips, a **gate** should stand: beyond it `posture` refuses to answer.

{clips} clips of {people} rendered people of the calibration half, on whom gates are decided (the test half, in
[accuracy.md](accuracy.md), is never used for that). Each is measured with every gate off. A table shows the clips with
a tight shirt that pass all *other* gates, so that only the thing itself differs. *Good clips* pass every gate, with the
runner found in nine of ten frames or more; their root mean square errors (RMSE) are {good}.

In the tables: *RMSE (bias; n clips)*; angles in degrees, the index in points of percent. *Italic*: beyond {leaves}
times the RMSE of good clips. **Bold**: surely so, the lower end of its 90 % interval (bootstrap over clips) too. Fewer
than {enough} clips are shown but not judged."""

_PICTURE = (
    "![Error over everything that is known of a clip](limits.png)\n\n*RMSE as a multiple of that of good clips, with "
    "its 90 % interval; hollow marks: too few clips to judge; grey line: the bound; dotted: the gate (or remark) that "
    "stands there.*"
)


def limits_document(figures: dict[str, Any]) -> str:
    """Return the whole of docs/limits.md."""
    good = ", ".join(
        f"{number(figures['good'][name]['rmse'])} {UNITS[name]} ({SHORT[name]}, n {figures['good'][name]['n']})"
        for name in JUDGED
    )
    parts = [
        _INTRODUCTION.format(**{**figures, "good": good}, enough=ENOUGH),
        "## In short",
        "\n".join(f"- {line}" for line in in_short(figures)),
        _PICTURE,
        *[_factor(key, found, figures) for key, found in figures["factors"].items() if found["rows"]],
        _clothing(figures["clothing"]),
        "`limits.json` beside this file has all figures.",
    ]
    return "\n\n".join(parts) + "\n"


def in_short(figures: dict[str, Any]) -> list[str]:
    """Return a line for each thing that is looked at."""
    return [
        f"**{found['title']}**: {leaving(found)} {gate_words(found, figures)}"
        for found in figures["factors"].values()
        if found["rows"]
    ]


def leaving(found: dict[str, Any]) -> str:
    """Return where the errors leave their bound, in words."""
    said = []
    for name in JUDGED:
        beyond = {row["label"]: row[name]["left"] for row in found["rows"]}
        surely = [label for label, left in beyond.items() if left == "surely"]
        perhaps = [label for label, left in beyond.items() if left == "yes"]
        if surely:
            said.append(f"{SHORT[name]} surely at {' and '.join(surely)}")
        if perhaps:
            said.append(f"{SHORT[name]} perhaps at {' and '.join(perhaps)}")
    return f"the error leaves its bound: {', '.join(said)}." if said else "the error stays within its bound."


def gate_words(found: dict[str, Any], figures: dict[str, Any]) -> str:
    """Return which gate stands there, and whether it agrees with the errors on both sides of it."""
    gate = found["gate"]
    if gate is None:
        return "No gate stands here." if found["worse"] is None else _roll_words(figures)
    kind = "gate" if gate["refuses"] else "remark"
    stands = (
        f"The {kind} `{gate['name']}` stands at {gate['value']:g}{' ' + gate['unit'] if gate['unit'] else ''}"
    )
    if not gate["refuses"]:
        return f"{stands}; it refuses nothing."
    beyond = found["beyond_gate"]
    if beyond["pelvic_tilt_deg"]["left"] is None:
        count = beyond["pelvic_tilt_deg"]["n"]
        lie = {0: "none of these clips lies", 1: "one of these clips lies"}.get(
            count, f"{count} of these clips lie"
        )
        return f"{stands}; {lie} beyond it, too few to test it."
    told = ", ".join(
        f"{SHORT[name]} {number(beyond[name]['times'], 1)}"
        for name in JUDGED
        if beyond[name]["times"] is not None
    )
    left = {beyond[name]["left"] for name in JUDGED}
    before = _before_gate(found)
    if before:
        verdict = f"the error surely leaves its bound before it, at {before}"
    elif "surely" in left:
        verdict = "it agrees"
    elif "yes" in left:
        verdict = "it agrees as far as so few clips can tell"
    else:
        verdict = "these clips alone would not ask for it"
    return f"{stands}; beyond it the errors are so many times those of good clips: {told}: {verdict}."


def _before_gate(found: dict[str, Any]) -> str:
    """Return the rows that the gate lets through although their error surely left the bound."""
    gate, worse = found["gate"], found["worse"]
    inside = [
        row["label"]
        for row in found["rows"]
        if any(row[name]["left"] == "surely" for name in JUDGED)
        and row["at"] is not None
        and (row["at"] <= gate["value"] if worse == "more" else row["at"] >= gate["value"])
    ]
    return " and ".join(inside)


def _yaw_words(estimate: dict[str, Any]) -> str:
    beyond = estimate["truly_beyond"]
    passing = (
        f" Of the clips that are truly beyond the gate, {counted(beyond)} pass it." if beyond["n"] else ""
    )
    return (
        "The turn is estimated from the widths of shoulders and hips; the estimate is off by "
        f"{number(estimate['rmse'], 1)} degrees (RMSE; bias {number(estimate['bias'], 1, sign=True)}, "
        f"n {estimate['n']}).{passing}"
    )


def _roll_words(figures: dict[str, Any]) -> str:
    slope = figures["roll_slope"]
    moves = ""
    if slope["slope"] is not None:
        moves = (
            f" Each degree of roll that the clip does not show moves the tilt by {number(slope['slope'])} "
            f"degrees (standard error {number(slope['error'])}, n {slope['n']})."
        )
    return f"No gate can stand here: most clips do not show the camera's roll.{moves}"


def _factor(key: str, found: dict[str, Any], figures: dict[str, Any]) -> str:
    frames = key in WITH_FRAMES
    first = found["title"].lower()
    columns = (first, "clips", *(("frames",) if frames else ()), *(NAMES[name].lower() for name in JUDGED))
    rows: Rows = [
        (
            row["label"],
            str(row["clips"]),
            *((number(row["frames"], 0),) if frames else ()),
            *(_cell(row[name]) for name in JUDGED),
        )
        for row in found["rows"]
    ]
    notes = {
        "yaw": _yaw_words(figures["yaw_estimate"]),
        "strides": "The same clips, by their first strides only; *frames*: median number of frames in these strides.",
        "rate": (
            "The same clips, as if every second, third and fourth frame only had been filmed; strides are found anew "
            "in what is left. *n* of *clips*: those in which enough of them were found."
        ),
    }
    lines = f"{capital(leaving(found))} {gate_words(found, figures)}"
    if frames:
        last = fewest(found["rows"])
        lines += (
            f" No error is more than {WORTH:g} times that of the first row down to: {last['label']} "
            f"({number(last['frames'], 0)} frames)."
        )
    return "\n\n".join(
        [
            f"## {found['title']}",
            lines,
            *([notes[key]] if key in notes else []),
            markdown_table(columns, rows),
        ]
    )


def capital(text: str) -> str:
    """Return a sentence with its first letter large."""
    return text[:1].upper() + text[1:]


def _cell(found: dict[str, Any]) -> str:
    if found["rmse"] is None:
        return "–"
    mark = {"surely": "**", "yes": "*"}.get(found.get("left") or "", "")
    return f"{mark}{number(found['rmse'])}{mark} ({number(found['bias'], 1, sign=True)}; {found['n']})"


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
            "A loose shirt bridges the hollow. *Oddness* is how far the outline lies from the mean body's, in the "
            "spread of bodies (squared Mahalanobis distance). What a limit on it would refuse, of the clips that pass "
            "all other gates; the truth is the body's under the shirt.",
            markdown_table(columns, rows) if rows else "No loose shirts among these people.",
        ]
    )
