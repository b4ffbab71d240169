"""Landmarkers of a clip, loaded in a thread while the preview is read: each takes as long as several frames."""

from __future__ import annotations

import contextvars
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from typing import Self

from posture.pose.landmarker import Landmarker


class LandmarkerStock:
    """Hands out landmarkers that are loaded, and new ones when none is left; a context manager.

    Parameters
    ----------
    model
        As in `Landmarker`.
    count
        Number of landmarkers, which follow one person, to load ahead.
    """

    def __init__(self, model: str, count: int) -> None:
        self._model = model
        self._searcher = Landmarker("lite", mode="image", masks=False)
        self._loaded = [Landmarker(model) for _ in range(count)]
        self._loading: dict[Landmarker, Future[Landmarker]] = {}
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="posture-load")

    def __enter__(self) -> Self:
        """Begin to load."""
        for landmarker in (*self._loaded, self._searcher):
            # The context carries the language of error messages.
            self._loading[landmarker] = self._pool.submit(contextvars.copy_context().run, landmarker.load)
        return self

    def __exit__(self, *_: object) -> None:
        """Free what was not handed out."""
        self._pool.shutdown(cancel_futures=True)
        for landmarker in (*self._loaded, self._searcher):
            landmarker.close()

    @property
    def searcher(self) -> Landmarker:
        """The landmarker that looks for bystanders, shared by all sections of a clip."""
        return self._loading[self._searcher].result()

    def landmarker(self, *, people: int, mirrored: bool) -> Landmarker:
        """Return a landmarker for the user to enter, and thereby to free."""
        # Sections ask at the same time: after a look whether one is left, it may be gone.
        with suppress(IndexError):
            if people == 1:
                loaded = self._loading[self._loaded.pop()].result()
                loaded.mirrored = mirrored
                return loaded
        return Landmarker(self._model, people=people, mirrored=mirrored)
