"""Error budget by step, and the perfect mask of one of the steps."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from validation.accuracy.error_budget import JUDGED, STEPS, ClipErrors, document, figures_of
from validation.rendering.silhouette import GAP_L, first_fall

NOTHING = np.full(3, np.nan)


def clips(count: int, spread: dict[str, float], *, take: str = "run") -> list[ClipErrors]:
    rng = np.random.default_rng(3)
    return [
        ClipErrors(n, take, 200.0 + n, {step: 5.0 + spread[step] * rng.normal(size=len(JUDGED)) for step in STEPS})
        for n in range(count)
    ]


def test_each_step_has_its_own_spread_and_no_bias() -> None:
    spread = {"view": 1.0, "shape": 2.0, "arms": 3.0, "mask": 4.0}
    figures = figures_of([*clips(400, spread), *clips(400, spread, take="stand")])
    for group in ("run", "stand"):
        assert figures["groups"][group]["n"] == 400
        for step, expected in spread.items():
            found = figures["groups"][group]["steps"][step]["lumbar_arch_deg"]
            assert found["sd"] == pytest.approx(expected, rel=0.1)
            assert found["robust"] == pytest.approx(expected, rel=0.15)


def test_runners_are_grouped_by_height_without_gaps() -> None:
    figures = figures_of(clips(400, dict.fromkeys(STEPS, 1.0)))["groups"]
    by_height = {name: group["n"] for name, group in figures.items() if name.count("_") == 2}
    assert by_height == {"run_0_270": 70, "run_270_400": 130, "run_400_10000": 200}
    assert "stand" not in figures


def test_error_budget_document_holds_every_figure() -> None:
    text = document(
        figures_of([*clips(40, dict.fromkeys(STEPS, 1.0)), *clips(40, dict.fromkeys(STEPS, 1.0), take="stand")])
    )
    assert "## People running (n 40)" in text
    assert "## The same people standing (n 40)" in text
    assert "## Running, less than 270 pixels tall (n 40)" in text
    assert text.count("a perfect mask") == 3


def test_rendered_mask_ends_at_light_between_trunk_and_arm() -> None:
    body = np.full(3, 0.2)
    arm = (np.array([0.1, 0.2 + 2 * GAP_L, np.nan]), np.array([0.3, 0.4, np.nan]))
    assert first_fall(body, [arm]).tolist() == [0.3, 0.2, 0.2]


def test_arm_behind_a_touching_arm_belongs_to_the_edge() -> None:
    body = np.array([0.2])
    near, far = (np.array([0.15]), np.array([0.3])), (np.array([0.25]), np.array([0.4]))
    assert first_fall(body, [near, far]).tolist() == first_fall(body, [far, near]).tolist() == [0.4]


@given(st.lists(st.tuples(st.floats(-0.5, 0.8), st.floats(0.0, 0.3)), max_size=2), st.floats(0.0, 0.5))
def test_arms_only_push_the_edge_outward(reaches: list[tuple[float, float]], own: float) -> None:
    arms = [(np.array([low]), np.array([low + wide])) for low, wide in reaches]
    edge = first_fall(np.array([own]), arms)[0]
    assert edge == own or edge in [high[0] for _, high in arms]
    assert edge >= own


def test_edge_without_arms_is_the_bodys() -> None:
    assert np.isnan(first_fall(NOTHING, [])).all()
    assert first_fall(np.array([0.2]), [(np.array([np.nan]), np.array([np.nan]))]).tolist() == [0.2]
