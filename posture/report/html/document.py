"""Puts the page together: template, style and script in one file, with a policy that lets nothing else in."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from importlib import resources
from typing import TYPE_CHECKING

from posture.language import gettext, ngettext, use_language
from posture.records.analysis import Analysis
from posture.report.html import content, motion
from posture.report.html.photos import Pictures
from posture.report.html.video import Clock, Film
from posture.report.text.comparison import REAL_NOTE
from posture.report.wording import issue_text, sentence

if TYPE_CHECKING:
    from jinja2 import Environment

PACKAGE = "posture.report.html"
TYPES = {b"\xff\xd8": "image/jpeg", b"\x89P": "image/png", b"RI": "image/webp", b"<s": "image/svg+xml"}
REPLACEMENT = "\N{REPLACEMENT CHARACTER}"
# Controls but tab and line feed, halves of surrogate pairs, and what Unicode keeps free for ever (non-characters).
FORBIDDEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef"
    + "".join(chr(plane + last) for plane in range(0, 0x110000, 0x10000) for last in (0xFFFE, 0xFFFF))
    + "]"
)


@dataclass(frozen=True)
class Draft:
    """All of a page but its film: what takes long, and does not wait for it.

    Attributes
    ----------
    analysis : Analysis
    pictures : Pictures
    parts : mapping of str to object
        What the template asks for.
    """

    analysis: Analysis
    pictures: Pictures
    parts: Mapping[str, object]


def page(analysis: Analysis, pictures: Pictures | None = None, *, film: Film | None = None) -> str:
    """Return the report of an analysis as one HTML page, in the language of the analysis.

    The page loads nothing: pictures, plots, style and script are inside it, and its policy forbids everything else.

    Parameters
    ----------
    analysis : Analysis
    pictures : Pictures, optional
        The photographs; without them the page has none.
    film : Film, optional
        The annotated video; a click on a curve over time then jumps to that moment.

    Returns
    -------
    str
        HTML. Every text from outside (file names, messages) is escaped.
    """
    clock = None if film is None else film.clock
    return finished(draft(analysis, pictures or Pictures(), clock), film)


def draft(analysis: Analysis, pictures: Pictures, clock: Clock | None) -> Draft:
    """Write a page but for its film, of which only the clock is known; see `page`."""
    with use_language(analysis.language):
        parts = {
            "head": content.head_of(analysis),
            "gauges": content.gauges_of(analysis),
            "grade": content.grade_of(analysis),
            "facts": content.facts_of(analysis),
            "motion": motion.motion_of(analysis, clock),
            "picture_alt": content.picture_alt(analysis),
            "changes": content.change_lines(analysis),
            "change_figure": content.change_figure(analysis),
            "real_note": gettext(REAL_NOTE),
            "exercises": content.advised_of(analysis),
            "numbers": content.numbers_of(analysis),
        }
    return Draft(analysis, pictures, parts)


def finished(written: Draft, film: Film | None) -> str:
    """Return the page with its film; without one, the draft has to be without a clock."""
    style, script = asset("style.css"), asset("script.js")
    with use_language(written.analysis.language):
        return (
            environment()
            .get_template("report.html")
            .render(
                analysis=written.analysis,
                lang=written.analysis.language,
                version=written.analysis.software.posture,
                name=short_name(written.analysis.source.path),
                pictures=written.pictures,
                policy=policy_of(style, script),
                style=style,
                script=script,
                film=film,
                **written.parts,
            )
        )


@cache
def environment(package: str = PACKAGE) -> Environment:
    """Return the template environment of a package; it also finds the templates here, for `base.html`."""
    from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined

    made = Environment(
        loader=ChoiceLoader([PackageLoader(name) for name in dict.fromkeys((package, PACKAGE))]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=printable,
    )
    made.globals.update(_=gettext, ngettext=ngettext, clip_time=motion.clip_time)
    made.filters.update(data_uri=data_uri, issue_text=issue_text, sentence=sentence, titled=titled)
    return made


@cache
def asset(name: str, package: str = PACKAGE) -> str:
    """Return the text of a file among a package's templates."""
    return resources.files(package).joinpath("templates", name).read_text(encoding="utf-8")


def policy_of(style: str, script: str) -> str:
    """Return a page's Content-Security-Policy."""
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src '{_fingerprint(script)}'",
            f"style-src '{_fingerprint(style)}'",
            "img-src data:",
            "media-src data: blob:",
            "base-uri 'none'",
            "form-action 'none'",
        )
    )


def _fingerprint(text: str) -> str:
    return f"sha256-{b64encode(sha256(text.encode('utf-8')).digest()).decode('ascii')}"


def data_uri(data: bytes, kind: str = "") -> str:
    """Return bytes as a data URI; the kind of a picture is told by its first bytes."""
    return f"data:{kind or TYPES[data[:2]]};base64,{b64encode(data).decode('ascii')}"


def printable(value: object) -> object:
    """Replace what HTML cannot hold (control characters, halves of characters) in a text that is written out."""
    if not isinstance(value, str) or not FORBIDDEN.search(value):
        return value
    return type(value)(FORBIDDEN.sub(REPLACEMENT, value))


def short_name(path: str) -> str:
    """Return the last part of a path, whichever system wrote it."""
    return path.replace("\\", "/").rstrip("/").rpartition("/")[2] or path


def titled(name: str) -> str:
    """Return a name for the window's title, where nothing can be isolated: without marks that turn the direction."""
    return "".join(c if c.isprintable() else REPLACEMENT for c in name)
