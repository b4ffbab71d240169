"""Options of ``posture app``, and the limits that protect the computer from its visitors."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from posture.language import SOURCE, Language


@dataclass(frozen=True)
class AppLimits:
    """Limits on what a browser may send.

    Attributes
    ----------
    clip_bytes, free_bytes
        Largest clip, and the space on the disk that is always left free.
    uploads
        Clips that are received at the same time; more are asked to wait.
    stalled_s, upload_s
        Longest pause within an upload, and the longest upload, seconds.
    headers_s
        Time that a connection has to send its first line and headers, seconds.
    form_bytes
        Largest form.
    connections
        Connections at the same time; more are turned away.
    phone_s, code_s, wrong_codes
        How long phones have access, and how long a code opens it, seconds; wrong codes after which it opens no more.
    """

    clip_bytes: int = 4 << 30
    free_bytes: int = 1 << 30
    uploads: int = 4
    stalled_s: float = 20.0
    upload_s: float = 3600.0
    headers_s: float = 10.0
    form_bytes: int = 1 << 16
    connections: int = 500
    phone_s: float = 3600.0
    code_s: float = 600.0
    wrong_codes: int = 10


@dataclass(frozen=True)
class AppOptions:
    """Options of the user; see ``posture app --help``.

    Attributes
    ----------
    port
        0 for any that is free.
    phone, phone_address
        Whether phones have access from the start; this computer's address in their network, None to find it.
    lang
        Language for browsers that accept none of the app's languages.
    """

    folder: Path
    port: int = 8791
    phone: bool = False
    phone_address: str | None = None
    opens_browser: bool = True
    lang: Language = SOURCE
    limits: AppLimits = field(default_factory=AppLimits)
