"""Pages of hand-made analyses, and a real browser."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from helpers import synthetic_runner, video_factory
from helpers.html_page import STRIDES, Data, Edit, browser, look, with_course, with_standing  # noqa: F401

from posture.contour.angles import measure_outlines
from posture.drawing.back_line import BackPose, Trunk
from posture.records.analysis import Analysis
from posture.report.html import PageVideo, Photo, Photos
from posture.report.html.back_photo import draw_back_photo

Make = Callable[..., Analysis]


@pytest.fixture(scope="session")
def full_analysis(make_analysis: Make) -> Make:
    """``full_analysis(change=None, label=...)``: an analysis with everything that a page can show."""

    def make(change: Edit | None = None, label: str = "hollow_back") -> Analysis:
        def both(data: Data) -> None:
            with_course(data)
            with_standing(data)
            if change is not None:
                change(data)

        return make_analysis(label, both)

    return make


@pytest.fixture(scope="session")
def photos() -> Photos:
    """Photographs of a grey runner."""
    outline = synthetic_runner.plain_outline(0.06)
    angles = measure_outlines(outline, 8.0)
    trunk = Trunk(np.array([320.0, 330.0]), np.array([334.0, 230.0]), "right")
    grey = np.full((640, 640, 3), 128, dtype=np.uint8)
    jpeg, width, height = draw_back_photo(grey, BackPose(trunk, outline, angles, 0), 31.0, 49.0)
    return Photos(*(Photo(jpeg, width, height, 1.0, stride) for stride in (None, 0, STRIDES - 1)))


@pytest.fixture(scope="session")
def film(tmp_path_factory: pytest.TempPathFactory) -> PageVideo:
    """A film of the length of the strides, in H.264 as `annotated.mp4` is."""
    path = video_factory.write_clip(
        tmp_path_factory.mktemp("film") / "film.mp4", frames=90, fps=10.0, size=(320, 180), codec="libx264"
    )
    return PageVideo(path.read_bytes())
