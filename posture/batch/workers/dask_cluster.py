"""Work on an existing Dask cluster: the same jobs in the same guarded processes, one for each thread of its workers.

Needs the extra ``cluster``, and this package in the same version on every worker.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
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
# A scheduler that is restarted is waited for so long.
RECONNECT_S = 600.0
LOOK_S = 2.0
# Clusters grow and shrink.
RECOUNT_S = 10.0
# So that a distant scheduler does not keep workers waiting.
MIN_WINDOW = 32


class AnalyserPlugin(WorkerPlugin):
    """What a Dask worker has while a batch runs: guarded processes.

    Parameters
    ----------
    limits : Limits
        For each clip; ``memory_bytes`` of 0 leaves it to the worker.
    """

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.analyst: GuardedAnalyser | None = None

    def setup(self, worker: Worker) -> None:
        """Be ready when the worker starts; processes are begun when clips come."""
        limits = self.limits
        if not limits.memory_bytes:
            threads = worker.state.nthreads
            whole = worker.memory_manager.memory_limit
            share = int(whole / threads) if whole else default_memory(threads)
            limits = replace(limits, memory_bytes=share)
        self.analyst = GuardedAnalyser(ChildPool(limits))

    def teardown(self, worker: Worker) -> None:  # noqa: ARG002 - as distributed calls it
        """End the processes when the worker or the batch ends."""
        if self.analyst is not None:
            self.analyst.children.stop()


@dataclass(frozen=True)
class AnalyseOnWorker:
    """What is called on a worker.

    Attributes
    ----------
    plugin : str
        Name of the worker's `Analysts`.
    """

    plugin: str

    def __call__(self, job: Job) -> Outcome:
        """Return what became of a job."""
        plugins: dict[str, Any] = get_worker().plugins
        outcome: Outcome = plugins[self.plugin].analyst(job)
        return outcome


class _Connection:
    """The way to a cluster; made anew after its scheduler was restarted."""

    def __init__(self, address: str, limits: Limits) -> None:
        self._address, self._limits = address, limits
        self._name = f"posture-{secrets.token_hex(6)}"
        self._counted = (0, 0.0)
        self._client, self._scheduler = self._connected()

    def crew(self) -> WorkerPool:
        executor = self._client.get_executor(pure=False)
        return WorkerPool(
            executor, AnalyseOnWorker(self._name), self._threads, self.stop, self._renewed, MIN_WINDOW
        )

    def stop(self) -> None:
        """End the work on all workers, and the connection."""
        with suppress(Exception):
            self._client.unregister_worker_plugin(self._name)
        with suppress(Exception):
            self._client.close(timeout=LOOK_S)

    def _connected(self) -> tuple[Any, str]:
        client: Any = Client(self._address, timeout=CONNECT_S, set_as_default=False)  # type: ignore[no-untyped-call]
        client.register_plugin(AnalyserPlugin(self._limits), name=self._name)
        return client, _identity(client)

    def _threads(self) -> int:
        many, at_s = self._counted
        if time.monotonic() - at_s > RECOUNT_S:
            with suppress(Exception):
                many = sum(self._client.nthreads().values())
            self._counted = (many, time.monotonic())
        return max(1, many)

    def _renewed(self) -> WorkerPool | None:
        """Return the crew of a scheduler that was restarted; None when it is the same one."""
        with suppress(Exception):
            if self._client.status == "running" and _identity(self._client) == self._scheduler:
                return None
        with suppress(Exception):
            self._client.close(timeout=LOOK_S)
        until_s = time.monotonic() + RECONNECT_S
        while True:
            try:
                self._client, self._scheduler = self._connected()
            except (OSError, TimeoutError) as error:
                if time.monotonic() > until_s:
                    raise _no_scheduler(self._address, error) from error
                time.sleep(LOOK_S)
            else:
                return self.crew()


@contextmanager
def cluster_pool(address: str, limits: Limits) -> Iterator[WorkerPool]:
    """Give the workers of a Dask cluster.

    Parameters
    ----------
    address : str
        Of its scheduler, such as ``tcp://10.0.0.5:8786``.
    limits : Limits
        For each clip.

    Raises
    ------
    OptionError
        When the address is none, or no scheduler answers.
    """
    _check_address(address)
    try:
        link = _Connection(address, limits)
    except (OSError, TimeoutError, ValueError) as error:
        raise _no_scheduler(address, error) from error
    try:
        yield link.crew()
    finally:
        link.stop()


def _identity(client: Any) -> str:
    async def ask() -> Any:
        return await client.scheduler.identity()

    return str(client.sync(ask, callback_timeout=CONNECT_S)["id"])


def _check_address(address: str) -> None:
    """Refuse what is no address; `Client` would hang on it for a while, and leave a traceback."""
    try:
        scheme, place = parse_address(address, strict=True)
        _host, port = parse_host_port(place)
        get_backend(scheme)
        usable = 0 < port < 2**16
    except (ValueError, TypeError, KeyError):
        usable = False
    if not usable:
        raise UsageError(
            _("{address} is no address of a Dask scheduler").format(address=address),
            where="--scheduler",
            advice=_("Use one such as {example}.").format(example="tcp://10.0.0.5:8786"),
        )
    known: Any = Security()  # type: ignore[no-untyped-call]
    if scheme == "tls" and known.get_connection_args("client").get("ssl_context") is None:
        raise OptionError(
            _("{address} needs certificates, and Dask knows of none").format(address=address),
            where="--scheduler",
            advice=_("Name them in Dask's configuration, under distributed.comm.tls."),
        )


def _no_scheduler(address: str, error: BaseException) -> PostureError:
    return OptionError(
        _("no Dask scheduler answers at {address} ({reason})").format(
            address=address, reason=type(error).__name__
        ),
        where="--scheduler",
        advice=_("Start one with: dask scheduler"),
    )
