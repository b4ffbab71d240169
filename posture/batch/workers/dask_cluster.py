"""Worker pool of a Dask cluster: a guarded process for each thread of its workers.

Needs the extra ``cluster``, and this package in the same version on every worker.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from functools import partial
from typing import Any

from distributed import Client, Security, Worker, WorkerPlugin, get_worker
from distributed.comm.addressing import parse_address, parse_host_port
from distributed.comm.registry import get_backend

from posture.batch.model import Job, Outcome
from posture.batch.workers.guarded import ChildPool, Limits
from posture.batch.workers.local import GuardedAnalyser, WorkerPool, default_memory
from posture.errors import OptionError, PostureError, UsageError
from posture.language import gettext as _

CONNECT_S = 20.0
# A lost scheduler is given this long to restart.
RECONNECT_S = 600.0
POLL_S = 2.0
# Clusters grow and shrink: their threads are counted again after this time.
RECOUNT_S = 10.0
# Hides the latency of a distant scheduler.
MIN_WINDOW = 32


class AnalyserPlugin(WorkerPlugin):
    """Guarded processes of a Dask worker while a batch runs; ``memory_bytes`` of 0 leaves that limit to the worker."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.analyser: GuardedAnalyser | None = None

    def setup(self, worker: Worker) -> None:
        """Prepare the analyser; its processes start with the first clips."""
        limits = self.limits
        if not limits.memory_bytes:
            threads = worker.state.nthreads
            whole = worker.memory_manager.memory_limit
            share = int(whole / threads) if whole else default_memory(threads)
            limits = replace(limits, memory_bytes=share)
        self.analyser = GuardedAnalyser(ChildPool(limits))

    def teardown(self, worker: Worker) -> None:  # noqa: ARG002 - as distributed calls it
        """End the processes."""
        if self.analyser is not None:
            self.analyser.children.stop()


def analyse_on_worker(plugin: str, job: Job) -> Outcome:
    """Return the outcome of a job, analysed by the worker's `AnalyserPlugin` of that name."""
    plugins: dict[str, Any] = get_worker().plugins
    outcome: Outcome = plugins[plugin].analyser(job)
    return outcome


class _Connection:
    """Connection to a cluster, renewed after its scheduler restarted."""

    def __init__(self, address: str, limits: Limits) -> None:
        self._address, self._limits = address, limits
        self._name = f"posture-{secrets.token_hex(6)}"
        self._thread_count = (0, 0.0)
        self._client, self._scheduler = self._connect()

    def pool(self) -> WorkerPool:
        executor = self._client.get_executor(pure=False)
        call = partial(analyse_on_worker, self._name)
        return WorkerPool(executor, call, self._threads, self.stop, self._renew, MIN_WINDOW)

    def stop(self) -> None:
        """End the work on all workers, and close the connection."""
        with suppress(Exception):
            self._client.unregister_worker_plugin(self._name)
        with suppress(Exception):
            self._client.close(timeout=POLL_S)

    def _connect(self) -> tuple[Any, str]:
        client: Any = Client(self._address, timeout=CONNECT_S, set_as_default=False)  # type: ignore[no-untyped-call]
        client.register_plugin(AnalyserPlugin(self._limits), name=self._name)
        return client, _identity(client)

    def _threads(self) -> int:
        count, counted_s = self._thread_count
        if time.monotonic() - counted_s > RECOUNT_S:
            with suppress(Exception):
                count = sum(self._client.nthreads().values())
            self._thread_count = (count, time.monotonic())
        return max(1, count)

    def _renew(self) -> WorkerPool | None:
        """Return the pool of a restarted scheduler; None when the old one still runs."""
        with suppress(Exception):
            if self._client.status == "running" and _identity(self._client) == self._scheduler:
                return None
        with suppress(Exception):
            self._client.close(timeout=POLL_S)
        until_s = time.monotonic() + RECONNECT_S
        while True:
            try:
                self._client, self._scheduler = self._connect()
            except (OSError, TimeoutError) as error:
                if time.monotonic() > until_s:
                    raise _no_scheduler(self._address, error) from error
                time.sleep(POLL_S)
            else:
                return self.pool()


@contextmanager
def cluster_pool(address: str, limits: Limits) -> Iterator[WorkerPool]:
    """Yield the pool of the Dask cluster whose scheduler has an address such as ``tcp://10.0.0.5:8786``.

    Raises
    ------
    OptionError
        When the address is malformed, or no scheduler answers.
    """
    _check_address(address)
    try:
        connection = _Connection(address, limits)
    except (OSError, TimeoutError, ValueError) as error:
        raise _no_scheduler(address, error) from error
    try:
        yield connection.pool()
    finally:
        connection.stop()


def _identity(client: Any) -> str:
    async def ask() -> Any:
        return await client.scheduler.identity()

    return str(client.sync(ask, callback_timeout=CONNECT_S)["id"])


def _check_address(address: str) -> None:
    """Refuse a malformed address, on which `Client` would hang and then leave a traceback."""
    try:
        scheme, place = parse_address(address, strict=True)
        _host, port = parse_host_port(place)
        get_backend(scheme)
        is_valid = 0 < port < 2**16
    except (ValueError, TypeError, KeyError):
        is_valid = False
    if not is_valid:
        raise UsageError(
            _("{address} is not the address of a Dask scheduler").format(address=address),
            where="--scheduler",
            advice=_("Use one such as {example}.").format(example="tcp://10.0.0.5:8786"),
        )
    security: Any = Security()  # type: ignore[no-untyped-call]
    if scheme == "tls" and security.get_connection_args("client").get("ssl_context") is None:
        raise OptionError(
            _("{address} needs certificates, but Dask has none").format(address=address),
            where="--scheduler",
            advice=_("Name them in Dask's configuration, under distributed.comm.tls."),
        )


def _no_scheduler(address: str, error: BaseException) -> PostureError:
    return OptionError(
        _("no Dask scheduler answers at {address} ({reason})").format(address=address, reason=type(error).__name__),
        where="--scheduler",
        advice=_("Start one with: dask scheduler"),
    )
