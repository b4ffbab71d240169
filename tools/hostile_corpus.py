"""Clips that are broken, absurd or malicious, made from a sample and from hand-made bytes.

``python -m tools.hostile_corpus FOLDER`` writes all of them; tests/robustness runs the tool on each.
Each case is a function of an empty folder that returns the clip's path; the same call gives the same bytes.
"""

from __future__ import annotations

import os
import random
import struct
import sys
import zlib
from collections.abc import Callable, Iterator
from fractions import Fraction
from functools import cache, partial
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

import av

SAMPLE = Path(__file__).resolve().parents[1] / "samples" / "run_hollow.mp4"
# Of the sample: a third of a second of running, which every decoder and demuxer gets through quickly.
FRAMES = 10
Make = Callable[[Path], Path]
# Boxes of ISO/IEC 14496-12 that contain boxes.
CONTAINERS = frozenset({b"moov", b"trak", b"mdia", b"minf", b"stbl", b"edts", b"dinf", b"udta"})
MOOV_FLIPS, DATA_FLIPS = 40, 20
# More than FFmpeg's limit of 1000 streams.
MANY_TRACKS = 4000
LARGE_SIDE = 16_000
ENDLESS_BYTES = 1 << 31


class Box(NamedTuple):
    """A box of an MP4 file: where its header, its content and the next box begin; ``path`` such as b"moov/trak"."""

    path: bytes
    start: int
    content: int
    end: int


def boxes(data: bytes, start: int = 0, end: int | None = None, above: bytes = b"") -> Iterator[Box]:
    """Yield the boxes of an intact MP4 file, each before those inside it."""
    end = len(data) if end is None else end
    while start + 8 <= end:
        size, kind = struct.unpack_from(">I4s", data, start)
        box = Box(above + kind, start, start + 8, start + size)
        yield box
        if kind in CONTAINERS:
            yield from boxes(data, box.content, box.end, box.path + b"/")
        start = box.end


@cache
def second(container: str = "mp4") -> bytes:
    """Return the first second of the sample in a container, its index at the end where it has one."""
    out = BytesIO()
    with (
        av.open(str(SAMPLE)) as source,
        av.open(out, "w", format=container, options={"fflags": "+bitexact"}) as target,
    ):
        stream = target.add_stream_from_template(source.streams.video[0])
        for number, packet in enumerate(source.demux(source.streams.video[0])):
            if number == FRAMES:
                break
            packet.stream = stream
            target.mux(packet)
    return out.getvalue()


def box_of(name: bytes, data: bytes | None = None) -> Box:
    """Return the first box whose path ends with a name."""
    return next(box for box in boxes(second() if data is None else data) if box.path.endswith(name))


def write(name: str, data: bytes, folder: Path) -> Path:
    """Write a file into the folder."""
    (folder / name).write_bytes(data)
    return folder / name


def cut(at: int, folder: Path) -> Path:
    """Write the clip up to a byte."""
    return write("jog.mp4", second()[:at], folder)


def patched(name: bytes, offset: int, value: bytes, folder: Path) -> Path:
    """Write the clip with other bytes at an offset in the content of a box."""
    data = bytearray(second())
    at = box_of(name).content + offset
    data[at : at + len(value)] = value
    return write("jog.mp4", bytes(data), folder)


def flipped(first: int, end: int, seed: int, folder: Path) -> Path:
    """Write the clip with one to 16 bits flipped between two bytes."""
    data, rng = bytearray(second()), random.Random(seed)
    for _flip in range(1 << seed % 5):
        data[rng.randrange(first, end)] ^= 1 << rng.randrange(8)
    return write("jog.mp4", bytes(data), folder)


def without(name: bytes, folder: Path) -> Path:
    """Write the clip with a box renamed to one that readers skip."""
    data, box = bytearray(second()), box_of(name)
    data[box.start + 4 : box.content] = b"free"
    return write("jog.mp4", bytes(data), folder)


def with_times(delta: Callable[[int], int], folder: Path) -> Path:
    """Write the clip with its own duration for every frame (table stts): any 32 bits, also those of a negative one."""
    data, box = second(), box_of(b"stts")
    table = struct.pack(">II", 0, FRAMES) + b"".join(
        struct.pack(">II", 1, delta(n) & 0xFFFFFFFF) for n in range(FRAMES)
    )
    return write("jog.mp4", _with_content(data, box, table), folder)


def many_tracks(count: int, folder: Path) -> Path:
    """Write the clip with its track thousands of times."""
    data, moov, track = second(), box_of(b"moov"), box_of(b"moov/trak")
    content = data[moov.content : moov.end] + data[track.start : track.end] * count
    return write("jog.mp4", data[: moov.start] + _box(b"moov", content), folder)


def nested(depth: int, folder: Path) -> Path:
    """Write boxes inside boxes."""
    content = b""
    for _level in range(depth):
        content = _box(b"trak", content)
    ftyp = box_of(b"ftyp")
    return write("jog.mp4", second()[ftyp.start : ftyp.end] + _box(b"moov", content), folder)


def _box(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I4s", 8 + len(content), kind) + content


def _with_content(data: bytes, box: Box, content: bytes) -> bytes:
    """Return the file with another content of a box; the boxes around it get their new sizes."""
    grown = len(content) - (box.end - box.content)
    result = bytearray(data[: box.content] + content + data[box.end :])
    for outer in boxes(data):
        if outer.start <= box.start and box.end <= outer.end:
            struct.pack_into(">I", result, outer.start, outer.end - outer.start + grown)
    return bytes(result)


def png(width: int, height: int, name: str, folder: Path) -> Path:
    """Write a PNG of black pixels, 1 bit each: a few hundred kB for any size."""
    packer, row, packed = zlib.compressobj(9), b"\0" * (1 + (width + 7) // 8), []
    for _row in range(height):
        packed.append(packer.compress(row))
    packed.append(packer.flush())

    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    parts = (chunk(b"IHDR", header), chunk(b"IDAT", b"".join(packed)), chunk(b"IEND", b""))
    return write(name, b"\x89PNG\r\n\x1a\n" + b"".join(parts), folder)


def gif(width: int, height: int, count: int, folder: Path) -> Path:
    """Write a GIF with a large canvas and frames of one pixel."""
    screen = b"GIF89a" + struct.pack("<HHBBB", width, height, 0x80, 0, 0) + b"\0\0\0\xff\xff\xff"
    frame = b"\x21\xf9\x04\0\x03\0\0\0" + b"\x2c" + struct.pack("<HHHHB", 0, 0, 1, 1, 0) + b"\x02\x02\x44\x01\0"
    return write("jog.gif", screen + frame * count + b";", folder)


def webp(width: int, height: int, frames: int, folder: Path) -> Path:
    """Write an animated WebP of small grey frames that says that its canvas has a size."""
    from PIL import Image

    out = BytesIO()
    pictures = [Image.new("RGB", (64, 48), (9 * n, 60, 90)) for n in range(frames)]
    pictures[0].save(out, "WEBP", save_all=True, append_images=pictures[1:], duration=33)
    data = bytearray(out.getvalue())
    at = data.index(b"VP8X") + 12
    data[at : at + 6] = struct.pack("<I", width - 1)[:3] + struct.pack("<I", height - 1)[:3]
    return write("jog.webp", bytes(data), folder)


def large_film(folder: Path) -> Path:
    """Write an MP4 whose pictures really have 16,000 x 16,000 pixels: 50 kB each, 400 MB decoded."""
    folder.mkdir(exist_ok=True)
    picture = png(LARGE_SIDE, LARGE_SIDE, "picture.png", folder)
    content = picture.read_bytes()
    picture.unlink()
    with av.open(str(folder / "jog.mov"), "w") as target:
        stream = target.add_stream("png", rate=30)
        stream.width = stream.height = LARGE_SIDE
        stream.pix_fmt = "monob"
        for number in range(8):
            packet = av.Packet(content)
            packet.pts = packet.dts = number
            packet.time_base, packet.stream = Fraction(1, 30), stream
            target.mux(packet)
    return folder / "jog.mov"


def folder_of(make: Make, folder: Path) -> Path:
    """Return a folder of pictures."""
    (folder / "pictures").mkdir()
    make(folder / "pictures")
    return folder / "pictures"


def sparse(head: bytes, folder: Path) -> Path:
    """Write a file of 2 GB that takes hardly any disk."""
    path = write("jog.mp4", head, folder)
    os.truncate(path, ENDLESS_BYTES)
    return path


def pipe(folder: Path) -> Path:
    """Make a named pipe that nobody writes to."""
    os.mkfifo(folder / "jog.mp4")
    return folder / "jog.mp4"


def link_to(target: str, folder: Path) -> Path:
    """Make a symbolic link."""
    (folder / "jog.mp4").symlink_to(target)
    return folder / "jog.mp4"


def loop_of_folders(folder: Path) -> Path:
    """Make a folder that contains a link to itself and no picture."""
    (folder / "clip").mkdir()
    (folder / "clip" / "again").symlink_to(folder / "clip")
    return folder / "clip"


def named(name: bytes, folder: Path) -> Path:
    """Write the clip under a name that text cannot show."""
    path = folder / os.fsdecode(name)
    path.write_bytes(second())
    return path


def _header_cases() -> Iterator[tuple[str, Make]]:
    """Yield clips whose headers state absurd sizes, rates, durations and places."""
    values = {"zero": b"\0" * 4, "one": b"\0\0\0\1", "huge": b"\x7f" + b"\xff" * 3, "minus": b"\xff" * 4}
    # Offsets in ISO/IEC 14496-12; version 0 of each box.
    fields: dict[str, tuple[bytes, int]] = {
        "movie-timescale": (b"mvhd", 12),
        "movie-duration": (b"mvhd", 16),
        "track-id": (b"tkhd", 12),
        "track-width": (b"tkhd", 76),
        "track-turn": (b"tkhd", 40),
        "media-timescale": (b"mdhd", 12),
        "media-duration": (b"mdhd", 16),
        "picture-size": (b"stsd", 40),
        "entries": (b"stsd", 4),
        "entry-bytes": (b"stsd", 8),
        "edit-length": (b"elst", 8),
        "edit-start": (b"elst", 12),
        "durations": (b"stts", 4),
        "frame-duration": (b"stts", 12),
        "key-frames": (b"stss", 4),
        "chunks": (b"stsc", 4),
        "frames-per-chunk": (b"stsc", 12),
        "frame-bytes": (b"stsz", 4),
        "frame-count": (b"stsz", 8),
        "chunk-count": (b"stco", 4),
        "chunk-place": (b"stco", 8),
    }
    for name, (box, offset) in fields.items():
        for label, value in values.items():
            yield f"header-{name}-{label}", partial(patched, box, offset, value)


@cache
def cases() -> dict[str, Make]:
    """Return all cases by name."""
    data, moov, mdat = second(), box_of(b"moov"), box_of(b"mdat")
    ftyp = data[: box_of(b"ftyp").end]
    made: dict[str, Make] = {"empty": partial(write, "jog.mp4", b"")}
    for box in boxes(data):
        name = box.path.decode().replace("/", ".")
        made[f"cut-before-{name}"] = partial(cut, box.start)
        made[f"cut-in-{name}"] = partial(cut, (box.content + box.end) // 2)
    for name in ("moov", "trak", "mdia", "stbl", "stsd", "stts", "stsz", "stco", "stss"):
        made[f"without-{name}"] = partial(without, name.encode())
    made.update(_header_cases())
    for seed in range(MOOV_FLIPS):
        made[f"flip-index-{seed}"] = partial(flipped, moov.start, moov.end, seed)
    for seed in range(DATA_FLIPS):
        made[f"flip-data-{seed}"] = partial(flipped, mdat.content, mdat.end, 1000 + seed)
    made |= {
        "times-equal": partial(with_times, lambda _n: 0),
        "times-backwards": partial(with_times, lambda n: -512 if n % 3 else 2048),
        "times-huge": partial(with_times, lambda n: 0x7FFFFFFF if n == 15 else 512),
        "times-all-huge": partial(with_times, lambda _n: 0x7FFFFFFF),
        "times-rate-of-a-million": partial(patched, b"mdhd", 12, struct.pack(">I", 512_000_000)),
        "many-tracks": partial(many_tracks, MANY_TRACKS),
        "nested-boxes": partial(nested, 20_000),
        "zero-bytes": partial(write, "jog.mp4", b"\0" * 100_000),
        "noise": partial(write, "jog.mp4", random.Random(1).randbytes(100_000)),
        "noise-after-mp4-head": partial(write, "jog.mp4", ftyp + random.Random(2).randbytes(100_000)),
        "noise-after-gif-head": partial(write, "jog.gif", b"GIF89a" + random.Random(3).randbytes(100_000)),
        "noise-after-webm-head": partial(write, "jog.webm", second("matroska")[:300] + b"\xff" * 9999),
        "endless-zeros": partial(sparse, b""),
        "endless-after-mp4-head": partial(sparse, ftyp + struct.pack(">I4s", 0, b"mdat")),
        "endless-after-clip": partial(sparse, data),
        "bomb-png": partial(png, LARGE_SIDE, LARGE_SIDE, "jog.mp4"),
        "bomb-png-larger": partial(png, 200_000, 20_000, "jog.mp4"),
        "bomb-pictures": partial(folder_of, partial(png, LARGE_SIDE, LARGE_SIDE, "1.png")),
        "bomb-gif": partial(gif, 65_535, 65_535, 3),
        "bomb-gif-frames": partial(gif, LARGE_SIDE, LARGE_SIDE, 20_000),
        "bomb-webp": partial(webp, 1 << 24, 64, 3),
        "bomb-film": large_film,
        "animated-webp": partial(webp, 64, 48, 12),
        "animated-webp-picture": partial(folder_of, partial(webp, 64, 48, 12)),
        "narrow-gif": partial(gif, 65_535, 1, 5),
        "tiny-gif": partial(gif, 1, 1, 5),
        "flat-png": partial(png, 1, 30_000, "jog.mp4"),
        "pipe": pipe,
        "device-zero": partial(link_to, "/dev/zero"),
        "device-null": partial(link_to, "/dev/null"),
        "link-to-itself": partial(link_to, "jog.mp4"),
        "link-to-nothing": partial(link_to, "nowhere.mp4"),
        "loop-of-folders": loop_of_folders,
        "name-of-255-bytes": partial(named, b"x" * 251 + b".mp4"),
        "name-not-utf-8": partial(named, b"\xff\xfe\x80jog.mp4"),
        "name-with-controls": partial(named, b"a\n\x1b[31m\x07\r\x7fb.mp4"),
        "name-like-an-option": partial(named, b"--out.mp4"),
        "name-turned-right-to-left": partial(named, "\u202egpj.4pm.mp4".encode()),
    }
    for container in ("matroska", "mpegts", "flv"):
        whole = second(container)
        suffix = {"matroska": "mkv", "mpegts": "ts", "flv": "flv"}[container]
        for percent in (1, 30, 99):
            made[f"cut-{suffix}-{percent}"] = partial(write, f"jog.{suffix}", whole[: len(whole) * percent // 100])
        made[f"twice-{suffix}"] = partial(write, f"jog.{suffix}", whole * 2)
    return made


def main() -> None:
    """Write all clips below a folder, each into a folder of its own."""
    for name, make in cases().items():
        folder = Path(sys.argv[1]) / name
        folder.mkdir(parents=True)
        make(folder)
        print(name)


if __name__ == "__main__":
    main()
