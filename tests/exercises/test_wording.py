"""Exercise texts make no medical claim and never say that a hollow back hurts, which no study shows."""

import dataclasses
import itertools
import re
from typing import get_args

from posture.exercises.library import load_library
from posture.exercises.match import FLAGS, suggest
from posture.records.analysis import Label

FORBIDDEN = re.compile(
    r"diagnos|\btreat(s|ed|ing|ments?)?\b|prescri|hyperlord|\bcur(e|es|ed|ing)\b|\bheal(s|ed|ing)?\b|therap|guarant",
    re.IGNORECASE,
)
PAIN = re.compile(r"\bpain|\baches?\b|injur", re.IGNORECASE)


def all_texts(value: object) -> list[str]:
    """Every string inside nested dataclasses and tuples."""
    if isinstance(value, str):
        return [value]
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return [t for f in dataclasses.fields(value) for t in all_texts(getattr(value, f.name))]
    if isinstance(value, tuple):
        return [t for item in value for t in all_texts(item)]
    return []


def why_texts() -> list[str]:
    """Every why that any verdict with any findings can lead to."""
    sets = (frozenset(c) for n in range(len(FLAGS) + 1) for c in itertools.combinations(sorted(FLAGS), n))
    pairs = itertools.product(get_args(Label), sets)
    return [suggestion.why for label, raised in pairs for suggestion in suggest(label, raised)]


def test_library_keeps_to_the_limits() -> None:
    texts = [text for exercise in load_library() for text in all_texts(exercise)]
    assert len(texts) > 80
    assert [text for text in texts if FORBIDDEN.search(text)] == []


def test_every_why_keeps_to_the_limits() -> None:
    texts = why_texts()
    assert len(texts) > 80
    assert [text for text in texts if FORBIDDEN.search(text) or PAIN.search(text)] == []


def test_pain_is_only_named_in_stop_signs_and_the_source_title() -> None:
    for exercise in load_library():
        no_signs = dataclasses.replace(exercise.stop_signs, doctor=())
        own = dataclasses.replace(exercise, source="", stop_signs=no_signs)
        assert [text for text in all_texts(own) if PAIN.search(text)] == []
