"""Messages between a page, the server and the process of the page's session.

To that process go bytes, a letter and what belongs to it; from it comes JSON for the page.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from pathlib import Path

from posture.coach.plan import ExerciseId
from posture.language import Language
from posture.types import Facing, PoseModel

PICTURE, COMMAND = b"P", b"C"
# Before the JPEG: time of the camera, seconds, and pictures that were skipped before it.
HEADER = struct.Struct("<dI")
# Largest picture and message of a page, bytes: a JPEG of 720p has about 150 kB.
MAX_PICTURE_BYTES = 2_000_000
MAX_MESSAGE = MAX_PICTURE_BYTES + HEADER.size


@dataclass(frozen=True)
class PageSession:
    """Session that a page asks for.

    Attributes
    ----------
    exercise : ExerciseId or None
        To be coached in; None for the running check.
    has_camera
        Whether the page sends pictures.
    model : PoseModel or None
        None for that which the computer is fast enough for.
    record : Path or None
        Folder for the video of the session.
    """

    lang: Language
    exercise: ExerciseId | None = None
    has_camera: bool = True
    model: PoseModel | None = None
    facing: Facing = "right"
    record: Path | None = None
