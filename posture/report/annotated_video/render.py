"""Joins the film: the clip's pictures, what was measured drawn on them, the verdict above and the plots below."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np

from posture.back.measure import BackResult
from posture.drawing.back_line import BackOverTime, Trunk, draw_back, skeleton
from posture.drawing.canvas import PLATE_OPACITY, blur_disc, draw_lines, to_i420, write
from posture.drawing.palette import ARCH
from posture.drawing.text import Letters, letters
from posture.gait.subject import TrackedPerson
from posture.records.analysis import Analysis
from posture.report.annotated_video.layout import Screen, make_screen
from posture.report.wording import value_text
from posture.types import Array, Image, Progress
from posture.video import FilmFrame, FrameStore, write_film

# Of the picture's shorter side, with a least number of pixels.
LINE_WIDTH, LEAST_LINE = 0.0083, 3.0
BONE_WIDTH, LEAST_BONE = 0.0025, 1.0
# Of the screen's width.
LABEL = 0.03


@dataclass(frozen=True)
class Shown:
    """What the film shows.

    Attributes
    ----------
    analysis : Analysis
    runner : TrackedPerson or None
    back : BackResult or None
    times_s : array, shape (F,)
        Of every frame, seconds after the clip's first frame.
    heads : sequence (frames) of array, shape (heads, 3), or None
        x, y, radius of those to blur, pixels of the measured picture.
    """

    analysis: Analysis
    runner: TrackedPerson | None
    back: BackResult | None
    times_s: Array
    heads: Sequence[Array] | None = None


def lay_out(shown: Shown, size: tuple[int, int]) -> Screen:
    """Draw what stays the same in all pictures of a film, whose clip's pictures have a width and height in pixels."""
    return make_screen(shown.analysis, shown.times_s, size)


def annotate(
    shown: Shown,
    spool: FrameStore,
    path: Path,
    progress: Progress | None = None,
    *,
    screen: Screen | None = None,
) -> None:
    """Write the film.

    Its times are the clip's, counted from the first frame that was read (``shown.times_s[0]``).

    Parameters
    ----------
    shown : Shown
    spool : FrameStore
        The pictures of the same frames.
    path : Path
        An MP4 file, written over.
    progress : callable, optional
        Called with (frames done, frames) after every frame.
    screen : Screen, optional
        As `lay_out` has drawn it. With one, no plot is drawn here: other threads may draw theirs in the meantime.

    Raises
    ------
    OutputError
        When the pictures could not be kept.
    OSError
        When the file cannot be written.
    """
    size = spool.size
    if size is None:
        return
    laid_out = screen or lay_out(shown, size)
    total = len(shown.times_s)
    done = 0

    def counted() -> None:
        nonlocal done
        done += 1
        if progress is not None:
            progress(done, total)

    write_film(path, laid_out.size, _rate(shown), _frames(shown, spool, laid_out), counted)


def _rate(shown: Shown) -> float:
    fps = shown.analysis.source.fps
    return float(np.clip(fps, 1.0, 240.0)) if fps else 30.0


def lengths_of(times_s: Array, duration_s: float | None) -> Array:
    """Return how long each frame is shown, seconds, shape (F,); the last as the clip says, else as the one before."""
    steps = np.diff(times_s)
    usual = float(np.median(steps)) if len(steps) else 1 / 30
    last = usual if duration_s is None else duration_s - float(times_s[-1] - times_s[0])
    return np.append(steps, last if last > 0 else usual)


def _frames(shown: Shown, spool: FrameStore, screen: Screen) -> Iterator[FilmFrame]:
    artist = _Artist(shown, screen)
    start = shown.times_s - shown.times_s[0]
    lengths = lengths_of(shown.times_s, shown.analysis.source.duration_s)
    for frame, (picture, begin, length) in enumerate(zip(spool.images(), start, lengths, strict=False)):
        stride = artist.draw(picture, frame)
        whole = screen.compose(picture, float(shown.times_s[frame]), stride)
        yield FilmFrame(to_i420(whole), float(begin), float(length))


class _Artist:
    """Draws on the clip's pictures, in their order."""

    def __init__(self, shown: Shown, screen: Screen) -> None:
        self._shown = shown
        source = shown.analysis.source
        width, height = screen.picture
        self._scale = np.array([width / source.width, height / source.height])
        self._line = max(LEAST_LINE, LINE_WIDTH * min(width, height))
        self._bone = max(LEAST_BONE, BONE_WIDTH * min(width, height))
        self._letters = lru_cache(maxsize=4)(self._written)
        self._label_size = LABEL * screen.size[0]
        self._number_of: dict[int, int] = {}
        self._over_time: BackOverTime | None = None
        if shown.runner is not None:
            self._number_of = {int(f): n for n, f in enumerate(shown.runner.frames)}
            if shown.back is not None and shown.analysis.measures.get("pelvic_tilt_deg") is not None:
                self._over_time = BackOverTime(shown.runner, shown.back)

    def draw(self, picture: Image, frame: int) -> int | None:
        """Draw on a frame, and return the number of its stride among the runner's; None outside of all."""
        if self._shown.heads is not None:
            for x, y, radius in self._shown.heads[frame]:
                blur_disc(picture, x * self._scale[0], y * self._scale[1], radius * float(self._scale.max()))
        runner, number = self._shown.runner, self._number_of.get(frame)
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
        """Return the arch of a stride, or the clip's for somebody who makes none; as the analysis has it."""
        clip = self._shown.analysis.measures.get("lumbar_arch_deg")
        if clip is None or stride < 0:
            return None if clip is None else clip.value
        strides = self._shown.analysis.gait.strides
        own = strides[stride].measures if stride < len(strides) else None
        return None if own is None else own.get("lumbar_arch_deg")

    def _written(self, degrees: float) -> Letters:
        return letters(value_text(degrees, "deg"), self._label_size, bold=True)
