"""Changes between two clips: sign, error, and notes on the recordings."""

from __future__ import annotations

import math
from typing import Any

import pytest
from helpers.analysis_factory import FRONT, VALUES, analysis, measure
from helpers.synthetic_runner import many
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import norm

from posture.calibration import calibration
from posture.comparison.changes import STANDING_GUIDE, changes, notes
from posture.records.analysis import Analysis, Change, Issue, Measure
from posture.thresholds import COMPARISON

TILT = "pelvic_tilt_deg"
NOTED: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "other_direction": ({}, {"direction": "left"}),
    "other_view": ({}, {"quality": {"view_yaw_deg": 2.1 + COMPARISON.yaw_difference_deg}}),
    "other_size": ({}, {"quality": {"body_height_px": 500 * COMPARISON.size_ratio}}),
    "other_picture": ({}, {"source": {"width": 720, "height": 1280}}),
    "other_rate": ({}, {"source": {"fps": 30 * COMPARISON.rate_ratio}}),
    "other_speed": ({}, {"source": {"slow_motion": 4.0}}),
    "roll_known_once": ({}, {"quality": {"camera_roll_deg": -3.0}}),
    "other_model": ({}, {"software": {"model": "lite"}}),
    "other_version": ({}, {"software": {"posture": "0.2.0"}}),
    "other_activity": ({}, {"activity": "walking"}),
    "same_clip": ({"name": "a.mp4"}, {"name": "a.mp4"}),
    "after_not_measurable": ({}, {"issues": (FRONT,)}),
}
BLOCKING = {
    "other_direction",
    "other_view",
    "roll_known_once",
    "other_model",
    "other_version",
    "same_clip",
    "before_not_measurable",
    "after_not_measurable",
}
# What a pair becomes when its clips change places.
TURNED = {"after_not_measurable": "before_not_measurable", "before_not_measurable": "after_not_measurable"}


def pair(first: dict[str, Any], second: dict[str, Any]) -> tuple[Analysis, Analysis]:
    return analysis(**{"name": "a.mp4", **first}), analysis(**{"name": "b.mp4", **second})


def one(value: float, sd: float | None, strides: int) -> dict[str, Measure | None]:
    return {TILT: measure(value, strides=strides, sd=sd)}


def tilt_change(before: Analysis, after: Analysis) -> Change:
    change = changes(before, after)[TILT]
    assert change is not None
    return change


numbers = st.floats(-60, 60)
spreads = st.floats(0, 10)
counts = st.integers(2, 60)


@many
@given(numbers, numbers, spreads, spreads, counts, counts)
def test_change_has_value_error_and_interval_of_both_clips(
    first: float, second: float, sd_first: float, sd_second: float, n_first: int, n_second: int
) -> None:
    before = analysis(name="a.mp4", measures=one(first, sd_first, n_first))
    after = analysis(name="b.mp4", measures=one(second, sd_second, n_second))
    change = tilt_change(before, after)
    # Independent errors add as squares: of both means over the strides, and a share of what a clip's strides share.
    whole = [(m.ci90[1] - m.value) / 1.6449 for m in (before.measures[TILT], after.measures[TILT]) if m]
    strides = [min(sd_first / n_first**0.5, whole[0]), min(sd_second / n_second**0.5, whole[1])]
    shared = calibration().change_share["running"][TILT] ** 2 * sum(
        w**2 - s**2 for w, s in zip(whole, strides, strict=True)
    )
    sd = math.sqrt(sum(s**2 for s in strides) + shared)
    assert change.value == pytest.approx(second - first, abs=1e-3)
    assert change.ci90 == pytest.approx([second - first + norm.ppf(q) * sd for q in (0.05, 0.95)], abs=2e-3)
    assert change.mdc95 == pytest.approx(norm.ppf(0.975) * sd, abs=2e-3)
    # 2.77 standard errors of a single measurement: a difference has two.
    assert change.mdc95 == pytest.approx(2.77 * sd / math.sqrt(2), rel=2e-3, abs=2e-3)
    assert change.real == (abs(change.value) >= change.mdc95)
    # What is real at 95 % has zero outside of its 90 % interval.
    assert not change.real or change.ci90[0] > 0 or change.ci90[1] < 0


@many
@given(st.fixed_dictionaries(dict.fromkeys(VALUES, numbers)), st.sampled_from(["running", "standing"]))
def test_swapped_clips_have_the_opposite_change(values: dict[str, float], activity: Any) -> None:
    before, after = analysis(activity, name="a.mp4"), analysis(name="b.mp4", **values)
    there, back = changes(before, after), changes(after, before)
    assert there.keys() == back.keys()
    for name, change in there.items():
        opposite = back[name]
        if change is None:
            assert opposite is None
            continue
        assert opposite is not None
        assert opposite.value == -change.value
        assert opposite.ci90 == (-change.ci90[1], -change.ci90[0])
        assert (opposite.mdc95, opposite.real) == (change.mdc95, change.real)


def test_zero_change_is_not_real() -> None:
    for change in changes(*pair({}, {})).values():
        assert change is not None
        assert change.value == 0
        assert change.ci90[0] < 0 < change.ci90[1]
        assert not change.real


def test_change_from_standing_has_own_errors_and_no_stride_measures() -> None:
    found = changes(*pair({"activity": "standing"}, {}))
    assert {name for name, change in found.items() if change is not None} == set(calibration().change_share["standing"])


def test_less_certain_clip_widens_the_change() -> None:
    """A clip with a lone stride has a wide interval, whose whole error then counts as shared."""
    several, lone = (
        tilt_change(analysis(), analysis(measures={TILT: measure(30.0, half, strides=n, sd=sd)}))
        for half, n, sd in ((3.0, 9, 0.5), (6.0, 1, None))
    )
    assert lone.mdc95 > 1.3 * several.mdc95


def test_missing_measure_has_no_change() -> None:
    found = changes(*pair({"lumbar_arch_deg": None}, {}))
    assert found["lumbar_arch_deg"] is None
    assert found[TILT] is not None


@pytest.mark.parametrize("which", [0, 1])
@pytest.mark.parametrize("missing", ["issue", "numbers"])
def test_unmeasured_person_has_no_changes(which: int, missing: str) -> None:
    bad: dict[str, Any] = {"issues": (FRONT,)} if missing == "issue" else {"measures": dict.fromkeys(VALUES)}
    clips = pair(*(({}, bad) if which else (bad, {})))
    assert changes(*clips) == {}
    (note,) = notes(*clips)
    assert note.code == ("after_not_measurable" if which else "before_not_measurable")
    assert note.blocking
    if missing == "issue":
        assert FRONT.message in note.message
        assert note.advice == FRONT.advice


@pytest.mark.parametrize("code", NOTED)
def test_each_difference_gives_its_note_alone_and_both_ways(code: str) -> None:
    first, second = NOTED[code]
    (note,) = notes(*pair(first, second))
    assert note.code == code
    assert note.blocking == (code in BLOCKING)
    assert note.message
    assert note.advice.endswith(".")
    clips = pair(second, first)
    assert [n.code for n in notes(*clips)] == [TURNED.get(code, code)]


@pytest.mark.parametrize(
    "second",
    [
        {},
        {"quality": {"view_yaw_deg": 1.9 + COMPARISON.yaw_difference_deg}},
        {"quality": {"view_yaw_deg": None}},
        {"quality": {"body_height_px": 500 * COMPARISON.size_ratio - 1}},
        {"quality": {"body_height_px": None}},
        {"source": {"fps": 30 * COMPARISON.rate_ratio - 1}},
        {"source": {"fps": None}},
        {"direction": None},
    ],
)
def test_small_or_unknown_differences_give_no_note(second: dict[str, Any]) -> None:
    assert notes(*pair({}, second)) == ()


def test_views_to_front_and_back_differ_by_the_sum_of_yaws() -> None:
    (note,) = notes(*pair({"quality": {"view_yaw_deg": -7.0}}, {"quality": {"view_yaw_deg": 8.0}}))
    assert note.code == "other_view"
    assert "15 degrees" in note.message


def test_roll_known_for_both_clips_gives_no_note() -> None:
    assert notes(*pair({"quality": {"camera_roll_deg": 1.0}}, {"quality": {"camera_roll_deg": -4.0}})) == ()


def test_negligible_roll_does_not_block() -> None:
    (note,) = notes(*pair({}, {"quality": {"camera_roll_deg": 0.4}}))
    assert (note.code, note.blocking) == ("roll_known_once", False)
    assert "for the second clip only (0.4 degrees)" in note.message


def test_suspected_slow_motion_counts_as_other_speed() -> None:
    slow = Issue(code="slow_motion", message="this is probably slow motion", advice="Say how slow.")
    assert [n.code for n in notes(*pair({}, {"issues": (slow,)}))] == ["other_speed"]


def test_folders_of_images_are_identified_by_their_paths() -> None:
    without = {"source": {"sha256": None}}
    assert notes(*pair(without, without)) == ()
    assert [n.code for n in notes(analysis(**without), analysis(**without))] == ["same_clip"]


def part(start_s: float | None, duration_s: float) -> Analysis:
    return analysis(name="film.mp4", source={"start_s": start_s, "duration_s": duration_s})


def test_separate_parts_of_one_film_are_two_recordings() -> None:
    """Standing and running filmed in one go, the camera untouched, is the best there is."""
    assert notes(part(0.0, 4.0), part(5.0, 15.0)) == ()
    assert notes(part(5.0, 15.0), part(0.0, 4.0)) == ()
    # Cut where they touch: 0.1 + 0.2 is more than 0.3.
    assert notes(part(0.1, 0.2), part(0.3, 4.0)) == ()
    for other in (part(3.0, 15.0), part(None, 15.0), part(1.0, 2.0)):
        assert [n.code for n in notes(part(0.0, 4.0), other)] == ["same_clip"]


def test_blocking_notes_come_first() -> None:
    found = notes(*pair({}, {"source": {"fps": 120.0}, "direction": "left", "software": {"model": "lite"}}))
    assert [n.blocking for n in found] == [True, True, False]


def test_standing_baseline_gives_no_note() -> None:
    assert notes(*pair({"activity": "standing"}, {}), baseline=True) == ()


@pytest.mark.parametrize(
    ("activity", "code", "blocking"), [("running", "earlier_run", False), ("walking", "not_standing", True)]
)
def test_baseline_of_other_activity_is_noted_as_not_neutral(activity: str, code: str, blocking: bool) -> None:
    (note,) = notes(*pair({"activity": activity}, {}), baseline=True)
    assert (note.code, note.blocking) == (code, blocking)
    assert note.advice == STANDING_GUIDE


def test_unmeasurable_baseline_advises_how_to_film_it() -> None:
    (note,) = notes(*pair({"activity": "standing", "issues": (FRONT,)}, {}), baseline=True)
    assert note.code == "before_not_measurable"
    assert note.message == "the baseline could not be measured: seen from the front"
    assert note.advice == STANDING_GUIDE


def test_standing_guide_names_camera_place_and_arms() -> None:
    for words in (
        "relaxed",
        "3 seconds",
        "arms slightly forward",
        "same camera",
        "distance",
        "without touching",
    ):
        assert words in STANDING_GUIDE


def test_measures_in_different_units_have_no_change() -> None:
    radians = measure(0.5, 0.1).model_copy(update={"unit": "rad"})
    found = changes(analysis(name="a.mp4"), analysis(name="b.mp4", measures={TILT: radians}))
    assert found[TILT] is None


def test_parts_of_one_live_session_are_not_the_same_clip() -> None:
    before, after = analysis("standing", name="camera"), analysis(name="camera")
    assert [note.code for note in notes(before, after, baseline=True)] == ["same_clip"]
    assert notes(before, after, baseline=True, same_session=True) == ()
