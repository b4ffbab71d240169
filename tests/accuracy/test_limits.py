"""Error against the properties of a clip: trials, bins, bounds, and the judgement of gates."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from helpers import stored_takes

from posture.thresholds import GATES, REMARKS, thresholds_of
from validation.accuracy.__main__ import write_limits
from validation.accuracy.limits import (
    UPPER,
    by_edges,
    by_part,
    by_rate,
    by_strides,
    fewest,
    judged,
    passes,
    spread,
    summarise_limits,
)
from validation.accuracy.limits_document import in_short, leaving, limits_document
from validation.accuracy.limits_figure import gate_place
from validation.accuracy.pages import DOCS
from validation.accuracy.trials import (
    ACTIVITY,
    JUDGED,
    ODD,
    STRIDES,
    Trial,
    outlier_limit,
    refusing,
    thinned,
    trials_of,
)
from validation.population.store import FOLDER, FilmedPerson, Take, load

FILMING = {"roll_deg": 1.5, "way": "treadmill"}
FINE = {
    "yaw_deg": 3.0,
    "facing_share": 1.0,
    "body_height_px": 400.0,
    "strides": 6.0,
    "frames": 130.0,
    "cut_off_share": 0.0,
    "arm_free_share": 0.6,
    "upper_free_share": 0.3,
    "oddness": 5.0,
    "split": 0.05,
    "found_share": 1.0,
    "fps": 30.0,
    "true_yaw_deg": 4.0,
    "true_roll_deg": 0.2,
}


def filmed(**more: Any) -> Take:
    made = stored_takes.take(seconds=5.6)
    return replace(made, filming={**made.filming, **FILMING, **more})


def trial(error: float = 1.0, *, loose: bool = False, person: int = 0, way: str = "pan", **known: float) -> Trial:
    found = {**FINE, **known}
    return Trial(
        person=person,
        take="run",
        part="whole",
        part_of=0,
        loose=loose,
        known=found,
        way=way,
        refused=refusing(found, "running"),
        error=dict.fromkeys(JUDGED, error),
    )


def noise(count: int, size: float, **known: float) -> list[Trial]:
    """Return clips whose errors alternate, so that their RMSE is the size and their bias zero."""
    return [trial(size * (-1) ** i, person=i, **known) for i in range(count)]


def test_thinned_take_has_every_nth_frame_at_its_own_time() -> None:
    whole = filmed()
    thin = thinned(whole, 3)
    assert thin.time_s == pytest.approx(whole.time_s[::3])
    assert thin.filming["fps"] == 10
    assert thin.frames_read == len(thin.time_s) == len(thin.edges) == len(thin.landmarks)
    # Missing frames do not shift the others.
    gap = thinned(stored_takes.without_frames(whole, slice(1, 5)), 2)
    assert set(gap.time_s) < set(whole.time_s[::2])
    assert len(gap.time_s) == len(whole.time_s[::2]) - 2


def test_run_is_tried_whole_shortened_and_at_lower_rates() -> None:
    run, stand = filmed(), stored_takes.take("stand")
    found = trials_of(stored_takes.person(run, stand, number=8))
    whole = [one for one in found if one.part == "whole"]
    assert [one.take for one in whole] == ["run"]
    assert whole[0].known["true_roll_deg"] == 1.5
    assert whole[0].known["found_share"] == 1.0
    assert whole[0].known["strides"] >= max(STRIDES)
    parts = {one.part_of: one for one in found if one.part == "strides"}
    assert set(parts) == set(STRIDES)
    assert [parts[k].known["strides"] for k in STRIDES] == list(STRIDES)
    frames = [parts[k].known["frames"] for k in STRIDES]
    assert frames == sorted(set(frames))
    assert frames[-1] <= whole[0].known["frames"]
    assert {one.part_of: one.known["fps"] for one in found if one.part == "frames"} == {2: 15, 3: 10, 4: 7.5}
    # A stiff back looks the same in every part.
    tilts = [one.error["pelvic_tilt_deg"] for one in found]
    assert np.ptp(tilts) < 1.0


def test_clip_with_hardly_any_detection_is_no_trial() -> None:
    run = filmed()
    assert (
        trials_of(stored_takes.person(stored_takes.without_frames(run, slice(5, None)), stored_takes.take("stand")))
        == []
    )


@pytest.mark.parametrize(
    ("name", "known"),
    [
        ("max_yaw_deg", {"yaw_deg": 20.1}),
        ("min_facing_share", {"facing_share": 0.7}),
        ("min_strides", {"strides": 1.0}),
        ("min_body_height_px", {"body_height_px": 149.0}),
        ("max_cut_off_share", {"cut_off_share": 0.6}),
        ("min_arm_free_share", {"arm_free_share": 0.2}),
        (UPPER, {"upper_free_share": 0.01}),
        ("max_split", {"split": 1.1}),
        (ODD, {"oddness": 1000.0}),
    ],
)
def test_each_gate_refuses_on_its_own(name: str, known: dict[str, float]) -> None:
    assert refusing({**FINE, **known}, "running") == {name}
    one = trial(**known)
    assert not passes(one, "lumbar_arch_deg")
    assert passes(one, "lumbar_arch_deg", waived=(name,))
    # A hidden upper back does not withhold the tilt.
    assert passes(one, "pelvic_tilt_deg") == (name == UPPER)


def test_trials_know_every_gate_and_walking() -> None:
    worst = dict.fromkeys(FINE, 0.0) | {"yaw_deg": 90.0, "cut_off_share": 1.0, "oddness": 1e6, "split": 9.0}
    # Single strides turned away, things in front, and pictures off level: the stored clips have none of them.
    absent = {"leave_yaw_deg", "max_hidden_share", "max_lean_deg", "max_backward_lean_deg"}
    assert refusing(worst, "walking") == {*thresholds_of(GATES), ODD, ACTIVITY} - absent
    assert refusing(FINE, "running") == frozenset()


def test_spread_is_the_rms_with_its_interval() -> None:
    found = spread([3.0, -3.0, 3.0, 5.0])
    assert found["n"] == 4
    assert found["rmse"] == pytest.approx(np.sqrt((9 * 3 + 25) / 4))
    assert found["bias"] == pytest.approx(2.0)
    assert found["low"] < found["rmse"] < found["high"]
    assert spread([])["rmse"] is None


@pytest.mark.parametrize(
    ("errors", "left"),
    [
        ([1.4, -1.4] * 10, "no"),
        ([1.6, -1.6] * 10, "surely"),
        ([0.2] * 9 + [6.0], "yes"),
        ([9.0] * 7, None),
    ],
)
def test_bound_is_exceeded_only_when_the_whole_interval_is_beyond(errors: list[float], left: str | None) -> None:
    assert judged(errors, 1.0)["left"] == left


def test_bins_hold_every_clip_once_best_first() -> None:
    clips = [trial(yaw_deg=float(yaw), arm_free_share=yaw / 40) for yaw in range(30)]
    rows = by_edges("yaw_deg", (0, 10, 20, 30))(clips)
    assert [(label, len(part)) for label, part in rows] == [
        ("0 to 10", 10),
        ("10 to 20", 10),
        ("20 to 30", 10),
    ]
    fifths = by_part("arm_free_share", 2, down=True)(clips)
    assert [len(part) for _, part in fifths] == [6] * 5
    assert fifths[0][1][-1].known["arm_free_share"] == pytest.approx(29 / 40)


def test_strides_and_rates_compare_the_same_clips() -> None:
    clips = [trial(person=1), trial(person=2, strides=4.0)]
    thin = [replace(clips[1], part="frames", part_of=step) for step in (2, 3, 4)]
    short = [replace(clips[0], part="strides", part_of=k) for k in STRIDES]
    together = [*clips, *thin, *short]
    assert {one.person for _, part in by_strides(together) for one in part} == {1}
    assert {one.person for _, part in by_rate(together) for one in part} == {2}
    assert [label for label, _ in by_rate(together)] == ["30", "15", "10", "7.5"]


def test_fewest_strides_are_those_hardly_worse_than_all() -> None:
    rows = [{"label": str(rmse), **{n: {"n": 9, "rmse": rmse} for n in JUDGED}} for rmse in (2.0, 2.1, 2.3, 2.0)]
    assert fewest(rows)["label"] == "2.1"


def yaw_line(clips: list[Trial]) -> tuple[str, dict[str, Any]]:
    figures = summarise_limits(clips, {})
    return next(line for line in in_short(figures) if "Turn" in line), figures["factors"]["yaw"]


def test_gate_where_the_error_grows_agrees() -> None:
    line, found = yaw_line([*noise(40, 1.0, yaw_deg=8.0), *noise(12, 3.0, yaw_deg=22.0)])
    assert "tilt surely at 20 to 25" in line
    assert "stands at 20 deg" in line
    assert "tilt 3.0" in line
    assert line.endswith("the errors support it.")
    # Rows without clips are not shown.
    assert [row["label"] for row in found["rows"]] == ["5 to 10", "20 to 25"]
    assert gate_place(found) == 0.5


def test_gate_that_is_too_lenient_is_reported() -> None:
    clips = [*noise(60, 1.0, yaw_deg=3.0), *noise(12, 3.5, yaw_deg=17.0), *noise(12, 4.0, yaw_deg=22.0)]
    assert yaw_line(clips)[0].endswith("the error surely exceeds its bound before it, at 15 to 20.")


def test_gate_that_these_clips_do_not_need_is_reported() -> None:
    line, found = yaw_line([*noise(40, 1.0, yaw_deg=8.0), *noise(12, 1.1, yaw_deg=22.0)])
    assert leaving(found) == "the error stays within its bound."
    assert line.endswith("these clips alone do not require it.")


def test_gate_without_clips_beyond_it_is_not_judged() -> None:
    assert "3 of these clips lie beyond it, too few" in yaw_line([*noise(40, 1.0), *noise(3, 9.0, yaw_deg=22.0)])[0]


def test_camera_roll_shifts_the_tilt_by_its_angle() -> None:
    rolls = np.linspace(-3, 3, 20)
    clips = [trial(-float(roll), true_roll_deg=float(roll), person=i) for i, roll in enumerate(rolls)]
    # Where the runner's path shows the roll, it is corrected.
    clips += [trial(0.0, true_roll_deg=5.0, way="pass", person=90 + i) for i in range(9)]
    slope = summarise_limits(clips, {})["roll_slope"]
    assert slope["slope"] == pytest.approx(1.0)
    assert slope["n"] == 20


def test_outlier_limit_is_judged_for_tight_and_loose_shirts() -> None:
    tight = [trial(oddness=float(i), person=i) for i in range(1, 11)]
    loose = [trial(-5.0, loose=True, oddness=8.0 + 40 * (i % 2), person=20 + i) for i in range(10)]
    limits = summarise_limits([*tight, *loose], {})["clothing"]
    (now,) = [row for row in limits if row["now"]]
    assert now["limit"] == pytest.approx(outlier_limit(), abs=1e-3)
    assert now["loose"]["refused"]["share"] == 0.5
    assert now["loose"]["lumbar_arch_deg"]["bias"] == pytest.approx(-5.0)
    shares = [row["tight"]["refused"]["share"] for row in limits]
    assert shares == sorted(shares, reverse=True)


def test_loose_shirts_count_nowhere_else() -> None:
    alone = summarise_limits(noise(20, 1.0), {})
    mixed = summarise_limits([*noise(20, 1.0), *(trial(50.0, loose=True, person=99) for _ in range(5))], {})
    assert alone["good"] == mixed["good"]
    assert alone["factors"] == mixed["factors"]


def test_documents_are_written_from_few_people(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    few: list[FilmedPerson] = list(islice(load(half="calibration"), 2))
    if not few:
        pytest.skip(f"no population in {FOLDER}")
    clips = [one for person in few for one in trials_of(person)]
    assert {one.part for one in clips} == {"whole", "strides", "frames"}
    backgrounds = tmp_path / "backgrounds.json"
    backgrounds.write_text(json.dumps({one.number: "wall" for one in few}))
    write_limits(clips, tmp_path, backgrounds=backgrounds)
    text = (tmp_path / "validation" / "limits.md").read_text(encoding="utf-8")
    assert "nan" not in text
    assert "None" not in text
    assert "| wall |" in text
    assert text == limits_document(json.loads((tmp_path / "validation" / "limits.json").read_text(encoding="utf-8")))
    assert (tmp_path / "images" / "limits.png").read_bytes().startswith(b"\x89PNG")
    said = capsys.readouterr().out
    assert "min_strides" in said


def test_estimated_view_is_compared_with_the_truth() -> None:
    clips = [trial(yaw_deg=18.0, true_yaw_deg=21.0), trial(yaw_deg=24.0, true_yaw_deg=21.0), trial()]
    found = summarise_limits(clips, {})["yaw_estimate"]
    assert found["bias"] == pytest.approx((-3.0 + 3.0 - 1.0) / 3, abs=1e-3)
    assert (found["truly_beyond"]["n"], found["truly_beyond"]["share"]) == (2, 0.5)


def test_stored_limits_are_those_of_the_current_gates() -> None:
    """``make accuracy ACCURACY_OPTIONS="--only limits"`` updates it after a gate was moved."""
    stored = DOCS / "validation" / "limits.json"
    assert stored.is_file()
    gates = [one["gate"] for one in json.loads(stored.read_text(encoding="utf-8"))["factors"].values()]
    told = {gate["name"]: gate["value"] for gate in gates if gate is not None}
    limits = asdict(GATES) | asdict(REMARKS) | {ODD: outlier_limit()}
    assert told == {name: limits[name] for name in told}
    assert len(told) >= 7
