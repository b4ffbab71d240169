"""Prefetcher and BackgroundWriter: order, bounded queues, errors, end of the thread."""

from __future__ import annotations

import gc
import subprocess
import sys
import threading
import time
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest
from helpers.video_factory import write_clip
from helpers.waiting import no_thread_left

from posture.video import open_video
from posture.video.background import BackgroundWriter, Prefetcher


def threads() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name == "posture-decode"]


def test_prefetched_items_keep_their_order() -> None:
    assert list(Prefetcher(lambda: (n for n in range(50)), depth=3).items()) == list(range(50))
    assert not threads()


def test_prefetcher_computes_at_most_depth_items_ahead() -> None:
    made = []

    def produce() -> Generator[int]:
        for n in range(100):
            made.append(n)
            yield n

    items = Prefetcher(produce, depth=3).items()
    assert next(items) == 0
    time.sleep(0.3)
    assert len(made) <= 1 + 3 + 1
    items.close()
    assert not threads()


def test_error_is_raised_after_the_items_before_it() -> None:
    def produce() -> Generator[int]:
        yield 1
        raise ValueError("broken")

    items = Prefetcher(produce, depth=3).items()
    assert next(items) == 1
    with pytest.raises(ValueError, match="broken"):
        next(items)
    assert not threads()


def test_generator_is_closed_in_the_background_thread() -> None:
    closed_in = []

    def produce() -> Generator[int]:
        try:
            while True:
                yield 1
        finally:
            closed_in.append(threading.current_thread().name)

    items = Prefetcher(produce, depth=2).items()
    next(items)
    items.close()
    assert closed_in == ["posture-decode"]


def test_break_out_of_the_loop_ends_the_thread(tmp_path: Path) -> None:
    path = write_clip(tmp_path / "a.mp4", frames=120)
    with open_video(path) as video:
        for _frame in video.frames():
            break
    assert not threads()


def test_error_in_the_loop_ends_the_thread(tmp_path: Path) -> None:
    path = write_clip(tmp_path / "a.mp4", frames=120)

    def work() -> None:
        with open_video(path) as video:
            for frame in video.frames():
                raise LookupError(frame.index)

    with pytest.raises(LookupError):
        work()
    assert not threads()


def test_closing_the_video_ends_its_iterator(tmp_path: Path) -> None:
    with open_video(write_clip(tmp_path / "a.mp4", frames=120)) as video:
        frames = video.frames()
        next(frames)
    assert not threads()
    assert len(list(frames)) <= 5


def test_garbage_collected_iterator_ends_its_thread(tmp_path: Path) -> None:
    video = open_video(write_clip(tmp_path / "a.mp4", frames=120))
    frames = video.frames()
    next(frames)
    del frames
    gc.collect()
    assert not threads()


def test_unused_iterator_starts_no_thread(tmp_path: Path) -> None:
    with open_video(write_clip(tmp_path / "a.mp4", frames=4)) as video:
        video.frames()
        assert not threads()


@pytest.mark.skipif(sys.platform == "win32", reason="no SIGINT to one process there")
def test_ctrl_c_ends_the_process(tmp_path: Path) -> None:
    path = write_clip(tmp_path / "a.mp4", frames=120)
    code = f"""
import os, signal, threading, posture.video
video = posture.video.open_video({str(path)!r})
try:
    with video:
        for frame in video.frames():
            if frame.index == 3:
                os.kill(os.getpid(), signal.SIGINT)
except KeyboardInterrupt:
    print(threading.active_count())
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=240, check=False)
    assert (done.returncode, done.stdout.strip(), done.stderr) == (0, "1", "")


def test_process_with_an_unfinished_iterator_ends(tmp_path: Path) -> None:
    path = write_clip(tmp_path / "a.mp4", frames=120)
    code = f"import posture.video as v; keep = v.open_video({str(path)!r}).frames(); next(keep); print('end')"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=240, check=False)
    assert (done.returncode, done.stdout.strip(), done.stderr) == (0, "end", "")


def test_writer_processes_items_in_order_and_finish_waits() -> None:
    seen: list[int] = []

    def work(items: Iterator[int]) -> None:
        for item in items:
            time.sleep(0.001)
            seen.append(item)

    writer = BackgroundWriter(work, depth=2)
    for number in range(20):
        writer.put(number)
    writer.finish()
    assert seen == list(range(20))


def test_error_of_the_writer_is_raised_by_put_and_finish() -> None:
    def work(items: Iterator[int]) -> None:
        next(items)
        raise OSError(28, "full")

    writer = BackgroundWriter(work, depth=1)
    writer.put(0)

    def fill() -> None:
        for number in range(1000):
            writer.put(number)

    with pytest.raises(OSError, match="full"):
        fill()
    with pytest.raises(OSError, match="full"):
        writer.finish()


def test_abandoned_writer_discards_items_and_ends_its_thread() -> None:
    seen: list[int] = []

    def work(items: Iterator[int]) -> None:
        for item in items:
            seen.append(item)
            time.sleep(0.05)

    with no_thread_left():
        # All of them would take a minute.
        writer = BackgroundWriter(work, depth=1200)
        for number in range(1200):
            writer.put(number)
        writer.abandon()
    assert len(seen) < 1200
