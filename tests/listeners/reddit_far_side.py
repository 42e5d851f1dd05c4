"""A small Reddit on loopback: tokens, listings of about a thousand with `before` and `after`, `info`, refusals, counts.

As far as it is known: what is deleted leaves the listings at once, and a listing that is asked for what stands before
or after it is empty; `info` goes on showing it, without words and writer. Every name and text here is invented.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.listeners.kit import NOON

LISTED, PAGE = 1000, 100
Fields = dict[str, Any]


@dataclass
class Refusal:
    """How a path answers in place of the truth, so many times."""

    status: int
    body: bytes
    headers: dict[str, str]
    times: float = float("inf")


@dataclass
class Question:
    """What was asked."""

    path: str
    query: dict[str, str]
    headers: dict[str, str]


@dataclass
class Place:
    """A community: what is listed, newest first, by kind."""

    listed: dict[str, list[str]] = field(default_factory=lambda: {"t1": [], "t3": []})


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that goes away in the middle is what some tests are about."""


class RedditFarSide:
    """The server. Change it between two questions."""

    def __init__(self) -> None:
        self.things: dict[str, Fields] = {}
        self.unlisted: set[str] = set()
        """What `info` does not show either."""
        self.places: dict[str, Place] = {"penmarrow": Place()}
        self.refusals: dict[str, Refusal] = {}
        self.counts: dict[str, str] = {}
        """The rate headers of each answer."""
        self.asked: list[Question] = []
        self.before_answer: Callable[[str], None] = lambda path: None
        self._number = 36**4
        far = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                far.answer(self)

            do_POST = do_GET

            def log_message(self, format: str, *args: object) -> None:
                pass

        self._server = _Server(("127.0.0.1", 0), Handler)
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self._server.server_port}"

    def close(self) -> None:
        """Stop it."""
        self._server.shutdown()
        self._server.server_close()

    def submit(self, title: str, words: str = "", place: str = "Penmarrow", **more: Any) -> str:
        """Somebody writes a submission. Returns its id."""
        return self._add("t3", place, {"title": title, "selftext": words, **more})

    def comment(self, body: str, on: str = "t3_old", place: str = "Penmarrow", **more: Any) -> str:
        """Somebody answers. Returns its id."""
        thread = self.things[on]["link_id"] if on.startswith("t1") else on
        return self._add("t1", place, {"body": body, "parent_id": on, "link_id": thread, **more})

    def _add(self, kind: str, place: str, more: Fields) -> str:
        self._number += 1
        name, at = f"{kind}_{base36(self._number)}", more.pop("at", NOON)
        fields = {"name": name, "id": name[3:], "author": "saltings_sal", "subreddit": place, "edited": False,
                  "created_utc": at.timestamp(), "permalink": f"/r/{place}/comments/x/{name[3:]}/"}  # fmt: skip
        self.things[name] = fields | more
        self.places.setdefault(place.casefold(), Place()).listed[kind].insert(0, name)
        return name

    def change(self, name: str, **fields: Any) -> None:
        """It is edited."""
        self.things[name] |= fields

    def delete(self, name: str, **fields: Any) -> None:
        """Its author deletes it (or, with other fields, moderators do): it leaves the listings."""
        words = "body" if name.startswith("t1") else "selftext"
        self.things[name] |= fields or {"author": "[deleted]", words: "[deleted]"}
        for place in self.places.values():
            for names in place.listed.values():
                if name in names:
                    names.remove(name)

    def refuse(self, path: str, status: int, body: Any = None, times: float = float("inf"), **headers: str) -> None:
        """Let every path that begins so answer like this."""
        raw = body if isinstance(body, bytes) else json.dumps(body or {"error": status}).encode()
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.refusals[path] = Refusal(status, raw, named, times)

    def questions(self, path: str = "/") -> list[dict[str, str]]:
        """What was asked of the paths that begin so."""
        return [question.query for question in self.asked if question.path.startswith(path)]

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        """Answer one question."""
        handler.rfile.read(int(handler.headers.get("Content-Length") or 0))
        parts = urlsplit(handler.path)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        headers = {name.lower(): value for name, value in handler.headers.items()}
        self.asked.append(Question(parts.path, query, headers))
        self.before_answer(parts.path)
        status, body, more = self._answer(parts.path, query)
        handler.send_response(status)
        for name, value in {**self.counts, **more}.items():
            handler.send_header(name, value)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    def _answer(self, path: str, query: dict[str, str]) -> tuple[int, bytes, dict[str, str]]:
        for begin, refusal in self.refusals.items():
            if path.startswith(begin) and refusal.times > 0:
                refusal.times -= 1
                return refusal.status, refusal.body, refusal.headers
        if path == "/api/v1/access_token":
            return 200, b'{"access_token": "t", "token_type": "bearer", "expires_in": 86400, "scope": "*"}', {}
        if path == "/api/info/":
            shown = [name for name in query["id"].split(",") if name in self.things and name not in self.unlisted]
            return 200, self._listing(shown, None), {}
        parts = path.strip("/").split("/")
        place = self.places.get(parts[1].casefold()) if len(parts) == 3 else None
        if place is None:
            return 404, b'{"message": "Not Found", "error": 404}', {}
        return self._page(place.listed["t1" if parts[2] == "comments" else "t3"][:LISTED], query)

    def _page(self, names: list[str], query: dict[str, str]) -> tuple[int, bytes, dict[str, str]]:
        if after := query.get("after"):
            names = names[names.index(after) + 1 :] if after in names else []
        if before := query.get("before"):
            names = names[: names.index(before)] if before in names else []
        page = names[: min(int(query.get("limit", 25)), PAGE)]
        return 200, self._listing(page, page[-1] if len(names) > len(page) else None), {}

    def _listing(self, names: list[str], after: str | None) -> bytes:
        children = [{"kind": name[:2], "data": self.things[name]} for name in names]
        return listing(children, after)


def listing(children: list[Any], after: str | None = None) -> bytes:
    """A listing as Reddit writes it."""
    data = {"modhash": "", "dist": len(children), "children": children, "after": after, "before": None}
    return json.dumps({"kind": "Listing", "data": data}).encode()


def base36(number: int) -> str:
    """A number as Reddit's ids are written."""
    digits = "0123456789abcdefghijklmnopqrstuvwxyz"
    return (base36(number // 36) if number >= 36 else "") + digits[number % 36]


def minutes_ago(minutes: float) -> datetime:
    """An instant before the tests' noon."""
    return NOON - timedelta(minutes=minutes)
