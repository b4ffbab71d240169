"""One pass over the frames of a clip, by one landmarker or by several that share it in sections.

The landmarker takes nearly all of the time and uses one core. So a long enough clip is cut into sections of time, and
threads read them, each with a decoder and a landmarker of its own. How many sections there are depends on the clip
only, so that a computer with more cores is faster but gives the same numbers. A section begins a little early, so
that its landmarker follows the runner already; these frames are dropped. Of a long clip only sections spread over it
are read: more strides would not narrow the intervals, since most of an error is shared by all strides.
"""

from __future__ import annotations

import contextvars
import math
import queue
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_EXCEPTION, Future, ThreadPoolExecutor, wait
from contextlib import suppress
from dataclasses import dataclass, field, replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from posture.analysis.observations import ClipObservations
from posture.analysis.pictures import PictureReader
from posture.contour.observation import Observation, observe, pack_arrays
from posture.errors import PostureError
from posture.pose.landmarker import Landmarker
from posture.pose.roi import RoiLandmarker
from posture.runtime import usable_cores
from posture.types import Array, PoseModel, Progress, Rotation
from posture.video import VideoInfo, open_video
from posture.video.cuts import Thumbnail, thumbnail
from posture.video.read_stats import ReadStats

# Pack observations in chunks of this many frames.
PACKED_FRAMES = 256
# Least length of a clip, seconds of real time like all lengths here, for so many sections: shorter ones are not worth
# the lead, and in few strides the first frames of a landmarker weigh more.
SECTIONS = ((16.0, 4), (6.0, 2))
# Each needs about 100 MB.
MAX_LANDMARKERS = 4
# Lead of a section, seconds: from the second frame on, a landmarker follows the body that it detected in the first.
LEAD_S = 0.35
# Clips longer than this, seconds, are read in so many sections of so many seconds: together about 45 strides.
LONG_CLIP_S, SAMPLED_SECTIONS, SAMPLED_S = 45.0, 6, 6.0
# Pictures are reduced until the shortest person seen in the preview is this tall, pixels. The model sees a body and its
# surroundings in 256 pixels; a mask as large as a picture of full HD costs nearly as much time as the model itself.
BODY_PX = 500.0
# A smaller reduction than to this share saves nothing.
LEAST_REDUCTION = 0.8
# A seek ends at most so long after the time that was asked for, seconds.
SEEK_TOLERANCE_S = 0.5
# Frames a second of real time that the measures need: with 15 instead of 30 the errors of 94 rendered runners grow by a
# tenth (docs/validation/limits.md). Rates that are rounded down, such as 29.97, count as 30.
READ_RATE, RATE_TOLERANCE = 30.0, 0.5
# Times of the same frame, read from the beginning and after a seek, differ by less, seconds.
SAME_TIME_S = 1e-3
# Cells of their small copies differ by at most so many grey levels of 256: a decoder may begin less exactly.
SAME_LEVELS = 4
# A waiting thread looks so often after progress, seconds.
POLL_S = 0.1


@dataclass(frozen=True)
class ClipRequest:
    """A clip, its part (seconds), and how to read it.

    ``fps`` is the rate of a folder of images. Without a turn, pictures in which people lie, or nobody is found, are
    turned until they stand. As many ``landmarkers`` work at the same time; None for one on each core. Of a clip with
    more than `READ_RATE` frames a second only some are read, but for ``every_frame``; ``slow_motion`` is what the user
    says about it. Of a clip longer than `LONG_CLIP_S` only sections are read, but for ``whole``.
    """

    path: Path
    model: PoseModel
    start: float | None = None
    end: float | None = None
    rotate: Rotation | None = None
    fps: float | None = None
    landmarkers: int | None = None
    slow_motion: float | None = None
    every_frame: bool = False
    whole: bool = False
    body_px: float | None = None
    look_s: float | None = None

    @property
    def how_to_open(self) -> dict[str, Any]:
        """Options of `open_video` and `sample_frames`."""
        return {"start_s": self.start, "end_s": self.end, "rotate": self.rotate or 0, "image_fps": self.fps}


@dataclass
class _Section:
    """Frames of a section, and what was seen in them.

    Attributes
    ----------
    info
        Of the clip.
    max_side_px
        Longest side of the frames as they are read.
    share
        Part of the clip's frames that are read which lies in this section, about.
    after_gap
        Whether frames between the section before and this one are left out.
    lead_times_s, lead_pictures
        Times and small copies of the frames before the section that the landmarker began with.
    """

    info: VideoInfo
    max_side_px: int
    keep_every: int
    start_s: float | None = None
    end_s: float | None = None
    lead_s: float = 0.0
    share: float = 1.0
    after_gap: bool = False
    searcher: Landmarker | None = None
    reduction: Array = field(init=False)
    stats: ReadStats = field(init=False, default_factory=ReadStats)
    lead_times_s: list[float] = field(init=False, default_factory=list)
    lead_pictures: list[Thumbnail] = field(init=False, default_factory=list)
    times_s: list[float] = field(init=False, default_factory=list)
    sightings: list[list[Observation]] = field(init=False, default_factory=list)
    pictures: PictureReader = field(init=False)

    def __post_init__(self) -> None:
        self.pictures = PictureReader(self.share, self.searcher)
        self.reduction = np.ones(2)

    def read(self, clip: ClipRequest, landmarker: Landmarker | RoiLandmarker, tick: Callable[[int], None]) -> _Section:
        """Read the section; `tick` is called after each frame with the number that is expected."""
        how = {**clip.how_to_open, "start_s": self.start_s, "end_s": self.end_s}
        how |= {"lead_s": self.lead_s, "keep_every": self.keep_every, "max_side_px": self.max_side_px}
        with open_video(clip.path, **how) as video, landmarker, self.pictures:
            expected = video.frames_expected or 0
            self.reduction = np.array([self.info.width / video.info.width, self.info.height / video.info.height])
            for frame in video.frames():
                people = [observe(detection, frame.rgb) for detection in landmarker.detect(frame.rgb)]
                if frame.index < 0:
                    self.lead_times_s.append(frame.time_s)
                    self.lead_pictures.append(thumbnail(frame.rgb))
                    continue
                self.pictures.add(frame, people)
                self.sightings.append([replace(one, landmarks=one.landmarks * self.reduction) for one in people])
                self.times_s.append(frame.time_s)
                if len(self.times_s) % PACKED_FRAMES == 0:
                    self.sightings[-PACKED_FRAMES:] = pack_arrays(self.sightings[-PACKED_FRAMES:])
                tick(expected)
            self.stats = video.stats
        return self

    def follows(self, before: _Section) -> bool:
        """Return whether the section begins where it should after another, both undamaged: mostly where that ends.

        A seek misses frames where the index of a file is wrong, and times begin again in clips that were joined. Then
        the frames of the lead are not the last ones of the section before.
        """
        if before.stats.is_damaged or self.stats.is_damaged or not (self.times_s and self.lead_times_s):
            return False
        if self.after_gap:
            return abs(self.times_s[0] - (self.start_s or 0.0)) < SEEK_TOLERANCE_S
        count = len(self.lead_times_s)
        if len(before.times_s) < count or not np.allclose(before.times_s[-count:], self.lead_times_s, atol=SAME_TIME_S):
            return False
        return np.allclose(before.pictures.thumbnails[-count:], self.lead_pictures, atol=SAME_LEVELS)


def read_clip(
    clip: ClipRequest,
    new_landmarker: Callable[[], Landmarker | RoiLandmarker],
    progress: Progress | None = None,
    *,
    landmarkers: int | None = 1,
    at_once: bool = False,
    searcher: Landmarker | None = None,
) -> ClipObservations:
    """Read the frames of a clip.

    Parameters
    ----------
    new_landmarker
        Returns a landmarker; each section has its own.
    landmarkers
        At most so many work at the same time; None for one on each core.
    at_once
        Read all frames with one landmarker, from the beginning to the end.
    searcher
        Looks for bystanders in all sections; by default, each has its own.
    """
    sections = [replace(section, searcher=searcher) for section in _sections(clip)]
    if len(sections) > 1 and not at_once:
        # A file that cannot be read from its middle is read from its beginning, which also says what is wrong with it.
        with suppress(PostureError):
            _read_together(clip, sections, at_same_time(landmarkers), new_landmarker, progress)
            if all(later.follows(before) for before, later in pairwise(sections)):
                is_whole = clip.start is None and clip.end is None and not any(one.after_gap for one in sections)
                return _joined(sections, whole=is_whole)
    done = 0

    def tick(expected: int) -> None:
        nonlocal done
        done += 1
        if progress is not None:
            progress(done, expected)

    only = replace(sections[0], end_s=clip.end, share=1.0).read(clip, new_landmarker(), tick)
    return _joined([only], whole=only.stats.whole)


def at_same_time(landmarkers: int | None) -> int:
    """Return how many landmarkers work at the same time when so many are allowed; None for one on each core."""
    return min(landmarkers or usable_cores(), MAX_LANDMARKERS)


def _sections(clip: ClipRequest) -> list[_Section]:
    """Cut a clip into sections of equal time; only one where they would be short, or their ends are not known."""
    with open_video(clip.path, **clip.how_to_open) as video:
        info, begin_s, length_s = video.info, video.start_s, video.length_s
        can_seek = video.seeks
    every = 1 if clip.every_frame else keep_every(info.fps, clip.slow_motion or 1.0)
    # Where the file's statement is wrong, more of the clip is read.
    slowdown = clip.slow_motion or info.slow_motion or 1.0
    if clip.look_s is not None and info.fps is not None:
        every = max(every, int(clip.look_s * info.fps))
    scale = 1.0 if clip.body_px is None else BODY_PX / clip.body_px
    scale = scale if scale <= LEAST_REDUCTION else 1.0
    whole = _Section(info, math.ceil(scale * max(info.width, info.height)), every, clip.start, clip.end)
    if length_s is None or not can_seek:
        return [whole]
    if length_s > LONG_CLIP_S * slowdown and not clip.whole:
        read_s = SAMPLED_S * slowdown
        step_s = (length_s - read_s) / (SAMPLED_SECTIONS - 1)
        starts: list[float | None] = [clip.start, *(begin_s + step_s * k for k in range(1, SAMPLED_SECTIONS))]
        ends: list[float | None] = [begin_s + step_s * k + read_s for k in range(SAMPLED_SECTIONS - 1)]
    else:
        count = next((count for least_s, count in SECTIONS if length_s >= least_s * slowdown), 1)
        ends = [begin_s + length_s * k / count for k in range(1, count)]
        starts = [clip.start, *ends]
    return [
        replace(
            whole,
            start_s=start,
            end_s=end,
            lead_s=LEAD_S * slowdown if number else 0.0,
            share=1.0 / len(starts),
            after_gap=number > 0 and start != ends[number - 1],
        )
        for number, (start, end) in enumerate(zip(starts, [*ends, clip.end], strict=True))
    ]


def keep_every(fps: float | None, slow_motion: float) -> int:
    """Return one of how many frames is read, so that at least `READ_RATE` frames of a second of real time are.

    What a file says about its slow motion is often wrong, and not considered.

    Examples
    --------
    >>> [keep_every(fps, 1.0) for fps in (25.0, 30.0, 59.94, 120.0, 240.0)]
    [1, 1, 2, 4, 8]
    """
    return 1 if fps is None else max(1, int(fps * slow_motion / (READ_RATE - RATE_TOLERANCE)))


def _read_together(
    clip: ClipRequest,
    sections: Sequence[_Section],
    landmarkers: int,
    new_landmarker: Callable[[], Landmarker | RoiLandmarker],
    progress: Progress | None,
) -> None:
    """Read sections in a thread for each landmarker; progress is called in this one."""
    ticks: queue.SimpleQueue[tuple[int, int]] = queue.SimpleQueue()
    stop = threading.Event()

    def read(number: int) -> None:
        def tick(expected: int) -> None:
            if stop.is_set():
                raise _StoppedError
            ticks.put((number, expected))

        if stop.is_set():
            raise _StoppedError
        sections[number].read(clip, new_landmarker(), tick)

    with ThreadPoolExecutor(landmarkers, thread_name_prefix="posture-section") as pool:
        # The context carries the language of error messages.
        futures = [pool.submit(contextvars.copy_context().run, read, number) for number in range(len(sections))]
        try:
            _report(futures, ticks, progress)
        finally:
            stop.set()
    for future in futures:
        if not isinstance(future.exception(), _StoppedError):
            future.result()


def _report(
    futures: Sequence[Future[None]], ticks: queue.SimpleQueue[tuple[int, int]], progress: Progress | None
) -> None:
    """Pass the progress of all threads on until they end or one fails."""
    done, expected = 0, dict[int, int]()
    while True:
        finished = wait(futures, timeout=POLL_S, return_when=FIRST_EXCEPTION)
        while not ticks.empty():
            number, expected[number] = ticks.get()
            done += 1
            if progress is not None:
                # Sections that have not begun are as long as the others.
                progress(done, round(sum(expected.values()) / len(expected) * len(futures)))
        if not finished.not_done or any(one.exception() for one in finished.done):
            return


class _StoppedError(Exception):
    """Another section failed, or the user gave up."""


def _joined(sections: Sequence[_Section], *, whole: bool) -> ClipObservations:
    first, *others = sections
    stats, pictures, count, gaps = first.stats, first.pictures, len(first.times_s), list[int]()
    for later in others:
        gaps += [count] * later.after_gap
        count += len(later.times_s)
        stats = stats.join(later.stats, is_next=not later.after_gap)
        pictures.append(later.pictures)
    return pictures.complete(
        ClipObservations(
            info=first.info,
            summary=replace(stats, whole=whole).summary(),
            times_s=np.array([time_s for section in sections for time_s in section.times_s]),
            sightings=[people for section in sections for people in section.sightings],
            gaps=np.array(gaps, dtype=np.intp),
        ),
        first.reduction,
    )
