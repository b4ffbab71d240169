"""User-facing errors for paths that cannot be opened as video."""

from __future__ import annotations

import re
from pathlib import Path

from posture.errors import VideoError
from posture.language import gettext as _
from posture.language import gettext_noop

_HEAD_BYTES = 4096
_ANOTHER_FILE = gettext_noop("Choose a video file, such as .mp4, .mov, .mkv, .webm, .avi or .gif.")
_DOWNLOAD = gettext_noop("posture loads nothing from the network: download the clip first.")
# Such as https://, of which a Path keeps one slash only.
_ADDRESS = re.compile(r"[a-z]{2,}:/", re.IGNORECASE)
_ASK_FOR_RIGHTS = gettext_noop("Give yourself permission to read it.")
_RECORD_AGAIN = gettext_noop("Copy the file from the phone or camera again, or record again.")


def check_path(path: Path) -> None:
    """Raise VideoError unless a path is a readable folder or a readable file with content."""
    advice = _("Check the name.")
    try:
        size = path.stat().st_size
        advice = _(_RECORD_AGAIN)
        if path.is_dir():
            next(path.iterdir(), None)
        elif not path.is_file():
            raise VideoError(_("is not a file"), where=path, advice=_(_ANOTHER_FILE))
        elif size == 0:
            raise VideoError(_("is empty (0 bytes)"), where=path, advice=advice)
        else:
            path.open("rb").close()
    except FileNotFoundError as error:
        if _ADDRESS.match(str(path)):
            raise VideoError(_("is an address, not a file"), where=path, advice=_(_DOWNLOAD)) from error
        raise VideoError(_("no such file or folder"), where=path, advice=_("Check the name.")) from error
    except PermissionError as error:
        raise VideoError(_("cannot be read, permission denied"), where=path, advice=_(_ASK_FOR_RIGHTS)) from error
    except (OSError, ValueError) as error:
        what = _("cannot be opened ({reason})").format(reason=getattr(error, "strerror", None) or error)
        raise VideoError(what, where=path, advice=advice) from error


def check_not_text(path: Path) -> None:
    """Raise VideoError when a file begins with text: FFmpeg would follow a playlist, or take it for sound."""
    with path.open("rb") as file:
        head = file.read(_HEAD_BYTES)
    if _is_text(head):
        raise VideoError(_("is a text file, not a video"), where=path, advice=_(_ANOTHER_FILE))


def not_a_video(path: Path, reason: str) -> VideoError:
    """Return the error for a non-empty file that no demuxer opens, with FFmpeg's reason."""
    with path.open("rb") as file:
        head = file.read(8)
    if head[4:8] == b"ftyp":
        if b"moov" not in top_boxes(path):
            return VideoError(
                _("has no index: the recording or the copy was cut off before its end"),
                where=path,
                advice=_(_RECORD_AGAIN),
            )
        what = _("its index is damaged ({reason})").format(reason=reason)
        return VideoError(what, where=path, advice=_(_RECORD_AGAIN))
    what = _("is not a video that can be read ({reason})").format(reason=reason)
    return VideoError(what, where=path, advice=_(_ANOTHER_FILE))


def no_video_stream(path: Path, *, has_audio: bool) -> VideoError:
    """Return the error for a file without a video stream."""
    what = _("contains sound only, no video") if has_audio else _("contains no video")
    return VideoError(what, where=path, advice=_(_ANOTHER_FILE))


def no_decoder(path: Path, codec: str) -> VideoError:
    """Return the error for a codec that this installation cannot decode."""
    return VideoError(
        _("its codec ({codec}) cannot be read here").format(codec=codec),
        where=path,
        advice=_("Convert it to H.264, for instance with: ffmpeg -i CLIP -c:v libx264 new.mp4"),
    )


def too_large(path: Path, width: int, height: int) -> VideoError:
    """Return the error for a video whose pictures no machine can read in reasonable time."""
    what = _("its pictures are too large ({width} x {height} pixels)").format(width=width, height=height)
    return VideoError(what, where=path, advice=_("Export it smaller, such as in 4K."))


def nothing_decoded(path: Path, codec: str) -> VideoError:
    """Return the error for a video without a decodable frame."""
    what = _("not one picture could be decoded (codec: {codec})").format(codec=codec)
    return VideoError(what, where=path, advice=_(_RECORD_AGAIN))


def top_boxes(path: Path) -> list[bytes]:
    """List the types of the top-level boxes of an ISO base media file (MP4, MOV)."""
    types: list[bytes] = []
    at, end = 0, path.stat().st_size
    with path.open("rb") as file:
        while at + 8 <= end:
            file.seek(at)
            header = file.read(16)
            size, kind = int.from_bytes(header[:4], "big"), header[4:8]
            if size == 1 and len(header) == 16:
                size = int.from_bytes(header[8:16], "big")
            types.append(kind)
            if size < 8:  # 0: up to the end of the file
                break
            at += size
    return types


def _is_text(head: bytes) -> bool:
    if b"\0" in head:
        return False
    try:
        text = head.decode("utf-8", errors="strict")
    except UnicodeDecodeError as error:
        # The last character may be incomplete.
        if error.start < len(head) - 4:
            return False
        text = head[: error.start].decode("utf-8")
    return all(c.isprintable() or c in "\r\n\t\f\ufeff" for c in text)
