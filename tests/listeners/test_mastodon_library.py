"""What Mastodon.py does in its default form and we do not want, each as a test that fails: should one of them pass some
day, the library has changed, and what `listeners/mastodon_*.py` do about it can go. Ours pass in test_mastodon.py.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any
from unittest.mock import Mock

import pytest
from mastodon import Mastodon, StreamListener, internals

from tests.listeners.kit import NOON
from tests.listeners.mastodon_far_side import TOKEN, FarSide, edited, status
from tests.waiting import wait_until

pytestmark = pytest.mark.servers

LOCAL = "The tip in Penmarrow is shut"


class AsEver(Exception):
    """The library still does it: no other failure of a test counts as that."""


def mended(is_so: object) -> None:
    """What we wish were so."""
    if not is_so:
        raise AsEver


@pytest.fixture
def far(monkeypatch: pytest.MonkeyPatch) -> Iterator[FarSide]:
    """A server."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    server = FarSide()
    yield server
    server.close()


class Noting(StreamListener):  # type: ignore[misc]  # the library has no types
    """Notes all that it is told."""

    def __init__(self) -> None:
        self.updates: list[Any] = []
        self.edits: list[Any] = []
        self.aborts: list[Any] = []
        self.beats = 0

    def on_update(self, status: Any) -> None:
        self.updates.append(status)

    def on_status_update(self, status: Any) -> None:
        self.edits.append(status)

    def on_abort(self, err: Any) -> None:
        self.aborts.append(err)

    def handle_heartbeat(self) -> None:
        self.beats += 1


def client(far: FarSide, token: str = TOKEN) -> Mastodon:
    """The library as it comes."""
    return Mastodon(api_base_url=far.url, access_token=token)


@pytest.fixture
def noting(far: FarSide) -> Iterator[Noting]:
    """A listener on an open stream, which the library is to keep open."""
    found = Noting()
    handle = client(far).stream_public(
        found, local=True, run_async=True, reconnect_async=True, reconnect_async_wait_sec=0.1
    )
    wait_until(lambda: found.beats, "the stream")
    yield found
    far.drop()
    handle.close()


@pytest.mark.xfail(
    strict=True, raises=AsEver, reason="a refused stream is asked for again for ever, and nobody is told"
)
def test_a_refusal_is_told(far: FarSide) -> None:
    listener = Noting()
    handle = client(far, "an old token").stream_public(
        listener, local=True, run_async=True, reconnect_async_wait_sec=0.1
    )
    wait_until(lambda: far.count("/api/v1/streaming") >= 3, "three tries")
    told = bool(listener.aborts) or not handle.is_alive()
    handle.close()
    mended(told)


@pytest.mark.xfail(
    strict=True, raises=AsEver, reason="the stream has no place, and the library asks for nothing that it missed"
)
def test_what_was_written_between_two_connections_is_heard(far: FarSide, noting: Noting) -> None:
    far.drop()
    far.before_stream = [status(1, LOCAL)]
    wait_until(lambda: noting.beats > 1, "the stream once more")
    far.write(last := status(2, LOCAL))
    wait_until(lambda: any(str(one["id"]) == last["id"] for one in noting.updates), "the last")
    mended(len(noting.updates) == 2)


@pytest.mark.xfail(
    strict=True, raises=AsEver, reason="an edit is a plain dict whose dates and ids are text, a new status is typed"
)
def test_an_edit_has_the_types_of_a_status(far: FarSide, noting: Noting) -> None:
    one = status(1, LOCAL)
    far.write(one)
    far.edit(edited(one, LOCAL, NOON))
    wait_until(lambda: noting.edits, "the edit")
    mended(type(noting.edits[0]["created_at"]) is type(noting.updates[0]["created_at"]))


@pytest.mark.xfail(strict=True, raises=AsEver, reason="what a handler raises ends the thread")
@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_an_error_of_ours_ends_no_stream(far: FarSide) -> None:
    listener, fails = Noting(), Mock(side_effect=KeyError("ours"))
    listener.on_update = fails  # type: ignore[method-assign]
    handle = client(far).stream_public(listener, local=True, run_async=True, reconnect_async=True)
    wait_until(lambda: listener.beats, "the stream")
    far.write(status(1, LOCAL))
    wait_until(lambda: fails.called, "the update")
    handle.join(5)
    alive = handle.is_alive()
    far.drop()
    mended(alive)


@pytest.mark.parametrize("line", ["event:update", "data: {no json", "retry"])
@pytest.mark.xfail(
    strict=True, raises=AsEver, reason="a line that is not as it expects ends the connection, and what follows is lost"
)
def test_an_odd_line_ends_no_stream(far: FarSide, noting: Noting, line: str) -> None:
    far.line("event: update", line, "")
    far.write(last := status(2, LOCAL))
    wait_until(lambda: noting.aborts or noting.updates, "either")
    mended([str(one["id"]) for one in noting.updates] == [last["id"]])


@pytest.mark.xfail(
    strict=True, raises=AsEver, reason="it does not know Retry-After, and sleeps by itself, up to five minutes a time"
)
def test_a_server_that_asks_to_wait_is_obeyed(far: FarSide, monkeypatch: pytest.MonkeyPatch) -> None:
    far.refusals["/api/v1/timelines"] = [(429, {"Retry-After": "70"}), (0, {})]
    slept: list[float] = []
    monkeypatch.setattr(internals.time, "sleep", slept.append)
    client(far).timeline_local()
    mended(sum(slept) >= 70)


@pytest.mark.xfail(strict=True, raises=AsEver, reason="closing waits for the next line")
def test_a_stop_is_prompt(far: FarSide) -> None:
    listener = Noting()
    handle = client(far).stream_public(listener, local=True, run_async=True)
    wait_until(lambda: listener.beats, "the stream")
    closing = threading.Thread(target=handle.close, daemon=True)
    closing.start()
    closing.join(2)
    handle.join(2)
    stopped = not closing.is_alive() and not handle.is_alive()
    far.drop()
    mended(stopped)


@pytest.mark.xfail(
    strict=True, raises=AsEver, reason="the timeout is 300 s: a line that is dead shows no sign for five minutes"
)
def test_a_silent_stream_is_given_up_within_a_minute(far: FarSide) -> None:
    asked: list[float] = []
    listener, library = Noting(), client(far)
    real = library.session.get

    def get(*args: Any, **more: Any) -> Any:
        asked.append(more["timeout"][1])
        return real(*args, **more)

    library.session.get = get
    threading.Thread(target=library.stream_public, args=(listener,), kwargs={"local": True}, daemon=True).start()
    wait_until(lambda: listener.beats, "the stream")
    mended(asked[0] <= 60)
