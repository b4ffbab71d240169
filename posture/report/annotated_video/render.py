"""The annotated video: the clip cropped to the runner, with back line, angles, numbers and verdict."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path

import numpy as np

from posture.analysis.examination import Examination
from posture.drawing.back_line import BackOverTime, Trunk, draw_back
from posture.drawing.canvas import PLATE_OPACITY, blur_disc, cut_out, encode_jpeg, to_i420, write
from posture.drawing.palette import ARCH, GROUND
from posture.drawing.text import letters
from posture.report.annotated_video.crop import crop_to
from posture.report.annotated_video.overlay import Overlay
from posture.report.annotated_video.pictures import ClipPictures
from posture.report.moments import mid_stance, typical_stride
from posture.types import Array, Image, Progress
from posture.video import FilmFrame, write_film

# Pixels of the video.
LINE_PX = 5.0
# Share of the video's width.
LABEL = 0.042
POSTER_QUALITY = 80
# `cut_out` takes the mean of four pixels, so it leaves none out down to half the size. Reducing a picture before takes
# longer than decoding it (4 ms from 1920x1080 to 0.72 of it).
LEAST_SCALE = 0.5


def annotate(
    examination: Examination,
    path: Path,
    progress: Progress | None = None,
    *,
    heads: Sequence[Array] | None = None,
) -> bytes:
    """Write the annotated video of a clip, whose pictures are read from it once more.

    Its times are the clip's, counted from the first frame that was read (``examination.times_s[0]``).

    Parameters
    ----------
    path
        An MP4 file, overwritten.
    progress
        Called with (frames done, frames) after every frame.
    heads
        For each frame the heads to blur, shape (heads, 3): x, y, radius, pixels of the measured picture.

    Returns
    -------
    bytes
        The frame that stands for the video before it plays, as JPEG: the middle of a stance in a typical stride.

    Raises
    ------
    VideoError
        When the clip can no longer be read.
    OSError
        When the file cannot be written.
    """
    analysis = examination.analysis
    pictures = ClipPictures(analysis.source, examination.times_s)
    artist = _Artist(examination, pictures.size, heads)
    total, done = len(examination.times_s), 0

    def count() -> None:
        nonlocal done
        done += 1
        if progress is not None:
            progress(done, total)

    fps = float(np.clip(analysis.source.fps, 1.0, 240.0)) if analysis.source.fps else 30.0
    write_film(path, artist.size, fps, _frames(examination, pictures, artist), count)
    return artist.poster


def poster_frame(examination: Examination) -> int:
    """Return the number of the frame that stands for the whole video."""
    runner = examination.runner
    if runner is None or not len(runner.frames):
        return len(examination.times_s) // 2
    stride = typical_stride(examination.analysis)
    place = len(runner.frames) // 2 if stride is None else mid_stance(examination.analysis, runner, stride)
    return int(runner.frames[place])


def durations_of(times_s: Array, duration_s: float | None) -> Array:
    """Return how long each frame is shown, seconds, shape (F,); the last as the clip says, else as the one before."""
    steps = np.diff(times_s)
    usual = float(np.median(steps)) if len(steps) else 1 / 30
    last = usual if duration_s is None else duration_s - float(times_s[-1] - times_s[0])
    return np.append(steps, last if last > 0 else usual)


def _frames(examination: Examination, pictures: ClipPictures, artist: _Artist) -> Iterator[FilmFrame]:
    source, times_s = examination.analysis.source, examination.times_s
    unread_s = np.array([source.unread_before_s(time_s) for time_s in times_s])
    start = times_s - times_s[0] - unread_s
    shown_s = None if source.duration_s is None else source.duration_s - float(unread_s[-1])
    durations = durations_of(start, shown_s)
    images = pictures.read(artist.picture_scale)
    for frame, (picture, begin, duration) in enumerate(zip(images, start, durations, strict=False)):
        yield FilmFrame(to_i420(artist.draw(picture, frame)), float(begin), float(duration))


class _Artist:
    """Makes the pictures of the video, one after the other.

    Attributes
    ----------
    size
        Width and height, pixels.
    picture_scale
        At which `draw` wants the pictures of the clip, at most 1: so that it leaves out no pixels.
    poster
        Once its frame has been drawn, as JPEG.
    """

    def __init__(self, examination: Examination, picture: tuple[int, int], heads: Sequence[Array] | None) -> None:
        self._analysis, self._runner, self._heads = examination.analysis, examination.runner, heads
        self._picture_width = picture[0]
        self._unit = picture[0] / self._analysis.source.width
        self._crop = crop_to(self._runner, examination.times_s, picture, self._unit)
        self.size, self.poster = self._crop.size, b""
        largest = float(self._crop.scales.max())
        self.picture_scale = largest if largest < LEAST_SCALE else 1.0
        self._poster_frame = poster_frame(examination)
        faces_right = self._runner is not None and self._runner.view.facing == "right"
        self._overlay = Overlay(self._analysis, self.size, left=faces_right)
        self._letters = lru_cache(maxsize=4)(letters)
        self._number_of: dict[int, int] = {}
        self._over_time: BackOverTime | None = None
        if self._runner is not None:
            self._number_of = {int(f): n for n, f in enumerate(self._runner.frames)}
            if examination.back is not None and self._analysis.measures.get("pelvic_tilt_deg") is not None:
                self._over_time = BackOverTime(self._runner, examination.back)

    def draw(self, picture: Image, frame: int) -> Image:
        """Return the picture of the video at a frame of the clip."""
        scale = float(self._crop.scales[frame])
        reduction = picture.shape[1] / self._picture_width
        whole = cut_out(picture, self._crop.corners[frame] * reduction, scale / reduction, self.size, GROUND)
        for x, y, radius in () if self._heads is None else self._heads[frame]:
            centre = self._place(np.array([x, y]), frame)
            blur_disc(whole, float(centre[0]), float(centre[1]), float(radius) * self._unit * scale)
        number, stride = self._number_of.get(frame), None
        if self._runner is not None and number is not None:
            inside = int(self._runner.strides.frame_stride[number])
            self._draw_back(whole, frame, number, inside)
            stride = inside if inside >= 0 else None
        self._overlay.draw(whole, stride)
        if frame == self._poster_frame:
            self.poster = encode_jpeg(whole, POSTER_QUALITY)
        return whole

    def _place(self, points: Array, frame: int) -> Array:
        """Return measured points in pixels of the video."""
        return self._crop.place(points * self._unit, frame)

    def _draw_back(self, picture: Image, frame: int, number: int, stride: int) -> None:
        pose = None if self._over_time is None else self._over_time.pose(number)
        if pose is None:
            return
        arch = self._arch(stride)
        trunk = Trunk(self._place(pose.trunk.hips, frame), self._place(pose.trunk.shoulders, frame), pose.trunk.facing)
        place = draw_back(picture, pose, trunk, LINE_PX, arch=arch is not None)
        if arch is not None:
            text = self._letters(self._overlay.label("lumbar_arch_deg", arch), LABEL * self.size[0], bold=True)
            width = text.cover.shape[1]
            left = place[0] - width if trunk.facing == "right" else place[0]
            write(picture, text, (left, place[1] + text.above / 2), ARCH, plate=PLATE_OPACITY)

    def _arch(self, stride: int) -> float | None:
        """Return the arch of a stride, or the clip's for a standing person, as in the analysis."""
        clip = self._analysis.measures.get("lumbar_arch_deg")
        if clip is None or stride < 0:
            return None if clip is None else clip.value
        strides = self._analysis.gait.strides
        own = strides[stride].measures if stride < len(strides) else None
        return None if own is None else own.get("lumbar_arch_deg")
