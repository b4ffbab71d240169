"""Forms of the app's pages: short texts, read with a limit."""

from __future__ import annotations

from urllib.parse import parse_qsl

from starlette.requests import Request

from posture.app.uploads import RefusedError
from posture.language import gettext as _

MAX_FIELDS = 500


async def read_form(request: Request, limit: int) -> dict[str, str]:
    """Return the fields of a form that are not empty, without blanks around them.

    Raises
    ------
    RefusedError
        When the form is larger than ``limit`` bytes, has too many fields, or is not text.
    """
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > limit:
            raise RefusedError(413, _("This form is too large."))
    try:
        fields = parse_qsl(body.decode("utf-8"), max_num_fields=MAX_FIELDS, errors="strict")
    except ValueError:
        raise RefusedError(400, _("This form cannot be read.")) from None
    return {name: value.strip() for name, value in fields if value.strip()}
