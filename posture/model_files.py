"""Where the model files lie, and how those that were fitted to rendered people are read."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Generic, TypeVar

from posture.errors import ModelFileError
from posture.language import gettext as _
from posture.language import gettext_noop

T = TypeVar("T")

# Characters of a reason in an error: it may hold any value of the file.
MAX_REASON = 200
# Marked; the reason of a builder that is given numbers of another shape or range.
MISFIT = gettext_noop("its numbers do not fit this version")


@dataclass(frozen=True)
class FittedModel(Generic[T]):
    """A JSON model file of the package, and what it becomes."""

    filename: str  # In `models_folder`.
    title: str  # Marked text that names the model in errors, with its article.
    # Makes the model from the decoded JSON object, to which the ``sha256`` of the file is added. Raises ValueError for
    # numbers that do not fit.
    build: Callable[[Mapping[str, Any]], T]

    def load(self, folder: Path | None = None) -> T:
        """Return the model, read once.

        Parameters
        ----------
        folder
            By default `models_folder`.

        Raises
        ------
        ModelFileError
            When the file is missing or is not such a model.
        """
        model: T = _load(self, folder or models_folder())
        return model

    def unreadable(self, reason: object, folder: Path | None = None) -> ModelFileError:
        """Return the error of a file whose content cannot be used."""
        what = _("{model} cannot be read ({reason})").format(model=_(self.title), reason=str(reason)[:MAX_REASON])
        return ModelFileError(
            what, where=(folder or models_folder()) / self.filename, advice=_("Install the package again.")
        )


def models_folder() -> Path:
    """Return the folder of the model files: inside the installed package, or models/ of a checkout."""
    package = Path(__file__).resolve().parent
    installed = package / "_models"
    return installed if installed.is_dir() else package.parent / "models"


# As many as there are such files, and as many again in a folder that a test or a calibration names.
@lru_cache(maxsize=16)
def _load(model: FittedModel[Any], folder: Path) -> Any:
    path = folder / model.filename
    try:
        data = path.read_bytes()
        return model.build({**json.loads(data), "sha256": hashlib.sha256(data).hexdigest()})
    except OSError as error:
        what = _("{model} is missing").format(model=_(model.title))
        raise ModelFileError(what, where=path, advice=_("Install the package again.")) from error
    except (ValueError, LookupError, TypeError, AttributeError, ArithmeticError, RecursionError) as error:
        raise model.unreadable(error, folder) from error
