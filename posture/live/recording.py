"""Keeps a session: its video while it runs, and at its end the results as ``posture analyze`` writes them.

What was seen of each recorded picture is kept, so that nothing has to be detected twice.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from posture.analysis.examine import examine_watched
from posture.contour.observation import Observation
from posture.errors import OutputError, PostureError
from posture.language import gettext as _
from posture.live.buffer import clip_observations
from posture.live.detector import DetectedFrame
from posture.output.checks import check_writable
from posture.output.folder import save
from posture.output.names import CLIP_FILES
from posture.records.analysis import Analysis
from posture.types import PoseModel
from posture.video import FrameStore, open_video, sha256_of
from posture.video.recorder import Recorder

VIDEO = "session.mp4"
# What is kept of a picture beside the video takes 2 kB: of longer sessions only the first hours are analysed.
MOST_PICTURES = 500_000


class SessionRecording:
    """Records a session into a folder.

    Parameters
    ----------
    folder : Path

    Attributes
    ----------
    left_out : int
        Pictures that were not recorded, for they have another size than the first, or are too many.

    Raises
    ------
    OutputError
        When the folder cannot be written.
    """

    def __init__(self, folder: Path) -> None:
        check_writable(folder)
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self._recorder = Recorder(folder / VIDEO)
        self._begun_s: float | None = None
        self._times: list[float] = []
        self._sightings: list[list[Observation]] = []
        self._failure: OutputError | None = None
        self.left_out = 0

    @property
    def failure(self) -> OutputError | None:
        """Why nothing more is recorded; None while all is well."""
        return self._failure

    def keep(self, seen: DetectedFrame) -> None:
        """Record a picture and who was seen in it; what fails is told by `failure`, and the session goes on."""
        if self._failure is not None:
            return
        if len(self._times) >= MOST_PICTURES:
            self.left_out += 1
            return
        if self._begun_s is None:
            self._begun_s = seen.frame.time_s
        time_s = seen.frame.time_s - self._begun_s
        try:
            if not self._recorder.add(seen.frame.rgb, time_s):
                self.left_out += 1
                return
        except OutputError as error:
            self._failure = error
            return
        self._times.append(time_s)
        self._sightings.append([] if seen.observation is None else [seen.observation])

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
            self._failure = self._failure or error
        if self._failure is not None:
            raise self._failure
        path = self._recorder.path
        return None if self._recorder.size is None or not path.exists() else path

    def finish(self, *, model: PoseModel, neutral: Analysis | None) -> Path | None:
        """End the recording, analyse it, and return the folder; None when nothing was recorded.

        Raises
        ------
        OutputError
            When a file cannot be written.
        """
        path = self.end()
        if path is None or self._recorder.size is None:
            return None
        watched = clip_observations(str(path), self._recorder.size, self._times, self._sightings)
        with FrameStore() as spool:
            with open_video(path, tee=spool) as video:
                info = replace(video.info, path=path)
                count = sum(1 for _frame in video.frames())
            if count != len(self._times):
                raise OutputError(
                    _("holds {count} pictures of {all}").format(count=count, all=len(self._times)),
                    where=path,
                    advice=_("Analyse it with: posture analyze {path}").format(path=path),
                )
            watched = replace(watched, info=info, sha256=sha256_of(path))
            found = examine_watched(watched, model=model, baseline=neutral)
            save(replace(found, spool=spool), self.folder)
        return self.folder


def folder_is_free(folder: Path) -> None:
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
