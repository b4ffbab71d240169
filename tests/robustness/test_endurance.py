"""What counts as growth in a long run; `make endurance` does the runs."""

from __future__ import annotations

from typing import Any

import pytest
from robustness.run_endurance import Sample, growth_of


def rows(**grown: float) -> list[Sample]:
    """Return samples of a run; `grown` says by how much a field is larger at the end than at the beginning."""
    steady: dict[str, Any] = {"memory_mb": 500.0, "handles": 10, "threads": 12, "temporary_files": 0}
    return [
        Sample(5.0 * n, **{name: value + n / 39 * grown.get(name, 0) for name, value in steady.items()})
        for n in range(40)
    ]


@pytest.mark.parametrize("name", ["memory_mb", "handles", "threads", "temporary_files"])
def test_growth_is_seen_and_a_steady_run_is_none(name: str) -> None:
    assert growth_of(rows(), None) == []
    assert len(growth_of(rows(**{name: 100}), None)) == 1


def test_run_that_keeps_its_frames_may_grow_to_a_bound() -> None:
    assert growth_of(rows(memory_mb=300), 900.0) == []
    assert growth_of(rows(memory_mb=300), 700.0) == ["memory by 154 MB"]


def test_short_run_says_nothing() -> None:
    assert growth_of(rows()[:3], None) == ["too short"]
