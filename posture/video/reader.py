"""The way in: a clip by its path, its frames in order, single frames for a look."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from types import TracebackType
from typing import Self

from posture.errors import OptionError, UsageError
from posture.language import format_number, format_short_number
from posture.language import gettext as _
from posture.video import file_source, image_sequence
from posture.video.background import Prefetcher
from posture.video.frame_store import FrameStore
from posture.video.open_errors import check_path, nothing_decoded
from posture.video.read_stats import ReadStats
from posture.video.types import Frame, ReadSummary, VideoInfo

MAX_SIDE_PX = 1920
IMAGE_FPS = 30.0
# Frames that wait decoded: 6 MB each at 1080p, so memory stays flat.
_QUEUE_DEPTH = 4
# A frame whose time rounds to the start still belongs to the range.
_TIME_EPSILON_S = 1e-6

Source = file_source.FileSource | image_sequence.FolderSource


class Video:
    """A clip that was opened; use it with ``with``.

    Parameters
    ----------
    source : FileSource or FolderSource
        The probed clip.
    start_s, end_s : float or None
        Time range in seconds after the clip's first frame.

    Attributes
    ----------
    source : FileSource or FolderSource
        The probed clip.
    start_s : float
        Begin of the range.
    end_s : float or None
        End of the range; ``None`` for the end of the clip.
    """

    def __init__(self, source: Source, *, start_s: float | None, end_s: float | None) -> None:
        self.source = source
        self.start_s = start_s or 0.0
        self.end_s = end_s
        self._tally = self._new_tally()
        self._running: list[Prefetcher[tuple[Frame, float]]] = []

    @property
    def info(self) -> VideoInfo:
        """Facts about the clip."""
        return self.source.info

    @property
    def frames_expected(self) -> int | None:
        """About how many frames :meth:`frames` will yield, for a progress bar; ``None`` when unknown."""
        info = self.info
        if info.fps is None or (info.duration_s is None and self.end_s is None):
            return info.frames_promised
        end_s = min(self.end_s or math.inf, info.duration_s or math.inf)
        expected = max(0, math.ceil((end_s - self.start_s) * info.fps - _TIME_EPSILON_S))
        # The container's count includes frames that an edit list hides; the length does not.
        return min(expected, info.frames_promised or expected)

    def frames(self, spool: FrameStore | None = None) -> Iterator[Frame]:
        """Yield the frames of the range in order, decoded ahead in a thread.

        The thread ends when the iterator does, for whatever reason. Calling it again starts over.

        Parameters
        ----------
        spool : FrameStore, optional
            Keeps a small copy of each frame on the way, and is complete when the iterator has ended.

        Yields
        ------
        Frame
            With times that strictly increase.

        Raises
        ------
        VideoError
            When no frame can be read, or the pictures change their shape.
        OptionError
            When the range holds no frame.
        """
        tally = self._tally = self._new_tally()
        source, start_s, end_s = self.source, self.start_s, self.end_s
        ahead = Prefetcher(
            lambda: source.frames(tally, start_s=start_s - _TIME_EPSILON_S, end_s=end_s, spool=spool),
            depth=_QUEUE_DEPTH,
        )
        self._running.append(ahead)
        try:
            with closing(ahead.items()) as frames:
                for frame, length_s in frames:
                    tally.add_frame(frame.time_s, length_s)
                    yield frame
                tally.reached_end = True
                if spool is not None:
                    spool.end()
        finally:
            ahead.close()
            self._running.remove(ahead)
        if tally.delivered:
            return
        if start_s or end_s is not None:
            raise _empty_range(self.info, start_s, end_s)
        raise nothing_decoded(self.info.path, self.info.codec)

    def holds(self, time_s: float) -> bool:
        """Whether a time lies in the range."""
        return time_s >= self.start_s - _TIME_EPSILON_S and (self.end_s is None or time_s < self.end_s)

    @property
    def summary(self) -> ReadSummary:
        """What was read so far; final when :meth:`frames` has ended."""
        return self._tally.summary()

    def close(self) -> None:
        """Stop decoding and release the file."""
        for ahead in list(self._running):
            ahead.close()

    def _new_tally(self) -> ReadStats:
        return self.source.tally(start_s=self.start_s, end_s=self.end_s)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()


def open_video(
    path: str | Path,
    *,
    start_s: float | None = None,
    end_s: float | None = None,
    max_side_px: int = MAX_SIDE_PX,
    image_fps: float = IMAGE_FPS,
) -> Video:
    """Open a video file or a folder of numbered images.

    Parameters
    ----------
    path : str or Path
        The file or folder.
    start_s, end_s : float, optional
        Read only frames with ``start_s <= time < end_s``, in seconds after the clip's first frame.
    max_side_px : int, optional
        Larger pictures are scaled down to this longest side.
    image_fps : float, optional
        Frame rate of a folder of images, which carries none.

    Raises
    ------
    VideoError
        When there is no clip there, or none that can be decoded.
    OptionError
        When the time range, size limit or frame rate makes no sense for this clip.
    """
    path = Path(path)
    _check_range(start_s, end_s)
    if max_side_px < 1:
        what = _("a size limit of {pixels} pixels is not possible").format(pixels=max_side_px)
        raise OptionError(what, advice=_("Use 1 or more."))
    if not (math.isfinite(image_fps) and image_fps > 0):
        what = _("{number} is no frame rate").format(number=format_short_number(image_fps))
        raise OptionError(what, advice=_("Use a number above 0."))
    check_path(path)
    source: Source
    if path.is_dir():
        source = image_sequence.probe_folder(path, max_side_px=max_side_px, fps=image_fps)
    else:
        source = file_source.probe(path, max_side_px=max_side_px)
    length_s = source.info.duration_s
    if start_s is not None and length_s is not None and start_s >= length_s:
        raise _empty_range(source.info, start_s, end_s)
    return Video(source, start_s=start_s, end_s=end_s)


def sha256_of(path: str | Path) -> str | None:
    """Return the SHA-256 of a file as lower-case hexadecimal; ``None`` for a folder."""
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
            advice=_("Let the end come after the start."),
        )


def _empty_range(info: VideoInfo, start_s: float, end_s: float | None) -> OptionError:
    if end_s is None:
        what = _("{path} has no pictures from {start} s on")
    else:
        what = _("{path} has no pictures from {start} s to {end} s")
    what = what.format(
        path=info.path, start=format_short_number(start_s), end=format_short_number(end_s or 0.0)
    )
    if info.duration_s is not None:
        length = _("the clip is {seconds} s long").format(seconds=format_number(info.duration_s))
        what = f"{what}; {length}"
    return OptionError(
        what,
        where="--start" if end_s is None else "--start/--end",
        advice=_("Choose times inside the clip."),
    )
