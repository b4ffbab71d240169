"""Prefetch an iterator, and process queued items, in a background thread."""

from __future__ import annotations

import contextvars
import queue
import threading
from collections.abc import Callable, Generator, Iterator
from contextlib import closing
from typing import Generic, TypeVar

T = TypeVar("T")

# Interval at which a waiting thread checks that the other one is alive.
_POLL_S = 0.1


class _End:
    """End-of-items marker with the error that ended them, if any."""

    def __init__(self, error: BaseException | None) -> None:
        self.error = error


class Prefetcher(Generic[T]):
    """Prefetches up to ``depth`` items of a generator in a background thread.

    The thread ends soon after the iterator is exhausted, closed, or dropped. An error in the thread is raised
    where the items are consumed.

    Parameters
    ----------
    produce
        Returns the generator; it is created, run and closed in the thread.
    depth
        Capacity of the queue.
    """

    def __init__(self, produce: Callable[[], Generator[T]], *, depth: int) -> None:
        self._items: queue.Queue[T | _End] = queue.Queue(maxsize=depth)
        self._stop = threading.Event()
        # A bound method would keep this object alive; the context carries the language of error messages.
        self._thread = threading.Thread(
            target=contextvars.copy_context().run,
            args=(_run, produce, self._items, self._stop),
            name="posture-decode",
            daemon=True,
        )

    def items(self) -> Generator[T]:
        """Start the thread and yield the items."""
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
                # Without a timeout, Ctrl-C is ignored on some platforms.
                return self._items.get(timeout=_POLL_S)
            except queue.Empty:
                if not self._thread.is_alive() and self._items.empty():
                    return _End(None)

    def close(self) -> None:
        """Stop the thread after its current item and wait for it."""
        self._stop.set()
        if self._thread.ident is not None and self._thread is not threading.current_thread():
            self._thread.join()


def _run(produce: Callable[[], Generator[T]], items: queue.Queue[T | _End], stop: threading.Event) -> None:
    error: BaseException | None = None
    try:
        with closing(produce()) as generator:  # close files in the thread that opened them
            for item in generator:
                if not _put(items, item, stop):
                    break
    except BaseException as exception:  # raised in the consumer
        error = exception
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
    """Processes queued items in a background thread.

    Parameters
    ----------
    work
        Consumes the iterator of items; runs in the thread.
    depth
        Capacity of the queue; `put` blocks when it is full.
    """

    def __init__(self, work: Callable[[Iterator[T]], None], *, depth: int) -> None:
        self._items: queue.Queue[T | None] = queue.Queue(maxsize=depth)
        self._stop = threading.Event()
        self._error: BaseException | None = None
        self._thread = threading.Thread(target=self._run, args=(work,), name="posture-write", daemon=True)
        self._thread.start()

    def put(self, item: T) -> None:
        """Queue an item; raise the error that ended ``work``."""
        self._enqueue(item)

    def finish(self) -> None:
        """Wait until all items are processed; raise the error that ended ``work``."""
        if self._thread.is_alive():
            self._enqueue(None)
        while self._thread.is_alive():
            # Without a timeout, Ctrl-C is ignored on some platforms.
            self._thread.join(_POLL_S)
        if self._error is not None:
            raise self._error

    def abandon(self) -> None:
        """Discard the items left and stop; raise nothing."""
        self._stop.set()
        self._thread.join()

    def _enqueue(self, item: T | None) -> None:
        while self._thread.is_alive():
            try:
                self._items.put(item, timeout=_POLL_S)
            except queue.Full:
                continue
            return
        if self._error is not None:
            raise self._error

    def _queued(self) -> Iterator[T]:
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
            work(self._queued())
        except BaseException as error:  # raised in the thread that queues
            self._error = error
