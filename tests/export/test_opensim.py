"""landmarks.trc and angles.mot, read back as OpenSim, Pose2Sim and Sports2D read them."""

from __future__ import annotations

import io
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from helpers import examination_factory
from helpers.synthetic_runner import Array

from posture.analysis.examination import Examination
from posture.analysis.options import AnalysisOptions
from posture.analysis.pipeline import examine_observations
from posture.export.frames import frames_table
from posture.export.opensim import ANGLES, mot, trc
from posture.pose.landmarks import MARKERS
from posture.thresholds import BODY_HEIGHT

KEYS = "DataRate CameraRate NumFrames NumMarkers Units OrigDataRate OrigDataStartFrame OrigNumFrames"


def read_trc(text: str) -> tuple[dict[str, str], list[str], Array, Array]:
    """Read a TRC file as strictly as OpenSim's adapter: blanks divide, every row has all numbers."""
    lines = text.splitlines()
    assert lines[0].split()[:3] == ["PathFileType", "4", "(X/Y/Z)"]
    assert lines[1].split() == KEYS.split()
    header = dict(zip(KEYS.split(), lines[2].split(), strict=True))
    markers = lines[3].split()
    assert markers[:2] == ["Frame#", "Time"]
    count = int(header["NumMarkers"])
    assert len(markers) == count + 2
    assert lines[4].split() == [f"{axis}{n}" for n in range(1, count + 1) for axis in "XYZ"]
    rows = np.array([[float(number) for number in line.split()] for line in lines[5:]])
    assert rows.shape == (int(header["NumFrames"]), 2 + 3 * count)
    assert (rows[:, 0] == np.arange(1, len(rows) + 1)).all()
    return header, markers[2:], rows[:, 1], rows[:, 2:].reshape(len(rows), count, 3)


def read_mot(text: str) -> tuple[list[str], Array]:
    """Read a MOT file as strictly as OpenSim's storage, to which a NaN is the file's end."""
    head, body = text.split("\nendheader\n")
    header = dict(line.split("=") for line in head.splitlines() if "=" in line)
    assert set(header) == {"version", "nRows", "nColumns", "inDegrees"}
    assert (header["version"], header["inDegrees"]) == ("1", "yes")
    labels, *lines = body.splitlines()
    rows = np.array([[float(number) for number in line.split("\t")] for line in lines])
    assert rows.shape == (int(header["nRows"]), int(header["nColumns"]))
    assert np.isfinite(rows).all()
    assert all(a < b for a, b in pairwise(rows[:, 0]))
    assert labels.split("\t")[0] == "time"
    return labels.split("\t")[1:], rows


def angles(found: Examination) -> tuple[list[str], Array]:
    text = mot(found, frames_table(found))
    assert text is not None
    return read_mot(text)


def test_landmarks_are_in_pixels_with_y_up(running: Examination) -> None:
    header, markers, time, places = read_trc(trc(running))
    assert running.runner is not None
    assert (header["Units"], float(header["DataRate"])) == ("px", pytest.approx(30.0))
    assert tuple(markers) == MARKERS
    assert len(set(markers)) == 33
    assert time == pytest.approx(running.times_s, abs=1e-6)
    assert places[..., 0] == pytest.approx(running.runner.landmarks[..., 0], abs=1e-3)
    assert places[..., 1] == pytest.approx(600 - running.runner.landmarks[..., 1], abs=1e-3)
    assert (places[..., 2] == 0).all()
    nose, heel = markers.index("Nose"), markers.index("LHeel")
    assert (places[:, nose, 1] > places[:, heel, 1]).all()


def test_markers_are_where_their_names_say(running: Examination) -> None:
    _, markers, _, places = read_trc(trc(running))
    assert running.runner is not None
    for name, landmark in {
        "LHip": 23,
        "RHip": 24,
        "RKnee": 26,
        "LAnkle": 27,
        "RBigToe": 32,
        "LWrist": 15,
    }.items():
        assert places[:, markers.index(name), 0] == pytest.approx(running.runner.landmarks[:, landmark, 0], abs=1e-3)


def test_given_height_scales_landmarks_to_metres(running: Examination) -> None:
    header, _, _, metres = read_trc(trc(running, height_m=1.8))
    *_, pixels = read_trc(trc(running))
    assert header["Units"] == "m"
    body_px = running.analysis.quality.body_height_px
    assert body_px is not None
    assert metres == pytest.approx(pixels * 1.8 / body_px * BODY_HEIGHT.running_share, abs=1e-5)
    tall = np.ptp(metres[..., 1], axis=1).max()
    assert 1.5 < tall < 1.8


def test_standing_person_is_as_tall_as_given(standing: Examination) -> None:
    *_, metres = read_trc(trc(standing, height_m=1.8))
    # From the eyes to the soles.
    assert np.ptp(metres[..., 1], axis=1).max() == pytest.approx(0.94 * 1.8, abs=0.01)


def test_mirrored_clip_gives_the_same_forward_motion() -> None:
    seen = examination_factory.observations(replace(examination_factory.RUNNER, speed_px_s=60.0))
    here, there = (examine_observations(s) for s in (seen, examination_factory.mirrored(seen)))
    _, markers, _, forward = read_trc(trc(here))
    *_, again = read_trc(trc(there))
    swapped = [markers.index({"L": "R", "R": "L"}.get(m[0], m[0]) + m[1:]) if m != "Nose" else 0 for m in markers]
    assert again[:, swapped] == pytest.approx(forward, abs=2e-3)
    assert forward[-1, 0, 0] > forward[0, 0, 0]
    names, rows = angles(here)
    names_again, rows_again = angles(there)
    turned = [names_again.index(n[:-1] + {"r": "l", "l": "r"}[n[-1]] if n[-2] == "_" else n) for n in names]
    assert rows_again[:, 1:][:, turned] == pytest.approx(rows[:, 1:], abs=5e-3)


def test_undetected_marker_is_nan(gaps: Examination) -> None:
    *_, places = read_trc(trc(gaps))
    assert np.isnan(places[100:125]).all()
    assert np.isfinite(np.delete(places, np.arange(100, 125), axis=0)).all()


def test_angles_agree_with_the_table_of_frames(running: Examination) -> None:
    names, rows = angles(running)
    assert names == list(ANGLES)
    table = frames_table(running)
    whole = np.array([[np.nan if c is None else c for c in table.cells[ANGLES[n]]] for n in names], float).T
    known = np.isfinite(whole).all(axis=1)
    assert rows[:, 0] == pytest.approx(running.times_s[known], abs=1e-6)
    assert (rows[:, 1:] == whole[known]).all()
    assert known.sum() > 100


def test_frames_without_all_angles_are_left_out(gaps: Examination) -> None:
    _, rows = angles(gaps)
    assert rows[:, 0].min() > 0
    lost = gaps.times_s[[100, 124]]
    assert not ((rows[:, 0] >= lost[0]) & (rows[:, 0] <= lost[1])).any()


def test_unreported_measures_are_left_out(running: Examination) -> None:
    measures = {**running.analysis.measures, "lumbar_arch_deg": None, "thoracolumbar_deg": None}
    hidden = replace(running, analysis=running.analysis.model_copy(update={"measures": measures}))
    names, _ = angles(hidden)
    assert names == [n for n in ANGLES if n not in ("lumbar_arch", "thoracolumbar")]


@pytest.mark.parametrize("clip", ["front", "nobody"])
def test_clip_without_angles_has_no_mot_file(clip: str, request: pytest.FixtureRequest) -> None:
    found = request.getfixturevalue(clip)
    assert mot(found, frames_table(found)) is None


def test_times_are_real_in_slow_motion() -> None:
    found = examine_observations(
        examination_factory.stretched(examination_factory.observations(), 4.0), AnalysisOptions(slow_motion=4.0)
    )
    header, _, time, _ = read_trc(trc(found))
    assert float(header["DataRate"]) == pytest.approx(30.0)
    assert time == pytest.approx(found.times_s / 4.0, abs=1e-6)
    _, rows = angles(found)
    assert rows[-1, 0] <= time[-1]


def test_pandas_reads_both_files_as_pose2sim_does(gaps: Examination) -> None:
    """A tab divides; markers are every third name of the fourth line; coordinates' names are the fifth."""
    pandas = pytest.importorskip("pandas")
    text = trc(gaps, height_m=1.7)
    markers = [name.strip() for name in text.splitlines()[3].split("\t")[2::3] if name.strip()]
    assert tuple(markers) == MARKERS
    table = pandas.read_csv(io.StringIO(text), sep="\t", skiprows=4)
    places = table.iloc[:, 2:].loc[:, ~table.columns[2:].str.startswith("Unnamed")]
    assert places.shape == (len(gaps.times_s), 99)
    assert set(places.dtypes) == {np.dtype(float)}
    assert np.isnan(places.iloc[110]).all()
    assert np.genfromtxt(io.StringIO(text), skip_header=5, delimiter="\t").shape == (len(gaps.times_s), 101)
    motion = mot(gaps, frames_table(gaps))
    assert motion is not None
    end = motion.splitlines().index("endheader")
    table = pandas.read_csv(io.StringIO(motion), sep="\t", skiprows=end + 1)
    assert list(table.columns) == ["time", *ANGLES]
    assert set(table.dtypes) == {np.dtype(float)}
