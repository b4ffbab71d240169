"""The folder of results of a clip."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

from posture.analysis.examination import Examination
from posture.errors import OutputError
from posture.export.formats import Formats, export_files
from posture.language import use_language
from posture.output.files import remove, remove_stale_temporaries, replacing, write_bytes, write_text
from posture.output.names import ANALYSIS, BACK_PHOTO, PEOPLE_PHOTO, REPORT, VIDEO
from posture.report.annotated_video.anonymise import blur_heads, find_heads
from posture.report.annotated_video.render import annotate
from posture.report.html import PageVideo, ReportPage, take_people_photo, take_photos
from posture.types import Array, Image, Progress

Heads = Sequence[Array] | None


def save(
    examination: Examination,
    folder: Path,
    *,
    formats: Formats | None = None,
    blur_faces: bool = False,
    video_progress: Progress | None = None,
) -> None:
    """Write the results of a clip into a folder.

    ``analysis.json``, ``report.html`` and the tables always, ``back.jpg`` where the back was measured, ``people.jpg``
    for a clip without a verdict or with several people, and ``annotated.mp4`` where the clip's pictures were kept.
    Files of an earlier run are replaced or removed.

    Parameters
    ----------
    formats
        Exports besides the CSV tables; none by default.
    blur_faces
        Blur the heads of all people in all pictures; see `posture.report.annotated_video.anonymise`.
    video_progress
        Called with (frames done, frames) while the annotated video is drawn.

    Raises
    ------
    OutputError
        When a file cannot be written. No file is ever left half-written, and a video that cannot be made does not
        keep the other files from being written.
    """
    remove_stale_temporaries(folder)
    # Page and video of an earlier run belong to another analysis.
    remove(folder / VIDEO)
    remove(folder / REPORT)
    heads = find_heads(examination.people, examination.times_s) if blur_faces else None
    _write_tables(examination, folder, formats or Formats())
    write_text(folder / ANALYSIS, examination.analysis.to_json())
    video = video_error = None
    has_video = examination.frame_store is not None and examination.frame_store.size is not None
    # Photographs and plots of the page are drawn beside the video, whose encoder leaves one of two cores half free.
    with ThreadPoolExecutor(1) as executor:
        drawing = executor.submit(_draw_page, examination, folder, heads, has_video=has_video)
        try:
            if has_video:
                video = _write_video(examination, folder / VIDEO, heads, video_progress)
        except OutputError as error:
            video_error = error
        page = drawing.result()
    if video_error is not None:
        page = ReportPage(page.analysis, page.photos)
    write_text(folder / REPORT, page.html(video))
    if video_error is not None:
        raise video_error


def _draw_page(examination: Examination, folder: Path, heads: Heads, *, has_video: bool) -> ReportPage:
    """Write the photographs, and return the page, which still lacks its video."""
    analysis, blur = examination.analysis, _blur(heads)
    photos = take_photos(analysis, examination.runner, examination.back, blur=blur)
    photos = replace(photos, people=take_people_photo(examination, blur=blur))
    for name, photo in ((BACK_PHOTO, photos.back), (PEOPLE_PHOTO, photos.people)):
        if photo is not None:
            write_bytes(folder / name, photo.jpeg)
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
