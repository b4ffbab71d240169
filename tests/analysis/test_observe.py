"""Observations of a clip, and the choice between passes."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
from helpers import examination_factory
from helpers.derived_clips import frames_of, halved
from helpers.video_factory import write_clip

from posture.analysis.clip_pass import ClipRequest
from posture.analysis.observations import ClipObservations, track_people
from posture.analysis.observe import LOOK_S, _more_complete_pass, _Pass, observe_clip
from posture.analysis.pipeline import examine_observations
from posture.video import open_video

SAMPLE = Path(__file__).parents[2] / "samples" / "run_neutral.mp4"


def sighted(seen: ClipObservations, *, exchanged: range = range(0)) -> ClipObservations:
    """Return the same with a visibility for each frame and landmark; left and right leg exchanged in some frames."""
    people = []
    for frame, (one,) in enumerate(seen.sightings):
        visibility = 0.5 + (np.arange(33) + frame) / 1000
        landmarks = one.landmarks.copy()
        if frame in exchanged:
            for left in (25, 27, 29, 31):
                landmarks[[left, left + 1]] = landmarks[[left + 1, left]]
                visibility[[left, left + 1]] = visibility[[left + 1, left]]
        people.append([replace(one, landmarks=landmarks, visibility=visibility)])
    return replace(seen, sightings=people)


def test_visibility_is_that_of_the_landmarks_of_the_person() -> None:
    seen = sighted(examination_factory.observations(seconds=2.0))
    (mover,) = track_people(seen)
    expected = 0.5 + (np.arange(33) + np.arange(60)[:, None]) / 1000
    assert (seen.visibility_of(mover) == expected).all()


def test_visibility_is_swapped_with_repaired_landmarks() -> None:
    plain = examination_factory.observations(seconds=2.0)
    seen = sighted(plain, exchanged=range(30, 33))
    (mover,) = track_people(seen)
    assert mover.swapped >= 3
    (unharmed,) = track_people(sighted(plain))
    assert np.allclose(mover.landmarks, unharmed.landmarks)
    assert np.allclose(seen.visibility_of(mover), sighted(plain).visibility_of(unharmed))


def test_pass_for_two_people_that_loses_the_only_one_is_dropped() -> None:
    seen = examination_factory.observations(seconds=4.0)
    whole = _Pass(seen, track_people(seen))
    less = _Pass(
        examination_factory.without(seen, range(40, 90)),
        track_people(examination_factory.without(seen, range(40, 90))),
    )
    assert less.share < whole.share
    assert _more_complete_pass(whole, less) is whole
    assert _more_complete_pass(less, whole) is whole


def test_pass_with_a_runner_beats_pass_with_a_standing_person() -> None:
    stands = examination_factory.observations(
        examination_factory.Figure(gait="standing", stride_s=30.0), name="stand", seconds=4.0
    )
    runs = examination_factory.without(examination_factory.observations(seconds=4.0), range(60, 90))
    bystander, runner = _Pass(stands, track_people(stands)), _Pass(runs, track_people(runs))
    assert runner.share < bystander.share
    assert _more_complete_pass(bystander, runner) is runner
    assert _more_complete_pass(runner, bystander) is runner


def test_pass_that_tracks_a_second_person_is_kept() -> None:
    seen = examination_factory.observations(seconds=4.0)
    (mover,) = track_people(seen)
    shorter = examination_factory.without(seen, range(100, 120))
    two = _Pass(shorter, [*track_people(shorter), mover])
    assert _more_complete_pass(_Pass(seen, [mover]), two) is two


def empty_picture(number: int, width: int, height: int) -> np.ndarray:
    return np.full((height, width, 3), 90 + number % 3, dtype=np.uint8)


def test_clip_without_anybody_is_refused_after_looks(tmp_path: Path) -> None:
    path = write_clip(tmp_path / "empty.mp4", frames=240, size=(320, 180), draw=empty_picture, gop=30)
    seen, people = observe_clip(ClipRequest(path, "lite"))
    assert not people
    assert [issue.code for issue in examine_observations(seen).analysis.quality.issues] == ["no_person"]
    assert len(seen.times_s) == 8.0 / LOOK_S
    assert seen.summary.complete
    assert seen.summary.damage is None


def test_runner_who_is_there_for_two_seconds_between_key_frames_is_measured(tmp_path: Path) -> None:
    with open_video(SAMPLE, end_s=2.0, max_side_px=640) as video:
        runner = [frame.rgb for frame in video.frames()]

    def draw(number: int, width: int, height: int) -> np.ndarray:
        return runner[number - 95] if 95 <= number < 155 else empty_picture(number, width, height)

    path = write_clip(tmp_path / "short.mp4", frames=240, size=(640, 360), draw=draw, gop=80)
    seen, people = observe_clip(ClipRequest(path, "lite"))
    assert len(seen.times_s) == 240
    assert len(people[0].frames) > 50


def test_long_slow_motion_that_nobody_states_is_read_whole(tmp_path: Path) -> None:
    """The sample six times slower: a part of six seconds shows a stride and a half."""
    runner = [halved(n, rgb) for n, rgb in enumerate(frames_of("run_neutral"))]

    def draw(number: int, _width: int, _height: int) -> np.ndarray:
        return runner[number // 2]

    height, width = runner[0].shape[:2]
    path = write_clip(tmp_path / "slow.mp4", frames=480, fps=10.0, size=(width, height), draw=draw, gop=10)
    seen, people = observe_clip(ClipRequest(path, "lite"))
    assert len(seen.times_s) == 480
    assert len(people[0].strides) >= 10
