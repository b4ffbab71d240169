"""Phone whose request is being answered, and what it may see."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field

from posture.app.library import Library
from posture.app.record import ClipRecord


@dataclass
class PhoneSession:
    """A phone that entered, and the IDs of the clips that it sent."""

    clips: set[str] = field(default_factory=set)


_ACTIVE: ContextVar[PhoneSession | None] = ContextVar("posture_phone_session", default=None)


def phone_session() -> PhoneSession | None:
    """Return the session of the phone whose request is being answered; None for this computer."""
    return _ACTIVE.get()


@contextmanager
def from_phone(session: PhoneSession) -> Iterator[None]:
    """Answer for a phone inside the block."""
    token = _ACTIVE.set(session)
    try:
        yield
    finally:
        _ACTIVE.reset(token)


def visible_clips(library: Library) -> list[ClipRecord]:
    """Return the clips that may be shown to whoever asks, the newest first."""
    session = phone_session()
    return [clip for clip in library.clips() if session is None or clip.id in session.clips]
