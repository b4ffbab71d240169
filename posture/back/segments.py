"""Posture segments: the back measured apart in each part of a clip whose posture changes.

Every part is measured as if it were a clip of its own. The clip's numbers are then the means of its parts, with
intervals that reach over those of all parts.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import astuple, dataclass, replace
from itertools import pairwise

import numpy as np

from posture.back.availability import reported_measures
from posture.back.course import StrideMeasures, stride_values
from posture.back.measure import BackResult
from posture.contour.angles import BackAngles
from posture.gait.runner_choice import TrackedPerson
from posture.outline.segmentation import POSTURE_MEASURES, posture_change_sd
from posture.records.analysis import Measure
from posture.thresholds import SEGMENTS
from posture.types import Array, Indices

MeasureBack = Callable[[TrackedPerson], BackResult | None]
"""Measures the back of a runner over some strides of the same posture."""


@dataclass(frozen=True)
class PostureSegment:
    """A part of a clip in which the posture stays the same.

    Attributes
    ----------
    runner
        With the strides of the part only.
    first, end
        Number of its first stride among those of the clip, and of the first one after it.
    measures
        Those that the part supports, by name.
    """

    runner: TrackedPerson
    first: int
    end: int
    back: BackResult
    measures: Mapping[str, Measure | None]

    @property
    def bounds_s(self) -> tuple[float, float]:
        """Beginning of the first stride and end of the last, seconds of the clip."""
        bounds = self.runner.strides.bounds_s
        return float(bounds[0, 0]), float(bounds[-1, 1])


def measure_segments(runner: TrackedPerson, back: BackResult, measure: MeasureBack) -> tuple[PostureSegment, ...]:
    """Measure the parts of a run in which the posture differs; none where it stays the same.

    Parts were found from the edges that no arm covers. Neighbours that turn out to be the same are one.

    Parameters
    ----------
    back
        Of the whole clip.
    """
    if not len(runner.strides) or len(np.unique(back.segment)) < 2:
        return ()
    numbers = [back.measured_strides[back.segment == number] for number in np.unique(back.segment)]
    segments = [_segment(runner, int(own[0]), int(own[-1]) + 1, measure) for own in numbers]
    while len(segments) > 1:
        changes = [_change_sd(one, other) for one, other in pairwise(segments)]
        smallest = int(np.argmin(changes))
        if changes[smallest] > SEGMENTS.min_change_sd:
            return _with_common_clothing(segments)
        if len(segments) == 2:
            break
        first, end = segments[smallest].first, segments[smallest + 1].end
        segments[smallest : smallest + 2] = [_segment(runner, first, end, measure)]
    return ()


def _with_common_clothing(segments: Sequence[PostureSegment]) -> tuple[PostureSegment, ...]:
    """Return the parts, none refused for its clothing alone: the same top is worn throughout a clip."""
    if has_foreign_outline([segment.back for segment in segments]):
        return tuple(segments)
    return tuple(_as_possibly_loose(segment) for segment in segments)


def _as_possibly_loose(segment: PostureSegment) -> PostureSegment:
    signs = segment.back.clothing
    if signs is None or signs.clothing != "loose":
        return segment
    back = replace(segment.back, clothing=replace(signs, clothing="possible"))
    return replace(segment, back=back, measures=reported_measures(segment.runner, back))


def _segment(runner: TrackedPerson, first: int, end: int, measure: MeasureBack) -> PostureSegment:
    part = replace(runner, strides=runner.strides.between(first, end))
    back = measure(part)
    assert back is not None  # Its strides were measured in the clip.
    return PostureSegment(part, first, end, back, reported_measures(part, back))


def _change_sd(one: PostureSegment, other: PostureSegment) -> float:
    """Return how far two parts lie apart; infinity where one of them is not known."""
    if not (one.back.is_reliable and other.back.is_reliable):
        return np.inf
    values = [{n: part.back.measured.measures[n].value for n in POSTURE_MEASURES} for part in (one, other)]
    return posture_change_sd(values[0], values[1])


def clip_measures(
    measures: Mapping[str, Measure | None], segments: Sequence[PostureSegment]
) -> dict[str, Measure | None]:
    """Return the measures of a clip; where the posture changes, the means of the parts.

    Parameters
    ----------
    measures
        Of all strides together.
    """
    if not segments:
        return dict(measures)
    return {name: _mean_of_parts([one.measures.get(name) for one in segments]) for name in measures}


def _mean_of_parts(parts: Sequence[Measure | None]) -> Measure | None:
    """Return the mean of the known parts, weighted by strides; its interval, symmetric, reaches over all intervals."""
    known = [part for part in parts if part is not None]
    if not known:
        return None
    weights = np.array([part.strides for part in known], dtype=np.float64)
    values = np.array([part.value for part in known])
    value = float(np.average(values, weights=weights))
    ends = [end for part in known for end in part.ci90]
    half = max(value - min(ends), max(ends) - value)
    within = sum(n * (part.sd or 0.0) ** 2 for n, part in zip(weights, known, strict=True)) / weights.sum()
    between = float(np.average((values - value) ** 2, weights=weights))
    return Measure(
        value=round(value, 3),
        unit=known[0].unit,
        ci90=(round(value - half, 3), round(value + half, 3)),
        strides=int(weights.sum()),
        sd=round(float(np.sqrt(within + between)), 3),
    )


def values_of_strides(
    runner: TrackedPerson,
    back: BackResult | None,
    measures: Mapping[str, Measure | None],
    segments: Sequence[PostureSegment],
) -> list[StrideMeasures | None]:
    """Return each stride's own values, see `stride_values`: from the part that it belongs to, where there are parts."""
    if not segments:
        return stride_values(runner, back, measures)
    values: list[StrideMeasures | None] = [None] * len(runner.strides)
    for segment in segments:
        values[segment.first : segment.end] = stride_values(segment.runner, segment.back, segment.measures)
    return values


def compose_strides(back: BackResult, segments: Sequence[PostureSegment]) -> BackResult:
    """Return the back of a clip with the strides as their parts measured them; the mean over the clip stays."""
    measured = back.measured
    for segment in segments:
        own = segment.back.measured
        places = np.searchsorted(back.measured_strides, segment.first + segment.back.measured_strides)
        measured = replace(
            measured,
            by_stride={n: _inserted(values, places, own.by_stride[n]) for n, values in measured.by_stride.items()},
            stride_outlines=_inserted(measured.stride_outlines, places, own.stride_outlines),
            stride_angles=BackAngles(
                *(
                    _inserted(values, places, others)
                    for values, others in zip(astuple(measured.stride_angles), astuple(own.stride_angles), strict=True)
                )
            ),
        )
    return replace(back, measured=measured)


def _inserted(values: Array, places: Indices, own: Array) -> Array:
    changed = np.array(values)
    changed[places] = own
    return changed


def has_foreign_outline(parts: Sequence[BackResult]) -> bool:
    """Return whether something other than the body makes the outline of all parts of a clip, or of them together.

    The same top is worn throughout, so the parts' scores of a loose top are averaged over their strides.
    """
    if all(not part.is_body for part in parts):
        return True
    excess = [(len(part.measured_strides), part.clothing.excess) for part in parts if part.clothing is not None]
    return sum(strides * own for strides, own in excess) > 0.0


def largest_tilt_sd(back: BackResult, segments: Sequence[PostureSegment]) -> float | None:
    """Return the standard deviation of tilt between the strides of the least steady part, degrees; None without any."""
    parts = [segment.back for segment in segments] or [back]
    deviations = [part.measured.measures["pelvic_tilt_deg"].stride_sd for part in parts]
    return max((sd for sd in deviations if sd is not None), default=None)
