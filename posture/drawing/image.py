"""RGB pictures: scaling, encoding and decoding."""

from __future__ import annotations

import numpy as np

from posture.types import Image

JPEG_QUALITY = 90


def encode_jpeg(picture: Image, quality: int = JPEG_QUALITY) -> bytes:
    """Return a picture as JPEG data."""
    import cv2

    is_encoded, data = cv2.imencode(".jpg", picture[:, :, ::-1], [cv2.IMWRITE_JPEG_QUALITY, quality])
    if not is_encoded:  # pragma: no cover - out of memory only
        raise MemoryError
    return bytes(data)


def decode_rgba(data: bytes) -> Image:
    """Return an encoded picture with an alpha channel as RGBA, shape (height, width, 4)."""
    import cv2

    bgra = cv2.imdecode(np.frombuffer(data, dtype=np.uint8), cv2.IMREAD_UNCHANGED)
    assert bgra is not None
    return np.asarray(bgra[..., [2, 1, 0, 3]], dtype=np.uint8)


def resize(picture: Image, factor: float) -> Image:
    """Return a picture scaled by a factor."""
    import cv2

    size = (max(1, round(picture.shape[1] * factor)), max(1, round(picture.shape[0] * factor)))
    scaled = cv2.resize(picture, size, interpolation=cv2.INTER_CUBIC if factor > 1 else cv2.INTER_AREA)
    return scaled.astype(np.uint8, copy=False)
