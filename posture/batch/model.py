"""What travels between the processes of a batch: jobs, rows of the summary, outcomes. Plain and picklable."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from posture.errors import PostureError
from posture.export.formats import Formats
from posture.language import SOURCE, Language
from posture.language import gettext as _

if TYPE_CHECKING:
    from posture.types import PoseModel

State = Literal["analysed", "failed"]
FailureKind = Literal["clip", "output", "crashed", "time", "memory", "lost", "error"]
"""Why a clip failed: the clip itself, writing its results, its process ended, took too long or grew too large, its
worker was lost, or a fault of this program."""


@dataclass(frozen=True)
class BatchOptions:
    """What was asked for, the same for every clip.

    Attributes
    ----------
    model, slow_motion, person
        As in `posture.analyze`.
    formats : Formats
        What is exported besides the CSV tables.
    film : bool
        Whether annotated.mp4 is drawn.
    blur_faces : bool
        Whether heads are made unrecognisable in all pictures.
    lang : {"en", "de"}
        Language of all texts.
    """

    model: PoseModel = "full"
    slow_motion: float = 1.0
    person: str = "largest"
    formats: Formats = field(default_factory=Formats)
    film: bool = True
    blur_faces: bool = False
    lang: Language = SOURCE


@dataclass(frozen=True)
class ClipFile:
    """A clip that was found.

    Attributes
    ----------
    name : str
        Its path below the folder of clips, with ``/``.
    path : str
        Where it is: a path, or a URL.
    signature : str
        Size and time of change: as long as it stays, so does the content.
    size : int
        Bytes.
    folder : str
        Where its results go, below the folder of results, with ``/``.
    runner, session : str or None
        Whose clip it is and when it was taken, where names say so.
    stands : bool
        Whether its name says that it is the runner's standing clip.
    """

    name: str
    path: str
    signature: str
    size: int
    folder: str = ""
    runner: str | None = None
    session: str | None = None
    stands: bool = False


@dataclass(frozen=True)
class Job:
    """One clip to analyse.

    Attributes
    ----------
    clip : Clip
    out : str
        Folder or URL of all results.
    options : Options
    settings : str
        Fingerprint of options, versions and baseline.
    baseline : str or None
        Name of the runner's standing clip.
    baseline_folder : str or None
        Where that clip's results are, below ``out``.
    version : str
        Of the package that made the job.
    cwd : str
        The folder that paths are relative to, on whichever machine.
    restart : bool
        Whether an earlier result is made again.
    """

    clip: ClipFile
    out: str
    options: BatchOptions
    settings: str
    version: str
    baseline: str | None = None
    baseline_folder: str | None = None
    cwd: str = "."
    restart: bool = False


@dataclass(frozen=True)
class SummaryRow:
    """What the summary tells of one clip; None where there is no value.

    Angles in degrees, the index in percent, ``_low`` and ``_high`` are the ends of the 90 % interval.
    """

    clip: str
    folder: str
    state: State
    runner: str | None = None
    session: str | None = None
    label: str | None = None
    probability: float | None = None
    activity: str | None = None
    pelvic_tilt_deg: float | None = None
    pelvic_tilt_low_deg: float | None = None
    pelvic_tilt_high_deg: float | None = None
    lumbar_arch_deg: float | None = None
    lumbar_arch_low_deg: float | None = None
    lumbar_arch_high_deg: float | None = None
    lumbar_arch_index_percent: float | None = None
    lumbar_arch_index_low_percent: float | None = None
    lumbar_arch_index_high_percent: float | None = None
    trunk_lean_deg: float | None = None
    cadence_spm: float | None = None
    strides: int | None = None
    view_yaw_deg: float | None = None
    body_height_px: float | None = None
    arm_free_share: float | None = None
    issues: str | None = None
    baseline: str | None = None
    pelvic_tilt_change_deg: float | None = None
    pelvic_tilt_change_low_deg: float | None = None
    pelvic_tilt_change_high_deg: float | None = None
    lumbar_arch_change_deg: float | None = None
    lumbar_arch_change_low_deg: float | None = None
    lumbar_arch_change_high_deg: float | None = None
    duration_s: float | None = None
    analysis_s: float | None = None
    sha256: str | None = None
    trouble: FailureKind | None = None
    reason: str | None = None
    advice: str | None = None


@dataclass(frozen=True)
class Outcome:
    """What became of a job.

    Attributes
    ----------
    row : Row
    unchanged : bool
        Whether an earlier result was found to hold still.
    full : bool
        Whether the disk of the results takes no more: no other clip can be written either.
    """

    row: SummaryRow
    unchanged: bool = False
    full: bool = False


def failed_row(
    clip: ClipFile, trouble: FailureKind, reason: str, advice: str, seconds: float | None = None
) -> SummaryRow:
    """Return the row of a clip that could not be analysed.

    Parameters
    ----------
    clip : Clip
    trouble : str
        What kind of reason it is.
    reason, advice : str
        What went wrong, and what to do about it.
    seconds : float, optional
        How long it took.
    """
    return SummaryRow(
        clip=clip.name,
        folder=clip.folder,
        state="failed",
        runner=clip.runner,
        session=clip.session,
        analysis_s=seconds,
        trouble=trouble,
        reason=reason,
        advice=advice,
    )


def row_for_error(clip: ClipFile, error: PostureError, seconds: float | None = None) -> SummaryRow:
    """Return the row of a clip that an error of this package kept from being analysed."""
    from posture.errors import OutputError

    trouble: FailureKind = "output" if isinstance(error, OutputError) else "clip"
    return failed_row(clip, trouble, error.what, error.advice or _("Look at the clip in a player."), seconds)
