"""Pictures of README and docs: the report of a sample, the live window, the coach's window, in docs/images.

Run by ``make screenshots``; needs the test extra and, for the report, Chromium.
"""

from __future__ import annotations

import io
import shutil
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from PIL import Image
from playwright.sync_api import Browser, sync_playwright

from posture.coach.lesson import LessonDisplay
from posture.live.running.check import Observer
from posture.live.session import DisplayState, Pace
from posture.types import Image as RgbImage

ROOT = Path(__file__).resolve().parents[1]
IMAGES = ROOT / "docs" / "images"
CLIP = "samples/run_hollow.mp4"
CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


@dataclass(frozen=True)
class Screen:
    """A screenshot: file, window width, and height of the page part, in page pixels."""

    file: str
    width: int
    height: int
    scale: float


# The earlier and the later clip of the comparison, which are of two rendered people.
COMPARED = ("run_hollow", "run_neutral")
COMPARISON = Screen("comparison.png", 380, 1330, 1.25)
# Rendered clips that stand in for the camera, and the time of the picture, seconds.
LIVE = ("samples/run_hollow.mp4", 6.0)
COACHED = ("tests/coach/clips/towel.mp4", 14.0)
SCHEMES = ("light", "dark")
# The phone screenshot shows light and dark side by side.
SCREENS = (
    Screen("report_phone.png", 390, 844, 1.25),
    Screen("report_wide.png", 1200, 900, 1.0),
)


# The first phone screen of the answers to these samples.
ANSWERS, ANSWER = ("run_hollow", "run_neutral", "run_front"), Screen("answers.png", 390, 844, 1.0)


def main() -> None:
    """Take all pictures."""
    from posture.analysis.pipeline import examine
    from posture.output.save import save

    browser_path = next((found for name in CHROMIUM if (found := shutil.which(name))), None)
    if browser_path is None:
        sys.exit("screenshots: no Chromium was found. Install it: apt-get install chromium.")
    with TemporaryDirectory() as folder, sync_playwright() as playwright:
        save(examine(ROOT / CLIP), Path(folder))
        browser = playwright.chromium.launch(executable_path=browser_path, args=["--no-sandbox"])
        for screen in SCREENS:
            both = [_photograph(browser, Path(folder) / "report.html", screen, scheme) for scheme in SCHEMES]
            shown = both if screen.width < 600 else both[:1]
            _side_by_side(shown).save(IMAGES / screen.file, optimize=True)
            print(f"docs/images/{screen.file}")
        both = [
            _photograph(browser, page, COMPARISON, scheme) for page in [compared(Path(folder))] for scheme in SCHEMES
        ]
        _side_by_side(both).save(IMAGES / COMPARISON.file, optimize=True)
        print(f"docs/images/{COMPARISON.file}")
        answers = []
        for clip in ANSWERS:
            save(examine(ROOT / "samples" / f"{clip}.mp4"), Path(folder) / clip)
            answers.append(_photograph(browser, Path(folder) / clip / "report.html", ANSWER, "light"))
        _side_by_side(answers).save(IMAGES / ANSWER.file, optimize=True)
        print(f"docs/images/{ANSWER.file}")
        browser.close()
    for file, picture in (("live.jpg", live()), ("coach.jpg", coach())):
        Image.fromarray(picture).save(IMAGES / file, quality=88, optimize=True)
        print(f"docs/images/{file}")


def compared(folder: Path) -> Path:
    """Write the comparison of two samples below a folder, and return its page."""
    from posture.analysis.compare_clips import comparison_of
    from posture.analysis.pipeline import examine
    from posture.output.comparison import save_comparison
    from posture.output.save import save
    from posture.video import FrameStore

    analyses = []
    for name in COMPARED:
        with FrameStore() as store:
            examination = examine(ROOT / f"samples/{name}.mp4", frame_store=store)
            save(examination, folder / name)
        analyses.append(examination.analysis)
    before, after = analyses
    save_comparison(
        comparison_of(before, after), (before, after), (folder / COMPARED[0], folder / COMPARED[1]), folder / "compared"
    )
    return folder / "compared" / "comparison.html"


def live() -> RgbImage:
    """Return the window of ``posture live`` with a sample as the camera."""
    from posture.live.running.check import RunningCheck
    from posture.live.running.content import RunningContent
    from posture.live.running.estimator import Estimator
    from posture.live.screen.view import SessionView

    with Estimator("full", "en", inline=True) as estimator:
        return SessionView(RunningContent(), mirror=False).draw(_moment_of(LIVE, RunningCheck(LIVE[0], estimator)))


def coach() -> RgbImage:
    """Return the window of ``posture live --coach towel`` with a rendered clip as the camera."""
    from posture.coach.lesson import Lesson
    from posture.coach.plan import make_plan
    from posture.exercises.library import find
    from posture.live.coach.content import LessonContent
    from posture.live.coach.observer import CoachObserver
    from posture.live.running.estimator import Estimator
    from posture.live.screen.view import SessionView

    exercise = find("towel")
    plan = make_plan(exercise, sets=3, hold_s=10.0, pause_s=1.0, neutral=True)
    with Estimator("full", "en", inline=True) as estimator:
        coaching = CoachObserver(
            Lesson(exercise, plan, source=COACHED[0]),
            play=lambda _sound: None,
            estimator=estimator,
            name=COACHED[0],
            clocked_by_frames=True,
        )
        moment = _moment_of(COACHED, coaching, display=coaching.display)
        return SessionView(LessonContent(), mirror=False).draw(moment)


def _moment_of(
    what: tuple[str, float], observer: Observer, display: Callable[[], LessonDisplay] | None = None
) -> DisplayState:
    """Return the display state at a time of a clip."""
    from posture.live.detector import CameraFrame, PoseDetector
    from posture.video import open_video

    path, until_s = what
    delays: list[float] = []
    with PoseDetector("full") as eyes, open_video(ROOT / path) as video:
        begun = time.monotonic()
        for number, frame in enumerate(video.frames()):
            seen = eyes.detect(CameraFrame(number, frame.time_s, time.monotonic(), frame.rgb))
            delays.append(seen.delay_s)
            found = observer.take(seen)
            eyes.face(observer.facing)
            if frame.time_s >= until_s:
                break
        rate = len(delays) / (time.monotonic() - begun)
    pace = Pace(rate, statistics.median(delays), len(delays))
    return DisplayState(seen, found, "running", pace, lesson=None if display is None else display())


def _photograph(browser: Browser, path: Path, screen: Screen, scheme: str) -> Image.Image:
    page = browser.new_page(
        viewport={"width": screen.width, "height": screen.height},
        device_scale_factor=screen.scale,
        color_scheme="dark" if scheme == "dark" else "light",
    )
    page.goto(path.as_uri())
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
