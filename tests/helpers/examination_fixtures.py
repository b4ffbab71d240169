"""Fixtures of examined synthetic people, for conftest files to import."""

from __future__ import annotations

import pytest

from helpers import examination_factory
from helpers.synthetic_runner import Figure
from posture.analysis.examination import Examination


@pytest.fixture(scope="session")
def running() -> Examination:
    return examination_factory.examination()


@pytest.fixture(scope="session")
def leftward() -> Examination:
    return examination_factory.examination(Figure(trunk_px=120.0, lean_deg=7.0, facing="left"))


@pytest.fixture(scope="session")
def standing() -> Examination:
    return examination_factory.examination(
        Figure(gait="standing", stride_s=30.0, trunk_px=120.0, lean_deg=2.0), name="stand"
    )
