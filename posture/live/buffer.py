"""The last seconds of what was seen, bounded in time and number, in the form that an analysis takes."""

from __future__ import annotations

from collections import deque
from pathlib import Path

import numpy as np

from posture.analysis.observe import ClipObservations
from posture.contour.observation import Observation
from posture.live.detector import DetectedFrame
from posture.video import ReadSummary, VideoInfo
from posture.video.stream import redact_address

# How long what was seen counts, seconds: 7 to 9 strides of a jogger.
WINDOW_S = 6.0
# More frames than this are not kept: of a fast camera only some count, 60 a second or a little more.
MOST_FRAMES = 400


class FrameBuffer:
    """Keeps the last seconds.

    Parameters
    ----------
    name : str
        Of the source.
    window_s : float
    """

    def __init__(self, name: str, window_s: float = WINDOW_S) -> None:
        # A folder such as "." has no name, and a password is nobody else's business.
        self._name = redact_address(name) if Path(name).name else "camera"
        self._window_s = window_s
        self._kept: deque[tuple[float, list[Observation]]] = deque(maxlen=MOST_FRAMES)
        self._size: tuple[int, int] = (0, 0)

    def __len__(self) -> int:
        """Return how many frames are kept."""
        return len(self._kept)

    @property
    def span_s(self) -> float:
        """How long what is kept is, seconds."""
        return self._kept[-1][0] - self._kept[0][0] if self._kept else 0.0

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of the pictures."""
        return self._size

    def add(self, seen: DetectedFrame) -> None:
        """Keep one more frame, and let go of those that are too old; all, when the picture's size has changed."""
        if seen.frame.size != self._size:
            self.clear()
            self._size = seen.frame.size
        if self._kept and seen.frame.time_s - self._kept[-1][0] < self._window_s / MOST_FRAMES:
            return
        self._kept.append((seen.frame.time_s, [] if seen.observation is None else [seen.observation]))
        while self.span_s > self._window_s:
            self._kept.popleft()

    def clear(self) -> None:
        """Forget everything."""
        self._kept.clear()

    def watched(self, seconds: float | None = None) -> ClipObservations:
        """Return what is kept, or its last seconds, as a clip that has been watched."""
        from_s = self._kept[-1][0] - (self._window_s if seconds is None else seconds)
        kept = [(t, people) for t, people in self._kept if t >= from_s]
        return clip_observations(self._name, self._size, [t for t, _ in kept], [people for _, people in kept])


def clip_observations(
    name: str, size: tuple[int, int], times_s: list[float], sightings: list[list[Observation]]
) -> ClipObservations:
    """Return frames that were seen live as a clip that has been watched."""
    width, height = size
    times = np.array(times_s)
    span = float(times[-1] - times[0]) if len(times) > 1 else 0.0
    fps = (len(times) - 1) / span if span > 0 else None
    info = VideoInfo(
        path=Path(name),
        width=width,
        height=height,
        source_width=width,
        source_height=height,
        fps=fps,
        duration_s=span,
        frames_promised=None,
        rotation_deg=0,
        mirrored=False,
        pixel_aspect=1.0,
        codec="live",
        container="live",
        bit_depth=8,
        hdr=False,
    )
    summary = ReadSummary(
        frames_read=len(times),
        frames_promised=None,
        frames_hidden=0,
        frames_damaged=0,
        frames_lost=0,
        first_time_s=float(times[0]) if len(times) else None,
        end_time_s=float(times[-1]) if len(times) else None,
        complete=True,
        damage=None,
        remark=None,
    )
    return ClipObservations(info, summary, times, sightings)
