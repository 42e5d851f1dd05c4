"""A database that is away in the ways databases are: a loopback HTTP server before the real endpoint that passes
requests on, or answers as a ClickHouse in trouble does, or does not answer at all.
"""

from __future__ import annotations

import http.client
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import ClassVar

from soundings.settings import Settings
from store import access

PASSED_ON = ("authorization", "content-type", "content-encoding", "accept-encoding")
GIVEN_BACK = ("X-ClickHouse-Summary", "X-ClickHouse-Format", "X-ClickHouse-Timezone", "X-ClickHouse-Exception-Code")


@dataclass(frozen=True)
class Trouble:
    """What happens to a request. `code`: ClickHouse's own; 0 for what a proxy before it says."""

    name: str
    status: int = 500
    code: int = 0
    cut: bool = False
    """Close the connection in the middle of the answer."""
    hang: bool = False
    """Answer nothing until the trouble ends."""
    body: bytes = b""
    only: bytes = b""
    """Only what has this in its statement, such as INSERT."""

    def __str__(self) -> str:
        return self.name


class Outage(ThreadingHTTPServer):
    """The server. `trouble` is what it has just now."""

    daemon_threads = True

    def __init__(self, behind: Settings, folder: Path) -> None:
        super().__init__(("127.0.0.1", 0), _Request)
        note = access.read(behind)
        self.behind = note.url.removeprefix("http://")
        self.trouble: Trouble | None = None
        self.hits = 0
        """Requests that met the trouble."""
        self._over = threading.Event()
        secret = folder / "password"
        secret.write_text(note.users["writer"])
        secret.chmod(0o600)
        self.settings = behind.model_copy(
            update={
                "clickhouse_url": f"http://127.0.0.1:{self.server_address[1]}",
                "clickhouse_password_file": secret,
            }
        )

    @contextmanager
    def serving(self) -> Iterator[Outage]:
        """Serve while the context lasts."""
        thread = threading.Thread(target=self.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        try:
            yield self
        finally:
            self.end()
            self.shutdown()
            self.server_close()
            thread.join(10)

    def begin(self, trouble: Trouble) -> None:
        """From now on, requests meet this."""
        self._over.clear()
        self.trouble, self.hits = trouble, 0

    def end(self) -> None:
        """The database is back."""
        self.trouble = None
        self._over.set()

    def wait(self) -> None:
        """Until the trouble ends."""
        self._over.wait(60)


class _Request(BaseHTTPRequestHandler):
    server: Outage
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm: ClassVar[bool] = True

    def do_GET(self) -> None:
        self._answer()

    def do_POST(self) -> None:
        self._answer()

    def log_message(self, *_: object) -> None:
        """It stays quiet."""

    def _answer(self) -> None:
        body = self._body()
        trouble = self.server.trouble
        if trouble and trouble.only in self.path.encode() + body:
            self.server.hits += 1
            self._fail(trouble)
            return
        there = http.client.HTTPConnection(self.server.behind, timeout=60)
        headers = {name: self.headers[name] for name in PASSED_ON if name in self.headers}
        there.request(self.command, self.path, body, headers)
        answer = there.getresponse()
        self._send(answer.status, answer.read(), {name: answer.headers[name] for name in GIVEN_BACK})
        there.close()

    def _body(self) -> bytes:
        if self.headers.get("transfer-encoding") != "chunked":
            return self.rfile.read(int(self.headers.get("content-length", 0)))
        parts = []
        while size := int(self.rfile.readline(), 16):
            parts.append(self.rfile.read(size))
            self.rfile.readline()
        self.rfile.readline()
        return b"".join(parts)

    def _fail(self, trouble: Trouble) -> None:
        if trouble.hang:
            self.server.wait()
            self.close_connection = True
            return
        said = trouble.body or f"Code: {trouble.code}. DB::Exception: in trouble. (SOME_NAME)".encode()
        self._send(
            trouble.status, said, {"X-ClickHouse-Exception-Code": str(trouble.code) if trouble.code else None},
            missing=100 if trouble.cut else 0,
        )  # fmt: skip

    def _send(self, status: int, body: bytes, headers: dict[str, str | None], missing: int = 0) -> None:
        self.send_response(status)
        for name, value in headers.items():
            if value:
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(body) + missing))
        self.end_headers()
        self.wfile.write(body)
        self.close_connection = self.close_connection or bool(missing)
