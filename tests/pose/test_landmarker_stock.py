"""Landmarkers that are loaded ahead detect what new ones do."""

from __future__ import annotations

from pathlib import Path

from posture.pose.landmarker import Landmarker
from posture.pose.landmarker_stock import LandmarkerStock
from posture.video import sample_frames

SAMPLE = Path(__file__).parents[2] / "samples" / "run_neutral.mp4"


def test_loaded_landmarkers_detect_what_new_ones_do() -> None:
    (frame,) = sample_frames(SAMPLE, 1)
    with LandmarkerStock("lite", 1) as stock:
        # The second is not loaded ahead.
        given = [stock.landmarker(people=1, mirrored=True) for _ in range(2)]
        seen = []
        for landmarker in given:
            with landmarker:
                seen.append(landmarker.detect(frame.rgb)[0].landmarks)
        searched = stock.searcher.detect(frame.rgb)[0].landmarks
    with Landmarker("lite", mirrored=True) as new, Landmarker("lite", mode="image", masks=False) as searcher:
        expected, of_searcher = new.detect(frame.rgb)[0].landmarks, searcher.detect(frame.rgb)[0].landmarks
    assert all((landmarks == expected).all() for landmarks in seen)
    assert (searched == of_searcher).all()
