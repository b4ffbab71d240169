"""Recording of a session: its video while it runs, and at its end the results as ``posture analyze`` writes them.

The observations of each recorded picture are kept, so that nothing is detected twice.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from posture.analysis.options import AnalysisOptions
from posture.analysis.pipeline import examine_observations
from posture.contour.observation import Observation
from posture.errors import OutputError, PostureError
from posture.language import gettext as _
from posture.live.buffer import clip_observations
from posture.live.detector import DetectedFrame
from posture.output.checks import check_writable
from posture.output.names import CLIP_FILES
from posture.output.save import save
from posture.records.analysis import Analysis
from posture.types import PoseModel
from posture.video import FrameStore, open_video, sha256_of
from posture.video.recorder import Recorder

VIDEO = "session.mp4"
# Each picture's observations take 2 kB of memory: of longer sessions only the first hours are analysed.
MAX_PICTURES = 500_000


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
        self._recorder = Recorder(folder / VIDEO)
        self._begun_s: float | None = None
        self._times: list[float] = []
        self._people: list[list[Observation]] = []

    def add(self, detected: DetectedFrame) -> None:
        """Record a picture and its observation; an error is kept in `failure`."""
        if self.failure is not None:
            return
        if len(self._times) >= MAX_PICTURES:
            self.left_out += 1
            return
        if self._begun_s is None:
            self._begun_s = detected.frame.time_s
        time_s = detected.frame.time_s - self._begun_s
        try:
            if not self._recorder.add(detected.frame.rgb, time_s):
                self.left_out += 1
                return
        except OutputError as error:
            self.failure = error
            return
        self._times.append(time_s)
        self._people.append([] if detected.observation is None else [detected.observation])

    def end(self) -> Path | None:
        """End the recording, and return its video; None when nothing was recorded.

        Raises
        ------
        OutputError
            When it cannot be written.
        """
        try:
            self._recorder.close()
        except OutputError as error:
            self.failure = self.failure or error
        if self.failure is not None:
            raise self.failure
        path = self._recorder.path
        return None if self._recorder.size is None or not path.exists() else path

    def finish(self, *, model: PoseModel, neutral: Analysis | None, roll: float | None = None) -> Path | None:
        """End the recording, analyse it, and return the folder; None when nothing was recorded.

        `roll` is the camera's, as in `posture.analyze`.

        Raises
        ------
        OutputError
            When a file cannot be written.
        """
        path = self.end()
        if path is None or self._recorder.size is None:
            return None
        observations = clip_observations(str(path), self._recorder.size, self._times, self._people)
        with FrameStore() as frame_store:
            with open_video(path, tee=frame_store) as video:
                info = replace(video.info, path=path)
                count = sum(1 for _frame in video.frames())
            if count != len(self._times):
                raise OutputError(
                    _("holds {count} pictures of {all}").format(count=count, all=len(self._times)),
                    where=path,
                    advice=_("Analyse it with: posture analyze {path}").format(path=path),
                )
            observations = replace(observations, info=info, sha256=sha256_of(path))
            examination = examine_observations(observations, AnalysisOptions(model, roll_deg=roll), baseline=neutral)
            save(replace(examination, frame_store=frame_store), self.folder)
        return self.folder


def check_folder_is_free(folder: Path) -> None:
    """Refuse to record over an earlier session, or over the analysis of a clip.

    Raises
    ------
    PostureError
        When there is one.
    """
    for name in (VIDEO, *CLIP_FILES):
        if (folder / name).exists():
            what = _("holds a session already") if name == VIDEO else _("holds an analysis already")
            raise PostureError(what, where=folder, advice=_("Name another folder with --record."))
