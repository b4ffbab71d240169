"""Room 1: frames with their real times, from any file a phone or camera makes.

The only place that knows PyAV's reading side. Import the heavy part lazily: ``import posture.video`` loads
PyAV.
"""

from __future__ import annotations

from posture.video.looks import sample_frames, still
from posture.video.reader import Video, open_video, sha256_of
from posture.video.types import Frame, ReadSummary, VideoInfo

__all__ = [
    "Frame",
    "ReadSummary",
    "Video",
    "VideoInfo",
    "open_video",
    "sample_frames",
    "sha256_of",
    "still",
]
