"""Films of synthetic people: what was seen is made up, the pictures are grey."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from helpers import examination_factory
from helpers.examination_fixtures import leftward, running, standing  # noqa: F401
from helpers.synthetic_runner import Figure
from helpers.video_factory import write_clip

from posture.analysis.examination import Examination
from posture.report.annotated_video.render import Shown, annotate
from posture.types import Image
from posture.video import FrameStore, open_video

GREY = 110
FilmOf = Callable[..., tuple[list[Image], "Shown"]]


def grey(_number: int, width: int, height: int) -> Image:
    return np.full((height, width, 3), GREY, dtype=np.uint8)


@pytest.fixture(scope="session")
def gaps() -> Examination:
    return examination_factory.examine_watched(
        examination_factory.without(examination_factory.watched(), range(60, 75))
    )


@pytest.fixture(scope="session")
def front() -> Examination:
    return examination_factory.examination(Figure(trunk_px=120.0, yaw_deg=88.0))


@pytest.fixture(scope="session")
def nobody() -> Examination:
    seen = examination_factory.watched(seconds=1.0)
    return examination_factory.examine_watched(examination_factory.without(seen, range(len(seen.times_s))))


@pytest.fixture
def film_of(tmp_path: Path) -> FilmOf:
    """Return a function that gives a film's first frames, drawn on grey pictures half as large as the measured ones."""

    def film(found: Examination, *, frames: int = 80) -> tuple[list[Image], Shown]:
        source = found.analysis.source
        count = min(frames, len(found.times_s))
        size = (source.width // 2, source.height // 2)
        clip = write_clip(tmp_path / "clip.mp4", frames=count, size=size, draw=grey)
        shown = Shown(found.analysis, found.runner, found.back, found.times_s)
        path = tmp_path / "annotated.mp4"
        with FrameStore() as spool, open_video(clip, tee=spool) as video:
            assert sum(1 for _ in video.frames()) == count
            annotate(shown, spool, path)
        with open_video(path) as video:
            return [frame.rgb for frame in video.frames()], shown

    return film
