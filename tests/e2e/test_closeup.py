"""A runner who crosses a wide still picture, an eighth of its width tall."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from av import VideoFrame
from helpers.cli_runner import AnalysisOf, codes, value
from helpers.derived_clips import frames_of, halved
from helpers.video_factory import write_clip

from posture.types import Image

# Five strides of the neutral run.
SECONDS = 4.8
WIDTH, TALL, ABOVE = 1920, 540, 180
# Where the runner is in the sample, with room for arms and legs, after halving; they are 242 pixels tall.
LEFT, RIGHT = 190, 450
STEP_PX = 11


def crossing(number: int, rgb: Image) -> Image:
    """Show the runner at half their size, on their way from the left to the right of a wide picture."""
    figure = halved(number, rgb)[:, LEFT:RIGHT]
    # The background continues evenly on both sides.
    sides = 0.5 * (figure[:, :1].astype(np.float32) + figure[:, -1:])
    wide = np.repeat(sides, WIDTH, axis=1).astype(np.uint8)
    at = number * STEP_PX
    wide[:, at : at + RIGHT - LEFT] = figure
    return np.concatenate([wide[:1].repeat(ABOVE, axis=0), wide], axis=0)


@pytest.fixture(scope="module")
def wide_clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    pictures = [crossing(n, rgb) for n, rgb in enumerate(frames_of("run_neutral", end_s=SECONDS))]
    return write_clip(
        tmp_path_factory.mktemp("wide") / "wide.mp4",
        frames=len(pictures),
        size=(WIDTH, pictures[0].shape[0]),
        draw=lambda number, _width, _height: pictures[number],
        gop=300,
    )


def test_small_runner_is_found_and_measured(analysis_of: AnalysisOf, wide_clip: Path) -> None:
    found = analysis_of(wide_clip)
    assert found["quality"]["detected_share"] > 0.95
    assert found["subject"]["direction"] == "right"
    assert found["subject"]["activity"] == "running"
    assert found["subject"]["people_seen"] == 1
    assert codes(found, blocking=True) == set()
    near = analysis_of("run_neutral", "--end", str(SECONDS))
    assert found["gait"]["cadence_spm"] == pytest.approx(near["gait"]["cadence_spm"], rel=0.02)
    assert found["quality"]["body_height_px"] == pytest.approx(near["quality"]["body_height_px"] / 2, rel=0.03)
    assert value(found, "pelvic_tilt_deg") == pytest.approx(value(near, "pelvic_tilt_deg"), abs=2.0)
    assert value(found, "lumbar_arch_deg") == pytest.approx(value(near, "lumbar_arch_deg"), abs=4.0)


def approaching(number: int, last: int, rgb: Image) -> Image:
    """Show the runner on their way through a wide still picture, half their size at first and then ever larger."""
    share = 0.5 + 0.25 * number / last
    height, width = (2 * round(share * side / 2) for side in (rgb.shape[0], 2 * (RIGHT - LEFT)))
    cut = np.ascontiguousarray(rgb[:, 2 * LEFT : 2 * RIGHT])
    figure = VideoFrame.from_ndarray(cut, format="rgb24").reformat(width, height, "rgb24", interpolation="AREA")
    small = figure.to_ndarray()
    sides = 0.5 * (small[:, :1].astype(np.float32) + small[:, -1:])
    wide = np.repeat(sides, WIDTH, axis=1).astype(np.uint8)
    at = round(200 + 1150 * number / last)
    wide[:, at : at + width] = small
    return np.concatenate([wide[:1].repeat(TALL - height, axis=0), wide], axis=0)


def test_runner_detected_late_is_measured_by_the_roi_pass(
    analysis_of: AnalysisOf, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """They are large enough for the first pass only in the second half, which has too few strides."""
    frames = list(frames_of("run_neutral", end_s=SECONDS))
    pictures = [approaching(n, len(frames) - 1, rgb) for n, rgb in enumerate(frames)]
    clip = write_clip(
        tmp_path_factory.mktemp("late") / "late.mp4",
        frames=len(pictures),
        size=(WIDTH, TALL),
        draw=lambda number, _width, _height: pictures[number],
        gop=300,
    )
    found = analysis_of(clip)
    assert found["quality"]["detected_share"] > 0.95
    assert len(found["gait"]["strides"]) >= 5
    assert codes(found, blocking=True) == set()


@pytest.mark.slow
def test_two_small_runners_are_two_people(analysis_of: AnalysisOf, tmp_path_factory: pytest.TempPathFactory) -> None:
    """The ROI pass may follow either of them."""
    step, ahead = 38, 350
    pictures = []
    for number, rgb in enumerate(frames_of("run_neutral", end_s=1.0)):
        wide = crossing(0, rgb)
        figure = wide[ABOVE + 1 :, : RIGHT - LEFT].copy()
        wide[ABOVE + 1 :, : RIGHT - LEFT] = wide[ABOVE + 1 :, -1:]
        for at in (number * step, number * step + ahead):
            wide[ABOVE + 1 :, at : at + RIGHT - LEFT] = figure
        pictures.append(wide)
    clip = write_clip(
        tmp_path_factory.mktemp("two") / "two.mp4",
        frames=len(pictures),
        size=(WIDTH, pictures[0].shape[0]),
        draw=lambda number, _width, _height: pictures[number],
        gop=300,
    )
    found = analysis_of(clip)
    assert found["subject"]["people_seen"] == 2
    assert "several_runners" in codes(found, blocking=True)
    assert found["measures"]["pelvic_tilt_deg"] is None
    # The followed one can be chosen.
    assert "several_runners" not in codes(analysis_of(clip, "--person", "1"))
