"""Frames out of a video file."""

from __future__ import annotations

import os
from collections.abc import Generator, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import av
from av.container import InputContainer
from av.error import EOFError as EndOfFile
from av.error import FFmpegError
from av.stream import Disposition
from av.video.stream import VideoStream

from posture.errors import VideoError
from posture.language import gettext as _
from posture.video import open_errors
from posture.video.conversion import (
    FrameConverter,
    Orientation,
    bit_depth_of,
    delivered_size,
    is_hdr,
    orientation_of,
)
from posture.video.frame_store import FrameStore
from posture.video.read_stats import ReadStats
from posture.video.timestamps import MonotonicTimes, plausible_fps
from posture.video.types import Frame, VideoInfo

# Local files only: a playlist in disguise must not make ffmpeg open a network address or another file.
_OPEN_OPTIONS = {"protocol_whitelist": "file"}
_MAX_READ_ERRORS = 50
# Up to Full HD one thread decodes faster than poses are found (5 ms a frame against 12 or more), and
# leaves the other cores alone; two threads cost a tenth more work. Larger pictures need them.
_ONE_THREAD_PIXELS = 1920 * 1088
_MAX_DECODER_THREADS = 4
# Seeking aims a little earlier: some containers keep the times of storage, which run ahead or behind.
_SEEK_MARGIN_S = 0.5
# AVI has no presentation times, and ffmpeg's guesses fail where frames are stored out of order.
_STORED_ORDER = frozenset({"avi"})
_HIDDEN_KINDS = Disposition.attached_pic | Disposition.timed_thumbnails | Disposition.still_image


@dataclass(frozen=True)
class FileSource:
    """A video file that was probed: its facts, and what decoding needs to know.

    Attributes
    ----------
    info : VideoInfo
        Facts about the clip.
    orientation : Orientation
        How frames are turned for viewing.
    origin_s : float or None
        The container's stamp of the first frame, in seconds; ``None`` when frames carry no stamps.
    track_s : float or None
        Length of the picture track in seconds, where the container names it for the pictures alone.
    """

    info: VideoInfo
    orientation: Orientation
    origin_s: float | None
    track_s: float | None

    def tally(self, *, start_s: float, end_s: float | None) -> ReadStats:
        """Return empty counters for reading a range."""
        return ReadStats(
            frames_promised=self.info.frames_promised,
            duration_s=self.track_s,
            fps=self.info.fps,
            whole=start_s <= 0 and end_s is None,
        )

    def frames(
        self, tally: ReadStats, *, start_s: float, end_s: float | None, spool: FrameStore | None = None
    ) -> Generator[tuple[Frame, float]]:
        """Decode the frames with ``start_s <= time_s < end_s``, each with its length in seconds.

        Damaged packets are left out and counted in ``tally``.

        Raises
        ------
        VideoError
            When the file cannot be opened or the pictures change their shape.
        """
        painter = FrameConverter.of(self.info, self.orientation)
        index = 0
        with closing(self._timed_from(tally, start_s)) as pictures:
            for picture, time_s, length_s in pictures:
                if end_s is not None and time_s >= end_s:
                    break
                if time_s < start_s:
                    continue
                if index == 0 and start_s > 0:
                    tally.forget()
                if picture.is_corrupt:
                    tally.add_patched(time_s)
                yield Frame(index=index, time_s=time_s, rgb=painter.paint(picture, spool)), length_s
                index += 1

    def pictures(self, *, from_s: float) -> Generator[tuple[av.VideoFrame, float]]:
        """Decode frames with their times, beginning before a time, as near to it as is possible."""
        with closing(self._timed_from(self.tally(start_s=from_s, end_s=None), from_s)) as pictures:
            for picture, time_s, _length_s in pictures:
                yield picture, time_s

    def _timed_from(self, tally: ReadStats, from_s: float) -> Generator[tuple[av.VideoFrame, float, float]]:
        """Decode from a key frame before a time, or from the beginning where seeking goes astray."""
        with self.stream() as (container, stream):
            if from_s > 2 * _SEEK_MARGIN_S and self.seek(container, stream, from_s - _SEEK_MARGIN_S):
                pictures = timed(container, stream, tally, self._clock())
                first = next(pictures, None)
                if first is not None and first[1] <= from_s:
                    yield first
                    yield from pictures
                    return
        with self.stream() as (container, stream):
            yield from timed(container, stream, tally, self._clock())

    @contextmanager
    def stream(self) -> Iterator[tuple[InputContainer, VideoStream]]:
        """Open the file and give its container and its picture stream."""
        with opened(self.info.path) as container:
            yield container, picture_stream(container, self.info.path)

    def walk(self, container: InputContainer, stream: VideoStream) -> Generator[tuple[av.VideoFrame, float]]:
        """Decode frames with their times from where the container stands."""
        tally = self.tally(start_s=0.0, end_s=None)
        with closing(timed(container, stream, tally, self._clock())) as pictures:
            for picture, time_s, _length_s in pictures:
                yield picture, time_s

    def seek(self, container: InputContainer, stream: VideoStream, time_s: float) -> bool:
        """Go to the last key frame before a time, or to the beginning; tell whether it was possible."""
        if self.origin_s is None or stream.time_base is None:
            return False
        try:
            container.seek(round((self.origin_s + time_s) / stream.time_base), stream=stream)
        except FFmpegError:
            return False
        return True

    def _clock(self) -> MonotonicTimes:
        return MonotonicTimes(fps=self.info.fps, origin_s=self.origin_s)


@contextmanager
def opened(path: Path) -> Iterator[InputContainer]:
    """Open a video file for reading.

    Raises
    ------
    VideoError
        When no demuxer can read it.
    """
    try:
        # The prefix keeps a name such as "a:b.mp4" from being taken for a protocol.
        container = av.open(f"file:{path}", options=dict(_OPEN_OPTIONS), metadata_errors="replace")
    except FFmpegError as error:
        raise open_errors.not_a_video(path, (error.strerror or "unknown").lower()) from error
    except OSError as error:
        raise VideoError(
            _("cannot be opened ({reason})").format(reason=error.strerror or error),
            where=path,
            advice=_("Check the file."),
        ) from error
    with container:
        yield container


def probe(path: Path, *, max_side_px: int) -> FileSource:
    """Open a file, decode its first frame, and describe it.

    Raises
    ------
    VideoError
        When it holds no video, or none that can be decoded.
    """
    open_errors.check_not_text(path)
    with opened(path) as container:
        stream = picture_stream(container, path)
        codec = stream.codec.canonical_name
        tally = ReadStats(frames_promised=None, duration_s=None, fps=None, whole=True)
        first = next(decoded(container, stream, tally), None)
        if first is None:
            raise open_errors.nothing_decoded(path, codec)
        orientation = orientation_of(first)
        aspect = pixel_aspect_of(stream)
        width, height = delivered_size(
            first.width,
            first.height,
            pixel_aspect=aspect,
            clockwise_deg=orientation.clockwise_deg,
            max_side_px=max_side_px,
        )
        fps = plausible_fps(float(stream.average_rate or stream.guessed_rate or 0))
        origin_s = stamp_of(first, stored_order=container.format.name in _STORED_ORDER)
        track_s = track_length(container, stream, origin_s or 0.0)
        whole_s = container.duration / av.time_base if container.duration else None
        return FileSource(
            info=VideoInfo(
                path=path,
                width=width,
                height=height,
                source_width=first.width,
                source_height=first.height,
                fps=fps,
                duration_s=track_s or whole_s,
                frames_promised=stream.frames or None,
                rotation_deg=orientation.clockwise_deg,
                mirrored=orientation.mirrored,
                pixel_aspect=aspect,
                codec=codec,
                container=container.format.name,
                bit_depth=bit_depth_of(first),
                hdr=is_hdr(first),
            ),
            orientation=orientation,
            origin_s=origin_s,
            track_s=track_s,
        )


def picture_stream(container: InputContainer, path: Path) -> VideoStream:
    """Choose the stream that holds the moving pictures: the largest one that is no cover or thumbnail.

    Raises
    ------
    VideoError
        When there is none, or its codec is unknown.
    """
    found = [s for s in container.streams.video if not s.disposition & _HIDDEN_KINDS]
    if not found:
        raise open_errors.no_picture(path, has_audio=bool(container.streams.audio))
    known = [s for s in found if s.codec_context is not None]
    if not known:
        raise open_errors.no_decoder(path, _("unknown to ffmpeg"))
    stream = max(
        known,
        key=lambda s: (bool(s.disposition & Disposition.default), s.width * s.height, -s.index),
    )
    big = stream.width * stream.height > _ONE_THREAD_PIXELS
    stream.thread_type = "AUTO" if big else "NONE"
    stream.codec_context.thread_count = min(_MAX_DECODER_THREADS, os.cpu_count() or 1) if big else 1
    return stream


def pixel_aspect_of(stream: VideoStream) -> float:
    """Return width over height of a stored pixel; 1 where the file says nothing sensible."""
    aspect = float(stream.sample_aspect_ratio or 1)
    return aspect if 0.1 <= aspect <= 10.0 else 1.0


def track_length(container: InputContainer, stream: VideoStream, origin_s: float) -> float | None:
    """Return the length of the picture track in seconds, where the container tells it.

    Matroska keeps it in a tag; the container's own length may be that of the sound. Both are times at which it ends,
    also where a track that was cut out of another begins late, at `origin_s`; but mkvmerge, which adds statistics,
    notes the length.
    """
    if stream.duration and stream.time_base:
        return float(stream.duration * stream.time_base)
    tag = stream.metadata.get("DURATION", "")
    try:
        hours, minutes, seconds = tag.split(":")
        noted_s = int(hours) * 3600 + int(minutes) * 60 + float(seconds)
        begin_s = 0.0 if any(key.startswith("_STATISTICS") for key in stream.metadata) else origin_s
        if noted_s > begin_s:
            return noted_s - begin_s
    except ValueError:
        pass
    if container.duration and len(container.streams) == 1:
        return container.duration / av.time_base - origin_s
    return None


def stamp_of(frame: av.VideoFrame, *, stored_order: bool) -> float | None:
    """Return the container's time stamp of a frame in seconds, or ``None``.

    Parameters
    ----------
    frame : VideoFrame
        A decoded frame.
    stored_order : bool
        Whether the container numbers frames as they are stored, not as they are shown.
    """
    if frame.time_base is None:
        return None
    ticks = frame.dts if stored_order or frame.pts is None else frame.pts
    return None if ticks is None else float(ticks * frame.time_base)


def timed(
    container: InputContainer, stream: VideoStream, tally: ReadStats, clock: MonotonicTimes
) -> Generator[tuple[av.VideoFrame, float, float]]:
    """Decode frames with their time and length, in seconds after the clip's first frame."""
    stored_order = container.format.name in _STORED_ORDER
    for frame in decoded(container, stream, tally, clock):
        time_s = clock.time_of(stamp_of(frame, stored_order=stored_order))
        length_s = float(frame.duration * frame.time_base) if frame.duration and frame.time_base else 0.0
        yield frame, time_s, length_s or clock.step_s


def decoded(
    container: InputContainer, stream: VideoStream, tally: ReadStats, clock: MonotonicTimes | None = None
) -> Iterator[av.VideoFrame]:
    """Decode a stream packet by packet, going on behind those that are damaged."""
    for packet in packets(container, stream, tally):
        tally.hidden += packet.is_discard
        tally.packets += packet.size > 0
        try:
            frames = packet.decode()
        except EndOfFile:
            continue
        except FFmpegError:
            tally.add_error(clock.last_s if clock else None)
            continue
        tally.decoded += len(frames)
        yield from frames


def packets(
    container: InputContainer, stream: VideoStream, tally: ReadStats
) -> Iterator[av.Packet[VideoStream]]:
    """Read packets, trying again behind places where the file cannot be read."""
    for _attempt in range(_MAX_READ_ERRORS):
        try:
            yield from container.demux(stream)
        except FFmpegError:
            tally.add_error(None)
        else:
            return
