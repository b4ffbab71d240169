"""Tests of the choice of a voice by its tags."""

from __future__ import annotations

import pytest

from posture.language import Language
from posture.live.audio import speaks

WINDOWS = r"HKEY_LOCAL_MACHINE\SOFTWARE\Microsoft\Speech\Voices\Tokens\TTS_MS_{}_11.0"


@pytest.mark.parametrize(
    ("tags", "lang"),
    [
        ([WINDOWS.format("DE-DE_HEDDA")], "de"),
        ([WINDOWS.format("EN-US_ZIRA")], "en"),
        (["com.apple.eloquence.de-DE.Anna", "de_DE"], "de"),
        (["com.apple.voice.compact.en-GB.Daniel", "en_GB"], "en"),
        (["gmw/en-us", b"\x05en-us"], "en"),
        (["german", b"\x05de"], "de"),
    ],
)
def test_voice_tags_match_own_language_only(tags: list[object], lang: Language) -> None:
    assert speaks(lang, tags)
    assert not speaks("de" if lang == "en" else "en", tags)
