"""Comparison of two clips of one person.

The module is not called ``compare``: it would shadow the function ``posture.compare``.
"""

from __future__ import annotations

from pathlib import Path

from posture.analysis.options import AnalysisOptions
from posture.analysis.pipeline import name_of, read_or_analyze
from posture.comparison.baseline import find_analysis_file
from posture.comparison.changes import changes, notes
from posture.language import SOURCE, Language, language, use_language
from posture.records.analysis import Analysis, Change
from posture.records.comparison import Compared, Comparison, ComparisonSoftware, MeasureChange
from posture.types import PoseModel, Progress
from posture.version import __version__
from posture.video import open_video


def compare(
    before: str | Path | Analysis,
    after: str | Path | Analysis,
    *,
    model: PoseModel = "full",
    progress: Progress | None = None,
    progress_after: Progress | None = None,
    lang: Language = SOURCE,
) -> Comparison:
    """Compare two clips of one person.

    Parameters
    ----------
    before, after
        The earlier and the later one: a clip, its analysis.json or its analysis.
    model : {"full", "lite", "heavy"}
        Pose model for clips.
    progress, progress_after
        Called with (frames done, expected frames or 0) after every frame of a clip; the second, where given, for
        the later one.
    lang : {"en", "de"}
        Language of the texts in the comparison and in errors.

    Returns
    -------
    Comparison
        Each measure in both, its change with interval and smallest detectable change, and how the recordings differ.
        Nothing is written.

    Raises
    ------
    VideoError
        When a clip cannot be read.
    RecordError
        When a JSON file is not an analysis.
    ModelFileError
        When a model file is missing or altered.

    Examples
    --------
    >>> import posture
    >>> c = posture.compare("march.mp4", "june-posture/analysis.json")  # doctest: +SKIP
    >>> c.changes["lumbar_arch_deg"].real  # doctest: +SKIP
    True
    """
    with use_language(lang):
        first, second = analyses_of(before, after, AnalysisOptions(model), (progress, progress_after or progress))
        return comparison_of(first, second, paths=(name_of(before), name_of(after)))


def analyses_of(
    before: str | Path | Analysis,
    after: str | Path | Analysis,
    options: AnalysisOptions,
    progress: tuple[Progress | None, Progress | None] = (None, None),
) -> tuple[Analysis, Analysis]:
    """Return the analyses of two clips, in the active language; parameters and errors are those of `compare`."""
    # Report a faulty clip before reading any frames; of two faulty ones, the first.
    ready = [read_or_open(clip) for clip in (before, after)]
    first, second = (read_or_analyze(clip, options, shown) for clip, shown in zip(ready, progress, strict=True))
    return first, second


def read_or_open(clip: str | Path | Analysis) -> str | Path | Analysis:
    """Return a clip's analysis where one exists, else the clip after a check that it can be opened."""
    if isinstance(clip, Analysis):
        return clip
    if (file := find_analysis_file(clip)) is not None:
        return Analysis.from_json(file)
    with open_video(clip):
        return clip


def comparison_of(before: Analysis, after: Analysis, *, paths: tuple[str, str] | None = None) -> Comparison:
    """Compare two analyses.

    Parameters
    ----------
    paths
        Names of the two in the result; by default their clips' paths.
    """
    names = paths or (before.source.path, after.source.path)
    return Comparison(
        before=_compared(before, names[0]),
        after=_compared(after, names[1]),
        changes={name: _both(name, change, before, after) for name, change in changes(before, after).items()},
        notes=notes(before, after),
        software=ComparisonSoftware(posture=__version__),
        language=language(),
    )


def _both(name: str, change: Change | None, before: Analysis, after: Analysis) -> MeasureChange | None:
    first, second = before.measures.get(name), after.measures.get(name)
    if change is None or first is None or second is None:
        return None
    return MeasureChange(
        before=first.value,
        after=second.value,
        unit=second.unit,
        value=change.value,
        ci90=change.ci90,
        mdc95=change.mdc95,
    )


def _compared(analysis: Analysis, path: str) -> Compared:
    return Compared(
        path=path,
        sha256=analysis.source.sha256,
        activity=analysis.subject.activity,
        label=analysis.verdict.label,
        cadence_spm=analysis.gait.cadence_spm,
        software=analysis.software,
    )
