"""What is called where a clip is analysed; whoever only hands jobs out does not load what an analysis needs."""

from __future__ import annotations

from posture.batch.model import Job, Outcome


def perform(job: Job) -> Outcome:
    """Return what became of a job; see `posture.batch.analyse_clip.perform`."""
    from posture.batch import analyse_clip

    return analyse_clip.perform(job)
