"""docs/accuracy.md: every table of the self-test, with what is compared."""

from __future__ import annotations

from typing import Any

from validation.accuracy.statistics import BESIDE, MEASURES
from validation.accuracy.table import (
    ERROR_COLUMNS,
    KINDS,
    NAMES,
    UNITS,
    WAYS,
    Rows,
    counted,
    hollow_rows,
    markdown_table,
    number,
    percent,
    reasons_of,
    summary_block,
    with_range,
)

GROUP_TITLES = {
    "target": "Tight shirt, within 15 degrees of the side view, five strides or more",
    "all": "Everybody",
}


def document(figures: dict[str, Any]) -> str:
    """Return the whole of docs/accuracy.md."""
    parts = [
        "# How accurate",
        _INTRODUCTION.format(**figures["people"], posture=figures["posture"]),
        summary_block(figures),
        "![Measured against true, and the error over the view's turn](accuracy.png)",
        *[_group(GROUP_TITLES[name], group) for name, group in figures["groups"].items()],
        _tenths(figures["tenths"]),
        _yaw(figures["yaw"]),
        _loose(figures["loose"]),
        "`accuracy.json` beside this file has all figures.",
    ]
    return "\n\n".join(parts) + "\n"


_INTRODUCTION = """Written by `make accuracy` (posture {posture}); do not edit. {test} rendered test people;
nothing was fitted to them, but the shape model and the calibration learnt from other people of the same generator, so
that real people must be expected to be measured less well. The {calibration} of the calibration half teach here only
the ways that have to learn. Each person
runs, stands neutral, and some are filmed running by a second camera (`validation/population/render.py`). What the
package saw of each clip is stored in `validation/population`; every analysis here is made from it by the code that
users run, gates and verdict included.

*RMSE* is the root mean square of measured minus true, *bias* its mean, *slope* that of the line of measured on true
values, *n* the clips that were measured. Angles in degrees, the index in points of percent. A share's range in brackets
is its 90 % interval (Wilson): few clips tell little."""

_WAYS_NOTE = """*Direct geometry* is the median outline without the samples near arm landmarks, gaps bridged by straight
lines, measured as it is; *learnt*: with a ridge regression from its four numbers. *Landmarks only* is a ridge
regression from 50 features of MediaPipe's landmarks: lean, thigh, knee and shank with their course over the stride,
proportions, arms, head, view, cadence. Both learn from the calibration half, strength by tenfold cross-validation; all
ways are judged on the clips, and the pairs of clips, of the package's own rows."""


def _group(title: str, group: dict[str, Any]) -> str:
    refused = group["refused"]
    return "\n\n".join(
        [
            f"## {title}",
            f"{group['people']} people. Not measurable: {counted(refused)} ({reasons_of(refused)}).",
            "### Values",
            _ways(group["value"]),
            _WAYS_NOTE if title == GROUP_TITLES["target"] else "The ways are those above.",
            "### What is printed beside them",
            markdown_table(
                ("measure", *ERROR_COLUMNS),
                [(f"{NAMES[name]}, degrees", *_error_cells(group["beside"][name])) for name in BESIDE],
            ),
            "The thorax rotation and the pelvis drop have no truth here: their intervals are not tested.",
            "### Change from the own standing clip",
            _ways(group["change"]),
            _baselines(group["change"]),
            "### Hollow against neutral",
            markdown_table(("told by", "AUC", "hollow / neutral"), hollow_rows(group)),
            "Hollow: both joint angles, pelvis and lumbar spine, at least 10 degrees; neutral: at most 4; "
            "in between: everybody else. The true tilt and arch of the outline do not separate them wholly, because "
            "bodies differ in shape. Everybody stands with both angles at 4 degrees: that real people stand "
            "differently from day to day is in none of the changes.",
            markdown_table(("", "hollow back", "borderline", "no hollow back"), _labels(group["hollow"])),
            "### Agreement of two clips of one run",
            _agreements(group),
            "Halves: the first and the second half of the clip's frames, two or three strides each; both share "
            "the person and the camera, so that the systematic part of their intervals is not tested, only "
            "the strides' part (*within the strides' spread*). Cameras: view, distance and resolution differ. "
            "*Called real*: what `posture compare` would call a real change between them; there is none. (Halves of "
            "fewer than five strides are not compared by it.)",
            "### Through the stride",
            _course(group["course"]),
        ]
    )


def _ways(ways: dict[str, Any]) -> str:
    rows: Rows = []
    for name in MEASURES:
        for way, words in WAYS.items():
            e = ways[way][name]
            rows.append((f"{NAMES[name]}, {UNITS[name]}", words, *_error_cells(e)))
    return markdown_table(("measure", "way", *ERROR_COLUMNS), rows)


def _error_cells(e: dict[str, Any]) -> tuple[str, ...]:
    return (
        str(e["n"]),
        number(e["rmse"]),
        number(e["bias"], sign=True),
        number(e["slope"]),
        percent(e["coverage"]),
    )


def _baselines(change: dict[str, Any]) -> str:
    usable, errors = change["baselines"], change["package_whatever_differs"]
    told = [
        f"{NAMES[name].lower()} {number(errors[name]['rmse'])} (n {errors[name]['n']})"
        for name in MEASURES
        if errors[name]["n"]
    ]
    return (
        f"The package's row has the pairs on which it lets the verdict rest: {counted(usable)} of the measured runs "
        f"(else: {reasons_of(usable)}). One standing clip in five is filmed by a camera that was moved. RMSE of all "
        f"changes, whatever differs: {', '.join(told) or '–'}."
    )


def _labels(hollow: dict[str, Any]) -> Rows:
    rows: Rows = []
    for key, words in (("labels", "alone"), ("labels_own", "with the standing clip")):
        for kind, told in KINDS.items():
            found = hollow[key][kind]
            cells = (with_range(found[label]) for label in ("hollow_back", "borderline", "not_hollow_back"))
            rows.append((f"{told}, {words}", *cells))
    return rows


def _agreements(group: dict[str, Any]) -> str:
    rows: Rows = []
    for key, words in (("halves", "two halves"), ("cameras", "two cameras")):
        for name in MEASURES:
            found = group[key][name]
            rows.append(
                (
                    f"{words}: {NAMES[name].lower()}",
                    number(found["rms_difference"]),
                    with_range(found["stated"]),
                    counted(found["strides"]),
                    counted(found["called_real"]),
                )
            )
    columns = ("pair", "RMS difference", "within both intervals", "within the strides' spread", "called real")
    return markdown_table(columns, rows)


def _course(course: dict[str, Any]) -> str:
    rows: Rows = []
    for name, curve in course["curves"].items():
        rows.append(
            (
                f"{NAMES[name]}, curve over the stride",
                str(curve["n"]),
                number(curve["rmse"]),
                number(curve["true_sd"]),
                number(curve["r"]),
                percent(curve["inside"]),
            )
        )
    for name, side in course["sides"].items():
        rows.append(
            (
                f"{NAMES[name]}, left minus right stance",
                str(side["n"]),
                number(side["rmse"]),
                number(side["true_sd"]),
                "–",
                percent(side["coverage"]["share"]),
            )
        )
    table = markdown_table(
        ("what", "n", "RMSE", "the truth's own spread", "mean correlation", "in the 90 % band"), rows
    )
    real = "; ".join(
        f"{NAMES[name].lower()} {counted(side['called_real'])}" for name, side in course["sides"].items()
    )
    drift = "; ".join(f"{NAMES[name].lower()} {counted(found)}" for name, found in course["drift"].items())
    return (
        f"{table}\n\nCurves: the distance from the clip's mean at 40 phases. Phases are aligned by the right thigh's "
        "furthest forward place in the landmarks, where the truth has the right hip's; no shift is searched. Side "
        f"differences called real: {real or '–'}. Drift: these clips are too short for `posture` to judge it; its "
        "test, run all the same on the strides of each clip that has six or more, gives p < 0.05 in: "
        f"{drift or '–'}; no clip has a true drift."
    )


def _tenths(tenths: dict[str, Any]) -> str:
    parts = [
        "## Coverage by body height and view",
        "Share of clips whose truth lies in the stated 90 % interval, in tenths of the measured test clips "
        "with a tight shirt.",
    ]
    for key, words in (
        ("body_height_px", "body height, pixels"),
        ("yaw_deg", "true turn of the view, degrees"),
    ):
        found = tenths[key]
        first = found[MEASURES[0]]
        rows: Rows = []
        for place, row in enumerate(first):
            cells = [
                percent(found[name][place]["share"]) if place < len(found[name]) else "–" for name in MEASURES
            ]
            rows.append((f"{number(row['from'], 0)} to {number(row['to'], 0)}", str(row["n"]), *cells))
        parts.append(markdown_table((words, "n", *(NAMES[name].lower() for name in MEASURES)), rows))
    return "\n\n".join(parts)


def _yaw(yaw: dict[str, Any]) -> str:
    rows: Rows = []
    for place, row in enumerate(yaw[MEASURES[0]]):
        cells = []
        for name in MEASURES[:3]:
            e = yaw[name][place]
            cells.append(
                f"{number(e['bias'], 1, sign=True)} / {number(e['rmse'], 1)} / {percent(e['coverage'])}"
            )
        rows.append(
            (
                f"{number(row['from'], 0)} to {number(row['to'], 0)}",
                str(row["n"]),
                counted(row["refused"]),
                *cells,
            )
        )
    columns = ("true turn, degrees", "n", "refused", *(NAMES[name].lower() for name in MEASURES[:3]))
    return "\n\n".join(
        [
            "## Error over the view's turn",
            "Tight shirts; negative: the camera sees the runner from behind. Bias / RMSE / coverage.",
            markdown_table(columns, rows),
        ]
    )


def _loose(loose: dict[str, Any]) -> str:
    rows: Rows = [
        (f"{words}: {NAMES[name].lower()}", *_error_cells(found["value"][name]))
        for words, found in (("all", loose), ("within 15 degrees", loose["side_on"]))
        for name in MEASURES[:3]
    ]
    return "\n\n".join(
        [
            "## Loose shirts",
            f"{loose['people']} people wear a shirt that bridges the hollow. Refused: {counted(loose['refused'])} "
            f"({reasons_of(loose['refused'])}); within 15 degrees of the side view "
            f"{counted(loose['side_on']['refused'])}. The truth is the body's under the shirt.",
            markdown_table(("", *ERROR_COLUMNS), rows),
        ]
    )
