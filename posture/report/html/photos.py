"""The page's photographs: the runner with the measured line, and the strides with the least and the most hollow."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from posture.back.measure import BackResult
from posture.drawing.back_line import BackPose, Trunk
from posture.gait.subject import TrackedPerson
from posture.language import gettext as _
from posture.language import use_language
from posture.records.analysis import Analysis, Measure
from posture.report.html.back_photo import BackLabels, draw_back_photo
from posture.report.wording import number_text
from posture.types import PRIMARY_MEASURES, Array, Image
from posture.video import frame_at

HEIGHT, STRIDE_HEIGHT = 900, 560
# Two of them stand side by side on a phone.
STRIDE_BOLDNESS = 1.7
# Fewer strides leave nothing to choose from.
MIN_STRIDES = 3
# Where the foot stands below the hips when the events do not say.
USUAL_MID_STANCE = 0.15

Blur = Callable[[Image, int], Image]
"""Takes a picture and the number of the runner's frame, and returns it with the heads made unrecognisable."""


@dataclass(frozen=True)
class Shot:
    """A photograph on the page.

    Attributes
    ----------
    jpeg : bytes
    width, height : int
        Pixels.
    clip_s : float
        Its moment in the clip, seconds.
    stride : int or None
        Which of the analysis' strides it shows, for the picture of one stride.
    """

    jpeg: bytes
    width: int
    height: int
    clip_s: float
    stride: int | None = None


@dataclass(frozen=True)
class Pictures:
    """All photographs; None where there is none.

    Attributes
    ----------
    back : Shot or None
        The frame nearest to the clip's mean line, with that line.
    least, most : Shot or None
        The strides with the smallest and the largest sum of tilt and arch, at mid-stance, each with its own line.
    """

    back: Shot | None = None
    least: Shot | None = None
    most: Shot | None = None


def pictures_of(
    analysis: Analysis, runner: TrackedPerson | None, back: BackResult | None, *, blur: Blur | None = None
) -> Pictures:
    """Take the page's photographs from the clip; the words on them are in the analysis' language.

    Parameters
    ----------
    analysis : Analysis
    runner : TrackedPerson or None
    back : BackResult or None
    blur : callable, optional
        Makes heads unrecognisable.

    Raises
    ------
    VideoError
        When the clip can no longer be read.
    """
    with use_language(analysis.language):
        return _taken(analysis, runner, back, blur)


def _taken(
    analysis: Analysis, runner: TrackedPerson | None, back: BackResult | None, blur: Blur | None
) -> Pictures:
    tilt = analysis.measures.get("pelvic_tilt_deg")
    if runner is None or back is None or tilt is None or not np.isfinite(back.residual_by_frame).any():
        return Pictures()
    arch = analysis.measures.get("lumbar_arch_deg")
    frame = int(np.argmin(back.residual_by_frame))
    words = BackLabels(
        _word(_("Tilt"), tilt.value),
        None if arch is None else _word(_("Arch"), arch.value),
        (_("buttock"), _("hollow"), _("upper back")),
    )
    whole = _Scene(analysis, runner, back, blur)
    main = whole.shot(frame, back.measured.outline, words, height=HEIGHT)
    ends = extreme_strides(analysis, back)
    if ends is None:
        return Pictures(back=main)
    least, most = (whole.stride(number, arch) for number in ends)
    return Pictures(back=main, least=least, most=most)


def extreme_strides(analysis: Analysis, back: BackResult) -> tuple[int, int] | None:
    """Return the places in the measured strides with the smallest and the largest sum of tilt and arch.

    Where the arch is not told, by the tilt alone. None for somebody who stands, and with few strides.
    """
    if analysis.subject.activity not in ("running", "walking") or len(back.measured_strides) < MIN_STRIDES:
        return None
    names = [name for name in PRIMARY_MEASURES if analysis.measures.get(name) is not None]
    total = np.sum([back.measured.by_stride[name] for name in names], axis=0)
    return int(np.argmin(total)), int(np.argmax(total))


@dataclass(frozen=True)
class _Scene:
    analysis: Analysis
    runner: TrackedPerson
    back: BackResult
    blur: Blur | None

    def shot(
        self,
        frame: int,
        outline: Array,
        words: BackLabels,
        *,
        height: int,
        stride: int | None = None,
        at: int = 0,
    ) -> Shot:
        """Take the picture of one of the runner's frames."""
        clip_s = float(self.runner.time_s[frame])
        picture = frame_at(self.analysis.source.path, clip_s).rgb
        if self.blur is not None:
            picture = self.blur(picture, frame)
        trunk = Trunk(self.back.hips[frame], self.back.shoulders[frame], self.runner.view.facing)
        angles = self.back.measured.angles if stride is None else self.back.measured.stride_angles
        boldness = 1.0 if stride is None else STRIDE_BOLDNESS
        roll_deg = self.analysis.quality.camera_roll_deg or 0.0
        jpeg, wide, tall = draw_back_photo(
            picture,
            BackPose(trunk, outline, angles, at),
            words,
            height=height,
            boldness=boldness,
            roll_deg=roll_deg,
        )
        return Shot(jpeg, wide, tall, clip_s, stride)

    def stride(self, place: int, arch: Measure | None) -> Shot:
        """Take the picture of a stride at mid-stance, with the stride's own line."""
        measured, number = self.back.measured, int(self.back.measured_strides[place])
        # The picture is small: numbers alone, in the colours of tilt and arch.
        words = BackLabels(
            _degrees(float(measured.by_stride["pelvic_tilt_deg"][place])),
            None if arch is None else _degrees(float(measured.by_stride["lumbar_arch_deg"][place])),
        )
        frame = self._mid_stance(number)
        outline = measured.stride_outlines[place]
        return self.shot(frame, outline, words, height=STRIDE_HEIGHT, stride=number, at=place)

    def _mid_stance(self, number: int) -> int:
        strides = self.runner.strides
        inside = np.flatnonzero(strides.frame_stride == number)
        wanted = _mid_stance_phase(self.analysis)
        return int(inside[np.argmin(np.abs(strides.frame_phase[inside] - wanted))])


def _mid_stance_phase(analysis: Analysis) -> float:
    course = analysis.course
    for event in course.events if course is not None else ():
        if course is not None and event.name == "mid_stance" and event.side == course.side:
            return event.phase
    return USUAL_MID_STANCE


def _word(name: str, degrees: float) -> str:
    return f"{name} {_degrees(degrees)}"


def _degrees(degrees: float) -> str:
    return f"{number_text(degrees, 0)}°"
