"""Overhead of a batch: 100,000 clips with a stand-in for the analysis, dispatched for real.

    python tests/bench/bench_batch.py [CLIPS] [--dask]

Prints the rate and how much memory the handing-out side takes; fails above 1 GB. With ``--dask`` a LocalCluster of two
processes takes the calls.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import psutil

from posture.batch.dispatch import run_jobs
from posture.batch.model import BatchOptions, ClipFile, Job, Outcome, SummaryRow
from posture.batch.naming import assign_runners
from posture.batch.schedule import Schedule
from posture.batch.storage.disk import LocalStorage
from posture.batch.summary.table import summary_table
from posture.batch.workers.local import WorkerPool

MOST_BYTES = 1_000_000_000


def stand_in(job: Job) -> Outcome:
    """Return a row as large as a real one."""
    return Outcome(
        SummaryRow(
            job.clip.name,
            job.clip.folder,
            "analysed",
            label="borderline",
            activity="running",
            pelvic_tilt_deg=30.0,
            pelvic_tilt_low_deg=27.0,
            pelvic_tilt_high_deg=33.0,
            lumbar_arch_deg=40.0,
            lumbar_arch_low_deg=35.0,
            lumbar_arch_high_deg=45.0,
            sha256="0" * 64,
            issues="roll_assumed",
        )
    )


@contextmanager
def worker_pool(dask: bool) -> Iterator[WorkerPool]:
    """Yield the worker pool."""
    if not dask:
        with ThreadPoolExecutor(2) as pool:
            yield WorkerPool(pool, stand_in, lambda: 2, lambda: None, lambda: None)
        return
    from distributed import Client, LocalCluster

    from posture.batch.workers.dask_cluster import MIN_WINDOW

    with (
        LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster,
        Client(cluster) as client,
    ):
        yield WorkerPool(client.get_executor(pure=False), stand_in, lambda: 2, lambda: None, lambda: None, MIN_WINDOW)


def main(count: int, *, dask: bool) -> int:
    """Run, print, and return the exit code."""
    own, most = psutil.Process(), 0
    with tempfile.TemporaryDirectory() as folder, worker_pool(dask) as workers:
        found = [
            ClipFile(f"runner{n % 500}/2026-{n // 500}/run{n}.mp4", f"/clips/run{n}.mp4", "x", n) for n in range(count)
        ]
        begun = time.monotonic()
        schedule = Schedule(assign_runners(found), options=BatchOptions(), storage=LocalStorage(folder), out=folder)
        rows: dict[str, SummaryRow] = {}
        for outcome in run_jobs(schedule, workers):
            assert outcome.row.clip not in rows
            rows[outcome.row.clip] = outcome.row
            if len(rows) % 5000 == 0:
                most = max(most, own.memory_info().rss)
                print(
                    f"{len(rows)} after {time.monotonic() - begun:.0f} s, {most / 1e6:.0f} MB",
                    file=sys.stderr,
                )
        took = time.monotonic() - begun
        Path(folder, "summary.csv").write_text(summary_table(list(rows.values())).to_csv(), encoding="utf-8")
        most = max(most, own.memory_info().rss)
    assert len(rows) == count
    print(f"{count} clips in {took:.0f} s: {count / took:.0f} a second, {most / 1e6:.0f} MB at most")
    return 0 if most < MOST_BYTES else 1


if __name__ == "__main__":
    numbers = [int(one) for one in sys.argv[1:] if one.isdigit()]
    sys.exit(main(numbers[0] if numbers else 100_000, dask="--dask" in sys.argv))
