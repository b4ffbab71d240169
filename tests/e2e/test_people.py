"""People in the frame: nobody, one for half of the clip, two, far away, upside down, tiny frames."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from helpers.cli_runner import AnalysisOf, Clip, Json, codes, invoke, value
from helpers.derived_clips import (
    cropped,
    first_picture,
    frames_of,
    halved,
    turned,
    without_legs,
    without_runner,
)
from helpers.video_factory import write_clip, write_image, write_images

from posture.types import Image

# Five strides of the neutral run.
PART_S = 4.8


def refused(analysis: Json, code: str) -> str:
    """Return the advice of the issue that blocks the verdict."""
    assert analysis["verdict"]["label"] == "not_measurable"
    assert not analysis["quality"]["measurable"]
    assert analysis["exercises"] == []
    assert code in codes(analysis, blocking=True)
    assert analysis["verdict"]["reasons"]
    return next(i["advice"] for i in analysis["quality"]["issues"] if i["code"] == code)


def test_clip_without_people_is_not_measurable(analysis_of: AnalysisOf, clip: Clip) -> None:
    found = analysis_of(clip("nobody.mp4", "run_neutral", lambda _n, rgb: without_runner(rgb), end_s=0.5))
    assert "Film" in refused(found, "no_person")
    assert found["subject"]["people_seen"] == 0
    assert found["source"]["frames_used"] == 0


def test_noise_is_not_measurable(tmp_path: Path) -> None:
    rng = np.random.default_rng(3)

    def noise(_number: int, width: int, height: int) -> Image:
        return rng.integers(0, 256, (height, width, 3), np.uint8)

    found = invoke("analyze", write_clip(tmp_path / "noise.mp4", frames=8, draw=noise), "--json", "-").json
    refused(found, "no_person")


def test_person_who_leaves_half_way_gives_too_few_strides(analysis_of: AnalysisOf, clip: Clip) -> None:
    def left(number: int, rgb: Image) -> Image:
        return rgb if number < 30 else without_runner(rgb)

    found = analysis_of(clip("left.mp4", "run_neutral", left, end_s=4.0))
    refused(found, "too_few_strides")
    # The share counts while the person is in the picture.
    assert found["quality"]["detected_share"] > 0.95
    assert found["source"]["frames_used"] == pytest.approx(30, abs=4)
    assert not {"lost_at_times", "rarely_seen"} & codes(found)


def test_single_frame_is_not_measurable(tmp_path: Path) -> None:
    picture = first_picture("run_neutral")
    path = write_clip(tmp_path / "one.mp4", frames=1, size=(1280, 720), draw=lambda _n, _w, _h: picture, fps=30)
    found = invoke("analyze", path, "--json", "-").json
    refused(found, "too_few_strides")
    assert found["source"]["frames_read"] == 1
    assert found["source"]["fps"] is None


def test_single_photo_is_not_measurable(tmp_path: Path) -> None:
    done = invoke("analyze", write_image(tmp_path / "me.jpg", first_picture("run_neutral")), "--json", "-")
    refused(done.json, "too_few_strides")


@pytest.mark.parametrize("size", [(1, 1), (2, 2), (3, 5), (161, 97), (640, 1), (1, 480)])
def test_unusual_frame_sizes_are_read(tmp_path: Path, size: tuple[int, int]) -> None:
    folder = write_images(tmp_path / "frames", count=3, size=size)
    found = invoke("analyze", folder, "--json", "-").json
    refused(found, "no_person")
    assert (found["source"]["width"], found["source"]["height"]) == size


def test_runner_in_odd_sized_frames_is_detected(analysis_of: AnalysisOf, clip: Clip) -> None:
    path = clip(
        "odd.mkv",
        "run_neutral",
        lambda _n, rgb: rgb[:-1, :-3],
        end_s=0.5,
        codec="libx264rgb",
        pix_fmt="rgb24",
    )
    found = analysis_of(path)
    assert (found["source"]["width"], found["source"]["height"]) == (1277, 719)
    assert found["source"]["frames_used"] == found["source"]["frames_read"] == 15


def test_8k_clip_is_analysed(tmp_path: Path) -> None:
    small = first_picture("run_neutral")
    big = small.repeat(6, axis=0).repeat(6, axis=1)
    path = write_clip(tmp_path / "8k.mp4", frames=2, size=(7680, 4320), draw=lambda _n, _w, _h: big)
    found = invoke("analyze", path, "--json", "-").json
    assert found["source"]["frames_used"] == 2
    refused(found, "too_few_strides")


def test_upside_down_clip_is_turned_and_that_is_said(analysis_of: AnalysisOf, clip: Clip) -> None:
    path = clip("upside_down.mp4", "run_neutral", lambda n, rgb: halved(n, turned(2)(n, rgb)), end_s=0.8)
    found = analysis_of(path)
    assert "turned" in codes(found)
    assert (found["source"]["rotation_deg"], found["source"]["extra_rotation_deg"]) == (180, 180)
    assert found["subject"]["direction"] == "right"
    assert "upside_down" not in codes(found)


def test_upside_down_clip_that_is_left_so_is_refused(analysis_of: AnalysisOf, clip: Clip) -> None:
    path = clip("upside_down.mp4", "run_neutral", lambda n, rgb: halved(n, turned(2)(n, rgb)), end_s=0.8)
    assert "--rotate 180" in refused(analysis_of(path, "--rotate", "0"), "upside_down")


def test_upright_clip_that_is_turned_wrongly_says_how_to_mend_it(analysis_of: AnalysisOf, clip: Clip) -> None:
    path = clip("upright.mp4", "run_neutral", halved, end_s=0.8)
    assert "--rotate 0" in refused(analysis_of(path, "--rotate", "180"), "upside_down")


@pytest.mark.parametrize("clockwise_deg", [90, 180, 270])
def test_rotation_flag_of_the_clip_is_applied(analysis_of: AnalysisOf, clip: Clip, clockwise_deg: int) -> None:
    path = clip(
        f"turned{clockwise_deg}.mp4",
        "run_neutral",
        lambda n, rgb: halved(n, turned(clockwise_deg // 90)(n, rgb)),
        end_s=0.5,
        clockwise_deg=clockwise_deg,
    )
    found = analysis_of(path)
    assert found["source"]["rotation_deg"] == clockwise_deg
    assert (found["source"]["width"], found["source"]["height"]) == (640, 360)
    assert found["subject"]["direction"] == "right"
    assert codes(found, blocking=True) == {"too_few_strides"}


def test_runner_too_far_away_is_refused(analysis_of: AnalysisOf, clip: Clip) -> None:
    path = clip("far.mp4", "run_neutral", lambda n, rgb: halved(n, halved(n, rgb)), end_s=0.8)
    assert "closer" in refused(analysis_of(path), "too_small")


def test_runner_cut_off_by_the_frame_is_refused(analysis_of: AnalysisOf, clip: Clip) -> None:
    found = analysis_of(clip("cut.mp4", "run_neutral", cropped(0, 600), end_s=1.5))
    assert found["verdict"]["label"] == "not_measurable"
    assert codes(found, blocking=True) & {"cut_off", "no_person", "too_few_strides", "not_side_view"}


def test_legs_outside_the_frame_are_reported(analysis_of: AnalysisOf, clip: Clip) -> None:
    found = analysis_of(clip("legs.mp4", "run_neutral", without_legs(420), end_s=2.0))
    assert "whole body" in refused(found, "cut_off")
    assert "walking" not in codes(found)


def side_by_side(_number: int, rgb: Image) -> Image:
    """Show the runner twice at equal size."""
    middle = rgb[:, 320:960]
    return halved(_number, np.concatenate([middle, middle], axis=1))


def test_two_runners_require_a_choice(analysis_of: AnalysisOf, clip: Clip) -> None:
    path = clip("two.mp4", "run_neutral", side_by_side, end_s=PART_S)
    found = analysis_of(path, "--end", "2.5")
    assert "--person 1" in refused(found, "several_runners")
    assert found["subject"]["people_seen"] >= 2


def test_chosen_runner_of_two_is_measured(analysis_of: AnalysisOf, clip: Clip) -> None:
    path = clip("two.mp4", "run_neutral", side_by_side, end_s=PART_S)
    found = analysis_of(path, "--person", "1")
    assert "several_runners" not in codes(found)
    assert found["verdict"]["label"] == "not_hollow_back"
    plain = analysis_of("run_neutral", "--end", str(PART_S))
    for name in ("pelvic_tilt_deg", "lumbar_arch_deg"):
        low, high = plain["measures"][name]["ci90"]
        assert low <= found["measures"][name]["value"] <= high


@pytest.mark.slow
def test_other_runner_of_two_can_be_chosen(analysis_of: AnalysisOf, clip: Clip) -> None:
    path = clip("two.mp4", "run_neutral", side_by_side, end_s=PART_S)
    found = analysis_of(path, "--end", "1", "--person", "2")
    assert "several_runners" not in codes(found)
    assert found["subject"]["chosen"].startswith("person 2 of ")


@pytest.mark.parametrize(
    ("filename", "options"),
    [
        ("grey.mkv", {"codec": "ffv1", "pix_fmt": "gray"}),
        ("jog.gif", {"codec": "gif", "pix_fmt": "rgb8", "fps": 25.0}),
        ("jog.webm", {"codec": "libvpx-vp9"}),
        ("sound.mov", {"audio": True}),
    ],
)
def test_other_containers_and_codecs_work(
    analysis_of: AnalysisOf, clip: Clip, filename: str, options: dict[str, object]
) -> None:
    found = analysis_of(clip(filename, "run_neutral", halved, end_s=0.6, **options))
    assert found["source"]["frames_used"] >= 0.8 * found["source"]["frames_read"] > 0
    assert found["subject"]["direction"] == "right"
    assert codes(found, blocking=True) == {"too_few_strides"}


@pytest.mark.slow
def test_variable_frame_rate_keeps_the_cadence(analysis_of: AnalysisOf, tmp_path: Path) -> None:
    # Every fourth of the frames is missing, as phones do in the dark; those that are left have their own time.
    pictures = [(n, halved(n, rgb)) for n, rgb in enumerate(frames_of("run_neutral", end_s=3.5)) if n % 4 != 3]
    path = write_clip(
        tmp_path / "variable.mkv",
        size=(640, 360),
        times=[number / 30 for number, _rgb in pictures],
        draw=lambda number, _w, _h: pictures[number][1],
    )
    found, even = analysis_of(path), analysis_of("run_neutral", "--end", str(PART_S))
    assert found["gait"]["cadence_spm"] == pytest.approx(even["gait"]["cadence_spm"], rel=0.03)
    assert value(found, "pelvic_tilt_deg") == pytest.approx(value(even, "pelvic_tilt_deg"), abs=1.5)
