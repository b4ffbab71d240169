"""Open a video and iterate over its frames."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Generator, Iterator
from contextlib import closing
from itertools import count
from pathlib import Path
from typing import Self

from posture.errors import OptionError, UsageError
from posture.language import format_number, format_short_number
from posture.language import gettext as _
from posture.types import Rotation
from posture.video import file_source, image_sequence
from posture.video.background import Prefetcher
from posture.video.conversion import FrameConverter
from posture.video.open_errors import check_path, nothing_decoded
from posture.video.read_stats import ReadStats
from posture.video.types import Frame, ReadSummary, VideoInfo

MAX_SIDE_PX = 1920
IMAGE_FPS = 30.0
# Decoded frames in the queue, 6 MB each at 1080p.
_QUEUE_DEPTH = 4
# A frame whose time rounds to the start belongs to the range.
_TIME_EPSILON_S = 1e-6

Source = file_source.FileSource | image_sequence.FolderSource


class Video:
    """An open video, made by `open_video`; a context manager."""

    def __init__(
        self, source: Source, *, start_s: float | None, end_s: float | None, lead_s: float = 0.0, keep_every: int = 1
    ) -> None:
        self.source = source
        self._lead_s = lead_s
        self._keep_every = keep_every
        self.start_s = start_s or 0.0
        self.end_s = end_s
        self._stats = self._new_stats()
        self._active: list[Prefetcher[tuple[Frame, float]]] = []

    @property
    def info(self) -> VideoInfo:
        """Metadata of the video."""
        return self.source.info

    @property
    def frames_expected(self) -> int | None:
        """Approximate number of frames in the range, for a progress bar; None when unknown."""
        info = self.info
        if info.fps is None or (info.duration_s is None and self.end_s is None):
            return None if info.frames_promised is None else info.frames_promised // self._keep_every
        end_s = min(self.end_s or math.inf, info.duration_s or math.inf)
        expected = max(0, math.ceil((end_s - self.start_s) * info.fps - _TIME_EPSILON_S))
        # The container counts frames that an edit list hides; its duration leaves them out.
        return math.ceil(min(expected, info.frames_promised or expected) / self._keep_every)

    @property
    def length_s(self) -> float | None:
        """Length of the range, seconds; None when the file does not state its own."""
        if self.info.duration_s is None:
            return None
        return max(min(self.end_s or math.inf, self.info.duration_s) - self.start_s, 0.0)

    @property
    def seeks(self) -> bool:
        """Whether frames in the middle can be read without those before."""
        return isinstance(self.source, file_source.FileSource) and self.source.origin_s is not None

    @property
    def stats(self) -> ReadStats:
        """Counts of the frames read so far; final when `frames` is exhausted."""
        return self._stats

    @property
    def summary(self) -> ReadSummary:
        """Summary of the frames read so far; final when `frames` is exhausted."""
        return self._stats.summary()

    def frames(self) -> Iterator[Frame]:
        """Yield the frames of the range in order, decoded ahead in a thread.

        The thread ends with the iterator. Each call starts again at the beginning of the range.

        Yields
        ------
        Frame
            Times increase strictly.

        Raises
        ------
        VideoError
            When no frame can be read, or the aspect ratio changes within the range.
        OptionError
            When the range contains no frame.
        """
        stats = self._stats = self._new_stats()
        prefetcher = Prefetcher(lambda: self._decode(stats), depth=_QUEUE_DEPTH)
        self._active.append(prefetcher)
        try:
            with closing(prefetcher.items()) as frames:
                for frame, length_s in frames:
                    if frame.index >= 0:
                        stats.add_frame(frame.time_s, length_s)
                    yield frame
                stats.reached_end = True
        finally:
            prefetcher.close()
            self._active.remove(prefetcher)
        if stats.delivered:
            return
        if self.start_s or self.end_s is not None:
            raise _empty_range(self.info, self.start_s, self.end_s)
        raise nothing_decoded(self.info.path, self.info.codec)

    def contains(self, time_s: float) -> bool:
        """Whether a time lies in the range."""
        return time_s >= self.start_s - _TIME_EPSILON_S and (self.end_s is None or time_s < self.end_s)

    def close(self) -> None:
        """Stop decoding and release the file."""
        for prefetcher in list(self._active):
            prefetcher.close()

    def _decode(self, stats: ReadStats) -> Generator[tuple[Frame, float]]:
        """Yield the frames that are kept, and their lengths."""
        converter = FrameConverter(self.info)
        start_s = self.start_s - _TIME_EPSILON_S
        decoded, numbers = self.source.decode(stats, start_s=start_s - self._lead_s, end_s=self.end_s), count()
        slot: float | None = None if self._lead_s else -1.0
        with closing(decoded):
            for image, time_s, length_s in decoded:
                is_inside = time_s >= start_s
                stats.in_range += is_inside
                before, slot = slot, self._slot(time_s)
                if slot == before or before is None:
                    continue
                index = next(numbers) if is_inside else -1
                rgb = converter.to_rgb(converter.upright(image))
                yield Frame(index=index, time_s=time_s, rgb=rgb), length_s

    def _slot(self, time_s: float) -> float:
        """Return the number of the interval of which the first frame is kept; it depends on the time only."""
        if self._keep_every == 1 or self.info.fps is None:
            return time_s
        # Half a frame off, so that rounded times do not move a frame to another interval.
        return math.floor((time_s * self.info.fps + 0.5) / self._keep_every)

    def _new_stats(self) -> ReadStats:
        return ReadStats(
            frames_promised=self.info.frames_promised,
            duration_s=self.source.track_s,
            fps=self.info.fps,
            whole=self.start_s <= 0 and self.end_s is None,
            read_every=self._keep_every,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def open_video(
    path: str | Path,
    *,
    start_s: float | None = None,
    end_s: float | None = None,
    max_side_px: int = MAX_SIDE_PX,
    image_fps: float | None = None,
    rotate: Rotation = 0,
    lead_s: float = 0.0,
    keep_every: int = 1,
) -> Video:
    """Open a video file or a folder of numbered images.

    Parameters
    ----------
    start_s, end_s
        Read only frames with ``start_s <= time < end_s``, seconds after the first frame of the video.
    max_side_px
        Scale larger frames down to this longest side.
    image_fps
        Frame rate of a folder of images; None for `IMAGE_FPS`. A file has its own.
    rotate
        Turn the frames clockwise by so many degrees, after the rotation that the file states.
    lead_s
        Deliver so many seconds before the start too, as frames of index -1 that are not counted and not kept.
    keep_every
        Deliver only one of so many frames, evenly by their times.

    Raises
    ------
    VideoError
        When the path is not a video that can be decoded.
    OptionError
        When the time range, size limit or frame rate is impossible for this video.
    """
    path = Path(path)
    _check_range(start_s, end_s)
    if max_side_px < 1:
        what = _("a size limit of {pixels} pixels is not possible").format(pixels=max_side_px)
        raise OptionError(what, advice=_("Use 1 or more."))
    if image_fps is not None and not (math.isfinite(image_fps) and image_fps > 0):
        what = _("{number} is not a frame rate").format(number=format_short_number(image_fps))
        raise OptionError(what, advice=_("Use a number above 0."))
    check_path(path)
    source: Source
    if path.is_dir():
        fps = image_fps or IMAGE_FPS
        source = image_sequence.probe_folder(path, max_side_px=max_side_px, fps=fps, rotate=rotate)
    elif image_fps is not None:
        raise UsageError(
            _("is for a folder of images; a video states its own frame rate"),
            where="--fps",
            advice=_("Leave it out; for slow motion there is --slow-motion."),
        )
    else:
        source = file_source.probe(path, max_side_px=max_side_px, rotate=rotate)
    length_s = source.info.duration_s
    # Transport streams that were joined state the length of the first one.
    may_go_on = source.info.container == "mpegts"
    if start_s is not None and length_s is not None and start_s >= length_s and not may_go_on:
        raise _empty_range(source.info, start_s, end_s)
    return Video(source, start_s=start_s, end_s=end_s, lead_s=lead_s, keep_every=keep_every)


def sha256_of(path: str | Path) -> str | None:
    """Return the SHA-256 of a file in lower-case hexadecimal; None for a folder."""
    path = Path(path)
    check_path(path)
    if path.is_dir():
        return None
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _check_range(start_s: float | None, end_s: float | None) -> None:
    for name, value in (("--start", start_s), ("--end", end_s)):
        if value is not None and not (math.isfinite(value) and value >= 0):
            what = _("{seconds} s is not a time in the clip").format(seconds=format_short_number(value))
            raise UsageError(what, where=name, advice=_("Use 0 or more."))
    if end_s is not None and end_s <= (start_s or 0.0):
        raise UsageError(
            _("the part from {start} s to {end} s is empty").format(
                start=format_short_number(start_s or 0.0), end=format_short_number(end_s)
            ),
            where="--start/--end",
            advice=_("Choose an end after the start."),
        )


def _empty_range(info: VideoInfo, start_s: float, end_s: float | None) -> OptionError:
    if end_s is None:
        what = _("{path} has no pictures from {start} s on")
    else:
        what = _("{path} has no pictures from {start} s to {end} s")
    what = what.format(path=info.path, start=format_short_number(start_s), end=format_short_number(end_s or 0.0))
    if info.duration_s is not None:
        length = _("the clip is {seconds} s long").format(seconds=format_number(info.duration_s))
        what = f"{what}; {length}"
    return OptionError(
        what, where="--start" if end_s is None else "--start/--end", advice=_("Choose times inside the clip.")
    )
