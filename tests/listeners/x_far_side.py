"""X as its tests need it: a real HTTP server on loopback that answers as X's API (version 2) does, with its limits.

It takes one connection at a time and 50 in 15 minutes, searches not further back than seven days, and refuses what X
would refuse. What it answers by itself is held to `tests.listeners.x_schema`; what is wrong with it is in `faults`.
"""

from __future__ import annotations

import contextlib
import json
import queue
import select
import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from listeners.x_posts import id_at, instant_of
from tests.listeners import x_schema
from tests.listeners.kit import NOON

TOKEN = "a-bearer-token"
COUNCIL_ID, CLLR_ID, PRESS_ID, ANNA, BERT = "1001", "1002", "1003", "2001", "2002"
ACCOUNTS = {"penmarrowcncl": COUNCIL_ID, "cllrpennoyre": CLLR_ID, "penmarrowchron": PRESS_ID}
STREAM, RULES, SEARCH = "/2/tweets/search/stream", "/2/tweets/search/stream/rules", "/2/tweets/search/recent"
JOBS, USERS = "/2/compliance/jobs", "/2/users/by"
Json = dict[str, Any]
Answer = tuple[int, dict[str, str], bytes]
GOODBYE = {
    "errors": [
        {
            "title": "operational-disconnect",
            "disconnect_type": "UpstreamOperationalDisconnect",
            "detail": "This stream has been disconnected upstream for operational reasons.",
            "type": "https://api.x.com/2/problems/operational-disconnect",
        }
    ]
}
BARE_GOODBYE = {
    "title": "operational-disconnect",
    "disconnect_type": "UpstreamOperationalDisconnect",
    "detail": "This stream has been disconnected upstream for operational reasons.",
    "type": "https://api.x.com/2/problems/operational-disconnect",
}
FULL = {
    "title": "ConnectionException",
    "detail": "This stream is currently at the maximum allowed connection limit.",
    "connection_issue": "TooManyConnections",
    "type": "https://api.x.com/2/problems/streaming-connection",
}


def id_of(at: datetime, number: int = 0) -> str:
    """An id that X could have given then."""
    return str(int(id_at(at)) + number)


def post(text: str, at: datetime = NOON, number: int = 0, author: str = ANNA, **more: Any) -> Json:
    """A post as X gives it, with the fields that we ask for."""
    own = id_of(at, number)
    stamp = f"{at:%Y-%m-%dT%H:%M:%S}.000Z"
    plain = {"conversation_id": own, "edit_history_tweet_ids": [own], "created_at": stamp}
    return {"id": own, "text": text, "author_id": author, **plain, **more}


def sent(data: Json, *tags: str | None, **more: Any) -> Json:
    """The same as the stream gives it; a tag of None is a rule without one."""
    rules = [{"id": str(at)} | ({} if tag is None else {"tag": tag}) for at, tag in enumerate(tags, 1)]
    return {"data": data, "matching_rules": rules, **more}


@dataclass
class Asked:
    """One request."""

    method: str
    path: str
    query: dict[str, str]
    body: bytes
    token: str


class Connection:
    """One open stream: what a test gives it, it sends."""

    def __init__(self) -> None:
        self.waiting: queue.Queue[bytes | None] = queue.Queue()
        self.over = threading.Event()

    def send(self, *lines: Any) -> None:
        """Send lines: JSON, or bytes as they are."""
        for line in lines:
            self.waiting.put((line if isinstance(line, bytes) else json.dumps(line).encode()) + b"\r\n")

    def alive(self) -> None:
        """The heartbeat."""
        self.send(b"")

    def close(self) -> None:
        """Close it cleanly, as X does when it restarts a server."""
        self.waiting.put(None)


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that goes away in the middle is what some tests are about."""


@dataclass
class FarSide:
    """X. `answers` by path come before what it would say by itself."""

    clock: Callable[[], datetime]
    posts: list[tuple[str, Json]] = field(default_factory=list)
    """What a search finds: a word of the rule that it matches, and the post."""
    rules: list[Json] = field(default_factory=list)
    answers: dict[str, list[Answer]] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)
    connections: list[Connection] = field(default_factory=list)
    begun: list[datetime] = field(default_factory=list)
    jobs: dict[str, Json] = field(default_factory=dict)
    uploads: dict[str, list[str]] = field(default_factory=dict)
    removals: list[Json | str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    at_once: Callable[[Connection], None] = lambda _: None
    """What is done with each connection as soon as it is open."""

    def __post_init__(self) -> None:
        far = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def handle_any(self) -> None:
                far.handle(self)

            do_GET = do_POST = do_PUT = handle_any

            def log_message(self, format: str, *args: object) -> None:
                pass

        self._server = _Server(("127.0.0.1", 0), Handler)
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self._server.server_port}"

    @property
    def stream(self) -> Connection:
        """The last connection."""
        return self.connections[-1]

    @property
    def is_open(self) -> bool:
        """Whether somebody listens."""
        return bool(self.connections) and not self.stream.over.is_set()

    def says(self, path: str, status: int, body: Any = None, **headers: str) -> None:
        """Let a path answer so once."""
        raw = body if isinstance(body, bytes) else json.dumps(body or {"title": "x", "type": "about:blank"}).encode()
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        self.answers.setdefault(path, []).append((status, given, raw))

    def of(self, path: str) -> list[Asked]:
        """What was asked of a path."""
        return [one for one in self.asked if one.path == path]

    def close(self) -> None:
        """Stop it."""
        for connection in self.connections:
            connection.close()
        self._server.shutdown()
        self._server.server_close()

    def handle(self, handler: BaseHTTPRequestHandler) -> None:
        """Answer one request."""
        parts = urlsplit(handler.path)
        body = handler.rfile.read(int(handler.headers.get("Content-Length") or 0))
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        asked = Asked(handler.command, parts.path, query, body, handler.headers.get("Authorization", ""))
        self.asked.append(asked)
        if waiting := self.answers.get(parts.path):
            _write(handler, *waiting.pop(0))
        elif parts.path.startswith("/store/"):
            _write(handler, *self._store(asked))
        elif asked.token != f"Bearer {TOKEN}":
            _write(handler, 401, {}, b'{"title":"Unauthorized","type":"about:blank","status":401}')
        elif parts.path == STREAM:
            self._open(handler)
        else:
            status, answer, schema = self._rest(asked)
            self.faults += x_schema.faults(answer, schema) if status < 400 else []
            _write(handler, status, {"Content-Type": "application/json"}, json.dumps(answer).encode())

    def _open(self, handler: BaseHTTPRequestHandler) -> None:
        now = self.clock()
        self.begun.append(now)
        recent = [at for at in self.begun if now - at < timedelta(minutes=15)]
        if self.connections:
            self.stream.over.wait(1.0)  # what the client has just closed is closed, as soon as we hear of it
        if len(recent) > 50 or self.is_open:
            _write(handler, 429, {}, json.dumps(FULL).encode())
            return
        connection = Connection()
        self.connections.append(connection)
        handler.send_response(200)
        handler.send_header("Transfer-Encoding", "chunked")
        handler.end_headers()
        self.at_once(connection)
        try:
            while (line := _next(connection, handler.connection)) is not None:
                handler.wfile.write(f"{len(line):x}\r\n".encode() + line + b"\r\n")
            connection.over.set()  # before the goodbye: who hears it may come back at once
            handler.wfile.write(b"0\r\n\r\n")
        except OSError:
            pass
        finally:
            connection.over.set()
            handler.close_connection = True

    def _rest(self, asked: Asked) -> tuple[int, Json, x_schema.Schema]:
        match asked.method, asked.path:
            case "GET", path if path == RULES:
                return 200, {"data": self.rules, "meta": {"result_count": len(self.rules)}}, x_schema.RULES
            case "POST", path if path == RULES:
                return self._change(json.loads(asked.body))
            case "GET", path if path == SEARCH:
                return self._search(asked.query)
            case "GET", path if path == USERS:
                return 200, self._users(asked.query["usernames"].split(",")), x_schema.USERS
            case "GET", path if path == JOBS:
                return 200, {"data": list(self.jobs.values()), "meta": {"result_count": len(self.jobs)}}, x_schema.JOBS
            case "POST", path if path == JOBS:
                return self._create(json.loads(asked.body))
        job = self.jobs.get(asked.path.rpartition("/")[2])
        return (200, {"data": job}, x_schema.ONE_JOB) if job else (404, {}, {})

    def _change(self, body: Json) -> tuple[int, Json, x_schema.Schema]:
        gone = body.get("delete", {}).get("ids", [])
        self.rules = [rule for rule in self.rules if rule["id"] not in gone]
        there = {rule["value"] for rule in self.rules}
        new = [rule for rule in body.get("add", []) if len(rule["value"]) <= 1024 and rule["value"] not in there]
        added = [{"id": str(7000 + len(self.rules) + at), **rule} for at, rule in enumerate(new)]
        self.rules += added
        summary = {"created": len(added), "not_created": len(body.get("add", [])) - len(added), "deleted": len(gone)}
        meta = {"sent": "2026-11-10T12:00:00.000Z", "summary": summary}
        return 201 if added else 200, {"meta": meta} | ({"data": added} if added else {}), x_schema.CHANGED

    def _search(self, query: dict[str, str]) -> tuple[int, Json, x_schema.Schema]:
        since, count = query["since_id"], int(query["max_results"])
        began = instant_of(since)
        if len(query["query"]) > 512 or not 10 <= count <= 100:
            return 400, {}, {}
        if began is None or self.clock() - began > timedelta(days=7):
            return 400, {"title": "Invalid Request", "type": "https://api.x.com/2/problems/invalid-request"}, {}
        settled = int(id_at(self.clock() - timedelta(seconds=30)))
        found = sorted(
            (one for word, one in self.posts if word in query["query"] and int(since) < int(one["id"]) < settled),
            key=lambda one: -int(one["id"]),
        )
        start = int(query.get("next_token", "0"))
        page = found[start : start + count]
        meta: Json = {"result_count": len(page)}
        if page:
            meta |= {"newest_id": page[0]["id"], "oldest_id": page[-1]["id"]}
        if len(found) > start + count:
            meta["next_token"] = str(start + count)
        return 200, {"meta": meta} | ({"data": page} if page else {}), x_schema.SEARCH

    def _users(self, handles: list[str]) -> Json:
        known = [
            {"id": ACCOUNTS[one.lower()], "name": one, "username": one} for one in handles if one.lower() in ACCOUNTS
        ]
        lost = [{"title": "Not Found Error", "type": "https://api.x.com/2/problems/resource-not-found"}
                for one in handles if one.lower() not in ACCOUNTS]  # fmt: skip
        return ({"data": known} if known else {}) | ({"errors": lost} if lost else {})

    def _create(self, body: Json) -> tuple[int, Json, x_schema.Schema]:
        if any(job["status"] in ("created", "in_progress") for job in self.jobs.values()):
            return 409, {"title": "Conflict", "type": "about:blank"}, {}
        name = str(900 + len(self.jobs))
        stores = {way: f"{self.url}/store/{name}/{way}" for way in ("upload_url", "download_url")}
        self.jobs[name] = {"id": name, "status": "created", **body, **stores, "created_at": "2026-11-10T12:00:00.000Z"}
        return 200, {"data": self.jobs[name]}, x_schema.ONE_JOB

    def _store(self, asked: Asked) -> Answer:
        """Where the files of jobs lie: another server at X, which is given no token."""
        name = asked.path.split("/")[2]
        if asked.token:
            self.faults.append("the store of files was given the token")
        if asked.method == "PUT":
            self.uploads[name] = asked.body.decode().split()
            self.jobs[name]["status"] = "complete"
            return 200, {}, b""
        lines = [one if isinstance(one, str) else json.dumps(one) for one in self.removals]
        return 200, {}, "\n".join(lines).encode()


def _next(connection: Connection, client: socket.socket) -> bytes | None:
    """What is to be sent next. Raises OSError when the client has gone."""
    while True:
        with contextlib.suppress(queue.Empty):
            return connection.waiting.get(timeout=0.02)
        if select.select([client], [], [], 0)[0] and not client.recv(1, socket.MSG_PEEK):
            raise ConnectionResetError


def _write(handler: BaseHTTPRequestHandler, status: int, headers: dict[str, str], body: bytes) -> None:
    handler.send_response(status)
    for name, value in headers.items():
        handler.send_header(name, value)
    handler.send_header("Content-Length", str(len(body)))
    handler.end_headers()
    handler.wfile.write(body)
