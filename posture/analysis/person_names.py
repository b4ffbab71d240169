"""Names of people in paths: words that are no date, place, camera, movement or common word."""

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
_DATES = (
    r"jan(uary?|uar)?|feb(ruary?|ruar)?|mar(ch)?|märz|apr(il)?|ma[yi]|jun[ei]?|jul[yi]?|aug(ust)?|sep(t|tember)?"
    r"|o[ck]t(ober)?|nov(ember)?|de[cz](ember)?|(mon|tues?|wed(nes)?|thu(rs)?|fri|sat(ur)?|sun)(day)?"
    r"|mo(ntag)?|di(enstag)?|mi(ttwoch)?|do(nnerstag)?|fr(eitag)?|sa(mstag)?|sonnabend|so(nntag)?|today|heute|yesterday"
    r"|gestern|morning|evening|morgens?|abends?|spring|summer|autumn|fall|winter|frühling|frühjahr|sommer|herbst|easter"
    r"|christmas|ostern|weihnachten|week|woche|kw|day|tag|month|monat|year|jahr"
)
_COMMON = (
    r"misc|other|divers(es)?|sonstiges?|new|neue?r?|old|alte?|tests?|temp|tmp|folder|ordner|clips?|videos?|films?|filme"
    r"|movies?|downloads?|desktop|samples?|raw|data|take|cam|phone|handy|posture|results?|ergebnisse?|sessions?|and|then"
    r"|und|dann|before|after|vor|nach|vorher|nachher|treadmill|laufband|side|seite|front|left|right|links|rechts|slow"
    r"|fast|langsam|schnell|tempo|easy|hard|long|short|barefoot|barfu(ß|ss)|shoes|schuhe|copy|kopie|my|the|of|wa|at|am|pm"
    r"|trim|edited|jogs?|jogging|runs?|läufe|lauf"
)
# Also as the end of a German word, such as Stadtpark and Laufgruppe.
_PLACES = (
    r"\w*(park|gym|urlaub|ferien|studio|stadion|halle|bahn|platz|strasse|straße|wiese|strand|treff|gruppe|verein|kurs"
    r"|schule|klinik|praxis|lager|camp|training|wettkampf|rennen|marathon|garten|büro|labor)"
    r"|vacations?|holidays?|trip|beach|track|road|street|forest|woods|wald|outdoors?|indoors?|outside|inside|draußen"
    r"|drinnen|home|house|haus|zuhause|garden|yard|office|lab|hall|club|team|groups?|class|course|school|uni|university"
    r"|clinic|hospital|physio|therapy|therapie|study|studie|race|event|workout|practice|clients?|customers?|kunden"
    r"|patient(s|en)?|athlet(es?|en)|runners?|läufer(innen)?|people|persons?|leute|family|familie|friends?|freunde"
)
_NO_NAME = re.compile(rf"^({_DATES}|{_COMMON}|{_PLACES})\d*$|^\d.*$", re.IGNORECASE)
_PLACE = re.compile(rf"^({_PLACES})\d*$", re.IGNORECASE)
# With an underline between two words.
_BETWEEN = re.compile(r"[\W_]+")


def person_of_folder(name: str) -> str | None:
    """Return a folder's name when it may be a person's; None when it names a place, an occasion or a group.

    Examples
    --------
    >>> person_of_folder("Anna M."), person_of_folder("Urlaub Kreta"), person_of_folder("Stadtpark 2")
    ('Anna M.', None, None)
    """
    is_place = any(_PLACE.match(word) for word in _BETWEEN.split(name))
    return None if is_place or name_in(name) is None else name


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
