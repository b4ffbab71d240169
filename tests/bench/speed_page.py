"""Fill the tables of docs/validation/speed.md from the figures of ``bench_speed.py --json``, and draw their picture.

    python tests/bench/speed_page.py [FILE]

The file is docs/validation/speed.json where none is named.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "validation" / "speed.md"
PICTURE = ROOT / "docs" / "images" / "speed.png"
BEGIN, END = "<!-- speed: begin -->", "<!-- speed: end -->"
# Colours for any colour vision (Okabe & Ito 2008); the marks differ in shape too.
WAYS = (
    ("bare", "bare loop", "#999999", "x"),
    ("numbers", "numbers", "#0072B2", "o"),
    ("all", "numbers, page and film", "#D55E00", "^"),
)
AXES = (
    ("length", "seconds", "length of the clip, s"),
    ("size", "size", "height of the picture, pixels"),
    ("rate", "fps", "frames a second"),
    ("people", "people", "people in the picture"),
)
HEAD = (
    "| clip | bare loop | numbers | numbers, page and film | peak memory |",
    "|---|---:|---:|---:|---:|",
)

Row = dict[str, Any]


def tables(figures: Row) -> str:
    """Return the tables of all clips and, where they were timed, of other programs."""
    lines = [*HEAD, *(_line(row) for row in figures["cases"])]
    if figures["peers"]:
        lines += ["", "| command, 10 s of 1280x720 | time | bare loops |", "|---|---:|---:|"]
        lines += [
            f"| {p['name']} | {p['seconds']:.1f} s | {p['seconds'] / p['bare_s']:.2f} |" for p in figures["peers"]
        ]
    commands = [row for row in figures["cases"] if "all" in row["limits"] and row["seconds"] < 10]
    lines += [
        "",
        f"Version {figures['version']} on {figures['system']}, {figures['machine']}, {figures['cores']} cores; "
        f"median of {figures['rounds']} rounds where a limit is set, else one.",
        *(
            f"From the start of the command: the answer to the clip of {row['seconds']:.0f} s after "
            f"{row['answer_s']:.1f} s, the end after {row['end_s']:.1f} s."
            for row in commands
        ),
    ]
    if any(row["axis"] for row in figures["cases"]):
        lines += ["", "![Time and memory over length, size, frame rate and people](../images/speed.png)"]
    return "\n".join(lines)


def _line(row: Row) -> str:
    """Return the row of a clip: ratios to its bare loop, with their limits."""
    width, height = row["size"]
    name = f"{width}x{height}, {row['fps']} frames/s, {row['seconds']:.0f} s"
    if row["people"] > 1:
        name += f", {row['people']} people"
    if row["name"].startswith("front"):
        name += ", seen from the front"
    if row["whole"]:
        name += ", `--whole`"
    times, cells = row["times_s"], []
    for way in ("numbers", "all"):
        ratio = f"{times[way] / times['bare']:.2f}" if way in times else ""
        limit = row["limits"].get(way)
        cells.append(ratio if limit is None else f"{ratio} (aim {limit:.2f})")
    return f"| {name} | {times['bare']:.1f} s | {cells[0]} | {cells[1]} | {row['peak_mb']:.0f} MB |"


def draw(cases: Sequence[Row], path: Path) -> None:
    """Draw time and memory over length, size, frame rate and people, and write the figure as PNG."""
    figure = Figure(figsize=(12, 6.5), layout="constrained")
    axes = figure.subplots(2, 4)
    for column, (axis, key, label) in enumerate(AXES):
        rows = [row for row in cases if row["axis"] in ("base", axis)]
        _times(axes[0, column], rows, key)
        _memory(axes[1, column], rows, key)
        axes[1, column].set_xlabel(label)
    axes[0, 0].set_ylabel("time, s")
    axes[1, 0].set_ylabel("peak memory, MB")
    axes[0, 0].legend(loc="upper left", fontsize=8)
    figure.savefig(path, dpi=110, metadata={"Software": None})


def _times(axes: Axes, rows: Sequence[Row], key: str) -> None:
    for way, label, colour, mark in WAYS:
        for whole, style in ((False, "-"), (True, "--")):
            # The shortest clip is read to its end anyway, and begins both lines.
            own = [row for row in rows if row["whole"] == whole or row["axis"] == "base"]
            if len(own) < 2 or (whole and way == "bare"):
                continue
            points = sorted((_value(row, key), row["times_s"][way]) for row in own)
            text = label + ", --whole" * whole
            axes.plot(*zip(*points, strict=True), color=colour, marker=mark, ls=style, label=text)
    if key == "seconds":
        axes.set_yscale("log")
    else:
        axes.set_ylim(bottom=0)
    _scale(axes, rows, key)


def _memory(axes: Axes, rows: Sequence[Row], key: str) -> None:
    points = sorted((_value(row, key), row["peak_mb"]) for row in rows)
    axes.plot(*zip(*points, strict=True), color="black", marker="o", ls="", label="command")
    axes.axhline(700, color="black", lw=0.8, ls="--")
    axes.set_ylim(0, 800)
    _scale(axes, rows, key)


def _scale(axes: Axes, rows: Sequence[Row], key: str) -> None:
    if key == "seconds":
        axes.set_xscale("log")
    values = sorted({_value(row, key) for row in rows})
    axes.set_xticks(values, [f"{value:g}" for value in values])
    axes.minorticks_off()


def _value(row: Row, key: str) -> float:
    return float(row["size"][1] if key == "size" else row[key])


def main() -> int:
    """Write page and picture."""
    file = Path(sys.argv[1]) if len(sys.argv) > 1 else PAGE.with_suffix(".json")
    figures = json.loads(file.read_text(encoding="utf-8"))
    page = PAGE.read_text(encoding="utf-8")
    before, rest = page.split(BEGIN)
    _, after = rest.split(END)
    PAGE.write_text(f"{before}{BEGIN}\n{tables(figures)}\n{END}{after}", encoding="utf-8")
    if any(row["axis"] for row in figures["cases"]):
        draw(figures["cases"], PICTURE)
    return 0


if __name__ == "__main__":
    sys.exit(main())
