"""Single frames of a video, without reading all of it."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from itertools import takewhile
from pathlib import Path

from av.container import InputContainer
from av.video.stream import VideoStream

from posture.types import Rotation
from posture.video.conversion import FrameConverter
from posture.video.file_source import FileSource
from posture.video.read_stats import ReadStats
from posture.video.reader import Source, Video, open_video
from posture.video.types import DecodedFrame, Frame

# Up to this many frames per sample, a sequential pass is as cheap as seeking.
_PASS_FRAMES = 3


def frame_at(path: str | Path, time_s: float, *, rotate: Rotation = 0, image_fps: float | None = None) -> Frame:
    """Return the frame of a video, or of a folder of images, nearest to a time.

    Parameters
    ----------
    time_s
        Seconds after the first frame of the video; beyond the end, the last frame is nearest.
    rotate, image_fps
        As in `open_video`.

    Raises
    ------
    VideoError
        When the video cannot be read.
    """
    with open_video(path, rotate=rotate, image_fps=image_fps) as video:
        source = video.source
        return _to_frames(source, _nearest_in_pass(source, [time_s]))[0]


def sample_frames(
    path: str | Path,
    count: int,
    *,
    start_s: float | None = None,
    end_s: float | None = None,
    key_frames_only: bool = False,
    rotate: Rotation = 0,
    image_fps: float | None = None,
) -> list[Frame]:
    """Return about ``count`` frames spread over a video or a part of it.

    Where possible, it seeks to the key frames before evenly spaced times instead of decoding everything. Times
    increase strictly; there may be fewer than ``count`` frames.

    Parameters
    ----------
    path, start_s, end_s, rotate, image_fps
        As in `open_video`.
    count
        Number of frames, 1 or more.
    key_frames_only
        Decode key frames only. This is very cheap, but phones write one a second and some programs one in ten
        seconds, so the frames may be few and unevenly spaced.

    Raises
    ------
    VideoError, OptionError
        As `open_video` and `Video.frames`.
    """
    if count < 1:
        raise ValueError(f"count must be 1 or more, got {count}")
    with open_video(path, start_s=start_s, end_s=end_s, rotate=rotate, image_fps=image_fps) as video:
        times, expected = _spread(video, count), video.frames_expected
        if times is None or expected is None:
            return _sample_by_decimation(video, count)
        if isinstance(video.source, FileSource) and (expected > _PASS_FRAMES * count or key_frames_only):
            samples = _sample_by_seeking(video.source, times, key_frames_only=key_frames_only)
        else:
            samples = _nearest_in_pass(video.source, times, until_s=video.end_s)
        samples = [sample for sample in samples if video.contains(sample.time_s)]
        return _to_frames(video.source, samples) or _sample_by_decimation(video, count)


def _spread(video: Video, count: int) -> list[float] | None:
    """Return the centres of ``count`` equal parts of the range, seconds; None when its end is unknown."""
    ends = [t for t in (video.end_s, video.info.duration_s) if t is not None]
    if not ends:
        return None
    length_s = min(ends) - video.start_s
    return [video.start_s + (k + 0.5) * length_s / count for k in range(count)]


def _nearest_in_pass(source: Source, times: Sequence[float], *, until_s: float | None = None) -> list[DecodedFrame]:
    with closing(source.decode_from(max(0.0, times[0]), ReadStats())) as frames:
        return list(_nearest(takewhile(lambda frame: until_s is None or frame.time_s < until_s, frames), times))


def _nearest(frames: Iterable[DecodedFrame], times: Sequence[float]) -> Iterator[DecodedFrame]:
    """Yield the frames nearest to ascending times, each once, and stop reading after the last."""
    targets = list(times)
    previous: DecodedFrame | None = None
    last_yielded_s: float | None = None
    for current in frames:
        while targets and current.time_s >= targets[0]:
            target = targets.pop(0)
            best = current if previous is None or current.time_s - target <= target - previous.time_s else previous
            if last_yielded_s is None or best.time_s > last_yielded_s:
                last_yielded_s = best.time_s
                yield best
        if not targets:
            return
        previous = current
    if previous is not None and targets and (last_yielded_s is None or previous.time_s > last_yielded_s):
        yield previous


def _sample_by_seeking(source: FileSource, times: Sequence[float], *, key_frames_only: bool) -> list[DecodedFrame]:
    """Return a frame near each of ascending times, seeking to key frames where possible.

    Between key frames, frames that no other refers to are not decoded.
    """
    samples: list[DecodedFrame] = []
    with source.stream() as (container, stream):
        key_times = _key_times(source, container, stream, times[-1])
        stream.codec_context.skip_frame = "NONKEY" if key_frames_only and key_times else "NONREF"
        frames = source.decode_here(container, stream, ReadStats())
        position_s = last_key_s = -math.inf
        for target in times:
            key_s = max((t for t in key_times if t <= target), default=-math.inf)
            seeks = key_s > max(position_s, last_key_s)
            if seeks:
                frames.close()
                source.seek(container, stream, target)
                frames, last_key_s = source.decode_here(container, stream, ReadStats()), key_s
            elif key_frames_only and key_times:
                continue
            for frame in frames:
                position_s = frame.time_s
                if (seeks or frame.time_s >= target) and (not samples or frame.time_s > samples[-1].time_s):
                    samples.append(frame)
                    break
        frames.close()
    return samples


def _key_times(source: FileSource, container: InputContainer, stream: VideoStream, last_s: float) -> list[float]:
    """List the times of the key frames in the index of the container; empty without an index."""
    # Matroska reads its index at the first seek.
    if not source.seek(container, stream, last_s):
        return []
    base = float(stream.time_base or 0)
    keys = [e.timestamp * base - (source.origin_s or 0.0) for e in stream.index_entries if e.is_keyframe]
    source.seek(container, stream, 0.0)
    return keys if len(keys) > 1 else []


def _sample_by_decimation(video: Video, count: int) -> list[Frame]:
    """Read everything and keep every n-th frame; n doubles as the video goes on."""
    samples: list[Frame] = []
    stride = 1
    for frame in video.frames():
        if frame.index % stride:
            continue
        samples.append(frame)
        if len(samples) >= 2 * count:
            samples, stride = samples[::2], 2 * stride
    return [Frame(index=n, time_s=frame.time_s, rgb=frame.rgb) for n, frame in enumerate(samples)]


def _to_frames(source: Source, samples: Sequence[DecodedFrame]) -> list[Frame]:
    converter = FrameConverter(source.info)
    return [
        Frame(index=n, time_s=sample.time_s, rgb=converter.to_rgb(converter.upright(sample.image)))
        for n, sample in enumerate(samples)
    ]
