"""Search for all heads to blur: the analysis follows the runner, and others only where it meets them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from posture.analysis.examination import Examination
from posture.pose.landmarker import Landmarker
from posture.report.annotated_video.anonymise import head_of
from posture.report.annotated_video.pictures import ClipPictures
from posture.types import Array

# A frame in so many seconds is searched; a head moves straight on in between.
SEARCH_S = 0.5
# More people than an analysis looks for, and with less confidence: a blurred bush harms nobody.
MOST_PEOPLE, CONFIDENCE = 8, 0.3


def with_bystanders(examination: Examination) -> list[list[Array]]:
    """Return the people of each frame, landmarks (33, 2) in pixels, with those whom a search finds in addition.

    Raises
    ------
    VideoError
        When the clip can no longer be read.
    """
    people, times_s = [list(one) for one in examination.people], examination.times_s
    if not len(times_s):
        return people
    source, model, next_s = examination.analysis.source, examination.analysis.software.model, -np.inf
    with Landmarker(model, people=MOST_PEOPLE, mode="image", masks=False, confidence=CONFIDENCE) as landmarker:
        for known, time_s, rgb in zip(people, times_s, ClipPictures(source, times_s).read(), strict=False):
            if time_s >= next_s:
                next_s = time_s + SEARCH_S
                known += [one.landmarks for one in landmarker.detect(rgb) if not _is_among(one.landmarks, known)]
    return people


def _is_among(landmarks: Array, known: Sequence[Array]) -> bool:
    """Return whether a head is that of a known person."""
    x, y, radius = head_of(landmarks)
    return any(np.hypot(x - other[0], y - other[1]) < max(radius, other[2]) for other in map(head_of, known))
