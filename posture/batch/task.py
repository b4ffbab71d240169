"""What is called where a clip is analysed; whoever only hands jobs out does not load what an analysis needs."""

from __future__ import annotations

from posture.batch.jobs import Job, Outcome


def perform(job: Job) -> Outcome:
    """Return what became of a job; see `posture.batch.work.perform`."""
    from posture.batch import work

    return work.perform(job)
