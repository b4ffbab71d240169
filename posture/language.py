"""Language of the user: messages, plurals, numbers and lists.

Texts are written in English where they are used, and are the keys of the catalogues in ``locales`` (``make messages``).
The active language is a context variable, so that threads and tasks may use different ones.

>>> with use_language("de"):
...     format_number(1.25, 1)
'1,2'
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date
from functools import cache
from gettext import GNUTranslations, NullTranslations, translation
from pathlib import Path
from typing import Literal, cast, get_args

from posture.errors import UsageError

Language = Literal["en", "de"]
LANGUAGES: tuple[Language, ...] = get_args(Language)
SOURCE: Language = "en"
"""Language of the texts in the code."""

DOMAIN = "posture"
LOCALES = Path(__file__).with_name("locales")

_ACTIVE: ContextVar[Language] = ContextVar("posture_language", default=SOURCE)


def language() -> Language:
    """Return the active language; English by default."""
    return _ACTIVE.get()


@contextmanager
def use_language(lang: str) -> Iterator[None]:
    """Use a language inside the block; raise UsageError when it is not one of `LANGUAGES`."""
    known = _known(lang)
    if known is None:
        raise UsageError(
            gettext("there is no translation for the language {language!r}").format(language=lang),
            where="lang",
            advice=gettext("Use en or de."),
        )
    token = _ACTIVE.set(known)
    try:
        yield
    finally:
        _ACTIVE.reset(token)


def gettext(message: str) -> str:
    """Translate a text into the active language; untranslated texts stay English."""
    # The entry of the empty text is the catalogue's header.
    return _catalogue(language()).gettext(message) if message else ""


def ngettext(singular: str, plural: str, count: int) -> str:
    """Translate the plural form that goes with a number, without inserting the number."""
    return _catalogue(language()).ngettext(singular, plural, count)


def pgettext(context: str, message: str) -> str:
    """Translate a text whose meaning depends on the context."""
    return _catalogue(language()).pgettext(context, message)


def gettext_noop(message: str) -> str:
    """Mark a text for the catalogue and return it unchanged; `gettext` translates it later."""
    return message


def format_number(value: float, digits: int = 1, *, plus: bool = False) -> str:
    """Format a number in the active language, without grouping of thousands.

    Parameters
    ----------
    digits
        Decimals.
    plus
        Whether positive numbers get a sign too. A number that is rounded to zero never has one.
    """
    rounded = round(value, digits) + 0.0
    text = f"{rounded:{'+' if plus and rounded else ''}.{digits}f}"
    return text if language() == SOURCE else text.replace(".", _decimal_symbol(language()))


def format_short_number(value: float) -> str:
    """Format a number with as many decimals as it has, six digits at most."""
    text = f"{value:g}"
    return text if language() == SOURCE else text.replace(".", _decimal_symbol(language()))


def format_date(day: date, *, short: bool = False) -> str:
    """Format a date in the active language: ``1 March 2026``, or ``1 Mar 2026`` where there is little room."""
    # Babel takes a tenth of a second to import.
    from babel.dates import format_date

    # English is written with the day first, as everywhere outside the United States.
    locale = "en_GB" if language() == SOURCE else language()
    return format_date(day, "d MMM y" if short and language() == SOURCE else "medium" if short else "long", locale)


def format_list(items: Iterable[str]) -> str:
    """Join one or more items in the active language: ``tilt, arch and lean``."""
    *head, last = items
    return gettext("{items} and {last}").format(items=", ".join(head), last=last) if head else last


def default_language(environment: Mapping[str, str] | None = None, *, system: str = sys.platform) -> Language:
    """Return the language set on this machine; English when it is unknown or there are no texts in it.

    Parameters
    ----------
    environment
        ``os.environ`` by default. As in gettext, a locale of ``C`` means English; otherwise ``LANGUAGE`` comes first,
        then ``LC_ALL``, ``LC_MESSAGES`` and ``LANG``.
    system
        As ``sys.platform``. Without these variables, the language of the menus of Windows and macOS is used.
    """
    variables = os.environ if environment is None else environment
    locale = next((value for name in ("LC_ALL", "LC_MESSAGES", "LANG") if (value := variables.get(name))), "")
    if re.fullmatch(r"(C|POSIX)(\..*)?", locale):
        return SOURCE
    wanted = [tag for tag in [*variables.get("LANGUAGE", "").split(":"), locale] if tag]
    if not wanted:
        wanted = _windows_languages() if system == "win32" else _macos_languages() if system == "darwin" else []
    return next((known for tag in wanted if (known := _known(tag)) is not None), SOURCE)


def _known(tag: str) -> Language | None:
    """Return the language of a tag such as ``de``, ``de_CH.UTF-8`` or ``de-AT``; None without texts in it."""
    code = re.split(r"[-_.@]", tag, maxsplit=1)[0].lower()
    return cast(Language, code) if code in LANGUAGES else None


def _windows_languages() -> list[str]:
    import ctypes
    import locale

    libraries = getattr(ctypes, "windll", None)
    if libraries is None:
        return []
    return [locale.windows_locale.get(libraries.kernel32.GetUserDefaultUILanguage(), "")]


def _macos_languages(home: Path | None = None) -> list[str]:
    import plistlib
    from xml.parsers.expat import ExpatError

    try:
        settings = (home or Path.home()) / "Library" / "Preferences" / ".GlobalPreferences.plist"
        with settings.open("rb") as file:
            return [str(tag) for tag in plistlib.load(file).get("AppleLanguages", [])]
    except (OSError, ValueError, RuntimeError, AttributeError, TypeError, ExpatError):
        # The file is missing, unreadable or malformed.
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
