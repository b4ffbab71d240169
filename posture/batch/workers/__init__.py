"""Worker pools: processes of this machine, or the workers of a Dask cluster."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace

from posture.batch.workers.guarded import Limits
from posture.batch.workers.local import WorkerPool, default_memory, default_workers, local_pool
from posture.export.table import needed


def limits_of(minutes: float, gigabytes: float | None) -> Limits:
    """Return the limits for each clip; ``memory_bytes`` is 0 where the machine that works is to say."""
    return Limits(60.0 * minutes, 0 if gigabytes is None else int(gigabytes * 2**30))


def make_worker_pool(
    scheduler: str | None,
    *,
    workers: int | None,
    limits: Limits,
    begun: Callable[[str], None] | None = None,
) -> AbstractContextManager[WorkerPool]:
    """Return the workers of this machine or of a cluster.

    Parameters
    ----------
    scheduler : str or None
        Address of a Dask scheduler; None for this machine.
    workers : int or None
        How many clips at the same time on this machine; its cores by default.
    limits : Limits
    begun : callable, optional
        Called with the name of each clip that is begun on this machine, from any thread.
    """
    if scheduler is not None:
        with needed("distributed", option="--scheduler", extra="cluster"):
            from posture.batch.workers.dask_cluster import cluster_pool
        return cluster_pool(scheduler, limits)
    many = workers or default_workers()
    memory = limits.memory_bytes or default_memory(many)
    return local_pool(many, replace(limits, memory_bytes=memory), begun)
