"""Names of people in the names of folders and files: what is no date, number, camera, movement or common word."""

from __future__ import annotations

import re

STANDS = re.compile(
    r"(?<![a-z])(stand(s|ing|ed)?|neutral|baseline|static|stehend?|stillstand|ruhe)(?![a-z])", re.IGNORECASE
)
"""Matches a separate word in the name of a standing clip."""
MOVES = re.compile(r"(?<![a-z])(run(s|ning)?|jog(s|ging)?|walk(s|ing)?|lauf(en)?|gehen)(?![a-z])", re.IGNORECASE)
"""Matches a word that excludes a standing clip: ``run_neutral.mp4``."""

# Folders of cameras (DCF: three digits and five characters), and files of cameras, phones and messengers.
_CAMERA = re.compile(
    r"^(\d{3}[a-z0-9_]{5}$|dcim|camera|kamera|gopro|iphone|android|samsung|sony|canon|nikon|panasonic|dji|whatsapp|signal"
    r"|(img|vid|mvi|mov|dsc[nf]?|gopr|g[hxs]\d|pxl|dji|video|clip|rec|screen)([ _-]?\d|$)|[a-z]\d{4,}$|trim\.)",
    re.IGNORECASE,
)
_MONTHS = (
    r"jan(uary?|uar)?|feb(ruary?|ruar)?|mar(ch)?|märz|apr(il)?|ma[yi]|jun[ei]?|jul[yi]?|aug(ust)?|sep(t|tember)?"
    r"|o[ck]t(ober)?|nov(ember)?|de[cz](ember)?"
)
_DAYS = (
    r"(mon|tues|wednes|thurs|fri|satur|sun)day|montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonntag|today|heute"
)
_COMMON = (
    r"misc|other|divers(es)?|sonstiges?|new|neu(er)?|old|alt|test|tests|temp|tmp|folder|ordner|clips?|videos?|films?|filme"
    r"|movies?|downloads?|samples?|raw|data|take|cam|week|woche|kw|day|tag|session|and|then|und|dann|before|after|vor|nach"
    r"|vorher|nachher|treadmill|laufband|side|seite|front|left|right|links|rechts|slow|fast|langsam|schnell|copy|kopie|my"
    r"|the|of|wa|at|am|pm|trim|edited"
)
_NO_NAME = re.compile(rf"^(({_MONTHS}|{_DAYS}|{_COMMON})\d*|\d.*)$", re.IGNORECASE)
# With an underline between two words.
_BETWEEN = re.compile(r"[\W_]+")


def name_in(text: str) -> str | None:
    """Return the words of a folder's or file's name that may name a person; None without any.

    Examples
    --------
    >>> name_in("ben_run_2026-03-01"), name_in("2026-03-01"), name_in("100APPLE"), name_in("IMG_0412")
    ('ben', None, None, None)
    >>> name_in("Anna Maria"), name_in("P07"), name_in("March 2026"), name_in("stand")
    ('Anna Maria', 'P07', None, None)
    """
    if _CAMERA.match(text.strip()):
        return None
    words = [
        word
        for word in _BETWEEN.split(text)
        if word
        and not (_NO_NAME.match(word) or _CAMERA.match(word))
        and not any(movement.fullmatch(word.rstrip("0123456789")) for movement in (STANDS, MOVES))
    ]
    return " ".join(words) or None
