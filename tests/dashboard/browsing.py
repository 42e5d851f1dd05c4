"""A desk to test at: a store with the sample's posts, the dashboard's process over it, and Chromium before it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Literal

from playwright.sync_api import Browser, ConsoleMessage, Page, Request, WebSocket

from soundings.embedded import wait_for_port
from soundings.messages import Notice, Reading
from soundings.settings import Settings
from store.archive import Archive
from store.clickhouse import Client, connect
from store.retractions import Registrar
from tests.factories import make_reading, voice
from tests.servers import free_port
from tests.store.serving import StoreServer

ROOT = Path(__file__).parents[2]
SAMPLE = ROOT / "listeners" / "sample" / "posts.jsonl"
POSTS = 300
HOSTILE = (
    '![x](http://evil.example/p.png) [link](http://evil.example) $x^2$ :red[r] :material/home: \u202e<img src="'
    'http://evil.example/q.png" onerror="alert(1)"> =HYPERLINK("http://evil.example")'
)
COUNCIL = """\
[council]
name = "Saint <b>Example</b> ![x](http://evil.example/c.png) Council"
invented = true
"""
START = "from dashboard import service, source; source.LOOK = 1; service.main()"
"""The page looks every second instead of every five: what is waited for comes sooner."""


@dataclass
class Desk:
    """What runs, and the ways to add and take back posts."""

    settings: Settings
    store: StoreServer
    address: str
    pid: int
    reader: Client
    writer: Client

    def reading(self, name: str, text: str, at: datetime) -> Reading:
        """One post about bins, by a voice of its own."""
        return make_reading(name, text=text, created_at=at, happened_at=at, collected_at=at, voice=voice(name))

    def take(self, readings: Sequence[Reading]) -> None:
        """As the store does when an envelope comes."""
        Archive(self.writer).take(readings)

    def retract(self, notices: Sequence[Notice]) -> None:
        """As the store does when a notice comes."""
        Registrar(self.writer, self.settings.receipts).retract(notices)


@dataclass
class Watched:
    """A browser's page, and what it asked for and complained about."""

    page: Page
    base: str
    foreign: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    sockets: list[WebSocket] = field(default_factory=list)

    def open(self, path: str) -> None:
        """Open a page and wait until it is drawn whole."""
        self.page.goto(self.base + path)
        self.page.locator("h1").wait_for()
        self.page.locator("[data-testid=stApp][data-test-script-state=notRunning]").wait_for()

    def wait_for_redraws(self, times: int) -> None:
        """Wait until the live line was drawn anew this often: the server sends a message when a run begins and ends."""
        for _ in range(times):
            self.sockets[-1].wait_for_event("framereceived", lambda frame: True, timeout=20_000)
            self.page.locator("[data-testid=stApp][data-test-script-state=notRunning]").wait_for()

    def connect(self, socket: WebSocket) -> None:
        """Note the line to the server."""
        self.sockets.append(socket)

    def request(self, request: Request) -> None:
        """Note what leaves for another host."""
        if not request.url.startswith((self.base, "data:", "blob:")):
            self.foreign.append(request.url)

    def complain(self, message: ConsoleMessage) -> None:
        """Note errors, but for Streamlit's own search for its server below a page's address (404)."""
        if message.type == "error" and "_stcore" not in (message.location or {}).get("url", ""):
            self.errors.append(message.text)


def sample(count: int) -> list[dict[str, Any]]:
    """The newest posts of the shipped sample."""
    return [json.loads(line) for line in SAMPLE.read_text(encoding="utf-8").splitlines()[-count:]]


def readings() -> list[Reading]:
    """The sample's posts, moved so that the newest was four minutes ago."""
    posts = sample(POSTS)
    shift = datetime.now(UTC) - timedelta(minutes=4) - datetime.fromisoformat(posts[-1]["created_at"])
    return [_moved(post, datetime.fromisoformat(post["created_at"]) + shift) for post in posts]


def _moved(post: dict[str, Any], at: datetime) -> Reading:
    said, who = post["text"], voice(post["author"])
    return make_reading(post["id"], text=said, created_at=at, happened_at=at, collected_at=at, voice=who)


@contextmanager
def started(
    folder: Path, posts: Sequence[Reading] | None = None, council: str = COUNCIL, start: str = START
) -> Iterator[Desk]:
    """A filled store and the dashboard over it, started from a folder that has nothing to do with either."""
    store = StoreServer(folder)
    store.start()
    writer = connect(store.settings, "writer")
    Archive(writer).take(readings() if posts is None else posts)
    (folder / "council.toml").write_text(council)
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-c", start],
        cwd=folder,
        env=os.environ
        | {
            "PYTHONPATH": str(ROOT),
            "SOUNDINGS_HOME": str(store.settings.home),
            "SOUNDINGS_COUNCIL": str(folder / "council.toml"),
            "SOUNDINGS_PAGE_PORT": str(port),
        },
    )
    try:
        wait_for_port("127.0.0.1", port, 30, process)
        reader = connect(store.settings, "reader")
        yield Desk(store.settings, store, f"http://127.0.0.1:{port}", process.pid, reader, writer)
    finally:
        process.terminate()
        code = process.wait(30)
        store.stop()
    assert code == 0, "the dashboard did not end well on SIGTERM"


@contextmanager
def looked(
    browser: Browser, desk: Desk, *, width: int, height: int, scheme: Literal["light", "dark"] = "light"
) -> Iterator[Watched]:
    """A new page, and so a new session. The profile is shared: Streamlit's own files are loaded once."""
    context = browser.contexts[0] if browser.contexts else browser.new_context()
    page = context.new_page()
    page.set_viewport_size({"width": width, "height": height})
    page.emulate_media(color_scheme=scheme)
    watched = Watched(page, desk.address)
    page.on("request", watched.request)
    page.on("console", watched.complain)
    page.on("websocket", watched.connect)
    page.on("pageerror", lambda error: watched.errors.append(str(error)))
    try:
        yield watched
    finally:
        page.close()
