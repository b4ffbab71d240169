"""Statistics that were fitted to rendered people and are shipped as JSON files in ``models/``."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from posture.errors import ModelFileError
from posture.language import gettext as _

T = TypeVar("T")


def load_model_file(path: Path, build: Callable[[Any], T], *, missing: str, unreadable: str) -> T:
    """Read a JSON model file.

    Parameters
    ----------
    path : Path
    build
        Makes the model from the decoded JSON; raises ValueError for numbers that do not fit.
    missing, unreadable
        Marked texts for the two failures; the second one has a ``{reason}``.

    Raises
    ------
    ModelFileError
        When the file is missing or is not such a model.
    """
    try:
        return build(json.loads(path.read_text(encoding="utf-8")))
    except OSError as error:
        raise ModelFileError(_(missing), where=path, advice=_("Install the package again.")) from error
    except (ValueError, KeyError, TypeError, AttributeError, IndexError) as error:
        text = _(unreadable).format(reason=error)
        raise ModelFileError(text, where=path, advice=_("Install the package again.")) from error
