"""The process of a page's session.

It decodes pictures from outside, and its models need memory: neither stays in the server.
"""

from __future__ import annotations

import multiprocessing
import signal
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess

from posture.app.live_messages import PageSession
from posture.language import use_language


def start_session(wanted: PageSession) -> tuple[SpawnProcess, Connection]:
    """Start the process, and return it with the connection to it, which ends with it."""
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe()
    # Not daemonic: the session has a process of its own for the estimates.
    process = context.Process(target=_run, args=(there, wanted), name="posture-live")
    process.start()
    there.close()
    return process, here


def _run(connection: Connection, wanted: PageSession) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # Not in the server, which needs none of it.
    from posture.app.live_child import PageLink

    with use_language(wanted.lang):
        PageLink(connection, wanted).run()
