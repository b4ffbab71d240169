"""The small picture of the back line that stands in the table of all clips."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from posture.batch.layout import THUMBNAIL
from posture.drawing.image import encode_jpeg, resize
from posture.output.files import write_bytes
from posture.output.names import BACK_PHOTO
from posture.video.image_sequence import decode_image

# Twice what the table shows, for sharp screens.
HEIGHT = 176


def add_thumbnail(folder: Path) -> None:
    """Write a small copy of a folder's picture of the back; nothing where there is none."""
    picture = folder / BACK_PHOTO
    if not picture.is_file():
        return
    frame = decode_image(picture)
    if frame is not None:
        rgb = frame.to_ndarray(format="rgb24")
        small = resize(np.ascontiguousarray(rgb), min(HEIGHT / rgb.shape[0], 1.0))
        write_bytes(folder / THUMBNAIL, encode_jpeg(small))
