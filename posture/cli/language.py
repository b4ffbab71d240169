"""Language of the command line: ``--lang``, and help and usage errors in that language."""

from __future__ import annotations

import copy
import gettext as standard
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TypeVar

import click

from posture.language import LANGUAGES, LOCALES, Language, default_language, gettext_noop, use_language
from posture.language import gettext as _

C = TypeVar("C", bound=click.Command)

LANG_OPTION = click.option(
    "--lang",
    type=click.Choice(LANGUAGES),
    expose_value=False,
    help=gettext_noop("Language of messages and results [this computer's]."),
)
"""Option of every command; `language_of_arguments` reads it first, so that usage errors are translated too."""

# Catalogue of click's texts: locales/de/LC_MESSAGES/click.po.
_DOMAIN = "click"


def language_of_arguments(arguments: Sequence[str]) -> Language:
    """Return the language of ``--lang`` on a command line without the program's name, else that of this machine."""
    lang = default_language()
    for place, argument in enumerate(arguments):
        if argument == "--":
            break
        after = arguments[place + 1] if argument == "--lang" and place + 1 < len(arguments) else ""
        value = argument.removeprefix("--lang=") if argument.startswith("--lang=") else after
        lang = next((known for known in LANGUAGES if known == value), lang)
    return lang


@contextmanager
def use_cli_language(lang: Language) -> Iterator[None]:
    """Use a language inside the block for our texts, click's texts and child processes."""
    domain, folder = standard.textdomain(), standard.bindtextdomain(_DOMAIN)
    before = os.environ.get("LANGUAGE")
    # Click uses the standard gettext, which reads the language from the environment at each call.
    standard.bindtextdomain(_DOMAIN, str(LOCALES))
    standard.textdomain(_DOMAIN)
    os.environ["LANGUAGE"] = lang
    try:
        with use_language(lang):
            yield
    finally:
        standard.textdomain(domain)
        standard.bindtextdomain(_DOMAIN, folder)
        if before is None:
            del os.environ["LANGUAGE"]
        else:
            os.environ["LANGUAGE"] = before


def translate_command(command: C) -> C:
    """Return a copy of a command whose help is in the active language."""
    translated = copy.copy(command)
    translated.help = _(command.help) if command.help else command.help
    translated.short_help = _(command.short_help) if command.short_help else command.short_help
    translated.params = [_translate_option(parameter) for parameter in command.params]
    return translated


def _translate_option(parameter: click.Parameter) -> click.Parameter:
    if not isinstance(parameter, click.Option) or not parameter.help:
        return parameter
    translated = copy.copy(parameter)
    translated.help = _(parameter.help)
    return translated
