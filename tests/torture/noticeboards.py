"""The feeds of a torture run: served on loopback, growing and edited at each visit, and their oracle.

What counts as acknowledged is the answer whose ETag the listener has in its checkpoint. Knows nothing of faults.
"""

from __future__ import annotations

import random
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

from listeners.ledger import Ledger
from tests.listeners.web import Web

HOSTS = ("127.0.0.1", "127.0.0.2", "127.0.0.3", "127.0.0.4")
"""A host is asked once in two seconds at most, and a feed every five minutes: only many of them are a load."""
SOURCE = "feeds"
LONGEST = 20
"""Entries of a feed; then they are only edited."""


@dataclass
class Board:
    """One feed: its entries with the number of their take, and every answer that it gave, by ETag."""

    name: str
    takes: list[int] = field(default_factory=list)
    answers: dict[str, tuple[int, ...]] = field(default_factory=dict)
    visits: int = 0

    def visit(self, dice: random.Random, quiet: bool) -> str:
        """Something happens, unless it is quiet just now, and is written down under a new ETag."""
        self.visits += 1
        if not quiet:
            self._happen(dice)
        etag = f'"{self.name}-{self.visits}"'
        self.answers[etag] = tuple(self.takes)
        return etag

    def _happen(self, dice: random.Random) -> None:
        for _ in range(dice.randrange(1, 5)):
            if len(self.takes) < LONGEST:
                self.takes.append(1)
        for number in range(len(self.takes)):
            self.takes[number] += dice.random() < 0.15

    def native(self, number: int) -> str:
        """The id of an entry."""
        return f"urn:torture:{self.name}-{number}"

    def text(self, number: int, take: int) -> str:
        """What is stored of it: title and body."""
        return f"Notice {self.name}-{number}\n\nRoadworks near the market. Take {take}."

    def body(self, now: datetime) -> bytes:
        """The feed as RSS."""
        date = (now - timedelta(days=1)).strftime("%a, %d %b %Y %H:00:00 GMT")
        items = "".join(
            f"<item><guid isPermaLink='false'>{self.native(number)}</guid><title>Notice {self.name}-{number}</title>"
            f"<description>Roadworks near the market. Take {take}.</description><pubDate>{date}</pubDate></item>"
            for number, take in enumerate(self.takes)
        )
        return f"<?xml version='1.0'?><rss version='2.0'><channel><title>B</title>{items}</channel></rss>".encode()


class _Server(Web):
    """A web server whose pages are boards."""

    def __init__(self, address: str, boards: dict[str, Board], dice: random.Random, lock: threading.Lock) -> None:
        super().__init__(address)
        self._boards, self._dice, self._lock = boards, dice, lock
        self.quiet = False

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        with self._lock:
            board = self._boards[handler.path]
            etag = board.visit(self._dice, self.quiet)
            body = board.body(datetime.now(UTC))
        handler.send_response(200)
        handler.send_header("ETag", etag)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        try:
            handler.wfile.write(body)
        except OSError:
            handler.close_connection = True


class Noticeboards:
    """All feeds. `table` is their part of the council file."""

    def __init__(self, count: int, dice: random.Random) -> None:
        self._lock = threading.Lock()
        self._boards = {f"/{number}": Board(f"board{number}") for number in range(count)}
        self._servers = [_Server(host, self._boards, dice, self._lock) for host in HOSTS]
        self._urls = {
            f"{self._servers[number % len(HOSTS)].url}{path}": path for number, path in enumerate(self._boards)
        }
        self.gone: set[str] = set()
        """Ids of entries that an officer removed."""

    def table(self) -> str:
        """The tables of the council file."""
        feeds = "".join(
            f'[[sources.feeds.feed]]\nurl = "{url}"\nlocal = true\nkind = "report"\ninterval_minutes = 5\n\n'
            for url in self._urls
        )
        why = 'purpose = "We listen in order to answer."'
        return f"[sources.feeds]\nenabled = true\n{why}\nallow_private = true\n\n{feeds}"

    def quiet(self, wanted: bool) -> None:
        """Nothing new happens while a proof is made: an entry that comes in between would be in one number only."""
        for server in self._servers:
            server.quiet = wanted

    def visits(self) -> dict[str, int]:
        """How often each was asked."""
        with self._lock:
            return {url: self._boards[path].visits for url, path in self._urls.items()}

    def unsettled(self, home: Path, since: dict[str, int]) -> list[str]:
        """Feeds that have to be asked (again): never heard since they had so many visits, or an ask is under way."""
        states = _states(home)
        now = datetime.now(UTC)
        return [url for url in self._urls if not self._is_settled(url, states.get(url, {}), since, now)]

    def _is_settled(self, url: str, state: dict[str, Any], since: dict[str, int], now: datetime) -> bool:
        etag = state.get("conditions", {}).get("If-None-Match", "")
        due = str(state.get("due", ""))
        visit = int(etag.strip('"').rpartition("-")[2]) if etag else 0
        return bool(due) and datetime.fromisoformat(due) > now and visit > since.get(url, 0)

    def heard(self, home: Path) -> Iterator[tuple[str, str]]:
        """(native id, newest text) of every entry that the listener has acknowledged."""
        states = _states(home)
        with self._lock:
            for url, path in self._urls.items():
                board = self._boards[path]
                etag = states.get(url, {}).get("conditions", {}).get("If-None-Match", "")
                for number, take in enumerate(board.answers.get(etag, ())):
                    if board.native(number) not in self.gone:
                        yield board.native(number), board.text(number, take)

    def close(self) -> None:
        """Stop the servers."""
        for server in self._servers:
            server.close()


def _states(home: Path) -> dict[str, dict[str, Any]]:
    ledger = Ledger.read(home / "ledgers", SOURCE)
    if ledger is None:
        return {}
    try:
        checkpoint = ledger.checkpoint()
    finally:
        ledger.close()
    return dict(checkpoint.state.get("feeds", {})) if checkpoint else {}
