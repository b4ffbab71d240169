"""The documentation agrees with the code: issue codes, limits, measures, and paths of modules."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from helpers.documented_commands import PAGES, ROOT

from posture.calibration import calibration
from posture.cli import cli
from posture.records.analysis import Analysis
from posture.thresholds import COMPARISON, GATES, REMARKS

DOCS = ROOT / "docs"
SOURCES = [path for folder in ("quality", "comparison") for path in sorted((ROOT / "posture" / folder).glob("*.py"))]
CODE = re.compile(r"[a-z]+(_[a-z]+)*")
# Functions and classes that take a code first.
MAKER = re.compile(r"gate|remark|rule|note|issue", re.IGNORECASE)


def strings_in(tree: ast.AST) -> set[str]:
    """Return the string constants of a module that look like codes."""
    return {
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and CODE.fullmatch(node.value)
    }


def codes_in(tree: ast.Module) -> Iterator[str]:
    """Yield the codes of the issues that a module makes."""
    constants = {
        target.id: node.value.value
        for node in tree.body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    for call in ast.walk(tree):
        if not isinstance(call, ast.Call) or not MAKER.search(getattr(call.func, "id", "")):
            continue
        for argument in [*call.args[:1], *(k.value for k in call.keywords if k.arg == "code")]:
            code = constants.get(argument.id) if isinstance(argument, ast.Name) else None
            if isinstance(argument, ast.Constant):
                code = argument.value
            if isinstance(code, str) and CODE.fullmatch(code):
                yield code


def documented_codes() -> set[str]:
    text = (DOCS / "reference" / "issues.md").read_text(encoding="utf-8")
    return set(re.findall(r"^\| `([a-z_]+)` \|", text, re.MULTILINE))


def test_every_issue_code_is_documented() -> None:
    codes = {code for path in SOURCES for code in codes_in(ast.parse(path.read_text(encoding="utf-8")))}
    assert len(codes) >= 30
    assert codes - documented_codes() == set()


def test_every_documented_issue_code_exists() -> None:
    strings = set().union(*(strings_in(ast.parse(path.read_text(encoding="utf-8"))) for path in SOURCES))
    assert documented_codes() - strings == set()


def test_every_measure_is_documented() -> None:
    text = (DOCS / "reference" / "measures.md").read_text(encoding="utf-8")
    names = re.findall(r"``(\w+_(?:deg|index))``", Analysis.__doc__ or "")
    names += re.findall(r"^    \"(\w+_(?:deg|index))\": \"", _source("back", "intervals"), re.MULTILINE)
    assert len(names) >= 6
    assert [name for name in names if f"`{name}`" not in text] == []


def _source(*parts: str) -> str:
    return (ROOT / "posture").joinpath(*parts).with_suffix(".py").read_text(encoding="utf-8")


@pytest.mark.parametrize("page", [*PAGES, ROOT / "CONTRIBUTING.md"], ids=lambda page: page.relative_to(ROOT).as_posix())
def test_named_modules_exist(page: Path) -> None:
    """Paths are relative to the repository, or to the package as on the page on architecture."""
    text = page.read_text(encoding="utf-8")
    paths = re.findall(r"`([\w./-]+/[\w.-]+\.py|[a-z_]+\.py)`", text)
    missing = [
        path for path in paths if not any((ROOT / base / path).is_file() for base in ("", "posture", "posture/export"))
    ]
    assert missing == []


@pytest.mark.parametrize(
    ("code", "limit"),
    [
        ("not_side_view", GATES.max_yaw_deg),
        ("too_small", GATES.min_body_height_px),
        ("too_few_strides", GATES.min_strides),
        ("back_hidden", 100 * GATES.min_arm_free_share),
        ("lost_at_times", 100 * REMARKS.seen_share),
        ("low_frame_rate", REMARKS.low_frame_rate),
        ("slightly_oblique", REMARKS.oblique_yaw_deg),
        ("few_strides", REMARKS.good_strides),
        ("slow_motion", REMARKS.slow_motion_spm),
        ("too_fast", REMARKS.fast_motion_spm),
        ("other_view", COMPARISON.yaw_difference_deg),
        ("other_size", COMPARISON.size_ratio),
        ("other_picture", COMPARISON.size_ratio),
        ("other_rate", COMPARISON.rate_ratio),
        ("roll_known_once", COMPARISON.roll_deg),
    ],
)
def test_documented_limit_of_issue_is_current(code: str, limit: float) -> None:
    text = (DOCS / "reference" / "issues.md").read_text(encoding="utf-8")
    (row,) = re.findall(rf"^\| `{code}` \|.*$", text, re.MULTILINE)
    assert re.search(rf"\b{limit:g}\b", row), f"{row}: {limit:g}"


def test_documented_thresholds_of_verdict_are_current() -> None:
    text = (DOCS / "explanation" / "verdict.md").read_text(encoding="utf-8")
    for limits in (calibration().verdict, calibration().verdict_change):
        tilt, arch = (limits[name] for name in ("pelvic_tilt_deg", "lumbar_arch_deg"))
        assert f"| {tilt:g} degrees | {arch:g} degrees |" in text


def test_every_option_is_on_a_page_written_by_hand_and_every_option_of_a_page_exists() -> None:
    pages = [*DOCS.glob("tutorial/*.md"), *DOCS.glob("how-to/*.md")]
    text = "\n".join(page.read_text(encoding="utf-8") for page in pages)
    # Those of `dask worker` in the page on batches, and of `docker run`.
    foreign = {"--nworkers", "--nthreads", "--memory-limit", "--rm", "--network"}
    named = set(re.findall(r"(?<![\w-])--[a-z][a-z-]*", text)) - foreign
    options = {
        name
        for command in cli.commands.values()
        for option in command.params
        for name in (*option.opts, *option.secondary_opts)
        if name.startswith("--")
    }
    assert named - options == set()
    assert options - named == set()
