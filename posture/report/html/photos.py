"""Photographs of the page: the runner with the measured line, and the strides with the least and the most hollow."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from posture.analysis.examination import Examination
from posture.back.measure import BackResult
from posture.comparison.baseline import find_analysis_file
from posture.drawing.back_line import BackPose, Trunk, back_geometry, drawn_tilt_deg
from posture.gait.runner_choice import TrackedPerson
from posture.language import use_language
from posture.output.names import BACK_PHOTO
from posture.pose.trunk_frame import lean_deg
from posture.records.analysis import Analysis
from posture.report.html.back_photo import draw_back_photo
from posture.report.moments import mid_stance
from posture.report.stills import picture_at
from posture.types import PRIMARY_MEASURES, Facing, Image
from posture.video.image_sequence import decode_image

STRIDE_HEIGHT = 560
# Fewer strides leave nothing to choose from.
MIN_STRIDES = 3
# The frame of the whole clip shows its tilt to this angle, degrees, where one of them does.
MAX_OFF_DEG = 0.5

Blur = Callable[[Image, int], Image]
"""Takes a picture and the number of the clip's frame; returns it with the heads made unrecognisable."""


@dataclass(frozen=True)
class Photo:
    """A photograph on the page, its size in pixels, its moment in the clip, its stride's number, and a caption."""

    jpeg: bytes
    width: int
    height: int
    clip_s: float
    stride: int | None = None
    caption: str = ""


@dataclass(frozen=True)
class Photos:
    """All photographs; None where there is none.

    Attributes
    ----------
    back
        A frame that leans like the clip's mean line, with that line.
    least, most
        The strides with the smallest and the largest sum of tilt and arch, at mid-stance, each with its own line.
    standing
        The own standing posture, which the clip is compared with.
    people
        Everybody in numbered boxes, of a clip without a verdict or with several people; see
        `posture.report.html.people_photo`.
    """

    back: Photo | None = None
    least: Photo | None = None
    most: Photo | None = None
    people: Photo | None = None
    standing: Photo | None = None


def take_photos(
    analysis: Analysis, runner: TrackedPerson | None, back: BackResult | None, *, blur: Blur | None = None
) -> Photos:
    """Take the page's photographs from the clip, labelled in the language of the analysis.

    Raises
    ------
    VideoError
        When the clip can no longer be read.
    """
    tilt = analysis.measures.get("pelvic_tilt_deg")
    if runner is None or back is None or tilt is None or not np.isfinite(back.residual_by_frame).any():
        return Photos()
    with use_language(analysis.language):
        photographer = _Photographer(analysis, runner, back, blur)
        # The mean line over several postures is nobody's back.
        clip = None if analysis.segments else photographer.clip(tilt.value)
        extremes = extreme_strides(analysis, back)
        if extremes is None:
            return Photos(clip)
        return Photos(clip, *(photographer.stride(place) for place in extremes))


def standing_photo(analysis: Analysis, standing: Examination | None) -> Photo | None:
    """Return the photograph of the own standing posture that decides the verdict; None without one.

    It is taken from the standing clip where that was analysed together with the run, else from the folder of its
    results.
    """
    if analysis.baseline is None or analysis.verdict.basis != "own_standing":
        return None
    if standing is not None:
        with use_language(analysis.language):
            own = standing.analysis.model_copy(update={"language": analysis.language})
            return take_photos(own, standing.runner, standing.back).back
    file = find_analysis_file(analysis.baseline.path)
    stored = None if file is None else file.with_name(BACK_PHOTO)
    picture = decode_image(stored) if stored is not None and stored.is_file() else None
    if stored is None or picture is None:
        return None
    return Photo(stored.read_bytes(), picture.width, picture.height, 0.0)


def extreme_strides(analysis: Analysis, back: BackResult) -> tuple[int, int] | None:
    """Return the places in the measured strides with the smallest and the largest sum of tilt and arch.

    By the tilt alone where the arch is not reported. None for a standing person, with few strides, and where the
    strides differ by no more than chance explains: two pictures that look alike help nobody.
    """
    if not differs(analysis):
        return None
    if analysis.subject.activity not in ("running", "walking") or len(back.measured_strides) < MIN_STRIDES:
        return None
    names = [name for name in PRIMARY_MEASURES if analysis.measures.get(name) is not None]
    total = np.sum([back.measured.by_stride[name] for name in names], axis=0)
    return int(np.argmin(total)), int(np.argmax(total))


def differs(analysis: Analysis) -> bool:
    """Return whether the posture is known to change in the clip: it has parts, or drifts."""
    drift = {} if analysis.course is None else analysis.course.drift.measures
    return bool(analysis.segments) or any(change is not None and change.real for change in drift.values())


def representative_frame(back: BackResult, facing: Facing, tilt_deg: float, roll_deg: float) -> int:
    """Return the frame that shows a tilt best: the mean line leans like that there, and fits the edge best.

    Parameters
    ----------
    tilt_deg
        Pelvic tilt of the clip.
    roll_deg
        The camera's roll, clockwise positive.
    """
    upright = Trunk(np.zeros(2), np.array([0.0, -1.0]), facing)
    line = back_geometry(BackPose(upright, back.measured.outline, back.measured.angles, 0), upright)
    tilt = drawn_tilt_deg(line, upright, roll_deg) + lean_deg(back.hips, back.shoulders, facing)
    used = np.isfinite(back.residual_by_frame)
    off = np.where(used, np.abs(tilt - tilt_deg), np.inf)
    near = off <= max(MAX_OFF_DEG, float(off.min()) + MAX_OFF_DEG / 2)
    return int(np.argmin(np.where(near, back.residual_by_frame, np.inf)))


@dataclass(frozen=True)
class _Photographer:
    analysis: Analysis
    runner: TrackedPerson
    back: BackResult
    blur: Blur | None

    def clip(self, tilt_deg: float) -> Photo:
        """Take the photograph of the whole clip, with its mean line."""
        measured = self.back.measured
        frame = representative_frame(self.back, self.runner.view.facing, tilt_deg, self._roll_deg)
        arch = self.analysis.measures.get("lumbar_arch_deg")
        jpeg, width, height = draw_back_photo(
            self._picture(frame),
            BackPose(self._trunk(frame), measured.outline, measured.angles, 0),
            tilt_deg,
            None if arch is None else arch.value,
            named=True,
            roll_deg=self._roll_deg,
        )
        return Photo(jpeg, width, height, self._clip_s(frame))

    def stride(self, place: int) -> Photo:
        """Take the photograph of a stride at mid-stance, with the stride's own line."""
        measured, number = self.back.measured, int(self.back.measured_strides[place])
        has_arch = self.analysis.measures.get("lumbar_arch_deg") is not None
        frame = mid_stance(self.analysis, self.runner, number)
        jpeg, width, height = draw_back_photo(
            self._picture(frame),
            BackPose(self._trunk(frame), measured.stride_outlines[place], measured.stride_angles, place),
            float(measured.by_stride["pelvic_tilt_deg"][place]),
            float(measured.by_stride["lumbar_arch_deg"][place]) if has_arch else None,
            height=STRIDE_HEIGHT,
            roll_deg=self._roll_deg,
        )
        return Photo(jpeg, width, height, self._clip_s(frame), number)

    @property
    def _roll_deg(self) -> float:
        return self.analysis.quality.camera_roll_deg or 0.0

    def _clip_s(self, frame: int) -> float:
        return float(self.runner.time_s[frame])

    def _picture(self, frame: int) -> Image:
        picture = picture_at(self.analysis.source, self.runner.time_s, self._clip_s(frame))
        return picture if self.blur is None else self.blur(picture, int(self.runner.frames[frame]))

    def _trunk(self, frame: int) -> Trunk:
        return Trunk(self.back.hips[frame], self.back.shoulders[frame], self.runner.view.facing)
