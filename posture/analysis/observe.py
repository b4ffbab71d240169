"""Detect and track the people of a clip, keeping landmarks and mask edges only.

Frames are read and go through the landmarker in one or more passes; nothing is measured yet.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, replace
from functools import partial
from itertools import cycle

import numpy as np

from posture.analysis.clip_pass import LONG_CLIP_S, ClipRequest, at_same_time, read_clip
from posture.analysis.observations import ClipObservations, track_people
from posture.analysis.preview import MAX_PEOPLE, Preview, faces_left, preview, tallest_people
from posture.gait.runner_choice import TrackedPerson
from posture.gait.strides import FEW_STRIDES
from posture.pose.landmarker import Landmarker
from posture.pose.landmarker_stock import LandmarkerStock
from posture.pose.roi import RoiLandmarker, count_people, initial_state, search_tiles
from posture.pose.tracking import may_mix_people
from posture.thresholds import IDENTITY, REMARKS
from posture.types import Progress
from posture.video import open_video, sample_frames, sha256_of

# The preview counts the people, since the landmarker takes longer the more of them it looks for.
PREVIEW_FRAMES = 6
# A landmarker that looks for more people than there are searches every frame from the start, and more often loses those
# it has (a real clip with two walkers: one is followed in 109 frames of 230 instead of 88).
PEOPLE_OF_SECOND_PASS = 2
# Where the preview shows everybody turned further out of the side view than this, degrees, a part of so many seconds in
# the middle decides whether the clip is read at all. Arms and shoulders of runners from the side turn single pictures
# by up to 35 degrees; people from the front or behind show 59 to 90.
CLEARLY_OBLIQUE_DEG, MIDDLE_S = 50.0, 1.2
# Where the preview shows nobody, a frame in so many seconds is looked at before all are read: a runner who runs through
# the picture in two seconds is in five of them. A detection of half the confidence that a pass asks for is enough to
# read all frames. Of longer clips, only parts are read anyway.
LOOK_S, LOOK_CONFIDENCE = 0.4, 0.25
# Below this share of frames, or with too few strides in a clip in which the runner is not detected throughout, run the
# ROI detector as a second pass. All of 17 rendered runners who cross a wide picture, or are small in a panned one, and
# who were detected in 53 to 90 % of the frames, for at most four strides, are then detected in every frame.
MIN_DETECTED_SHARE, FULLY_DETECTED_SHARE = 0.5, 0.98
# A landmarker that changes over to another person loses the first for at most so long, seconds.
CHANGE_OVER_S = 0.5
# A clip of a runner who crosses the picture is short and often has a single key frame: the ROI search takes any frames.
ROI_SEARCH_FRAMES = 8


def observe_clip(
    clip: ClipRequest, person: str = "largest", progress: Progress | None = None
) -> tuple[ClipObservations, list[TrackedPerson]]:
    """Observe a clip, in further passes where the first does not explain what is seen.

    The passes: a preview of a few frames; all frames, following as many people as the preview shows, of a long clip
    first only parts; where the runner is rarely detected, a region of interest around one person; where following one
    person may have missed the runner, all frames with two people.

    Parameters
    ----------
    person
        ``largest`` or a number, as the user chose.
    progress
        Called after every frame; begins at 1 again for a further pass.

    Returns
    -------
    observations : ClipObservations
    people : list of TrackedPerson
        Empty when nobody was detected.
    """
    # A clip of one section wants one landmarker, and others are soon loaded.
    with LandmarkerStock(clip.model, at_same_time(clip.landmarkers)) as stock:
        best = _best_pass(clip, person in ("largest", "1"), progress, stock)
    return replace(best.observations, sha256=sha256_of(clip.path)), best.people


@dataclass(frozen=True)
class _Pass:
    """One pass over the clip, and the people who were tracked in it."""

    observations: ClipObservations
    people: list[TrackedPerson]

    @property
    def best(self) -> TrackedPerson | None:
        """The person who moves most like a runner."""
        return max(self.people, key=lambda person: person.score, default=None)

    @property
    def share(self) -> float:
        """Share of frames in which the best person was detected or is covered by another."""
        return 0.0 if self.best is None else len(self.best.sighted) / len(self.observations.times_s)

    @property
    def moves(self) -> bool:
        """Whether the best person runs or walks."""
        return self.best is not None and self.best.activity in ("running", "walking")

    @property
    def score(self) -> float:
        """Score of the best person."""
        return 0.0 if self.best is None else self.best.score


def _best_pass(clip: ClipRequest, one: bool, progress: Progress | None, stock: LandmarkerStock) -> _Pass:
    """Run the passes that are needed; ``one``: only one person is wanted, whoever it is."""
    seen = _look(clip)
    people, mirrored = seen.people if one else MAX_PEOPLE, seen.mirrored
    clip = replace(clip, rotate=clip.rotate or seen.turn_deg, body_px=seen.least_height_px)
    if seen.least_yaw_deg is not None and seen.least_yaw_deg > CLEARLY_OBLIQUE_DEG:
        middle = _middle_pass(clip, seen, stock)
        if middle is not None:
            return middle
    empty = _looks(clip, stock) if seen.least_height_px is None else None

    def read(clip: ClipRequest) -> _Pass:
        landmarker = partial(stock.landmarker, people=people, mirrored=mirrored)
        return _pass(read_clip(clip, landmarker, progress, landmarkers=clip.landmarkers, searcher=stock.searcher))

    first = empty or read(clip)
    if _may_stride_between(first):
        clip = replace(clip, whole=True)
        first = read(clip)
    if people == 1 and _changes_over(first):
        return _second_pass(clip, first, progress, mirrored=mirrored)
    if one and _rarely_detected(first):
        near = _roi_pass(clip, progress)
        if near is not None and near.score > first.score:
            return near
    if people == 1 and _may_have_missed_runner(first):
        return _second_pass(clip, first, progress, mirrored=mirrored)
    return first


def _middle_pass(clip: ClipRequest, seen: Preview, stock: LandmarkerStock) -> _Pass | None:
    """Read a second in the middle of a clip whose preview shows nobody from the side; None when it shows one there."""
    with open_video(clip.path, **clip.how_to_open) as video:
        if video.length_s is None or video.length_s < 2 * MIDDLE_S:
            return None
        start_s = video.start_s + 0.5 * (video.length_s - MIDDLE_S)
    middle = replace(clip, start=start_s, end=start_s + MIDDLE_S)
    landmarker = partial(stock.landmarker, people=seen.people, mirrored=seen.mirrored)
    there = _pass(read_clip(middle, landmarker, searcher=stock.searcher))
    if there.people and all(abs(person.view.yaw_deg) > CLEARLY_OBLIQUE_DEG for person in there.people):
        return there
    return None


def _looks(clip: ClipRequest, stock: LandmarkerStock) -> _Pass | None:
    """Look at frames spread over a clip whose preview shows nobody; None when one of them shows a person."""
    with open_video(clip.path, **clip.how_to_open) as video:
        if video.info.fps is None or video.length_s is None or video.length_s > LONG_CLIP_S:
            return None
    landmarker = partial(Landmarker, "lite", mode="image", masks=False, confidence=LOOK_CONFIDENCE)
    seen = read_clip(replace(clip, look_s=LOOK_S), landmarker, at_once=True, searcher=stock.searcher)
    return None if any(seen.sightings) else _pass(seen)


def _second_pass(clip: ClipRequest, first: _Pass, progress: Progress | None, *, mirrored: bool) -> _Pass:
    """Look for two people, and return the more complete pass."""
    # The key frames may have shown a bystander: the person who moves most like a runner decides the mirroring.
    if first.best is not None:
        mirrored = first.best.view.facing == "left"
    two = read_clip(
        clip,
        partial(Landmarker, clip.model, people=PEOPLE_OF_SECOND_PASS, mirrored=mirrored),
        progress,
        landmarkers=clip.landmarkers,
    )
    return _more_complete_pass(first, _pass(two))


def _roi_pass(clip: ClipRequest, progress: Progress | None) -> _Pass | None:
    """Follow one person through a window that moves with them; None when the search detects nobody."""
    frames = sample_frames(clip.path, ROI_SEARCH_FRAMES, **clip.how_to_open)
    count = at_same_time(clip.landmarkers)
    with ExitStack() as stack, ThreadPoolExecutor(count) as pool:
        landmarkers = [stack.enter_context(Landmarker(clip.model, mode="image", masks=False)) for _ in range(count)]
        detections = list(pool.map(search_tiles, cycle(landmarkers), [frame.rgb for frame in frames]))
    tallest = tallest_people(detections)
    if not len(tallest):
        return None
    people, moving = count_people([[initial_state(p.landmarks) for p in frame] for frame in detections])
    states = [initial_state(landmarks) for landmarks in tallest]
    start = replace(states[0], height=float(np.median([state.height for state in states])))
    # The window follows one person from the beginning on.
    new_landmarker = partial(RoiLandmarker, start, clip.model, mirrored=faces_left(tallest))
    seen = read_clip(replace(clip, body_px=None), new_landmarker, progress, at_once=True)
    return _pass(replace(seen, others=people - 1, rivals=max(moving - 1, 0)))


def _pass(observations: ClipObservations) -> _Pass:
    return _Pass(observations, track_people(observations))


def _look(clip: ClipRequest) -> Preview:
    """Return what a few key frames show."""
    frames = sample_frames(clip.path, PREVIEW_FRAMES, key_frames_only=True, **clip.how_to_open)
    return preview([frame.rgb for frame in frames], clip.model, may_turn=clip.rotate is None)


def _rarely_detected(first: _Pass) -> bool:
    """Return whether nobody is there for long, or for too few strides and not all of the time."""
    best = first.best
    if best is None or first.share < MIN_DETECTED_SHARE:
        return True
    # A window follows one person only, and would change over to another who covers that one.
    few = best.activity != "standing" and len(best.strides) < FEW_STRIDES and not best.overlapped.size
    return few and first.share < FULLY_DETECTED_SHARE


def _may_stride_between(first: _Pass) -> bool:
    """Return whether few strides lie in the parts of a long clip that were read: in slow motion, or of a short run."""
    best = first.best
    if best is None or not len(first.observations.gaps) or best.activity == "standing":
        return False
    return len(best.strides) < REMARKS.good_strides and abs(best.view.yaw_deg) <= CLEARLY_OBLIQUE_DEG


def _changes_over(first: _Pass) -> bool:
    """Return whether the landmarker seems to change over from one person to another."""
    seen = first.observations
    return may_mix_people(
        seen.landmarks, seen.times_s, seen.clues, max_gap_s=CHANGE_OVER_S, min_frames=IDENTITY.min_frames
    )


def _may_have_missed_runner(first: _Pass) -> bool:
    """Return whether the landmarker, which stays with whom it met first, may have missed the runner."""
    seen = first.observations
    mixed = may_mix_people(seen.landmarks, seen.times_s, seen.clues)
    return mixed or any(p.activity not in ("running", "walking") for p in first.people)


def _more_complete_pass(one: _Pass, two: _Pass) -> _Pass:
    """Choose between a pass that follows one person and one that follows two, which loses people more often."""
    if two.moves > one.moves or len(two.people) > 1:
        return two
    return two if two.moves == one.moves and two.share >= one.share else one
