"""The stage `dashboard`: Streamlit in this process, with our settings, and signs of life beside it.

Knows nothing of the pages. Nothing here depends on the current directory.
"""

from __future__ import annotations

import contextlib
import logging
import threading
from pathlib import Path
from typing import Any

from streamlit.web import bootstrap

from dashboard import theme
from soundings import council, logs, runtime
from soundings import settings as settings_module
from soundings.embedded import free_port
from soundings.errors import BadInput, OursFailed, PostFailed
from soundings.health import served
from soundings.lacks import Lack
from soundings.settings import Settings
from soundings.vitals import LOOK, Vitals
from soundings.waits import HERE, Waiting, Waits
from store import status

LOOPBACK = ["127.0.0.1", "localhost", "::1"]
"""Names by which a browser on this machine calls it: another name that leads here is an attack (DNS rebinding)."""
SCRIPT = Path(__file__).parent / "app.py"


def main() -> None:
    """Serve the pages until SIGTERM or SIGINT."""
    settings = settings_module.load()
    _ = council.load(settings.council_path).gazetteer  # a wrong council file is said here and now, not on a page
    logs.setup("dashboard", settings.log_level)
    port = settings.page_port or free_port()
    options = {name.replace(".", "_"): value for name, value in flags(settings, port).items()}
    bootstrap.load_config_options(options)  # bootstrap.run alone ignores them (tried: it then listens on every address)
    stop = threading.Event()
    with served("dashboard", settings) as vitals:
        threading.Thread(target=beat, args=(vitals, stop), name="heartbeat", daemon=True).start()
        threading.Thread(target=watch_store, args=(settings, stop), name="store-watch", daemon=True).start()
        logging.getLogger("dashboard").info("ready on http://%s:%d", settings.page_address, port)
        try:
            bootstrap.run(str(SCRIPT), False, [], options)
        finally:
            stop.set()


def beat(vitals: Vitals, stop: threading.Event) -> None:
    """Leave a sign of life until told to stop. A full disk does not end the pages."""
    while not stop.is_set():
        with contextlib.suppress(OSError, BadInput):
            vitals.beat()
        stop.wait(runtime.BEAT)


def watch_store(settings: Settings, stop: threading.Event, waits: Waits = HERE) -> None:
    """Know whether the store answers, also while nobody looks at a page."""
    waiting = Waiting(waits)
    while not stop.is_set():
        try:
            status.totals(settings)
        except (OursFailed, PostFailed):
            waiting.lacks(Lack.DATABASE)
        else:
            waiting.ended()
        stop.wait(LOOK)


def flags(settings: Settings, port: int) -> dict[str, Any]:
    """Streamlit's options: private (no statistics, no stack traces, no uploads), quiet, and our theme."""
    return {
        "server.address": settings.page_address,
        "server.port": port,
        "server.allowedHosts": LOOPBACK if settings.page_address in LOOPBACK else [],
        "server.headless": True,
        "server.maxUploadSize": 1,
        "server.fileWatcherType": "none",
        "server.runOnSave": False,
        "server.enableStaticServing": False,
        "server.enableAgentApi": False,
        "browser.gatherUsageStats": False,
        "client.showErrorDetails": "none",
        "client.showErrorLinks": False,
        "client.toolbarMode": "minimal",
        "client.disableDataExport": True,
        "runner.magicEnabled": False,
        "logger.hideWelcomeMessage": True,
        "logger.level": "warning",
        "global.developmentMode": False,
        **theme.options(),
    }
