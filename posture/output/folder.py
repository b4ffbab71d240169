"""What an analysis leaves in its folder."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from posture.analysis.examination import Examination
from posture.errors import OutputError
from posture.export.formats import Formats, export_files
from posture.language import use_language
from posture.output.files import remove, remove_stale_temporaries, replacing, write_bytes, write_text
from posture.output.names import ANALYSIS, BACK_PHOTO, REPORT, VIDEO
from posture.report.annotated_video.anonymise import blur_heads, find_heads
from posture.report.annotated_video.layout import Screen
from posture.report.annotated_video.render import Shown, annotate, lay_out
from posture.report.html import Clock, Draft, Film, draft, finished, pictures_of
from posture.report.html.video import LARGEST_INSIDE
from posture.types import Array, Image, Progress
from posture.video import FrameStore


def save(
    found: Examination,
    folder: Path,
    *,
    formats: Formats | None = None,
    blur_faces: bool = False,
    film_progress: Progress | None = None,
) -> None:
    """Write what an analysis leaves into a folder.

    ``analysis.json``, ``report.html`` and the tables always, ``back.jpg`` where the back was measured, and
    ``annotated.mp4`` where the clip's pictures were kept. What an earlier run left there is replaced; none of its files
    stays beside an analysis without them.

    Parameters
    ----------
    found : Examination
    folder : Path
    formats : Formats, optional
        What is exported besides the CSV tables; nothing by default.
    blur_faces : bool
        Blur the heads of all people in all pictures; see `posture.report.annotated_video.anonymise`.
    film_progress : callable, optional
        Called with (frames done, frames) while the film is drawn.

    Raises
    ------
    OutputError
        When a file cannot be written; no file is ever left half-written, and a film that cannot be made keeps none of
        the others from being written.
    """
    remove_stale_temporaries(folder)
    # The page and the film of an earlier run tell of another analysis.
    remove(folder / VIDEO)
    remove(folder / REPORT)
    heads = find_heads(found.people, found.times_s) if blur_faces else None
    _write_tables(found, folder, formats or Formats())
    write_text(folder / ANALYSIS, found.analysis.to_json())
    reel = _reel(found, heads)
    film = trouble = None
    # The page's photographs and plots are drawn beside the film, whose encoder leaves one of two cores half free.
    with ThreadPoolExecutor(1) as aside:
        drafting = aside.submit(_draft, found, folder, heads, None if reel is None else reel.clock)
        try:
            film = None if reel is None else _filmed(reel, folder / VIDEO, film_progress)
        except OutputError as error:
            trouble = error
        written = drafting.result()
    if film is None and reel is not None:
        written = draft(found.analysis, written.pictures, None)
    write_text(folder / REPORT, finished(written, film))
    if trouble is not None:
        raise trouble


def _draft(found: Examination, folder: Path, heads: Sequence[Array] | None, clock: Clock | None) -> Draft:
    """Write ``back.jpg``, and return the page but for its film."""
    pictures = pictures_of(found.analysis, found.runner, found.back, blur=_blur(found, heads))
    if pictures.back is not None:
        write_bytes(folder / BACK_PHOTO, pictures.back.jpeg)
    else:
        remove(folder / BACK_PHOTO)
    return draft(found.analysis, pictures, clock)


def _write_tables(found: Examination, folder: Path, formats: Formats) -> None:
    for name, content in export_files(found, formats):
        if content is None:
            remove(folder / name)
        else:
            write_bytes(folder / name, content)


@dataclass(frozen=True)
class _Reel:
    """A film that is yet to be drawn."""

    shown: Shown
    spool: FrameStore
    screen: Screen
    clock: Clock


def _reel(found: Examination, heads: Sequence[Array] | None) -> _Reel | None:
    """Lay a film out; None without the clip's pictures."""
    if found.spool is None or found.spool.size is None:
        return None
    shown = Shown(found.analysis, found.runner, found.back, found.times_s, heads)
    with use_language(found.analysis.language):
        screen = lay_out(shown, found.spool.size)
    return _Reel(shown, found.spool, screen, Clock(float(found.times_s[0])))


def _filmed(reel: _Reel, path: Path, progress: Progress | None) -> Film:
    """Write a film, and return what the page shows of it."""
    with use_language(reel.shown.analysis.language), replacing(path) as temporary:
        annotate(reel.shown, reel.spool, temporary, progress, screen=reel.screen)
    if path.stat().st_size > LARGEST_INSIDE:
        # The page only names it: no need to read it.
        return Film(b"", reel.clock.offset_s, path.name, largest_inside=-1)
    return Film(path.read_bytes(), reel.clock.offset_s, path.name)


def _blur(found: Examination, heads: Sequence[Array] | None) -> Callable[[Image, int], Image] | None:
    """Return what blurs the heads in the picture of one of the runner's frames; None when none are to be blurred."""
    runner = found.runner
    if heads is None or runner is None:
        return None
    return lambda rgb, frame: blur_heads(rgb, heads[int(runner.frames[frame])])
