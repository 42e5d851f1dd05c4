"""The stage `dashboard`: Streamlit in this process, with our settings, and a heartbeat beside it.

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
from soundings.settings import Settings

LOOPBACK = ["127.0.0.1", "localhost", "::1"]
"""Names by which a browser on this machine calls it: another name that leads here is an attack (DNS rebinding)."""
SCRIPT = Path(__file__).parent / "app.py"


def main() -> None:
    """Serve the pages until SIGTERM or SIGINT."""
    settings = settings_module.load()
    council.load(settings.council_path)  # a wrong council file is said here and now, not on a page
    logs.setup("dashboard", settings.log_level)
    port = settings.page_port or free_port()
    options = {name.replace(".", "_"): value for name, value in flags(settings, port).items()}
    bootstrap.load_config_options(options)  # bootstrap.run alone ignores them (tried: it then listens on every address)
    stop = threading.Event()
    threading.Thread(target=beat, args=(settings, stop), name="heartbeat", daemon=True).start()
    logging.getLogger("dashboard").info("ready on http://%s:%d", settings.page_address, port)
    try:
        bootstrap.run(str(SCRIPT), False, [], options)
    finally:
        stop.set()


def beat(settings: Settings, stop: threading.Event) -> None:
    """Leave a sign of life until told to stop. A full disk does not end the pages."""
    while not stop.is_set():
        with contextlib.suppress(OSError):
            runtime.beat(settings, "dashboard", "running")
        stop.wait(runtime.BEAT)


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
