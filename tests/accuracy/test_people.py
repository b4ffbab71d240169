"""One stored person, measured by every method."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from helpers import stored_takes, synthetic_runner

from posture.analysis.observations import track_people
from validation.accuracy.pairs import change_pairs, value_pairs
from validation.accuracy.people import examine_person, truth_zero
from validation.population.replay import observations_of
from validation.population.store import Take


def mirrored(one: Take) -> Take:
    """Return the take as its mirrored picture shows it; the person is the same, and so is their right leg."""
    return replace(
        one,
        landmarks=synthetic_runner.mirrored(one.landmarks, one.size[0]),
        filming={**one.filming, "facing": "left"},
    )


@pytest.mark.parametrize("turned", [False, True], ids=["facing right", "facing left"])
@pytest.mark.parametrize("start", [0.0, 0.3, 0.8])
def test_true_phase_zero_is_that_of_the_right_thigh(start: float, turned: bool) -> None:
    figure = synthetic_runner.Figure(phase=start)
    one = mirrored(stored_takes.take(figure=figure)) if turned else stored_takes.take(figure=figure)
    (mover,) = track_people(observations_of(stored_takes.person(one), one))
    zero = truth_zero(mover, one)
    assert zero is not None
    inside = mover.strides.frame_stride >= 0
    # The figure's phase is the left leg's; the right one is half a stride away.
    right = figure.phase_at(mover.time_s[inside]) + 0.5
    found = mover.strides.frame_phase[inside] - zero
    assert np.abs(np.mod(found - right + 0.5, 1.0) - 0.5).max() < 0.06


def test_test_person_has_every_answer() -> None:
    run, stand = (
        stored_takes.take(seconds=5.6),
        stored_takes.take("stand", outline=synthetic_runner.plain_outline(0.04)),
    )
    one = examine_person(stored_takes.person(run, stand, replace(run, name="run2"), number=7))
    assert one.half == "test"
    assert set(one.analyses) == {"run", "stand", "run2", "own", "first", "second"}
    assert one.analyses["own"].baseline is not None
    assert one.analyses["run"].baseline is None
    assert one.analyses["run"].measures == one.analyses["run2"].measures
    assert one.analyses["first"].source.frames_read == run.frames_read // 2
    assert set(one.course["curves"]) == set(one.course["sides"]) == {"pelvic_tilt_deg", "lumbar_arch_deg"}
    pairs = value_pairs([one], "run", "lumbar_arch_deg")
    assert pairs.measured == pytest.approx(one.analyses["run"].measures["lumbar_arch_deg"].value)
    assert pairs.true == pytest.approx(10.0)
    assert change_pairs([one], "lumbar_arch_deg", usable=True).true == pytest.approx(0.0)


def test_calibration_person_has_what_a_verdict_is_fitted_to() -> None:
    run, stand = stored_takes.take(), stored_takes.take("stand")
    one = examine_person(stored_takes.person(run, stand, number=8))
    assert one.half == "calibration"
    assert set(one.analyses) == {"run", "stand", "own"}
    assert one.course == {}
    assert one.inputs["run"] is not None
    assert one.inputs["run"].direct is not None


@pytest.mark.parametrize(
    ("joints", "kind"),
    [((10.0, 12.0), "hollow"), ((4.0, -3.0), "neutral"), ((12.0, 3.0), "between"), ((7.0, 7.0), "between")],
)
def test_hollow_needs_both_joints(joints: tuple[float, float], kind: str) -> None:
    run, stand = stored_takes.take(), stored_takes.take("stand")
    one = examine_person(stored_takes.person(run, stand, number=8))
    assert replace(one, joint_deg=joints).kind == kind
