"""Screenshots of the report of a sample for README.md: docs/report_phone.png and docs/report_wide.png.

Run by ``make screenshots``; needs the test extra and Chromium.
"""

from __future__ import annotations

import io
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from PIL import Image
from playwright.sync_api import Browser, sync_playwright

ROOT = Path(__file__).resolve().parents[1]
CLIP = "samples/run_hollow.mp4"
CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


@dataclass(frozen=True)
class Screen:
    """What is shown: its file, the window's width, and how much of the page, in pixels of the page."""

    file: str
    width: int
    height: int
    scale: float


# The phone's is shown light and dark beside each other.
SCREENS = (
    Screen("report_phone.png", 380, 1500, 1.25),
    Screen("report_wide.png", 1200, 900, 1.0),
)


def main() -> None:
    """Analyse the sample and photograph its report."""
    from posture.analysis import examine
    from posture.results import save

    browser_path = next((found for name in CHROMIUM if (found := shutil.which(name))), None)
    if browser_path is None:
        sys.exit("screenshots: no Chromium was found. Install it: apt-get install chromium.")
    with TemporaryDirectory() as folder, sync_playwright() as playwright:
        save(examine(ROOT / CLIP), Path(folder))
        browser = playwright.chromium.launch(executable_path=browser_path, args=["--no-sandbox"])
        for screen in SCREENS:
            both = [_photograph(browser, Path(folder), screen, scheme) for scheme in ("light", "dark")]
            shown = both if screen.width < 600 else both[:1]
            _side_by_side(shown).save(ROOT / "docs" / screen.file, optimize=True)
            print(f"docs/{screen.file}")
        browser.close()


def _photograph(browser: Browser, folder: Path, screen: Screen, scheme: str) -> Image.Image:
    page = browser.new_page(
        viewport={"width": screen.width, "height": screen.height},
        device_scale_factor=screen.scale,
        color_scheme="dark" if scheme == "dark" else "light",
    )
    page.goto((folder / "report.html").as_uri())
    page.wait_for_timeout(500)
    picture = Image.open(io.BytesIO(page.screenshot()))
    page.close()
    return picture.convert("RGB")


def _side_by_side(pictures: list[Image.Image]) -> Image.Image:
    """Join pictures from left to right."""
    gap = pictures[0].width // 20 if len(pictures) > 1 else 0
    width = sum(p.width for p in pictures) + gap * (len(pictures) - 1)
    joined = Image.new("RGB", (width, pictures[0].height), "white")
    x = 0
    for picture in pictures:
        joined.paste(picture, (x, 0))
        x += picture.width + gap
    return joined


if __name__ == "__main__":
    main()
