"""Plain, picklable records that travel between the processes of a batch."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from posture.errors import OutputError, PostureError
from posture.export.formats import Formats
from posture.language import SOURCE, Language
from posture.language import gettext as _

if TYPE_CHECKING:
    from posture.types import PoseModel, Rotation

State = Literal["analysed", "failed"]
STANDING = "standing"
"""Activity, and label, of a standing clip."""
FailureKind = Literal["clip", "output", "crashed", "time", "memory", "lost", "error"]
"""Why a clip failed: the clip itself, writing its results, its process crashed, exceeded its time or its memory, its
worker was lost, or an internal error."""


@dataclass(frozen=True)
class BatchOptions:
    """Options of a batch, the same for every clip; `posture.app` has its own for each."""

    # As in `posture.analyze`, to `auto_baseline`.
    model: PoseModel = "full"
    slow_motion: float | None = None
    person: str = "largest"
    rotate: Rotation | None = None
    roll: float | None = None
    auto_baseline: bool = True
    fps: float | None = None  # Pictures a second of the folders of images; videos have their own.
    start_s: float | None = None  # Only this part of the clip, to ``end_s``.
    end_s: float | None = None
    formats: Formats = field(default_factory=Formats)  # Exports besides the CSV tables.
    film: bool = True  # Whether annotated.mp4 is drawn.
    blur_faces: bool = False  # Whether heads are made unrecognisable in all pictures.
    lang: Language = SOURCE


@dataclass(frozen=True)
class ClipFile:
    """A clip of the batch, and what its name says about it."""

    name: str  # Path below the folder of clips, with ``/``.
    path: str
    signature: str  # Size and time of change; while it is the same, so is the content.
    size: int  # Bytes.
    folder: str = ""  # Folder of its results, below the folder of all results, with ``/``.
    runner: str | None = None
    session: str | None = None
    stands: bool = False  # Whether it is the runner's standing clip.


@dataclass(frozen=True)
class Job:
    """One clip to analyse."""

    clip: ClipFile
    out: str  # Folder or URL of all results.
    options: BatchOptions
    settings: str  # Fingerprint of options, versions and baseline.
    version: str  # Version of the package that made the job.
    baseline: str | None = None  # Name of the runner's standing clip.
    baseline_folder: str | None = None  # The folder of its results below ``out``.
    cwd: str = "."  # Folder that relative paths start from, on every machine.
    restart: bool = False  # Whether an earlier result is replaced even if it is up to date.
    landmarkers: int | None = 1  # As in `posture.analysis.pipeline.examine`. A batch has a worker on each core.


def _column(description: str, **default: Any) -> Any:
    """Declare a column of the summary; the ends of its interval take their description from it."""
    return field(metadata={"description": description}, **default)


def _optional(description: str) -> Any:
    return _column(description, default=None)


@dataclass(frozen=True)
class SummaryRow:
    """One clip in the summary; None where there is no value.

    The fields are the columns of summary.csv. Angles are in degrees, the index in percent; ``_low`` and ``_high`` are
    the ends of the 90 % interval of the column before them.
    """

    clip: str = _column("Path of the clip below the folder of clips.")
    folder: str = _column("Where its results are, below the folder of the summary.")
    state: State = _column("analysed, or failed.")  # noqa: RUF009 - a dataclass field
    runner: str | None = _optional("Whose clip it is, where names say so.")
    session: str | None = _optional("When it was taken, where names say so.")
    label: str | None = _optional(
        "Verdict: hollow_back, borderline, not_hollow_back or not_measurable; standing for a standing clip, and empty "
        "for a failed one."
    )
    probability: float | None = _optional("Calibrated probability of a hollow back.")
    activity: str | None = _optional("What the person does.")
    pelvic_tilt_deg: float | None = _optional("Pelvic tilt, forward positive.")
    pelvic_tilt_low_deg: float | None = None
    pelvic_tilt_high_deg: float | None = None
    lumbar_arch_deg: float | None = _optional("Lumbar arch.")
    lumbar_arch_low_deg: float | None = None
    lumbar_arch_high_deg: float | None = None
    lumbar_arch_index_percent: float | None = _optional("Depth of the hollow in percent of its length.")
    lumbar_arch_index_low_percent: float | None = None
    lumbar_arch_index_high_percent: float | None = None
    trunk_lean_deg: float | None = _optional("Lean of the trunk, forward positive.")
    hip_extension_deg: float | None = _optional("Thigh behind the line of the trunk at toe-off, backward positive.")
    knee_flexion_deg: float | None = _optional("Bend of the knee at mid-stance; 0 is straight.")
    overstride: float | None = _optional("Ankle in front of the hips at foot strike, in trunk lengths.")
    vertical_oscillation: float | None = _optional("Rise of the hips in trunk lengths; empty with --height.")
    vertical_oscillation_cm: float | None = _optional("Rise of the hips; only with --height.")
    duty_factor: float | None = _optional("Share of the stride with the foot on the ground; always empty so far.")
    cadence_spm: float | None = _optional("Steps a minute of real time.")
    strides: int | None = _optional("Strides that were used.")
    view_yaw_deg: float | None = _optional("Turn of the view out of the side view.")
    body_height_px: float | None = _optional("Height of the runner in the picture.")
    arm_free_share: float | None = _optional("Share of the back that no arm hides.")
    issues: str | None = _optional("Codes of the issues of the recording, separated by blanks.")
    baseline: str | None = _optional("The standing clip that it was held against.")
    pelvic_tilt_change_deg: float | None = _optional("Pelvic tilt minus that of the baseline.")
    pelvic_tilt_change_low_deg: float | None = None
    pelvic_tilt_change_high_deg: float | None = None
    lumbar_arch_change_deg: float | None = _optional("Lumbar arch minus that of the baseline.")
    lumbar_arch_change_low_deg: float | None = None
    lumbar_arch_change_high_deg: float | None = None
    duration_s: float | None = _optional("Length of the clip.")
    analysis_s: float | None = _optional("How long the analysis took.")
    sha256: str | None = _optional("Hash of the clip's content.")
    trouble: FailureKind | None = _optional(  # noqa: RUF009
        "Why it failed: clip, output, crashed, time, memory, lost or error; empty for analysed clips."
    )
    reason: str | None = _optional("Why it failed or could not be measured, in words.")
    advice: str | None = _optional("What to do about it, or what to do next.")

    def with_interval(self, name: str) -> tuple[Any, Any, Any]:
        """Return a value in degrees and the ends of its interval; ``name`` is that of the value's column."""
        stem = name.removesuffix("_deg")
        return getattr(self, name), getattr(self, f"{stem}_low_deg"), getattr(self, f"{stem}_high_deg")


@dataclass(frozen=True)
class Outcome:
    """Result of a job."""

    row: SummaryRow
    unchanged: bool = False  # Whether an earlier result was still up to date.
    full: bool = False  # Whether the disk of the results is full, so that no other clip can be written either.


def failed_row(
    clip: ClipFile, trouble: FailureKind, reason: str, advice: str, seconds: float | None = None
) -> SummaryRow:
    """Return the row of a clip whose analysis failed after some seconds."""
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
    """Return the row of a clip whose analysis raised an error of this package."""
    kind: FailureKind = "output" if isinstance(error, OutputError) else "clip"
    return failed_row(clip, kind, error.what, error.advice or _("Look at the clip in a player."), seconds)
