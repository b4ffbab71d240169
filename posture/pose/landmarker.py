"""MediaPipe behind one class: pictures in, people with landmarks and masks out.

The only module that imports mediapipe. Facts it relies on (measured with 0.10.33):

- ``mp.Image`` ignores strides, so pictures are made contiguous; a mask whose width is not a multiple of 4 aborts
  the process, so pictures are padded on the right and bottom and the mask is cropped again.
- A timestamp of one second a frame switches the landmark smoothing off, which else swallows the small motion of the
  pelvis; real times come from the video.
- The mask's memory dies with the result, so it is copied at once.
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
from posture.pose.landmarks import MIRRORED
from posture.pose.models import REPAIR, find_model
from posture.types import Image

PAD_TO = 4


@dataclass(frozen=True)
class PoseDetection:
    """One detected person.

    Attributes
    ----------
    landmarks : array, shape (33, 2)
        Pixels, x right, y down.
    visibility : array, shape (33,)
        0..1, MediaPipe's own estimate (low-passed by it in video mode).
    mask : array of float32, shape (height, width), or None
        0..1, how much a pixel belongs to the person; of the whole picture or of a part of it.
    corner : tuple of int
        Where the mask's upper left corner lies in the picture: pixels, x right, y down.
    """

    landmarks: npt.NDArray[np.float64]
    visibility: npt.NDArray[np.float64]
    mask: npt.NDArray[np.float32] | None
    corner: tuple[int, int] = (0, 0)


class Landmarker:
    """Finds people in pictures; use as a context manager, in the thread and process that made it.

    Parameters
    ----------
    model : {"lite", "full", "heavy"}
    people : int
        How many people are looked for.
    mode : {"video", "image"}
        ``video`` follows people from picture to picture; ``image`` looks at each afresh.
    masks : bool
        Whether the people's masks are wanted.
    mirrored : bool
        Look at the mirror image. People are told as they are in the picture itself all the same; the network sees
        left and right with slightly different eyes, and so a runner can always be shown to it facing one way.

    Raises
    ------
    ModelFileError
        When the model file is missing, altered, or refused by MediaPipe.
    """

    def __init__(
        self,
        model: str = "full",
        *,
        people: int = 1,
        mode: Literal["video", "image"] = "video",
        masks: bool = True,
        mirrored: bool = False,
    ) -> None:
        self._path = find_model(model)
        self._people = people
        self._mode = mode
        self._masks = masks
        self._mirrored = mirrored
        self._frame = 0
        self._settled = False
        self._task: Any = None
        self._mp: Any = None

    def __enter__(self) -> Landmarker:
        """Load the model."""
        with _quiet_stderr():
            import mediapipe as mp

            vision = mp.tasks.vision
            options = vision.PoseLandmarkerOptions(
                base_options=mp.tasks.BaseOptions(model_asset_path=str(self._path)),
                running_mode=vision.RunningMode.VIDEO if self._mode == "video" else vision.RunningMode.IMAGE,
                num_poses=self._people,
                output_segmentation_masks=self._masks,
            )
            try:
                self._task = vision.PoseLandmarker.create_from_options(options)
            except (RuntimeError, ValueError) as error:
                raise ModelFileError(
                    _("MediaPipe cannot load the model"), where=self._path, advice=_(REPAIR)
                ) from error
            self._mp = mp
        return self

    def __exit__(self, *_: object) -> None:
        """Free the model."""
        self._task.close()
        self._task = None

    def _detect(self, rgb: Image) -> Any:
        image = self._mp.Image(image_format=self._mp.ImageFormat.SRGB, data=rgb)
        if self._mode == "image":
            return self._task.detect(image)
        self._frame += 1
        return self._task.detect_for_video(image, self._frame * 1_000_000)

    def detect(self, rgb: Image) -> tuple[PoseDetection, ...]:
        """Find people in a picture.

        Parameters
        ----------
        rgb : array of uint8, shape (height, width, 3)

        Returns
        -------
        tuple of Person
            Empty when nobody is seen.
        """
        height, width = rgb.shape[:2]
        shown = padded(flipped(rgb) if self._mirrored else rgb)
        if self._settled:
            result = self._detect(shown)
        else:
            # MediaPipe writes its last log lines when it first sees somebody.
            with _quiet_stderr():
                result = self._detect(shown)
            self._settled = bool(result.pose_landmarks)
        masks = result.segmentation_masks or []
        scale = np.array([shown.shape[1], shown.shape[0]], dtype=np.float64)
        people = []
        for i, marks in enumerate(result.pose_landmarks):
            mask = None
            if i < len(masks):
                mask = np.array(masks[i].numpy_view(), dtype=np.float32).reshape(shown.shape[:2])[
                    :height, :width
                ]
            person = PoseDetection(
                landmarks=np.array([(m.x, m.y) for m in marks], dtype=np.float64) * scale,
                visibility=np.array([m.visibility for m in marks], dtype=np.float64),
                mask=mask,
            )
            people.append(mirror(person, width) if self._mirrored else person)
        return tuple(people)


def mirror(person: PoseDetection, width: int) -> PoseDetection:
    """Return a person as seen in the mirrored picture, left and right exchanged.

    Parameters
    ----------
    person : Person
    width : int
        Of the picture, pixels.
    """
    landmarks = person.landmarks[list(MIRRORED)]
    landmarks[:, 0] = width - landmarks[:, 0]
    return PoseDetection(
        landmarks=landmarks,
        visibility=person.visibility[list(MIRRORED)],
        mask=None if person.mask is None else person.mask[:, ::-1],
    )


def flipped(rgb: Image) -> Image:
    """Return the mirror image of a picture, shape (height, width, 3), in one piece of memory."""
    mirrored = np.empty(rgb.shape, dtype=np.uint8)
    # Colour by colour: numpy takes five times as long to copy a mirrored picture at once, 20 ms of full HD.
    for colour in range(3):
        mirrored[..., colour] = rgb[:, ::-1, colour]
    return mirrored


def padded(rgb: Image) -> Image:
    """Return a picture whose sides are multiples of 4, its last row and column repeated, in one piece of memory."""
    height, width = rgb.shape[:2]
    down, right = -height % PAD_TO, -width % PAD_TO
    if down or right:
        rgb = np.pad(rgb, ((0, down), (0, right), (0, 0)), mode="edge")
    return np.ascontiguousarray(rgb)


class _Quiet:
    """Those who keep the process's standard error quiet: the first silences it, the last gives it back."""

    lock = threading.Lock()
    count = 0
    kept: int | None = None


@contextmanager
def _quiet_stderr() -> Iterator[None]:
    """Send the process's standard error to nowhere for a moment: the model's own log knows no off switch.

    Several threads may do so at the same time.
    """
    with _Quiet.lock:
        if _Quiet.count == 0:
            _Quiet.kept = _silenced()
        _Quiet.count += 1
    try:
        yield
    finally:
        with _Quiet.lock:
            _Quiet.count -= 1
            if _Quiet.count == 0 and _Quiet.kept is not None:
                assert sys.__stderr__ is not None
                os.dup2(_Quiet.kept, sys.__stderr__.fileno())
                os.close(_Quiet.kept)
                _Quiet.kept = None


def _silenced() -> int | None:
    """Point the standard error to nowhere; return a copy of what it was, None where there is none."""
    try:
        if sys.__stderr__ is None:
            # Closed: its number may be another file's by now.
            raise ValueError
        fd = sys.__stderr__.fileno()
        with open(os.devnull, "wb") as nowhere:  # noqa: PTH123
            kept = os.dup(fd)
            if sys.stderr is not None:
                sys.stderr.flush()
            os.dup2(nowhere.fileno(), fd)
    except (OSError, ValueError):
        return None
    return kept
