"""Systematic errors by recording, and broken tables."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posture.back.error_model import CENTRE, ERROR_MODEL, USUAL_HEIGHT_PX, Circumstances, widened
from posture.calibration import ERROR_FILE, calibration
from posture.errors import ModelFileError
from posture.model_files import models_folder

STORED = models_folder() / ERROR_FILE
SETTINGS = ("running", "running_own", "standing")
USUAL = Circumstances(
    yaw_deg=10 * CENTRE["yaw"],
    mahalanobis_sq=4.4817,
    upper_unoccluded_share=1 - CENTRE["hidden"],
    height_px=USUAL_HEIGHT_PX,
)


@pytest.mark.parametrize("setting", SETTINGS)
def test_error_under_usual_circumstances_is_the_base(setting: Any) -> None:
    model = ERROR_MODEL.load()
    for name, sd in model.systematic(setting, USUAL).items():
        assert sd == pytest.approx(model.sd[setting][name]["base"], rel=1e-3)


@given(
    st.sampled_from(SETTINGS),
    st.floats(-180, 180),
    st.floats(0, 1e6, allow_infinity=False),
    st.floats(-0.1, 1.1),
    st.floats(0, 1e5),
)
def test_error_stays_bounded_under_any_circumstances(
    setting: Any, yaw: float, odd: float, free: float, px: float
) -> None:
    for name, sd in ERROR_MODEL.load().systematic(setting, Circumstances(yaw, odd, free, px)).items():
        assert 0.05 < sd < (8 if name == "lumbar_arch_index" else 40)


def test_oblique_view_and_unusual_outline_enlarge_the_error() -> None:
    model = ERROR_MODEL.load()
    for setting in SETTINGS:
        tilt = [
            model.systematic(setting, c)["pelvic_tilt_deg"]  # type: ignore[arg-type]
            for c in (Circumstances(2, 3, 0.3, 350), Circumstances(18, 15, 0.3, 350))
        ]
        assert tilt[1] > tilt[0]


def test_worse_circumstances_never_reduce_an_error() -> None:
    good, bad = Circumstances(1, 2, 0.9, 500), Circumstances(18, 15, 0.2, 220)
    model = ERROR_MODEL.load()
    for setting in SETTINGS:
        surely, hardly = (model.systematic(setting, c) for c in (good, bad))  # type: ignore[arg-type]
        assert all(hardly[name] >= surely[name] for name in surely)
    alone = [model.systematic("running", Circumstances(5, 4.5, 0.3, px))["lumbar_arch_deg"] for px in (500, 230)]
    assert alone[1] > alone[0]


def test_error_is_the_same_for_both_sides() -> None:
    model = ERROR_MODEL.load()
    left, right = (model.systematic("running", Circumstances(yaw, 5, 0.3, 350)) for yaw in (-12, 12))
    assert left == right


def test_own_outline_reduces_the_error_of_the_arch() -> None:
    model = ERROR_MODEL.load()
    alone, own = (model.systematic(s, USUAL)["lumbar_arch_deg"] for s in ("running", "running_own"))  # type: ignore[arg-type]
    assert own < alone


def test_shares_of_a_change_are_those_of_the_calibration() -> None:
    found = json.loads(STORED.read_text("utf-8"))["change_share"]
    for kind, shares in calibration().change_share.items():
        for name, share in shares.items():
            if name in found[kind]:
                assert share == pytest.approx(found[kind][name], abs=0.051), (kind, name)


def _rows(change: Callable[[dict[str, Any]], object]) -> Callable[[dict[str, Any]], object]:
    def changed(data: dict[str, Any]) -> object:
        change(data["sd"]["running"])
        return data

    return changed


BROKEN: dict[str, Callable[[dict[str, Any]], object]] = {
    "no setting": lambda data: {**data, "sd": {k: v for k, v in data["sd"].items() if k != "standing"}},
    "no base": _rows(lambda rows: rows["pelvic_tilt_deg"].pop("base")),
    "no error at all": _rows(lambda rows: rows["pelvic_tilt_deg"].update(base=0.0)),
    "words": _rows(lambda rows: rows["pelvic_tilt_deg"].update(yaw="much")),
    "not a number": _rows(lambda rows: rows["pelvic_tilt_deg"].update(yaw=float("nan"))),
    "no limit": lambda data: {k: v for k, v in data.items() if k != "odd_limit"},
    "a list": lambda data: [data],
}


@pytest.mark.parametrize("name", BROKEN)
def test_broken_table_is_a_one_line_error(tmp_path: Path, name: str) -> None:
    path = tmp_path / ERROR_FILE
    path.write_text(json.dumps(BROKEN[name](json.loads(STORED.read_text("utf-8")))), "utf-8")
    with pytest.raises(ModelFileError, match="table of errors") as caught:
        ERROR_MODEL.load(tmp_path)
    assert len(str(caught.value).splitlines()) == 1


def test_missing_table_is_a_one_line_error(tmp_path: Path) -> None:
    with pytest.raises(ModelFileError, match="missing"):
        ERROR_MODEL.load(tmp_path)


def test_causes_that_widen_an_interval_add_their_variances_and_spare_the_lean() -> None:
    sd = {"pelvic_tilt_deg": 2.0, "lumbar_arch_deg": 3.0, "trunk_lean_deg": 1.0}
    wide = widened(sd, {"dark": 2.0, "something_in_front": 3.0})
    assert wide == pytest.approx(
        {"pelvic_tilt_deg": 2 * 12**0.5, "lumbar_arch_deg": 3 * 12**0.5, "trunk_lean_deg": 1.0}
    )
    assert widened(sd, {}) == sd
