"""Model files of the pose landmarker, and the check that they are the released ones."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from posture.errors import ModelFileError, OptionError
from posture.language import gettext as _
from posture.language import gettext_noop
from posture.model_files import models_folder

REPAIR = gettext_noop("Install the package again, or fetch the file named in models/README.md.")


@dataclass(frozen=True)
class ModelFile:
    """A released model file; the size is in bytes."""

    filename: str
    size: int
    sha256: str


MODEL_FILES = {
    "lite": ModelFile(
        "pose_landmarker_lite.task",
        5_777_746,
        "59929e1d1ee95287735ddd833b19cf4ac46d29bc7afddbbf6753c459690d574a",
    ),
    "full": ModelFile(
        "pose_landmarker_full.task",
        9_398_198,
        "4eaa5eb7a98365221087693fcc286334cf0858e2eb6e15b506aa4a7ecdcec4ad",
    ),
    "heavy": ModelFile(
        "pose_landmarker_heavy.task",
        30_664_242,
        "64437af838a65d18e5ba7a0d39b465540069bc8aae8308de3e318aad31fcbc7b",
    ),
}


def find_model(name: str, *, folder: Path | None = None) -> Path:
    """Return the path of a model file after checking its size and hash.

    Parameters
    ----------
    name
        ``lite``, ``full`` or ``heavy``.
    folder
        By default `models_folder`.

    Raises
    ------
    OptionError
        When the name is unknown.
    ModelFileError
        When the file is missing or is not the released one.
    """
    if name not in MODEL_FILES:
        what = _("unknown model {name!r}").format(name=name)
        raise OptionError(what, where="--model", advice=_("Use lite, full or heavy."))
    expected = MODEL_FILES[name]
    path = (folder or models_folder()) / expected.filename
    try:
        data = path.read_bytes()
    except FileNotFoundError as error:
        raise ModelFileError(_("the model file is missing"), where=path, advice=_(REPAIR)) from error
    except OSError as error:
        what = _("the model file cannot be read ({reason})").format(reason=error.strerror)
        raise ModelFileError(what, where=path, advice=_(REPAIR)) from error
    if len(data) != expected.size or hashlib.sha256(data).hexdigest() != expected.sha256:
        raise ModelFileError(_("the model file is not the released one (wrong sha256)"), where=path, advice=_(REPAIR))
    return path
