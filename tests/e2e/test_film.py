"""annotated.mp4: written beside its analysis, played in the report, or left out with a reason."""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import av
import av.codec
import numpy as np
import pytest
from av.codec.codec import UnknownCodecError
from helpers.cli_runner import Run, invoke
from helpers.derived_clips import sample
from helpers.video_factory import write_clip

from posture.records.analysis import Analysis
from posture.types import Image

LITE = ("--model", "lite", "--lang", "en")
OTHERS = {"analysis.json", "report.html", "frames.csv", "strides.csv", "tables.json"}
# Of a clip without a verdict.
REFUSED = {*OTHERS, "people.jpg"}
SMALL_DISK = 1_500_000


@pytest.fixture(scope="module")
def hollow(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of an analysis of the hollow-back run."""
    return analysed(tmp_path_factory.mktemp("film") / "out", sample("run_hollow"), *LITE)


@pytest.fixture(scope="module")
def noise(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a clip of noise, which can hardly be compressed."""
    rng = np.random.default_rng(0)

    def draw(_number: int, width: int, height: int) -> Image:
        return rng.integers(0, 256, (height, width, 3), dtype=np.uint8)

    return write_clip(tmp_path_factory.mktemp("noise") / "noise.mp4", frames=40, size=(640, 480), draw=draw)


def analysed(folder: Path, clip: Path, *options: str) -> Path:
    done = invoke("analyze", clip, "--out", folder, "--quiet", *options)
    assert done.exit_code == 0, done.stderr
    return folder


def names(folder: Path) -> set[str]:
    return {p.name for p in folder.iterdir()}


def frames_of(film: Path) -> list[Image]:
    with av.open(str(film)) as container:
        return [frame.to_ndarray(format="rgb24") for frame in container.decode(video=0)]


def test_video_plays_in_a_browser_for_the_length_of_the_clip(hollow: Path) -> None:
    source = Analysis.from_json(hollow / "analysis.json").source
    assert source.duration_s is not None
    with av.open(str(hollow / "annotated.mp4")) as container:
        stream = container.streams.video[0]
        assert (stream.codec.name, stream.codec_context.pix_fmt) == ("h264", "yuv420p")
        assert stream.frames == source.frames_read
        assert float(stream.duration * stream.time_base) == pytest.approx(source.duration_s, abs=1 / 30)
    data = (hollow / "annotated.mp4").read_bytes()
    assert data.index(b"moov") < data.index(b"mdat")


def height_of_runner(rgb: Image) -> int:
    """Return the rows from the sample runner's hair to their yellow shoes."""
    red, green, blue = np.moveaxis(rgb.astype(int), 2, 0)
    hair = (red > 100) & (red < 175) & (red > green + 25) & (green > blue + 15)
    if rgb.shape[0] > rgb.shape[1]:
        # Beside the film's texts, some of which have nearly the same colour.
        hair[:, : round(0.57 * rgb.shape[1])] = False
    shoes = (red > 180) & (green > 165) & (green > red - 35) & (blue < red - 70)
    return int(np.flatnonzero(shoes.any(axis=1))[-1] - np.flatnonzero(hair.any(axis=1))[0])


def test_runner_fills_twice_as_much_of_the_height_as_in_a_film_of_the_whole_clip(hollow: Path) -> None:
    film, clip = frames_of(hollow / "annotated.mp4"), frames_of(sample("run_hollow"))
    for number in (60, 100, 150):
        # With verdict above and numbers below, the clip's 720 rows had a film of 1144.
        before = height_of_runner(clip[number]) / 1144
        assert height_of_runner(film[number]) / film[number].shape[0] >= 2 * before


def test_no_other_file_is_left(hollow: Path) -> None:
    assert names(hollow) == {*OTHERS, "annotated.mp4", "back.jpg"}


def test_report_plays_the_video(hollow: Path) -> None:
    page = (hollow / "report.html").read_text(encoding="utf-8")
    assert "<video" in page
    assert len(page) > (hollow / "annotated.mp4").stat().st_size


def test_video_of_a_part_begins_at_zero(tmp_path: Path) -> None:
    folder = analysed(tmp_path / "out", sample("run_front"), "--start", "1.5", "--end", "2.2", "--no-video", *LITE)
    assert names(folder) == REFUSED
    analysed(folder, sample("run_front"), "--start", "1.5", "--end", "2.2", *LITE)
    assert names(folder) == {*REFUSED, "annotated.mp4"}
    with av.open(str(folder / "annotated.mp4")) as container:
        times = [float(frame.time) for frame in container.decode(video=0)]
    assert times == pytest.approx(np.arange(21) / 30, abs=1e-3)


def test_earlier_video_is_removed(hollow: Path, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    folder.mkdir()
    (folder / "annotated.mp4").write_bytes((hollow / "annotated.mp4").read_bytes())
    analysed(folder, sample("run_front"), "--end", "0.3", "--no-video", *LITE)
    assert names(folder) == REFUSED
    assert "<video" not in (folder / "report.html").read_text(encoding="utf-8")


def test_heads_are_blurred_in_video_and_pictures(hollow: Path, tmp_path: Path) -> None:
    folder = analysed(tmp_path / "out", sample("run_hollow"), "--blur-face", *LITE)
    plain, blurred = frames_of(hollow / "annotated.mp4")[100], frames_of(folder / "annotated.mp4")[100]
    apart = np.abs(plain.astype(int) - blurred).max(axis=2) > 40
    places = np.argwhere(apart)
    # Only the head differs, apart from coding noise at edges elsewhere.
    head = np.median(places, axis=0)
    assert len(places) > 200
    assert (np.abs(places - head).max(axis=1) < 75).mean() > 0.7
    assert head[0] < 0.45 * plain.shape[0]
    assert (folder / "back.jpg").read_bytes() != (hollow / "back.jpg").read_bytes()
    one, other = (
        Analysis.from_json(f / "analysis.json").model_copy(update={"created_at": None}) for f in (hollow, folder)
    )
    assert one == other


def test_json_alone_writes_no_video(tmp_path: Path) -> None:
    done = invoke("analyze", sample("run_front"), "--end", "0.3", "--json", tmp_path / "jog.json", *LITE)
    assert done.exit_code == 0
    assert names(tmp_path) == {"jog.json"}


def test_missing_encoder_leaves_out_the_video_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    known = av.codec.Codec

    def without_x264(name: str, mode: str = "r") -> object:
        if name == "libx264":
            raise UnknownCodecError(name)
        return known(name, mode)  # type: ignore[call-overload]

    monkeypatch.setattr(av.codec, "Codec", without_x264)
    done = invoke("analyze", sample("run_front"), "--end", "0.3", "--out", tmp_path / "out", "--quiet", *LITE)
    assert done.exit_code == 0
    assert done.stderr.count("\n") == 1
    assert "annotated.mp4" in done.stderr
    assert "pip install" in done.stderr
    assert names(tmp_path / "out") == REFUSED


def left_out(done: Run, folder: Path) -> str:
    line = done.the_line(answered=True)
    assert "annotated.mp4" in line
    assert names(folder) == REFUSED
    Analysis.from_json(folder / "analysis.json")
    return line


def test_video_needs_no_temporary_folder(tmp_path: Path, noise: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "missing"))
    assert names(analysed(tmp_path / "out", noise, *LITE)) == {*REFUSED, "annotated.mp4"}


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """Yield a file system of its own; only an administrator may make one."""
    folder = tmp_path / "small"
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", f"size={SMALL_DISK}", "posture-test", str(folder)]
    try:
        subprocess.run(command, check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("a file system to fill can only be mounted by an administrator on Linux")
    try:
        yield folder
    finally:
        subprocess.run(["umount", str(folder)], check=True)


def test_disk_filled_by_the_video_keeps_the_other_results(small_disk: Path, noise: Path) -> None:
    line = left_out(invoke("analyze", noise, "--out", small_disk / "out", *LITE), small_disk / "out")
    assert "the disk is full" in line
