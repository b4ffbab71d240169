"""Figures as words and tables: Markdown for the pages, rich for the terminal."""

from __future__ import annotations

from typing import Any

from rich.console import Console
from rich.table import Table

from validation.accuracy.statistics import MEASURES

BEGIN, END = "<!-- accuracy: begin -->", "<!-- accuracy: end -->"
NAMES = {
    "pelvic_tilt_deg": "Pelvic tilt",
    "lumbar_arch_deg": "Lumbar arch",
    "lumbar_arch_index": "Arch index",
    "trunk_lean_deg": "Trunk lean",
    "thoracolumbar_deg": "Upper back inclination",
    "pelvic_tilt_range_deg": "Tilt range in a stride",
}
UNITS = {name: "points" if name == "lumbar_arch_index" else "degrees" for name in MEASURES}
METHODS = {
    "package": "`posture`",
    "direct_learnt": "direct geometry, learnt",
    "direct": "direct geometry",
    "landmarks": "landmarks only, learnt",
}
REASONS = {
    "no_person": "nobody found",
    "too_few_strides": "too few strides seen",
    "not_side_view": "not a side view",
    "back_hidden": "back hidden",
    "back_ambiguous": "arm or back unclear",
    "loose_clothing": "loose clothing",
    "walking": "taken for walking",
    "gait_unclear": "running or walking",
    "upper_back_hidden": "upper back hidden",
    "too_small": "too small",
    "cut_off": "cut off",
    "other_view": "the view differs",
    "other_direction": "faces the other way",
    "before_not_measurable": "standing clip not measurable",
    "roll_known_once": "camera roll known of one only",
    "unknown": "standing not recognised",
}

KINDS = {"hollow": "hollow runners", "between": "in between", "neutral": "neutral runners"}
"""Groups by the true joint angles."""

Rows = list[tuple[str, ...]]


def number(value: float | None, digits: int = 2, *, sign: bool = False) -> str:
    """Format a figure for a table; a dash for None."""
    if value is None:
        return "–"
    text = f"{value:{'+' if sign else ''}.{digits}f}"
    return text.replace("-", "−")


def percent(value: float | None) -> str:
    """Format a share in percent; a dash for None."""
    return "–" if value is None else f"{100 * value:.0f} %"


def counted(share: dict[str, Any]) -> str:
    """Format a share with its denominator."""
    return "–" if share["share"] is None else f"{percent(share['share'])} of {share['n']}"


def with_range(share: dict[str, Any]) -> str:
    """Format a share with its 90 % interval (Wilson) and its denominator."""
    if share["share"] is None:
        return "–"
    return f"{percent(share['share'])} ({100 * share['low']:.0f}–{100 * share['high']:.0f}; n {share['n']})"


def calibration_row(found: dict[str, Any]) -> str:
    """Return how well a probability is calibrated, as cells: clips, expected error, by chance, without chance."""
    if found["error"] is None:
        return "0 | – | – | –"
    error, low, high, chance, chance_high, systematic = (
        number(found[key]) for key in ("error", "low", "high", "by_chance", "chance_high", "systematic")
    )
    return f"{found['n']} | {error} ({low}–{high}) | {chance} (to {chance_high}) | {systematic}"


def headline(figures: dict[str, Any]) -> tuple[tuple[str, ...], Rows]:
    """Return the columns and rows of the table that opens the page on accuracy."""
    target, everybody = (figures["groups"][name] for name in ("target", "all"))
    rows: Rows = []
    for kind, words in (("value", ""), ("change", ", change from standing")):
        for name in MEASURES[:3]:
            a, b = (group[kind]["package"][name] for group in (target, everybody))
            marks = target[kind]["landmarks"][name]
            rows.append(
                (
                    f"{NAMES[name]}{words}, {UNITS[name]}",
                    str(a["n"]),
                    number(a["rmse"], 1 if name != "lumbar_arch_index" else 2),
                    number(a["bias"], 1 if name != "lumbar_arch_index" else 2, sign=True),
                    number(a["slope"]),
                    percent(a["coverage"]),
                    number(marks["rmse"], 1 if name != "lumbar_arch_index" else 2),
                    f"{number(b['rmse'], 1 if name != 'lumbar_arch_index' else 2)} (n {b['n']})",
                )
            )
    return (
        "measure",
        "n",
        "RMSE",
        "bias",
        "slope",
        "truth in the 90 % interval",
        "landmarks only, RMSE",
        "everybody, RMSE",
    ), rows


def hollow_rows(group: dict[str, Any]) -> Rows:
    """Return how well each number separates hollow from neutral runners."""
    words = {
        "verdict": "the verdict's probability",
        "verdict_own": "the same with the standing clip",
        "pelvic_tilt_deg": "measured tilt alone",
        "lumbar_arch_deg": "measured arch alone",
        "pelvic_tilt_deg_own": "change of the tilt alone",
        "lumbar_arch_deg_own": "change of the arch alone",
        "landmarks": "landmarks only, learnt",
        "landmarks_own": "landmarks only, learnt, with the standing clip",
        "true_pelvic_tilt_deg": "true tilt",
        "true_lumbar_arch_deg": "true arch",
        "true_pelvic_tilt_deg_own": "true change of the tilt",
        "true_lumbar_arch_deg_own": "true change of the arch",
    }
    auc = group["hollow"]["auc"]
    return [
        (text, number(auc[key]["auc"], 3), f"{auc[key]['hollow']} / {auc[key]['neutral']}")
        for key, text in words.items()
    ]


def markdown_table(columns: tuple[str, ...], rows: Rows) -> str:
    """Return a Markdown table; the first column is text, the others figures."""
    line = "|" + "|".join(["---", *["---:"] * (len(columns) - 1)]) + "|"
    return "\n".join(["| " + " | ".join(row) + " |" for row in (columns,)] + [line]) + "".join(
        "\n| " + " | ".join(row) + " |" for row in rows
    )


def readme_block(figures: dict[str, Any]) -> str:
    """Return the three numbers that the README shows, between their markers."""
    target = figures["groups"]["target"]
    tilt, arch = (target["value"]["package"][name] for name in MEASURES[:2])
    pairs = 100 * target["hollow"]["auc"]["verdict"]["auc"]
    return "\n".join(
        [
            BEGIN,
            f"- Pelvic tilt: typical error **{number(tilt['rmse'], 1)}°** (root mean square of {tilt['n']} clips).",
            f"- Lumbar arch: typical error **{number(arch['rmse'], 1)}°**.",
            f"- Of a hollow and a neutral runner, the hollow one ranks higher in **{pairs:.0f} of 100** pairs.",
            END,
        ]
    )


def summary_block(figures: dict[str, Any]) -> str:
    """Return the headline table, the refused clips and the verdicts, as Markdown."""
    target, everybody = (figures["groups"][name] for name in ("target", "all"))
    hollow = target["hollow"]
    called, own_called = (
        ", ".join(f"{words} {with_range(hollow[key][kind]['hollow_back'])}" for kind, words in KINDS.items())
        for key in ("labels", "labels_own")
    )
    auc = {key: number(value["auc"], 2) for key, value in hollow["auc"].items()}
    lines = [
        markdown_table(*headline(figures)),
        "",
        f"Rendered test people: {figures['people']['test']}. The table is about the {target['people']} of them with a "
        "tight shirt, filmed within 15 degrees of the side view for five strides or more. Not measurable: "
        f"{counted(target['refused'])} ({reasons_of(target['refused'])}); of everybody "
        f"{counted(everybody['refused'])} ({reasons_of(everybody['refused'])}).",
        "",
        f"Hollow against neutral runners (both joint angles at least 10, at most 4 degrees): AUC {auc['verdict']} by "
        f"the verdict's probability, {auc['verdict_own']} with the standing clip, {auc['landmarks']} and "
        f"{auc['landmarks_own']} by landmarks only. Called hollow: {called}; with the standing clip {own_called}.",
    ]
    return "\n".join(lines)


def block_in(text: str) -> str:
    """Return the marked block, markers included; empty when there is none."""
    if BEGIN not in text or END not in text:
        return ""
    return text[text.index(BEGIN) : text.index(END) + len(END)]


def with_block(text: str, block: str) -> str:
    """Return the text with its marked block replaced."""
    old = block_in(text)
    if not old:
        raise ValueError(f"the text has no {BEGIN} and {END}")
    return text.replace(old, block)


def terminal(figures: dict[str, Any], console: Console) -> None:
    """Print the headline table and the separation of hollow from neutral runners."""
    columns, rows = headline(figures)
    table = Table(title="Tight shirt, within 15 degrees of the side view, five strides or more")
    for place, column in enumerate(columns):
        table.add_column(column, justify="left" if place == 0 else "right")
    for row in rows:
        table.add_row(*row)
    console.print(table)
    target = figures["groups"]["target"]
    table = Table("hollow and neutral separated by", "AUC", "hollow / neutral")
    for row in hollow_rows(target):
        table.add_row(*row)
    console.print(table)
    console.print(f"Not measurable: {counted(target['refused'])} ({reasons_of(target['refused'])})")


def reasons_of(refused: dict[str, Any]) -> str:
    """Return the reasons of refusal with their counts, in words."""
    reasons = [f"{REASONS.get(code, code)} {count}" for code, count in refused["reasons"].items()]
    return ", ".join(reasons) or "none"
