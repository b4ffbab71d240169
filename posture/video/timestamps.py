"""Presentation times that only run forward, whatever the container says.

Index over frame rate is not a time: phones film with a variable rate and slow-motion ramps. The
container's stamps are used as they are; only what cannot be is repaired.
"""

from __future__ import annotations

from dataclasses import dataclass

_FALLBACK_FPS = 30.0
_PLAUSIBLE_FPS = (1.0, 1000.0)
# A stamp that falls back by more than this is a new time line (joined clips), not two frames out of order.
_RESTART_S = 0.5


def plausible_fps(rate: float | None) -> float | None:
    """Return a frame rate, or ``None`` where it is a placeholder (containers write 0 or 90000)."""
    if rate is None or not _PLAUSIBLE_FPS[0] <= rate <= _PLAUSIBLE_FPS[1]:
        return None
    return rate


@dataclass
class MonotonicTimes:
    """Turns a container's stamps into strictly increasing seconds after the clip's first frame.

    Parameters
    ----------
    fps : float or None
        Frame rate for frames that carry no stamp.
    origin_s : float, optional
        Stamp of the clip's first frame; taken from the first frame that is shown when not given.
    """

    fps: float | None = None
    origin_s: float | None = None
    last_s: float | None = None

    @property
    def step_s(self) -> float:
        """Length of a frame, in seconds, where nothing better is known."""
        return 1.0 / (plausible_fps(self.fps) or _FALLBACK_FPS)

    def time_of(self, stamp_s: float | None) -> float:
        """Return the time of the next frame.

        Parameters
        ----------
        stamp_s : float or None
            The container's stamp in seconds, from any origin; ``None`` when it gives none.

        Returns
        -------
        float
            Seconds after the clip's first frame, later than every time returned before.
        """
        if self.origin_s is None:
            self.origin_s = 0.0 if stamp_s is None else stamp_s
        if self.last_s is None:
            time_s = 0.0 if stamp_s is None else max(0.0, stamp_s - self.origin_s)
        elif stamp_s is None:
            time_s = self.last_s + self.step_s
        else:
            time_s = self._forward(stamp_s, self.last_s)
        self.last_s = time_s
        return time_s

    def _forward(self, stamp_s: float, last_s: float) -> float:
        assert self.origin_s is not None
        time_s = stamp_s - self.origin_s
        if time_s > last_s:
            return time_s
        if last_s - time_s > _RESTART_S:
            time_s = last_s + self.step_s
            self.origin_s = stamp_s - time_s
            return time_s
        # Half a step: the next frame, if its stamp is right, still comes later.
        return last_s + self.step_s / 2
