"""Video metadata, frames, and the summary of a read."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from posture.types import Image


@dataclass(frozen=True)
class VideoInfo:
    """Metadata of a video, from its container and its first frame.

    Attributes
    ----------
    path
        A file, or a folder of images.
    width, height
        Size of the delivered frames, pixels: upright, square pixels, within the size limit.
    source_width, source_height
        Size as stored, pixels.
    fps
        Mean frame rate that the container states, frames per second.
    duration_s
        Duration that the container states, seconds.
    frames_promised
        Number of frames that the container states.
    rotation_deg
        Clockwise rotation that is applied: 0, 90, 180 or 270.
    mirrored
        Frames are also flipped horizontally, as the container requests.
    pixel_aspect
        Width of a stored pixel divided by its height.
    codec, container
        FFmpeg's names of them, such as ``h264``.
    bit_depth
        Bits per stored sample.
    hdr
        The transfer curve is PQ or HLG. There is no tone mapping.
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

    @property
    def scaled_down(self) -> bool:
        """Whether the size limit makes the frames smaller than they are stored."""
        return max(self.width, self.height) < max(self.source_width, self.source_height)


@dataclass(frozen=True, eq=False)
class Frame:
    """One decoded frame.

    Attributes
    ----------
    index
        Position among the delivered frames, from 0.
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
    frames_read
        Frames that were delivered.
    frames_promised
        Frames that the container states for the whole video.
    frames_hidden
        Stored frames that an edit list excludes from playback.
    frames_damaged
        Delivered frames in which the decoder concealed damage.
    frames_lost
        Frames that could not be read.
    first_time_s, end_time_s
        Start of the first delivered frame and end of the last one, seconds after the first frame of the
        video; None when no frame was delivered.
    complete
        The requested range was read to its end, without damage.
    damage
        Damage and loss, one sentence without a full stop.
    remark
        Harmless irregularity, one sentence without a full stop.
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
