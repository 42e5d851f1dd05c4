"""Pages over a real store: what an officer decides is written there, and read back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from dashboard import source
from soundings.messages import Retraction
from store.archive import Archive
from store.clickhouse import Client, connect
from store.retractions import Registrar
from tests.dashboard.conftest import open_page
from tests.dashboard.talk.world import COUNCIL, WORLD
from tests.factories import NOON, post_id
from tests.store.conftest import truncate
from tests.store.serving import StoreServer


@dataclass
class Office:
    """A store that holds the small world, and the pages over it."""

    server: StoreServer
    writer: Client
    open: Callable[..., AppTest]

    def take_back(self, *names: str) -> None:
        """As the store does when writers delete their posts."""
        orders = [Retraction(source="files", post_id=post_id(name), reason="x", observed_at=NOON) for name in names]
        Registrar(self.writer, self.server.settings.receipts).retract(orders)

    def audited(self) -> list[tuple[Any, ...]]:
        """Who did what, oldest first."""
        rows = self.writer.query("SELECT officer, action, detail FROM audit ORDER BY at, detail").result_rows
        return [tuple(row) for row in rows]


@pytest.fixture(scope="session")
def _served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StoreServer]:
    server = StoreServer(tmp_path_factory.mktemp("office"))
    server.start()
    yield server
    server.stop()


@pytest.fixture
def office(_served: StoreServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Office:
    """At noon on Tuesday 10 November 2026; the clock goes on by a second whenever it is read."""
    (tmp_path / "council.toml").write_text(COUNCIL)
    monkeypatch.setenv("SOUNDINGS_HOME", str(_served.settings.home))
    monkeypatch.setenv("SOUNDINGS_COUNCIL", str(tmp_path / "council.toml"))
    ticks = count()
    monkeypatch.setattr(source, "clock", lambda: NOON + next(ticks) * timedelta(seconds=1))
    writer = connect(_served.settings, "writer")
    truncate(writer)
    Archive(writer).take(WORLD)
    st.cache_data.clear()
    st.cache_resource.clear()
    return Office(_served, writer, open_page)
