"""A folder of numbered images as a video."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass, replace
from pathlib import Path

import av
from av.error import FFmpegError

from posture.errors import VideoError
from posture.language import gettext as _
from posture.output.names import VIDEO_SUFFIXES
from posture.types import natural_key
from posture.video.conversion import describe
from posture.video.read_stats import ReadStats
from posture.video.recording_date import recording_date
from posture.video.types import DecodedFrame, VideoInfo

# Marks a folder of results, whose stills are no clip.
RESULTS_MARK = "analysis.json"
IMAGES = "images"
"""Container of a folder of images."""
IMAGE_SUFFIXES = frozenset({".png", ".jpg", ".jpeg", ".bmp", ".webp", ".tif", ".tiff"})


@dataclass(frozen=True)
class FolderSource:
    """A probed folder of images; ``paths`` is in display order."""

    info: VideoInfo
    paths: tuple[Path, ...]
    track_s: None = None

    def decode(self, stats: ReadStats, *, start_s: float, end_s: float | None) -> Generator[DecodedFrame]:
        """Decode the images with ``start_s <= time_s < end_s``, skipping damaged ones."""
        for number, path in enumerate(self.paths):
            time_s = number * self._step_s
            if time_s < start_s:
                continue
            if end_s is not None and time_s >= end_s:
                break
            image = decode_image(path)
            stats.packets += 1
            if image is None:
                stats.add_error(time_s)
                continue
            stats.decoded += 1
            yield DecodedFrame(image, time_s, self._step_s)

    def decode_from(self, from_s: float, stats: ReadStats) -> Generator[DecodedFrame]:
        """Decode from the last image before a time."""
        last_s = (len(self.paths) - 1) * self._step_s
        yield from self.decode(stats, start_s=min(from_s, last_s) - self._step_s, end_s=None)

    @property
    def _step_s(self) -> float:
        return 1.0 / (self.info.fps or 30.0)


def probe_folder(path: Path, *, max_side_px: int, fps: float, rotate: int = 0) -> FolderSource:
    """Collect the metadata of a folder of images; raise VideoError when none can be decoded."""
    refuse_results(path)
    images = images_in(path)
    if any(file.suffix.lower() in VIDEO_SUFFIXES for file in path.iterdir()):
        raise VideoError(
            _("is a folder of clips"), where=path, advice=_("Use posture batch for all of them, or name one.")
        )
    if not images:
        raise VideoError(
            _("is a folder without images"),
            where=path,
            advice=_("Name a video file or a folder of numbered images; posture batch takes a folder of clips."),
        )
    first = next((image for image in map(decode_image, images) if image is not None), None)
    if first is None:
        raise VideoError(
            _("not one of its {count} images could be decoded").format(count=len(images)),
            where=path,
            advice=_("Export them again."),
        )
    info = describe(
        first,
        path,
        max_side_px=max_side_px,
        pixel_aspect=1.0,
        fps=fps,
        duration_s=len(images) / fps,
        frames_promised=len(images),
        codec=images[0].suffix.lower().lstrip("."),
        container=IMAGES,
        hdr=False,
        rotate=rotate,
    )
    return FolderSource(info=replace(info, recorded=recording_date(images[0], {})), paths=tuple(images))


def refuse_results(folder: Path) -> None:
    """Raise VideoError for a folder of results: its pictures and its film are no clips."""
    if (folder / RESULTS_MARK).is_file():
        raise VideoError(
            _("contains the results of an analysis, not a clip"),
            where=folder,
            advice=_("Name the clip itself; --baseline and posture compare take the {name} in it.").format(
                name=RESULTS_MARK
            ),
        )


def images_in(folder: Path) -> list[Path]:
    """List the images of a folder in natural order: frame2 before frame10."""
    images = (
        p for p in folder.iterdir() if p.suffix.lower() in IMAGE_SUFFIXES and not p.name.startswith(".") and p.is_file()
    )
    return sorted(images, key=lambda p: (natural_key(p.name), p.name))


def decode_image(path: Path) -> av.VideoFrame | None:
    """Decode one image file; return None when it is damaged or not an image."""
    try:
        # In a file name, ffmpeg would expand % and *.
        with path.open("rb") as file, av.open(file, "r") as container:
            frame = next(container.decode(video=0), None)
            return None if frame is None or frame.is_corrupt else frame
    except (FFmpegError, OSError, IndexError):
        return None
