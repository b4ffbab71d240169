"""Bystanders whom the analysis did not follow have their heads blurred too."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from helpers.analysis_factory import analysis
from helpers.derived_clips import first_picture, rewrite

from posture.analysis.examination import Examination
from posture.output.save import save
from posture.pose.landmarker import Landmarker
from posture.report.annotated_video.anonymise import find_heads, head_of
from posture.report.annotated_video.bystanders import with_bystanders
from posture.types import Image
from posture.video import open_video

# The bystander comes with this frame of 45, and stays.
COMES = 20
# Columns of the sample that show its person.
PERSON = slice(520, 820)
SHIFT = 500


@pytest.fixture(scope="module")
def examination(tmp_path_factory: pytest.TempPathFactory) -> Examination:
    """Return a clip of a runner, the only one who was followed, and of a bystander who comes later."""
    bystander = first_picture("stand_neutral")[:, PERSON]

    def with_other(number: int, rgb: Image) -> Image:
        if number < COMES:
            return rgb
        both = rgb.copy()
        both[:, PERSON.start - SHIFT : PERSON.stop - SHIFT] = bystander
        return both

    path = rewrite(tmp_path_factory.mktemp("two") / "two.mp4", "run_hollow", with_other, end_s=1.5)
    with open_video(path) as video, Landmarker("lite", masks=False) as landmarker:
        frames = list(video.frames())
        people = [[one.landmarks for one in landmarker.detect(frame.rgb)] for frame in frames]
    made = analysis(name=str(path), software={"model": "lite"}, source={"fps": 30.0, "frames_read": len(frames)})
    return Examination(made, None, None, times_s=np.array([f.time_s for f in frames]), people=people)


def test_bystander_who_was_not_followed_is_found_from_when_they_come(examination: Examination) -> None:
    assert max(map(len, examination.people)) == 1
    heads = find_heads(with_bystanders(examination), examination.times_s)
    # Two people, none of them twice.
    assert [len(discs) for discs in heads[COMES + 15 :]] == [2] * (len(heads) - COMES - 15)
    for discs, (runner, *_others) in zip(heads, examination.people, strict=True):
        assert np.hypot(*(discs[:, :2] - head_of(runner)[:2]).T).min() < 1.0
    with open_video(examination.analysis.source.path) as video, Landmarker("full", masks=False) as landmarker:
        last = list(video.frames())[-1].rgb.copy()
        last[:, PERSON.stop - SHIFT :] = 128
        (seen,) = landmarker.detect(last)
    x, y, radius = head_of(seen.landmarks)
    found = heads[-1][heads[-1][:, 0].argmin()]
    assert np.hypot(found[0] - x, found[1] - y) < 0.5 * radius
    assert found[2] > 0.7 * radius


def test_their_face_is_blurred_in_the_film(examination: Examination, tmp_path: Path) -> None:
    detail = {}
    head = find_heads(with_bystanders(examination), examination.times_s)[-1]
    x, y, radius = head[head[:, 0].argmin()].astype(int)
    for blur in (False, True):
        save(examination, tmp_path / str(blur), film=True, blur_faces=blur)
        with open_video(tmp_path / str(blur) / "annotated.mp4") as video:
            film = list(video.frames())[-1].rgb
        scale = film.shape[0] / 720
        half = int(0.5 * radius * scale)
        row, column = int(y * scale), int(x * scale)
        face = film[row - half : row + half, column - half : column + half].astype(float)
        detail[blur] = np.abs(np.diff(face, axis=1)).mean()
    assert detail[True] < 0.5 * detail[False]
