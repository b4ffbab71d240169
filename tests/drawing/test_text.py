"""Letters have umlauts and a baseline, and long texts are wrapped."""

from __future__ import annotations

import numpy as np
from helpers.synthetic_runner import few
from hypothesis import given
from hypothesis import strategies as st

from posture.drawing.text import letters, wrapped

WORDS = st.text(st.characters(min_codepoint=33, max_codepoint=0x24F, exclude_categories=["C"]), min_size=1)


def test_umlauts_and_degree_sign_are_drawn() -> None:
    plain, dotted = letters("u", 40), letters("ü", 40)
    assert dotted.cover.shape[0] > plain.cover.shape[0]
    assert dotted.above > plain.above
    for sign in "äöüß°–":
        assert not np.array_equal(letters(sign, 40).cover, letters("?", 40).cover)


def test_letters_stand_on_the_baseline() -> None:
    assert letters("E", 40).above == letters("E", 40).cover.shape[0]
    hanging = letters("Eg", 40)
    assert hanging.above == letters("E", 40).above
    assert hanging.cover.shape[0] > hanging.above


def test_larger_and_bold_letters_cover_more() -> None:
    assert abs(letters("E", 80).cover.shape[0] - 2 * letters("E", 40).cover.shape[0]) <= 6
    assert letters("E", 40, bold=True).cover.sum() > letters("E", 40).cover.sum()


def test_unknown_characters_become_question_marks() -> None:
    assert np.array_equal(letters("\U0001f3c3", 40).cover, letters("?", 40).cover)
    assert letters("", 40).cover.max(initial=0) == 0


@few
@given(st.lists(WORDS, max_size=12), st.floats(60, 600))
def test_wrapped_lines_keep_all_words_and_the_width(words: list[str], width: float) -> None:
    lines = wrapped(" ".join(words), 20, width)
    assert "".join(lines).replace(" ", "") == "".join("".join(words).split())
    for line in lines:
        assert len(line) == 1 or letters(line, 20).cover.shape[1] <= width + 3
