"""The text of a JSON file that a user names."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError

from posture.errors import RecordError
from posture.language import gettext as _
from posture.output.names import ANALYSIS

T = TypeVar("T")

# An hour of running is 2 MB.
MAX_FILE_BYTES = 100 * 2**20
# Characters of a path in an error, so that a whole text does not fill the screen.
MAX_NAME = 120


def read_source(source: str | Path) -> tuple[str, str]:
    """Return the text of an analysis, and where it comes from.

    Parameters
    ----------
    source
        A file, a folder that holds ``analysis.json``, or the text itself.

    Raises
    ------
    RecordError
        As `read_json_text`.
    """
    if isinstance(source, str) and source.lstrip("\ufeff \t\r\n")[:1] == "{":
        return source, _("the JSON text")
    path = Path(source)
    # A name that no file can have is no folder either.
    with suppress(OSError, ValueError):
        path = path / ANALYSIS if path.is_dir() else path
    return read_json_text(path), str(path)


def read_json_text(path: str | Path) -> str:
    """Return the text of a JSON file in whichever Unicode encoding.

    Raises
    ------
    RecordError
        When the file cannot be read, or is too large for an analysis.
    """
    try:
        if Path(path).stat().st_size > MAX_FILE_BYTES:
            raise RecordError(_("is too large for an analysis"), where=path, advice=_("Name an analysis.json."))
        # Reading a pipe or a device might never end.
        if not Path(path).is_file():
            raise RecordError(_("is not a file"), where=path, advice=_("Name an analysis.json."))
        data = Path(path).read_bytes()
    except (OSError, ValueError) as error:
        # ValueError: a name that no file can have.
        reason = str(getattr(error, "strerror", None) or error)
        raise RecordError(
            _("cannot be read ({reason})").format(reason=reason),
            where=str(path)[:MAX_NAME],
            advice=_("Name an analysis.json."),
        ) from error
    # Editors put a byte order mark before the text, and some shells write "> FILE" as UTF-16.
    return data.decode(json.detect_encoding(data), "replace")


def not_an_analysis(error: ValidationError, path: str, *, own_schema: str) -> RecordError:
    """Return the error of a file whose content is no analysis, or one of another version."""
    first = error.errors()[0]
    if first["loc"] == ("schema",) and isinstance(first["input"], str):
        other = _("contains {schema}, but this version reads {own}")
        return RecordError(
            other.format(schema=first["input"][:40], own=own_schema),
            where=path,
            advice=_("Name an analysis.json, or analyse the clip again with this version."),
        )
    place = ".".join(str(part) for part in first["loc"])[:MAX_NAME]
    # pydantic's message is for the author of the file; it is in English only.
    return no_analysis_because(f"{place}: {first['msg']}" if place else first["msg"], path)


def no_analysis_because(reason: str, path: str) -> RecordError:
    """Return the error of a file whose content is no analysis."""
    return RecordError(
        _("is not an analysis ({reason})").format(reason=reason),
        where=path,
        advice=_("Name an analysis.json that posture wrote."),
    )


def read_dataclass(kind: type[T], text: bytes, *, schema: str) -> T | None:
    """Return a dataclass from the text of a file that anybody may have written; None where it is none of the schema."""
    try:
        data = TypeAdapter(dict[str, Any]).validate_json(text)
        return TypeAdapter(kind).validate_python(data) if data["schema"] == schema else None
    except (ValueError, KeyError):
        return None
