"""The language that people are spoken to in: messages, plurals and numbers.

Texts are written in English where they are needed and are the keys of the catalogues in ``locales``, which Babel makes
(``make messages``). The active language belongs to the context (a context variable), so that threads and tasks may
speak different ones; nothing changes when this module is imported.

>>> with speaking("de"):
...     number(1.25, 1)
'1,2'
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from gettext import GNUTranslations, NullTranslations, translation
from pathlib import Path
from typing import Literal, cast, get_args

from posture.errors import UsageError

Language = Literal["en", "de"]
LANGUAGES: tuple[Language, ...] = get_args(Language)
SOURCE: Language = "en"
"""The language that the texts are written in."""

DOMAIN = "posture"
LOCALES = Path(__file__).with_name("locales")

_ACTIVE: ContextVar[Language] = ContextVar("posture_language", default=SOURCE)


def language() -> Language:
    """Return the active language; English unless `speaking` says otherwise."""
    return _ACTIVE.get()


@contextmanager
def use_language(lang: str) -> Iterator[None]:
    """Speak a language inside the block.

    Parameters
    ----------
    lang : str
        ``en`` or ``de``.

    Raises
    ------
    UsageError
        When it is neither.
    """
    known = _known(lang)
    if known is None:
        raise UsageError(
            gettext("there are no texts in the language {language!r}").format(language=lang),
            where="lang",
            advice=gettext("Use en or de."),
        )
    token = _ACTIVE.set(known)
    try:
        yield
    finally:
        _ACTIVE.reset(token)


def gettext(message: str) -> str:
    """Return a text in the active language; the text itself where the catalogue lacks it."""
    # The catalogue's entry of the empty text is its header.
    return _catalogue(language()).gettext(message) if message else ""


def ngettext(singular: str, plural: str, count: int) -> str:
    """Return the form of a text that goes with a number, in the active language; the number is not put in."""
    return _catalogue(language()).ngettext(singular, plural, count)


def pgettext(context: str, message: str) -> str:
    """Return a text whose English has several meanings; the context says which one is meant."""
    return _catalogue(language()).pgettext(context, message)


def gettext_noop(message: str) -> str:
    """Return the text as it is: it is meant for `gettext` later, such as one that a module-level table holds."""
    return message


def format_number(value: float, digits: int = 1, *, plus: bool = False) -> str:
    """Return a number as the active language writes it.

    Parameters
    ----------
    value : float
    digits : int
        Decimals.
    plus : bool
        Whether numbers above zero get a sign too.

    Returns
    -------
    str
        Without grouping of thousands, and without a sign where zero is left after rounding.
    """
    rounded = round(value, digits) + 0.0
    text = f"{rounded:{'+' if plus and rounded else ''}.{digits}f}"
    return text if language() == SOURCE else text.replace(".", _decimal_symbol(language()))


def format_short_number(value: float) -> str:
    """Return a number with as many decimals as it has, six digits at most."""
    text = f"{value:g}"
    return text if language() == SOURCE else text.replace(".", _decimal_symbol(language()))


def format_list(items: Iterable[str]) -> str:
    """Return one or more items joined as the active language does: ``tilt, arch and lean``."""
    *head, last = items
    return gettext("{items} and {last}").format(items=", ".join(head), last=last) if head else last


def default_language(environment: Mapping[str, str] | None = None, *, system: str = sys.platform) -> Language:
    """Return the language that a person has set for programs; English when it is none of ours or not known.

    Parameters
    ----------
    environment : mapping, optional
        In the place of ``os.environ``. As gettext does, a locale of ``C`` means English; else ``LANGUAGE`` comes
        first (the first of ours in it), then ``LC_ALL``, ``LC_MESSAGES`` and ``LANG``.
    system : str
        As ``sys.platform``: where the environment says nothing, Windows and macOS are asked for the language of their
        menus.
    """
    variables = os.environ if environment is None else environment
    locale = next((set_ for name in ("LC_ALL", "LC_MESSAGES", "LANG") if (set_ := variables.get(name))), "")
    if re.fullmatch(r"(C|POSIX)(\..*)?", locale):
        return SOURCE
    wanted = [tag for tag in [*variables.get("LANGUAGE", "").split(":"), locale] if tag]
    if not wanted:
        wanted = _of_windows() if system == "win32" else _of_macos() if system == "darwin" else []
    return next((known for tag in wanted if (known := _known(tag)) is not None), SOURCE)


def _known(tag: str) -> Language | None:
    """Return our language of a tag such as ``de``, ``de_CH.UTF-8`` or ``de-AT``; None for others."""
    code = re.split(r"[-_.@]", tag, maxsplit=1)[0].lower()
    return cast(Language, code) if code in LANGUAGES else None


def _of_windows() -> list[str]:
    import ctypes
    import locale

    libraries = getattr(ctypes, "windll", None)
    if libraries is None:
        return []
    return [locale.windows_locale.get(libraries.kernel32.GetUserDefaultUILanguage(), "")]


def _of_macos(home: Path | None = None) -> list[str]:
    import plistlib
    from xml.parsers.expat import ExpatError

    try:
        settings = (home or Path.home()) / "Library" / "Preferences" / ".GlobalPreferences.plist"
        with settings.open("rb") as file:
            return [str(tag) for tag in plistlib.load(file).get("AppleLanguages", [])]
    except (OSError, ValueError, RuntimeError, AttributeError, TypeError, ExpatError):
        # Not there, not readable or not such a list: then the language is not known.
        return []


@cache
def _catalogue(lang: Language) -> GNUTranslations | NullTranslations:
    if lang == SOURCE:
        return NullTranslations()
    return translation(DOMAIN, LOCALES, [lang], fallback=True)


@cache
def _decimal_symbol(lang: Language) -> str:
    # Babel takes a tenth of a second to import.
    from babel.numbers import get_decimal_symbol

    return get_decimal_symbol(lang)
