"""The stored population, which a checkout holds."""

from __future__ import annotations

import pytest

from validation.population.store import FOLDER, FilmedPerson, load


@pytest.fixture(scope="session")
def population() -> list[FilmedPerson]:
    """Return all people; skip where they are not stored."""
    people = list(load())
    if not people:
        pytest.skip(
            f"no population in {FOLDER}: make population makes it (hours), validation/population/store.py packs it"
        )
    return people
