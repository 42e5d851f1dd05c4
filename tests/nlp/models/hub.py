"""A hub on loopback, as far as huggingface_hub asks for it: what a model is, its files, and who may have it."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import unquote, urlsplit

COMMIT = "4ba3d4463bd152c9e4abd892b50844f30c646708"


class Hub:
    """Models by name; each is file name -> contents."""

    def __init__(self) -> None:
        self.models: dict[str, dict[str, bytes]] = {}
        self.gated: set[str] = set()
        self.given: list[str] = []
        """Files whose contents were asked for, in order."""
        self.cut_short = 0
        """How many of the next contents break off in the middle."""
        self.address = ""

    def answer(self, path: str) -> tuple[int, dict[str, str], bytes]:
        """Status, headers and body."""
        parts = unquote(urlsplit(path).path).strip("/").split("/")
        about = parts[:2] == ["api", "models"]
        name = "/".join(parts[2:4] if about else parts[:2])
        if name in self.gated and not about:
            return 403, {"X-Error-Code": "GatedRepo"}, b""
        if name not in self.models:
            return 404, {"X-Error-Code": "RepoNotFound"}, b""
        files = self.models[name]
        if about and len(parts) > 5 and parts[5] not in (COMMIT, "main"):
            return 404, {"X-Error-Code": "RevisionNotFound"}, b""
        if about and "tree" in parts:
            rows = [{"type": "file", "path": one, "size": len(body), "oid": "0"} for one, body in files.items()]
            return 200, {"Content-Type": "application/json"}, json.dumps(rows).encode()
        if about:
            found = [{"rfilename": one, "size": len(body), "blobId": "0"} for one, body in files.items()]
            info = {"id": name, "sha": COMMIT, "siblings": found, "cardData": {"license": "cc-by-4.0"}, "tags": []}
            return 200, {"Content-Type": "application/json"}, json.dumps(info).encode()
        body = files["/".join(parts[4:])]
        return 200, {"ETag": f'"{hashlib.sha1(body).hexdigest()}"', "X-Repo-Commit": COMMIT}, body


@contextmanager
def served(hub: Hub) -> Iterator[str]:
    """The address of a hub while it answers."""

    class Answers(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            status, headers, body = hub.answer(self.path)
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            if self.command == "HEAD":
                return
            if "/resolve/" in self.path and status == 200:
                hub.given.append(self.path.rpartition("/")[2])
                if hub.cut_short:
                    hub.cut_short -= 1
                    self.wfile.write(body[: len(body) // 2])
                    self.close_connection = True
                    return
            self.wfile.write(body)

        do_HEAD = do_GET

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
