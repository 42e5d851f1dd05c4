"""A Jetstream of our own on loopback, and invented events for it: a real WebSocket server that speaks the schema of
network.bsky.jetstream.subscribeEvents, as far as one that only listens can tell. Jetstream itself is written in Go.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qs, urlsplit

from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.http11 import Request, Response
from websockets.typing import Subprotocol

from listeners.bluesky_posts import LETTERS, POST, PROFILE
from tests.listeners.kit import NOON

METHOD = "network.bsky.jetstream.subscribeEvents"
BY_TIME = 10**15
ANNA, BERT, COUNCIL_DID, PRESS_DID = (f"did:plc:{name:a<24}" for name in ("anna", "bert", "council", "press"))
CID = "bafyreidfayvfuwqa7qlnopdjiqrxzs6blmoeu4rujcjtnci5beludirz2a"
Event = dict[str, Any]


def tid(moment: datetime) -> str:
    """A revision of a repository at this instant."""
    number, letters = int(moment.timestamp() * 1_000_000) << 10, sorted(LETTERS)
    return "".join(letters[number >> shift & 31] for shift in range(60, -5, -5))


def stamp(moment: datetime) -> str:
    """As Jetstream writes it: six digits, in UTC."""
    return moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def uri(did: str, rkey: str) -> str:
    """The id of a post."""
    return f"at://{did}/{POST}/{rkey}"


def ref(did: str, rkey: str) -> dict[str, str]:
    """A strong reference to a post."""
    return {"uri": uri(did, rkey), "cid": CID}


def record(text: str, at: datetime = NOON, **more: Any) -> dict[str, Any]:
    """What an author's program writes."""
    return {"$type": POST, "text": text, "createdAt": at.strftime("%Y-%m-%dT%H:%M:%S.000Z"), "langs": ["en"], **more}


def answering(root: dict[str, str], parent: dict[str, str] | None = None) -> dict[str, Any]:
    """The field `reply`."""
    return {"root": root, "parent": parent or root}


def commit(did: str, rkey: str, what: dict[str, Any] | None, operation: str = "create", at: datetime = NOON) -> Event:
    """One record created, updated or deleted. Its `seq` is given when it is sent."""
    collection = PROFILE if rkey == "self" else POST
    event = {"$type": f"{METHOD}#commit", "seq": 0, "did": did, "time": stamp(at), "rev": tid(at),
             "operation": operation, "collection": collection, "rkey": rkey}  # fmt: skip
    return event if what is None else {**event, "cid": CID, "record": what}


def post(did: str, rkey: str, text: str, at: datetime = NOON, **more: Any) -> Event:
    """A post that is created."""
    return commit(did, rkey, record(text, at, **more), at=at)


def removal(did: str, rkey: str, at: datetime = NOON) -> Event:
    """A post that its author deletes."""
    return commit(did, rkey, None, "delete", at)


def profile(did: str, at: datetime = NOON, *labels: str, **more: Any) -> Event:
    """A profile that its owner changes."""
    said = {"$type": PROFILE, "displayName": "A name", **more}
    if labels:
        said["labels"] = {"$type": "com.atproto.label.defs#selfLabels", "values": [{"val": one} for one in labels]}
    return commit(did, "self", said, "update", at)


def account(did: str, status: str = "", at: datetime = NOON) -> Event:
    """An account that is no longer active, or is so again."""
    told = {"did": did, "seq": 7, "time": stamp(at), "active": not status, **({"status": status} if status else {})}
    return {"$type": f"{METHOD}#account", "seq": 0, "did": did, "time": stamp(at), "account": told}


def framed(event: Event) -> str:
    """A message frame of the subprotocol xrpc.v1.json."""
    return json.dumps({"$type": "message", "payload": event})


class Jetstream:
    """The server. Use it as a context. What is added goes to who listens and is kept for who comes later."""

    def __init__(self, first: int = 1) -> None:
        self.events: list[Event | str] = []
        self.floor = first
        """The first number that it still has."""
        self._next = first
        self.asked: list[dict[str, list[str]]] = []
        """The parameters of each connection, refused ones too."""
        self.tells_future = True
        self.refuses = 0
        """How many connections are still refused, with 503."""
        self.sent = 0
        self._news = asyncio.Event()
        self._open: set[ServerConnection] = set()

    async def __aenter__(self) -> Jetstream:
        self._server: Server = await serve(
            self._answer,
            "127.0.0.1",
            0,
            process_request=self._look,
            subprotocols=[Subprotocol("xrpc.v1.json")],
            close_timeout=0.2,
        )
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        await self._server.wait_closed()

    @property
    def url(self) -> str:
        """Its address, as the council file has it."""
        return f"ws://127.0.0.1:{next(iter(self._server.sockets)).getsockname()[1]}"

    @property
    def listening(self) -> int:
        """How many are connected."""
        return len(self._open)

    def add(self, *events: Event) -> int:
        """Let these happen, in this order. Returns the number of the last."""
        for event in events:
            self.events.append({**event, "seq": self._next})
            self._next += 1
        self._wake()
        return self._next - 1

    @property
    def last(self) -> int:
        """The number of the last event."""
        return self._next - 1

    def raw(self, frame: str) -> None:
        """Send something that is no event."""
        self.events.append(frame)
        self._wake()

    def _wake(self) -> None:
        self._news.set()
        self._news = asyncio.Event()

    async def close(self, code: int = 1000) -> None:
        """Close every connection properly; 1000 is a clean goodbye, 1012 a restart."""
        for connection in list(self._open):
            await connection.close(code)

    def abort(self) -> None:
        """Break every connection off."""
        for connection in list(self._open):
            connection.transport.abort()

    def forget(self, below: int) -> None:
        """Lose what is older than this number."""
        self.floor = below
        self.events = [event for event in self.events if isinstance(event, dict) and event["seq"] >= below]

    def _look(self, connection: ServerConnection, request: Request) -> Response | None:
        """What is refused before a WebSocket is there."""
        address = urlsplit(request.path)
        asked = parse_qs(address.query)
        if not address.path.endswith(METHOD):
            return connection.respond(HTTPStatus.NOT_FOUND, "no such method\n")
        self.asked.append(asked)
        if self.refuses:
            self.refuses -= 1
            return connection.respond(HTTPStatus.SERVICE_UNAVAILABLE, "not yet\n")
        cursor = int(asked.get("cursor", ["0"])[0])
        if 0 < cursor < self.floor:
            told = {"error": "CursorTooOld", "message": f"the floor is {self.floor}"}
            return connection.respond(HTTPStatus.BAD_REQUEST, json.dumps(told))
        return None

    async def _answer(self, connection: ServerConnection) -> None:
        assert connection.request
        asked = parse_qs(urlsplit(connection.request.path).query)
        matches, at, info = self._begin(asked)
        self._open.add(connection)
        gone = asyncio.create_task(connection.wait_closed())
        try:
            if info:
                await connection.send(framed({"$type": f"{METHOD}#info", "name": info, "message": "see the name"}))
            while not gone.done():
                news = asyncio.create_task(self._news.wait())
                while at < len(self.events):
                    event = self.events[at]
                    at += 1
                    if isinstance(event, str) or matches(event):
                        await connection.send(event if isinstance(event, str) else framed(event))
                        self.sent += 1
                await asyncio.wait({news, gone}, return_when=asyncio.FIRST_COMPLETED)
                news.cancel()
        finally:
            gone.cancel()
            self._open.discard(connection)

    def _begin(self, asked: dict[str, list[str]]) -> tuple[Callable[[Event], bool], int, str]:
        """What is wanted, from which of the events on, and what is said before."""
        kinds, collections = set(asked.get("kinds", ())), set(asked.get("collections", ()))

        def matches(event: Event) -> bool:
            kind = event["$type"].rpartition("#")[2]
            return kind in kinds and (kind != "commit" or event["collection"] in collections)

        if "cursor" not in asked:
            return matches, len(self.events), ""
        cursor, info = int(asked["cursor"][0]), ""
        if cursor >= BY_TIME:
            moment = datetime.fromtimestamp(0, NOON.tzinfo) + timedelta(microseconds=cursor)
            wanted = [one for one in self.events if isinstance(one, dict) and one["time"] >= stamp(moment)]
            first = next((one for one in self.events if isinstance(one, dict)), None)
            info = "OutdatedCursor" if first and first["time"] > stamp(moment) and self.floor > 1 else ""
            return matches, self.events.index(wanted[0]) if wanted else len(self.events), info
        if cursor > self._next:
            return matches, len(self.events), "FutureCursor" if self.tells_future else ""
        numbers = [one["seq"] if isinstance(one, dict) else 0 for one in self.events]
        return matches, next((at for at, seq in enumerate(numbers) if seq >= cursor), len(self.events)), ""
