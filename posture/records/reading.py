"""The text of a JSON file that a user names."""

from __future__ import annotations

import json
from pathlib import Path

from posture.errors import RecordError
from posture.language import gettext as _

# An hour of running is 2 MB.
MAX_FILE_BYTES = 100 * 2**20


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
        data = Path(path).read_bytes()
    except (OSError, ValueError) as error:
        # ValueError: a name that no file can have.
        reason = str(getattr(error, "strerror", None) or error)
        raise RecordError(
            _("cannot be read ({reason})").format(reason=reason), where=path, advice=_("Name an analysis.json.")
        ) from error
    # Editors put a byte order mark before the text, and some shells write "> FILE" as UTF-16.
    return data.decode(json.detect_encoding(data), "replace")
