"""The clips with nuisances are drawn evenly, reproducibly, and as they are described."""

from __future__ import annotations

import json
from collections import Counter

import numpy as np
import pytest

from validation.nuisances.draw import CLIPS, KINDS, Nuisance, draw
from validation.nuisances.parameters import POST_PLACES, POST_RANGE_M, POST_WIDTHS_M, RAIL_LEVELS_M

HALVES = ("calibration", "test")


@pytest.fixture(scope="module")
def drawn() -> list[Nuisance]:
    return [draw(number) for number in range(CLIPS)]


def of(drawn: list[Nuisance], kind: str, half: str) -> list[Nuisance]:
    return [one for one in drawn if (one.kind, one.half) == (kind, half)]


def test_every_kind_has_enough_clips_in_both_halves(drawn: list[Nuisance]) -> None:
    counts = Counter((one.kind, one.half) for one in drawn)
    assert min(counts[kind, half] for kind in KINDS for half in HALVES) >= 12
    assert min(counts["clean", half] for half in HALVES) >= 20


def test_early_stop_leaves_every_kind(drawn: list[Nuisance]) -> None:
    for end in (CLIPS // 4, CLIPS // 2):
        counts = Counter((one.kind, one.half) for one in drawn[:end])
        assert {kind for kind, _ in counts} == set(KINDS)
        assert len(counts) == 2 * len(KINDS)


def test_parameters_follow_from_the_number_and_survive_json(drawn: list[Nuisance]) -> None:
    assert draw(77) == drawn[77]
    texts = [json.dumps(one.parameters) for one in drawn if one.kind == "backpack"]
    assert len(set(texts)) == len(texts)
    assert json.loads(texts[0]) == next(one.parameters for one in drawn if one.kind == "backpack")


def test_choices_are_made_alike_in_both_halves(drawn: list[Nuisance]) -> None:
    """A choice that is tried in one half only would make the other half no test of it."""
    for kind in KINDS:
        halves = [of(drawn, kind, half) for half in HALVES]
        for name, value in halves[0][0].parameters.items():
            if isinstance(value, bool | str):
                tried = [{one.parameters[name] for one in half} for half in halves]
                assert tried[0] == tried[1], (kind, name)
                assert len(tried[0]) > 1, (kind, name)


@pytest.mark.parametrize("half", HALVES)
def test_posts_stand_across_the_whole_back(drawn: list[Nuisance], half: str) -> None:
    posts = [one.parameters for one in of(drawn, "post", half)]
    places = np.linspace(*POST_RANGE_M, POST_PLACES)
    nearest = [int(np.abs(places - one["place_m"]).argmin()) for one in posts]
    assert len(set(nearest)) >= POST_PLACES - 2
    widths = [one["width_m"] for one in posts]
    assert POST_WIDTHS_M[0] <= min(widths) < max(widths) <= POST_WIDTHS_M[1]


@pytest.mark.parametrize("half", HALVES)
def test_handrails_are_at_three_heights(drawn: list[Nuisance], half: str) -> None:
    rails = [one.parameters for one in of(drawn, "treadmill_rail", half)]
    assert Counter(one["level"] for one in rails) == dict.fromkeys(range(len(RAIL_LEVELS_M)), len(rails) // 3)
    for one in rails:
        low, high = RAIL_LEVELS_M[one["level"]]
        assert low <= one["rail_m"] <= high


def test_postures_differ_clearly_and_last_for_five_strides(drawn: list[Nuisance]) -> None:
    for one in (one.parameters for one in drawn if one.kind == "posture_change"):
        assert min(one["strides"]) > 5
        changes = np.array(one["changes_deg"])
        assert len(changes) == len(one["strides"])
        assert (np.abs(np.diff(changes, axis=0)).max(axis=1) >= 6).all()


def test_slow_joggers_and_walkers_leave_no_time_for_flight(drawn: list[Nuisance]) -> None:
    shares = {
        kind: [one.parameters["stance_share"] for one in drawn if one.kind == kind] for kind in ("slow_jog", "walking")
    }
    assert 0.45 <= min(shares["slow_jog"]) < max(shares["slow_jog"]) < min(shares["walking"])
    assert min(shares["walking"]) > 0.5
