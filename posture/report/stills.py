"""Pictures of an analysed clip, read from it once more."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from posture.records.analysis import Source
from posture.types import Array, Image
from posture.video import frame_at


def picture_at(source: Source, times_s: Array, time_s: float) -> Image:
    """Return the picture of a clip nearest to a time.

    Parameters
    ----------
    times_s
        As in `image_fps`.

    Raises
    ------
    VideoError
        When the clip can no longer be read.
    """
    fps = image_fps(source, times_s)
    return frame_at(source.path, time_s, rotate=source.extra_rotation_deg, image_fps=fps).rgb


def image_fps(source: Source, times_s: Array) -> float | None:
    """Return the rate at which a folder of images was read, which it does not state itself; None for a file.

    Parameters
    ----------
    times_s : shape (F,)
        Of the frames that were read, most of them without others between.
    """
    if len(times_s) < 2 or not Path(source.path).is_dir():
        return None
    # The median, since images that cannot be read leave gaps.
    return source.read_every / float(np.median(np.diff(times_s)))
