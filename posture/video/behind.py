"""Works off what it is given in a thread of its own, so that whoever gives it need not wait."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterator
from typing import Generic, TypeVar

T = TypeVar("T")

# How often a waiting side looks whether the other one is still there.
_POLL_S = 0.1


class Behind(Generic[T]):
    """Gives items to a function that runs in a thread, at most ``depth`` of them waiting.

    Parameters
    ----------
    work : callable
        Takes the iterator over the items; what it opens is closed in the same thread.
    depth : int
        Items that may wait; giving a further one waits.
    """

    def __init__(self, work: Callable[[Iterator[T]], None], *, depth: int) -> None:
        self._items: queue.Queue[T | None] = queue.Queue(maxsize=depth)
        self._stop = threading.Event()
        self._error: BaseException | None = None
        self._thread = threading.Thread(target=self._run, args=(work,), name="posture-write", daemon=True)
        self._thread.start()

    def give(self, item: T) -> None:
        """Hand an item over.

        Raises
        ------
        BaseException
            Whatever ended the work.
        """
        self._put(item)

    def finish(self) -> None:
        """Wait until everything that was given is worked off; raises what ended the work."""
        if self._thread.is_alive():
            self._put(None)
        while self._thread.is_alive():
            # With a time limit, or Ctrl-C is not heard on every platform.
            self._thread.join(_POLL_S)
        if self._error is not None:
            raise self._error

    def abandon(self) -> None:
        """Stop soon, whatever is left to do; raises nothing."""
        self._stop.set()
        self._thread.join()

    def _put(self, item: T | None) -> None:
        while self._thread.is_alive():
            try:
                self._items.put(item, timeout=_POLL_S)
            except queue.Full:
                continue
            return
        if self._error is not None:
            raise self._error

    def _given(self) -> Iterator[T]:
        while not self._stop.is_set():
            try:
                item = self._items.get(timeout=_POLL_S)
            except queue.Empty:
                continue
            if item is None:
                return
            yield item

    def _run(self, work: Callable[[Iterator[T]], None]) -> None:
        try:
            work(self._given())
        except BaseException as error:  # carried over to the giver
            self._error = error
