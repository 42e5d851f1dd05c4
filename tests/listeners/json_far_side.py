"""A server of JSON on loopback: what a platform's documentation says is written by who inherits it."""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

Reply = tuple[int, Mapping[str, str], Any]
"""Status, headers, and what is sent as JSON; bytes are sent as they are."""


class JsonFarSide:
    """Answers GET. `asked`: each path with its parameters, in order; `instead`: what a path answers now instead."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, dict[str, str]]] = []
        self.instead: dict[str, Reply] = {}
        far_side = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                far_side.answer(self)

            def log_message(self, format: str, *args: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    @property
    def url(self) -> str:
        """Its address, without a slash at the end."""
        return f"http://127.0.0.1:{self._server.server_port}"

    def reply(self, path: str, given: dict[str, str], headers: Mapping[str, str]) -> Reply:
        """What the platform answers."""
        raise NotImplementedError

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        """Note what is asked, and answer it."""
        parts = urlsplit(handler.path)
        given = {name: values[-1] for name, values in parse_qs(parts.query, keep_blank_values=True).items()}
        self.asked.append((parts.path, given))
        sent = {name.lower(): value for name, value in handler.headers.items()}
        ours = next((self.instead[path] for path in (parts.path, "*") if path in self.instead), None)
        status, headers, body = ours or self.reply(parts.path, given, sent)
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        handler.send_response(status)
        for name, value in {"Content-Length": str(len(raw)), **headers}.items():
            handler.send_header(name, value)
        handler.end_headers()
        handler.wfile.write(raw)

    def paths(self) -> list[str]:
        """The paths that were asked since the last time this was looked at."""
        asked = [path for path, _ in self.asked]
        self.asked.clear()
        return asked

    def close(self) -> None:
        """Stop it."""
        self._server.shutdown()
        self._server.server_close()
