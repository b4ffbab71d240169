"""The runner's own standing clip, or an earlier run, as the baseline of another clip."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from posture.comparison.changes import Parts, changes, notes
from posture.outline.shape_model import Gaussian, ShapeModel
from posture.records.analysis import Analysis, Baseline

# Of a file: enough to get past white space and to tell the encoding.
_HEAD_BYTES = 64
# An outline's coefficients are counted in standard deviations between people; what was not seen at all has one.
FURTHEST, WIDEST = 6.0, 2.0


@dataclass(frozen=True)
class BaselineClip:
    """The clip that another one is compared with.

    Attributes
    ----------
    analysis
    path
        Its name in the result.
    same_session
        Whether both are parts of one live session.
    """

    analysis: Analysis
    path: str
    same_session: bool = False


def holds_json(path: Path) -> bool:
    """Return whether a file holds a JSON object, judged by its first character; False for what cannot be read.

    No video begins so, whatever its name is.
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
    return Baseline(
        path=baseline.path,
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
    """Return the runner's own standing outline, which tells about parts of the running one that arms hide.

    None when the baseline is not a standing clip, its back was not measured, or another shape model described it.
    """
    outline = before.outline
    if before.subject.activity != "standing" or outline is None or outline.model != shape_model.name:
        return None
    mean, sd = np.array(outline.coefficients), np.array(outline.coefficients_sd)
    # Else a file that somebody has altered: the change is told all the same.
    fits = mean.shape == sd.shape == shape_model.standing.mean.shape
    if not fits or not ((sd > 0) & (sd <= WIDEST) & (np.abs(mean) <= FURTHEST)).all():
        return None
    return Gaussian(mean, np.diag(np.square(sd)))
