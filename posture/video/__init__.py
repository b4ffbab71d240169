"""Room 1: frames with their real times, from any file a phone or camera makes.

The only place that knows PyAV: files are read here, and H.264 is written. Import the heavy part lazily:
``import posture.video`` loads PyAV.
"""

from __future__ import annotations

from posture.video.frame_store import FrameStore
from posture.video.reader import Video, open_video, sha256_of
from posture.video.sampling import frame_at, sample_frames
from posture.video.types import Frame, ReadSummary, VideoInfo
from posture.video.writer import FilmFrame, can_write, write_film

__all__ = [
    "FilmFrame",
    "Frame",
    "FrameStore",
    "ReadSummary",
    "Video",
    "VideoInfo",
    "can_write",
    "frame_at",
    "open_video",
    "sample_frames",
    "sha256_of",
    "write_film",
]
