"""What reading a clip yields: facts about the clip, its frames, and what was lost on the way."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class VideoInfo:
    """A clip as its container and its first frame describe it.

    Attributes
    ----------
    path : Path
        The file, or the folder of images.
    width, height : int
        Size in pixels of the frames as they are delivered: upright, with square pixels, and no side
        longer than the size limit.
    source_width, source_height : int
        Size in pixels as stored, before rotation, pixel aspect and size limit.
    fps : float or None
        Mean frame rate the container names, frames per second.
    duration_s : float or None
        Length the container names, in seconds.
    frames_promised : int or None
        Number of frames the container names; ``None`` when it does not say.
    rotation_deg : int
        Clockwise rotation that is applied: 0, 90, 180 or 270.
    mirrored : bool
        Whether the frames are also flipped left to right, as the container asks for.
    pixel_aspect : float
        Width of a stored pixel over its height; 1 is square.
    codec : str
        Name of the coding, such as ``h264``.
    container : str
        Name of the file format.
    bit_depth : int
        Bits per stored sample.
    hdr : bool
        Whether brightness is coded for HDR screens (PQ or HLG); it is not tone-mapped.
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
        """Whether the size limit made the frames smaller than they are stored."""
        return max(self.width, self.height) < max(self.source_width, self.source_height)


@dataclass(frozen=True, eq=False)
class Frame:
    """One picture of a clip.

    Attributes
    ----------
    index : int
        Position among the delivered frames, from 0.
    time_s : float
        When it is shown, in seconds after the clip's first frame (also when reading starts later).
    rgb : ndarray of uint8, shape (height, width, 3)
        Full-range RGB, rows from top to bottom, C-contiguous.
    """

    index: int
    time_s: float
    rgb: NDArray[np.uint8]


@dataclass(frozen=True)
class ReadSummary:
    """What was read of a clip, held against what its container promised.

    Attributes
    ----------
    frames_read : int
        Frames that were delivered.
    frames_promised : int or None
        Frames the container names for the whole clip.
    frames_hidden : int
        Frames that an edit list cuts away: stored, but not part of the clip.
    frames_damaged : int
        Delivered frames with damaged parts that the decoder patched.
    frames_lost : int
        Frames that should have been there and could not be read.
    first_time_s, end_time_s : float or None
        Time of the first delivered frame and the end of the last one, in seconds after the clip's
        first frame; ``None`` when there was none.
    complete : bool
        Whether everything that was asked for was read, without damage.
    damage : str or None
        What is broken and how much was lost, one sentence without a full stop.
    remark : str or None
        What is odd but not broken, one sentence without a full stop.
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
