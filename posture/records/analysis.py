"""Records of ``analysis.json``, field by field.

These classes define the file, its JSON Schema, and the return value of ``posture.analyze``.
Units stand in the field names (``_s`` seconds, ``_deg`` degrees, ``_px`` pixels of the shown picture,
``_spm`` steps a minute). A number that the picture does not hold is ``None``, never NaN or 0.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass, fields
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, FiniteFloat, ValidationError, computed_field, model_validator

from posture.language import SOURCE, Language
from posture.output.names import short_name
from posture.records.base import Record, ShownRecord
from posture.records.course import Course
from posture.records.display import percent
from posture.records.fields import Count, Figure, NotNegative, Pixels, Positive, Share, StoredPath
from posture.records.frame import data_frame
from posture.records.reading import no_analysis_because, not_an_analysis, read_source
from posture.records.running import Running, RunningNumber
from posture.types import PRIMARY_MEASURES, Activity, Facing, PoseModel, Side

SCHEMA_NAME: Literal["posture.analysis/1"] = "posture.analysis/1"

Label = Literal["hollow_back", "borderline", "not_hollow_back", "not_measurable"]
Basis = Literal["population", "own_standing"]
Leaning = Literal["hollow_back", "not_hollow_back"]


class Source(Record):
    """The clip: its container's promises, and what was read."""

    path: StoredPath
    sha256: str | None = Field(description="Hash of the file; null for a folder of images.")
    width: Pixels = Field(description="Pixels of the shown picture, after rotation and pixel aspect.")
    height: Pixels
    fps: Positive | None = Field(description="Mean frame rate of the frames that were read.")
    duration_s: FiniteFloat | None = Field(description="From the first to the end of the last frame.")
    frames_total: Count | None = Field(description="Frames that the container promises; null when it does not say.")
    frames_read: Count = Field(description="Frames of the chosen time range that were read.")
    frames_used: Count = Field(description="Frames in which the runner was found.")
    rotation_deg: int = Field(description="Rotation that was applied, clockwise, 0, 90, 180 or 270.")
    extra_rotation_deg: Literal[0, 90, 180, 270] = Field(
        default=0, description="Its part that the file does not state: found out, or asked for with --rotate."
    )
    slow_motion: Positive = Field(description="How much slower than life the clip plays; 1 is real time.")
    codec: str | None = None
    read_every: Count = Field(
        default=1, ge=1, description="One of so many frames was read; more than 1 at high frame rates."
    )
    start_s: FiniteFloat | None = Field(
        default=None, description="Where in the clip the first frame that was read lies; null in older analyses."
    )
    recorded_at: datetime | None = Field(
        default=None, description="When the clip was filmed, as its container or else its file says; null if unknown."
    )
    recorded_from: Literal["container", "file"] | None = Field(
        default=None, description="Where that stands: in the clip itself, or only as the last change of its file."
    )
    parts_read: tuple[tuple[FiniteFloat, FiniteFloat], ...] = Field(
        default=(), description="Of a long clip, the parts that were read, seconds; empty when all of it was."
    )

    def unread_before_s(self, clip_s: float) -> float:
        """Return how much of the clip between its first part and a moment was not read, seconds."""
        gaps = ((before[1], after[0]) for before, after in pairwise(self.parts_read))
        # Stored times are rounded.
        return sum(end - start for start, end in gaps if end <= clip_s + 1e-3)


class Subject(Record):
    """The person who was measured."""

    direction: Facing | None = Field(description="The side of the picture the runner faces.")
    activity: Activity
    people_seen: Count
    visible_side: Side | None = Field(default=None, description="The body side nearer to the camera.")
    chosen: str | None = Field(default=None, description="Why this person was taken when several were seen.")
    name: str | None = Field(default=None, description="The name that the user gave with --name; null without.")
    build: dict[str, Positive] = Field(
        default={}, description="Thigh, shank and neck in trunk lengths, as the picture shows them; empty when unknown."
    )
    colours: dict[str, tuple[int, int, int]] = Field(
        default={},
        description="Mean red, green and blue, 0..255, of the clothes on trunk and thighs; empty when unknown.",
    )


class Issue(Record):
    """One thing about the recording that limits the answer."""

    code: str = Field(description="Stable name of the issue, for programs.")
    message: str = Field(description="What is the matter, for people.")
    advice: str = Field(description="What to do about it.")
    blocking: bool = Field(
        default=False, description="True when it makes the clip not measurable, or two clips not fit to be compared."
    )


class Condition(Record):
    """Something that the picture does not show and that the answer depends on."""

    code: str = Field(description="Stable name of the condition, for programs.")
    message: str = Field(description="What the answer depends on, for people.")


class Occluder(Record):
    """Something fixed in the scene that stands in front of the runner's back."""

    kind: Literal["post", "rail", "shade", "something"]
    from_t: Figure = Field(description="Lower end of the hidden part along the trunk, 0 hips, 1 shoulders.")
    to_t: Figure = Field(description="Upper end of the hidden part.")
    phase_start: Share | None = Field(description="Stride phase from which on it hides the back; null when always.")
    phase_end: Share | None = Field(description="Until when; smaller than the start when the span holds a foot strike.")
    hidden_share: Share = Field(description="Share of the samples of buttocks and lower back that it hides.")


class ViewSegment(Record):
    """A part of the clip with one kind of view."""

    start_s: FiniteFloat = Field(description="Seconds of the clip, as a player shows them.")
    end_s: FiniteFloat
    view_yaw_deg: Figure = Field(description="Mean turn of the view out of the side view, positive to the front.")
    used: bool = Field(description="Whether the strides in it are used.")
    reason: Literal["not_side_view", "faces_other_way"] | None = Field(
        default=None, description="Why they are not; null where they are."
    )


class Quality(Record):
    """Quality of the recording: view, size, strides, and the issues that limit the result."""

    measurable: bool
    view_yaw_deg: Figure | None = Field(
        description="Estimated turn of the view out of the side view: 0 side on, positive to the front."
    )
    body_height_px: NotNegative | None
    trunk_px: NotNegative | None
    arm_free_share: Share | None = Field(description="Share of back samples no arm was in front of or behind.")
    strides: Count
    camera_roll_deg: Figure | None = Field(
        default=None,
        description="Roll of the camera, estimated or given (--roll); null when it was assumed to be zero.",
    )
    detected_share: Share | None = Field(
        default=None,
        description="Share of frames with the runner between the first and the last of them, in each shot of the film.",
    )
    cuts_s: tuple[FiniteFloat, ...] = Field(
        default=(), description="Cuts of the film: times of the first frames after them, seconds of the clip."
    )
    occluders: tuple[Occluder, ...] = Field(default=(), description="What stands in front of the back.")
    segments: tuple[ViewSegment, ...] = Field(
        default=(), description="The view over the clip; one part where it stays the same, none without strides."
    )
    issues: tuple[Issue, ...]
    conditions: tuple[Condition, ...] = Field(
        default=(), description="What the answer depends on; with one, the verdict is not of the highest certainty."
    )


class Stride(Record):
    """One stride, from foot strike to the next foot strike of the same foot."""

    start_s: FiniteFloat = Field(description="Seconds of the clip, as a player shows them (also in slow motion).")
    end_s: FiniteFloat
    side: Side = Field(description="The foot whose strikes bound it.")
    measures: dict[str, FiniteFloat | None] | None = Field(
        default=None, description="This stride's own tilt, arch, index and lean; null where its back was not measured."
    )
    view_yaw_deg: Figure | None = Field(default=None, description="Turn of the view in this stride.")


class LeftOut(Record):
    """A stride that was detected but is not used."""

    start_s: FiniteFloat = Field(description="Seconds of the clip, as a player shows them.")
    end_s: FiniteFloat
    reason: Literal["too_short", "too_long", "frames_missing", "not_side_view"] = Field(
        description="Against the median stride; not found in too many of its frames; or not from the side."
    )


class Gait(Record):
    """The strides and their rhythm."""

    cadence_spm: NotNegative | None = Field(description="Steps a minute of real time (slow motion corrected).")
    stride_s: FiniteFloat | None = Field(description="Median stride time, seconds of real time.")
    strides: tuple[Stride, ...]
    left_out: tuple[LeftOut, ...] = Field(default=(), description="Strides that were seen but not used.")
    part_strides: NotNegative = Field(
        default=0.0, description="Parts of strides at the ends of a short clip that were used as well, in strides."
    )


class Measure(Record):
    """One number with its interval."""

    value: Figure
    unit: Literal["deg", "percent"] = Field(description="percent for the arch index.")
    ci90: tuple[Figure, Figure] = Field(
        description="90 % interval: bootstrap over strides and systematic error together."
    )
    strides: Count = Field(description="How many strides it rests on.")
    sd: NotNegative | None = Field(description="Standard deviation between strides.")

    @property
    def text(self) -> str:
        """Value, unit and interval as text for programmers: always in English."""
        unit = " percent" if self.unit == "percent" else ""
        return f"{self.value:.1f}{unit} (90 %: {self.ci90[0]:.1f} to {self.ci90[1]:.1f})"

    @model_validator(mode="after")
    def _within_its_interval(self) -> Measure:
        if not self.ci90[0] <= self.value <= self.ci90[1]:
            raise ValueError("the value lies outside its interval")
        return self

    @property
    def interval(self) -> tuple[float, float]:
        """The interval that reports draw and hold against a limit: 90 %."""
        return self.ci90


class Change(Record):
    """A measure's difference between two clips of one person: the later one's value minus the earlier one's."""

    value: FiniteFloat
    ci90: tuple[FiniteFloat, FiniteFloat]
    mdc95: FiniteFloat = Field(description="Smallest detectable change at 95 %: 2.77 standard errors of a measurement.")

    @computed_field  # type: ignore[prop-decorator]
    @property
    def real(self) -> bool:
        """Whether it is at least the smallest detectable change."""
        return abs(self.value) >= self.mdc95

    @property
    def ci95(self) -> tuple[float, float]:
        """The 95 % interval, which leaves out zero when the change is real."""
        return self.value - self.mdc95, self.value + self.mdc95

    @property
    def text(self) -> str:
        """Value, interval and whether it is real as text for programmers: always in English."""
        low, high = self.ci95
        return f"{self.value:+.1f} (95 %: {low:+.1f} to {high:+.1f}){', real' if self.real else ''}"

    @property
    def interval(self) -> tuple[float, float]:
        """The interval that reports draw and hold against a limit: 95 %, which also decides whether it is real."""
        return self.ci95


class Baseline(Record):
    """The runner's own neutral clip, or an earlier run, and the change against it."""

    path: StoredPath
    start_s: FiniteFloat | None = Field(
        default=None,
        description="Where its part of this clip begins, seconds of the clip; null when it is a clip of its own.",
    )
    end_s: FiniteFloat | None = Field(default=None, description="Where that part ends.")
    activity: Activity = Field(
        default="unknown", description="What the baseline shows; only standing is a neutral posture."
    )
    measures: dict[str, Measure | None]
    change: dict[str, Change | None] = Field(
        description="This clip minus the baseline; empty when they cannot be compared."
    )
    notes: tuple[Issue, ...] = Field(
        default=(), description="How the two recordings differ; the verdict uses no baseline with a blocking one."
    )


class Verdict(Record):
    """The verdict, its reasons, and the thresholds it rests on."""

    label: Label
    reasons: tuple[str, ...]
    reference: str
    thresholds: dict[str, FiniteFloat] = Field(description="What the measures are held against, by name.")
    basis: Basis = Field(default="population", description="Whether measures or changes from the own standing decided.")
    change_thresholds: dict[str, FiniteFloat] = Field(
        default={}, description="What the changes are held against when the own standing decided; else empty."
    )
    probability: Share | None = Field(
        default=None,
        description="Calibrated probability of a hollow back, on computer-made runners of whom half have one. Null "
        "without a verdict, and where the posture changes. Analyses without a next step hold another one: that both "
        "numbers lie above their thresholds.",
    )
    leaning: Leaning | None = Field(
        default=None, description="The side that a borderline verdict leans to; null for other labels, and for none."
    )
    next_step: str | None = Field(default=None, description="What to do now, for people; null in older analyses.")


class Segment(Record):
    """A part of the clip in which the posture stays the same, measured by itself."""

    start_s: FiniteFloat = Field(description="Seconds of the clip, as a player shows them.")
    end_s: FiniteFloat
    strides: Count
    measures: dict[str, Measure | None] = Field(description="As those of the clip.")
    label: Label = Field(description="The verdict on this part.")
    issues: tuple[Issue, ...] = Field(default=(), description="What disturbs the back in this part.")


class Suggestion(Record):
    """An exercise that matches the findings, and the reason."""

    id: str
    title: str
    why: str
    dose: str
    source: str


class Outline(Record):
    """The mean back outline of the clip, inferred behind the arms too."""

    t: tuple[FiniteFloat, ...] = Field(description="Along the trunk axis: 0 at the hips, 1 at the shoulders.")
    distance: tuple[FiniteFloat, ...] = Field(
        description="From the trunk axis to the back edge, trunk lengths, backward positive."
    )
    coefficients: tuple[FiniteFloat, ...] = Field(description="In the shape model's components.")
    coefficients_sd: tuple[FiniteFloat, ...]
    model: str = Field(description="Fingerprint of the shape model that the coefficients belong to.")


class Software(Record):
    """Versions and pose model that made this analysis."""

    posture: str
    mediapipe: str
    opencv: str
    model: PoseModel
    model_sha256: str


@dataclass(frozen=True)
class AnalysisParts:
    """The parts of an analysis that are known before the clip is compared with a baseline and judged."""

    source: Source
    subject: Subject
    quality: Quality
    gait: Gait
    measures: dict[str, Measure | None]
    outline: Outline | None
    course: Course | None
    software: Software
    segments: tuple[Segment, ...] = ()
    running: Running | None = None


class Analysis(ShownRecord):
    """The analysis of a clip; written as ``analysis.json``.

    Attributes
    ----------
    source : Source
        The clip, and what was read of it.
    subject : Subject
        Who was measured, which way they face, what they do.
    quality : Quality
        What the recording allows; ``issues`` say what limits it and what to do.
    gait : Gait
        Strides and cadence.
    measures : dict of str to Measure or None
        ``pelvic_tilt_deg``, ``thoracolumbar_deg``, ``lumbar_arch_deg``, ``lumbar_arch_index``, ``trunk_lean_deg``,
        ``pelvic_tilt_range_deg``, ``thorax_rotation_deg``, ``pelvis_drop_deg``; forward positive. None where the
        picture does not hold the number (``pelvis_drop_deg`` always: a side view does not show it).
    course : Course or None
        Tilt and arch over the stride, left against right, and their drift during the clip.
    segments : tuple of Segment
        The parts of a clip in which the posture changes, each with its own measures and label; empty where it stays.
    running : Running or None
        Hips, knees, reach and bounce, for coach and physio.
    baseline : Baseline or None
        The runner's own neutral posture and the change against it, when there is one.
    verdict : Verdict
        Label, reasons, thresholds.
    exercises : tuple of Suggestion
        What matches the findings.
    software : Software
        What made this analysis.
    created_at : datetime or None
        When.
    language : {"en", "de"}
        Of its texts; names and codes are the same in all.
    """

    schema_: Literal["posture.analysis/1"] = Field(default=SCHEMA_NAME, alias="schema")
    source: Source
    subject: Subject
    quality: Quality
    gait: Gait
    measures: dict[str, Measure | None] = Field(
        description="By name, such as pelvic_tilt_deg; null where the picture does not hold the number."
    )
    outline: Outline | None = Field(default=None, description="The mean back outline; null without one.")
    course: Course | None = Field(
        default=None, description="Through the run; null when the back was not measured or nobody moves."
    )
    segments: tuple[Segment, ...] = Field(
        default=(),
        description="The parts of a clip in which the posture changes; the clip's own intervals then reach over those "
        "of all parts. Empty where it stays the same.",
    )
    running: Running | None = Field(
        default=None, description="Numbers of the running style; null in older analyses, and when nobody was found."
    )
    baseline: Baseline | None = Field(default=None, description="The runner's own neutral; null without one.")
    verdict: Verdict
    exercises: tuple[Suggestion, ...]
    software: Software
    created_at: datetime | None = Field(default=None, description="When the clip was analysed; null in older analyses.")
    language: Language = Field(
        default=SOURCE, description="Of the texts for people; names and codes are the same in all."
    )

    @property
    def parts(self) -> AnalysisParts:
        """The parts that do not depend on the baseline."""
        return AnalysisParts(**{field.name: getattr(self, field.name) for field in fields(AnalysisParts)})

    @property
    def _title(self) -> str:
        day, origin = self.source.recorded_at, "filmed" if self.source.recorded_from == "container" else "file of"
        return f"Analysis of {short_name(self.source.path)}" + (f", {origin} {day:%Y-%m-%d}" if day else "")

    def _rows(self) -> list[tuple[str, str]]:
        verdict, numbers = self.verdict, [*PRIMARY_MEASURES, "lumbar_arch_index", "trunk_lean_deg"]
        chance = verdict.probability
        likely = "" if chance is None else f" (probability of a hollow back: {percent(chance)})"
        rows = [("verdict", verdict.label + likely)]
        rows += [(name, "None" if (m := self.measures.get(name)) is None else m.text) for name in numbers]
        if self.baseline is not None:
            changes = self.baseline.change
            rows += [(f"change of {name}", c.text) for name in PRIMARY_MEASURES if (c := changes.get(name))]
        if self.gait.cadence_spm is not None:
            rows.append(("gait", f"{len(self.gait.strides)} strides, {self.gait.cadence_spm:.0f} steps a minute"))
        if issues := ", ".join(issue.code for issue in self.quality.issues):
            rows.append(("issues", issues))
        if verdict.next_step:
            rows.append(("next step", verdict.next_step))
        return [*rows, ("more", "measures, running, to_frame(), to_json(), save(folder)")]

    def to_frame(self, of: Literal["measures", "strides"] = "measures") -> Any:
        """Return the numbers as a pandas DataFrame; needs the extra ``frame``.

        Parameters
        ----------
        of
            ``measures``: one row for each number of the clip and of the running style, with its 90 % interval.
            ``strides``: one row for each stride that was used, with its own numbers.

        Raises
        ------
        OptionError
            When pandas is not installed.
        """
        clip = {"clip": self.source.path, "recorded_at": self.source.recorded_at}
        if of == "strides":
            return data_frame(
                {**clip, "side": s.side, "start_s": s.start_s, "end_s": s.end_s, **(s.measures or {})}
                for s in self.gait.strides
            )
        numbers: dict[str, Measure | RunningNumber | None] = dict(self.measures)
        if self.running is not None:
            numbers |= self.running.numbers
        return data_frame(
            {**clip, "name": name, "value": one.value, "unit": one.unit, "low": one.ci90[0], "high": one.ci90[1]}
            for name, one in numbers.items()
            if one is not None
        )

    def save(self, folder: str | Path, *, film: bool = True, blur_faces: bool = False) -> Path:
        """Write ``report.html``, ``analysis.json`` and the tables into a folder, and return it.

        Parameters
        ----------
        film
            Draw ``annotated.mp4`` too; left out where the clip is no longer there.
        blur_faces
            Blur the heads of all people in all pictures.

        Raises
        ------
        OutputError
            When a file cannot be written.
        """
        from posture.output.save import save_analysis

        return save_analysis(self, Path(folder), film=film, blur_faces=blur_faces)

    @classmethod
    def from_json(cls, source: str | Path) -> Analysis:
        """Read an analysis.

        Parameters
        ----------
        source
            A path: an ``analysis.json``, or the folder of results that holds it. Or the JSON text itself.

        Raises
        ------
        RecordError
            When the file cannot be read or is not an analysis of this package; one line in any case.
        """
        text, path = read_source(source)
        try:
            analysis = cls.model_validate_json(text)
        except ValidationError as error:
            raise not_an_analysis(error, path, own_schema=SCHEMA_NAME) from error
        if "schema_" not in analysis.model_fields_set:
            raise no_analysis_because("schema: Field required", path)
        return analysis


if __name__ == "__main__":
    # python -m posture.records.analysis > posture/records/analysis.schema.json
    sys.stdout.write(Analysis.schema_text())
