"""Comparison of the pose models: figures, document and choice."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from validation.accuracy.model_comparison import MODELS, WAYS, Result, conclusion, document, summarise, write

TRUE = {"pelvic_tilt_deg": 30.0, "lumbar_arch_deg": 40.0, "lumbar_arch_index": 10.0, "trunk_lean_deg": 8.0}
TIMES = {"lite": 0.8, "full": 1.0, "heavy": 3.0}


def results(sizes: dict[str, float], *, people: int = 14, bias: float = 0.0) -> list[Result]:
    """Return results whose errors have a given size for each model."""
    rng = np.random.default_rng(5)
    made = []
    for number in range(2, 2 + 2 * people, 2):
        machine = rng.uniform(2, 6)
        models = {}
        for name in MODELS:
            values = {n: true + bias + sizes[name] * rng.normal() for n, true in TRUE.items()}
            models[name] = {
                "frames": 100,
                "looks": 100,
                "found": 95,
                "cpu_s": machine * TIMES[name],
                "wall_s": 2 * machine * TIMES[name],
                "activity": "running",
                "strides": 5,
                "measures": dict.fromkeys(WAYS, values),
            }
        made.append({"number": number, "learnt": "ab" * 32, "filming": {}, "truth": TRUE, "models": models})
    return made


def test_times_are_ratios_on_the_same_clip() -> None:
    """Independent of how the machine's speed changes from clip to clip."""
    models = summarise(results(dict.fromkeys(MODELS, 1.0)))["models"]
    for name in MODELS:
        assert models[name]["cpu_ratio"] == pytest.approx(TIMES[name])
        assert models[name]["wall_ms"] == pytest.approx(2 * models[name]["cpu_ms"])
        assert models[name]["found"] == pytest.approx(0.95)


def test_errors_are_measured_minus_true() -> None:
    found = summarise(results(dict.fromkeys(MODELS, 1.0), people=400, bias=2.0))["models"]["lite"]["errors"]
    tilt = found["learnt"]["pelvic_tilt_deg"]
    assert tilt["bias"] == pytest.approx(2.0, abs=0.2)
    assert tilt["sd"] == pytest.approx(1.0, abs=0.15)
    assert tilt["rmse"] ** 2 == pytest.approx(tilt["bias"] ** 2 + tilt["sd"] ** 2 * 399 / 400)
    assert tilt["rmse_ratio"]["low"] < tilt["rmse_ratio"]["value"] < tilt["rmse_ratio"]["high"]


@pytest.mark.parametrize(
    ("sizes", "chosen"),
    [
        ({"lite": 1.0, "full": 1.0, "heavy": 1.0}, "full"),
        ({"lite": 3.0, "full": 1.0, "heavy": 0.9}, "full"),
        ({"lite": 3.0, "full": 1.0, "heavy": 0.2}, "heavy"),
        ({"lite": 0.3, "full": 1.0, "heavy": 1.0}, "lite"),
        ({"lite": 0.5, "full": 2.0, "heavy": 0.1}, "heavy"),
    ],
)
def test_another_model_is_chosen_only_beyond_chance(sizes: dict[str, float], chosen: str) -> None:
    figures = summarise(results(sizes))
    assert figures["default"] == chosen
    assert conclusion(figures).startswith(f"**`{chosen}` should")


def test_single_measure_does_not_decide() -> None:
    some = results({"lite": 1.0, "full": 1.0, "heavy": 1.0})
    for one in some:
        for values in one["models"]["heavy"]["measures"].values():
            values["lumbar_arch_deg"] = TRUE["lumbar_arch_deg"] + 0.01 * (one["number"] % 4 - 1)
    figures = summarise(some)
    assert figures["models"]["heavy"]["errors"]["plain"]["lumbar_arch_deg"]["sd_ratio"]["high"] < 0.1
    assert figures["default"] == "full"


def test_clip_not_measured_by_one_model_is_left_out_of_all_errors() -> None:
    some = results(dict.fromkeys(MODELS, 1.0))
    whole = summarise(some[1:])
    some[0]["models"]["lite"] |= {"measures": dict.fromkeys(WAYS), "found": 0, "looks": 200}
    figures = summarise(some)
    assert figures["compared"] == 13
    assert [figures["models"][m]["measured"] for m in MODELS] == [13, 14, 14]
    assert [figures["models"][m]["again"] for m in MODELS] == [1, 0, 0]
    assert figures["models"]["heavy"]["errors"] == whole["models"]["heavy"]["errors"]


@pytest.mark.parametrize("people", [0, 1, 7])
def test_few_results_give_dashes_and_keep_the_default(people: int) -> None:
    figures = summarise(results(dict.fromkeys(MODELS, 1.0), people=people))
    assert figures["default"] == "full"
    assert "| Pelvic tilt, degrees | heavy | – | – | – | – |" in document(figures)


def test_model_documents_are_made_from_the_results(tmp_path: Path) -> None:
    stored = results({"lite": 2.0, "full": 1.0, "heavy": 1.0})
    write(stored, tmp_path)
    figures = json.loads((tmp_path / "validation" / "pose-models.json").read_text(encoding="utf-8"))
    page = (tmp_path / "validation" / "pose-models.md").read_text(encoding="utf-8")
    assert figures["people"] == [one["number"] for one in stored]
    assert "| heavy | 3.00 | 3.00 | 95 % | 0 of 14 | 14 of 14 |" in page
    assert page.count("| Pelvic tilt, degrees | full |") == len(WAYS)
    assert "begins with `abababababab`." in page
    assert "{" not in page
