"""A bus and a store for one command's own use, in a home where nothing else runs.

They go down with the command, also when it is killed. Knows nothing of what the command does with them.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from soundings import bus_watch, leftovers
from soundings.cli import load
from soundings.settings import Settings
from soundings.supervisor import Supervisor

STORE = "store.endpoint:opened"


@contextmanager
def started(settings: Settings, lock: int, say: Callable[[str], None]) -> Iterator[Settings]:
    """The settings with the addresses of both filled in. What the settings name as running elsewhere is not started.

    `lock`: the lock of the home, which is held as long as what is started here may live.
    """
    supervisor = Supervisor(settings.logs.resolve(), dict(os.environ), say, lock, leftovers.claims(settings))
    try:
        if not settings.nats_url:
            prepared, watch = bus_watch.start(supervisor, settings, say)
            watch.close()  # nobody would tick it: a bus that takes nothing is told by the command itself
            settings = settings.model_copy(update={"nats_url": prepared.url, "nats_token_file": prepared.token_file})
        with load(STORE)(settings):
            yield settings
    finally:
        supervisor.stop()
