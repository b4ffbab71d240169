"""The runner's own standing clip, or an earlier run, as the baseline of another clip."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from posture.comparison.changes import Parts, changes, notes
from posture.outline.shape_model import Gaussian, ShapeModel
from posture.output.names import ANALYSIS
from posture.records.analysis import Analysis, Baseline

# Enough of a file to get past white space and to detect the encoding.
_HEAD_BYTES = 64
# Plausible coefficients of an outline, in standard deviations between people (an unseen part has an SD of 1).
FURTHEST, WIDEST = 6.0, 2.0


@dataclass(frozen=True)
class BaselineClip:
    """The clip that another one is compared with, and its name."""

    analysis: Analysis
    path: str
    same_session: bool = False  # Whether both are parts of one session by one camera.
    is_part: bool = False  # Whether it is a part of the other one, in which the runner stands still.


def find_analysis_file(clip: str | Path) -> Path | None:
    """Return the analysis.json that a path stands for: itself, or that of a folder of results; None for a clip."""
    path = Path(clip)
    try:
        inside = path / ANALYSIS
        path = inside if inside.is_file() else path
    except (OSError, ValueError):
        return None
    return path if _holds_json(path) else None


def _holds_json(path: Path) -> bool:
    """Return whether a file holds a JSON object, judged by its first character, with which no video begins.

    False for a file that cannot be read.
    """
    try:
        if not path.is_file():
            return False
        with path.open("rb") as file:
            head = file.read(_HEAD_BYTES)
    except (OSError, ValueError):
        return False
    return head.decode(json.detect_encoding(head), "replace").lstrip().startswith("{")


def compare_with_baseline(clip: Parts, baseline: BaselineClip) -> Baseline:
    """Return the changes from the baseline to a clip, and how their recordings differ."""
    before = baseline.analysis
    start_s = before.source.start_s if baseline.is_part else None
    return Baseline(
        path=baseline.path,
        start_s=start_s,
        end_s=None if start_s is None else round(start_s + (before.source.duration_s or 0.0), 4),
        activity=before.subject.activity,
        measures=before.measures,
        change=changes(before, clip),
        notes=notes(before, clip, baseline=True, same_session=baseline.same_session),
    )


def is_comparable(baseline: Baseline | None) -> bool:
    """Return whether the recordings are alike enough to compare, whatever could be measured in the later one."""
    return baseline is not None and not any(
        note.blocking and note.code != "after_not_measurable" for note in baseline.notes
    )


def own_standing(before: Analysis, shape_model: ShapeModel) -> Gaussian | None:
    """Return the runner's own standing outline, which informs the parts that arms hide in running.

    None when the baseline is not a standing clip, its back was not measured, or another shape model described it.
    """
    outline = before.outline
    if before.subject.activity != "standing" or outline is None or outline.model != shape_model.name:
        return None
    mean, sd = np.array(outline.coefficients), np.array(outline.coefficients_sd)
    # Other values mean an altered file: it must not inform the prior, but changes are still reported.
    fits = mean.shape == sd.shape == shape_model.standing.mean.shape
    if not fits or not ((sd > 0) & (sd <= WIDEST) & (np.abs(mean) <= FURTHEST)).all():
        return None
    return Gaussian(mean, np.diag(np.square(sd)))
