"""Recording of a session: its whole video while it runs, and at its end the results as ``posture analyze`` writes them.

Every picture of the camera is recorded, also those for which the detector had no time. The observations of the others
are kept: where they are dense enough for an analysis, nothing is detected twice.
"""

from __future__ import annotations

import threading
from dataclasses import replace
from pathlib import Path

from posture.analysis.examination import Examination
from posture.analysis.options import AnalysisOptions
from posture.analysis.pipeline import examine, examine_observations
from posture.contour.observation import Observation
from posture.errors import OutputError, PostureError
from posture.language import gettext as _
from posture.live.buffer import clip_observations
from posture.live.detector import CameraFrame, DetectedFrame
from posture.live.settings import LIVE
from posture.output.checks import check_writable
from posture.output.names import CLIP_FILES, SESSION_VIDEO
from posture.output.save import save
from posture.records.analysis import Analysis
from posture.video import open_video, sha256_of
from posture.video.recorder import Recorder

# Each picture's observations take 2 kB of memory: of longer sessions only the first hours are analysed.
MAX_PICTURES = 500_000
# With this share of the pictures detected, a second look at the video finds nothing more.
_NEARLY_ALL = 0.95


class SessionRecording:
    """Records a session into a folder.

    Attributes
    ----------
    left_out
        Pictures that were not recorded, because of another size than the first or beyond `MAX_PICTURES`.
    failure : OutputError or None
        Reason why recording stopped; the session goes on.

    Raises
    ------
    OutputError
        When the folder cannot be written.
    """

    def __init__(self, folder: Path) -> None:
        check_writable(folder)
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self.left_out = 0
        self.failure: OutputError | None = None
        self._recorder = Recorder(folder / SESSION_VIDEO)
        # The camera's thread adds pictures, another one ends the recording.
        self._lock = threading.Lock()
        self._ended = False
        self._begun_s: float | None = None
        self._times: list[float] = []
        # Of each recorded picture, by its number from the camera.
        self._places: dict[int, int] = {}
        self._people: dict[int, list[Observation]] = {}

    def add(self, frame: CameraFrame) -> None:
        """Record a picture; an error is kept in `failure`. It may wait for the encoder."""
        with self._lock:
            if self.failure is None and not self._ended:
                self._add(frame)

    def _add(self, frame: CameraFrame) -> None:
        if len(self._times) >= MAX_PICTURES:
            self.left_out += 1
            return
        if self._begun_s is None:
            self._begun_s = frame.time_s
        time_s = frame.time_s - self._begun_s
        try:
            if not self._recorder.add(frame.rgb, time_s):
                self.left_out += 1
                return
        except OutputError as error:
            self.failure = error
            return
        self._places[frame.number] = len(self._times)
        self._times.append(time_s)

    def observe(self, detected: DetectedFrame, *, is_usable: bool = True) -> None:
        """Keep the observation of a recorded picture, or none where those of two pose models would mix."""
        if not is_usable:
            self._people.clear()
            return
        place = self._places.get(detected.frame.number)
        if place is not None:
            self._people[place] = [] if detected.observation is None else [detected.observation]

    def end(self) -> Path | None:
        """End the recording, and return its video; None when nothing was recorded.

        Raises
        ------
        OutputError
            When it cannot be written.
        """
        with self._lock:
            self._ended = True
            try:
                self._recorder.close()
            except OutputError as error:
                self.failure = self.failure or error
        if self.failure is not None:
            raise self.failure
        path = self._recorder.path
        return None if self._recorder.size is None or not path.exists() else path

    def finish(self, options: AnalysisOptions, neutral: Analysis | None) -> Path | None:
        """End the recording, analyse it, and return the folder; None when nothing was recorded.

        Raises
        ------
        OutputError
            When a file cannot be written.
        """
        path = self.end()
        if path is None or self._recorder.size is None:
            return None
        if self._is_dense:
            examination = self._examine_observed(path, options, neutral)
        else:
            examination = examine(
                path, model=options.model, baseline=neutral, roll=options.roll_deg, auto_baseline=options.auto_baseline
            )
        save(examination, self.folder, film=True)
        return self.folder

    @property
    def _is_dense(self) -> bool:
        """Whether the observations suffice for an analysis, or no more are to be had."""
        observed, all_ = len(self._people), len(self._times)
        return observed >= _NEARLY_ALL * all_ or observed >= LIVE.least_rate * (self._times[-1] - self._times[0])

    def _examine_observed(self, path: Path, options: AnalysisOptions, neutral: Analysis | None) -> Examination:
        """Analyse the pictures that the detector had time for."""
        with open_video(path) as video:
            info = replace(video.info, path=path)
            count = sum(1 for _frame in video.frames())
        if count != len(self._times):
            raise OutputError(
                _("contains {count} of {all} pictures").format(count=count, all=len(self._times)),
                where=path,
                advice=_("Analyse it with: posture analyze {path}").format(path=path),
            )
        assert self._recorder.size is not None
        places = sorted(self._people)
        observations = clip_observations(
            str(path), self._recorder.size, [self._times[i] for i in places], [self._people[i] for i in places]
        )
        if count > len(places):
            info = replace(info, fps=observations.info.fps)
        observations = replace(observations, info=info, sha256=sha256_of(path))
        return examine_observations(observations, options, baseline=neutral)


def check_folder_is_free(folder: Path) -> None:
    """Refuse to record over an earlier session, or over the analysis of a clip.

    Raises
    ------
    PostureError
        When there is one.
    """
    for name in (SESSION_VIDEO, *CLIP_FILES):
        if (folder / name).exists():
            what = _("already contains a session") if name == SESSION_VIDEO else _("already contains an analysis")
            raise PostureError(what, where=folder, advice=_("Name another folder with --record."))
