"""Still of a clip with a numbered box around everybody who was found, so that the reader sees who is meant."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

import numpy as np

from posture.analysis.examination import Examination
from posture.drawing.canvas import encode_jpeg, resize
from posture.drawing.person_box import PersonBox, draw_person_boxes
from posture.gait.runner_choice import TrackedPerson
from posture.language import gettext as _
from posture.language import use_language
from posture.pose.landmarks import HIPS, midpoint
from posture.report.html.photos import Blur, Photo
from posture.report.stills import picture_at
from posture.types import Array

# Sides of the picture at most, pixels.
WIDTH, HEIGHT = 960, 720
JPEG_QUALITY = 82
# Of the frames with most people, so many are looked at.
MAX_COMPARED = 200
# Frames that show people so nearly equally well count as equal; hips so many trunk lengths apart stand side by side.
EQUAL, APART_L = 0.02, 2.0


def take_people_photo(examination: Examination, *, blur: Blur | None = None) -> Photo | None:
    """Take the still of a clip that has no verdict or shows several people; None for other clips.

    Parameters
    ----------
    blur
        Makes the heads unrecognisable in a picture of the clip's frame of that number.

    Raises
    ------
    VideoError
        When the clip can no longer be read.
    """
    analysis, times = examination.analysis, examination.times_s
    has_verdict = analysis.verdict.label != "not_measurable"
    if len(times) == 0 or (has_verdict and len(examination.candidates) < 2):
        return None
    source = analysis.source
    frame = choose_frame(examination.candidates, examination.runner, len(times), (source.width, source.height))
    time_s = float(times[frame])
    picture = picture_at(source, times, time_s)
    if blur is not None:
        picture = blur(picture, frame)
    scale = min(1.0, WIDTH / picture.shape[1], HEIGHT / picture.shape[0])
    picture = np.ascontiguousarray(resize(picture, scale))
    boxes = [
        PersonBox(scale * landmarks_at(person, frame), number, person is examination.runner)
        for number, person in enumerate(examination.candidates, start=1)
        if frame in person.frames
    ]
    with use_language(analysis.language):
        caption = caption_of(examination)
        draw_person_boxes(picture, boxes, caption if len(boxes) != 1 or len(examination.candidates) > 1 else "")
    return Photo(encode_jpeg(picture, JPEG_QUALITY), picture.shape[1], picture.shape[0], time_s, caption=caption)


def caption_of(examination: Examination) -> str:
    """Return who is in the boxes, and how to choose another person."""
    numbers = range(1, len(examination.candidates) + 1)
    own = [n for n, person in zip(numbers, examination.candidates, strict=True) if person is examination.runner]
    if not own:
        return _("Nobody was found. This is the middle of the clip.")
    others = [n for n in numbers if n != own[0]]
    if not others:
        return _("The box shows the person who was analysed.")
    text = _("The person in box {own} was looked at. Another one? Choose {others}.")
    return text.format(own=own[0], others=", ".join(_("person {number}").format(number=n) for n in others))


def choose_frame(
    people: Sequence[TrackedPerson], runner: TrackedPerson | None, frames: int, size: tuple[int, int]
) -> int:
    """Return the frame that shows the runner and most others, whole and side by side; the middle one of equals.

    Parameters
    ----------
    people
        With the runner.
    frames
        Number of frames of the clip.
    size
        Width and height of the picture, pixels.
    """
    if runner is None:
        return frames // 2
    count = np.zeros(frames, dtype=np.int64)
    for person in people:
        count[person.frames] += 1
    crowded = runner.frames[count[runner.frames] == count[runner.frames].max()]
    crowded = crowded[:: max(1, len(crowded) // MAX_COMPARED)]
    clear = np.array([_clearness(people, int(frame), size) for frame in crowded])
    best = crowded[clear >= clear.max() - EQUAL]
    return int(best[np.argmin(np.abs(best - frames / 2))])


def landmarks_at(person: TrackedPerson, frame: int) -> Array:
    """Return the landmarks of a person in a frame in which they were found, shape (33, 2), pixels."""
    return np.asarray(person.landmarks[np.searchsorted(person.frames, frame)])


def _clearness(people: Sequence[TrackedPerson], frame: int, size: tuple[int, int]) -> float:
    """Return how well a frame shows its people, 0..1: the least share inside the picture times the least distance."""
    shown = [(landmarks_at(person, frame), person.size_px) for person in people if frame in person.frames]
    inside = min(float(((marks >= 0) & (marks < size)).all(axis=1).mean()) for marks, _size in shown)
    hips = [midpoint(marks[None], HIPS)[0] for marks, _size in shown]
    gap = min((float(np.hypot(*(a - b))) for a, b in combinations(hips, 2)), default=np.inf)
    apart = APART_L * max(own for _marks, own in shown)
    return inside * (1.0 if gap >= apart else gap / apart)
