"""The language of the command line: which one is asked for, and help and usage errors in it."""

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
    help=gettext_noop("Language of what is said and written [that of this machine]."),
)
"""For every command; `asked_language` reads it before click does, so that usage errors are in that language too."""

# Click's texts, see locales/de/LC_MESSAGES/click.po.
_DOMAIN = "click"


def language_of_arguments(arguments: Sequence[str]) -> Language:
    """Return the language that the arguments ask for, else the one this machine is set to.

    Parameters
    ----------
    arguments : sequence of str
        Of the whole command line, without the program's name.
    """
    found = default_language()
    for place, argument in enumerate(arguments):
        if argument == "--":
            break
        after = arguments[place + 1] if argument == "--lang" and place + 1 < len(arguments) else ""
        value = argument.removeprefix("--lang=") if argument.startswith("--lang=") else after
        found = next((known for known in LANGUAGES if known == value), found)
    return found


@contextmanager
def use_cli_language(lang: Language) -> Iterator[None]:
    """Let our texts and click's be in a language inside the block; processes started in it inherit it."""
    domain, folder = standard.textdomain(), standard.bindtextdomain(_DOMAIN)
    before = os.environ.get("LANGUAGE")
    # Click asks the standard library, which reads the language in the environment each time.
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
    told = copy.copy(command)
    told.help = _(command.help) if command.help else command.help
    told.short_help = _(command.short_help) if command.short_help else command.short_help
    told.params = [_translate_option(parameter) for parameter in command.params]
    return told


def _translate_option(parameter: click.Parameter) -> click.Parameter:
    if not isinstance(parameter, click.Option) or not parameter.help:
        return parameter
    told = copy.copy(parameter)
    told.help = _(parameter.help)
    return told
