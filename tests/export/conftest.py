"""Examinations that the tests of exports share."""

from __future__ import annotations

import pytest
from helpers import examination_factory
from helpers.synthetic_runner import Figure

from posture.analysis.examination import Examination


@pytest.fixture(scope="session")
def running() -> Examination:
    return examination_factory.examination()


@pytest.fixture(scope="session")
def standing() -> Examination:
    return examination_factory.examination(
        Figure(gait="standing", stride_s=30.0, trunk_px=120.0, lean_deg=2.0), name="stand"
    )


@pytest.fixture(scope="session")
def gaps() -> Examination:
    """Return a run in which the runner is not found for more than a stride."""
    return examination_factory.examine_observations(
        examination_factory.without(examination_factory.observations(seconds=8.0), range(100, 125))
    )


@pytest.fixture(scope="session")
def front() -> Examination:
    return examination_factory.examination(Figure(trunk_px=120.0, yaw_deg=88.0))


@pytest.fixture(scope="session")
def nobody() -> Examination:
    seen = examination_factory.observations(seconds=1.0)
    return examination_factory.examine_observations(examination_factory.without(seen, range(len(seen.times_s))))
