"""A selection of the hostile clips; `make robustness` runs all of them."""

from __future__ import annotations

import os
import sys
import threading
from contextlib import suppress
from pathlib import Path

import pytest
from robustness.run_corpus import run_case

from tools.hostile_corpus import Make, cases, second

pytestmark = pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs POSIX: limits, pipes, links")

# Of each kind one that once failed, or the worst.
QUICK = (
    *("cut-in-moov", "cut-in-mdat", "without-stsz", "header-frame-count-huge", "header-media-timescale-huge"),
    *("flip-index-3", "times-backwards", "times-rate-of-a-million", "many-tracks", "nested-boxes", "endless-zeros"),
    *("bomb-png", "bomb-gif-frames", "bomb-pictures", "bomb-webp", "animated-webp", "noise-after-mp4-head"),
    *("pipe", "device-zero", "link-to-itself", "loop-of-folders", "name-not-utf-8", "name-with-controls"),
)


@pytest.mark.parametrize("name", QUICK)
def test_hostile_clip_is_analysed_or_refused_in_one_line(name: str) -> None:
    assert run_case(name, cases()[name]).fault is None


def test_growing_clip_is_analysed_or_refused_in_one_line() -> None:
    """A clip that is still being copied, as fast as it is read."""
    stop = threading.Event()

    def growing(folder: Path) -> Path:
        data, path = second("matroska"), folder / "jog.mkv"
        path.write_bytes(data)

        def grow() -> None:
            # Until the folder is removed; the file is never made anew.
            with suppress(FileNotFoundError):
                while not stop.wait(0.01):
                    with path.open("r+b") as file:
                        file.seek(0, os.SEEK_END)
                        file.write(data[-4096:])

        threading.Thread(target=grow, daemon=True).start()
        return path

    make: Make = growing
    try:
        assert run_case("growing", make).fault is None
    finally:
        stop.set()


def test_corpus_is_the_same_every_time(tmp_path: Path) -> None:
    for folder in (tmp_path / "a", tmp_path / "b"):
        folder.mkdir()
    for name in ("flip-data-4", "many-tracks", "bomb-webp", "cut-ts-30"):
        first, again = (cases()[name](tmp_path / one).read_bytes() for one in ("a", "b"))
        assert first == again
    assert len(cases()) > 200
    assert sys.getsizeof(second()) < 100_000
