"""Strictly increasing presentation times from the timestamps of a container.

Frame index divided by frame rate is not a time: phones record variable rates and slow-motion ramps. Valid
timestamps are used unchanged; only impossible ones are repaired.
"""

from __future__ import annotations

from dataclasses import dataclass

_FALLBACK_FPS = 30.0
_PLAUSIBLE_FPS = (1.0, 1000.0)
# A larger step back starts a new timeline (concatenated clips); a smaller one is two frames out of order.
_RESTART_S = 0.5


def plausible_fps(rate: float | None) -> float | None:
    """Return a frame rate, or None for a placeholder (containers write 0 or 90000)."""
    if rate is None or not _PLAUSIBLE_FPS[0] <= rate <= _PLAUSIBLE_FPS[1]:
        return None
    return rate


@dataclass
class MonotonicTimes:
    """Converts container timestamps to strictly increasing seconds after the first frame.

    Examples
    --------
    >>> times = MonotonicTimes(fps=10.0)
    >>> [round(times.time_of(stamp_s), 2) for stamp_s in (5.0, 5.1, 5.1, None)]
    [0.0, 0.1, 0.15, 0.25]
    """

    fps: float | None = None  # Frame rate for frames without a timestamp.
    # Timestamp of the first frame of the video; by default that of the first frame decoded.
    origin_s: float | None = None
    last_s: float | None = None

    @property
    def step_s(self) -> float:
        """Duration of a frame by the frame rate, seconds."""
        return 1.0 / (plausible_fps(self.fps) or _FALLBACK_FPS)

    def time_of(self, stamp_s: float | None) -> float:
        """Return the time of the next frame, later than all times returned before.

        ``stamp_s`` is the frame's timestamp from any origin, seconds; None when it has none.
        """
        if self.origin_s is None:
            self.origin_s = 0.0 if stamp_s is None else stamp_s
        if self.last_s is None:
            time_s = 0.0 if stamp_s is None else max(0.0, stamp_s - self.origin_s)
        elif stamp_s is None:
            time_s = self.last_s + self.step_s
        else:
            time_s = stamp_s - self.origin_s
            if self.last_s - time_s > _RESTART_S:
                time_s = self.last_s + self.step_s
                self.origin_s = stamp_s - time_s
            elif time_s <= self.last_s:
                # Half a step, so that a correct timestamp of the next frame is still later.
                time_s = self.last_s + self.step_s / 2
        self.last_s = time_s
        return time_s
