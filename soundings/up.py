"""`soundings up`: the whole service on this machine. Each stage is a process of its own; the page is where it says.

Owns the note `run/up.json`. Knows nothing of what the stages do.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import signal
import sys
import time
from collections.abc import Callable, Sequence
from types import FrameType

from soundings import bus_watch, council, embedded, home, leftovers, runtime, systemd
from soundings import settings as settings_module
from soundings.cli import STAGES
from soundings.cli import load as load_function
from soundings.daily import DailyBackup
from soundings.errors import BadInput, SoundingsError
from soundings.files import write_private
from soundings.settings import Settings
from soundings.supervisor import Child, Supervisor


def main(arguments: Sequence[str]) -> int:
    """Run until Ctrl-C."""
    parser = argparse.ArgumentParser(prog="soundings up", description="Run the whole service on this machine.")
    parser.add_argument("--port", type=int, default=None, help="port of the page (default: 8501, or a free one)")
    parser.add_argument("--print-systemd", action="store_true", help="print a unit for a machine that reboots")
    options = parser.parse_args(arguments)
    settings = settings_module.load()
    if options.print_systemd:
        sys.stdout.write(systemd.unit(settings))
        return 0
    return run(settings, options.port)


def say(line: str) -> None:
    """One line for whoever started it. That nobody reads it any more is no reason to stop."""
    with contextlib.suppress(OSError):
        sys.stderr.write(line + "\n")
        sys.stderr.flush()


def run(settings: Settings, port: int | None = None, prepare: Callable[[Settings], None] | None = None) -> int:
    """Start everything, keep it running, and take it down at SIGINT, SIGTERM or SIGHUP.

    `prepare` is called once the home folder is ours alone.
    """
    lock = home.hold(settings, say)
    if prepare:
        prepare(settings)
    council_file = council.load(settings.council_path)
    _ = council_file.gazetteer  # a damaged one is said here and now, not by a stage that stops
    if "reader" in council_file.tables:
        load_function("nlp.models.opening:lacking")(council_file, settings)
    if council_file.path is None:
        say(
            f"There is no council file at {settings.council_path}: write one with `soundings init`. "
            "Going on without: files can be imported, and nothing is known of your places and accounts."
        )
    say(f"Starting Soundings for {council_file.council.name} in {settings.home.resolve()}.")
    service = _Service(settings, lock, _page_port(settings, port), real=not council_file.council.invented)
    for name in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(name, service.end)
    try:
        service.start()
        service.keep()
    finally:
        service.stop()
        os.close(lock)
    return 0


def _page_port(settings: Settings, wanted: int | None) -> int:
    address = settings.page_address
    if wanted is not None:
        return embedded.free_port(wanted, address)
    try:
        return embedded.free_port(settings.page_port, address)
    except SoundingsError:
        say(f"Port {settings.page_port} is taken by another program: the page takes a free one. Fix one with `--port`.")
        return embedded.free_port(0, address)


class _Service:
    def __init__(self, settings: Settings, lock: int, port: int, *, real: bool) -> None:
        self._settings, self._port = settings, port
        # 0.0.0.0 listens everywhere, and no browser can open it
        self._host = "127.0.0.1" if settings.page_address == "0.0.0.0" else settings.page_address  # noqa: S104
        self._page, self._page_shown = f"http://{self._host}:{port}", False
        self._nats_url, self._nats_token = settings.nats_url, settings.nats_token_file
        self._watch: bus_watch.BusWatch | None = None
        self._ending = False
        self._supervisor = Supervisor(
            settings.logs.resolve(), self._environment(), say, lock, leftovers.claims(settings)
        )
        self._daily = DailyBackup(settings, self._supervisor, say) if real and settings.backups_kept else None

    def _environment(self) -> dict[str, str]:
        home = self._settings.home.resolve()
        given = {"HOME": home, "PAGE_PORT": self._port, "NATS_URL": self._nats_url, "NATS_TOKEN_FILE": self._nats_token}
        ours = {f"SOUNDINGS_{name}": str(value) for name, value in given.items() if value}
        return {**os.environ, "SOUNDINGS_COUNCIL": str(self._settings.council_path.resolve()), **ours}

    def end(self, _signal: int, _frame: FrameType | None) -> None:
        """Signal handler."""
        self._ending = True

    def start(self) -> None:
        if not self._nats_url:
            self._start_bus()
        self._supervisor.environment = self._environment()
        for name in reversed(STAGES):  # who listens starts before who speaks
            self._supervisor.add(name, [sys.executable, "-m", "soundings", "run", name])

    def _start_bus(self) -> None:
        prepared, self._watch = bus_watch.start(self._supervisor, self._settings, say)
        self._nats_url, self._nats_token = prepared.url, prepared.token_file

    def keep(self) -> None:
        unsaved = True
        while not self._ending:
            if self._daily:
                self._daily.tend()
            changed = (self._supervisor.tend(), self._watch and self._watch.tick())
            if unsaved := unsaved or any(changed):
                with contextlib.suppress(OSError, BadInput):  # a full disk takes nothing down: noted once there is room
                    self._write_note()
                    unsaved = False
            if not self._page_shown and embedded.listens(self._host, self._port):
                self._page_shown = True
                say(f"Soundings runs. Open {self._page} in a browser. Stop it with Ctrl-C.")
            time.sleep(0.1)

    def stop(self) -> None:
        say("Stopping.")
        if self._watch:
            self._watch.close()
        self._supervisor.stop()
        runtime.note_path(self._settings).unlink(missing_ok=True)

    def _write_note(self) -> None:
        children: list[Child] = self._supervisor.children
        note = {
            "pid": os.getpid(),
            "page": self._page,
            "nats_url": self._nats_url,
            "nats_token_file": str(self._nats_token or ""),
            "stages": {child.name: child.note() for child in children},
        }
        write_private(runtime.note_path(self._settings), json.dumps(note, indent=1))
