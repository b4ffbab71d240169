"""Pictures of README and docs: the four answers, the report, the app, the live and the coach's window, in docs/images.

Run by ``make screenshots``; needs the test extra and, for the report, Chromium.
"""

from __future__ import annotations

import io
import re
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from PIL import Image, ImageOps
from playwright.sync_api import Browser, sync_playwright

from posture.coach.lesson import LessonDisplay
from posture.language import Language, use_language
from posture.live.running.check import Observer
from posture.live.session import DisplayState, Pace
from posture.records.analysis import Analysis, Label
from posture.types import Image as RgbImage

ROOT = Path(__file__).resolve().parents[1]
IMAGES = ROOT / "docs" / "images"
LANGUAGES: tuple[Language, ...] = ("en", "de")
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
# The clip behind each answer. None of the samples is unclear: for that one the neutral runner's numbers are moved.
ANSWERS: dict[Label, str] = {
    "hollow_back": "run_hollow",
    "borderline": "run_neutral",
    "not_hollow_back": "run_neutral",
    "not_measurable": "run_front",
}
# First screens of all answers: screen, pictures side by side, and language and colours of each picture.
ANSWER_SHEETS: tuple[tuple[Screen, int, tuple[tuple[Language, str], ...]], ...] = (
    (Screen("answers_light.png", 390, 844, 1.0), 4, 4 * (("en", "light"),)),
    (Screen("answers_dark.png", 390, 844, 1.0), 4, 4 * (("de", "dark"),)),
    (
        Screen("answers_wide.png", 1200, 860, 0.75),
        2,
        (("en", "light"), ("de", "light"), ("en", "dark"), ("de", "dark")),
    ),
)
# The app's first page with the clips of two runners.
APP = Screen("app.png", 1200, 700, 0.75)
RUNNERS: dict[Label, str] = {"hollow_back": "Anna", "not_hollow_back": "Ben", "not_measurable": ""}
# The sheet of paper, A4 inside its margins, in page pixels of 1/96 inch.
PRINTED, MARGINS = Screen("printed.png", 688, 1039, 1.0), (53, 42)
# A flat page needs few colours.
COLOURS = 256
# Every picture is of these days, whenever it is taken.
FILMED, ANALYSED = datetime(2026, 5, 6, 18, 30, tzinfo=UTC), datetime(2026, 5, 7, 8, 0, tzinfo=UTC)


def main() -> None:
    """Take all pictures."""
    browser_path = next((found for name in CHROMIUM if (found := shutil.which(name))), None)
    if browser_path is None:
        sys.exit("screenshots: no Chromium was found. Install it: apt-get install chromium.")
    with TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_path, args=["--no-sandbox"])
        pages = {(label, lang): page for lang in LANGUAGES for label, page in answers(Path(folder), lang).items()}
        for screen in SCREENS:
            both = [_photograph(browser, pages["hollow_back", "en"], screen, scheme) for scheme in SCHEMES]
            _keep(_grid(both if screen.width < 600 else both[:1]), screen.file)
        page = compared(Path(folder))
        _keep(_grid([_photograph(browser, page, COMPARISON, scheme) for scheme in SCHEMES]), COMPARISON.file)
        for screen, columns, looks in ANSWER_SHEETS:
            shown = zip(ANSWERS, looks, strict=True)
            pictures = [_photograph(browser, pages[label, lang], screen, scheme) for label, (lang, scheme) in shown]
            _keep(_grid(pictures, columns), screen.file)
        photograph_app(browser, {label: pages[label, "en"].parent for label in RUNNERS}, Path(folder) / "app")
        paper = _photograph(browser, pages["hollow_back", "en"], PRINTED, "print")
        _keep(ImageOps.expand(ImageOps.expand(paper, MARGINS, "white"), 2, "gray"), PRINTED.file)
        browser.close()
    for file, picture in (("live.jpg", live()), ("coach.jpg", coach())):
        Image.fromarray(picture).save(IMAGES / file, quality=88, optimize=True)
        print(f"docs/images/{file}")


def answers(folder: Path, lang: Language) -> dict[Label, Path]:
    """Write the report of each answer below a folder, and return the pages."""
    from posture.analysis.pipeline import examine
    from posture.output.save import save

    pages: dict[Label, Path] = {}
    with use_language(lang):
        examinations = {clip: examine(ROOT / "samples" / f"{clip}.mp4") for clip in set(ANSWERS.values())}
        for label, clip in ANSWERS.items():
            examination = examinations[clip]
            analysis = at_the_limits(examination.analysis) if label == "borderline" else examination.analysis
            source = analysis.source.model_copy(update={"recorded_at": FILMED, "recorded_from": "container"})
            analysis = analysis.model_copy(update={"source": source, "created_at": ANALYSED})
            if analysis.verdict.label != label:
                sys.exit(f"screenshots: {clip} is {analysis.verdict.label}, not {label}.")
            save(replace(examination, analysis=analysis), folder / lang / label)
            pages[label] = folder / lang / label / "report.html"
    return pages


def photograph_app(browser: Browser, results: dict[Label, Path], folder: Path) -> None:
    """Take the picture of the app's first page, with the results of some answers as clips in a folder of its own."""
    from posture.app.record import ClipChoices, ClipRecord
    from posture.batch.layout import THUMBNAIL
    from posture.output.names import BACK_PHOTO, PEOPLE_PHOTO

    for number, (label, runner) in enumerate(reversed(RUNNERS.items()), start=1):
        record = ClipRecord(
            id=f"{FILMED:%Y-%m-%d}-{number}",
            file=f"{FILMED:%Y-%m-%d}-{number}.mp4",
            sent_as=f"{ANSWERS[label]}.mp4",
            received_at=ANALYSED + timedelta(seconds=number),
            recorded_at=FILMED,
            state="done",
            label=label,
            choices=ClipChoices(runner=runner or None),
        )
        clip = folder / record.id
        shutil.copytree(results[label], clip / "results")
        (clip / "clip.json").write_text(record.to_json(), encoding="utf-8")
        photo = next(path for name in (BACK_PHOTO, PEOPLE_PHOTO) if (path := clip / "results" / name).is_file())
        with Image.open(photo) as picture:
            ImageOps.contain(picture, (640, 360)).save(clip / "results" / THUMBNAIL)
    command = [sys.executable, "-m", "posture", "app", "--no-open", "--port", "0", "--folder", str(folder)]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as app:
        try:
            assert app.stderr is not None
            address = re.search(r"http://[\d.:]+/", app.stderr.readline())
            assert address is not None
            page = browser.new_page(
                viewport={"width": APP.width, "height": APP.height}, device_scale_factor=APP.scale, locale="en-GB"
            )
            page.goto(address[0], wait_until="networkidle")
            _keep(Image.open(io.BytesIO(page.screenshot())).convert("RGB"), APP.file)
        finally:
            app.terminate()


def at_the_limits(analysis: Analysis) -> Analysis:
    """Return an analysis of a runner whose tilt and arch lie at their limits, with the same intervals."""
    from posture.analysis.record import build_analysis

    moved = {}
    for name, limit in analysis.verdict.thresholds.items():
        measure = analysis.measures[name]
        if measure is not None:
            low, high = (end + limit - measure.value for end in measure.ci90)
            moved[name] = measure.model_copy(update={"value": limit, "ci90": (low, high)})
    return build_analysis(replace(analysis.parts, measures={**analysis.measures, **moved}))


def compared(folder: Path) -> Path:
    """Write the comparison of two samples below a folder, and return its page."""
    from posture.analysis.compare_clips import comparison_of
    from posture.analysis.pipeline import examine
    from posture.output.comparison import save_comparison
    from posture.output.save import save

    analyses = []
    for name in COMPARED:
        examination = examine(ROOT / f"samples/{name}.mp4")
        save(examination, folder / name, film=True)
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


def _photograph(browser: Browser, path: Path, screen: Screen, look: str) -> Image.Image:
    """Take a picture of a page in light or dark colours, or as it is printed."""
    page = browser.new_page(
        viewport={"width": screen.width, "height": screen.height},
        device_scale_factor=screen.scale,
        color_scheme="dark" if look == "dark" else "light",
    )
    page.goto(path.as_uri())
    if look == "print":
        page.emulate_media(media="print")
        # Where the second sheet of paper begins.
        page.evaluate("for (const e of document.querySelectorAll('.sheet, .sheet ~ *')) e.style.display = 'none'")
    page.wait_for_timeout(500)
    picture = Image.open(io.BytesIO(page.screenshot()))
    page.close()
    return picture.convert("RGB")


def _grid(pictures: list[Image.Image], columns: int = 2) -> Image.Image:
    """Join pictures of one size, row by row."""
    width, height = pictures[0].size
    gap = width // 20
    columns = min(columns, len(pictures))
    rows = -(-len(pictures) // columns)
    joined = Image.new("RGB", (columns * (width + gap) - gap, rows * (height + gap) - gap), "white")
    for place, picture in enumerate(pictures):
        joined.paste(picture, (place % columns * (width + gap), place // columns * (height + gap)))
    return joined


def _keep(picture: Image.Image, file: str) -> None:
    picture.quantize(COLOURS, kmeans=2, dither=Image.Dither.NONE).save(IMAGES / file, optimize=True)
    print(f"docs/images/{file}")


if __name__ == "__main__":
    main()
