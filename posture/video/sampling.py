"""Single frames of a clip, without reading all of it."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from pathlib import Path

import av
from av.container import InputContainer
from av.video.stream import VideoStream

from posture.video.conversion import FrameConverter
from posture.video.file_source import FileSource
from posture.video.reader import IMAGE_FPS, MAX_SIDE_PX, Source, Video, open_video
from posture.video.types import Frame

# Up to this many frames per sample a plain pass is as cheap as hopping.
_PASS_FRAMES = 3

_Timed = tuple[av.VideoFrame, float]


def frame_at(
    path: str | Path,
    time_s: float,
    *,
    max_side_px: int = MAX_SIDE_PX,
    image_fps: float = IMAGE_FPS,
) -> Frame:
    """Return the frame that is nearest to a time.

    Parameters
    ----------
    path : str or Path
        The clip.
    time_s : float
        Seconds after the clip's first frame; beyond the end the last frame is nearest.
    max_side_px, image_fps : optional
        As in :func:`open_video`.

    Raises
    ------
    VideoError
        When the clip cannot be read.
    """
    with open_video(path, max_side_px=max_side_px, image_fps=image_fps) as video:
        source = video.source
        return _painted(source, _nearest_in_pass(source, [time_s]))[0]


def sample_frames(
    path: str | Path,
    count: int,
    *,
    start_s: float | None = None,
    end_s: float | None = None,
    key_frames_only: bool = False,
    max_side_px: int = MAX_SIDE_PX,
    image_fps: float = IMAGE_FPS,
) -> list[Frame]:
    """Return about ``count`` frames spread over a clip or a part of it.

    Cheaper than reading: where it can, it hops from key frame to key frame and takes those that lie
    before evenly spread times. Times strictly increase; there may be fewer than ``count`` frames.

    Parameters
    ----------
    path : str or Path
        The clip.
    count : int
        How many frames, 1 or more.
    key_frames_only : bool, optional
        Take key frames only, which costs next to nothing: phones write one a second, some programs one
        in ten seconds, so there may be few, and unevenly spread.
    start_s, end_s, max_side_px, image_fps : optional
        As in :func:`open_video`.

    Raises
    ------
    VideoError, OptionError
        As :func:`open_video` and :meth:`Video.frames` do.
    """
    if count < 1:
        raise ValueError(f"count must be 1 or more, got {count}")
    with open_video(
        path, start_s=start_s, end_s=end_s, max_side_px=max_side_px, image_fps=image_fps
    ) as video:
        times, expected = _spread(video, count), video.frames_expected
        if times is None or expected is None:
            return _sample_by_decimation(video, count)
        if isinstance(video.source, FileSource) and (expected > _PASS_FRAMES * count or key_frames_only):
            found = _sample_by_seeking(video.source, times, key_frames_only=key_frames_only)
        else:
            found = _nearest_in_pass(video.source, times, until_s=video.end_s)
        found = [(picture, time_s) for picture, time_s in found if video.holds(time_s)]
        return _painted(video.source, found) or _sample_by_decimation(video, count)


def _spread(video: Video, count: int) -> list[float] | None:
    """Return the middles of ``count`` equal parts of the range, in seconds; ``None`` for an unknown end."""
    ends = [t for t in (video.end_s, video.info.duration_s) if t is not None]
    if not ends:
        return None
    length_s = min(ends) - video.start_s
    return [video.start_s + (k + 0.5) * length_s / count for k in range(count)]


def _nearest_in_pass(source: Source, times: Sequence[float], *, until_s: float | None = None) -> list[_Timed]:
    with closing(source.pictures(from_s=max(0.0, times[0]))) as pictures:
        return list(_nearest(_until(pictures, until_s), times))


def _until(pictures: Iterable[_Timed], until_s: float | None) -> Iterator[_Timed]:
    for picture, time_s in pictures:
        if until_s is not None and time_s >= until_s:
            return
        yield picture, time_s


def _nearest(pictures: Iterable[_Timed], times: Sequence[float]) -> Iterator[_Timed]:
    """Yield the frames nearest to ascending times, each once, and stop reading after the last."""
    waiting = list(times)
    before: _Timed | None = None
    given: float | None = None
    for here in pictures:
        while waiting and here[1] >= waiting[0]:
            wanted = waiting.pop(0)
            best = here if before is None or here[1] - wanted <= wanted - before[1] else before
            if given is None or best[1] > given:
                given = best[1]
                yield best
        if not waiting:
            return
        before = here
    if before is not None and waiting and (given is None or before[1] > given):
        yield before


def _sample_by_seeking(source: FileSource, times: Sequence[float], *, key_frames_only: bool) -> list[_Timed]:
    """Return a frame near each of ascending times, hopping from key frame to key frame where it can.

    Between key frames, frames that no other leans on are not even decoded.
    """
    found: list[_Timed] = []
    with source.stream() as (container, stream):
        hops = _key_times(source, container, stream, times[-1])
        stream.codec_context.skip_frame = "NONKEY" if key_frames_only and hops else "NONREF"
        pictures, here, last_key = source.walk(container, stream), -math.inf, -math.inf
        for wanted in times:
            key = max((t for t in hops if t <= wanted), default=-math.inf)
            hop = key > max(here, last_key)
            if hop:
                pictures.close()
                source.seek(container, stream, wanted)
                pictures, last_key = source.walk(container, stream), key
            elif key_frames_only and hops:
                continue
            for picture, time_s in pictures:
                here = time_s
                if (hop or time_s >= wanted) and (not found or time_s > found[-1][1]):
                    found.append((picture, time_s))
                    break
        pictures.close()
    return found


def _key_times(
    source: FileSource, container: InputContainer, stream: VideoStream, last_s: float
) -> list[float]:
    """List the times of the key frames as the container's index has them; empty where it has none."""
    # Matroska reads its index when it is first asked to seek.
    if not source.seek(container, stream, last_s):
        return []
    base = float(stream.time_base or 0)
    keys = [e.timestamp * base - (source.origin_s or 0.0) for e in stream.index_entries if e.is_keyframe]
    source.seek(container, stream, 0.0)
    return keys if len(keys) > 1 else []


def _sample_by_decimation(video: Video, count: int) -> list[Frame]:
    """Read everything and keep every n-th frame, n doubling as the clip goes on."""
    kept: list[Frame] = []
    every = 1
    for frame in video.frames():
        if frame.index % every:
            continue
        kept.append(frame)
        if len(kept) >= 2 * count:
            kept, every = kept[::2], 2 * every
    return [Frame(index=n, time_s=frame.time_s, rgb=frame.rgb) for n, frame in enumerate(kept)]


def _painted(source: Source, found: Sequence[_Timed]) -> list[Frame]:
    painter = FrameConverter.of(source.info, source.orientation)
    return [
        Frame(index=n, time_s=time_s, rgb=painter.paint(picture)) for n, (picture, time_s) in enumerate(found)
    ]
