"""Limits of `posture.comparison.same_person`: fitted on the calibration half, counted on the test half.

Build: the stand and the run of each stored person, and all pairs of a stand and another person's run. Colours: the
stored clips with nuisances, one person each; a person's stand is not among them, so both halves of a clip stand for it.
It prints; the numbers are in `posture.comparison.same_person` and `posture.thresholds`.
"""

from __future__ import annotations

import math
from dataclasses import replace
from itertools import combinations

import numpy as np

from posture.analysis.observations import ClipObservations, track_people
from posture.comparison.same_person import RUN_MINUS_STAND
from posture.gait.build import build_of
from posture.gait.runner_choice import choose
from posture.pose.appearance import mean_colours
from posture.thresholds import SAME_PERSON
from posture.types import Array
from validation.nuisances import store as nuisances
from validation.population.replay import tracked_person
from validation.population.store import Half, load

# Share of people who are not doubted by their build.
COVERAGE = 0.98
MIN_FRAMES = 20


def builds(half: Half) -> tuple[Array, Array]:
    """Return the logarithms of the ratios of each person standing and running, shape (people, 3) each."""
    stands, runs = [], []
    for person in load(half=half):
        takes = [person.takes[name] for name in ("stand", "run")]
        if min(len(take.time_s) for take in takes) > MIN_FRAMES:
            stand, run = (build_of(tracked_person(take)) for take in takes)
            if stand and run:
                stands.append([math.log(stand[name]) for name in RUN_MINUS_STAND])
                runs.append([math.log(run[name]) for name in RUN_MINUS_STAND])
    return np.array(stands), np.array(runs)


def deviations(stands: Array, runs: Array, shift: Array, sd: Array) -> Array:
    """Return how much each stand (rows) deviates from each run (columns), shape (people, people)."""
    return np.asarray((((runs[None] - stands[:, None] - shift) / sd) ** 2).sum(axis=2))


def colours(observations: ClipObservations) -> Array | None:
    """Return the mean colours of trunk and thighs of the measured person, shape (2, 3); None without a person."""
    people = track_people(observations)
    appearance = choose(people, "largest").runner.appearance if people else None
    return None if appearance is None else mean_colours(appearance)


def parts(observations: ClipObservations) -> list[ClipObservations]:
    """Return both halves of a clip."""
    middle = len(observations.sightings) // 2
    whole = replace(observations, cuts=np.zeros(0, dtype=np.intp), scene=None)
    return [
        replace(whole, times_s=whole.times_s[part], sightings=whole.sightings[part])
        for part in (slice(0, middle), slice(middle, None))
    ]


def distance(one: Array | None, other: Array | None) -> float:
    """Return the larger difference of trunk and thighs, levels; NaN where neither is known in both."""
    if one is None or other is None:
        return math.nan
    apart = np.linalg.norm(one - other, axis=1)
    return float(np.nanmax(apart)) if np.isfinite(apart).any() else math.nan


def report_build() -> None:
    """Fit the build's model and limit on the calibration half, and print what they do in the test half."""
    stands, runs = builds("calibration")
    shift, sd = (runs - stands).mean(axis=0), (runs - stands).std(axis=0, ddof=1)
    own = np.sort(np.diag(deviations(stands, runs, shift, sd)))
    limit = own[min(math.ceil(COVERAGE * (len(own) + 1)), len(own)) - 1]
    print(f"  build: shift {shift.round(3)}, sd {sd.round(3)}, limit {limit:.1f} ({len(own)} people)")
    shipped = np.array(list(RUN_MINUS_STAND.values()))
    apart = deviations(*builds("test"), shipped[:, 0], shipped[:, 1]) > SAME_PERSON.build_deviation
    others = apart[~np.eye(len(apart), dtype=bool)]
    print(f"  test: doubted {np.diag(apart).sum()} of {len(apart)}, of other people {100 * others.mean():.1f} %")


def report_colours(half: Half) -> None:
    """Print how far the colours differ within a clip, and between clips of other people."""
    clips = [clip.observations for clip in nuisances.load(half=half) if clip.truth is not None]
    # Where others pass, half a clip may be taken for theirs.
    alone = [clip for clip in clips if clip.bystanders is None]
    own = np.array([distance(*map(colours, parts(clip))) for clip in alone])
    others = np.array([distance(a, b) for a, b in combinations(map(colours, clips), 2)])
    known = others[np.isfinite(others)]
    share = 100 * np.mean(known > SAME_PERSON.colour_levels)
    print(f"  colours, {half}: at most {np.nanmax(own):.1f} between the halves of {np.isfinite(own).sum()} clips,")
    print(f"    above the limit in {share:.1f} % of {len(known)} pairs of other people")


def main() -> None:
    """Print all."""
    report_build()
    report_colours("calibration")
    report_colours("test")


if __name__ == "__main__":
    main()
