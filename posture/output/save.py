"""The folder of results of a clip."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

from posture.analysis.examination import EXAMINATION, Examination
from posture.errors import OutputError, VideoError
from posture.export.formats import Formats, export_files
from posture.language import use_language
from posture.output.files import remove, remove_stale_temporaries, replacing, write_bytes, write_text
from posture.output.names import ANALYSIS, BACK_PHOTO, CARD_PNG, PAGE_PDF, PEOPLE_PHOTO, REPORT, VIDEO
from posture.records.analysis import Analysis
from posture.report.annotated_video.anonymise import blur_heads, find_heads
from posture.report.annotated_video.bystanders import with_bystanders
from posture.report.annotated_video.render import annotate
from posture.report.html import PageVideo, ReportPage, standing_photo, take_people_photo, take_photos
from posture.report.share.card import card_png
from posture.report.share.page import page_pdf
from posture.types import Array, Image, Progress
from posture.video import can_write

Heads = Sequence[Array] | None


def save(
    examination: Examination,
    folder: Path,
    *,
    formats: Formats | None = None,
    film: bool = False,
    blur_faces: bool = False,
    video_progress: Progress | None = None,
) -> None:
    """Write the results of a clip into a folder.

    ``analysis.json``, ``report.html`` and the tables always, ``back.jpg`` where the back was measured, ``people.jpg``
    for a clip without a verdict or with several people, and ``annotated.mp4`` if wanted.
    Files of an earlier run are replaced or removed.

    Parameters
    ----------
    formats
        Exports besides the CSV tables; none by default.
    film
        Whether to draw ``annotated.mp4``.
    blur_faces
        Blur the heads of all people in all pictures; see `posture.report.annotated_video.anonymise`.
    video_progress
        Called with (frames done, frames) while the annotated video is drawn.

    Raises
    ------
    OutputError
        When a file cannot be written. No file is ever left half-written, and a video that cannot be made does not
        keep the other files from being written.
    VideoError
        When the clip can no longer be read.
    """
    remove_stale_temporaries(folder)
    film = film and len(examination.times_s) > 0
    # Page and video of an earlier run belong to another analysis.
    remove(folder / VIDEO)
    remove(folder / REPORT)
    heads = find_heads(with_bystanders(examination), examination.times_s) if blur_faces else None
    formats = formats or Formats()
    _write_tables(examination, folder, formats)
    write_text(folder / ANALYSIS, examination.analysis.to_json())
    video = video_error = None
    # Photographs and plots of the page are drawn beside the video, whose encoder leaves one of two cores half free.
    with ThreadPoolExecutor(1) as executor:
        drawing = executor.submit(_draw_page, examination, folder, heads, formats, has_video=film)
        try:
            if film:
                video = _write_video(examination, folder / VIDEO, heads, video_progress)
        except (OutputError, VideoError) as error:
            video_error = error
        page = drawing.result()
    if video_error is not None:
        page = ReportPage(page.analysis, page.photos)
    write_text(folder / REPORT, page.html(video))
    if video_error is not None:
        raise video_error


def save_analysis(analysis: Analysis, folder: Path, *, film: bool, blur_faces: bool) -> Path:
    """Write the results of an analysis that Python holds, and return the folder.

    Pictures, film and ``frames.csv`` need the arrays that `posture.analyze` keeps beside the record, and the clip; an
    analysis that was read from a file is written without them.

    Raises
    ------
    OutputError
        When a file cannot be written.
    """
    examination = vars(analysis).get(EXAMINATION) or Examination(analysis, None, None)
    if not Path(analysis.source.path).exists():
        # No picture can be taken: only numbers and page.
        examination = Examination(analysis, None, None)
    save(examination, folder, film=film and can_write(), blur_faces=blur_faces)
    return folder


def _draw_page(
    examination: Examination, folder: Path, heads: Heads, formats: Formats, *, has_video: bool
) -> ReportPage:
    """Write the photographs and what is shared, and return the page, which still lacks its video."""
    analysis, blur = examination.analysis, _blur(heads)
    photos = take_photos(analysis, examination.runner, examination.back, blur=blur)
    # The heads of the standing clip were not looked for.
    standing = None if heads is not None else standing_photo(analysis, examination.standing)
    photos = replace(photos, people=take_people_photo(examination, blur=blur), standing=standing)
    for name, photo in ((BACK_PHOTO, photos.back), (PEOPLE_PHOTO, photos.people)):
        if photo is not None:
            write_bytes(folder / name, photo.jpeg)
        else:
            remove(folder / name)
    for name, is_wanted, draw in ((PAGE_PDF, formats.pdf, page_pdf), (CARD_PNG, formats.card, card_png)):
        if is_wanted:
            write_bytes(folder / name, draw(analysis, photos))
        else:
            remove(folder / name)
    return ReportPage(analysis, photos, float(examination.times_s[0]) if has_video else None)


def _write_tables(examination: Examination, folder: Path, formats: Formats) -> None:
    for name, content in export_files(examination, formats):
        if content is None:
            remove(folder / name)
        else:
            write_bytes(folder / name, content)


def _write_video(examination: Examination, path: Path, heads: Heads, progress: Progress | None) -> PageVideo:
    with use_language(examination.analysis.language), replacing(path) as temporary:
        poster = annotate(examination, temporary, progress, heads=heads)
    return PageVideo.read(path, float(examination.times_s[0]), poster)


def _blur(heads: Heads) -> Callable[[Image, int], Image] | None:
    """Return a function that blurs the heads in a picture of one of the clip's frames; None without `heads`."""
    return None if heads is None else lambda rgb, frame: blur_heads(rgb, heads[frame])
