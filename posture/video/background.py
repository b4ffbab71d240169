"""Prefetch an iterator, and process queued items, in a background thread."""

from __future__ import annotations

import contextvars
import queue
import threading
from collections.abc import Callable, Generator, Iterator
from contextlib import closing
from typing import Generic, TypeVar

T = TypeVar("T")

# How often a waiting side looks whether the other one is still there.
_POLL_S = 0.1


class _End:
    """Marks the end of the items, with the error that ended them."""

    def __init__(self, error: BaseException | None) -> None:
        self.error = error


class Prefetcher(Generic[T]):
    """Iterates over what a function yields, computed up to ``depth`` items ahead in a thread.

    The thread ends soon after the iterator is closed, dropped, or exhausted, and an error in it is
    raised where the items are consumed.

    Parameters
    ----------
    produce : callable
        Returns the generator; called and closed in the thread.
    depth : int
        Items that may wait.
    """

    def __init__(self, produce: Callable[[], Generator[T]], *, depth: int) -> None:
        self._items: queue.Queue[T | _End] = queue.Queue(maxsize=depth)
        self._stop = threading.Event()
        # The thread must not keep this object alive: it holds only what it needs. In a copy of this context its errors
        # are in the same language.
        self._thread = threading.Thread(
            target=contextvars.copy_context().run,
            args=(_run, produce, self._items, self._stop),
            name="posture-decode",
            daemon=True,
        )

    def items(self) -> Generator[T]:
        """Start the thread and yield its items."""
        self._thread.start()
        try:
            while True:
                item = self._next()
                if isinstance(item, _End):
                    if item.error is not None:
                        raise item.error
                    return
                yield item
        finally:
            self.close()

    def _next(self) -> T | _End:
        while True:
            try:
                # With a time limit, or Ctrl-C is not heard on every platform.
                return self._items.get(timeout=_POLL_S)
            except queue.Empty:
                if not self._thread.is_alive() and self._items.empty():
                    return _End(None)

    def close(self) -> None:
        """Stop the thread and wait for it; it ends after the item in hand."""
        self._stop.set()
        if self._thread.ident is not None and self._thread is not threading.current_thread():
            self._thread.join()


def _run(produce: Callable[[], Generator[T]], items: queue.Queue[T | _End], stop: threading.Event) -> None:
    error: BaseException | None = None
    try:
        with closing(produce()) as produced:  # files are closed in the thread that opened them
            for item in produced:
                if not _put(items, item, stop):
                    break
    except BaseException as caught:  # carried over to the consumer
        error = caught
    _put(items, _End(error), stop)


def _put(items: queue.Queue[T | _End], item: T | _End, stop: threading.Event) -> bool:
    while not stop.is_set():
        try:
            items.put(item, timeout=_POLL_S)
        except queue.Full:
            continue
        return True
    return False


class BackgroundWriter(Generic[T]):
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
