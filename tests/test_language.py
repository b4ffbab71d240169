"""The active language: its choice, number formats, and independent contexts."""

from __future__ import annotations

import plistlib
import threading
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import posture
from posture.errors import OptionError
from posture.language import (
    _macos_languages,
    default_language,
    format_list,
    format_number,
    format_short_number,
    gettext,
    language,
    ngettext,
    pgettext,
    use_language,
)
from posture.report.text.progress import rate_text
from posture.video.background import Prefetcher


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({}, "en"),
        ({"LANG": "de_DE.UTF-8"}, "de"),
        ({"LANG": "de"}, "de"),
        ({"LANG": "de_CH.UTF-8@euro"}, "de"),
        ({"LANG": "DE-at"}, "de"),
        ({"LANG": "en_GB.UTF-8"}, "en"),
        ({"LANG": "fr_FR.UTF-8"}, "en"),
        ({"LANG": "deutsch"}, "en"),
        ({"LANG": ""}, "en"),
        ({"LANG": "en_US.UTF-8", "LC_MESSAGES": "de_DE.UTF-8"}, "de"),
        ({"LANG": "de_DE.UTF-8", "LC_MESSAGES": "en_US.UTF-8"}, "en"),
        ({"LANG": "en_US.UTF-8", "LC_MESSAGES": "en_US.UTF-8", "LC_ALL": "de_AT"}, "de"),
        ({"LANG": "de_DE.UTF-8", "LC_MESSAGES": "", "LC_ALL": ""}, "de"),
        ({"LANG": "en_US.UTF-8", "LANGUAGE": "fr:de:en"}, "de"),
        ({"LANG": "de_DE.UTF-8", "LANGUAGE": "en:de"}, "en"),
        ({"LANG": "de_DE.UTF-8", "LANGUAGE": "fr"}, "de"),
        ({"LANGUAGE": "de"}, "de"),
        ({"LC_ALL": "C", "LANGUAGE": "de", "LANG": "de_DE.UTF-8"}, "en"),
        ({"LC_ALL": "C.UTF-8", "LANG": "de_DE.UTF-8"}, "en"),
        ({"LC_ALL": "POSIX", "LANG": "de_DE.UTF-8"}, "en"),
    ],
)
def test_environment_sets_the_language(environment: dict[str, str], expected: str) -> None:
    assert default_language(environment, system="linux") == expected
    if environment.get("LANG"):
        # Without these variables, the language of the system's menus is used.
        assert default_language(environment, system="darwin") == expected
        assert default_language(environment, system="win32") == expected


def test_language_of_the_macos_menus_is_read(tmp_path: Path) -> None:
    assert _macos_languages(tmp_path) == []
    settings = tmp_path / "Library" / "Preferences" / ".GlobalPreferences.plist"
    settings.parent.mkdir(parents=True)
    settings.write_bytes(plistlib.dumps({"AppleLanguages": ["de-CH", "en-GB"]}, fmt=plistlib.FMT_BINARY))
    assert _macos_languages(tmp_path) == ["de-CH", "en-GB"]
    settings.write_bytes(b"<?xml version='1.0'?><plist>")
    assert _macos_languages(tmp_path) == []


def test_english_is_the_default() -> None:
    assert language() == "en"
    assert gettext("Hollow back") == "Hollow back"
    with use_language("de"):
        assert language() == "de"
        assert gettext("Hollow back") == "Hohlkreuz"
        with use_language("en"):
            assert gettext("Hollow back") == "Hollow back"
        assert gettext("Hollow back") == "Hohlkreuz"
    assert language() == "en"


def test_language_is_restored_after_an_error() -> None:
    with pytest.raises(ZeroDivisionError), use_language("de"):
        _ = 1 / 0
    assert language() == "en"


def test_unknown_language_is_reported_in_the_active_one() -> None:
    with pytest.raises(OptionError, match="no translation for the language 'fr'"), use_language("fr"):
        pass
    with (
        use_language("de"),
        pytest.raises(OptionError, match="für die Sprache 'xx' gibt es keine Übersetzung"),
        use_language("xx"),
    ):
        pass
    with pytest.raises(OptionError):
        posture.analyze("none.mp4", lang="nl")  # type: ignore[arg-type]
    assert language() == "en"


def test_untranslated_texts_stay_english() -> None:
    with use_language("de"):
        assert gettext("nobody wrote this") == "nobody wrote this"
        assert gettext("") == ""
        assert pgettext("nowhere", "Hollow back") == "Hollow back"


def test_plural_forms_follow_the_number() -> None:
    texts = "{count} stride", "{count} strides"
    assert [ngettext(*texts, count).format(count=count) for count in (0, 1, 2)] == [
        "0 strides",
        "1 stride",
        "2 strides",
    ]
    with use_language("de"):
        assert [ngettext(*texts, count).format(count=count) for count in (0, 1, 2)] == [
            "0 Doppelschritte",
            "1 Doppelschritt",
            "2 Doppelschritte",
        ]


@given(st.floats(-1e6, 1e6), st.integers(0, 4))
def test_numbers_have_the_decimal_symbol_of_the_language(value: float, digits: int) -> None:
    english = format_number(value, digits)
    assert abs(float(english) - value) <= 0.5 * 10**-digits + 1e-9
    assert english.partition(".")[2] == english[len(english) - digits :] if digits else "." not in english
    assert float(english) != 0 or not english.startswith("-")
    with use_language("de"):
        assert format_number(value, digits) == english.replace(".", ",")
        assert format_short_number(value) == f"{value:g}".replace(".", ",")
    signed = format_number(value, digits, plus=True)
    assert signed == (f"+{english}" if float(english) > 0 else english)


def test_lists_are_joined_in_the_language() -> None:
    assert [format_list("abc"[:n]) for n in (1, 2, 3)] == ["a", "a and b", "a, b and c"]
    with use_language("de"):
        assert [format_list("abc"[:n]) for n in (1, 2, 3)] == ["a", "a und b", "a, b und c"]


def test_threads_have_their_own_language() -> None:
    said: list[str] = []
    with use_language("de"):
        thread = threading.Thread(target=lambda: said.append(gettext("Hollow back")))
        thread.start()
        thread.join()
    assert said == ["Hollow back"]


def test_prefetched_frames_use_the_language_of_the_caller() -> None:
    def produce():  # type: ignore[no-untyped-def]
        yield gettext("Hollow back")

    with use_language("de"):
        items = Prefetcher(produce, depth=1).items()
        assert list(items) == ["Hohlkreuz"]
    assert list(Prefetcher(produce, depth=1).items()) == ["Hollow back"]


def test_rate_of_the_progress_bar_is_in_the_active_language() -> None:
    assert rate_text(3.25, 75.0, "frames") == "3.2 frames/s, 1:15 left"
    with use_language("de"):
        assert rate_text(3.25, 75.0, "Bilder") == "3,2 Bilder/s, noch 1:15"
