"""Rules about the people in the picture and their strides: what their messages say."""

from __future__ import annotations

from dataclasses import replace

import pytest
from helpers.recordings import BRIGHT, GOOD, codes

from posture.quality.issues import find_issues
from posture.quality.recording import Recording


def test_clip_without_person_has_remarks_on_the_file_only() -> None:
    nobody = Recording(frames_read=300, detected_share=0.0, damage="cut off", fps=10.0)
    assert codes(nobody) == ["no_person", "damaged", "low_frame_rate"]
    assert "any of the 300 frames" in find_issues(nobody)[0].message
    assert "in the frame" in find_issues(Recording(frames_read=1, detected_share=0.0))[0].message


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


def test_issue_of_several_runners_counts_them() -> None:
    issue = find_issues(replace(GOOD, rivals=2))[0]
    assert "3 people" in issue.message
    assert "--person" in issue.advice


def test_message_on_other_people_names_the_time_of_the_runner() -> None:
    issue = find_issues(replace(GOOD, others=1, runner_span_s=(4.0, 8.2)))[0]
    assert "from 4.0 to 8.2 s" in issue.message
    assert "--person 2" in issue.advice


def test_picture_without_a_runner_is_described() -> None:
    nobody = replace(GOOD, detected_share=0.0)
    assert codes(replace(nobody, is_striped=True)) == ["no_person", "bars_or_shade"]
    assert codes(replace(nobody, light=replace(BRIGHT, body=20.0, background=20.0))) == ["no_person", "dark"]
