"""Detect people with MediaPipe's PoseLandmarker.

Properties of MediaPipe that this module relies on (measured with 0.10.33):

- Its images ignore strides, so images must be contiguous. A mask whose width is not a multiple of 4 aborts the
  process, so images are padded and masks cropped.
- Timestamps one second apart switch off the landmark smoothing, which would attenuate the small motion of the pelvis.
  The true times come from the video.
- The memory of a mask is freed with the result, so masks are copied.
"""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from posture.errors import ModelFileError
from posture.language import gettext as _
from posture.pose.landmarker_library import LandmarkerLibrary, landmarker_library
from posture.pose.landmarks import HIPS, MIRRORED, SHOULDERS, midpoint
from posture.pose.models import REPAIR, find_model
from posture.types import Image

PAD_TO = 4
# Of a mask, this much around hips and shoulders is kept, trunk lengths and pixels: the edge of the back is sought up to
# half a trunk below the hips and 0.85 behind them.
KEPT_MASK_L, KEPT_MASK_PX = 1.25, 2.0


@dataclass(frozen=True)
class PoseDetection:
    """A person detected in one image."""

    landmarks: npt.NDArray[np.float64]  # Shape (33, 2). Pixels, x right, y down.
    visibility: npt.NDArray[np.float64]  # Shape (33,). 0..1, estimated by MediaPipe, which low-passes it in video mode.
    mask: npt.NDArray[np.float32] | None  # Shape (H, W). 0..1, membership of each pixel of the image around the trunk.
    corner: tuple[int, int] = (0, 0)  # Position of the upper left corner of the mask in the image, pixels.


class Landmarker:
    """Detects people in images; a context manager. In mode ``image``, several threads may use it.

    Parameters
    ----------
    model
        ``lite``, ``full`` or ``heavy``.
    people
        Largest number of people.
    mode
        ``video`` tracks people from image to image; ``image`` treats each image independently.
    mirrored
        Pass the mirror image to the model, and mirror its detections back. The model treats left and right slightly
        differently; this presents every runner with the same facing.
    confidence
        Least of a detection, 0..1.

    Raises
    ------
    ModelFileError
        When the model file is missing, altered, or rejected by MediaPipe.
    """

    def __init__(
        self,
        model: str = "full",
        *,
        people: int = 1,
        mode: Literal["video", "image"] = "video",
        masks: bool = True,
        mirrored: bool = False,
        confidence: float = 0.5,
    ) -> None:
        self._path = find_model(model)
        self._people = people
        self._mode = mode
        self._masks = masks
        self._confidence = confidence
        self.mirrored = mirrored
        self._frame = 0
        self._has_detected = False
        self._task: Any = None
        self._library: LandmarkerLibrary | None = None
        self._lock = threading.Lock()

    def __enter__(self) -> Landmarker:
        """Load the model, unless it is loaded."""
        return self.load() if self._task is None else self

    def load(self) -> Landmarker:
        """Load the model."""
        with _silent_stderr():
            library = landmarker_library()
            modes = library.running_mode.VisionTaskRunningMode
            options = library.pose_landmarker.PoseLandmarkerOptions(
                base_options=library.base_options.BaseOptions(model_asset_path=str(self._path)),
                running_mode=modes.VIDEO if self._mode == "video" else modes.IMAGE,
                num_poses=self._people,
                min_pose_detection_confidence=self._confidence,
                min_pose_presence_confidence=self._confidence,
                output_segmentation_masks=self._masks,
            )
            try:
                self._task = library.pose_landmarker.PoseLandmarker.create_from_options(options)
            except (RuntimeError, ValueError) as error:
                raise ModelFileError(
                    _("MediaPipe cannot load the model"), where=self._path, advice=_(REPAIR)
                ) from error
            self._library = library
        return self

    def __exit__(self, *_: object) -> None:
        """Free the model."""
        self.close()

    def close(self) -> None:
        """Free the model, if it is loaded."""
        if self._task is not None:
            self._task.close()
        self._task = None

    def detect(self, rgb: Image) -> tuple[PoseDetection, ...]:
        """Detect the people in an image, in image coordinates."""
        height, width = rgb.shape[:2]
        padded_rgb = padded(flipped(rgb) if self.mirrored else rgb)
        if self._has_detected:
            result = self._run(padded_rgb)
        else:
            # MediaPipe writes its last log lines at the first detection.
            with _silent_stderr():
                result = self._run(padded_rgb)
            self._has_detected = bool(result.pose_landmarks)
        masks = result.segmentation_masks or []
        size = padded_rgb.shape[:2]
        people = []
        for i, points in enumerate(result.pose_landmarks):
            landmarks = np.array([(p.x, p.y) for p in points], dtype=np.float64) * (size[1], size[0])
            mask, corner = None, (0, 0)
            if i < len(masks):
                whole = masks[i].numpy_view().reshape(size)[:height, :width]
                mask, corner = around_trunk(whole, landmarks)
            person = PoseDetection(
                landmarks=landmarks,
                visibility=np.array([p.visibility for p in points], dtype=np.float64),
                mask=mask,
                corner=corner,
            )
            people.append(mirror(person, width) if self.mirrored else person)
        return tuple(people)

    def _run(self, rgb: Image) -> Any:
        assert self._library is not None
        image = self._library.image.Image(self._library.image.ImageFormat.SRGB, rgb)
        if self._mode == "image":
            with self._lock:
                return self._task.detect(image)
        self._frame += 1
        return self._task.detect_for_video(image, self._frame * 1_000_000)


def mirror(person: PoseDetection, width: int) -> PoseDetection:
    """Return a detection in the mirror image of the given width, left and right swapped."""
    landmarks = person.landmarks[list(MIRRORED)]
    landmarks[:, 0] = width - landmarks[:, 0]
    mask, corner = person.mask, person.corner
    if mask is not None:
        mask, corner = np.ascontiguousarray(mask[:, ::-1]), (width - corner[0] - mask.shape[1], corner[1])
    return PoseDetection(landmarks, person.visibility[list(MIRRORED)], mask, corner)


def around_trunk(
    mask: npt.NDArray[np.float32], landmarks: npt.NDArray[np.float64]
) -> tuple[npt.NDArray[np.float32], tuple[int, int]]:
    """Return a copy of the part of a mask around the trunk, and its upper left corner, x and y."""
    hips, shoulders = midpoint(landmarks, HIPS), midpoint(landmarks, SHOULDERS)
    reach = KEPT_MASK_L * np.hypot(*(shoulders - hips)) + KEPT_MASK_PX
    size = np.array(mask.shape[::-1])
    left, top = np.clip(np.floor(np.minimum(hips, shoulders) - reach), 0, size - 1).astype(int).tolist()
    right, bottom = np.clip(np.ceil(np.maximum(hips, shoulders) + reach), (left + 1, top + 1), size).astype(int)
    return np.array(mask[top:bottom, left:right], dtype=np.float32), (left, top)


def flipped(rgb: Image) -> Image:
    """Return the mirror image, contiguous."""
    mirrored = np.empty(rgb.shape, dtype=np.uint8)
    # By channel: numpy takes five times as long to copy a mirrored image at once, 20 ms in full HD.
    for channel in range(3):
        mirrored[..., channel] = rgb[:, ::-1, channel]
    return mirrored


def padded(rgb: Image) -> Image:
    """Return the image with its last row and column repeated to multiples of `PAD_TO`, contiguous."""
    height, width = rgb.shape[:2]
    down, right = -height % PAD_TO, -width % PAD_TO
    if down or right:
        rgb = np.pad(rgb, ((0, down), (0, right), (0, 0)), mode="edge")
    return np.ascontiguousarray(rgb)


class _StderrSilencer:
    """Reference-counted silencing of stderr; MediaPipe's native log cannot be switched off.

    The file descriptor belongs to the process, so all threads share one silencer: the first user redirects it, the
    last one restores it.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._users = 0
        self._original: int | None = None

    @contextmanager
    def __call__(self) -> Iterator[None]:
        with self._lock:
            if self._users == 0:
                self._original = _redirect_stderr()
            self._users += 1
        try:
            yield
        finally:
            with self._lock:
                self._users -= 1
                if self._users == 0 and self._original is not None:
                    assert sys.__stderr__ is not None
                    os.dup2(self._original, sys.__stderr__.fileno())
                    os.close(self._original)
                    self._original = None


_silent_stderr = _StderrSilencer()


def _redirect_stderr() -> int | None:
    """Point stderr to the null device; return a duplicate of its descriptor, or None without stderr."""
    try:
        if sys.__stderr__ is None:
            # Closed: its descriptor may belong to another file by now.
            raise ValueError
        descriptor = sys.__stderr__.fileno()
        with open(os.devnull, "wb") as null:  # noqa: PTH123
            original = os.dup(descriptor)
            if sys.stderr is not None:
                sys.stderr.flush()
            os.dup2(null.fileno(), descriptor)
    except (OSError, ValueError):
        return None
    return original
