"""Stored observations give the analysis of the clip itself."""

from __future__ import annotations

import hashlib
from dataclasses import replace

import pytest
from helpers.derived_clips import sample

from posture.analysis.clip_pass import ClipRequest
from posture.analysis.observations import ClipObservations, track_people
from posture.analysis.observe import observe_clip
from posture.analysis.options import AnalysisOptions
from posture.analysis.pipeline import analyze, examine_observations
from posture.errors import OptionError


@pytest.fixture(scope="module")
def watched() -> ClipObservations:
    seen, movers = observe_clip(ClipRequest(sample("stand_neutral"), "full", None, 1.2), "largest", None)
    assert [m.score for m in movers] == [m.score for m in track_people(seen)]
    return seen


def test_analysis_of_observations_equals_that_of_the_clip(watched: ClipObservations) -> None:
    stored, direct = examine_observations(watched).analysis, analyze(sample("stand_neutral"), end=1.2, name="Ada")
    assert direct.subject.name == "Ada"
    assert stored.created_at is not None
    assert direct.created_at is not None
    assert stored.created_at <= direct.created_at
    same = {"created_at": None, "subject": stored.subject}
    assert stored.model_copy(update=same) == direct.model_copy(update=same)


def test_hash_is_that_of_the_file(watched: ClipObservations) -> None:
    assert watched.sha256 == hashlib.sha256(sample("stand_neutral").read_bytes()).hexdigest()
    without = examine_observations(replace(watched, sha256=None)).analysis
    assert without.source.sha256 is None


def test_options_are_checked(watched: ClipObservations) -> None:
    with pytest.raises(OptionError, match="not a slow-motion factor"):
        examine_observations(watched, AnalysisOptions(slow_motion=0.1))
    with pytest.raises(OptionError, match="no person 2"):
        examine_observations(watched, AnalysisOptions(person="2"))
