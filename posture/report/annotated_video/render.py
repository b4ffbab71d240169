"""The annotated video: skeleton, back line and angles on the clip's pictures, inside the screen around them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path

import numpy as np

from posture.analysis.examination import Examination
from posture.drawing.back_line import BackOverTime, Trunk, draw_back, skeleton
from posture.drawing.canvas import PLATE_OPACITY, blur_disc, draw_lines, to_i420, write
from posture.drawing.palette import ARCH
from posture.drawing.text import Letters, letters
from posture.report.annotated_video.layout import Screen, make_screen
from posture.report.wording import value_text
from posture.types import Array, Image, Progress
from posture.video import FilmFrame, FrameStore, write_film

# Shares of the picture's shorter side, and least pixels.
LINE_WIDTH, LEAST_LINE = 0.0083, 3.0
BONE_WIDTH, LEAST_BONE = 0.0025, 1.0
# Share of the screen's width.
LABEL = 0.03


def annotate(
    examination: Examination,
    path: Path,
    progress: Progress | None = None,
    *,
    heads: Sequence[Array] | None = None,
    screen: Screen | None = None,
) -> None:
    """Write the annotated video of a clip whose pictures were kept; nothing for one without pictures.

    Its times are the clip's, counted from the first frame that was read (``examination.times_s[0]``).

    Parameters
    ----------
    path
        An MP4 file, overwritten.
    progress
        Called with (frames done, frames) after every frame.
    heads
        For each frame the heads to blur, shape (heads, 3): x, y, radius, pixels of the measured picture.
    screen
        From `make_screen`. With one, no plot is drawn here: other threads may draw theirs in the meantime.

    Raises
    ------
    OutputError
        When the pictures could not be kept.
    OSError
        When the file cannot be written.
    """
    store, analysis, times_s = examination.frame_store, examination.analysis, examination.times_s
    if store is None or store.size is None:
        return
    screen = screen or make_screen(analysis, times_s, store.size)
    total, done = len(times_s), 0

    def count() -> None:
        nonlocal done
        done += 1
        if progress is not None:
            progress(done, total)

    fps = float(np.clip(analysis.source.fps, 1.0, 240.0)) if analysis.source.fps else 30.0
    write_film(path, screen.size, fps, _frames(examination, store, screen, heads), count)


def durations_of(times_s: Array, duration_s: float | None) -> Array:
    """Return how long each frame is shown, seconds, shape (F,); the last as the clip says, else as the one before."""
    steps = np.diff(times_s)
    usual = float(np.median(steps)) if len(steps) else 1 / 30
    last = usual if duration_s is None else duration_s - float(times_s[-1] - times_s[0])
    return np.append(steps, last if last > 0 else usual)


def _frames(
    examination: Examination, store: FrameStore, screen: Screen, heads: Sequence[Array] | None
) -> Iterator[FilmFrame]:
    artist, times_s = _Artist(examination, screen, heads), examination.times_s
    start = times_s - times_s[0]
    durations = durations_of(times_s, examination.analysis.source.duration_s)
    for frame, (picture, begin, duration) in enumerate(zip(store.images(), start, durations, strict=False)):
        stride = artist.draw(picture, frame)
        whole = screen.compose(picture, float(times_s[frame]), stride)
        yield FilmFrame(to_i420(whole), float(begin), float(duration))


class _Artist:
    """Draws on the pictures of the clip, one after the other."""

    def __init__(self, examination: Examination, screen: Screen, heads: Sequence[Array] | None) -> None:
        self._analysis, self._runner, self._heads = examination.analysis, examination.runner, heads
        source = self._analysis.source
        width, height = screen.picture
        self._scale = np.array([width / source.width, height / source.height])
        self._line = max(LEAST_LINE, LINE_WIDTH * min(width, height))
        self._bone = max(LEAST_BONE, BONE_WIDTH * min(width, height))
        self._letters = lru_cache(maxsize=4)(self._written)
        self._label_size = LABEL * screen.size[0]
        self._number_of: dict[int, int] = {}
        self._over_time: BackOverTime | None = None
        if self._runner is not None:
            self._number_of = {int(f): n for n, f in enumerate(self._runner.frames)}
            if examination.back is not None and self._analysis.measures.get("pelvic_tilt_deg") is not None:
                self._over_time = BackOverTime(self._runner, examination.back)

    def draw(self, picture: Image, frame: int) -> int | None:
        """Draw on a frame; return the number of its stride among the runner's, None outside of all."""
        if self._heads is not None:
            for x, y, radius in self._heads[frame]:
                blur_disc(picture, x * self._scale[0], y * self._scale[1], radius * float(self._scale.max()))
        runner, number = self._runner, self._number_of.get(frame)
        if runner is None or number is None:
            return None
        bones = skeleton(runner.landmarks[number] * self._scale, runner.view.visible_side, self._bone)
        draw_lines(picture, bones, 0.5)
        stride = int(runner.strides.frame_stride[number])
        self._draw_back(picture, number, stride)
        return stride if stride >= 0 else None

    def _draw_back(self, picture: Image, number: int, stride: int) -> None:
        pose = None if self._over_time is None else self._over_time.pose(number)
        if pose is None:
            return
        arch = self._arch(stride)
        trunk = Trunk(pose.trunk.hips * self._scale, pose.trunk.shoulders * self._scale, pose.trunk.facing)
        place = draw_back(picture, pose, trunk, self._line, arch=arch is not None)
        if arch is not None:
            text = self._letters(arch)
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

    def _written(self, degrees: float) -> Letters:
        return letters(value_text(degrees, "deg"), self._label_size, bold=True)
