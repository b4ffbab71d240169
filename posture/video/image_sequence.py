"""Frames out of a folder of numbered images."""

from __future__ import annotations

import re
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from pathlib import Path

import av
from av.error import FFmpegError

from posture.errors import VideoError
from posture.language import gettext as _
from posture.video.conversion import FrameConverter, Orientation, bit_depth_of, delivered_size, orientation_of
from posture.video.frame_store import FrameStore
from posture.video.read_stats import ReadStats
from posture.video.types import Frame, VideoInfo

IMAGE_SUFFIXES = frozenset({".png", ".jpg", ".jpeg", ".bmp", ".webp", ".tif", ".tiff"})


@dataclass(frozen=True)
class FolderSource:
    """A folder of images that was probed.

    Attributes
    ----------
    info : VideoInfo
        Facts about the sequence.
    orientation : Orientation
        How the images are turned for viewing (JPEG files of phones are).
    images : tuple of Path
        The files in the order they are shown.
    """

    info: VideoInfo
    orientation: Orientation
    images: tuple[Path, ...]

    def tally(self, *, start_s: float, end_s: float | None) -> ReadStats:
        """Return empty counters for reading a range."""
        return ReadStats(
            frames_promised=self.info.frames_promised,
            duration_s=None,
            fps=self.info.fps,
            whole=start_s <= 0 and end_s is None,
        )

    def frames(
        self, tally: ReadStats, *, start_s: float, end_s: float | None, spool: FrameStore | None = None
    ) -> Generator[tuple[Frame, float]]:
        """Decode the images with ``start_s <= time_s < end_s``, each with its length in seconds.

        Damaged ones are left out and counted in ``tally``.

        Raises
        ------
        VideoError
            When an image has another shape than the first.
        """
        painter = FrameConverter.of(self.info, self.orientation)
        index = 0
        for path, time_s in self._timed(start_s):
            if end_s is not None and time_s >= end_s:
                break
            picture = decode_image(path)
            tally.packets += 1
            if picture is None:
                tally.add_error(time_s)
                continue
            tally.decoded += 1
            yield Frame(index=index, time_s=time_s, rgb=painter.paint(picture, spool)), self._step_s
            index += 1

    def pictures(self, *, from_s: float) -> Generator[tuple[av.VideoFrame, float]]:
        """Decode images with their times, beginning at the last one before a time."""
        for path, time_s in self._timed(min(from_s, self.images_end_s) - self._step_s):
            picture = decode_image(path)
            if picture is not None:
                yield picture, time_s

    @property
    def _step_s(self) -> float:
        return 1.0 / (self.info.fps or 30.0)

    @property
    def images_end_s(self) -> float:
        """Time of the last image, in seconds."""
        return (len(self.images) - 1) * self._step_s

    def _timed(self, from_s: float) -> Iterator[tuple[Path, float]]:
        timed = ((path, number * self._step_s) for number, path in enumerate(self.images))
        return ((path, time_s) for path, time_s in timed if time_s >= from_s)


def probe_folder(path: Path, *, max_side_px: int, fps: float) -> FolderSource:
    """Describe a folder of images by the first of them that can be decoded.

    Raises
    ------
    VideoError
        When it holds no images, or none that can be decoded.
    """
    images = images_in(path)
    if not images:
        raise VideoError(
            _("is a folder without images"),
            where=path,
            advice=_(
                "Name a video file or a folder of numbered images; posture batch takes a folder of clips."
            ),
        )
    first = next((picture for picture in map(decode_image, images) if picture is not None), None)
    if first is None:
        raise VideoError(
            _("not one of its {count} images could be decoded").format(count=len(images)),
            where=path,
            advice=_("Export them again."),
        )
    orientation = orientation_of(first)
    width, height = delivered_size(
        first.width,
        first.height,
        pixel_aspect=1.0,
        clockwise_deg=orientation.clockwise_deg,
        max_side_px=max_side_px,
    )
    info = VideoInfo(
        path=path,
        width=width,
        height=height,
        source_width=first.width,
        source_height=first.height,
        fps=fps,
        duration_s=len(images) / fps,
        frames_promised=len(images),
        rotation_deg=orientation.clockwise_deg,
        mirrored=orientation.mirrored,
        pixel_aspect=1.0,
        codec=images[0].suffix.lower().lstrip("."),
        container="images",
        bit_depth=bit_depth_of(first),
        hdr=False,
    )
    return FolderSource(info=info, orientation=orientation, images=tuple(images))


def images_in(folder: Path) -> list[Path]:
    """List the images of a folder in the order a person counts: frame2 before frame10."""
    found = (
        p
        for p in folder.iterdir()
        if p.suffix.lower() in IMAGE_SUFFIXES and not p.name.startswith(".") and p.is_file()
    )
    return sorted(found, key=lambda p: _natural(p.name))


def decode_image(path: Path) -> av.VideoFrame | None:
    """Decode one image, or return ``None`` where it is damaged or no image."""
    try:
        # By file object: in a name, ffmpeg would take % and * for a pattern.
        with path.open("rb") as file, av.open(file, "r") as container:
            frame = next(container.decode(video=0), None)
            return None if frame is None or frame.is_corrupt else frame
    except (FFmpegError, OSError, IndexError):
        return None


def _natural(name: str) -> list[tuple[int, int, str]]:
    return [
        (0, int(part), part) if part.isdecimal() else (1, 0, part.casefold())
        for part in re.split(r"([0-9]+)", name)
        if part
    ]
