"""Stored clips with nuisances are read as they were observed."""

from __future__ import annotations

import json
import pickle
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from helpers import stored_takes

from posture.analysis.observations import ClipObservations
from posture.contour.grid import T_GRID
from posture.scene.evidence import SceneEvidence
from posture.scene.light import Light
from posture.scene.sampler import SceneSamples
from validation.nuisances import store
from validation.population.replay import observations_of

TRUTH = {"pelvic_tilt_deg": 21.5, "lumbar_arch_deg": 33.0}


def about(**changes: Any) -> dict[str, Any]:
    own = {
        "kind": "post",
        "nuisance": {"width_m": 0.04},
        "filming": {"facing": "right"},
        "people": [{"name": "runner"}],
        "truth": TRUTH,
    }
    return own | changes


@pytest.fixture(scope="module")
def observed() -> ClipObservations:
    one = stored_takes.take(seconds=1.0)
    return observations_of(stored_takes.person(one), stored_takes.without_frames(one, slice(4, 9)))


def stored(observations: ClipObservations, number: int = 7, **changes: Any) -> store.NuisanceClip:
    return store.unpacked(store.packed(number, observations, about(**changes)), number)


def test_detections_survive_within_a_step(observed: ClipObservations) -> None:
    clip = stored(observed)
    assert [len(people) for people in clip.observations.sightings] == [len(people) for people in observed.sightings]
    kept = store.kept_rows()
    for before, after in zip(observed.sightings, clip.observations.sightings, strict=True):
        for one, other in zip(before, after, strict=True):
            assert np.abs(one.landmarks - other.landmarks).max() <= store.STEPS["landmarks"] / 2
            assert np.abs(one.visibility - other.visibility).max() <= store.STEPS["visibility"] / 2
            assert np.abs(one.edges - other.edges)[0, kept].max() <= store.STEPS["edges"]
            assert np.isnan(other.edges[0, ~kept]).all()
            assert other.edges.dtype == one.edges.dtype


def test_everything_else_survives(observed: ClipObservations) -> None:
    clip = stored(observed)
    assert clip.observations.times_s == pytest.approx(observed.times_s, abs=1e-5)
    assert clip.observations.info == replace(observed.info, path=Path(observed.info.path.name))
    assert clip.observations.summary == observed.summary
    assert (clip.kind, clip.half, clip.truth) == ("post", "test", TRUTH)


def test_front_edge_is_kept_only_where_somebody_faces_the_other_way(observed: ClipObservations) -> None:
    def fronts(**changes: Any) -> bool:
        first = next(people for people in stored(observed, **changes).observations.sightings if people)
        return bool(np.isfinite(first[0].edges[1]).any())

    assert not fronts()
    assert fronts(nuisance={"against": True})
    assert fronts(turned_shots=[1])


def test_people_of_a_frame_keep_their_order(observed: ClipObservations) -> None:
    moved = [
        [*people, *(replace(one, landmarks=one.landmarks + 100) for one in people)] if frame % 2 else people
        for frame, people in enumerate(observed.sightings)
    ]
    clip = stored(replace(observed, sightings=moved))
    for before, after in zip(moved, clip.observations.sightings, strict=True):
        assert [one.landmarks[0, 0] for one in after] == pytest.approx([o.landmarks[0, 0] for o in before], abs=0.1)


def test_landmark_far_outside_the_picture_is_cut_not_wrapped(observed: ClipObservations) -> None:
    frame = next(number for number, people in enumerate(observed.sightings) if people)
    sightings = list(observed.sightings)
    sightings[frame] = [replace(observed.sightings[frame][0], landmarks=np.full((33, 2), 1e6))]
    clip = stored(replace(observed, sightings=sightings))
    assert clip.observations.sightings[frame][0].landmarks.min() > 4000


def test_field_that_is_unknown_now_is_left_out(observed: ClipObservations) -> None:
    arrays = store.packed(7, observed, about())
    tree = json.loads(str(arrays["0007/observations"]))
    tree["from_another_version"] = 3
    tree["sightings"]["columns"]["from_another_version"] = tree["sightings"]["columns"]["visibility"]
    arrays["0007/observations"] = np.array(json.dumps(tree))
    assert len(store.unpacked(arrays, 7).observations.times_s) == len(observed.times_s)


def test_field_that_was_unknown_then_takes_its_default(observed: ClipObservations) -> None:
    arrays = store.packed(7, replace(observed, others=2), about())
    tree = json.loads(str(arrays["0007/observations"]))
    del tree["others"]
    arrays["0007/observations"] = np.array(json.dumps(tree))
    default = next(field.default for field in fields(ClipObservations) if field.name == "others")
    assert store.unpacked(arrays, 7).observations.others == default


def test_record_of_a_foreign_module_is_refused(observed: ClipObservations) -> None:
    arrays = store.packed(7, observed, about())
    text = str(arrays["0007/observations"]).replace("posture.video.types:VideoInfo", "subprocess:Popen")
    with pytest.raises(ValueError, match="not a record of the package"):
        store.unpacked({**arrays, "0007/observations": np.array(text)}, 7)


def test_value_that_only_some_people_have_comes_back_with_them(observed: ClipObservations) -> None:
    people = [one for frame in observed.sightings for one in frame]
    marked = [replace(one, appearance=np.full((2, 3), 0.5, np.float32) if n else None) for n, one in enumerate(people)]
    numbered = iter(marked)
    sightings = [[next(numbered) for _ in frame] for frame in observed.sightings]
    back = [one for frame in stored(replace(observed, sightings=sightings)).observations.sightings for one in frame]
    assert back[0].appearance is None
    assert all(one.appearance is not None and (one.appearance == 0.5).all() for one in back[1:])


def test_packed_folder_is_read_by_half(observed: ClipObservations, tmp_path: Path) -> None:
    for number in (6, 7, 33):
        (tmp_path / f"{number:04d}-post.pkl").write_bytes(pickle.dumps((observed, [])))
        (tmp_path / f"{number:04d}-post.json").write_text(json.dumps(about()), encoding="utf-8")
    store.pack(tmp_path.glob("*.pkl"), tmp_path, tmp_path / "data")
    assert [clip.number for clip in store.load(tmp_path / "data")] == [6, 7, 33]
    assert [clip.number for clip in store.load(tmp_path / "data", half="test")] == [7, 33]
    assert len(list((tmp_path / "data").glob("*.npz"))) == 2


def test_scene_of_the_runner_is_stored_and_pictures_are_refused(observed: ClipObservations) -> None:
    frames = np.flatnonzero([bool(people) for people in observed.sightings])
    hidden_by = np.zeros((len(frames), len(T_GRID)), dtype=np.uint8)
    hidden_by[3:9, 40:50] = 1
    light = Light(60.0, 150.0, 90.0, 1.0)
    scene = SceneEvidence(frames, hidden_by, ("post",), np.linspace(0, 3, len(frames)), light)
    back = stored(replace(observed, scene=scene)).observations.scene
    assert isinstance(back, SceneEvidence)
    assert (back.kinds, back.light) == (("post",), light)
    np.testing.assert_array_equal(back.frames, frames)
    np.testing.assert_array_equal(back.hidden_by, hidden_by)
    assert back.roll_deg == pytest.approx(scene.roll_deg, abs=1e-5)
    pictures = SceneSamples(frames, np.zeros((len(frames), 4, 4), dtype=np.uint8), 1.0)
    with pytest.raises(TypeError, match="pictures are not stored"):
        stored(replace(observed, scene=pictures))
