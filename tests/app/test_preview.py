"""Preview of a clip: its still with people, its strip, and what is said of a broken one."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from helpers.app_server import wait_until
from helpers.derived_clips import rewrite, sample, turned
from helpers.video_factory import CORNERS, corners_of, truncate, write_audio, write_clip

from posture.app.library import Library
from posture.app.preview import (
    STILL,
    STRIP,
    STRIP_PICTURES,
    STRIP_SIZE_PX,
    MadePreview,
    PreviewError,
    PreviewJob,
    find_people,
    look_at,
    running_previews,
)
from posture.drawing.canvas import decode_rgb

SOON_S = 120.0


def made_of(path: Path) -> MadePreview:
    made = look_at(PreviewJob(path, "en"))
    assert isinstance(made, MadePreview)
    return made


def test_strip_shows_the_clip_from_beginning_to_end(tmp_path: Path) -> None:
    def brighter(number: int, width: int, height: int) -> np.ndarray:
        return np.full((height, width, 3), 2 * number, np.uint8)

    made = made_of(write_clip(tmp_path / "clip.mp4", frames=120, draw=brighter))
    strip = decode_rgb(made.pictures[STRIP])
    width, height = STRIP_SIZE_PX
    assert strip.shape == (height, STRIP_PICTURES * width, 3)
    brightness = strip.reshape(height, STRIP_PICTURES, width, 3).mean(axis=(0, 2, 3))
    # Each picture is of its own twelfth, 20 levels long, or of the key frame just before it.
    expected = 2 * (np.arange(STRIP_PICTURES) + 0.5) * 120 / STRIP_PICTURES
    assert brightness == pytest.approx(expected, abs=20)
    assert (np.diff(brightness) >= 0).all()
    assert made.preview.duration_s == pytest.approx(4.0, abs=0.05)


def test_still_is_upright_and_fits(tmp_path: Path) -> None:
    made = made_of(write_clip(tmp_path / "clip.mp4", size=(1920, 1080), frames=5, clockwise_deg=90))
    still = decode_rgb(made.pictures[STILL])
    assert (made.preview.width, made.preview.height) == (1080, 1920)
    assert still.shape[:2] == (960, 540)
    stored = {
        "top left": "bottom left",
        "top right": "top left",
        "bottom right": "top right",
        "bottom left": "bottom right",
    }
    for name, colour in corners_of(still).items():
        assert colour == pytest.approx(CORNERS[stored[name]], abs=40), name


def test_people_are_numbered_from_left_to_right_where_they_stand() -> None:
    job = PreviewJob(sample("run_hollow"), "en", made_of(sample("run_hollow")).preview)
    made = find_people(job)
    assert isinstance(made, MadePreview)
    assert made.preview.people is not None
    [runner] = made.preview.people
    left, top, width, height = runner.box
    assert left < runner.x < left + width
    assert top < runner.y < top + height
    # The runner is in the middle of the picture, and 500 pixels of 720 tall.
    assert runner.x == pytest.approx(0.5, abs=0.1)
    assert height == pytest.approx(0.7, abs=0.12)


def test_clip_that_lies_on_its_side_is_shown_upright(tmp_path: Path) -> None:
    path = rewrite(tmp_path / "side.mp4", "run_hollow", turned(1), end_s=1.0)
    made = find_people(PreviewJob(path, "en", made_of(path).preview))
    assert isinstance(made, MadePreview)
    assert (made.preview.turn_deg, made.preview.width, made.preview.height) == (90, 1280, 720)
    assert len(made.preview.people or ()) == 1


def broken(folder: Path) -> list[Path]:
    (folder / "text.mp4").write_text("no video at all")
    write_clip(folder / "cut.mp4")
    return [folder / "text.mp4", truncate(folder / "cut.mp4", 0.5), write_audio(folder / "sound.m4a")]


def test_broken_file_gives_one_line_and_advice(tmp_path: Path) -> None:
    for path in broken(tmp_path):
        error = look_at(PreviewJob(path, "de"))
        assert isinstance(error, PreviewError), path.name
        assert error.what
        assert "\n" not in error.what
        assert error.advice
        assert error.said["de"] == (error.what, error.advice)
        assert error.said["en"] != error.said["de"]


def test_preview_is_stored_beside_its_clip_and_not_after_that_is_deleted(tmp_path: Path) -> None:
    library = Library(tmp_path / "app")
    library.prepare()

    def received(name: str) -> Path:
        with library.incoming(name) as path:
            write_clip(path.with_suffix(".mp4"))
            path.with_suffix(".mp4").rename(path)
            return library.clip_path(library.add(path, "clip.mp4"))

    with running_previews(library) as previews:
        kept, deleted = (library.find(received(name).parent.name) for name in ("one", "two"))
        assert kept is not None
        assert deleted is not None
        library.delete(deleted.id)
        previews.request(deleted, "en")
        previews.request(kept, "en")
        previews.request(kept, "en")
        wait_until(lambda: previews.find(kept) is not None, SOON_S)
        assert previews.picture(kept, STILL) is not None
        assert previews.picture(kept, "clip.json") is None
        assert previews.find(deleted) is None
        assert not (tmp_path / "app" / deleted.id).exists()
