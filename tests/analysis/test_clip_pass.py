"""One pass over a clip, in sections that several landmarkers read, against the same pass by one."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from helpers.video_factory import damage, picture, truncate, write_clip

from posture.analysis.clip_pass import SAMPLED_S, SAMPLED_SECTIONS, SECTIONS, ClipRequest, read_clip
from posture.analysis.observations import ClipObservations
from posture.analysis.pipeline import examine, examine_observations
from posture.analysis.record import frame_rate
from posture.errors import PostureError
from posture.pose.landmarker import Landmarker
from posture.pose.landmarks import HIPS, SHOULDERS

SAMPLES = Path(__file__).parents[2] / "samples"


def read(path: Path, landmarkers: int | None = None, **request: float) -> ClipObservations:
    """Read a clip in sections; without a number of landmarkers, at once."""
    clip = ClipRequest(path, "lite", **request)  # type: ignore[arg-type]
    return read_clip(clip, lambda: Landmarker("lite"), landmarkers=landmarkers, at_once=landmarkers is None)


@pytest.fixture(scope="module")
def runner() -> tuple[ClipObservations, ClipObservations]:
    path = SAMPLES / "run_neutral.mp4"
    return read(path), read(path, 2)


def test_sections_see_what_one_pass_sees(runner: tuple[ClipObservations, ClipObservations]) -> None:
    one, three = runner
    assert np.array_equal(one.times_s, three.times_s)
    assert one.summary == three.summary
    assert [len(people) for people in one.sightings] == [len(people) for people in three.sightings]
    # A landmarker's crop depends on the body before it, so limbs differ by a little in single frames.
    both = zip(one.landmarks, three.landmarks, strict=True)
    off = np.array([np.abs(a[0] - b[0])[[*SHOULDERS, *HIPS]].max() for a, b in both if a])
    height = np.ptp(one.landmarks[0][0][:, 1])
    assert np.median(off) < 0.003 * height
    edges = [np.array([people[0].edges for people in seen.sightings if people]) for seen in runner]
    assert np.nanmedian(np.abs(edges[0] - edges[1])) < 0.005


def test_sections_keep_the_pictures_of_one_pass(runner: tuple[ClipObservations, ClipObservations]) -> None:
    one, three = runner
    assert one.scene is not None
    assert three.scene is not None
    assert one.scene.scale == three.scene.scale
    assert one.scene.pictures.shape[1:] == three.scene.pictures.shape[1:]
    assert (np.diff(three.scene.frames) > 0).all()
    by_frame = dict(zip(one.scene.frames.tolist(), one.scene.pictures, strict=True))
    shared = [
        (by_frame[n], p)
        for n, p in zip(three.scene.frames.tolist(), three.scene.pictures, strict=True)
        if n in by_frame
    ]
    assert len(shared) > 10
    assert all(np.array_equal(a, b) for a, b in shared)


def test_part_of_a_clip_is_read_in_sections_too(tmp_path: Path) -> None:
    path = write_clip(tmp_path / "a.mp4", frames=300, gop=30)
    one, two = read(path, start=2.0, end=8.0), read(path, 2, start=2.0, end=8.0)
    assert len(one.times_s) == 180
    assert np.array_equal(one.times_s, two.times_s)
    assert one.summary == two.summary


@pytest.mark.parametrize("harm", ["truncated", "damaged", "joined"])
def test_clip_that_cannot_be_read_in_sections_is_read_at_once(tmp_path: Path, harm: str) -> None:
    if harm == "joined":
        # The times begin again in the middle.
        path = tmp_path / "a.ts"
        first = write_clip(tmp_path / "1.ts", frames=360)
        second = write_clip(tmp_path / "2.ts", frames=240, draw=lambda *place: 255 - picture(*place))
        path.write_bytes(first.read_bytes() + second.read_bytes())
    else:
        path = write_clip(tmp_path / "a.mp4", frames=240, container_options={"movflags": "faststart"})
        _ = truncate(path, 0.4) if harm == "truncated" else damage(path, 0.6, 0.62)
    one = read(path)
    two = read(path, 2)
    assert np.array_equal(one.times_s, two.times_s)
    assert one.summary == two.summary


def test_short_clip_has_one_section(tmp_path: Path) -> None:
    path = write_clip(tmp_path / "a.mp4", frames=int(SECTIONS[-1][0] * 30) - 3)
    made: list[Landmarker] = []

    def new_landmarker() -> Landmarker:
        made.append(Landmarker("lite"))
        return made[-1]

    read_clip(ClipRequest(path, "lite"), new_landmarker, landmarkers=2)
    assert len(made) == 1


def test_long_clip_is_read_in_sections_spread_over_it(tmp_path: Path) -> None:
    path = write_clip(tmp_path / "a.mp4", frames=60 * 30, gop=30)
    seen, whole = read(path, 2), read(path, 2, whole=True)
    assert len(whole.times_s) == 60 * 30
    assert len(whole.gaps) == 0
    assert len(seen.times_s) == pytest.approx(SAMPLED_SECTIONS * SAMPLED_S * 30, abs=SAMPLED_SECTIONS)
    assert len(seen.gaps) == SAMPLED_SECTIONS - 1
    steps = np.diff(seen.times_s)
    assert np.array_equal(np.flatnonzero(steps > 0.1) + 1, seen.gaps)
    assert set(seen.times_s.tolist()) <= set(whole.times_s.tolist())
    assert (seen.times_s[0], seen.times_s[-1]) == (whole.times_s[0], whole.times_s[-1])
    assert seen.summary.damage is None
    assert seen.summary.remark is None
    assert frame_rate(seen.times_s, seen.gaps) == pytest.approx(30.0)


def test_fast_clip_is_read_at_the_rate_that_is_needed(tmp_path: Path) -> None:
    path = write_clip(tmp_path / "a.mp4", frames=6 * 120, fps=120.0, gop=60)
    one, two, every = read(path), read(path, 2), read(path, every_frame=True)
    assert np.array_equal(one.times_s, every.times_s[::4])
    assert np.array_equal(one.times_s, two.times_s)
    assert one.summary == two.summary
    assert (one.summary.read_every, one.summary.remark, one.summary.damage) == (4, None, None)
    assert len(read(path, slow_motion=4.0).times_s) == 6 * 120 // 16


def test_progress_counts_the_frames_of_all_sections(tmp_path: Path) -> None:
    path = write_clip(tmp_path / "a.mp4", frames=240)
    seen: list[tuple[int, int]] = []
    read_clip(ClipRequest(path, "lite"), lambda: Landmarker("lite"), lambda *at: seen.append(at), landmarkers=2)
    assert [done for done, _ in seen] == list(range(1, 241))
    assert seen[-1] == (240, 240)


def test_error_of_a_section_ends_the_others(tmp_path: Path) -> None:
    path = write_clip(tmp_path / "a.mp4", frames=240)

    class FaultyLandmarker(Landmarker):
        def detect(self, rgb: np.ndarray) -> tuple[()]:
            raise PostureError("no detector", advice="None.")

    with pytest.raises(PostureError, match="no detector"):
        read_clip(ClipRequest(path, "lite"), FaultyLandmarker, landmarkers=2)


def test_number_of_landmarkers_changes_no_number() -> None:
    one, two = (examine(SAMPLES / "run_hollow.mp4", landmarkers=count).analysis for count in (1, 2))
    assert two.measures == one.measures
    clip = ClipRequest(SAMPLES / "run_hollow.mp4", "full")
    at_once = examine_observations(read_clip(clip, lambda: Landmarker("full"), at_once=True)).analysis
    assert at_once.verdict.label == one.verdict.label
    for name, measure in one.measures.items():
        other = at_once.measures[name]
        assert (measure is None) == (other is None), name
        if measure is not None and other is not None:
            assert other.value == pytest.approx(measure.value, abs=0.3), name


def test_length_of_slow_motion_counts_in_real_time(tmp_path: Path) -> None:
    """50 seconds that play eight times slower than life hold nine strides."""
    how = {"frames": 50 * 10, "fps": 10.0, "gop": 10, "container_options": {"movflags": "use_metadata_tags"}}
    path = write_clip(tmp_path / "a.mp4", **how)
    assert len(read(path, 2).gaps)
    assert not len(read(path, 2, slow_motion=8.0).gaps)
    stated = write_clip(tmp_path / "b.mp4", **how, tags={"com.android.capture.fps": "80"})
    assert not len(read(stated, 2).gaps)
