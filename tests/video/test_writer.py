"""H.264 that browsers play, with the requested times."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import av
import numpy as np
import pytest
from helpers.synthetic_runner import few
from helpers.waiting import no_thread_left
from hypothesis import given
from hypothesis import strategies as st

from posture.video import FilmFrame, can_write, write_film
from posture.video import writer as writer_module

SIZE = (64, 48)


def timed(times: list[float], end: float) -> Iterator[FilmFrame]:
    for number, (start, stop) in enumerate(zip(times, [*times[1:], end], strict=True)):
        yuv = np.full((SIZE[1] * 3 // 2, SIZE[0]), 40 + 3 * (number % 60), dtype=np.uint8)
        yield FilmFrame(yuv, start, stop - start)


def written(path: Path, times: list[float], end: float, fps: float = 30.0) -> Path:
    write_film(path, SIZE, fps, timed(times, end), lambda: None)
    return path


def boxes(path: Path) -> list[bytes]:
    data, at, found = path.read_bytes(), 0, []
    while at < len(data):
        found.append(data[at + 4 : at + 8])
        at += int.from_bytes(data[at : at + 4], "big")
    return found


def test_encoder_failure_is_an_os_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(writer_module._OPTIONS, "x264-params", "level=99")
    with pytest.raises(OSError, match="external library"):
        written(tmp_path / "f.mp4", [n / 30 for n in range(5)], 5 / 30)


def test_this_machine_can_write_h264() -> None:
    assert can_write()


def test_file_has_codec_pixel_format_and_box_order_of_browsers(tmp_path: Path) -> None:
    path = written(tmp_path / "f.mp4", [n / 30 for n in range(45)], 1.5)
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        assert stream.codec.name == "h264"
        assert stream.codec_context.pix_fmt == "yuv420p"
        assert stream.codec_context.profile == "High"
        assert (stream.width, stream.height, stream.frames) == (*SIZE, 45)
        assert stream.start_time == 0
        assert float(stream.duration * stream.time_base) == pytest.approx(1.5, abs=1e-3)
    # With the index first, the file plays while it loads.
    order = boxes(path)
    assert order.index(b"moov") < order.index(b"mdat")


@few
@given(st.lists(st.floats(0.002, 0.4), min_size=1, max_size=30))
def test_every_frame_has_its_requested_time(steps: list[float]) -> None:
    import tempfile

    times = [0.0, *np.cumsum(steps[:-1]).tolist()] if len(steps) > 1 else [0.0]
    end = times[-1] + steps[-1]
    with tempfile.TemporaryDirectory() as folder:
        path = written(Path(folder) / "f.mp4", times, end, fps=len(times) / end)
        with av.open(str(path)) as container:
            stream = container.streams.video[0]
            found = [float(frame.time) for frame in container.decode(stream)]
            length = float(stream.duration * stream.time_base)
    assert found == pytest.approx(times, abs=1e-4)
    assert length == pytest.approx(end, abs=1e-3)


@pytest.mark.parametrize("size", [(64, 48), (64, 50), (66, 54), (18, 34)])
def test_colours_of_every_row_are_kept(tmp_path: Path, size: tuple[int, int]) -> None:
    """Regression: a height of 4k + 2 shifted the colours by rows."""
    width, height = size
    luma = np.add.outer(2 * np.arange(height), np.arange(width)) + 40
    rows = np.arange(height // 2)[:, None] * np.ones(width // 2)
    planes = (luma, 80 + 3 * rows, 190 - 3 * rows)
    yuv = np.concatenate([plane.ravel() for plane in planes]).astype(np.uint8).reshape(-1, width)
    path = tmp_path / "f.mp4"
    write_film(path, size, 30.0, iter([FilmFrame(yuv, n / 30, 1 / 30) for n in range(3)]), lambda: None)
    with av.open(str(path)) as container:
        for frame in container.decode(video=0):
            assert (frame.width, frame.height) == size
            assert np.abs(frame.to_ndarray().astype(int) - yuv).max() <= 12


def test_full_disk_is_an_os_error_and_leaves_no_thread(tmp_path: Path) -> None:
    if not Path("/dev/full").exists():
        pytest.skip("this system has no /dev/full")
    link = tmp_path / "f.mp4"
    link.symlink_to("/dev/full")
    with no_thread_left(), pytest.raises(OSError, match=os.strerror(28)):
        written(link, [n / 30 for n in range(300)], 10.0)


def test_error_in_the_frame_iterator_ends_the_writer(tmp_path: Path) -> None:

    def broken() -> Iterator[FilmFrame]:
        yield from timed([0.0, 0.1], 0.2)
        raise RuntimeError("drawing")

    with no_thread_left(), pytest.raises(RuntimeError, match="drawing"):
        write_film(tmp_path / "f.mp4", SIZE, 30.0, broken(), lambda: None)
