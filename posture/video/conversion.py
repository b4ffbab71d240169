"""Convert decoded frames to upright RGB arrays with square pixels.

The decoded planes are rotated first; one pass of the scaler then handles size, pixel aspect and colour. That
is ten times as fast as rotating RGB arrays.
"""

from __future__ import annotations

import math
import struct
from dataclasses import dataclass
from pathlib import Path

import av
import numpy as np
from av.filter import Graph
from av.sidedata.sidedata import Type as SideDataType
from av.video.reformatter import ColorRange, Colorspace, ColorTrc, Interpolation, VideoReformatter

from posture.errors import VideoError
from posture.language import gettext as _
from posture.types import Image
from posture.video.types import VideoInfo

# HD video uses the matrix of ITU-R BT.709, smaller video that of BT.601. For untagged files the size decides, with
# the limits of players such as mpv.
_HD_LONG_SIDE = 1280
_SD_SHORT_SIDE = 576
_UNSPECIFIED_COLORSPACE = 2
_RGB_COLORSPACE = 0
_HDR_TRANSFERS = frozenset({int(ColorTrc.SMPTE2084), int(ColorTrc.ARIB_STD_B67)})
# A relative change of the aspect ratio below this is rounding of a scaled frame.
_SHAPE_TOLERANCE = 0.01


@dataclass(frozen=True)
class Orientation:
    """Transform of a stored frame for viewing: rotate clockwise, then flip horizontally."""

    clockwise_deg: int = 0
    mirrored: bool = False

    @property
    def filters(self) -> tuple[tuple[str, str | None], ...]:
        """Names and arguments of the FFmpeg filters that apply it."""
        turn: dict[int, tuple[tuple[str, str | None], ...]] = {
            0: (),
            90: (("transpose", "clock"),),
            180: (("hflip", None), ("vflip", None)),
            270: (("transpose", "cclock"),),
        }
        return turn[self.clockwise_deg] + ((("hflip", None),) if self.mirrored else ())

    def turned(self, clockwise_deg: int) -> Orientation:
        """Return the orientation with a further rotation, a multiple of 90 degrees, after it."""
        # A rotation after a flip is the opposite rotation before it.
        own = -clockwise_deg if self.mirrored else clockwise_deg
        return Orientation((self.clockwise_deg + own) % 360, self.mirrored)


def orientation_of(frame: av.VideoFrame) -> Orientation:
    """Read the display matrix of a frame (ISO/IEC 14496-12).

    Its rows are (a, b, u), (c, d, v), (x, y, w), fixed-point. It maps a stored point (p, q), y down, to
    (a p + c q, b p + d q).
    """
    try:
        data = bytes(frame.side_data[SideDataType.DISPLAYMATRIX])  # type: ignore[typeddict-item]
    except KeyError:
        return Orientation()
    except ValueError:
        # PyAV raises for the whole list when it does not know the type of one entry, such as Exif.
        return Orientation(round(-frame.rotation / 90) * 90 % 360)
    if len(data) < 36:
        return Orientation()
    a, b, _, c, d = struct.unpack_from("=5i", data)
    mirrored = a * d - b * c < 0
    if mirrored:
        a = -a
    if not (a or b):
        return Orientation()
    quarter_turns = round(math.degrees(math.atan2(b, a)) / 90.0) % 4
    return Orientation(90 * quarter_turns, mirrored)


def delivered_size(
    width: int, height: int, *, pixel_aspect: float, clockwise_deg: int, max_side_px: int
) -> tuple[int, int]:
    """Return width and height of the upright frame with square pixels, within the size limit.

    Parameters
    ----------
    width, height
        Stored size, pixels.
    pixel_aspect
        Width of a stored pixel divided by its height.
    clockwise_deg
        Rotation for viewing: 0, 90, 180 or 270.
    max_side_px
        Limit of the longest side.

    Examples
    --------
    >>> delivered_size(3840, 2160, pixel_aspect=1.0, clockwise_deg=90, max_side_px=1920)
    (1080, 1920)
    """
    # Stretching the coarser direction loses no detail.
    square_w = width * max(1.0, pixel_aspect)
    square_h = height * max(1.0, 1.0 / pixel_aspect)
    scale = min(1.0, max_side_px / max(square_w, square_h))
    size = (max(1, round(square_w * scale)), max(1, round(square_h * scale)))
    return size if clockwise_deg in (0, 180) else (size[1], size[0])


def is_hdr(frame: av.VideoFrame) -> bool:
    """Whether the transfer curve of a frame is PQ or HLG."""
    return int(frame.color_trc) in _HDR_TRANSFERS


def describe(
    first: av.VideoFrame,
    path: Path,
    *,
    max_side_px: int,
    pixel_aspect: float,
    fps: float | None,
    duration_s: float | None,
    frames_promised: int | None,
    codec: str,
    container: str,
    hdr: bool,
    rotate: int = 0,
) -> VideoInfo:
    """Return the metadata of a video from its first decoded frame and what its container states.

    `rotate` is a clockwise rotation besides the one that the file states, degrees.
    """
    orientation = orientation_of(first).turned(rotate)
    width, height = delivered_size(
        first.width,
        first.height,
        pixel_aspect=pixel_aspect,
        clockwise_deg=orientation.clockwise_deg,
        max_side_px=max_side_px,
    )
    return VideoInfo(
        path=path,
        width=width,
        height=height,
        source_width=first.width,
        source_height=first.height,
        fps=fps,
        duration_s=duration_s,
        frames_promised=frames_promised,
        rotation_deg=orientation.clockwise_deg,
        mirrored=orientation.mirrored,
        pixel_aspect=pixel_aspect,
        codec=codec,
        container=container,
        bit_depth=max((component.bits for component in first.format.components), default=8),
        hdr=hdr,
        extra_rotation_deg=rotate,
    )


@dataclass(frozen=True)
class UprightFrame:
    """A decoded frame turned for viewing, before scaling and colour conversion.

    The image still has the stored pixel aspect; `size` is that of square pixels within the size limit. Matrix and range
    of the colours (FFmpeg's numbers) are guessed where the file is untagged.
    """

    image: av.VideoFrame
    size: tuple[int, int]
    colorspace: int
    colour_range: int


class FrameConverter:
    """Converts the decoded frames of one video to upright RGB arrays of one size."""

    def __init__(self, info: VideoInfo) -> None:
        self._size = (info.width, info.height)
        self._filters = Orientation(info.rotation_deg, info.mirrored).filters
        self._path = info.path
        self._shrinker, self._scaler = VideoReformatter(), VideoReformatter()
        self._graph: Graph | None = None
        self._graph_input: tuple[int, int, str] | None = None
        self._source_size: tuple[int, int] | None = None

    def upright(self, frame: av.VideoFrame) -> UprightFrame:
        """Turn a decoded frame for viewing; raise VideoError when its aspect ratio differs from the first one's."""
        self._check_shape(frame)
        return UprightFrame(self._turn(frame), self._size, *_colours_of(frame))

    def to_rgb(self, frame: UprightFrame) -> Image:
        """Scale a frame to square pixels and convert it to full-range RGB.

        Returns
        -------
        array of uint8, shape (height, width, 3)
            C-contiguous.
        """
        width, height = frame.size
        image, interpolation = frame.image, Interpolation.BILINEAR
        if width < image.width or height < image.height:
            # Area averaging does not alias the outlines of a shrunken image.
            interpolation = Interpolation.AREA
            if image.format.name == "yuv420p":
                # Sizing and colours in two steps take two thirds of the time of both at once.
                image = self._shrinker.reformat(
                    image, width=width, height=height, interpolation=interpolation, threads=1
                )
        rgb = self._scaler.reformat(
            image,
            width=width,
            height=height,
            format="rgb24",
            src_colorspace=frame.colorspace,
            src_color_range=frame.colour_range,
            dst_color_range=ColorRange.JPEG,
            interpolation=interpolation,
            # More threads gain nothing without scaling, and the pose model needs the other cores.
            threads=1,
        )
        return np.ascontiguousarray(rgb.to_ndarray(), dtype=np.uint8)

    def _check_shape(self, frame: av.VideoFrame) -> None:
        size = (frame.width, frame.height)
        if self._source_size is None:
            self._source_size = size
        if size == self._source_size:
            return
        first = self._source_size[0] / self._source_size[1]
        if abs(size[0] / size[1] / first - 1.0) > _SHAPE_TOLERANCE:
            raise VideoError(
                _("the pictures change their shape from {first} to {second}").format(
                    first=f"{self._source_size[0]}x{self._source_size[1]}", second=f"{size[0]}x{size[1]}"
                ),
                where=self._path,
                advice=_("Use a part in which all pictures have the same shape."),
            )

    def _turn(self, frame: av.VideoFrame) -> av.VideoFrame:
        if not self._filters:
            return frame
        graph_input = (frame.width, frame.height, frame.format.name)
        if self._graph is None or self._graph_input != graph_input:
            self._graph = _graph(frame, self._filters)
            self._graph_input = graph_input
        self._graph.push(frame)
        turned = self._graph.pull()
        assert isinstance(turned, av.VideoFrame)
        return turned


def _graph(frame: av.VideoFrame, steps: tuple[tuple[str, str | None], ...]) -> Graph:
    graph = Graph()
    last = graph.add_buffer(width=frame.width, height=frame.height, format=frame.format, time_base=frame.time_base)
    for name, argument in steps:
        step = graph.add(name, argument)
        last.link_to(step)
        last = step
    sink = graph.add("buffersink")
    last.link_to(sink)
    graph.configure()
    return graph


def _colours_of(frame: av.VideoFrame) -> tuple[int, int]:
    """Return colour matrix and range of a frame, guessed where the file is untagged."""
    layout = frame.format
    if layout.is_rgb or layout.has_palette:
        return int(Colorspace.DEFAULT), int(ColorRange.JPEG)
    full = layout.name.startswith(("yuvj", "gray"))
    colour_range = int(frame.color_range) or int(ColorRange.JPEG if full else ColorRange.MPEG)
    if int(frame.colorspace) in (_UNSPECIFIED_COLORSPACE, _RGB_COLORSPACE):
        short, long = sorted((frame.width, frame.height))
        is_hd = long >= _HD_LONG_SIDE or short > _SD_SHORT_SIDE
        return int(Colorspace.ITU709 if is_hd else Colorspace.ITU601), colour_range
    return int(frame.colorspace), colour_range
