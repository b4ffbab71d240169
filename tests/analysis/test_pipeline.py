"""The pipeline on stored takes: influence of the baseline on a run."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from helpers import stored_takes, synthetic_runner

from posture.analysis.options import AnalysisOptions
from posture.analysis.pipeline import examine_observations
from posture.records.analysis import Analysis
from validation.population.replay import observations_of
from validation.population.store import Take

PRIOR = synthetic_runner.prior()
COUNT = len(PRIOR.components)


def shown(amount: float) -> np.ndarray:
    """Return an outline that lies away from the mean body's."""
    return PRIOR.outlines(np.eye(COUNT)[1] * amount)


@pytest.fixture(scope="module")
def run() -> Take:
    return stored_takes.take(outline=shown(-1.2))


@pytest.fixture(scope="module")
def stand() -> Analysis:
    take = stored_takes.take("stand", outline=shown(0.0))
    return examine_observations(observations_of(stored_takes.person(take), take)).analysis


def against(run: Take, baseline: Analysis | None) -> Analysis:
    return examine_observations(observations_of(stored_takes.person(run), run), baseline=baseline).analysis


def outline(stand: Analysis, **changed: tuple[float, ...]) -> Analysis:
    assert stand.outline is not None
    return stand.model_copy(update={"outline": stand.outline.model_copy(update=changed)})


def part(stand: Analysis, name: str, **changed: object) -> Analysis:
    return stand.model_copy(update={name: getattr(stand, name).model_copy(update=changed)})


def test_usable_standing_outline_informs_the_run(run: Take, stand: Analysis) -> None:
    assert against(run, stand).measures != against(run, None).measures


@pytest.mark.parametrize(
    ("note", "other"),
    [
        ("other_direction", lambda s: part(s, "subject", direction="left")),
        ("other_view", lambda s: part(s, "quality", view_yaw_deg=60.0)),
        ("other_version", lambda s: part(s, "software", posture="0.0.1")),
        ("before_not_measurable", lambda s: s.model_copy(update={"measures": {}})),
    ],
)
def test_incomparable_baseline_leaves_the_numbers_of_the_run(
    run: Take, stand: Analysis, note: str, other: Callable[[Analysis], Analysis]
) -> None:
    found = against(run, other(stand))
    assert found.baseline is not None
    assert note in [n.code for n in found.baseline.notes if n.blocking]
    alone = against(run, None)
    assert found.measures == alone.measures
    assert found.outline == alone.outline
    assert found.verdict == alone.verdict


@pytest.mark.parametrize(
    "altered",
    [
        {"coefficients": (1e200,) * COUNT},
        {"coefficients": (50.0,) * COUNT},
        {"coefficients_sd": (1e200,) * COUNT},
        {"coefficients_sd": (-0.1,) * COUNT},
        {"coefficients_sd": (0.0,) * COUNT},
        {"coefficients": (0.1,) * 3},
    ],
)
def test_outline_unlike_a_body_reports_no_back_measures(
    run: Take, stand: Analysis, altered: dict[str, tuple[float, ...]]
) -> None:
    found = against(run, outline(stand, **altered))
    assert found.measures == against(run, None).measures


def test_roll_of_the_user_turns_tilt_and_lean_by_as_much(run: Take) -> None:
    clip = observations_of(stored_takes.person(run), run)
    level, rolled = (examine_observations(clip, AnalysisOptions(roll_deg=roll)).analysis for roll in (0.0, 4.0))
    assert rolled.quality.camera_roll_deg == 4.0
    assert "roll_assumed" not in [issue.code for issue in rolled.quality.issues]
    sign = 1 if level.subject.direction == "right" else -1
    for name in ("pelvic_tilt_deg", "trunk_lean_deg"):
        before, after = level.measures[name], rolled.measures[name]
        assert before is not None
        assert after is not None
        assert before.value - after.value == pytest.approx(4.0 * sign, abs=0.02)
    assert rolled.measures["lumbar_arch_deg"] == level.measures["lumbar_arch_deg"]


def test_absurd_roll_of_the_user_gives_no_numbers(run: Take) -> None:
    clip = observations_of(stored_takes.person(run), run)
    for roll in (44.0, -44.0):
        found = examine_observations(clip, AnalysisOptions(roll_deg=roll))
        assert found.analysis.verdict.label == "not_measurable"
        assert [issue.code for issue in found.analysis.quality.issues if issue.blocking] == ["lean_implausible"]
        assert not any(found.analysis.measures.values())
        assert not found.analysis.running or not any(found.analysis.running.numbers.values())
        assert found.analysis.gait.cadence_spm is not None
        assert all(stride.measures is None for stride in found.analysis.gait.strides)


@pytest.mark.parametrize("turn", [90, 180, 270])
def test_clip_that_is_not_upright_gives_no_number_that_rests_on_its_geometry(run: Take, turn: int) -> None:
    clip = observations_of(stored_takes.person(run), run)
    quarter = np.linalg.matrix_power(np.array([[0.0, 1.0], [-1.0, 0.0]]), turn // 90)
    size = np.array([clip.info.width, clip.info.height]) / 2
    sightings = [
        [replace(one, landmarks=(one.landmarks - size) @ quarter + np.abs(size @ quarter)) for one in frame]
        for frame in clip.sightings
    ]
    width, height = (2 * np.abs(size @ quarter)).astype(int)
    turned = replace(clip, sightings=sightings, info=replace(clip.info, width=int(width), height=int(height)))
    found = examine_observations(turned).analysis
    assert found.quality.issues[0].code == ("upside_down" if turn == 180 else "rotated")
    assert not any(found.measures.values())
    assert (found.gait.cadence_spm, found.gait.stride_s, found.gait.strides) == (None, None, ())
    assert found.running is None or not any(found.running.numbers.values())
    assert (found.subject.direction, found.subject.activity) == (None, "unknown")
    assert (found.quality.view_yaw_deg, found.quality.body_height_px, found.quality.strides) == (None, None, 0)


def test_package_gives_the_functions_of_its_pipeline() -> None:
    import posture.analysis
    from posture.analysis import analyze, examine

    assert (analyze, examine) == (posture.analyze, posture.examine)
    with pytest.raises(AttributeError, match="no attribute 'hollow'"):
        _ = posture.analysis.hollow
