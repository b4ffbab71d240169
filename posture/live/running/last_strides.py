"""Measures the last few strides of a window by themselves: the back as it is held now."""

from __future__ import annotations

from dataclasses import dataclass, replace

from posture.analysis.examination import Examination
from posture.analysis.observe import ClipObservations
from posture.analysis.options import AnalysisOptions, ask
from posture.analysis.record import with_baseline
from posture.back.availability import reported_measures
from posture.back.measure import BackResult
from posture.comparison.baseline import comparable
from posture.gait.subject import TrackedPerson
from posture.quality import AMBIGUOUS
from posture.records.analysis import Analysis
from posture.types import PoseModel
from posture.verdict import assess

# What is called a hollow back now rests on so many strides, the last ones.
RECENT_STRIDES = 3
# A change of the back is looked for up to so many strides before the end.
LEAST_CHANGED = 2


def last_strides(
    watched: ClipObservations,
    found: Examination,
    model: PoseModel,
    baseline: Analysis | None,
    strides: int = RECENT_STRIDES,
) -> Examination:
    """Return the measures of the last few strides alone, and the verdict on them.

    They are measured by themselves: beside strides in which the back was held otherwise, their own edges would be
    taken for an arm's.

    Parameters
    ----------
    watched : ClipObservations
    found : Examination
        Of all of it; returned as it is where it has no more strides, is not measurable for another reason, or can be
        read in two ways though the back has not changed; and where the last few can, which the others settle.
    model : {"lite", "full", "heavy"}
    baseline : Analysis or None
        The runner's own standing posture.
    strides : int
        How many of them count.
    """
    whole, runner = found.analysis, found.runner
    others = [issue for issue in whole.quality.issues if issue.code != AMBIGUOUS]
    if runner is None or any(issue.blocking for issue in others) or len(runner.strides) <= strides:
        return found
    asked = ask(model)
    if baseline is not None and comparable(whole.baseline):
        asked = asked.against(baseline, baseline.source.path)
    window = _StrideWindow(asked, watched, runner, whole.quality.camera_roll_deg)
    count = len(runner.strides)
    last, back = window.part(count - strides, count)
    if back is not None and back.is_ambiguous:
        return found
    if is_ambiguous(whole) and not window.has_changed(strides):
        return found
    measures = reported_measures(last, back)
    alone = whole.model_copy(
        update={
            "quality": whole.quality.model_copy(update={"measurable": True, "issues": tuple(others)}),
            "measures": measures,
            "baseline": None,
            "verdict": assess(measures, others).verdict,
        }
    )
    if baseline is not None:
        alone = with_baseline(alone, baseline, path=baseline.source.path)
    return Examination(alone, last, back)


def is_ambiguous(analysis: Analysis) -> bool:
    """Return whether two different backs fit the edges."""
    return any(issue.code == AMBIGUOUS for issue in analysis.quality.issues)


@dataclass(frozen=True)
class _StrideWindow:
    """What was watched, of which parts are measured."""

    asked: AnalysisOptions
    watched: ClipObservations
    runner: TrackedPerson
    roll_deg: float | None

    def part(self, first: int, end: int) -> tuple[TrackedPerson, BackResult | None]:
        """Return the runner and the back of some of the strides."""
        mover = replace(self.runner, strides=self.runner.strides.between(first, end))
        return mover, self.asked.measure_back_of(mover, self.watched, roll_deg=self.roll_deg)

    def has_changed(self, recent: int) -> bool:
        """Return whether the back can be read before some stride and from it on; else arms hide it."""
        count = len(self.runner.strides)
        return any(
            self._readable(0, change) and self._readable(change, count)
            for change in range(recent, count - LEAST_CHANGED + 1)
        )

    def _readable(self, first: int, end: int) -> bool:
        back = self.part(first, end)[1]
        return back is not None and back.is_reliable
