"""Building of an analysis from its parts."""

from __future__ import annotations

from helpers import examination_factory

from posture.analysis.record import build_analysis


def test_analysis_rebuilt_from_its_parts_is_the_same() -> None:
    analysis = examination_factory.examination().analysis
    assert build_analysis(analysis.parts) == analysis


def test_clip_without_people_is_not_measurable_and_empty() -> None:
    observations = examination_factory.observations(seconds=1.0)
    empty = examination_factory.examine_observations(
        examination_factory.without(observations, range(len(observations.times_s)))
    ).analysis
    assert empty.verdict.label == "not_measurable"
    assert [issue.code for issue in empty.quality.issues if issue.blocking] == ["no_person"]
    assert (empty.subject.people_seen, empty.source.frames_used, empty.gait.strides) == (0, 0, ())
    assert set(empty.measures.values()) == {None}
