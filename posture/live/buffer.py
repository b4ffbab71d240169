"""Buffer of the last seconds of detected frames, bounded in time and number, as input of an analysis."""

from __future__ import annotations

from collections import deque
from pathlib import Path

import numpy as np

from posture.analysis.observations import ClipObservations
from posture.contour.observation import Observation
from posture.live.detector import DetectedFrame
from posture.video import ReadSummary, VideoInfo
from posture.video.stream import redact_address

# Length of the analysed window, seconds: 7 to 9 strides of a jogger.
WINDOW_S = 6.0
# Bound for fast cameras, of which the buffer keeps about 60 frames a second.
MAX_FRAMES = 400


class FrameBuffer:
    """Keeps the detected frames of the last seconds, without their pictures; `name` is that of the source."""

    def __init__(self, name: str) -> None:
        # A folder such as "." has no name, and an address may hold a password.
        self._name = redact_address(name) if Path(name).name else "camera"
        self._frames: deque[tuple[float, list[Observation]]] = deque(maxlen=MAX_FRAMES)
        self._size: tuple[int, int] = (0, 0)

    @property
    def span_s(self) -> float:
        """Time from the oldest to the newest frame, seconds."""
        return self._frames[-1][0] - self._frames[0][0] if self._frames else 0.0

    def add(self, detected: DetectedFrame) -> None:
        """Add a frame and drop those that are too old, or all when the picture size has changed."""
        frame = detected.frame
        if frame.size != self._size:
            self.clear()
            self._size = frame.size
        if self._frames and frame.time_s - self._frames[-1][0] < WINDOW_S / MAX_FRAMES:
            return
        self._frames.append((frame.time_s, [] if detected.observation is None else [detected.observation]))
        while self.span_s > WINDOW_S:
            self._frames.popleft()

    def clear(self) -> None:
        """Drop all frames."""
        self._frames.clear()

    def observations(self, seconds: float | None = None) -> ClipObservations:
        """Return the buffer, or its last seconds, as the observations of a clip."""
        from_s = self._frames[-1][0] - (WINDOW_S if seconds is None else seconds)
        recent = [(t, people) for t, people in self._frames if t >= from_s]
        return clip_observations(self._name, self._size, [t for t, _ in recent], [people for _, people in recent])


def clip_observations(
    name: str, size: tuple[int, int], times_s: list[float], people: list[list[Observation]]
) -> ClipObservations:
    """Return live frames as the observations of a clip."""
    width, height = size
    times = np.array(times_s)
    span = float(times[-1] - times[0]) if len(times) > 1 else 0.0
    info = VideoInfo(
        path=Path(name),
        width=width,
        height=height,
        source_width=width,
        source_height=height,
        fps=(len(times) - 1) / span if span > 0 else None,
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
    # A camera does not cut.
    return ClipObservations(info, summary, times, people, cuts=np.zeros(0, dtype=np.intp))
