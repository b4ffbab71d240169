"""Pictures as arrays: scaled, packed as JPEG, and unpacked."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Picture = npt.NDArray[np.uint8]
JPEG_QUALITY = 90


def jpeg(picture: Picture) -> bytes:
    """Return a picture as JPEG data."""
    import cv2

    done, data = cv2.imencode(".jpg", picture[:, :, ::-1], [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY])
    if not done:  # pragma: no cover - memory only
        raise MemoryError
    return bytes(data)


def decoded(data: bytes) -> Picture:
    """Return a packed picture that has an alpha channel, shape (height, width, 4), RGBA."""
    import cv2

    bgra = cv2.imdecode(np.frombuffer(data, dtype=np.uint8), cv2.IMREAD_UNCHANGED)
    assert bgra is not None
    return np.asarray(bgra[..., [2, 1, 0, 3]], dtype=np.uint8)


def resize(picture: Picture, factor: float) -> Picture:
    """Return a picture scaled by a factor."""
    import cv2

    size = (max(1, round(picture.shape[1] * factor)), max(1, round(picture.shape[0] * factor)))
    scaled = cv2.resize(picture, size, interpolation=cv2.INTER_CUBIC if factor > 1 else cv2.INTER_AREA)
    return scaled.astype(np.uint8, copy=False)
