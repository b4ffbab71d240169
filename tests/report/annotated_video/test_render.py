"""The video shows the measured back where it was measured, and has the times of the clip."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import av
import cv2
import numpy as np
import pytest
from helpers.examination_factory import filmed
from helpers.reduced_examinations import with_measures
from helpers.synthetic_runner import Array, few
from helpers.video_factory import number_in, write_clip, write_images
from hypothesis import given
from hypothesis import strategies as st

from posture.analysis.examination import Examination
from posture.drawing.back_line import BackOverTime
from posture.drawing.palette import ARCH, BACK
from posture.errors import VideoError
from posture.records.analysis import Analysis
from posture.report.annotated_video.anonymise import head_of
from posture.report.annotated_video.crop import CropWindows, crop_to
from posture.report.annotated_video.render import annotate, durations_of, poster_frame
from posture.types import Image
from posture.video import open_video

FramesOf = Callable[..., list[Image]]
Make = Callable[..., Analysis]
GREY = 110
# Of the clips' copies: half the measured size.
SIZE = (400, 300)


def crop_of(examination: Examination, size: tuple[int, int] = SIZE) -> CropWindows:
    unit = size[0] / examination.analysis.source.width
    return crop_to(examination.runner, examination.times_s, size, unit)


def below(frame: Image) -> Image:
    """Return the part of a frame below the texts, without its rim."""
    return frame[frame.shape[0] // 2 : -4, 4:-4]


def away(picture: Image) -> Array:
    """Return how far each pixel is from the clip's grey."""
    return np.abs(picture.astype(int) - GREY).max(axis=2)


def near(picture: Image, colour: tuple[int, int, int], within: int = 70) -> Array:
    return np.abs(picture.astype(int) - colour).max(axis=2) < within


@pytest.mark.parametrize("name", ["running", "leftward"])
def test_contour_is_drawn_behind_the_trunk_within_strides_only(
    name: str, request: pytest.FixtureRequest, frames_of: FramesOf
) -> None:
    examination: Examination = request.getfixturevalue(name)
    assert examination.runner is not None
    assert examination.back is not None
    frames = frames_of(examination)
    back = BackOverTime(examination.runner, examination.back)
    for number in (0, 40, 77):
        picture, pose = frames[number], back.pose(number)
        # The verdict above has nearly the same green.
        green = np.argwhere(near(picture, BACK))[:, ::-1]
        green = green[green[:, 1] > 0.3 * picture.shape[0]]
        if pose is None:
            assert len(green) == 0
            continue
        point = pose.trunk.place(np.array([-0.15]), np.interp([-0.15], *_outline(pose)))
        expected = crop_of(examination).place(0.5 * point, number)
        assert np.hypot(*(green - expected).T).min() < 3
        behind = -1 if pose.trunk.facing == "right" else 1
        hips = crop_of(examination).place(0.5 * examination.back.hips[number], number)
        assert behind * (green[:, 0].mean() - hips[0]) > 0
        # The arch's number stands on a plate behind the back.
        assert near(picture[picture.shape[0] // 3 :], ARCH, 60).sum() > 40


def _outline(pose: Any) -> tuple[Array, Array]:
    from posture.contour.grid import T_GRID

    return T_GRID, pose.outline


def test_frames_without_the_runner_show_the_texts_only(gaps: Examination, frames_of: FramesOf) -> None:
    frames = frames_of(gaps)
    assert away(below(frames[67])).max() < 25
    for number in (50, 79):
        assert away(below(frames[number])).max() > 60


def test_clip_without_people_has_a_video(nobody: Examination, frames_of: FramesOf) -> None:
    frames = frames_of(nobody)
    assert len(frames) == len(nobody.times_s)
    for frame in frames[::7]:
        assert away(below(frame)).max() < 25
        assert away(frame).max() > 60


def test_front_view_has_no_back(front: Examination, frames_of: FramesOf) -> None:
    frames = frames_of(front)
    assert away(below(frames[60])).max() < 25


def test_unknown_arch_is_not_drawn(running: Examination, frames_of: FramesOf) -> None:
    frames = frames_of(with_measures(running, lumbar_arch_deg=None))
    assert near(frames[60], BACK).sum() > 50
    assert not near(frames[60][240:], ARCH, 50).any()


def test_poster_is_the_frame_in_the_middle_of_a_measured_stance(running: Examination, tmp_path: Path) -> None:
    source = running.analysis.source
    clip = write_clip(tmp_path / "c.mp4", frames=len(running.times_s), size=(source.width, source.height))
    jpeg = annotate(filmed(running, clip), tmp_path / "f.mp4")
    poster = np.asarray(cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_COLOR), dtype=np.uint8)[..., ::-1]
    with open_video(tmp_path / "f.mp4") as video:
        frames = [frame.rgb for frame in video.frames()]
    chosen = poster_frame(running)
    assert np.abs(poster.astype(int) - frames[chosen]).mean() < 6
    assert near(poster, BACK).sum() > 50
    assert running.runner is not None
    stride = int(running.runner.strides.frame_stride[chosen])
    assert running.analysis.gait.strides[stride].measures is not None
    assert 0.05 < running.runner.strides.frame_phase[chosen] < 0.3


def test_heads_are_blurred_before_drawing(running: Examination, tmp_path: Path) -> None:
    rng = np.random.default_rng(3)
    source = running.analysis.source
    still = np.kron(rng.integers(0, 2, (75, 100, 3)) * 255, np.ones((8, 8, 1))).astype(np.uint8)
    clip = write_clip(
        tmp_path / "c.mp4",
        frames=22,
        size=(source.width, source.height),
        draw=lambda *_: still,
    )
    from posture.report.annotated_video.anonymise import find_heads

    detail = []
    for heads in (None, find_heads(running.people, running.times_s)):
        annotate(filmed(running, clip), tmp_path / "f.mp4", heads=heads)
        with open_video(tmp_path / "f.mp4") as video:
            frame = next(f.rgb for f in video.frames() if f.index == 20)
        x, y, radius = head_of(running.people[20][0])
        crop = crop_of(running, (source.width, source.height))
        (left, top), (right, bottom) = crop.place(np.array([x, y]) + 0.5 * radius * np.array([[-1, -1], [1, 1]]), 20)
        inner = frame[round(top) : round(bottom), round(left) : round(right)]
        detail.append(float(np.abs(np.diff(inner.astype(int), axis=1)).mean()))
    assert detail[0] > 10
    assert detail[1] < 3


# --- times -------------------------------------------------------------------------------------------


def video_times_of(
    clip: Path, make_analysis: Make, tmp_path: Path, **options: float
) -> tuple[Array, Array, float, float, list[Image]]:
    """Return the times of the clip's and the film's frames, both lengths, and the film's pictures."""
    path = tmp_path / "film.mp4"
    with open_video(clip, **options) as video:  # type: ignore[arg-type]
        times = np.array([frame.time_s for frame in video.frames()])
        summary, info = video.summary, video.info
        assert summary.end_time_s is not None
        length = summary.end_time_s - times[0]

        def named(data: dict[str, Any]) -> None:
            data["source"] |= {
                "path": str(clip),
                "width": info.width,
                "height": info.height,
                "duration_s": length,
                "fps": info.fps,
            }

        nothing = make_analysis("not_measurable", change=named)
        annotate(Examination(nothing, None, None, times), path)
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        assert (stream.codec.name, stream.codec_context.pix_fmt) == ("h264", "yuv420p")
        assert stream.start_time == 0
        pictures, video_times = [], []
        for frame in container.decode(stream):
            video_times.append(float(frame.time))
            pictures.append(frame.to_ndarray(format="rgb24"))
        video_s = float(stream.duration * stream.time_base)
    return times, np.array(video_times), length, video_s, pictures


def check(times: Array, video_times: Array, length: float, video_s: float) -> None:
    assert video_times == pytest.approx(times - times[0], abs=1e-3)
    step = float(np.diff(times).max()) if len(times) > 1 else 0.05
    assert abs(video_s - length) <= min(step, 1e-3)


KINDS: dict[str, dict[str, Any]] = {
    "30 frames a second": {"frames": 31},
    "60 frames a second": {"frames": 65, "fps": 60.0},
    "29.97 frames a second": {"frames": 40, "fps": 30000 / 1001},
    "variable": {"times": [0.0, 0.03, 0.1, 0.11, 0.4, 0.45, 0.46, 0.9, 1.3]},
    "turned": {"frames": 20, "clockwise_deg": 90},
    "wide pixels": {"frames": 20, "pixel_aspect": 2},
    "odd sides": {"frames": 9, "size": (161, 97), "pix_fmt": "yuv444p"},
    "one frame": {"frames": 1},
}


@pytest.mark.parametrize("kind", KINDS)
def test_video_has_the_times_of_the_clip(kind: str, make_analysis: Make, tmp_path: Path) -> None:
    clip = write_clip(tmp_path / "c.mp4", **KINDS[kind])
    times, video_times, length, video_s, _pictures = video_times_of(clip, make_analysis, tmp_path)
    check(times, video_times, length, video_s)


def test_folder_of_images_has_its_own_times(make_analysis: Make, tmp_path: Path) -> None:
    folder = write_images(tmp_path / "images", count=12)
    times, video_times, length, video_s, _pictures = video_times_of(folder, make_analysis, tmp_path)
    assert len(times) == 12
    check(times, video_times, length, video_s)


def test_video_of_a_part_begins_at_zero(make_analysis: Make, tmp_path: Path) -> None:
    clip = write_clip(tmp_path / "c.mp4", frames=90, size=(360, 240))
    times, video_times, length, video_s, pictures = video_times_of(
        clip, make_analysis, tmp_path, start_s=1.0, end_s=2.0
    )
    assert times[0] == pytest.approx(1.0)
    assert len(times) == 30
    check(times, video_times, length, video_s)
    grey = [number_in(picture) for picture in pictures]
    assert grey == list(range(30, 60))


@few
@given(st.lists(st.floats(0.001, 2.0), max_size=20), st.floats(0.0, 3.0))
def test_durations_fill_the_whole_time(steps: list[float], last: float) -> None:
    times = np.cumsum([5.0, *steps])
    lengths = durations_of(times, float(times[-1] - times[0]) + last)
    assert (lengths > 0).all()
    assert len(lengths) == len(times)
    assert lengths[:-1] == pytest.approx(np.diff(times))
    if last > 1e-6:
        assert lengths.sum() == pytest.approx(times[-1] - times[0] + last)


def test_progress_counts_every_frame(nobody: Examination, tmp_path: Path) -> None:
    clip = write_clip(tmp_path / "c.mp4", frames=len(nobody.times_s), size=(800, 600))
    counts: list[tuple[int, int]] = []
    annotate(filmed(nobody, clip), tmp_path / "f.mp4", lambda done, total: counts.append((done, total)))
    assert counts == [(n + 1, len(nobody.times_s)) for n in range(len(nobody.times_s))]


def test_clip_that_is_gone_is_an_error(nobody: Examination, tmp_path: Path) -> None:
    with pytest.raises(VideoError):
        annotate(filmed(nobody, tmp_path / "gone.mp4"), tmp_path / "f.mp4")
    assert list(tmp_path.iterdir()) == []


def test_stride_with_hidden_arch_shows_no_arch(running: Examination, frames_of: FramesOf) -> None:
    gait = running.analysis.gait
    strides = (gait.strides[0].model_copy(update={"measures": None}), *gait.strides[1:])
    part_known = running.analysis.model_copy(update={"gait": gait.model_copy(update={"strides": strides})})
    frames = frames_of(replace(running, analysis=part_known))
    assert len(frames) == 80
