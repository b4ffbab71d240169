"""Helpers of page tests: analyses with everything a page can show, and a page in a browser."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Browser, Page, sync_playwright

CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
PHASES = 40
STRIDES = 10
STRIDE_S = 0.75

Data = dict[str, Any]
Edit = Callable[[Data], None]


def _curve(mean: float) -> Data:
    value = mean + 2 * np.sin(4 * np.pi * np.arange(PHASES) / PHASES)
    return {"value": value.tolist(), "low": (value - 3).tolist(), "high": (value + 3).tolist()}


def _event(name: str, side: str, phase: float) -> Data:
    near = {"value": 31.0, "ci90": [27.0, 35.0]}
    return {
        "name": name,
        "side": side,
        "phase": phase,
        "measures": {"pelvic_tilt_deg": near, "lumbar_arch_deg": near},
    }


def with_course(data: Data) -> None:
    """Add strides, one of them left out, and a course to an analysis' data."""
    data["gait"]["strides"] = [
        {
            "start_s": STRIDE_S * n,
            "end_s": STRIDE_S * (n + 1),
            "side": "right",
            "measures": {"pelvic_tilt_deg": 31.0 + 0.3 * n, "lumbar_arch_deg": 49.0 - 0.2 * n},
        }
        for n in range(STRIDES)
    ]
    end = STRIDE_S * STRIDES
    data["gait"]["left_out"] = [{"start_s": end, "end_s": end + 1.2, "reason": "too_long"}]
    difference = {"left": 31.0, "right": 30.0, "difference": 1.0, "ci90": [-1.0, 3.0], "real": False}
    data["course"] = {
        "side": "right",
        "phases": (np.arange(PHASES) / PHASES).tolist(),
        "curves": {"pelvic_tilt_deg": _curve(31.2), "lumbar_arch_deg": _curve(48.9)},
        "events": [
            _event(name, side, start + at)
            for side, start in (("right", 0.0), ("left", 0.5))
            for name, at in (("foot_strike", 0.0), ("mid_stance", 0.15), ("toe_off", 0.4))
        ],
        "sides": {"pelvic_tilt_deg": difference, "lumbar_arch_deg": None},
        "drift": {
            "strides": 3,
            "min_strides": 15,
            "turn_deg": None,
            "measures": {},
            "reason": "10 strides were measured; 15 are needed to detect a change",
        },
    }


def with_standing(data: Data) -> None:
    """Add the own standing posture as baseline, on which the verdict rests."""
    changes = {
        "pelvic_tilt_deg": {"value": 6.9, "ci90": [3.8, 10.0], "mdc95": 4.1},
        "lumbar_arch_deg": {"value": -2.0, "ci90": [-6.0, 2.0], "mdc95": 5.1},
        "lumbar_arch_index": {"value": 0.4, "ci90": [-1.0, 1.8], "mdc95": 2.1},
    }
    measures = {name: data["measures"][name] for name in changes}
    data["baseline"] = {"path": "stand.mp4", "activity": "standing", "measures": measures, "change": changes}
    data["verdict"] |= {
        "basis": "own_standing",
        "change_thresholds": {"pelvic_tilt_deg": 0.7, "lumbar_arch_deg": -1.2},
    }


@dataclass
class BrowserPage:
    """A page in the browser, its complaints and its requests."""

    page: Page
    complaints: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)

    def check(self) -> None:
        """Assert that there was no complaint and no request but that of the file itself."""
        assert self.complaints == []
        outside = [url for url in self.requests[1:] if not url.startswith(("data:", "blob:"))]
        assert self.requests[0].startswith("file://")
        assert outside == []


def wait_for(opened: BrowserPage, condition: str) -> None:
    """Wait for something; playwright's own waiting is forbidden by the page's policy."""
    for _ in range(5000):
        if opened.page.evaluate(condition):
            return
        opened.page.wait_for_timeout(20)
    pytest.fail(f"never true: {condition}")


Look = Callable[..., BrowserPage]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium without a window; skipped where there is none."""
    path = next((path for name in CHROMIUM if (path := shutil.which(name))), None)
    if path is None:
        pytest.skip("no Chromium: apt-get install chromium")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=path,
            args=["--no-sandbox", "--disable-gpu", "--autoplay-policy=no-user-gesture-required"],
        )
        yield chromium
        chromium.close()


@pytest.fixture
def look(browser: Browser, tmp_path: Path) -> Iterator[Look]:
    """``look(html, width=380, ...)``: open a page from a file and watch it; options are those of a browser context."""
    contexts = []

    def open_page(
        html: str, *, width: int = 380, height: int = 800, name: str = "report.html", **options: Any
    ) -> BrowserPage:
        path = tmp_path / name
        path.write_bytes(html.encode("utf-8", "replace"))
        context = browser.new_context(viewport={"width": width, "height": height}, **options)
        context.set_default_timeout(120_000)
        contexts.append(context)
        opened = BrowserPage(context.new_page())
        opened.page.on("console", lambda message: opened.complaints.append(message.text))
        opened.page.on("pageerror", lambda error: opened.complaints.append(str(error)))
        opened.page.on("requestfailed", lambda request: opened.complaints.append(f"failed: {request.url[:80]}"))
        context.on("request", lambda request: opened.requests.append(request.url))
        opened.page.goto(path.as_uri())
        return opened

    yield open_page
    for context in contexts:
        context.close()
