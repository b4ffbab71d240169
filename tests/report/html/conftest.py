"""Pages of hand-made analyses, and a real browser to look at them."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from helpers import synthetic_runner, video_factory
from helpers.html_page import STRIDES, Data, Edit, Look, Seen, with_course, with_standing
from playwright.sync_api import Browser, sync_playwright

from posture.contour.geometry import measure_outlines
from posture.drawing.back_line import BackPose, Trunk
from posture.records.analysis import Analysis
from posture.report.html import PageVideo, Photo, Photos
from posture.report.html.back_photo import draw_back_photo

Make = Callable[..., Analysis]
CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


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


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Debian's Chromium without a window; skipped where there is none."""
    path = next((found for name in CHROMIUM if (found := shutil.which(name))), None)
    if path is None:
        pytest.skip("no Chromium: apt-get install chromium")
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(
            executable_path=path,
            args=["--no-sandbox", "--disable-gpu", "--autoplay-policy=no-user-gesture-required"],
        )
        yield found
        found.close()


@pytest.fixture
def look(browser: Browser, tmp_path: Path) -> Iterator[Look]:
    """``look(html, width=380, ...)``: open a page from a file and watch it; options are those of a browser context."""
    contexts = []

    def opened(html: str, *, width: int = 380, name: str = "report.html", **options: Any) -> Seen:
        path = tmp_path / name
        path.write_bytes(html.encode("utf-8", "replace"))
        context = browser.new_context(viewport={"width": width, "height": 800}, **options)
        contexts.append(context)
        seen = Seen(context.new_page())
        seen.page.on("console", lambda message: seen.complaints.append(message.text))
        seen.page.on("pageerror", lambda error: seen.complaints.append(str(error)))
        seen.page.on("requestfailed", lambda request: seen.complaints.append(f"failed: {request.url[:80]}"))
        context.on("request", lambda request: seen.requests.append(request.url))
        seen.page.goto(path.as_uri())
        return seen

    yield opened
    for context in contexts:
        context.close()
