"""A real HTTP server on loopback whose answers a test writes, one after the other."""

from __future__ import annotations

import os
import socket
import struct
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

Headers = dict[str, str]


@dataclass
class Page:
    """What one path answers: statuses, headers and bodies in turn; the last is repeated."""

    answers: list[tuple[int, Headers, bytes]]
    asked: list[Headers] = field(default_factory=list)


class _Server(ThreadingHTTPServer):
    def handle_error(self, request: object, client_address: object) -> None:
        """A client that goes away in the middle is what some tests are about."""


class Web:
    """The server. `pages` by path; `drip` is called between the parts of a body."""

    def __init__(self, address: str = "127.0.0.1") -> None:
        self.pages: dict[str, Page] = {}
        self.drip: Callable[[], None] = lambda: None
        web = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                web.answer(self)

            def log_message(self, format: str, *args: object) -> None:
                pass

        self._server = _Server((address, 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        """Its address, without a slash at the end."""
        return f"http://{self._server.server_address[0]!s}:{self._server.server_port}"

    def says(self, path: str, status: int, body: bytes | str = b"", **headers: str) -> Page:
        """Let a path answer so from its next request on."""
        page = self.pages.setdefault(path, Page([]))
        raw = body.encode() if isinstance(body, str) else body
        page.answers.append((status, {name.replace("_", "-"): value for name, value in headers.items()}, raw))
        return page

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        """Write the answer that is due."""
        page = self.pages[handler.path]
        page.asked.append({name.lower(): value for name, value in handler.headers.items()})
        status, headers, body = page.answers.pop(0) if len(page.answers) > 1 else page.answers[0]
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name, value)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        half, self._connection = len(body) // 2, handler.connection
        try:
            handler.wfile.write(body[:half])
            self.drip()
            handler.wfile.write(body[half:])
        except OSError:
            handler.close_connection = True

    def reset(self) -> None:
        """Break the connection in use off, without a goodbye (TCP RST): for `drip`."""
        self._connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        os.close(self._connection.detach())  # at once: `close` would wait for the files that lie over it

    def close(self) -> None:
        """Stop it."""
        self._server.shutdown()
        self._server.server_close()
