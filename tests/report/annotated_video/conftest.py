"""Annotated videos of synthetic people on grey pictures."""

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
from posture.report.annotated_video.render import annotate
from posture.types import Image
from posture.video import open_video

GREY = 110
FramesOf = Callable[..., list[Image]]


def grey(_number: int, width: int, height: int) -> Image:
    return np.full((height, width, 3), GREY, dtype=np.uint8)


@pytest.fixture(scope="session")
def gaps() -> Examination:
    return examination_factory.examine_observations(
        examination_factory.without(examination_factory.observations(), range(60, 75))
    )


@pytest.fixture(scope="session")
def front() -> Examination:
    return examination_factory.examination(Figure(trunk_px=120.0, yaw_deg=88.0))


@pytest.fixture(scope="session")
def nobody() -> Examination:
    clip = examination_factory.observations(seconds=1.0)
    return examination_factory.examine_observations(examination_factory.without(clip, range(len(clip.times_s))))


@pytest.fixture
def frames_of(tmp_path: Path) -> FramesOf:
    """Return a function that draws a video's first frames on grey pictures of half the measured size."""

    def frames(examination: Examination, *, count: int = 80) -> list[Image]:
        source = examination.analysis.source
        count = min(count, len(examination.times_s))
        size = (source.width // 2, source.height // 2)
        clip = write_clip(tmp_path / "clip.mp4", frames=count, size=size, draw=grey)
        path = tmp_path / "annotated.mp4"
        annotate(examination_factory.filmed(examination, clip), path)
        with open_video(path) as video:
            return [frame.rgb for frame in video.frames()]

    return frames
