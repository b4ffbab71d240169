"""Demux and decode a video file."""

from __future__ import annotations

import math
from collections.abc import Generator, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import av
from av.container import InputContainer
from av.error import EOFError as EndOfFile
from av.error import FFmpegError
from av.stream import Disposition
from av.video.stream import VideoStream

from posture.errors import VideoError
from posture.language import gettext as _
from posture.runtime import usable_cores
from posture.video import open_errors
from posture.video.conversion import describe, is_hdr
from posture.video.read_stats import ReadStats
from posture.video.recording_date import recording_date
from posture.video.timestamps import MonotonicTimes, plausible_fps
from posture.video.types import DecodedFrame, VideoInfo

# A playlist disguised as a video must not make ffmpeg open a network address.
_OPEN_OPTIONS = {"protocol_whitelist": "file"}
_MAX_READ_ERRORS = 50
# Up to Full HD one thread decodes faster than the pose model runs (5 ms a frame against 12 or more), and a second
# thread costs a tenth more work. Larger frames need more threads where there are cores for them: half of these, since
# others work at the same time, and each thread keeps frames of 12 MB in 4K.
_ONE_THREAD_PIXELS = 1920 * 1088
_MAX_DECODER_THREADS = 4
# Twice 8K. A small file may state far more and take an hour to decode: a GIF of 16,000 x 16,000 took 125 s for nothing.
_MAX_PIXELS = 8192 * 8192
# A tag of Matroska may promise any number.
MOST_FRAMES = 1 << 31
# Seek a little too early: some containers index decoding times, which differ from presentation times.
_SEEK_MARGIN_S = 0.5
# AVI has no presentation times, and ffmpeg's estimates fail where frames are stored out of order.
_STORED_ORDER = frozenset({"avi"})
# Written by Android's media recorder: frames a second as taken, not as played.
_CAPTURE_FPS_TAG = "com.android.capture.fps"
_HIDDEN_KINDS = Disposition.attached_pic | Disposition.timed_thumbnails | Disposition.still_image


@dataclass(frozen=True)
class FileSource:
    """A probed video file."""

    info: VideoInfo
    origin_s: float | None  # Timestamp of the first frame, seconds; None when frames carry none.
    # Duration of the video track, seconds; None when the container states only that of all its streams.
    track_s: float | None

    def decode(self, stats: ReadStats, *, start_s: float, end_s: float | None) -> Generator[DecodedFrame]:
        """Decode the frames with ``start_s <= time_s < end_s``, skipping damaged packets."""
        in_range = False
        with closing(self.decode_from(start_s, stats)) as frames:
            for frame in frames:
                if end_s is not None and frame.time_s >= end_s:
                    break
                if frame.time_s < start_s:
                    continue
                if not in_range and start_s > 0:
                    stats.reset()
                in_range = True
                if frame.image.is_corrupt:
                    stats.add_concealed(frame.time_s)
                yield frame

    def decode_from(self, from_s: float, stats: ReadStats) -> Generator[DecodedFrame]:
        """Decode from a key frame before a time, or from the beginning where seeking fails."""
        with self.stream() as (container, stream):
            # Files that were joined go on after the length that they state.
            inside = 2 * _SEEK_MARGIN_S < from_s < (self.info.duration_s or math.inf)
            if inside and self.seek(container, stream, from_s - _SEEK_MARGIN_S):
                frames = self.decode_here(container, stream, stats)
                first = next(frames, None)
                if first is not None and first.time_s <= from_s:
                    yield first
                    yield from frames
                    return
        with self.stream() as (container, stream):
            yield from self.decode_here(container, stream, stats)

    def decode_here(self, container: InputContainer, stream: VideoStream, stats: ReadStats) -> Generator[DecodedFrame]:
        """Decode from the current position of the container."""
        times = MonotonicTimes(fps=self.info.fps, origin_s=self.origin_s)
        stored_order = container.format.name in _STORED_ORDER
        for image in decoded(container, stream, stats, times):
            time_s = times.time_of(stamp_of(image, stored_order=stored_order))
            length_s = float(image.duration * image.time_base) if image.duration and image.time_base else 0.0
            yield DecodedFrame(image, time_s, length_s or times.step_s)

    @contextmanager
    def stream(self) -> Iterator[tuple[InputContainer, VideoStream]]:
        """Open the file; the context is its container and its video stream."""
        with opened(self.info.path) as container:
            yield container, video_stream(container, self.info.path)

    def seek(self, container: InputContainer, stream: VideoStream, time_s: float) -> bool:
        """Seek to the last key frame before a time, or to the beginning; return False on failure."""
        if self.origin_s is None or stream.time_base is None:
            return False
        try:
            container.seek(round((self.origin_s + time_s) / stream.time_base), stream=stream)
        except FFmpegError:
            return False
        return True


@contextmanager
def opened(path: Path) -> Iterator[InputContainer]:
    """Open a video file; raise VideoError when no demuxer can read it."""
    try:
        # Without the prefix, a name such as "a:b.mp4" would be a protocol.
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


def probe(path: Path, *, max_side_px: int, rotate: int = 0) -> FileSource:
    """Collect the metadata of a file; raise VideoError when it has no video that can be decoded.

    `rotate` is as in `posture.video.open_video`.
    """
    open_errors.check_not_text(path)
    with opened(path) as container:
        stream = video_stream(container, path)
        codec = stream.codec.canonical_name
        first = next(decoded(container, stream, ReadStats()), None)
        if first is None:
            raise open_errors.nothing_decoded(path, codec)
        origin_s = stamp_of(first, stored_order=container.format.name in _STORED_ORDER)
        track_s = track_length(container, stream, origin_s or 0.0)
        info = describe(
            first,
            path,
            max_side_px=max_side_px,
            pixel_aspect=pixel_aspect_of(stream),
            fps=plausible_fps(float(stream.average_rate or stream.guessed_rate or 0)),
            duration_s=track_s or (container.duration / av.time_base if container.duration else None),
            frames_promised=stream.frames if 0 < stream.frames < MOST_FRAMES else None,
            codec=codec,
            container=container.format.name,
            hdr=is_hdr(first),
            rotate=rotate,
        )
        recorded = recording_date(path, container.metadata)
        info = replace(info, capture_fps=capture_fps_of(container), recorded=recorded)
        return FileSource(info=info, origin_s=origin_s, track_s=track_s)


def video_stream(container: InputContainer, path: Path) -> VideoStream:
    """Choose the default or largest video stream, without cover images and thumbnails."""
    streams = [s for s in container.streams.video if not s.disposition & _HIDDEN_KINDS]
    if not streams:
        raise open_errors.no_video_stream(path, has_audio=bool(container.streams.audio))
    known = [s for s in streams if s.codec_context is not None]
    if not known:
        raise open_errors.no_decoder(path, _("unknown to ffmpeg"))
    stream = max(known, key=lambda s: (bool(s.disposition & Disposition.default), s.width * s.height, -s.index))
    if stream.width * stream.height > _MAX_PIXELS:
        raise open_errors.too_large(path, stream.width, stream.height)
    stream.codec_context.options = {"max_pixels": str(_MAX_PIXELS)}
    big = stream.width * stream.height > _ONE_THREAD_PIXELS
    stream.thread_type = "AUTO" if big else "NONE"
    stream.codec_context.thread_count = max(1, min(_MAX_DECODER_THREADS, usable_cores() // 2)) if big else 1
    return stream


def pixel_aspect_of(stream: VideoStream) -> float:
    """Return width divided by height of a stored pixel; 1 where the file has no plausible value."""
    aspect = float(stream.sample_aspect_ratio or 1)
    return aspect if 0.1 <= aspect <= 10.0 else 1.0


def capture_fps_of(container: InputContainer) -> float | None:
    """Return the rate at which an Android camera took the pictures, frames a second; None where it is not stated.

    Slow motion is stored at a lower rate of playback. Apple's cameras store the true times, and the key
    ``com.apple.quicktime.full-frame-rate-playback-intent`` only says how a player should show them.
    """
    tag = container.metadata.get(_CAPTURE_FPS_TAG, "")
    try:
        return plausible_fps(float(tag))
    except ValueError:
        return None


def track_length(container: InputContainer, stream: VideoStream, origin_s: float) -> float | None:
    """Return the duration of the video track, seconds, where the container states it.

    Matroska has it in a tag; the duration of the container may be that of the sound. Both are end times, so a track
    that begins late, at `origin_s`, is shorter. The tag of mkvmerge, which also writes statistics, is a duration.
    """
    if stream.duration and stream.time_base:
        return float(stream.duration * stream.time_base)
    tag = stream.metadata.get("DURATION", "")
    try:
        hours, minutes, seconds = tag.split(":")
        tag_s = int(hours) * 3600 + int(minutes) * 60 + float(seconds)
        begin_s = 0.0 if any(key.startswith("_STATISTICS") for key in stream.metadata) else origin_s
        if tag_s > begin_s:
            return tag_s - begin_s
    except ValueError:
        pass
    if container.duration and len(container.streams) == 1:
        return container.duration / av.time_base - origin_s
    return None


def stamp_of(frame: av.VideoFrame, *, stored_order: bool) -> float | None:
    """Return the timestamp of a decoded frame, seconds, or None; ``stored_order`` takes the decoding time."""
    if frame.time_base is None:
        return None
    ticks = frame.dts if stored_order or frame.pts is None else frame.pts
    return None if ticks is None else float(ticks * frame.time_base)


def decoded(
    container: InputContainer, stream: VideoStream, stats: ReadStats, times: MonotonicTimes | None = None
) -> Iterator[av.VideoFrame]:
    """Decode a stream packet by packet, skipping those that are damaged."""
    for packet in packets(container, stream, stats):
        stats.hidden += packet.is_discard
        stats.packets += packet.size > 0
        try:
            frames = packet.decode()
        except EndOfFile:
            continue
        except FFmpegError:
            stats.add_error(times.last_s if times else None)
            continue
        stats.decoded += len(frames)
        yield from frames


def packets(container: InputContainer, stream: VideoStream, stats: ReadStats) -> Iterator[av.Packet[VideoStream]]:
    """Read packets, trying again after read errors."""
    for _attempt in range(_MAX_READ_ERRORS):
        try:
            yield from container.demux(stream)
        except FFmpegError:
            stats.add_error(None)
        else:
            return
