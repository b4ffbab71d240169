"""Reader of the pictures of a clip, for what they show beside the landmarks: cuts, scene, bystanders."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from posture.analysis.observations import ClipObservations
from posture.contour.observation import Observation
from posture.pose.bystanders import BystanderSearch
from posture.pose.jumps import pose_jumps
from posture.pose.landmarker import Landmarker
from posture.scene.sampler import SceneSampler
from posture.types import Array
from posture.video import Frame
from posture.video.cuts import Thumbnail, find_cuts, thumbnail


class PictureReader:
    """Reads the frames of a clip, or of a share of it, in order; a context manager.

    Frames and sightings may be smaller than the clip's: what `complete` returns is in the clip's pixels.

    Parameters
    ----------
    share
        Part of the clip that is read, 0..1.
    searcher
        As in `BystanderSearch`.

    Attributes
    ----------
    thumbnails
        Small copies of the frames.
    """

    def __init__(self, share: float = 1.0, searcher: Landmarker | None = None) -> None:
        self.thumbnails: list[Thumbnail] = []
        self._scene = SceneSampler(share)
        self._search = BystanderSearch(searcher)

    def __enter__(self) -> PictureReader:
        """Load the model of the search for bystanders."""
        self._search.__enter__()
        return self

    def __exit__(self, *error: object) -> None:
        """Free the model."""
        self._search.__exit__(*error)

    def add(self, frame: Frame, sightings: list[Observation]) -> None:
        """Read a frame in which these people are followed."""
        followed = [person.landmarks for person in sightings]
        self.thumbnails.append(thumbnail(frame.rgb))
        self._scene.add(frame.index, frame.rgb, followed)
        self._search.add(frame.index, frame.time_s, frame.rgb, followed)

    def append(self, later: PictureReader) -> None:
        """Add what was read from the frames that follow these."""
        offset = len(self.thumbnails)
        self.thumbnails += later.thumbnails
        self._scene.append(later._scene, offset)
        self._search.append(later._search, offset)

    def complete(self, observations: ClipObservations, reduction: Array | float = 1.0) -> ClipObservations:
        """Return the observations of the clip with what its pictures show.

        Parameters
        ----------
        reduction : scalar, or shape (2,)
            Pixels of the clip for one of the frames that were read, x and y.
        """
        beside, scene = self._search.bystanders(), self._scene.samples()
        if beside is not None:
            beside = replace(beside, landmarks=beside.landmarks * reduction)
        if scene is not None:
            scene = replace(scene, scale=scene.scale / float(np.mean(reduction)))
        jumps = pose_jumps(observations.landmarks, () if beside is None else beside.frames.tolist())
        cuts = find_cuts(self.thumbnails, jumps.possible, jumps.certain)
        # Where frames were left out, the picture differs anyway.
        cuts = np.setdiff1d(cuts, observations.gaps)
        return replace(observations, cuts=cuts, scene=scene, bystanders=beside)
