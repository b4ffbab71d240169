"""report.html: template, style and script in one file, with a policy that lets nothing else in.

`posture.output.save` writes it to the result folder.
"""

from __future__ import annotations

import re
from base64 import b64encode
from functools import cache
from hashlib import sha256
from importlib import resources
from typing import TYPE_CHECKING

from posture.exercises.library import picture_bytes
from posture.language import gettext, ngettext, use_language
from posture.output.names import short_name
from posture.records.analysis import Analysis
from posture.report.html import answer, content
from posture.report.html.photos import Photos
from posture.report.html.strides import PageVideo, clip_time, stride_sections
from posture.report.running import running_notes, running_rows
from posture.report.text.comparison import REAL_NOTE
from posture.report.text.segments import NOTE, segment_rows
from posture.report.wording import baseline_doubts, caution, issue_text, probability_sentence, sentence

if TYPE_CHECKING:
    from jinja2 import Environment

PACKAGE = "posture.report.html"
TYPES = {b"\xff\xd8": "image/jpeg", b"\x89P": "image/png", b"RI": "image/webp", b"<s": "image/svg+xml"}
REPLACEMENT = "\N{REPLACEMENT CHARACTER}"
# Controls but tab and line feed, halves of surrogate pairs, and Unicode's non-characters.
FORBIDDEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef"
    + "".join(chr(plane + last) for plane in range(0, 0x110000, 0x10000) for last in (0xFFFE, 0xFFFF))
    + "]"
)
# A hyphen that is a minus, and the blank between a number and its unit, in English and German.
MINUS = re.compile(r"(?<![\w.)-])-(?=\d)")
UNIT = re.compile(
    r"(?<=\d) (?=(?:%|s\b|percent|Prozent|pixels?|points?|Punkte?|steps/min|Schritte/min|degrees?|Grad|seconds?|"
    r"Sekunden?|minutes?|Minuten?|metres?|Meter|×|±)(?!\w))|(?<=°) (?=±)|(?<=±) (?=\d)"
)


class ReportPage:
    """report.html, rendered in two steps: all that takes long, then the rest once the video exists.

    The page loads nothing: pictures, plots, style and script are inside it, and its policy forbids everything else.
    Every text from outside (file names, messages) is escaped.

    Parameters
    ----------
    photos
        Without them the page has none.
    video_offset_s
        The clip's time at the video's beginning, seconds; None for a page without a video.
    """

    def __init__(self, analysis: Analysis, photos: Photos, video_offset_s: float | None = None) -> None:
        self.analysis, self.photos = analysis, photos
        with use_language(analysis.language):
            better, assumed = content.remarks_of(analysis)
            self._parts: dict[str, object] = {
                "head": answer.head_of(analysis),
                "days": answer.days_of(analysis),
                "bars": answer.bars_of(analysis),
                "bars_note": answer.bars_note(analysis),
                "drawn": answer.drawn_exercises(analysis),
                "caution": caution(analysis),
                "probability": probability_sentence(analysis),
                "grade": content.grade_of(analysis),
                "facts": content.facts_of(analysis),
                "better": [*baseline_doubts(analysis), *better],
                "assumed": assumed,
                "run": stride_sections(analysis, video_offset_s),
                "picture_alt": content.picture_alt(analysis),
                "changes": content.change_lines(analysis),
                "change_figure": content.change_figure(analysis),
                "real_note": gettext(REAL_NOTE),
                "segments": segment_rows(analysis),
                "segments_note": gettext(NOTE),
                "exercises": content.advised_of(analysis),
                "stop_signs": content.stop_signs_of(analysis),
                "numbers": content.numbers_of(analysis),
                "running": {"rows": running_rows(analysis), "notes": running_notes(analysis)},
            }

    def html(self, video: PageVideo | None = None) -> str:
        """Return the page in the language of the analysis; without a video, it has to be made without an offset."""
        with use_language(self.analysis.language):
            return render_page(
                "report.html",
                PACKAGE,
                asset("style.css") + asset("film.css"),
                asset("script.js") + asset("film.js"),
                lang=self.analysis.language,
                version=self.analysis.software.posture,
                # Not their paths: whoever gets the page need not know this computer's folders.
                name=short_name(self.analysis.source.path),
                baseline_name=None if self.analysis.baseline is None else short_name(self.analysis.baseline.path),
                analysis=self.analysis,
                photos=self.photos,
                video=video,
                **self._parts,
            )


def report_page(analysis: Analysis, photos: Photos | None = None, video: PageVideo | None = None) -> str:
    """Return the report of an analysis as one HTML page; see `ReportPage`."""
    return ReportPage(analysis, photos or Photos(), None if video is None else video.offset_s).html(video)


def render_page(template: str, package: str, style: str, script: str, /, **values: object) -> str:
    """Render a template that extends `base.html`; `values` hold at least ``lang``, ``version`` and ``name``."""
    page = _environment(package).get_template(template)
    return page.render(policy=_policy(style, script), style=style, script=script, **values)


@cache
def _environment(package: str) -> Environment:
    """Return the template environment of a package; it also finds the templates here, for `base.html`."""
    from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined

    templates = Environment(
        loader=ChoiceLoader([PackageLoader(name) for name in dict.fromkeys((package, PACKAGE))]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=printable,
    )
    templates.globals.update(_=gettext, ngettext=ngettext, clip_time=clip_time)
    texts = {"issue_text": issue_text, "sentence": sentence, "titled": titled}
    templates.filters.update(texts, data_uri=data_uri, picture_bytes=picture_bytes, name_parts=name_parts)
    return templates


@cache
def asset(name: str, package: str = PACKAGE) -> str:
    """Return the text of a file in the templates folder of a package."""
    return resources.files(package).joinpath("templates", name).read_text(encoding="utf-8")


def _policy(style: str, script: str) -> str:
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
    """Return bytes as a data URI; the first bytes of a picture give its type."""
    return f"data:{kind or TYPES[data[:2]]};base64,{b64encode(data).decode('ascii')}"


def printable(value: object) -> object:
    """Replace characters that HTML cannot hold (controls, halves of characters) in a text, and set its numbers.

    Escaped texts, which come from outside, and data keep their hyphens and blanks.
    """
    if not isinstance(value, str) or value.startswith("data:"):
        return value
    text = type(value)(FORBIDDEN.sub(REPLACEMENT, value)) if FORBIDDEN.search(value) else value
    if type(text) is not str:
        return text
    return MINUS.sub("\N{MINUS SIGN}", UNIT.sub("\N{NO-BREAK SPACE}", text))


def name_parts(name: str) -> list[str]:
    """Return the parts of a file's name between which a line may break: never inside the suffix."""
    return re.findall(r"[^/\\_-]+[/\\_-]*|[/\\_-]+", name)


def titled(name: str) -> str:
    """Return a name for the window's title, without marks that turn the direction of writing."""
    return "".join(c if c.isprintable() else REPLACEMENT for c in name)
