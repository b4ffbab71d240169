"""Measures the last strides with the code of ``posture analyze``, in a process of its own so that nobody waits."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Self

from posture.analysis.examine import examine_watched
from posture.analysis.observe import ClipObservations
from posture.contour.geometry import BackAngles
from posture.language import Language, use_language
from posture.live.running.last_strides import is_ambiguous, last_strides
from posture.records.analysis import Analysis, Label
from posture.runtime import ONE_THREAD
from posture.types import Array, PoseModel


@dataclass(frozen=True)
class WindowEstimate:
    """The last strides, measured.

    Attributes
    ----------
    analysis : Analysis
        Of all strides in the window, as ``posture analyze`` gives it; of the last few where their verdict is another.
    label : Label
        The verdict on the last few of them.
    until_s : float
        Time of the newest frame in it, seconds of the source.
    outline : array, shape (len(T_GRID),), or None
        The mean outline of the back, trunk lengths; None when it was not measured.
    angles : BackAngles or None
        Of it.
    last_stride_s : float
        End of the last whole stride, seconds of the source; NaN without one.
    """

    analysis: Analysis
    label: Label
    until_s: float
    outline: Array | None
    angles: BackAngles | None
    last_stride_s: float


def estimate(
    watched: ClipObservations, model: PoseModel, baseline: Analysis | None, lang: Language
) -> WindowEstimate:
    """Measure what was watched.

    Parameters
    ----------
    watched : ClipObservations
    model : {"lite", "full", "heavy"}
    baseline : Analysis or None
        The runner's own standing posture.
    lang : {"en", "de"}
        Of its texts.
    """
    with use_language(lang):
        whole = examine_watched(watched, model=model, baseline=baseline)
        last = last_strides(watched, whole, model, baseline)
    # The word rests on the last strides: where it does not fit the numbers of all, those of the last are shown.
    agreed = last.analysis.verdict.label == whole.analysis.verdict.label
    shown = whole if agreed and not is_ambiguous(whole.analysis) else last
    strides = whole.analysis.gait.strides
    measured = None if shown.back is None or not shown.back.is_reliable else shown.back.measured
    return WindowEstimate(
        analysis=shown.analysis,
        label=last.analysis.verdict.label,
        until_s=float(watched.times_s[-1]) if len(watched.times_s) else 0.0,
        outline=None if measured is None else measured.outline,
        angles=None if measured is None else measured.angles,
        last_stride_s=strides[-1].end_s if strides else float("nan"),
    )


class Estimator:
    """Measures in the background, one thing at a time; use it with ``with``.

    Parameters
    ----------
    model : {"lite", "full", "heavy"}
    lang : {"en", "de"}
    inline : bool
        Measure at once, in this process; whoever asks waits.
    """

    def __init__(self, model: PoseModel, lang: Language, *, inline: bool = False) -> None:
        self._model: PoseModel = model
        self._lang: Language = lang
        self._inline = inline
        self._pool: ProcessPoolExecutor | None = None
        self._running: Future[WindowEstimate] | None = None
        self._ready: WindowEstimate | None = None

    def __enter__(self) -> Self:
        """Start the process."""
        if not self._inline:
            self._start()
        return self

    def __exit__(self, *_: object) -> None:
        """End it; what is being measured is given up."""
        if self._pool is not None:
            self._pool.shutdown(wait=True, cancel_futures=True)

    @property
    def busy(self) -> bool:
        """Whether something is being measured, or waits to be taken."""
        return self._running is not None or self._ready is not None

    def ask(self, watched: ClipObservations, baseline: Analysis | None) -> None:
        """Let something be measured."""
        if self._inline:
            self._ready = estimate(watched, self._model, baseline, self._lang)
            return
        assert self._pool is not None
        try:
            self._running = self._pool.submit(estimate, watched, self._model, baseline, self._lang)
        except BrokenProcessPool:
            # Whoever ended it, such as a machine short of memory: the next question starts another.
            self._start()

    def take(self) -> WindowEstimate | None:
        """Return what was measured since the last time; None while nothing is ready."""
        if self._running is not None and self._running.done():
            running, self._running = self._running, None
            try:
                self._ready = running.result()
            except BrokenProcessPool:
                self._start()
        ready, self._ready = self._ready, None
        return ready

    def _start(self) -> None:
        if self._pool is not None:
            self._pool.shutdown(wait=False)
        self._pool = ProcessPoolExecutor(
            1, mp_context=multiprocessing.get_context("spawn"), initializer=_follow
        )
        # Loads what it needs while the camera starts.
        with _one_thread(), _uninterrupted():
            self._pool.submit(_warm)


@contextmanager
def _one_thread() -> Iterator[None]:
    """Let a process that is started now calculate in one thread: more take a third more of the eyes' time."""
    before = {name: os.environ.get(name) for name in ONE_THREAD}
    os.environ.update(ONE_THREAD)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


@contextmanager
def _uninterrupted() -> Iterator[None]:
    """Let Ctrl-C on the terminal not reach a process that is started now before it knows how to take it."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _follow() -> None:
    """Leave interrupts to the process that asks, and end with it, also when it was killed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
    threading.Thread(target=_end_with_parent, name="posture-parent", daemon=True).start()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _warm() -> None:
    """Exist: unpickling this function has imported the module."""
