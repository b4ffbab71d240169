"""The catalogues: every text is marked and translated, and no translation is obsolete."""

from __future__ import annotations

import ast
import gettext
import re
import string
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from helpers.message_catalogue import (
    GERMAN,
    ROOT,
    english_fragments,
    english_in,
    extracted,
    forms_of,
    german,
    key_of,
)

from posture import errors
from posture.cli import cli

REPAIR = "run: make messages, fill in posture/locales/de/LC_MESSAGES/posture.po, and run it again"
MODULES = sorted((ROOT / "posture").rglob("*.py"))
ERRORS = {
    name for name, value in vars(errors).items() if isinstance(value, type) and issubclass(value, errors.PostureError)
}
# Methods that print a text, see `posture.report.text.console.Page`.
SHOWING = {"line", "heading", "unwrapped", "hanging"}
# German texts that are rightly the English ones, with or without a full stop.
SAME = re.compile(r"[A-Z]?[a-z]+|[^A-Za-z]*(\{\w*\}[^A-Za-z]*)*s?\.?")
MEDICAL = re.compile(r"diagnos|therap|behandl|heilt|heilung|hyperlordose", re.IGNORECASE)
# At the beginning of a sentence it may stand for a noun.
FORMAL = re.compile(r"(?<!^)(?<![.:!?] )\bSie\b|\bIhnen\b|\bIhre?[mnrs]?\b")

# Words of a translation or of the workshop, which a jogger stumbles over.
STILTED = re.compile(
    r"held against|told from|tried again|to and fro|slower than life|goes on where|is no (number|folder)"
)
STILTED_GERMAN = re.compile(r"Stoppzeichen|untersuch|Schwelle|Rauschen|\bUrteil|Durchgang\b|\bClips?\b")
MOST_WORDS = 20
# Definitions for coach and physio, and descriptions of drawings, which nobody reads in passing.
DETAILED = re.compile(r"report/html/(content\.py|templates/_coach\.html)|exercises/library\.toml")


def fields(text: str) -> list[str]:
    return sorted(str(name) for _, name, _, _ in string.Formatter().parse(text) if name is not None)


def test_catalogue_extracts_texts() -> None:
    assert len(extracted()) > 400
    assert (None, "Move slowly, keep breathing, and stop when anything hurts.") in extracted()
    assert (None, "Hollow back") in extracted()
    assert any(isinstance(text, tuple) for text in extracted().values())


def test_every_text_has_its_german() -> None:
    known = {key_of(message): message for message in german() if message.id}
    missing = sorted(str(key[1]) for key in extracted().keys() - known.keys())
    assert missing == [], REPAIR
    empty = [key[1] for key, message in known.items() if not all(form[1].strip() for form in forms_of(message))]
    assert empty == [], REPAIR
    plurals = {key: text for key, text in extracted().items() if known[key].id != text}
    assert plurals == {}, REPAIR


def test_no_german_text_is_fuzzy_or_obsolete() -> None:
    assert [message.id for message in german() if message.fuzzy and message.id] == []
    assert list(german().obsolete) == []
    assert sorted(key_of(message)[1] for message in german() if key_of(message) not in extracted() and message.id) == []


def test_both_languages_hold_the_same_fields() -> None:
    wrong = []
    for message in german():
        if not message.id:
            continue
        for number, (english, told) in enumerate(forms_of(message)):
            # The singular may spell its number out.
            spelled = isinstance(message.id, tuple) and number == 0 and "{count}" not in told
            wanted = [name for name in fields(english) if not (spelled and name == "count")]
            if fields(told) != wanted:
                wrong.append((english, told))
    assert wrong == []


def test_german_differs_from_english() -> None:
    pairs = [form for message in german() if message.id for form in forms_of(message)]
    assert [text for text, told in pairs if text == told and not SAME.fullmatch(text)] == []
    ends = [(text, told) for text, told in pairs if (text[-1:] == ".") != (told[-1:] == ".")]
    assert ends == []


def test_german_uses_du_and_makes_no_medical_claim() -> None:
    told = [form[1] for message in german() if message.id for form in forms_of(message)]
    assert [text for text in told if MEDICAL.search(text) or FORMAL.search(text)] == []
    assert FORMAL.search("Filmen Sie von der Seite.")


def test_texts_are_free_of_stilted_words() -> None:
    pairs = [pair for message in german() if message.id for pair in forms_of(message)]
    assert [english for english, _ in pairs if STILTED.search(english)] == []
    assert [told for _, told in pairs if STILTED_GERMAN.search(told)] == []


def test_sentences_of_both_languages_are_short() -> None:
    long = []
    for message in german():
        if not message.id or any(DETAILED.search(place) for place, _ in message.locations):
            continue
        for text in (text for pair in forms_of(message) for text in pair):
            long += [part for part in re.split(r"(?<=[.!?:;\]])\s|\n", text) if len(part.split()) > MOST_WORDS]
    assert long == []


@pytest.mark.parametrize("domain", ["posture", "click"])
def test_compiled_catalogue_matches_the_source(domain: str) -> None:
    with (GERMAN / f"{domain}.mo").open("rb") as file:
        compiled = gettext.GNUTranslations(file)
    for message in german(domain):
        if not message.id:
            continue
        if isinstance(message.id, tuple):
            for count, told in ((1, message.string[0]), (2, message.string[1])):
                assert compiled.ngettext(*message.id, count) == told, REPAIR
        elif message.context:
            assert compiled.pgettext(message.context, message.id) == message.string, REPAIR
        else:
            assert compiled.gettext(message.id) == message.string, REPAIR
    texts = {key for key in compiled._catalog if key}  # type: ignore[attr-defined]
    assert len(texts) == sum(len(forms_of(message)) for message in german(domain) if message.id), REPAIR


def test_all_help_is_in_the_catalogue() -> None:
    known = {key[1] for key in extracted()}
    for name, command in {"posture": cli, **cli.commands}.items():
        assert command.help in known, f"{name}: mark() its help"
        assert command.short_help is None or command.short_help in known, f"{name}: mark() its short help"
        for option in command.params:
            if isinstance(option, click.Option):
                assert option.help in known, f"{name} {option.name}: mark() its help"


def faults_of(source: str) -> Iterator[str]:
    """Yield texts that a translator would never see: unmarked ones, and messages made at run time."""
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            inside = [c for c in ast.walk(node) if isinstance(c, ast.Call) and _name(c) in ("_", "gettext")]
            # A table's text is found where it is marked.
            if any(isinstance(call.args[0], ast.Constant) for call in inside):
                yield f"line {node.lineno}: Babel does not see a message inside an f-string"
        if not isinstance(node, ast.Call):
            continue
        name = _name(node)
        if name in ("_", "gettext", "ngettext", "mark") and any(isinstance(text, ast.JoinedStr) for text in node.args):
            yield f"line {node.lineno}: a message is no f-string: use .format"
        texts = [keyword.value for keyword in node.keywords if keyword.arg == "advice"]
        if name in ERRORS or name in SHOWING:
            texts += node.args[:1]
        if (name in ERRORS or name in SHOWING) and any(_holds_words(text) for text in texts):
            yield f"line {node.lineno}: {name}() is given a text that is no message"


def _name(call: ast.Call) -> str:
    function = call.func
    return function.id if isinstance(function, ast.Name) else getattr(function, "attr", "")


def _holds_words(node: ast.expr) -> bool:
    parts = node.values if isinstance(node, ast.JoinedStr) else [node]
    text = " ".join(p.value for p in parts if isinstance(p, ast.Constant) and isinstance(p.value, str))
    return re.search(r"[A-Za-z]{2,}", text) is not None


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(ROOT / "posture").as_posix())
def test_all_texts_are_messages(path: Path) -> None:
    assert list(faults_of(path.read_text(encoding="utf-8"))) == []


@pytest.mark.parametrize(
    "source",
    [
        'raise VideoError("is empty", where=path)',
        'raise OptionError(f"{x} is odd")',
        'raise OptionError(_("it is odd"), advice="Do that.")',
        'page.heading("Why")',
        'page.line(f"Source: {x}", indent=2)',
        "text = f'{_(\"Why\")}: {x}'",
        '_(f"{x} is odd")',
    ],
)
def test_unmarked_text_is_detected(source: str) -> None:
    assert list(faults_of(source))


def test_english_in_a_report_is_detected() -> None:
    assert len(english_fragments()) > 200
    assert english_in("Wie lange: 1 Minute.\n  The clip ends\nhere") == []
    assert english_in("Aufnahme:\n  • the picture is\n    upside down. Dreh es.") == ["the picture is upside down"]
