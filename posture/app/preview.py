"""Preview of a clip before its analysis: a still with its people, and a strip of small pictures.

It is made in a guarded process and stored beside the clip: a file from outside may be broken, or made to do harm.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from pydantic import Field, ValidationError

from posture.app.library import Library
from posture.app.record import ClipRecord
from posture.batch.workers.guarded import ChildPool, EarlyExit, Limits
from posture.errors import PostureError, VideoError
from posture.language import LANGUAGES, Language, use_language
from posture.language import gettext as _
from posture.records.base import Record, RecordFile
from posture.types import Rotation

if TYPE_CHECKING:
    from posture.types import Array, Image
    from posture.video import Frame, VideoInfo

PREVIEW, STILL, STRIP = "preview.json", "still.jpg", "strip.jpg"
PICTURES = frozenset({STILL, STRIP})
LIMITS = Limits(seconds=60.0, memory_bytes=1 << 30)
STRIP_PICTURES, STRIP_SIZE_PX = 12, (96, 120)
# Sides of the still at most, pixels.
STILL_SIDE_PX, JPEG_QUALITY = 960, 80


class PersonSpot(Record):
    """A person in the still.

    Attributes
    ----------
    x, y
        Middle of the trunk, shares of the still's width and height, 0..1.
    box
        Left, top, width and height of the box around the person, the same shares.
    """

    x: float
    y: float
    box: tuple[float, float, float, float]


class ClipPreview(RecordFile):
    """Preview of a clip.

    Attributes
    ----------
    width, height, still_s, turn_deg
        Size of the still as the clip has it, pixels, its time, and its clockwise turn besides the file's own.
    duration_s
        None where the file does not state it.
    slow_motion
        How many times slower than life the file says that it plays.
    people
        From left to right; None while nobody has looked for them.
    """

    schema_: Literal["posture.preview/1"] = Field("posture.preview/1", alias="schema")
    width: int
    height: int
    still_s: float
    turn_deg: Rotation = 0
    duration_s: float | None = None
    slow_motion: float | None = None
    recorded_at: datetime | None = None
    people: tuple[PersonSpot, ...] | None = None


@dataclass(frozen=True)
class PreviewError:
    """Reason why a clip has no preview, and what to do, also in each language where the file is to blame; picklable."""

    what: str
    advice: str
    said: Mapping[Language, tuple[str, str]] = field(default_factory=dict)


@dataclass(frozen=True)
class PreviewJob:
    """What the guarded process needs: the clip, and the preview to add people to; picklable."""

    clip: Path
    lang: Language
    without_people: ClipPreview | None = None


@dataclass(frozen=True)
class MadePreview:
    """A preview and its pictures as JPEG data by file name; picklable."""

    preview: ClipPreview
    pictures: Mapping[str, bytes]


class Previews:
    """Makes previews, one at a time; see `running_previews`."""

    def __init__(self, library: Library, children: ChildPool, executor: ThreadPoolExecutor) -> None:
        self._library, self._children, self._executor = library, children, executor
        self._lock = threading.Lock()
        self._waiting: set[tuple[str, bool]] = set()

    def find(self, record: ClipRecord) -> ClipPreview | None:
        """Return the preview of a clip; None while there is none."""
        try:
            return ClipPreview.model_validate_json((self._folder(record) / PREVIEW).read_bytes())
        except (OSError, ValidationError):
            return None

    def picture(self, record: ClipRecord, name: str) -> Path | None:
        """Return a picture of a clip's preview; None where there is none of that name."""
        path = self._folder(record) / name
        return path if name in PICTURES and path.is_file() else None

    def request(self, record: ClipRecord, lang: Language, *, with_people: bool = False) -> None:
        """Have a preview made unless there is one, or one on its way; a broken clip fails at once."""
        made = self.find(record)
        if made is not None and not (with_people and made.people is None):
            return
        with self._lock:
            if (record.id, with_people) in self._waiting:
                return
            self._waiting.add((record.id, with_people))
        self._executor.submit(self._make, record, lang, with_people)

    def _make(self, record: ClipRecord, lang: Language, with_people: bool) -> None:
        clip = self._library.clip_path(record)
        try:
            made = self.find(record) or self._store(record, self._children.run(look_at, PreviewJob(clip, lang)))
            if made is not None and with_people and made.people is None:
                # The pose model takes memory, which the analyses need: its process ends with the work.
                with ChildPool(LIMITS, in_background=True) as children:
                    answer = children.run(find_people, PreviewJob(clip, lang, made))
                # Without people in it, the still is of use all the same.
                nobody = MadePreview(made.model_copy(update={"people": ()}), {})
                self._store(record, answer if isinstance(answer, MadePreview) else nobody)
        finally:
            with self._lock:
                self._waiting.discard((record.id, with_people))

    def _store(self, record: ClipRecord, answer: MadePreview | PreviewError | EarlyExit) -> ClipPreview | None:
        """Write a preview beside its clip, or into its record that it is broken."""
        if isinstance(answer, PreviewError):
            said = {"unreadable": dict(answer.said)}
            failed = {**said, "state": "failed", "reason": answer.what, "advice": answer.advice}
            self._library.update(record.id, lambda one: one.model_copy(update=failed if one.state == "new" else said))
        if not isinstance(answer, MadePreview):
            return None
        day = {"recorded_at": answer.preview.recorded_at}
        self._library.update(record.id, lambda one: one.model_copy(update=day))
        files = {**answer.pictures, PREVIEW: answer.preview.to_json().encode("utf-8", errors="replace")}
        self._library.write_beside(record.id, files)
        return answer.preview

    def _folder(self, record: ClipRecord) -> Path:
        return self._library.clip_path(record).parent


@contextmanager
def running_previews(library: Library) -> Iterator[Previews]:
    """Yield the maker of the previews of a folder of clips."""
    with ChildPool(LIMITS, in_background=True) as children:
        executor = ThreadPoolExecutor(1, thread_name_prefix="posture-preview")
        try:
            yield Previews(library, children, executor)
        finally:
            executor.shutdown(wait=False, cancel_futures=True)


def look_at(job: PreviewJob) -> MadePreview | PreviewError:
    """Read a clip here and there for its still and its strip; runs in a guarded process."""
    said: dict[Language, tuple[str, str]] = {}
    # A readable clip is read once; what is wrong with another is said in every language.
    for lang in LANGUAGES:
        with use_language(lang):
            try:
                info, frames = _read(job.clip)
                break
            except PostureError as error:
                said[lang] = (error.what, error.advice or _("Choose another clip."))
    else:
        return PreviewError(*said[job.lang], said)
    still, filmed = frames[len(frames) // 2], info.recorded
    preview = ClipPreview(
        width=info.width,
        height=info.height,
        still_s=still.time_s,
        duration_s=info.duration_s,
        slow_motion=info.slow_motion,
        recorded_at=filmed.time if filmed is not None and filmed.origin == "container" else None,
    )
    strip = _strip(frames, info.duration_s or frames[-1].time_s)
    return MadePreview(preview, {STILL: _jpeg(_fitted(still.rgb)), STRIP: _jpeg(strip)})


def _read(clip: Path) -> tuple[VideoInfo, list[Frame]]:
    """Return what a file says of itself, and pictures from its beginning to its end; raise VideoError without any."""
    from posture.video import open_video, sample_frames

    with open_video(clip) as video:
        info = video.info
    frames = sample_frames(clip, STRIP_PICTURES)
    if not frames:
        raise VideoError(_("contains no video"), where=clip)
    return info, frames


def find_people(job: PreviewJob) -> MadePreview | PreviewError:
    """Look for people in a few frames, as an analysis begins; the still becomes the frame with most of them."""
    import numpy as np

    from posture.analysis.observe import PREVIEW_FRAMES
    from posture.analysis.preview import detect_upright, turned_by
    from posture.video import sample_frames

    assert job.without_people is not None
    try:
        frames = sample_frames(job.clip, PREVIEW_FRAMES, key_frames_only=True)
        found, turn = detect_upright([frame.rgb for frame in frames], "full", may_turn=True)
    except PostureError as error:
        return PreviewError(error.what, error.advice)
    best = max(range(len(frames)), key=lambda n: (len(found[n]), sum(np.ptp(p.landmarks[:, 1]) for p in found[n])))
    still = turned_by(frames[best].rgb, turn)
    height, width = still.shape[:2]
    spots = [_spot(person.landmarks, width, height) for person in found[best]]
    people = sorted((spot for spot in spots if 0 <= spot.x <= 1 and 0 <= spot.y <= 1), key=lambda spot: spot.x)
    shown = {"width": width, "height": height, "still_s": frames[best].time_s, "turn_deg": turn}
    preview = job.without_people.model_copy(update={**shown, "people": tuple(people)})
    return MadePreview(preview, {STILL: _jpeg(_fitted(still))})


def _spot(landmarks: Array, width: int, height: int) -> PersonSpot:
    from posture.drawing.person_box import PersonBox
    from posture.pose.landmarks import HIPS, SHOULDERS

    x, y = landmarks[[*SHOULDERS, *HIPS]].mean(axis=0) / (width, height)
    (left, top), (right, bottom) = PersonBox(landmarks, 0, False).corners(width, height) / (width, height)
    box = (float(left), float(top), float(right - left), float(bottom - top))
    return PersonSpot(x=float(x), y=float(y), box=box)


def _fitted(picture: Image) -> Image:
    from posture.drawing.canvas import resize

    return resize(picture, min(1.0, STILL_SIDE_PX / max(picture.shape[:2])))


def _strip(frames: list[Frame], duration_s: float) -> Image:
    """Return small pictures side by side, each the middle of the frame nearest to its time."""
    import numpy as np

    times = [frame.time_s for frame in frames]
    small = [_cut(frame.rgb) for frame in frames]
    wanted = (np.arange(STRIP_PICTURES) + 0.5) * duration_s / STRIP_PICTURES
    return np.hstack([small[int(np.argmin(np.abs(np.subtract(times, time_s))))] for time_s in wanted])


def _cut(picture: Image) -> Image:
    """Return the middle of a picture, filled up to the size of those in the strip."""
    import numpy as np

    from posture.drawing.canvas import resize

    width, height = STRIP_SIZE_PX
    scaled = resize(picture, max(width / picture.shape[1], height / picture.shape[0]))
    top, left = (scaled.shape[0] - height) // 2, (scaled.shape[1] - width) // 2
    return np.ascontiguousarray(scaled[max(top, 0) :, max(left, 0) :][:height, :width])


def _jpeg(picture: Image) -> bytes:
    import numpy as np

    from posture.drawing.canvas import encode_jpeg

    return encode_jpeg(np.ascontiguousarray(picture), JPEG_QUALITY)
