"""Worker pools: processes of this machine, or the workers of a Dask cluster."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace

from posture.batch.workers.guarded import Limits
from posture.batch.workers.local import WorkerPool, default_memory, local_pool
from posture.export.table import needed
from posture.runtime import usable_cores


def make_worker_pool(
    scheduler: str | None,
    *,
    workers: int | None,
    limits: Limits,
    on_start: Callable[[str], None] | None = None,
) -> AbstractContextManager[WorkerPool]:
    """Return the workers of this machine or of a cluster.

    Parameters
    ----------
    scheduler
        Address of a Dask scheduler; None for this machine.
    workers
        Number of clips analysed at a time on this machine; by default one for each core.
    limits
        Limits of each clip; each machine sets its own for ``memory_bytes`` of 0.
    on_start
        Called with the name of each clip whose analysis starts on this machine, from any thread.
    """
    if scheduler is not None:
        with needed("distributed", option="--scheduler", extra="cluster"):
            from posture.batch.workers.dask_cluster import cluster_pool
        return cluster_pool(scheduler, limits)
    count = workers or usable_cores()
    memory = limits.memory_bytes or default_memory(count)
    return local_pool(count, replace(limits, memory_bytes=memory), on_start)
