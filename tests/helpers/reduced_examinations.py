"""Examinations without some of their measures."""

from __future__ import annotations

from dataclasses import replace

from posture.analysis.examination import Examination


def with_measures(found: Examination, **measures: None) -> Examination:
    """Return an examination without some measures, in the clip and in its strides."""
    known = {**found.analysis.measures, **measures}
    gait = found.analysis.gait
    strides = tuple(
        s.model_copy(update={"measures": None if s.measures is None else {**s.measures, **measures}})
        for s in gait.strides
    )
    changed = {"measures": known, "gait": gait.model_copy(update={"strides": strides})}
    return replace(found, analysis=found.analysis.model_copy(update=changed))
