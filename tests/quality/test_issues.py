"""Quality rules: condition, advice, and whether they block."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from helpers.synthetic_runner import many
from hypothesis import given
from hypothesis import strategies as st

from posture.quality.issues import RULES, find_conditions, find_issues, find_part_issues, with_part_issues
from posture.quality.recording import Recording, is_side_view, shows_back
from posture.quality.runner_rules import EMPTY_RULES
from posture.records.analysis import Occluder
from posture.scene.light import Light
from posture.scene.straight_lines import StraightLines
from posture.thresholds import GATES, REMARKS

GOOD = Recording(
    frames_read=300,
    detected_share=1.0,
    fps=30.0,
    activity="running",
    yaw_deg=3.0,
    facing_share=0.98,
    strides=14,
    body_height_px=500.0,
    arm_free_share=0.7,
    upper_free_share=0.3,
    cadence_spm=168.0,
    camera_roll_deg=0.4,
)


POST = Occluder(kind="post", from_t=0.1, to_t=0.4, phase_start=None, phase_end=None, hidden_share=0.3)
RAIL = Occluder(kind="rail", from_t=0.0, to_t=0.15, phase_start=0.12, phase_end=0.3, hidden_share=0.1)
SHADE = Occluder(kind="shade", from_t=-0.1, to_t=0.9, phase_start=None, phase_end=None, hidden_share=0.8)
BARS = StraightLines(crossing_share=0.5, beside=2.0, look="thing")
BRIGHT = Light(contrast=60.0, body=140.0, background=80.0, noise=1.0)


BLOCKING: dict[str, list[dict[str, Any]]] = {
    "no_person": [{"detected_share": 0.0}],
    "rotated": [{"turn_deg": 90, "rotate_deg": 90}, {"turn_deg": 270, "rotate_deg": 0}],
    "upside_down": [{"turn_deg": 180}],
    "not_side_view": [
        {"yaw_deg": GATES.max_yaw_deg + 0.5},
        {"yaw_deg": -GATES.max_yaw_deg - 0.5},
        {"yaw_deg": 88.0},
        {"facing_share": GATES.min_facing_share - 0.01},
        {"facing_share": None},
    ],
    "several_runners": [{"rivals": 1}, {"rivals": 3}],
    "overlapped": [
        {"overlapped": True, "overlapped_s": 7.0, "runner_span_s": (0.0, 8.0)},
        {"strides": GATES.min_strides - 1, "overlapped_s": 3.0, "runner_span_s": (0.0, 8.0)},
    ],
    "too_small": [{"body_height_px": GATES.min_body_height_px - 1}],
    "cut_off": [{"cut_off_share": GATES.max_cut_off_share + 0.01}],
    "standing": [{"activity": "standing", "strides": 0}],
    "walking": [{"activity": "walking"}],
    "gait_unclear": [{"activity": "unknown"}],
    "too_few_strides": [
        {"strides": GATES.min_strides - 1},
        {"strides": 1, "part_strides": 0.9},
        {"strides": 0, "activity": "unknown"},
    ],
    "loose_clothing": [{"odd": True}],
    "worn_on_back": [
        {"neck_step_l": REMARKS.neck_step_l + 0.01, "ambiguous": True},
        {"neck_step_l": REMARKS.neck_step_l + 0.01, "upper_free_share": GATES.min_upper_free_share - 0.01},
        {"neck_step_l": REMARKS.neck_step_l + 0.01, "arm_free_share": GATES.min_arm_free_share - 0.01},
    ],
    "back_ambiguous": [{"ambiguous": True}],
    "dark": [{"light": replace(BRIGHT, body=REMARKS.dark_level - 1, background=10.0), "odd": True}],
    "back_light": [{"light": replace(BRIGHT, body=60.0, background=REMARKS.white_level), "arm_free_share": 0.1}],
    "something_in_front": [
        {"occluders": (POST,), "hidden_share": GATES.max_hidden_share + 0.01},
        {"occluders": (POST,), "hidden_share": 0.3, "arm_free_share": GATES.min_arm_free_share - 0.01},
        {"lines": BARS, "arm_free_share": GATES.min_arm_free_share - 0.01},
    ],
    "hard_shade": [
        {"occluders": (SHADE, POST), "hidden_share": 0.8},
        {"lines": replace(BARS, look="shade"), "odd": True},
    ],
    "bars_or_shade": [{"lines": replace(BARS, look="either"), "arm_free_share": 0.1}],
    "lean_implausible": [
        {"lean_deg": GATES.max_lean_deg + 1},
        {"lean_deg": -GATES.max_backward_lean_deg - 1, "camera_roll_deg": 44.0, "roll_is_given": True},
    ],
    "back_hidden": [{"arm_free_share": GATES.min_arm_free_share - 0.01}],
}
REMARKED: dict[str, list[dict[str, Any]]] = {
    "rarely_seen": [{"detected_share": REMARKS.rarely_seen_share - 0.01}],
    "cuts": [{"cuts_s": (4.0,)}],
    "others_seen": [{"others": 1}, {"others": 2}],
    "overlapped_at_times": [{"overlapped_s": 1.0, "runner_span_s": (0.0, 8.0)}],
    "damaged": [{"damage": "the last 3 s cannot be read"}],
    "odd_file": [{"remark": "the times in the file jump"}],
    "frame_rate_assumed": [{"fps_is_assumed": True}],
    "low_frame_rate": [{"fps": REMARKS.low_frame_rate - 1}],
    "slightly_oblique": [
        {"yaw_deg": REMARKS.oblique_yaw_deg + 1},
        {"yaw_deg": -REMARKS.oblique_yaw_deg - 1},
    ],
    "partly_side_view": [{"side_spans_s": ((5.0, 9.0),), "oblique_s": 4.0}],
    "posture_changes": [{"postures": 2}],
    "unsteady_strides": [{"tilt_sd_deg": REMARKS.unsteady_tilt_sd_deg + 0.1}],
    "slow_motion_stated": [{"slow_motion": 8.0, "slow_motion_is_stated": True}],
    "small": [{"body_height_px": REMARKS.small_body_px - 1}, {"body_height_px": GATES.min_body_height_px}],
    "few_strides": [
        {"strides": GATES.min_strides},
        {"strides": 1, "part_strides": 1.2},
        {"strides": REMARKS.good_strides - 1},
    ],
    "upper_back_hidden": [{"upper_free_share": GATES.min_upper_free_share - 0.01}],
    "lost_at_times": [{"detected_share": REMARKS.seen_share - 0.01}],
    "too_fast": [{"cadence_spm": REMARKS.fast_motion_spm + 1}],
    "slow_motion": [{"cadence_spm": REMARKS.slow_motion_spm - 1}],
    "turned": [{"turned_deg": 90}],
    "roll_given": [
        {"camera_roll_deg": 3.0, "roll_is_given": True},
        {"camera_roll_deg": 12.0, "roll_is_given": True, "seen_roll_deg": 8.0, "lean_deg": -3.0},
    ],
    "roll_doubtful": [
        {"camera_roll_deg": 12.0, "roll_is_given": True, "seen_roll_deg": 0.3, "lean_deg": 6.0},
        {"camera_roll_deg": 0.0, "roll_is_given": True, "seen_roll_deg": REMARKS.roll_contradiction_deg + 0.1},
        {"camera_roll_deg": 12.0, "roll_is_given": True, "lean_deg": -REMARKS.usual_backward_lean_deg - 1},
        {"camera_roll_deg": -12.0, "roll_is_given": True, "lean_deg": REMARKS.usual_lean_to_deg + 1},
    ],
    "roll_assumed": [{"camera_roll_deg": None}],
    "something_in_front": [{"occluders": (POST,), "hidden_share": GATES.max_hidden_share}, {"lines": BARS}],
    "hard_shade": [{"occluders": (SHADE,), "hidden_share": 0.1}, {"lines": replace(BARS, look="shade")}],
    "bars_or_shade": [{"lines": replace(BARS, look="either")}],
    "dark": [{"light": replace(BRIGHT, body=REMARKS.dark_level - 1, background=10.0)}],
    "back_light": [{"light": replace(BRIGHT, body=60.0, background=REMARKS.white_level)}],
    "worn_on_back": [{"neck_step_l": REMARKS.neck_step_l + 0.01}],
    "camera_pitch": [
        {"camera_pitch_deg": REMARKS.camera_pitch_deg + 0.1},
        {"camera_pitch_deg": -REMARKS.camera_pitch_deg - 0.1},
    ],
    "camera_turns": [
        {"roll_drift_deg": REMARKS.roll_drift_deg + 0.1},
        {"roll_drift_deg": 10.0, "camera_roll_deg": None},
    ],
}
CASES = [
    pytest.param(code, change, blocking, id=f"{code}-{number}")
    for table, blocking in ((BLOCKING, True), (REMARKED, False))
    for code, changes in table.items()
    for number, change in enumerate(changes)
]


def test_every_rule_has_its_cases() -> None:
    assert {rule.code for rule in (*EMPTY_RULES, *RULES)} == BLOCKING.keys() | REMARKED.keys()


def codes(recording: Recording) -> list[str]:
    return [issue.code for issue in find_issues(recording)]


def test_good_recording_has_no_issue() -> None:
    assert find_issues(GOOD) == ()
    assert is_side_view(GOOD)
    assert shows_back(GOOD)


@pytest.mark.parametrize(("code", "change", "blocking"), CASES)
def test_each_condition_raises_only_its_issue(code: str, change: dict[str, Any], blocking: bool) -> None:
    issues = find_issues(replace(GOOD, **change))
    assert [issue.code for issue in issues] == [code]
    assert issues[0].blocking is blocking


@pytest.mark.parametrize("spoilt", [{"odd": True}, {"ambiguous": True}, {"arm_free_share": 0.1}], ids=str)
@pytest.mark.parametrize("code", ["dark", "back_light", "something_in_front", "hard_shade"])
def test_light_or_thing_is_the_reason_where_no_back_can_be_read(code: str, spoilt: dict[str, Any]) -> None:
    issues = find_issues(replace(GOOD, **REMARKED[code][0], **spoilt))
    assert [(issue.code, issue.blocking) for issue in issues] == [(code, True)]
    assert "interval" not in issues[0].message


@pytest.mark.parametrize(
    "change",
    [
        {"yaw_deg": REMARKS.oblique_yaw_deg},
        {"facing_share": GATES.min_facing_share},
        {"body_height_px": REMARKS.small_body_px},
        {"camera_pitch_deg": REMARKS.camera_pitch_deg},
        {"cut_off_share": GATES.max_cut_off_share},
        {"strides": REMARKS.good_strides},
        {"arm_free_share": GATES.min_arm_free_share},
        {"upper_free_share": GATES.min_upper_free_share},
        {"detected_share": REMARKS.seen_share},
        {"cadence_spm": REMARKS.slow_motion_spm},
        {"fps": REMARKS.low_frame_rate},
        {"fps": 7.5, "slow_motion": 4.0},
        {"camera_roll_deg": 0.0},
        {"camera_roll_deg": 0.0, "roll_is_given": True, "lean_deg": REMARKS.usual_lean_to_deg + 1},
        {"lean_deg": GATES.max_lean_deg},
        {"lean_deg": -GATES.max_backward_lean_deg},
        {"fps": None},
        {"fps": 5.0, "frames_read": 1},
        {"cadence_spm": None},
    ],
    ids=str,
)
def test_values_at_the_limit_raise_nothing(change: dict[str, Any]) -> None:
    assert codes(replace(GOOD, **change)) == []


def test_absurd_lean_names_the_roll_that_was_given() -> None:
    given = replace(GOOD, lean_deg=-34.1, camera_roll_deg=44.0, roll_is_given=True)
    (wrong,) = find_issues(given)
    assert "you gave a camera roll of 44 degrees" in wrong.message
    assert "leans 34 degrees backward" in wrong.message
    assert "--roll" in wrong.advice
    (tilted,) = find_issues(replace(given, lean_deg=41.0, roll_is_given=False))
    assert "lean 41 degrees forward" in tilted.message
    assert "you gave" not in tilted.message


def test_tilted_picture_promises_no_numbers_of_parts() -> None:
    assert codes(replace(GOOD, lean_deg=41.0, postures=2, tilt_sd_deg=9.0)) == ["lean_implausible"]


def test_view_is_described_in_words() -> None:
    words = {
        80.0: "seen from the front",
        -80.0: "seen from behind",
        40.0: "at an angle of about 40 degrees",
    }
    for yaw, said in words.items():
        assert said in find_issues(replace(GOOD, yaw_deg=yaw))[0].message
    turned = find_issues(replace(GOOD, facing_share=0.6))[0]
    assert "does not face one side" in turned.message


def test_clip_without_person_has_remarks_on_the_file_only() -> None:
    nobody = Recording(frames_read=300, detected_share=0.0, damage="cut off", fps=10.0)
    assert codes(nobody) == ["no_person", "damaged", "low_frame_rate"]
    assert "any of the 300 frames" in find_issues(nobody)[0].message
    assert "in the frame" in find_issues(Recording(frames_read=1, detected_share=0.0))[0].message


def test_damage_replaces_a_smaller_remark_on_the_file() -> None:
    assert codes(replace(GOOD, damage="cut off", remark="odd")) == ["damaged"]


@pytest.mark.parametrize(
    ("strides", "parts", "said"), [(0, 0.0, "no regular strides were"), (1, 0.0, "only 1.0"), (1, 0.62, "only 1.6")]
)
def test_few_strides_are_counted(strides: int, parts: float, said: str) -> None:
    message = find_issues(replace(GOOD, strides=strides, part_strides=parts))[0].message
    assert said in message
    assert "at least 2" in message


def test_two_strides_are_enough_and_said() -> None:
    for change in ({"strides": 2}, {"strides": 1, "part_strides": 1.1}):
        issues = find_issues(replace(GOOD, **change))
        assert [issue.code for issue in issues] == ["few_strides"]
        assert "2 strides were seen" in issues[0].message


def test_strides_of_unknown_gait_are_not_called_too_few() -> None:
    assert codes(replace(GOOD, activity="unknown")) == ["gait_unclear"]


@pytest.mark.parametrize(("cadence", "factor"), [(17.7, "10"), (34.0, "5"), (75.0, "2"), (118.0, "2")])
def test_slow_motion_says_how_slow_and_what_to_type(cadence: float, factor: str) -> None:
    issue = find_issues(replace(GOOD, cadence_spm=cadence))[0]
    assert f"about {factor} times slower" in issue.message
    assert f"--slow-motion {factor}." in issue.advice


def test_double_speed_says_how_fast() -> None:
    issue = find_issues(replace(GOOD, cadence_spm=333.0))[0]
    assert "2.0 times too fast" in issue.message
    assert "0.5" in issue.advice


@pytest.mark.parametrize("turn_deg", [0, 90, 180, 270])
def test_rotated_picture_names_the_option_that_mends_it(turn_deg: int) -> None:
    assert f"--rotate {turn_deg}." in find_issues(replace(GOOD, turn_deg=90, rotate_deg=turn_deg))[0].advice


def test_issue_of_several_runners_counts_them() -> None:
    issue = find_issues(replace(GOOD, rivals=2))[0]
    assert "3 people" in issue.message
    assert "--person" in issue.advice


def test_back_of_a_standing_or_walking_person_is_shown() -> None:
    for activity in ("standing", "walking", "unknown"):
        assert shows_back(replace(GOOD, activity=activity))
    for code in ("rotated", "upside_down", "not_side_view", "several_runners", "too_small", "cut_off"):
        assert not any(shows_back(replace(GOOD, **change)) for change in BLOCKING[code]), code


def test_hidden_back_is_an_issue_once_it_was_measured() -> None:
    unmeasured = replace(GOOD, arm_free_share=None, upper_free_share=None)
    assert codes(unmeasured) == []
    measured = replace(unmeasured, arm_free_share=0.1, upper_free_share=0.02)
    assert codes(measured) == ["back_hidden"]


CHANGES = [change for table in (BLOCKING, REMARKED) for changes in table.values() for change in changes]


def merged(changes: list[dict[str, Any]]) -> Recording:
    return replace(GOOD, **{name: value for change in changes for name, value in change.items()})


# Several things wrong at once.
recordings = st.lists(st.sampled_from(CHANGES), max_size=5).map(merged)


def test_remark_on_the_person_follows_blocking_issues() -> None:
    rarely = REMARKED["rarely_seen"][0]
    for code in ("walking", "standing", "too_few_strides", "back_hidden"):
        assert codes(merged([rarely, BLOCKING[code][0]])) == [code, "rarely_seen"]


@many
@given(recordings)
def test_issues_are_complete_and_blocking_ones_first(recording: Recording) -> None:
    issues = find_issues(recording)
    blocking = [issue.blocking for issue in issues]
    assert blocking == sorted(blocking, reverse=True)
    assert len({issue.code for issue in issues}) == len(issues)
    for issue in issues:
        assert issue.code in (BLOCKING if issue.blocking else REMARKED)
        assert issue.message
        assert issue.advice.endswith(".")
        assert "\n" not in issue.message + issue.advice
        assert not any(bad in issue.message for bad in ("nan", "None", "inf"))


@many
@given(recordings)
def test_back_that_is_not_shown_always_has_a_reason(recording: Recording) -> None:
    """Whoever is measured and whoever is not: the verdict never says nothing."""
    measurable = not any(issue.blocking for issue in find_issues(recording))
    if measurable:
        assert shows_back(recording)
        assert recording.activity == "running"
        assert recording.strides_in_all >= GATES.min_strides
    else:
        assert set(codes(recording)) & set(BLOCKING)


def test_possibly_loose_top_is_a_condition_and_no_issue() -> None:
    possible = replace(GOOD, loose_possible=True)
    assert find_conditions(GOOD) == ()
    assert find_issues(possible) == ()
    (condition,) = find_conditions(possible)
    assert condition.code == "loose_clothing_possible"
    assert condition.message.startswith("if your top is tight")


@pytest.mark.parametrize(
    ("worn_t", "place"), [(None, "the line of the back"), (0.02, "at the buttocks, "), (0.2, "at the lower back, ")]
)
def test_outline_of_no_body_is_refused_with_its_place(worn_t: float | None, place: str) -> None:
    (issue,) = find_issues(replace(GOOD, odd=True, worn_t=worn_t))
    assert issue.message.startswith(place)
    assert "is not that of a body" in issue.message


def test_message_names_the_times_of_cuts_and_of_many_the_first() -> None:
    assert "cut at 2.0 and 4.5 s" in find_issues(replace(GOOD, cuts_s=(2.0, 4.5)))[0].message
    many = find_issues(replace(GOOD, cuts_s=tuple(float(second) for second in range(1, 21))))[0].message
    assert "20 times" in many
    assert "6.0 s" in many
    assert "7.0" not in many


def test_spans_from_the_side_are_said_in_seconds() -> None:
    partly = replace(GOOD, side_spans_s=((0.0, 2.5), (5.0, 9.0)), oblique_s=2.5)
    assert "only from 0.0 to 2.5 s and from 5.0 to 9.0 s" in find_issues(partly)[0].message
    assert codes(replace(GOOD, side_spans_s=((0.0, 9.0),))) == []


def test_message_on_other_people_names_the_time_of_the_runner() -> None:
    issue = find_issues(replace(GOOD, others=1, runner_span_s=(4.0, 8.2)))[0]
    assert "from 4.0 to 8.2 s" in issue.message
    assert "--person 2" in issue.advice


def test_thing_in_front_is_named_with_place_and_time() -> None:
    hidden = replace(GOOD, occluders=(POST, RAIL), hidden_share=0.3)
    assert find_issues(hidden)[0].message == "a post stands in front of your lower back"
    crossed = replace(GOOD, occluders=(RAIL,), hidden_share=0.1)
    assert find_issues(crossed)[0].message == "a handrail crosses your hips from 12 to 30 % of the stride"
    long = replace(GOOD, occluders=(SHADE,), hidden_share=0.8)
    assert find_issues(long)[0].message == "an edge of sun and shade falls on your back"


def test_good_light_raises_nothing() -> None:
    assert codes(replace(GOOD, light=BRIGHT)) == []
    assert codes(replace(GOOD, light=replace(BRIGHT, background=255.0))) == []


def test_lines_across_the_picture_are_a_reason_for_lost_strides() -> None:
    found = find_issues(replace(GOOD, lines=replace(BARS, look="shade"), strides=0))
    assert [issue.code for issue in found if issue.blocking] == ["hard_shade", "too_few_strides"]


def test_few_crossing_lines_are_no_pattern() -> None:
    assert codes(replace(GOOD, lines=replace(BARS, crossing_share=0.1))) == []
    assert codes(replace(GOOD, lines=replace(BARS, beside=0.2))) == []


def test_picture_without_a_runner_is_described() -> None:
    nobody = replace(GOOD, detected_share=0.0)
    assert codes(replace(nobody, is_striped=True)) == ["no_person", "bars_or_shade"]
    assert codes(replace(nobody, light=replace(BRIGHT, body=20.0, background=20.0))) == ["no_person", "dark"]


def test_finding_of_one_part_is_a_remark_on_the_clip_with_its_seconds() -> None:
    own = find_part_issues(replace(GOOD, lines=BARS, ambiguous=True))
    assert [(issue.code, issue.blocking) for issue in own] == [("something_in_front", True)]
    assert find_part_issues(GOOD) == ()
    changing = find_issues(replace(GOOD, postures=2))
    found = with_part_issues(changing, [(0.1, 3.7, ()), (3.7, 7.3, own)])
    assert [(issue.code, issue.blocking) for issue in found] == [
        ("something_in_front", False),
        ("posture_changes", False),
    ]
    assert found[0].message.startswith("from 3.7 to 7.3 s: bars")


def test_finding_of_several_parts_names_the_seconds_of_each() -> None:
    own = find_part_issues(replace(GOOD, lines=BARS))
    changing = find_issues(replace(GOOD, postures=3))
    found = with_part_issues(changing, [(0.1, 3.7, own), (3.7, 7.3, ()), (7.3, 9.1, own)])
    assert found[0].message.startswith("from 0.1 to 3.7 s and from 7.3 to 9.1 s: bars")


def test_finding_that_the_clip_has_too_is_said_once_and_a_refused_clip_keeps_its_reason() -> None:
    own = find_part_issues(replace(GOOD, lines=BARS))
    known = find_issues(replace(GOOD, lines=BARS))
    assert with_part_issues(known, [(0.0, 4.0, own)]) == known
    refused = find_issues(replace(GOOD, odd=True))
    assert with_part_issues(refused, [(0.0, 4.0, own)]) == refused
