"""A page over a fake store, and what the browser tests need: a real store, the real process, a real Chromium."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import streamlit as st
from playwright.sync_api import Browser
from streamlit.testing.v1 import AppTest
from streamlit.util import calc_hash

from dashboard import keeping, service, source
from dashboard.talk import asking
from store import clickhouse
from tests.browsers import open_browser
from tests.dashboard.browsing import Desk, Watched, looked
from tests.dashboard.fake_store import NOW, FakeStore
from tests.dashboard.fake_talk import FakePromises

COUNCIL = """\
[council]
name = "Example Council"
short_name = "Example"
contact = "listening@example.org"
purpose = "We listen in order to answer."

[[area.places]]
name = "Tolgarth Road"
kind = "street"
"""

Open = Callable[..., AppTest]
ADDRESSES = {"said": "you-said"}
"""Pages whose address is not their name."""


@pytest.fixture
def council_toml(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The council file of the pages under test; a test may write it anew before it opens a page."""
    path = tmp_path / "council.toml"
    path.write_text(COUNCIL)
    monkeypatch.setenv("SOUNDINGS_COUNCIL", str(path))
    return path


@pytest.fixture
def fake(council_toml: Path, monkeypatch: pytest.MonkeyPatch) -> FakeStore:
    """A store without a post, at half past eight on a Friday."""
    held = FakeStore()
    for module in (source, keeping, asking):
        monkeypatch.setattr(module, "questions", held)
    monkeypatch.setattr(asking, "promises", FakePromises(held))
    monkeypatch.setattr(clickhouse, "connect", lambda *_, **__: object())
    monkeypatch.setattr(source, "clock", lambda: NOW)
    st.cache_data.clear()
    st.cache_resource.clear()
    return held


def open_page(page: str = "now", /, **query: str) -> AppTest:
    """Draw a page of a new session: `open_page("search", q="bins")`."""
    test = AppTest.from_file(str(service.SCRIPT), default_timeout=20)
    for name, value in query.items():
        test.query_params[name] = value
    if page != "now":
        # As Streamlit names a page that `st.navigation` knows; `switch_page` would need a first run to learn it.
        test._page_hash = calc_hash(ADDRESSES.get(page, page))
    return test.run()


@pytest.fixture
def opened(fake: FakeStore) -> Open:
    """Opens a page over the fake store."""
    return open_page


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A Chromium for the browser tests of a module."""
    with open_browser() as running:
        yield running


@pytest.fixture
def watched(browser: Browser, desk: Desk) -> Iterator[Watched]:
    """A page of the module's own `desk`, at the width of an office screen."""
    with looked(browser, desk, width=1280, height=900) as page:
        yield page
