"""Answers on clips with something in front of, or on, the back, and on real footage, against what they show.

The clips lie outside the repository; the tests are skipped where they are absent.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import numpy as np
import pytest

import posture
from posture.analysis.observations import ClipObservations
from posture.analysis.pipeline import examine_observations
from posture.contour.observation import Observation
from posture.records.analysis import Analysis
from posture.report.wording import ASSUMPTIONS, how_sure
from posture.types import PRIMARY_MEASURES
from posture.video import ReadSummary, VideoInfo

SHARED = Path(os.environ.get("POSTURE_SHARED", Path(__file__).resolve().parents[3] / "shared" / "clips")).parent
CASES, REAL = SHARED / "cases", SHARED / "real"

Truth = tuple[float, float]
"""Pelvic tilt and lumbar arch, degrees."""

HOLLOW: Truth = (49.5, 62.0)
NEUTRAL: Truth = (25.3, 33.0)

OBJECT = frozenset({"something_in_front", "back_hidden"})
WORN = frozenset({"loose_clothing"})
LIGHT = frozenset({"dark", "back_light", "hard_shade"})
MIXED = frozenset({"several_runners", "overlapped"})


@dataclass(frozen=True)
class Case:
    """A clip with known truth.

    Attributes
    ----------
    truths
        Of the person in it; of each where there are two, and either is right.
    reasons
        Codes of the issues that may refuse it.
    said
        Codes of which one must be said where it is measured; empty where nothing need be.
    """

    name: str
    truths: tuple[Truth, ...] = (HOLLOW,)
    reasons: frozenset[str] = OBJECT
    said: frozenset[str] = field(default_factory=frozenset)
    fast: bool = False


KNOWN = (
    Case("pole_x625", fast=True),
    Case("pole10_x615"),
    Case("pole8"),
    Case("treadmill_rail"),
    Case("n_treadmill_rail", (NEUTRAL,)),
    Case("handrail_lumbar"),
    Case("rail_white"),
    Case("beltbag_small", reasons=WORN | OBJECT),
    Case("blinds_shadow", reasons=LIGHT | OBJECT),
    Case("half_shade", reasons=LIGHT | OBJECT),
    Case("dark25", reasons=LIGHT),
    Case("overtake", (HOLLOW, NEUTRAL), reasons=MIXED, said=MIXED | {"overlapped_at_times", "others_seen"}),
    Case("cut_persons", (HOLLOW, NEUTRAL), reasons=MIXED, said=MIXED | {"cuts"}),
    Case("rot90_untagged", reasons=frozenset({"rotated"}), fast=True),
    Case("rolldrift", reasons=frozenset({"camera_turns"}), said=frozenset({"camera_turns"})),
    Case("fast2", reasons=frozenset()),
)


def codes(analysis: Analysis, *, blocking: bool | None = None) -> set[str]:
    return {i.code for i in analysis.quality.issues if blocking is None or i.blocking is blocking}


def conditions(analysis: Analysis) -> set[str]:
    return {condition.code for condition in analysis.quality.conditions}


def is_good(analysis: Analysis) -> bool:
    """Return whether the reports say: recording good."""
    return not codes(analysis) - ASSUMPTIONS


def holds(analysis: Analysis, truth: Truth) -> bool:
    """Return whether all intervals that are reported hold a truth; at least that of the tilt must be."""
    pairs = [(analysis.measures[name], true) for name, true in zip(PRIMARY_MEASURES, truth, strict=True)]
    if pairs[0][0] is None:
        return False
    return all(measure is None or measure.ci90[0] <= true <= measure.ci90[1] for measure, true in pairs)


def summary_of(analysis: Analysis) -> str:
    """Return what an analysis says, for the message of a failing test."""
    numbers = {n: m and (m.value, m.ci90, m.sd) for n, m in analysis.measures.items() if n in PRIMARY_MEASURES}
    issues = [(issue.code, issue.blocking) for issue in analysis.quality.issues]
    return f"{analysis.verdict.label} {numbers} {issues} {conditions(analysis)} strides {analysis.quality.strides}"


@cache
def analysis_of(path: Path) -> Analysis:
    return posture.analyze(path)


@pytest.mark.parametrize("case", [pytest.param(c, id=c.name, marks=() if c.fast else pytest.mark.slow) for c in KNOWN])
def test_clip_with_known_truth_holds_it_or_is_refused_for_the_right_reason(case: Case) -> None:
    path = CASES / f"{case.name}.mp4"
    if not path.exists():
        pytest.skip(f"no clip at {path}")
    analysis = analysis_of(path)
    blocking = codes(analysis, blocking=True)
    if blocking:
        # The headline is a right reason; others may follow.
        headline = next(issue.code for issue in analysis.quality.issues if issue.blocking)
        assert headline in case.reasons, summary_of(analysis)
        return
    assert any(holds(analysis, truth) for truth in case.truths), summary_of(analysis)
    assert not case.said or codes(analysis) & case.said, summary_of(analysis)


@pytest.mark.slow
def test_double_speed_is_noticed() -> None:
    path = CASES / "fast2.mp4"
    if not path.exists():
        pytest.skip(f"no clip at {path}")
    analysis = analysis_of(path)
    assert analysis.gait.cadence_spm is not None
    # True in the film; half of it where the speed is corrected.
    in_film = analysis.gait.cadence_spm / analysis.source.slow_motion
    assert in_film == pytest.approx(333, rel=0.03), summary_of(analysis)
    assert "too_fast" in codes(analysis) or analysis.source.slow_motion != 1.0, summary_of(analysis)


def observations_of(path: Path) -> ClipObservations:
    """Return the stored detections of a public clip whose pictures are not kept."""
    data = np.load(path)
    times, (width, height) = data["times_s"], data["size"].tolist()
    sightings: list[list[Observation]] = [[] for _ in times]
    rows = zip(data["frame"], data["landmarks"], data["visibility"], data["edges"], strict=True)
    for frame, landmarks, visibility, edges in rows:
        one = Observation(landmarks.astype(np.float64), visibility.astype(np.float64), edges.astype(np.float32))
        sightings[int(frame)].append(one)
    step = float(np.median(np.diff(times)))
    info = VideoInfo(
        path=path,
        width=width,
        height=height,
        source_width=width,
        source_height=height,
        fps=1 / step,
        duration_s=float(times[-1] + step),
        frames_promised=len(times),
        rotation_deg=0,
        mirrored=False,
        pixel_aspect=1.0,
        codec="h264",
        container="mp4",
        bit_depth=8,
        hdr=False,
    )
    summary = ReadSummary(
        frames_read=len(times),
        frames_promised=len(times),
        frames_hidden=0,
        frames_damaged=0,
        frames_lost=0,
        first_time_s=float(times[0]),
        end_time_s=float(times[-1] + step),
        complete=True,
        damage=None,
        remark=None,
    )
    return ClipObservations(info, summary, times, sightings)


@cache
def real(name: str) -> Analysis:
    """Return the analysis of a real clip, from its pictures or from stored detections."""
    video, seen = REAL / f"{name}.mp4", REAL / f"{name}.npz"
    if video.exists():
        return posture.analyze(video)
    if not seen.exists():
        pytest.skip(f"no real footage at {REAL}")
    return examine_observations(observations_of(seen)).analysis


def width_of(analysis: Analysis, name: str) -> float:
    measure = analysis.measures[name]
    assert measure is not None, summary_of(analysis)
    return measure.ci90[1] - measure.ci90[0]


def is_verdict(analysis: Analysis) -> bool:
    return analysis.verdict.label in ("hollow_back", "not_hollow_back")


def check_treadmill_woman(analysis: Analysis) -> None:
    """The end of a handrail crosses the hips: noticed, or strides like other clips', or said and widened."""
    tilt = analysis.measures["pelvic_tilt_deg"]
    steady = tilt is not None and tilt.sd is not None and tilt.sd <= 1.5
    assert steady or codes(analysis) & {"something_in_front", "unsteady_strides"}, summary_of(analysis)
    assert not is_good(analysis) or steady, summary_of(analysis)
    assert not str(how_sure(analysis)).startswith("clearly") or steady, summary_of(analysis)


def check_coach_clip(analysis: Analysis) -> None:
    """Upright, then bent, then a slight lean: three parts, no single verdict."""
    assert not is_verdict(analysis), summary_of(analysis)
    assert not str(how_sure(analysis)).startswith("clearly")
    tilts = [part.measures["pelvic_tilt_deg"] for part in analysis.segments]
    values = [tilt.value for tilt in tilts if tilt is not None]
    assert len(values) == 3, summary_of(analysis)
    assert values == pytest.approx([11, 38, 24], abs=6), summary_of(analysis)


def check_loose_tank_top(analysis: Analysis) -> None:
    assert codes(analysis) & WORN or "loose_clothing_possible" in conditions(analysis), summary_of(analysis)
    assert not str(how_sure(analysis)).startswith("clearly"), summary_of(analysis)


def check_hoodie(analysis: Analysis) -> None:
    blocking = [issue.code for issue in analysis.quality.issues if issue.blocking]
    assert blocking, summary_of(analysis)
    assert blocking[0] in WORN, summary_of(analysis)


def check_six_paces(analysis: Analysis) -> None:
    """One person throughout, cut six times."""
    assert analysis.subject.people_seen == 1, summary_of(analysis)
    assert 28 <= analysis.quality.strides <= 34, summary_of(analysis)
    assert (analysis.quality.detected_share or 0.0) >= 0.97, summary_of(analysis)
    assert "cuts" in codes(analysis), summary_of(analysis)


def check_slow_jogger_with_harness(analysis: Analysis) -> None:
    assert analysis.subject.activity in ("running", "unknown"), summary_of(analysis)
    blocking = [issue.code for issue in analysis.quality.issues if issue.blocking]
    assert blocking, summary_of(analysis)
    assert blocking[0] in WORN, summary_of(analysis)
    advice = next(i.advice for i in analysis.quality.issues if i.code == blocking[0])
    assert "harness" in advice or "worn" in advice or "pack" in advice or "bags" in advice, advice


def check_small_on_track(analysis: Analysis) -> None:
    """What was seen is phantoms, most of them outside the picture, and never the man, who is about 160 pixels tall.

    Only the pictures, which are not kept, could start the search from near that finds him.
    """
    assert analysis.subject.activity != "standing", summary_of(analysis)
    assert codes(analysis, blocking=True) & {"no_person", "too_small"}, summary_of(analysis)
    assert analysis.measures["pelvic_tilt_deg"] is None, summary_of(analysis)


def check_crossing_woman(analysis: Analysis) -> None:
    """Two strides and a part: used, with an interval wider than the ten strides of a clip so large get."""
    assert analysis.quality.measurable, summary_of(analysis)
    assert analysis.quality.strides + (analysis.gait.part_strides or 0.0) >= 2, summary_of(analysis)
    assert width_of(analysis, "pelvic_tilt_deg") >= 9.3, summary_of(analysis)
    assert "few_strides" in codes(analysis), summary_of(analysis)


def check_silhouette(analysis: Analysis) -> None:
    """In the picture for a part of the clip, and the view turns by 35 degrees."""
    assert (analysis.quality.detected_share or 0.0) >= 0.95, summary_of(analysis)
    views = [part.view_yaw_deg for part in analysis.quality.segments]
    assert len(views) >= 2, summary_of(analysis)
    assert np.ptp(views) >= 10.0, summary_of(analysis)


def check_panned_track(analysis: Analysis) -> None:
    """From the side between 5 s and the end: used, or said."""
    side_on = [p for p in analysis.quality.segments if p.used and p.start_s >= 3.5]
    assert side_on or analysis.quality.measurable, summary_of(analysis)


Check = Callable[[Analysis], None]
ROWS: dict[str, Check] = {
    "cybersloth_treadmill_woman": check_treadmill_woman,
    "movup_treadmill_overlay": check_coach_clip,
    "jeswoods_treadmill_woman": check_loose_tank_top,
    "zzzhushi_treadmill_hoodie": check_hoodie,
    "arham_side_paces": check_six_paces,
    "mhuang_treadmill_shirtless_slow": check_slow_jogger_with_harness,
    "hato_track_small": check_small_on_track,
    "cezara6_crossing_woman": check_crossing_woman,
    "becklabs_silhouette": check_silhouette,
    "betterforerunner_track": check_panned_track,
}
FILMED = ("cybersloth_treadmill_woman", "zzzhushi_treadmill_hoodie", "betterforerunner_track")


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=pytest.mark.slow if name in FILMED else ()) for name in ROWS]
)
def test_answer_on_real_footage_says_what_is_seen(name: str) -> None:
    ROWS[name](real(name))


def test_every_clip_has_its_row() -> None:
    if not CASES.is_dir():
        pytest.skip(f"no clips at {CASES}")
    assert {path.stem for path in CASES.glob("*.mp4")} == {case.name for case in KNOWN}
    assert {path.stem for path in REAL.iterdir() if path.suffix in (".mp4", ".npz")} == set(ROWS)
