"""The pictures of an analysed clip, read from it once more.

Decoding a clip again costs less than keeping copies of its frames during the analysis, and shows it in full sharpness.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import ceil

import numpy as np

from posture.records.analysis import Source
from posture.report.stills import image_fps
from posture.types import Array, Image
from posture.video import Frame, open_video

# Times of the same frame, read from the beginning and after a seek, differ by less, seconds.
SAME_TIME_S = 1e-3
# Frames further apart than this, seconds, do not follow each other: shorter than what is left out between sections.
GAP_S = 1.0


class ClipPictures:
    """The pictures of the frames that were analysed.

    Parameters
    ----------
    times_s : shape (F,)
        Times of the frames, seconds after the clip's first frame.

    Attributes
    ----------
    size
        Width and height, pixels.
    """

    def __init__(self, source: Source, times_s: Array) -> None:
        self._source, self._times_s = source, times_s
        with open_video(source.path, rotate=source.extra_rotation_deg) as video:
            self.size = video.info.width, video.info.height

    def read(self, scale: float = 1.0) -> Iterator[Image]:
        """Yield one picture for each frame, RGB; ``scale`` below 1 makes them smaller.

        Raises
        ------
        VideoError
            When the clip can no longer be read.
        """
        max_side_px = ceil(scale * max(self.size))
        # Half a frame before and after, so that rounding leaves none out.
        margin_s = 0.5 / ((self._source.fps or 30.0) * self._source.read_every)
        for times_s in sections_of(self._times_s):
            with open_video(
                self._source.path,
                start_s=max(float(times_s[0]) - margin_s, 0.0),
                end_s=float(times_s[-1]) + margin_s,
                max_side_px=max_side_px,
                keep_every=self._source.read_every,
                rotate=self._source.extra_rotation_deg,
                image_fps=image_fps(self._source, self._times_s),
            ) as video:
                yield from _paired(video.frames(), times_s, min(margin_s, SAME_TIME_S))


def _paired(frames: Iterator[Frame], times_s: Array, tolerance_s: float) -> Iterator[Image]:
    """Yield the picture of each time, the next one where it is missing."""
    done = 0
    for frame in frames:
        while done < len(times_s) and times_s[done] <= frame.time_s + tolerance_s:
            yield frame.rgb
            done += 1


def sections_of(times_s: Array) -> list[Array]:
    """Return the times of frames in sections between which nothing was read; of most clips, there is one."""
    if len(times_s) < 2:
        return [times_s]
    steps = np.diff(times_s)
    # Pictures that were taken seconds apart follow each other all the same.
    return np.split(times_s, np.flatnonzero(steps > max(GAP_S, 2 * float(np.median(steps)))) + 1)
