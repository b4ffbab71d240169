"""From decoded frames to upright RGB pictures with square pixels.

Rotation is done on the decoded planes and size, pixel aspect and colour in one pass of the scaler; that
is ten times as fast as turning RGB arrays.
"""

from __future__ import annotations

import math
import struct
from dataclasses import dataclass

import av
import numpy as np
from av.filter import Graph
from av.sidedata.sidedata import Type as SideDataType
from av.video.reformatter import ColorRange, Colorspace, ColorTrc, Interpolation, VideoReformatter
from numpy.typing import NDArray

from posture.errors import VideoError
from posture.language import gettext as _
from posture.video.frame_store import FrameStore
from posture.video.types import VideoInfo

# ITU-R BT.709 is the matrix of HD pictures, BT.601 that of smaller ones. Untagged files are told apart by
# their size, with the limits that players such as mpv use.
_HD_LONG_SIDE = 1280
_SD_SHORT_SIDE = 576
_UNSPECIFIED_COLORSPACE = 2
_RGB_COLORSPACE = 0
_HDR_TRANSFERS = frozenset({int(ColorTrc.SMPTE2084), int(ColorTrc.ARIB_STD_B67)})
# Sizes that differ by less than this in shape are the same picture, scaled.
_SHAPE_TOLERANCE = 0.01


@dataclass(frozen=True)
class Orientation:
    """How a stored frame is turned for viewing: clockwise first, then left to right."""

    clockwise_deg: int = 0
    mirrored: bool = False

    @property
    def filters(self) -> tuple[tuple[str, str | None], ...]:
        """Names and arguments of the filters that do it."""
        turn: dict[int, tuple[tuple[str, str | None], ...]] = {
            0: (),
            90: (("transpose", "clock"),),
            180: (("hflip", None), ("vflip", None)),
            270: (("transpose", "cclock"),),
        }
        return turn[self.clockwise_deg] + ((("hflip", None),) if self.mirrored else ())


def orientation_of(frame: av.VideoFrame) -> Orientation:
    """Read a frame's display matrix (ISO 14496-12: 3x3 fixed-point numbers, rows a b u, c d v, x y w).

    The matrix takes a stored point (p, q), y down, to (a p + c q, b p + d q).
    """
    try:
        data = bytes(frame.side_data[SideDataType.DISPLAYMATRIX])  # type: ignore[typeddict-item]
    except KeyError:
        return Orientation()
    except ValueError:
        # PyAV gives up on the whole list when one entry is of a kind it does not know, such as Exif.
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
    """Return width and height of the upright picture with square pixels, no side over the limit.

    Parameters
    ----------
    width, height : int
        Stored size in pixels.
    pixel_aspect : float
        Width of a stored pixel over its height.
    clockwise_deg : int
        Rotation for viewing.
    max_side_px : int
        Longest side allowed.
    """
    # The coarser direction is stretched, so that no detail is lost.
    square_w = width * max(1.0, pixel_aspect)
    square_h = height * max(1.0, 1.0 / pixel_aspect)
    scale = min(1.0, max_side_px / max(square_w, square_h))
    size = (max(1, round(square_w * scale)), max(1, round(square_h * scale)))
    return size if clockwise_deg in (0, 180) else (size[1], size[0])


def bit_depth_of(frame: av.VideoFrame) -> int:
    """Return the bits per sample of a decoded frame."""
    return max((component.bits for component in frame.format.components), default=8)


def is_hdr(frame: av.VideoFrame) -> bool:
    """Whether a frame's transfer curve is one of the HDR ones (PQ or HLG)."""
    return int(frame.color_trc) in _HDR_TRANSFERS


class FrameConverter:
    """Converts the decoded frames of one clip to RGB arrays of one size.

    Parameters
    ----------
    size : tuple of int
        Width and height of the pictures in pixels.
    orientation : Orientation
        How the frames are turned.
    where : str
        Name of the clip, for messages.
    """

    def __init__(self, size: tuple[int, int], orientation: Orientation, *, where: str) -> None:
        self._size = size
        self._orientation = orientation
        self._where = where
        self._scaler = VideoReformatter()
        self._graph: Graph | None = None
        self._graph_input: tuple[int, int, str] | None = None
        self._source_size: tuple[int, int] | None = None

    @classmethod
    def of(cls, info: VideoInfo, orientation: Orientation) -> FrameConverter:
        """Return the painter of a clip."""
        return cls((info.width, info.height), orientation, where=str(info.path))

    def paint(self, frame: av.VideoFrame, spool: FrameStore | None = None) -> NDArray[np.uint8]:
        """Return a frame as full-range RGB; the spool, if there is one, keeps it too.

        Returns
        -------
        ndarray of uint8, shape (height, width, 3)
            C-contiguous.

        Raises
        ------
        VideoError
            When the picture changes its shape within the clip.
        """
        self._check_shape(frame)
        colorspace, colour_range = _colours_of(frame)
        upright = self._turn(frame)
        if spool is not None:
            spool.add(upright, self._size, colorspace, colour_range)
        width, height = self._size
        shrinks = width < upright.width or height < upright.height
        rgb = self._scaler.reformat(
            upright,
            width=width,
            height=height,
            format="rgb24",
            src_colorspace=colorspace,
            src_color_range=colour_range,
            dst_color_range=ColorRange.JPEG,
            # Area averaging keeps a shrunken outline free of stair steps.
            interpolation=Interpolation.AREA if shrinks else Interpolation.BILINEAR,
            # One thread: without scaling it is the faster one, and the other core detects.
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
                _("the picture changes its shape from {first} to {second}").format(
                    first=f"{self._source_size[0]}x{self._source_size[1]}", second=f"{size[0]}x{size[1]}"
                ),
                where=self._where,
                advice=_("Use a part with pictures of one shape."),
            )

    def _turn(self, frame: av.VideoFrame) -> av.VideoFrame:
        steps = self._orientation.filters
        if not steps:
            return frame
        graph_input = (frame.width, frame.height, frame.format.name)
        if self._graph is None or self._graph_input != graph_input:
            self._graph = _graph(frame, steps)
            self._graph_input = graph_input
        self._graph.push(frame)
        turned = self._graph.pull()
        assert isinstance(turned, av.VideoFrame)
        return turned


def _graph(frame: av.VideoFrame, steps: tuple[tuple[str, str | None], ...]) -> Graph:
    graph = Graph()
    last = graph.add_buffer(
        width=frame.width, height=frame.height, format=frame.format, time_base=frame.time_base
    )
    for name, argument in steps:
        step = graph.add(name, argument)
        last.link_to(step)
        last = step
    sink = graph.add("buffersink")
    last.link_to(sink)
    graph.configure()
    return graph


def _colours_of(frame: av.VideoFrame) -> tuple[int, int]:
    """Return the colour matrix and range to convert with, guessed where the file does not say."""
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
