"""Runner, session, standing clip and folder of results, by name."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posture.analysis.person_names import STANDS
from posture.batch.model import ClipFile
from posture.batch.naming import (
    assign_runners,
    assign_runners_by_pattern,
    compile_pattern,
    match_baselines,
    result_folders,
    unnamed_standing_clips,
)
from posture.errors import OptionError
from posture.types import natural_key

NAMES = st.lists(
    st.lists(st.sampled_from(["a", "A", "b", "a.mp4", "a.mov", "a.mp4.mov", "index.html"]), min_size=1, max_size=3).map(
        "/".join
    ),
    unique=True,
    max_size=8,
)


def clips(*names: str) -> list[ClipFile]:
    return [ClipFile(name, name, "", 0) for name in names]


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (["jog.mp4", "b/run.mov"], ["jog", "b/run"]),
        (["jog.mp4", "jog.MOV", "JOG.avi"], ["jog.mp4", "jog.MOV", "JOG.avi"]),
        (["a.mp4", "a/b.mp4"], ["a.mp4", "a/b"]),
        (["index.html.mp4"], ["index.html.mp4"]),
        (["a.mp4", "a.mov", "a.mp4.mov"], ["a.mp4", "a.mov", "a.mp4.mov"]),
        (["frames"], ["frames"]),
    ],
)
def test_result_folder_has_the_name_of_the_clip(names: list[str], expected: list[str]) -> None:
    assert result_folders(names) == expected


@given(NAMES)
def test_no_two_clips_share_a_result_folder(names: list[str]) -> None:
    files = [f"{name}.mp4" if "." not in name else name for name in names]
    files = list(dict.fromkeys(files))
    # A file cannot be a folder too.
    parents = {"/".join(f.split("/")[:n]) for f in files for n in range(1, f.count("/") + 1)}
    files = [f for f in files if f not in parents]
    folders = result_folders(files)
    assert len(set(folders)) == len(files)
    for one in folders:
        assert not any(other.startswith(f"{one}/") for other in folders)


def test_first_folder_is_the_runner() -> None:
    one, two, three = assign_runners(clips("anna/2026-03/run.mp4", "anna/stand.mp4", "jog.mp4"))
    assert (one.runner, one.session, one.stands) == ("anna", "2026-03", False)
    assert (two.runner, two.session, two.stands) == ("anna", None, True)
    assert (three.runner, three.session) == (None, None)


@pytest.mark.parametrize(
    "names",
    [
        pytest.param(("2026-03-01/ben_run.mp4", "2026-03-01/anna_stand.mp4"), id="two people, folder by date"),
        pytest.param(("2026-03-01/run.mp4", "2026-03-01/stand.mp4"), id="nothing but a date"),
        pytest.param(("DCIM/100APPLE/IMG_0412.MOV", "DCIM/100APPLE/IMG_0413 stand.MOV"), id="camera's folders"),
        pytest.param(("GoPro/run.mp4", "GoPro/stand.mp4"), id="camera's name"),
        pytest.param(("misc/jog.mp4", "misc/backview_standing.mp4"), id="common word"),
        pytest.param(("März 2026/run.mp4", "März 2026/stand.mp4"), id="month"),
        pytest.param(("run.mp4", "stand.mp4"), id="bare words"),
        pytest.param(("7/run.mp4", "7/stand.mp4"), id="number"),
        pytest.param(("gym/run.mp4", "gym/stand.mp4"), id="place"),
        pytest.param(("Stadtpark Nord/run.mp4", "Stadtpark Nord/stand.mp4"), id="German place"),
        pytest.param(("Urlaub Kreta/run.mp4", "Urlaub Kreta/stand.mp4"), id="occasion"),
        pytest.param(("Laufgruppe Süd/run.mp4", "Laufgruppe Süd/stand.mp4"), id="group"),
        pytest.param(("runs/run.mp4", "runs/stand.mp4"), id="movement"),
        pytest.param(("Fri/run.mp4", "Fri/stand.mp4"), id="weekday"),
        pytest.param(("Sommer 2026/run.mp4", "Sommer 2026/stand.mp4"), id="season"),
        pytest.param(("Erlangen/ben_run.mp4", "Erlangen/anna_stand.mp4"), id="two people in an unknown place"),
        pytest.param(("Meier/anna/run.mp4", "Meier/ben/stand.mp4"), id="two people's folders in one"),
    ],
)
def test_nobody_is_paired_without_a_name(names: tuple[str, ...]) -> None:
    assert match_baselines(assign_runners(clips(*names))) == {}


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        pytest.param(
            ("anna/run.mp4", "anna/stand.mp4", "ben/run.mp4", "ben/stand.mp4"),
            {"anna/run.mp4": "anna/stand.mp4", "ben/run.mp4": "ben/stand.mp4"},
            id="folders",
        ),
        pytest.param(
            ("2026-03-01/ben_run.mp4", "2026-03-01/anna_stand.mp4", "2026-03-01/Ben stand.mp4"),
            {"2026-03-01/ben_run.mp4": "2026-03-01/Ben stand.mp4"},
            id="file names in a folder by date",
        ),
        pytest.param(
            ("2026-03-01/ben/IMG_1.mp4", "2026-03-01/ben/stand.mp4", "2026-03-02/ben/stand.mp4"),
            {"2026-03-01/ben/IMG_1.mp4": "2026-03-01/ben/stand.mp4"},
            id="name below the date",
        ),
        pytest.param(
            ("Meier/anna/run.mp4", "Meier/anna/stand.mp4", "Meier/ben/run.mp4", "Meier/ben/stand.mp4"),
            {"Meier/anna/run.mp4": "Meier/anna/stand.mp4", "Meier/ben/run.mp4": "Meier/ben/stand.mp4"},
            id="two people's folders in one",
        ),
        pytest.param(
            ("Erlangen/ben_run.mp4", "Erlangen/ben_stand.mp4", "Erlangen/anna_stand.mp4"),
            {"Erlangen/ben_run.mp4": "Erlangen/ben_stand.mp4"},
            id="names of files in an unknown place",
        ),
        pytest.param(
            ("clients/anna/gym/run.mp4", "clients/anna/stand.mp4"),
            {"clients/anna/gym/run.mp4": "clients/anna/stand.mp4"},
            id="name between a group and a place",
        ),
        pytest.param(("anna/Berlin/run.mp4", "anna/anna stand.mp4"), {}, id="unknown place or another person"),
        pytest.param(("P07_lauf.mp4", "P07_stehend.mp4"), {"P07_lauf.mp4": "P07_stehend.mp4"}, id="number of a study"),
    ],
)
def test_clips_of_a_named_runner_are_paired(names: tuple[str, ...], expected: dict[str, str]) -> None:
    assert {name: clip.name for name, clip in match_baselines(assign_runners(clips(*names))).items()} == expected


def test_name_that_only_one_kind_of_clip_bears_is_no_runner() -> None:
    found = assign_runners(clips("park_1.mp4", "park_2.mp4", "ben_run.mp4", "anna_stand.mp4"))
    assert {clip.runner for clip in found} == {None}
    assert unnamed_standing_clips(found) == ["anna_stand.mp4"]


def test_session_9_precedes_session_10() -> None:
    found = assign_runners(clips("a/2/stand.mp4", "a/9/stand.mp4", "a/10/run.mp4", "a/1/run.mp4", "a/11/stand.mp4"))
    chosen = {name: clip.name for name, clip in match_baselines(found).items()}
    assert chosen == {"a/10/run.mp4": "a/9/stand.mp4", "a/1/run.mp4": "a/2/stand.mp4"}


@given(st.lists(st.text(max_size=8), max_size=6))
def test_any_names_can_be_ordered(names: list[str]) -> None:
    assert sorted(sorted(names), key=natural_key) == sorted(sorted(names, reverse=True), key=natural_key) or any(
        natural_key(one) == natural_key(two) for one in names for two in names if one != two
    )


def test_endless_pattern_is_one_line() -> None:
    endless = clips("a" * 60 + ".mp4")
    with pytest.raises(OptionError, match=r"--runner-pattern: takes too long on these names\. Use a simpler one"):
        assign_runners_by_pattern(endless, r"(?P<runner>(a+)+)_", seconds=1.0)
    assert assign_runners_by_pattern(clips("anna_3.mp4"), r"(?P<runner>[a-z]+)_")[0].runner == "anna"


def test_pattern_extracts_runner_and_session() -> None:
    pattern = compile_pattern(r"(?P<runner>[a-z]+)_(?P<session>\d+)")
    one, two = assign_runners(clips("anna_03_run.mp4", "other.mp4"), pattern)
    assert (one.runner, one.session) == ("anna", "03")
    assert (two.runner, two.session) == (None, None)


@pytest.mark.parametrize("text", ["(", "(?P<who>a)", ""])
def test_pattern_without_runner_is_refused(text: str) -> None:
    with pytest.raises(OptionError, match="--runner-pattern"):
        compile_pattern(text)


@pytest.mark.parametrize("name", ["stand.mp4", "anna_standing_1", "Neutral", "3-baseline", "stehend"])
def test_word_in_the_name_marks_a_standing_clip(name: str) -> None:
    assert STANDS.search(name)


@pytest.mark.parametrize("name", ["run_neutral.mp4", "understand.mp4", "standard.mp4", "jog.mp4"])
def test_other_names_do_not_mark_standing_clips(name: str) -> None:
    (clip,) = assign_runners(clips(f"anna/{name}"))
    assert not clip.stands


def test_baseline_is_of_the_same_session_else_of_the_one_before() -> None:
    found = assign_runners(
        clips("a/1/stand.mp4", "a/1/run.mp4", "a/2/run.mp4", "a/3/stand.mp4", "a/3/run.mp4", "b/1/run.mp4")
    )
    assert {name: clip.name for name, clip in match_baselines(found).items()} == {
        "a/1/run.mp4": "a/1/stand.mp4",
        "a/2/run.mp4": "a/1/stand.mp4",
        "a/3/run.mp4": "a/3/stand.mp4",
    }
