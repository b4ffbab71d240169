"""The view over time: which strides are seen from the side, facing the side that the runner mostly faces.

The width of shoulders and hips in the picture gives the view's yaw once the trunk's own rotation has cancelled, as it
does over a whole stride. The yaw at a moment is therefore the mean over one stride around it, and the median of three
such strides, which a single bad one does not move.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import numpy.typing as npt

from posture.gait.strides import SkippedStride, Strides
from posture.pose.view import ViewEstimate, estimate_view, view_signals, yaw_of
from posture.thresholds import GATES
from posture.types import Array

BoolArray = npt.NDArray[np.bool_]

ViewReason = Literal["not_side_view", "faces_other_way"]

# Shorter spans, strides, belong to the spans beside them.
MIN_SPAN = 0.5


@dataclass(frozen=True)
class ViewSpan:
    """A part of the clip with one kind of view."""

    start_s: float
    end_s: float
    yaw_deg: float  # Mean rotation out of the side view, positive toward the front.
    reason: ViewReason | None  # Why its strides are not used; None where they are.

    @property
    def is_used(self) -> bool:
        """Whether the runner is seen from the side in it."""
        return self.reason is None


def select_side_view(
    landmarks: Array, time_s: Array, strides: Strides, view: ViewEstimate
) -> tuple[Strides, ViewEstimate, tuple[ViewSpan, ...]]:
    """Leave out the strides that are not seen from the side.

    Parameters
    ----------
    landmarks : shape (N, 33, 2)
        Pixels.
    time_s : shape (N,)
        Seconds.
    view
        Over all frames.

    Returns
    -------
    strides : Strides
        Without the others; all of them where none is seen from the side.
    view : ViewEstimate
        Over the strides that are used. Where none is, the yaw is that of the typical stride.
    spans : tuple of ViewSpan
        In order; empty without strides.
    """
    if not len(strides) or strides.stride_s is None or view.turn_deg != 0:
        return strides, view, ()
    forward, width = view_signals(landmarks)
    yaw = _median_of_strides(np.asarray(yaw_of(_mean_over_stride(width, time_s, strides.stride_s))), time_s, strides)
    agreement = _mean_over_stride((forward >= 0) == (view.facing == "right"), time_s, strides.stride_s)
    other_way = agreement < 0.5
    visible = _side_view(yaw) & ~other_way
    spans = _spans(time_s, yaw, visible, other_way, MIN_SPAN * strides.stride_s)
    used = np.zeros(len(time_s), dtype=np.bool_)
    for span in spans:
        used |= span.is_used & (time_s >= span.start_s) & (time_s <= span.end_s)
    # The mean over one stride around a stride's middle is its own.
    middle = np.searchsorted(time_s, strides.bounds_s.mean(axis=1)).clip(max=len(time_s) - 1)
    keep = used[middle]
    if not keep.any():
        typical = float(np.median(np.abs(yaw[middle])))
        return strides, replace(view, yaw_deg=typical if view.yaw_deg >= 0 else -typical), spans
    if all(span.is_used for span in spans):
        return strides, view, spans
    selected = _select(strides, keep)
    parts = tuple(part for part in strides.parts if used[part.frames].mean() > 0.5)
    selected = replace(selected, parts=parts)
    return selected, estimate_view(landmarks[selected.frame_stride >= 0]), spans


def stride_yaws_deg(landmarks: Array, strides: Strides) -> list[float | None]:
    """Return the view's yaw in each stride, degrees, positive toward the front; None where no trunk has a length."""
    _forward, width = view_signals(landmarks)
    of_strides = [width[(strides.frame_stride == number) & np.isfinite(width)] for number in range(len(strides))]
    return [float(yaw_of(float(own.mean()))) if len(own) else None for own in of_strides]


def _mean_over_stride(values: Array | BoolArray, time_s: Array, stride_s: float) -> Array:
    """Return the mean over one stride around each frame, shape (N,); at the ends, over the first or last stride."""
    half = stride_s / 2
    known = np.isfinite(values)
    total = np.concatenate([[0.0], np.cumsum(np.where(known, values, 0.0))])
    count = np.concatenate([[0], np.cumsum(known)])
    middle = np.clip(time_s, time_s[0] + half, max(time_s[-1] - half, time_s[0] + half))
    first, end = np.searchsorted(time_s, middle - half), np.searchsorted(time_s, middle + half, side="right")
    # Beside a gap a window may hold no frame but its own.
    own = np.arange(len(time_s))
    first, end = np.minimum(first, own), np.maximum(end, own + 1)
    return np.asarray((total[end] - total[first]) / np.maximum(count[end] - count[first], 1))


def _median_of_strides(values: Array, time_s: Array, strides: Strides) -> Array:
    """Return the median of each frame's value and those one stride before and after it, shape (N,)."""
    step = strides.stride_s or 0.0
    around = [np.interp(time_s + shift, time_s, values) for shift in (-step, 0.0, step)]
    return np.asarray(np.median(around, axis=0))


def _side_view(yaw_deg: Array) -> BoolArray:
    """Return where the runner is seen from the side, shape (N,).

    With hysteresis: a view between the limits counts as what it last was, and at the beginning as what it becomes.
    """
    turns_in, turns_out = np.abs(yaw_deg) <= GATES.max_yaw_deg, np.abs(yaw_deg) > GATES.leave_yaw_deg
    known = turns_in | turns_out
    last = np.maximum.accumulate(np.where(known, np.arange(len(yaw_deg)), int(known.argmax())))
    return np.asarray(turns_in[last])


def _spans(
    time_s: Array, yaw_deg: Array, visible: BoolArray, other_way: BoolArray, min_span_s: float
) -> tuple[ViewSpan, ...]:
    """Return the spans of equal use; short ones take the use of the span before them, or else after them."""
    kind = np.where(visible, 0, np.where(other_way, 2, 1))
    starts = np.concatenate([[0], np.flatnonzero(np.diff(kind)) + 1])
    ends = np.append(starts[1:], len(kind))
    long = [(a, b, int(kind[a])) for a, b in zip(starts, ends, strict=True) if time_s[b - 1] - time_s[a] >= min_span_s]
    joined: list[tuple[int, int, int]] = []
    for _first, end, own in long:
        if joined and joined[-1][2] == own:
            joined[-1] = (joined[-1][0], end, own)
        else:
            joined.append((joined[-1][1] if joined else 0, end, own))
    if not joined:
        joined = [(0, len(kind), int(np.bincount(kind).argmax()))]
    joined[-1] = (joined[-1][0], len(kind), joined[-1][2])
    reasons: tuple[ViewReason | None, ...] = (None, "not_side_view", "faces_other_way")
    spans = []
    for first, end, own in joined:
        start_s, end_s = float(time_s[first]), float(time_s[min(end, len(time_s) - 1)])
        spans.append(ViewSpan(start_s, end_s, float(yaw_deg[first:end].mean()), reasons[own]))
    return tuple(spans)


def _select(strides: Strides, keep: BoolArray) -> Strides:
    """Return some of the strides; the others are skipped for their view."""
    number = np.where(keep, np.cumsum(keep) - 1, -1)
    inside = strides.frame_stride >= 0
    frame_stride = np.where(inside, number[np.where(inside, strides.frame_stride, 0)], -1)
    others = [SkippedStride(float(a), float(b), "not_side_view") for a, b in strides.bounds_s[~keep]]
    return replace(
        strides,
        bounds_s=strides.bounds_s[keep],
        frame_stride=frame_stride,
        frame_phase=np.where(frame_stride >= 0, strides.frame_phase, np.nan),
        skipped=tuple(sorted((*strides.skipped, *others), key=lambda stride: stride.start_s)),
    )
