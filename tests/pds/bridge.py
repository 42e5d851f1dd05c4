"""What stands between a PDS and a listener in tests, for a relay, a Jetstream and an AppView: thin translations.

The PDS's own stream (com.atproto.sync.subscribeRepos, in CBOR) is read with atproto's client and told as Jetstream
events by `tests.listeners.jetstream`; the AppView's questions are answered from the PDS's records. As with a real
server, what an account wrote is gone from the stream once the account is deleted.
"""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from atproto_core.car import CAR
from atproto_firehose import FirehoseSubscribeReposClient, parse_subscribe_repos_message

from listeners.bluesky_posts import POST, PROFILE
from tests.listeners.jetstream import METHOD, Event, Jetstream
from tests.pds.pds import Pds
from tests.waiting import wait_until


class Bridge:
    """The stream of one PDS as a Jetstream, in a thread of its own. Use it as a context."""

    def __init__(self, pds: Pds) -> None:
        self._pds, self._loop, self._stop = pds, asyncio.new_event_loop(), asyncio.Event()
        self._client = FirehoseSubscribeReposClient({"cursor": 0}, base_uri=f"ws://127.0.0.1:{pds.port}/xrpc")
        self.jetstream, self.faults = Jetstream(), list[BaseException]()
        self.reached = 0
        """The last number of the PDS's own stream that was passed on."""

    def __enter__(self) -> Bridge:
        begun = threading.Event()
        self._serving = threading.Thread(target=lambda: self._loop.run_until_complete(self._serve(begun)), daemon=True)
        self._serving.start()
        assert begun.wait(10)
        threading.Thread(target=self._client.start, args=(self._translate, self.faults.append), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._client.stop()
        self._loop.call_soon_threadsafe(self._stop.set)
        self._serving.join(10)

    async def _serve(self, begun: threading.Event) -> None:
        async with self.jetstream:
            begun.set()
            await self._stop.wait()

    def _translate(self, frame: Any) -> None:
        message = parse_subscribe_repos_message(frame)
        kind = message.py_type.rpartition("#")[2]
        events: list[Event] = []
        if kind == "commit":
            events = _commits(message)
        elif kind == "account":
            told = {"did": message.did, "seq": message.seq, "time": message.time, "active": message.active}
            told |= {"status": message.status} if message.status else {}
            events = [{"$type": f"{METHOD}#account", "did": message.did, "time": message.time, "account": told}]
        self._loop.call_soon_threadsafe(self._add, events, message.seq)

    def _add(self, events: list[Event], reached: int) -> None:
        for event in events:
            if event.get("account", {}).get("status") == "deleted":
                self.jetstream.events = [one for one in self.jetstream.events if _did(one) != event["did"]]
            self.jetstream.add(event)
        self.reached = reached

    def in_loop(self, work: Callable[[Jetstream], Any]) -> Any:
        """Do something with the Jetstream where it lives."""

        async def call() -> Any:
            done = work(self.jetstream)
            return await done if asyncio.iscoroutine(done) else done

        return asyncio.run_coroutine_threadsafe(call(), self._loop).result(30)

    def settle(self) -> int:
        """Wait until all that happened on the PDS was passed on. Returns the last number of the Jetstream."""
        mark = self._pds.post("marker", "Nothing local")

        def passed() -> bool:
            assert not self.faults, self.faults
            events = self.in_loop(lambda jetstream: [one for one in jetstream.events if isinstance(one, dict)])
            return any(one.get("rkey") == mark.rpartition("/")[2] for one in events)

        wait_until(passed, "the PDS's stream")
        return int(self.in_loop(lambda jetstream: jetstream.last))


def _did(event: Event | str) -> str:
    return "" if isinstance(event, str) else str(event["did"])


def _commits(message: Any) -> list[Event]:
    blocks: dict[Any, Any] = dict(CAR.from_bytes(message.blocks).blocks) if message.blocks else {}
    found: list[Event] = []
    for op in message.ops:
        collection, _, rkey = op.path.partition("/")
        if collection not in (POST, PROFILE):
            continue
        event: Event = {"$type": f"{METHOD}#commit", "did": message.repo, "time": message.time, "rev": message.rev,
                        "operation": op.action, "collection": collection, "rkey": rkey}  # fmt: skip
        if op.cid is not None:
            event |= {"cid": str(op.cid), "record": blocks[op.cid]}
        found.append(event)
    return found


class AppView:
    """The AppView's three questions, answered from the records of a PDS. Use it as a context."""

    def __init__(self, pds: Pds) -> None:
        self._pds = pds
        view = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                status, answer = view.answer(self.path)
                self.send_response(status)
                self.end_headers()
                self.wfile.write(json.dumps(answer).encode())

            def log_message(self, format: str, *args: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> AppView:
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def answer(self, path: str) -> tuple[int, dict[str, Any]]:
        """Status and answer of one question."""
        method, asked = urlsplit(path).path.rpartition("/")[2], parse_qs(urlsplit(path).query)
        if method == "app.bsky.actor.getProfile":
            return 200, self._author(asked["actor"][0])
        if method == "app.bsky.feed.getPosts":
            return 200, {"posts": [view for uri in asked["uris"] if (view := self._view(uri))]}
        return 200, {"thread": self._thread(asked["uri"][0])}

    def _author(self, did: str) -> dict[str, Any]:
        profile = self._pds.record(f"at://{did}/{PROFILE}/self") or {}
        return {"did": did, "labels": profile.get("labels", {}).get("values", [])}

    def _view(self, uri: str) -> dict[str, Any] | None:
        record = self._pds.record(uri)
        if record is None:
            return None
        author = self._author(uri.removeprefix("at://").partition("/")[0])
        return {"uri": uri, "author": author, "record": record, "indexedAt": record["createdAt"], "replyCount": 1}

    def _thread(self, uri: str) -> dict[str, Any]:
        view = self._view(uri)
        if view is None:
            return {}
        parent = view["record"].get("reply", {}).get("parent", {}).get("uri")
        return {"post": view, **({"parent": self._thread(parent)} if parent else {})}
