"""Quality rules: condition, advice, and whether they block."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from helpers.recordings import BARS, BRIGHT, GOOD, POST, SHADE, codes
from helpers.synthetic_runner import many
from hypothesis import given
from hypothesis import strategies as st

from posture.quality.issues import RULES, find_issues, find_part_issues, with_part_issues
from posture.quality.recording import Recording, is_side_view, shows_back
from posture.quality.runner_rules import EMPTY_RULES
from posture.thresholds import GATES, REMARKS

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


def test_back_of_a_standing_or_walking_person_is_shown() -> None:
    for activity in ("standing", "walking", "unknown"):
        assert shows_back(replace(GOOD, activity=activity))
    for code in ("rotated", "upside_down", "not_side_view", "several_runners", "too_small", "cut_off"):
        assert not any(shows_back(replace(GOOD, **change)) for change in BLOCKING[code]), code


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
