"""The layout rules hold, and the check finds what breaks them."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tools.layout_check import (
    ROOT,
    Finding,
    Module,
    circle_in,
    duplicate_classes,
    findings,
    import_graph,
    long_functions,
    read_modules,
    riddles,
    translated_phrases,
)

README = (ROOT / "README.md").read_text(encoding="utf-8")


def module(name: str, source: str) -> Module:
    return Module(name, Path(f"{name}.py"), source, ast.parse(source))


@pytest.mark.parametrize("finding", findings(read_modules(), README), ids=lambda finding: finding.rule)
def test_package_keeps_the_rule(finding: Finding) -> None:
    assert not finding.failed, "\n".join([finding.rule, *finding.places])


def test_import_circle_is_found() -> None:
    modules = [
        module("a.b", "from posture.a import c"),
        module("a.c", "def f():\n    from posture.a.b import x"),
        module("a", ""),
    ]
    circle = circle_in(import_graph(modules))
    assert set(circle) == {"a.b", "a.c"}
    assert circle[0] == circle[-1]
    assert circle_in(import_graph([modules[0], modules[2]])) == []


def test_class_name_in_two_modules_is_found() -> None:
    assert duplicate_classes([module("a", "class X: ..."), module("b", "class X: ...\nclass Y: ...")]) == [
        "X: a:1, b:1"
    ]


def test_long_function_is_counted_without_docstring_and_comments() -> None:
    body = '    """One.\n\n    Two.\n    """\n    # three\n\n' + "    x = 1\n" * 5
    assert long_functions([module("a", f"def f():\n{body}")], limit=6) == []
    assert long_functions([module("a", f"def f():\n{body}")], limit=5) == ["a.f: 6"]


def test_docstring_that_begins_with_a_question_word_is_found() -> None:
    assert riddles([module("a", '"""What is done."""'), module("b", '"""The whole."""')]) == ["a"]


def test_translated_phrase_is_found_outside_user_texts_only() -> None:
    source = '"""A thing\nthat is told."""\n# of what\nx = _("cannot be told")\ntold = 1\n'
    assert translated_phrases([module("a", source)]) == ["a:2: told", "a:3: of what", "a:5: told"]
