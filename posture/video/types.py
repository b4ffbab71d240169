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

    Attributes
    ----------
    width, height
        Size of the delivered frames, pixels: upright, square pixels, within the size limit.
    source_width, source_height
        Size as stored, pixels.
    fps, duration_s, frames_promised
        Mean frame rate, duration and number of frames that the container states.
    rotation_deg, mirrored
        Clockwise rotation that is applied, 0, 90, 180 or 270, and then a horizontal flip.
    pixel_aspect
        Width of a stored pixel divided by its height.
    bit_depth
        Bits per stored sample.
    hdr
        The transfer curve is PQ or HLG. There is no tone mapping.
    capture_fps
        Frames a second at which the camera took the pictures, where the file states it.
    extra_rotation_deg
        Part of the rotation that the caller asked for, not the file.
    recorded
        When it was recorded; None where that is unknown.
    """

    path: Path
    width: int
    height: int
    source_width: int
    source_height: int
    fps: float | None
    duration_s: float | None
    frames_promised: int | None
    rotation_deg: int
    mirrored: bool
    pixel_aspect: float
    codec: str
    container: str
    bit_depth: int
    hdr: bool
    extra_rotation_deg: int = 0
    capture_fps: float | None = None
    recorded: RecordingDate | None = None

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

    @property
    def scaled_down(self) -> bool:
        """Whether the size limit makes the frames smaller than they are stored."""
        return max(self.width, self.height) < max(self.source_width, self.source_height)


class DecodedFrame(NamedTuple):
    """A frame as decoded, with its time after the first frame of the video and its duration, seconds."""

    image: av.VideoFrame
    time_s: float
    length_s: float


@dataclass(frozen=True, eq=False)
class Frame:
    """One decoded frame.

    Attributes
    ----------
    index
        Position among the delivered frames, from 0; -1 in the lead before them.
    time_s
        Presentation time, seconds after the first frame of the video (also when reading starts later).
    rgb : array of uint8, shape (height, width, 3)
        Full-range RGB, top row first, C-contiguous.
    """

    index: int
    time_s: float
    rgb: Image


@dataclass(frozen=True)
class ReadSummary:
    """Result of reading a video, compared with what its container states.

    Attributes
    ----------
    frames_promised
        Frames that the container states for the whole video.
    frames_hidden
        Stored frames that an edit list excludes from playback.
    frames_damaged
        Delivered frames in which the decoder concealed damage.
    first_time_s, end_time_s
        Start of the first delivered frame and end of the last one, seconds; None without frames.
    complete
        The requested range was read to its end, without damage.
    damage, remark
        Damage and loss, and a harmless irregularity: sentences without a full stop.
    read_every
        One of so many frames was asked for.
    """

    frames_read: int
    frames_promised: int | None
    frames_hidden: int
    frames_damaged: int
    frames_lost: int
    first_time_s: float | None
    end_time_s: float | None
    complete: bool
    damage: str | None
    remark: str | None
    read_every: int = 1
