"""Matching of findings to exercises, each with its reason."""

from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posture.exercises.library import find, load_library
from posture.exercises.match import FLAGS, suggest
from posture.records.analysis import Label
from posture.verdict import Flag

labels = st.sampled_from(get_args(Label))
flags = st.frozensets(st.sampled_from(sorted(FLAGS)))


def ids(label: str, *raised: str) -> list[str]:
    return [s.id for s in suggest(label, frozenset(raised))]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("label", "raised", "expected"),
    [
        ("hollow_back", [], ["towel", "core"]),
        ("hollow_back", ["arch"], ["towel", "core"]),
        ("hollow_back", ["tilt"], ["towel", "core"]),
        ("hollow_back", ["arch", "excursion"], ["towel", "crossing", "core"]),
        ("hollow_back", ["tilt", "not_upright"], ["towel", "crossing", "core"]),
        ("borderline", [], ["towel"]),
        ("borderline", ["arch", "tilt"], ["towel"]),
        ("borderline", ["excursion"], ["towel", "crossing"]),
        ("borderline", sorted(FLAGS), ["towel", "crossing", "core"]),
        ("not_hollow_back", [], []),
        ("not_hollow_back", ["arch"], []),
        ("not_hollow_back", ["excursion"], ["crossing"]),
        ("not_measurable", sorted(FLAGS), []),
    ],
)
def test_exercises_match_label_and_flags(label: str, raised: list[str], expected: list[str]) -> None:
    assert ids(label, *raised) == expected


@given(flags)
def test_unmeasurable_clip_gets_no_exercises(raised: frozenset[Flag]) -> None:
    assert suggest("not_measurable", raised) == ()


@given(labels, flags)
def test_exercises_are_optional_unless_it_is_a_hollow_back(label: Label, raised: frozenset[Flag]) -> None:
    for suggestion in suggest(label, raised):
        assert suggestion.why.startswith("Optional") == (label != "hollow_back")
        assert suggestion.why.endswith(".")
        assert ".." not in suggestion.why


@given(labels, flags)
def test_more_findings_never_take_an_exercise_away(label: Label, raised: frozenset[Flag]) -> None:
    few, some, all_of_them = ({s.id for s in suggest(label, r)} for r in (frozenset(), raised, FLAGS))
    assert few <= some <= all_of_them


def test_reason_names_the_finding() -> None:
    towel, crossing, core = suggest("hollow_back", frozenset({"arch", "excursion"}))
    assert towel.why == "Your lower back arches more than in most runners."
    assert crossing.why == "Your pelvis rocks back and forth more than usual in each stride."
    assert "hollow back" in core.why


def test_reason_says_once_what_tilt_and_arch_are_compared_with() -> None:
    raised = frozenset({"arch", "tilt"})
    others, own = suggest("hollow_back", raised)[0], suggest("hollow_back", raised, own_standing=True)[0]
    assert others.why == "Your lower back arches more and your pelvis tilts further forward than in most runners."
    assert own.why == "Most runners flatten their back when they run; yours stays hollow."


def test_suggestion_carries_dose_source_and_evidence() -> None:
    towel = suggest("hollow_back", frozenset({"arch"}))[0]
    assert towel.dose == find("towel").dose.text
    assert "Christian Larsen" in towel.source
    assert "no controlled trial" in towel.source


def test_only_exercises_of_the_given_library_are_suggested() -> None:
    only_core = [exercise for exercise in load_library() if exercise.id == "core"]
    assert [s.id for s in suggest("hollow_back", FLAGS, library=only_core)] == ["core"]


def test_unknown_flags_are_refused() -> None:
    with pytest.raises(ValueError, match="unknown flags"):
        suggest("borderline", frozenset({"knee"}))  # type: ignore[arg-type]
