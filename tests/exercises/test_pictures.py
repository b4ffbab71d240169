"""Pictures of the exercises: complete, described, and readable on light and dark pages."""

from __future__ import annotations

from importlib import resources
from typing import NamedTuple

import cv2
import numpy as np
import pytest

from posture.exercises.library import Exercise, Picture, load_library, picture_bytes
from posture.language import LANGUAGES, use_language

PICTURES = [(exercise, picture) for exercise in load_library() for picture in exercise.pictures]
each_picture = pytest.mark.parametrize(("exercise", "picture"), PICTURES, ids=[picture.file for _, picture in PICTURES])
each_exercise = pytest.mark.parametrize("exercise", load_library(), ids=lambda exercise: exercise.id)


class Drawn(NamedTuple):
    """A decoded picture: colour RGB 0..1, shape (H, W, 3), and opacity 0..1, shape (H, W)."""

    colour: np.ndarray
    opacity: np.ndarray


def decoded(picture: Picture) -> Drawn:
    pixels = cv2.imdecode(np.frombuffer(picture_bytes(picture), np.uint8), cv2.IMREAD_UNCHANGED)
    assert pixels is not None
    assert pixels.shape == (480, 640, 4)
    return Drawn(pixels[:, :, 2::-1] / 255, pixels[:, :, 3] / 255)


def luminance(colour: np.ndarray) -> np.ndarray:
    """Relative luminance of sRGB as WCAG 2 defines it."""
    linear = np.where(colour <= 0.04045, colour / 12.92, ((colour + 0.055) / 1.055) ** 2.4)
    return linear @ np.array([0.2126, 0.7152, 0.0722])


def test_folder_holds_the_pictures_of_the_manifest_only() -> None:
    folder = resources.files("posture.exercises").joinpath("pictures")
    there = {entry.name for entry in folder.iterdir()}
    listed = [picture.file for _, picture in PICTURES]
    assert len(listed) == len(set(listed))
    assert there == {*listed, "README.md"}
    readme = folder.joinpath("README.md").read_text(encoding="utf-8")
    assert "Apache-2.0" in readme
    assert "CC0" in readme
    assert [file for file in listed if file.rsplit("_", 1)[0] not in readme] == []


@each_exercise
def test_every_exercise_and_every_part_has_pictures(exercise: Exercise) -> None:
    assert len(exercise.pictures) >= 2
    for part in exercise.parts:
        shown = [picture.step for picture in exercise.pictures if picture.part == part.name]
        assert len(shown) >= 2, part.name
        assert shown == sorted(shown)
        assert 1 <= shown[0] <= shown[-1] <= len(part.steps)


@each_exercise
def test_pictures_stand_in_the_order_of_the_parts(exercise: Exercise) -> None:
    names = [part.name for part in exercise.parts]
    # What shows a progression comes last.
    order = [len(names) if picture.part is None else names.index(picture.part) for picture in exercise.pictures]
    assert order == sorted(order)
    later = [picture.step for picture in exercise.pictures if picture.part is None]
    assert all(1 <= step <= len(exercise.progression) for step in later)


@each_picture
def test_pictures_have_alt_texts_and_captions(exercise: Exercise, picture: Picture) -> None:
    assert picture.alt.endswith(".")
    assert picture.caption.endswith(".")
    assert 40 <= len(picture.alt) <= 250
    assert 20 <= len(picture.caption) <= 80
    assert picture.alt != picture.caption
    others = [other for _, other in PICTURES if other is not picture]
    assert picture.alt not in {other.alt for other in others}
    assert picture.caption not in {other.caption for other in others}


@each_picture
def test_files_are_small_and_webp(exercise: Exercise, picture: Picture) -> None:
    data = picture_bytes(picture)
    assert (data[:4], data[8:12]) == (b"RIFF", b"WEBP")
    assert 8_000 < len(data) < 30_000


@each_picture
def test_figure_lies_inside_the_picture_and_the_rest_is_clear(exercise: Exercise, picture: Picture) -> None:
    opacity = decoded(picture).opacity
    border = np.concatenate([opacity[0], opacity[-1], opacity[:, 0], opacity[:, -1]])
    assert border.max() == 0
    assert 0.05 < (opacity > 0.9).mean() < 0.6
    assert (opacity < 0.1).mean() > 0.35


@each_picture
def test_dark_lines_have_a_light_rim_for_dark_pages(exercise: Exercise, picture: Picture) -> None:
    colour, opacity = decoded(picture)
    ground = (opacity < 0.5).astype(np.uint8)
    # Going inward from the clear ground: first the rim, then the line.
    rim = cv2.dilate(ground, np.ones((3, 3), np.uint8)).astype(bool) & (opacity >= 0.5)
    line = cv2.dilate(ground, np.ones((9, 9), np.uint8)).astype(bool) & (opacity > 0.95)
    light = luminance(colour)
    white, night = 1.0, 0.01
    assert (np.median(light[rim]) + 0.05) / (night + 0.05) > 4.5
    assert (white + 0.05) / (np.percentile(light[line], 25) + 0.05) > 4.5


@each_picture
def test_viewer_without_transparency_shows_a_light_ground(exercise: Exercise, picture: Picture) -> None:
    colour, opacity = decoded(picture)
    assert luminance(colour)[opacity == 0].min() > 0.8


@pytest.mark.parametrize("lang", LANGUAGES)
def test_pictures_find_their_part_in_every_language(lang: str) -> None:
    with use_language(lang):
        for exercise in load_library():
            named = {picture.part for picture in exercise.pictures} - {None}
            assert named == {part.name for part in exercise.parts}


def test_start_and_end_of_a_movement_differ() -> None:
    for exercise in load_library():
        pairs = zip(exercise.pictures, exercise.pictures[1:], strict=False)
        for one, other in pairs:
            changed = np.abs(decoded(one).colour - decoded(other).colour).max(axis=2) > 0.2
            assert changed.mean() > 0.005, (one.file, other.file)


def test_crossing_of_the_left_leg_mirrors_that_of_the_right() -> None:
    crossing = next(exercise for exercise in load_library() if exercise.id == "crossing")
    right_up, right_back, left_up, left_back = (decoded(picture).opacity for picture in crossing.pictures)
    for right, left in ((right_up, left_up), (right_back, left_back)):
        assert np.abs(right[:, ::-1] - left).mean() < 0.01
        assert np.abs(right - left).mean() > 0.05
