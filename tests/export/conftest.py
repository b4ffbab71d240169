"""Examinations that the tests of exports share."""

from __future__ import annotations

import examined
import pytest
from synthetic import Figure

from posture.analysis import Examination


@pytest.fixture(scope="session")
def running() -> Examination:
    return examined.examination()


@pytest.fixture(scope="session")
def standing() -> Examination:
    return examined.examination(
        Figure(gait="standing", stride_s=30.0, trunk_px=120.0, lean_deg=2.0), name="stand"
    )


@pytest.fixture(scope="session")
def gaps() -> Examination:
    """Return a run in which the runner is not found for more than a stride."""
    return examined.examine_watched(examined.without(examined.watched(seconds=8.0), range(100, 125)))


@pytest.fixture(scope="session")
def front() -> Examination:
    return examined.examination(Figure(trunk_px=120.0, yaw_deg=88.0))


@pytest.fixture(scope="session")
def nobody() -> Examination:
    seen = examined.watched(seconds=1.0)
    return examined.examine_watched(examined.without(seen, range(len(seen.times_s))))
