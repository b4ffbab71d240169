"""Video metadata, frames, and the summary of a read."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import av

from posture.types import Image
from posture.video.recording_date import RecordingDate

# Range of factors between the rate of capture and that of playback that are slow motion: variable frame rates differ by
# less than the least, and no phone exceeds the most. Factors are whole within this share.
LEAST_SLOWDOWN, MOST_SLOWDOWN = 1.5, 64.0
ROUNDING = 0.03


@dataclass(frozen=True)
class VideoInfo:
    """Metadata of a video, from its container and its first frame.

    The path is a file or a folder of images; codec and container are FFmpeg's names.
    """

    path: Path
    width: int  # Of the delivered frames, pixels: upright, square pixels, within the size limit.
    height: int  # Likewise.
    source_width: int  # As stored, pixels.
    source_height: int  # Likewise.
    fps: float | None  # Mean frame rate that the container states.
    duration_s: float | None  # Duration that it states.
    frames_promised: int | None  # Number of frames that it states.
    rotation_deg: int  # Clockwise rotation that is applied, 0, 90, 180 or 270.
    mirrored: bool  # Whether a horizontal flip is applied after it.
    pixel_aspect: float  # Width of a stored pixel divided by its height.
    codec: str
    container: str
    bit_depth: int  # Bits per stored sample.
    hdr: bool  # The transfer curve is PQ or HLG. There is no tone mapping.
    extra_rotation_deg: int = 0  # Part of the rotation that the caller asked for, not the file.
    capture_fps: float | None = None  # Frames a second at which the camera took the pictures, where the file states it.
    recorded: RecordingDate | None = None  # When it was recorded; None where that is unknown.

    @property
    def slow_motion(self) -> float | None:
        """How many times slower than life the file says that it plays; None when it says nothing or plays as life."""
        if self.capture_fps is None or self.fps is None:
            return None
        factor = self.capture_fps / self.fps
        if not LEAST_SLOWDOWN <= factor <= MOST_SLOWDOWN:
            return None
        # 240 taken and 29.97 played is a factor of 8.
        return float(round(factor)) if abs(factor - round(factor)) < ROUNDING * factor else factor


class DecodedFrame(NamedTuple):
    """A frame as decoded, with its time after the first frame of the video and its duration, seconds."""

    image: av.VideoFrame
    time_s: float
    length_s: float


@dataclass(frozen=True, eq=False)
class Frame:
    """One decoded frame."""

    index: int  # Position among the delivered frames, from 0; -1 in the lead before them.
    time_s: float  # Presentation time, seconds after the first frame of the video (also when reading starts later).
    rgb: Image  # Shape (height, width, 3). Full-range RGB, top row first, C-contiguous.


@dataclass(frozen=True)
class ReadSummary:
    """Result of reading a video, compared with what its container states."""

    frames_read: int
    frames_promised: int | None  # Frames that the container states for the whole video.
    frames_hidden: int  # Stored frames that an edit list excludes from playback.
    frames_damaged: int  # Delivered frames in which the decoder concealed damage.
    frames_lost: int
    first_time_s: float | None  # Start of the first delivered frame, seconds; None without frames.
    end_time_s: float | None  # End of the last one, seconds; None without frames.
    complete: bool  # The requested range was read to its end, without damage.
    damage: str | None  # Damage and loss: a sentence without a full stop.
    remark: str | None  # A harmless irregularity, likewise.
    read_every: int = 1  # One of so many frames was asked for.
