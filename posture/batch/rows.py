"""From an analysis to its row in the summary."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from posture.batch.jobs import Clip, Row
from posture.records import Analysis, Change, Measure

MEASURES = {
    "pelvic_tilt_deg": "pelvic_tilt{}_deg",
    "lumbar_arch_deg": "lumbar_arch{}_deg",
    "lumbar_arch_index": "lumbar_arch_index{}_percent",
}
"""Names of measures, and of their columns: the value's, and with ``_low`` and ``_high`` the interval's."""
CHANGES = {"pelvic_tilt_deg": "pelvic_tilt_change{}_deg", "lumbar_arch_deg": "lumbar_arch_change{}_deg"}


def row_of(
    analysis: Analysis, clip: Clip, *, content: str, baseline: str | None = None, seconds: float | None = None
) -> Row:
    """Return the row of an analysed clip.

    Parameters
    ----------
    analysis : Analysis
    clip : Clip
    content : str
        Hash of the clip's content.
    baseline : str, optional
        Name of the standing clip that it was held against.
    seconds : float, optional
        How long the analysis took.
    """
    quality, measures = analysis.quality, analysis.measures
    lean = measures.get("trunk_lean_deg")
    change = analysis.baseline.change if analysis.baseline is not None else {}
    return Row(
        clip=clip.name,
        folder=clip.folder,
        state="analysed",
        runner=clip.runner,
        session=clip.session,
        label=analysis.verdict.label,
        probability=_rounded(analysis.verdict.probability),
        activity=analysis.subject.activity,
        trunk_lean_deg=None if lean is None else _rounded(lean.value),
        cadence_spm=_rounded(analysis.gait.cadence_spm),
        strides=quality.strides,
        view_yaw_deg=quality.view_yaw_deg,
        body_height_px=quality.body_height_px,
        arm_free_share=_rounded(quality.arm_free_share),
        issues=" ".join(issue.code for issue in quality.issues) or None,
        baseline=baseline,
        duration_s=_rounded(analysis.source.duration_s),
        analysis_s=seconds,
        sha256=content,
        reason=_why(analysis)[0],
        advice=_why(analysis)[1],
        **_intervals(measures, MEASURES),
        **_intervals(change, CHANGES),
    )


def _intervals(
    found: Mapping[str, Measure | None] | Mapping[str, Change | None], names: dict[str, str]
) -> Any:
    cells: dict[str, float | None] = {}
    for name, column in names.items():
        one = found.get(name)
        if one is not None:
            ends = {"": one.value, "_low": one.ci90[0], "_high": one.ci90[1]}
            cells |= {column.format(end): _rounded(value) for end, value in ends.items()}
    return cells


def _why(analysis: Analysis) -> tuple[str | None, str | None]:
    """Return why a clip has no verdict, and what to do about it."""
    blocking = [issue for issue in analysis.quality.issues if issue.blocking]
    return (blocking[0].message, blocking[0].advice) if blocking else (None, None)


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 3) + 0.0
