"""The page docs/validation/accuracy.md: every table of the self-test and what it compares."""

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
    """Return the page on accuracy, as Markdown."""
    parts = [
        "# Accuracy",
        _in_plain_words(figures),
        "## The headline table",
        summary_block(figures),
        "![Measured against true, and the error over the view's turn](../images/accuracy.png)",
        "## How it was measured",
        _INTRODUCTION.format(**figures["people"], posture=figures["posture"]),
        *[_group(GROUP_TITLES[name], group) for name, group in figures["groups"].items()],
        _tenths(figures["tenths"]),
        _yaw(figures["yaw"]),
        _loose(figures["loose"]),
        "All figures: [accuracy.json](accuracy.json).",
    ]
    return "\n\n".join(parts) + "\n"


_INTRODUCTION = """Written by `make accuracy` (posture {posture}); do not edit.

The {test} test people were never used for fitting. The shape model and the calibration learnt from other people of the
same generator, so expect larger errors on real people. The {calibration} people of the calibration half train only the
competing methods below.

Each person runs, stands neutral, and some are filmed running by a second camera
([how the people are rendered](population.md)). The repository stores what the package detected in each clip; every
analysis on this page starts from that and uses the code that users run, gates and verdict included.

*RMSE* is the root mean square of measured minus true, *bias* its mean, *slope* the slope of measured against true
values, *n* the number of measured clips. Angles are in degrees, the arch index in points of percent. The range in
brackets after a share is its 90 % interval (Wilson): few clips say little."""

_WAYS_NOTE = """*Direct geometry* measures the median outline without the samples near arm landmarks; straight lines
bridge the gaps. *Learnt* adds a ridge regression from its four numbers. *Landmarks only* is a ridge regression from 50
features of MediaPipe's landmarks: lean, thigh, knee and shank over the stride, proportions, arms, head, view, cadence.
Both learn from the calibration half, their strength chosen by tenfold cross-validation. All methods are judged on the
clips, and pairs of clips, that the package measured."""


def _in_plain_words(figures: dict[str, Any]) -> str:
    """Return the opening paragraphs for readers without statistics."""
    target = figures["groups"]["target"]
    value, change = (target[kind]["package"] for kind in ("value", "change"))
    tilt, arch = MEASURES[:2]
    hollow, neutral = (target["hollow"]["labels"][kind]["hollow_back"] for kind in ("hollow", "neutral"))
    hollow_own, neutral_own = (
        target["hollow"]["labels_own"][kind]["hollow_back"] for kind in ("hollow", "neutral")
    )
    return f"""How far are the numbers from the truth? Real runners cannot answer that: nobody knows the true shape of
their back while they run. So this project renders people whose true back is known, films them, and measures the
films like any other.

**In good clips** (tight shirt, camera within 15 degrees of the side) the pelvic tilt is typically off by
{number(value[tilt]["rmse"], 1)} degrees and the lumbar arch by {number(value[arch]["rmse"], 1)}. The printed 90 %
interval contains the true tilt in {percent(value[tilt]["coverage"])} of the clips and the true arch in
{percent(value[arch]["coverage"])}. Changes from the runner's own standing clip are typically off by
{number(change[tilt]["rmse"], 1)} and {number(change[arch]["rmse"], 1)} degrees.

**The verdict is cautious.** Of {hollow["n"]} runners with a hollow back it calls {percent(hollow["share"])} hollow,
of {neutral["n"]} neutral runners {percent(neutral["share"])}. With the standing clip:
{percent(hollow_own["share"])} of {hollow_own["n"]}, and {percent(neutral_own["share"])} of {neutral_own["n"]}. So
*No hollow back* is no all-clear.

**Expect larger errors on real people.** Rendered people vary in body, clothes, camera and light, but they are not
real. Loose shirts, long hair, belts and shade make real clips harder."""


def _group(title: str, group: dict[str, Any]) -> str:
    refused = group["refused"]
    return "\n\n".join(
        [
            f"## {title}",
            f"{group['people']} people. Not measurable: {counted(refused)} ({reasons_of(refused)}).",
            "### Values",
            _ways(group["value"]),
            _WAYS_NOTE if title == GROUP_TITLES["target"] else "The methods are those above.",
            "### Other measures",
            markdown_table(
                ("measure", *ERROR_COLUMNS),
                [(f"{NAMES[name]}, degrees", *_error_cells(group["beside"][name])) for name in BESIDE],
            ),
            "Thorax rotation and pelvis drop have no known truth here, so their intervals are not tested.",
            "### Change from the runner's own standing clip",
            _ways(group["change"]),
            _baselines(group["change"]),
            "### Hollow against neutral",
            markdown_table(("separated by", "AUC", "hollow / neutral"), hollow_rows(group)),
            "Hollow: both joint angles, pelvis and lumbar spine, at least 10 degrees; neutral: at most 4; in between: "
            "everybody else. Bodies differ in shape, so even the true tilt and arch of the outline do not separate the "
            "groups completely. Everybody stands with both angles at 4 degrees; real people stand differently from "
            "day to day, which these changes do not contain.",
            markdown_table(("", "hollow back", "borderline", "no hollow back"), _labels(group["hollow"])),
            "### Agreement of two clips of one run",
            _agreements(group),
            "Halves: the first and the second half of the clip's frames, two or three strides each. Both share the "
            "person and the camera, so only the part of the interval that comes from the strides is tested (*within "
            "the strides' spread*). Cameras: view, distance and resolution differ. *Called real*: `posture compare` "
            "would report a real change although there is none. (It does not compare halves of fewer than five "
            "strides.)",
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
    return markdown_table(("measure", "method", *ERROR_COLUMNS), rows)


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
    errors_in_words = [
        f"{NAMES[name].lower()} {number(errors[name]['rmse'])} (n {errors[name]['n']})"
        for name in MEASURES
        if errors[name]["n"]
    ]
    return (
        f"The package's row holds the pairs that it uses for the verdict: {counted(usable)} of the measured runs "
        f"(else: {reasons_of(usable)}). One standing clip in five is filmed by a camera that was moved. RMSE of all "
        f"changes, usable or not: {', '.join(errors_in_words) or '–'}."
    )


def _labels(hollow: dict[str, Any]) -> Rows:
    rows: Rows = []
    for key, words in (("labels", "alone"), ("labels_own", "with the standing clip")):
        for kind, group in KINDS.items():
            shares = hollow[key][kind]
            cells = (with_range(shares[label]) for label in ("hollow_back", "borderline", "not_hollow_back"))
            rows.append((f"{group}, {words}", *cells))
    return rows


def _agreements(group: dict[str, Any]) -> str:
    rows: Rows = []
    for key, words in (("halves", "two halves"), ("cameras", "two cameras")):
        for name in MEASURES:
            agreement = group[key][name]
            rows.append(
                (
                    f"{words}: {NAMES[name].lower()}",
                    number(agreement["rms_difference"]),
                    with_range(agreement["stated"]),
                    counted(agreement["strides"]),
                    counted(agreement["called_real"]),
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
    drift = "; ".join(
        f"{NAMES[name].lower()} {counted(real_share)}" for name, real_share in course["drift"].items()
    )
    return (
        f"{table}\n\nCurves: distance from the clip's mean at 40 phases. Phases are aligned where the right thigh is "
        "furthest forward in the landmarks and in the truth; no shift is fitted. Side differences called real: "
        f"{real or '–'}. Drift: these clips are too short for `posture` to judge it. Its test, run all the same on "
        f"clips of six strides or more, gives p < 0.05 in: {drift or '–'}; no clip has a true drift."
    )


def _tenths(tenths: dict[str, Any]) -> str:
    parts = [
        "## Coverage by body height and view",
        "Share of clips whose truth lies in the printed 90 % interval, by tenths of the measured test clips "
        "with a tight shirt.",
    ]
    for key, words in (
        ("body_height_px", "body height, pixels"),
        ("yaw_deg", "true turn of the view, degrees"),
    ):
        by_measure = tenths[key]
        first = by_measure[MEASURES[0]]
        rows: Rows = []
        for place, row in enumerate(first):
            cells = [
                percent(by_measure[name][place]["share"]) if place < len(by_measure[name]) else "–"
                for name in MEASURES
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
            "Tight shirts. Negative: the camera sees the runner from behind. Cells: bias / RMSE / coverage.",
            markdown_table(columns, rows),
        ]
    )


def _loose(loose: dict[str, Any]) -> str:
    rows: Rows = [
        (f"{words}: {NAMES[name].lower()}", *_error_cells(figures["value"][name]))
        for words, figures in (("all", loose), ("within 15 degrees", loose["side_on"]))
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
