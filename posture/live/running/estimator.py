"""Measure the last strides with the code of ``posture analyze``, in a process of its own so that nothing waits."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Self

from posture.analysis.examination import Examination
from posture.analysis.observations import ClipObservations
from posture.analysis.options import AnalysisOptions
from posture.analysis.pipeline import examine_observations
from posture.analysis.record import build_analysis
from posture.back.availability import reported_measures
from posture.back.measure import BackResult, SceneCorrections, measure_back_of
from posture.back.models import Models, load_models
from posture.comparison.baseline import BaselineClip, compare_with_baseline, is_comparable, own_standing
from posture.contour.angles import BackAngles
from posture.gait.runner_choice import TrackedPerson
from posture.language import Language, use_language
from posture.outline.shape_model import Gaussian
from posture.quality.back_rules import AMBIGUOUS, NOT_A_BODY
from posture.records.analysis import Analysis, Label
from posture.runtime import ONE_THREAD
from posture.types import Array, PoseModel

# The verdict rests on the last strides, this many.
RECENT_STRIDES = 3
# Issues that a mixture of two postures may cause.
MIXTURE_CODES = frozenset({AMBIGUOUS, NOT_A_BODY})
# A change of posture is searched for up to this many strides before the end.
_MIN_STRIDES_AFTER_CHANGE = 2


@dataclass(frozen=True)
class WindowEstimate:
    """Measures of the last strides."""

    analysis: Analysis  # Of all strides in the window; of the last few where their verdict differs.
    label: Label  # Verdict on the last few strides.
    until_s: float  # Time of the newest frame, seconds of the source.
    # Shape (len(T_GRID),). Mean outline of the back, trunk lengths; None when it was not measured.
    outline: Array | None
    angles: BackAngles | None  # Of the outline.
    knows_roll: bool = False  # Whether the user gave the roll of the camera.


def estimate(
    observations: ClipObservations,
    model: PoseModel,
    baseline: Analysis | None,
    lang: Language,
    roll: float | None = None,
) -> WindowEstimate:
    """Measure a window.

    Parameters
    ----------
    baseline
        The runner's own standing posture.
    lang
        Language of the texts.
    roll
        Of the camera, as in `posture.analyze`.
    """
    with use_language(lang):
        whole = examine_observations(
            observations, AnalysisOptions(model, roll_deg=roll), baseline=baseline, is_live_window=True
        )
        last = last_strides(observations, whole, baseline)
    # Verdict and numbers must agree: where the verdict on the last strides differs, display their numbers.
    agreed = last.analysis.verdict.label == whole.analysis.verdict.label
    steady = agreed and not may_be_mixture(whole.analysis) and not whole.analysis.segments
    chosen = whole if steady else last
    measured = None if chosen.back is None or not chosen.back.is_reliable else chosen.back.measured
    return WindowEstimate(
        analysis=chosen.analysis,
        label=last.analysis.verdict.label,
        until_s=float(observations.times_s[-1]) if len(observations.times_s) else 0.0,
        outline=None if measured is None else measured.outline,
        angles=None if measured is None else measured.angles,
        knows_roll=roll is not None,
    )


def last_strides(observations: ClipObservations, examination: Examination, baseline: Analysis | None) -> Examination:
    """Measure the last few strides alone, and judge them.

    Pooled with strides of another posture, their edges would be explained as those of an arm.

    Parameters
    ----------
    examination
        Of the whole window. It is returned unchanged where it has no more strides, is not measurable for another
        reason than those of `MIXTURE_CODES`, or for these without a change of posture; and where the last few strides
        are not reliable alone, which the others resolve.
    baseline : Analysis or None
        The runner's own standing posture.
    """
    whole, runner = examination.analysis, examination.runner
    others = [issue for issue in whole.quality.issues if issue.code not in MIXTURE_CODES]
    if runner is None or any(issue.blocking for issue in others) or len(runner.strides) <= RECENT_STRIDES:
        return examination
    models, own_outline = load_models(), None
    if baseline is not None and is_comparable(whole.baseline):
        own_outline = own_standing(baseline, models.shape)
    window = _StrideWindow(models, own_outline, observations, runner, whole.quality.camera_roll_deg)
    total = len(runner.strides)
    last, back = window.part(total - RECENT_STRIDES, total)
    if back is not None and not back.is_reliable:
        return examination
    if may_be_mixture(whole) and not window.has_changed():
        return examination
    quality = whole.quality.model_copy(update={"measurable": True, "issues": tuple(others)})
    parts = replace(whole.parts, quality=quality, measures=reported_measures(last, back), segments=())
    compared = None
    if baseline is not None:
        reference = BaselineClip(baseline, baseline.source.path, same_session=True)
        compared = compare_with_baseline(parts, reference)
    return Examination(build_analysis(parts, compared), last, back)


def may_be_mixture(analysis: Analysis) -> bool:
    """Return whether the edges may be those of two postures: two outlines fit them, or none that a body has."""
    return any(issue.code in MIXTURE_CODES for issue in analysis.quality.issues)


@dataclass(frozen=True)
class _StrideWindow:
    """Window of which parts are measured."""

    models: Models
    own_outline: Gaussian | None
    observations: ClipObservations
    runner: TrackedPerson
    roll_deg: float | None

    def part(self, first: int, end: int) -> tuple[TrackedPerson, BackResult | None]:
        """Return the runner and the back of a range of strides."""
        runner = replace(self.runner, strides=self.runner.strides.between(first, end))
        scene = SceneCorrections(roll_deg=self.roll_deg)
        edges = self.observations.edges_of(runner)
        return runner, measure_back_of(runner, edges, self.models, scene=scene, standing=self.own_outline)

    def has_changed(self) -> bool:
        """Return whether some stride splits the window into two unambiguous parts; if not, arms hide the back."""
        count = len(self.runner.strides)
        return any(
            self._readable(0, change) and self._readable(change, count)
            for change in range(RECENT_STRIDES, count - _MIN_STRIDES_AFTER_CHANGE + 1)
        )

    def _readable(self, first: int, end: int) -> bool:
        back = self.part(first, end)[1]
        return back is not None and back.is_reliable


class Estimator:
    """Measures one window at a time in the background; a context manager.

    With `inline` it measures in this process, and `request` returns when it is done. `roll` is the camera's, as in
    `posture.analyze`. `model` is that of the frames, and may change between two requests.
    """

    def __init__(self, model: PoseModel, lang: Language, *, roll: float | None = None, inline: bool = False) -> None:
        self.model: PoseModel = model
        self._lang: Language = lang
        self._roll = roll
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
        """End the process, and abandon a running measurement."""
        if self._pool is not None:
            self._pool.shutdown(wait=True, cancel_futures=True)

    @property
    def busy(self) -> bool:
        """Whether a window is being measured, or its estimate waits to be taken."""
        return self._running is not None or self._ready is not None

    def request(self, observations: ClipObservations, baseline: Analysis | None) -> None:
        """Start to measure a window."""
        if self._inline:
            self._ready = estimate(observations, self.model, baseline, self._lang, self._roll)
            return
        assert self._pool is not None
        try:
            self._running = self._pool.submit(estimate, observations, self.model, baseline, self._lang, self._roll)
        except BrokenProcessPool:
            # The process was killed, perhaps for lack of memory: the next request finds a new one.
            self._start()

    def take(self) -> WindowEstimate | None:
        """Return a finished estimate; None while there is none."""
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
            1, mp_context=multiprocessing.get_context("spawn"), initializer=_initialise_child
        )
        # Import the modules while the camera starts.
        with _one_thread(), _uninterrupted():
            self._pool.submit(_warm)


@contextmanager
def _one_thread() -> Iterator[None]:
    """Limit a process started now to one thread: more would slow the pose detector by a third."""
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
    """Block Ctrl-C for a process started now, until it ignores the signal itself."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _initialise_child() -> None:
    """Ignore interrupts, and end with the parent process even when that was killed."""
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
    """Do nothing: unpickling this function has imported the module."""
