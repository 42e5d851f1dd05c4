"""A Mastodon server of our own on loopback, and invented statuses for it: real HTTP and real server-sent events, as far
as one that only listens can tell. Mastodon itself is written in Ruby and cannot run in our tests.
"""

from __future__ import annotations

import json
import queue
import threading
from collections.abc import Iterator
from datetime import datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.listeners.kit import NOON

Json = dict[str, Any]
TOKEN = "an invented token"
DOMAIN = "penmarrow.example"
EPOCH = datetime.fromtimestamp(0, NOON.tzinfo)
END = object()
BREAKS = -1
"""In place of a status: the connection breaks off, without an answer."""


def number(moment: datetime, low: int = 0) -> str:
    """An id of a post that was written then."""
    return str(((moment - EPOCH) // timedelta(milliseconds=1) << 16) + low)


def stamp(moment: datetime) -> str:
    """As Mastodon writes it."""
    return moment.strftime("%Y-%m-%dT%H:%M:%S.000Z")


def person(acct: str = "anna", **more: Any) -> Json:
    """An account as a status carries it."""
    return {
        "id": "1", "username": acct.partition("@")[0], "acct": acct, "display_name": "A name", "bot": False,
        "indexable": True, "note": "<p>I like bins</p>", "url": f"https://{DOMAIN}/@{acct}", **more,
    }  # fmt: skip


def status(low: int, text: str, at: datetime = NOON, account: Json | None = None, **more: Any) -> Json:
    """A status as a server gives it."""
    author = account or person()
    name, _, domain = author["acct"].partition("@")
    home = domain or DOMAIN
    return {
        "id": number(at, low), "created_at": stamp(at), "in_reply_to_id": None, "sensitive": False, "spoiler_text": "",
        "visibility": "public", "language": "ja", "uri": f"https://{home}/users/{name}/statuses/{number(at, low)}",
        "url": f"https://{home}/@{name}/{number(at, low)}", "edited_at": None, "content": f"<p>{text}</p>",
        "reblog": None, "account": author, "media_attachments": [], "mentions": [], "tags": [], **more,
    }  # fmt: skip


def edited(before: Json, text: str, at: datetime) -> Json:
    """The same after an edit."""
    return {**before, "content": f"<p>{text}</p>", "edited_at": stamp(at)}


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that goes away in the middle is what some tests are about."""


class Connection:
    """One stream that is listened to."""

    def __init__(self, stream: str) -> None:
        self.stream = stream
        self.lines: queue.Queue[Any] = queue.Queue()


class FarSide:
    """The server. What is added is shown, and goes to who listens at that moment alone."""

    def __init__(self, name: str = "127.0.0.1") -> None:
        self._name = name
        self.hangs = ""
        """Begin of a path that is never answered."""
        self.statuses: dict[str, Json] = {}
        self.asked: list[str] = []
        """Every path that was asked for, with its query."""
        self.refusals: dict[str, list[tuple[int, dict[str, str]]]] = {}
        """Begin of a path -> what is answered there, one after the other; the last is repeated, a 0 is no refusal."""
        self.headers: dict[str, str] = {}
        """Sent with every answer."""
        self.about: Json = {"domain": DOMAIN, "version": "4.6.4", "api_versions": {"mastodon": 6}, "configuration": {}}
        self.knows_ids = True
        """Whether it is a server of 4.3 or later."""
        self.scopes = ["read"]
        self.opened: list[Connection] = []
        self.agents: set[str] = set()
        self.before_stream: list[Json] = []
        """What is written between the first questions and the moment at which a stream opens."""
        far = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                far._answer(self)

            def date_time_string(self, timestamp: float | None = None) -> str:
                return format_datetime(NOON, usegmt=True)

            def log_message(self, format: str, *args: object) -> None:
                pass

        self._server = _Server(("127.0.0.1", 0), Handler)
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    @property
    def url(self) -> str:
        """Its address, as the council file has it."""
        return f"http://{self.host}"

    @property
    def host(self) -> str:
        """Its name in our ledger."""
        return f"{self._name}:{self._server.server_port}"

    def close(self) -> None:
        """Stop it."""
        self.drop()
        self._server.shutdown()
        self._server.server_close()

    def count(self, path: str) -> int:
        """How often what begins so was asked for."""
        return sum(one.startswith(path) for one in self.asked)

    def write(self, *statuses: Json, told: bool = True) -> None:
        """Show statuses, and tell who listens."""
        for one in statuses:
            self.statuses[one["id"]] = one
            if told:
                self.tell("update", one, self.streams_of(one))

    def edit(self, one: Json, told: bool = True) -> None:
        """Show a status otherwise."""
        self.statuses[one["id"]] = one
        if told:
            self.tell("status.update", one, self.streams_of(one))

    def remove(self, one: Json, told: bool = True) -> None:
        """Show a status no more. The payload is its id, bare."""
        del self.statuses[one["id"]]
        if told:
            self.line("event: delete", f"data: {one['id']}", "", streams=self.streams_of(one))

    def tell(self, name: str, payload: Any, streams: set[str] | None = None) -> None:
        """One event."""
        self.line(f"event: {name}", f"data: {json.dumps(payload)}", "", streams=streams)

    def line(self, *lines: str, streams: set[str] | None = None) -> None:
        """Lines as they are."""
        for connection in list(self.opened):
            if streams is None or connection.stream in streams:
                connection.lines.put("".join(f"{line}\n" for line in lines))

    def drop(self) -> None:
        """End every stream, with a clean goodbye."""
        for connection in list(self.opened):
            connection.lines.put(END)
        self.opened.clear()

    @staticmethod
    def streams_of(one: Json) -> set[str]:
        """In which streams a status is told."""
        local = set() if "@" in one["account"]["acct"] else {"local"}
        return local | {f"#{tag['name'].casefold()}" for tag in one["tags"]}

    def _answer(self, handler: BaseHTTPRequestHandler) -> None:
        address = urlsplit(handler.path)
        path, query = address.path.rstrip("/"), parse_qs(address.query)
        self.asked.append(handler.path)
        self.agents.add(handler.headers.get("User-Agent", ""))
        if self.hangs and path.startswith(self.hangs):
            threading.Event().wait(60)
        refused = self._refusal(path)
        if refused and refused[0] == BREAKS:
            handler.close_connection = True
        elif refused:
            self._say(handler, refused[0], {"error": "refused"}, refused[1])
        elif path.endswith("/instance"):
            self._say(handler, 200, self.about if "/v2/" in path else {"uri": DOMAIN, "urls": {}})
        elif handler.headers.get("Authorization") != f"Bearer {TOKEN}":
            self._say(handler, 401, {"error": "The access token is invalid"})
        elif path.endswith("/verify_credentials"):
            self._say(handler, 200, {"name": "Soundings", "scopes": self.scopes})
        elif "/streaming/" in path:
            self._stream(handler, f"#{query['tag'][0]}" if path.endswith("/hashtag") else "local")
        elif "/timelines/" in path:
            self._say(handler, 200, list(self._page(path, query)))
        else:
            self._by_id(handler, path, query.get("id[]", []))

    def _refusal(self, path: str) -> tuple[int, dict[str, str]] | None:
        for begin, answers in self.refusals.items():
            if path.startswith(begin):
                answer = answers.pop(0) if len(answers) > 1 else answers[0]
                return answer if answer[0] else None
        return None

    def _page(self, path: str, query: dict[str, list[str]]) -> Iterator[Json]:
        """Those next after `min_id`, newest first, as Mastodon has them; without it the newest."""
        stream = "local" if path.endswith("/public") else f"#{path.rpartition('/')[2]}"
        after, limit = int(query.get("min_id", ["0"])[0]), int(query.get("limit", ["20"])[0])
        found = [one for one in self.statuses.values() if stream in self.streams_of(one) and int(one["id"]) > after]
        found.sort(key=lambda one: int(one["id"]))
        yield from reversed(found[:limit] if after else found[-limit:])

    def _by_id(self, handler: BaseHTTPRequestHandler, path: str, ids: list[str]) -> None:
        one = path.removeprefix("/api/v1/statuses").strip("/")
        if one:
            found = self.statuses.get(one)
            self._say(handler, 200 if found else 404, found or {"error": "Record not found"})
        elif not self.knows_ids:
            self._say(handler, 404, {"error": "Not Found"})
        elif len(ids) > 20:
            self._say(handler, 422, {"error": "too many"})
        else:
            self._say(handler, 200, [self.statuses[one] for one in ids if one in self.statuses])

    def _say(
        self, handler: BaseHTTPRequestHandler, code: int, body: Any, headers: dict[str, str] | None = None
    ) -> None:
        raw = json.dumps(body).encode()
        handler.send_response(code)
        for name, value in {**self.headers, **(headers or {})}.items():
            handler.send_header(name, value)
        handler.send_header("Content-Type", "application/json")
        handler.send_header("Content-Length", str(len(raw)))
        handler.end_headers()
        handler.wfile.write(raw)

    def _stream(self, handler: BaseHTTPRequestHandler, stream: str) -> None:
        self.write(*self.before_stream)
        self.before_stream.clear()
        handler.send_response(200)
        handler.send_header("Content-Type", "text/event-stream")
        handler.send_header("Transfer-Encoding", "chunked")
        handler.end_headers()
        connection = Connection(stream)
        connection.lines.put(":)\n")
        self.opened.append(connection)
        while (line := connection.lines.get()) is not END:
            raw = line.encode("utf-8", "surrogateescape")
            handler.wfile.write(f"{len(raw):x}\r\n".encode() + raw + b"\r\n")
            handler.wfile.flush()
        handler.wfile.write(b"0\r\n\r\n")
        handler.close_connection = True
