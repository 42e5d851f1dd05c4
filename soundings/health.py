"""/health and /metrics of one stage, over HTTP from a thread of its own: it answers also while the stage is busy.

On loopback unless told otherwise. What it says are counts, and words of ours: nothing secret, nothing personal.
"""

from __future__ import annotations

import json
import logging
import socket
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, make_server

from prometheus_client import make_wsgi_app
from prometheus_client.exposition import ThreadingWSGIServer

from soundings.cli import STAGES
from soundings.metrics import REGISTRY
from soundings.settings import Settings
from soundings.vitals import Vitals

log = logging.getLogger("health")

PATIENCE = 5.0
"""Seconds that a caller has to ask."""

Answer = Callable[[str, list[tuple[str, str]]], Any]


class _Asked(WSGIRequestHandler):
    """Writes no log of who asks, and lets nobody hold a connection open."""

    timeout = PATIENCE

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


@contextmanager
def served(stage: str, settings: Settings) -> Iterator[Vitals]:
    """Answer for a stage as long as this lasts. A port that is taken is no reason not to run: then a free one."""
    vitals = Vitals(stage, settings)
    server = _bound(vitals, settings.health_address, _port(stage, settings))
    if server is None:
        yield vitals
        return
    vitals.health = f"http://{_reached(settings.health_address)}:{server.server_port}"
    threading.Thread(target=server.serve_forever, name="health", daemon=True).start()
    try:
        yield vitals
    finally:
        server.shutdown()
        server.server_close()


def _port(stage: str, settings: Settings) -> int:
    """With a fixed port each stage has its own, in the order in which a post meets them."""
    return settings.health_port + list(STAGES).index(stage) if settings.health_port else 0


def _reached(address: str) -> str:
    """How others call it: nobody can open 0.0.0.0."""
    return socket.gethostname() if address == "0.0.0.0" else address  # noqa: S104


def _bound(vitals: Vitals, address: str, port: int) -> ThreadingWSGIServer | None:
    for one in (port, 0):
        try:
            return make_server(address, one, application(vitals), ThreadingWSGIServer, _Asked)
        except OSError as error:
            log.error("/health cannot listen on %s port %d: %s", address, one, error.strerror)
    return None


def application(vitals: Vitals) -> Callable[[dict[str, Any], Answer], Iterable[bytes]]:
    """The two pages."""
    prometheus = make_wsgi_app(REGISTRY)

    def answer(request: dict[str, Any], start: Answer) -> Iterable[bytes]:
        path = request.get("PATH_INFO", "")
        if path == "/metrics":
            pages: Iterable[bytes] = prometheus(request, start)
            return pages
        if path != "/health" or request.get("REQUEST_METHOD") not in ("GET", "HEAD"):
            start("404 Not Found", [("Content-Type", "text/plain; charset=utf-8")])
            return [b"Here are /health and /metrics.\n"]
        report = vitals.report()
        start("200 OK" if report["well"] else "503 Service Unavailable", [("Content-Type", "application/json")])
        return [json.dumps(report).encode()]

    return answer
