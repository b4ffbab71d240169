"""Forms of the app's pages: short texts, read with a limit."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from functools import wraps
from urllib.parse import parse_qsl

from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from posture.app.pages import in_language_of
from posture.app.uploads import RefusedError
from posture.language import gettext as _

MAX_FIELDS = 500
# A form arrives within this time, seconds.
FORM_S = 10.0


def with_form(answer: Callable[[Request, dict[str, str]], Response]) -> Callable[[Request], Awaitable[Response]]:
    """Return a handler that reads the form of a request, and then answers in a thread, which may use the disk."""

    @wraps(answer)
    async def handler(request: Request) -> Response:
        with in_language_of(request):
            form = await read_form(request, request.app.state.options.limits.form_bytes)
            return await run_in_threadpool(answer, request, form)

    return handler


async def read_form(request: Request, limit: int) -> dict[str, str]:
    """Return the fields of a form that are not empty, without blanks around them.

    Raises
    ------
    RefusedError
        When the form is larger than ``limit`` bytes, too slow, has too many fields, or is not text.
    """
    body = bytearray()
    try:
        async with asyncio.timeout(FORM_S):
            async for chunk in request.stream():
                body += chunk
                if len(body) > limit:
                    raise RefusedError(413, _("This form is too large."))
    except (TimeoutError, ClientDisconnect):
        raise RefusedError(408, _("This form arrived too slowly.")) from None
    try:
        fields = parse_qsl(body.decode("utf-8"), max_num_fields=MAX_FIELDS, errors="strict")
    except ValueError:
        raise RefusedError(400, _("This form cannot be read.")) from None
    return {name: value.strip() for name, value in fields if value.strip()}
