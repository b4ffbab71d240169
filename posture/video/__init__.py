"""Read, sample, store and write video; the only package that uses PyAV.

Importing this package loads PyAV: import it where it is used.
"""

from __future__ import annotations

from posture.video.reader import Video, open_video, sha256_of
from posture.video.sampling import frame_at, sample_frames
from posture.video.types import Frame, ReadSummary, VideoInfo
from posture.video.writer import FilmFrame, can_write, write_film

__all__ = [
    "FilmFrame",
    "Frame",
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
