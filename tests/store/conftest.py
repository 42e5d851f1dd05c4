"""One engine for the whole test session, and a client for each of its users over empty tables."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from store.clickhouse import Client, connect
from tests.store.serving import StoreServer

TABLES = ("readings", "originals", "tombstones", "erased", "gaps", "decisions", "audit", "alerts_sent")


@pytest.fixture(scope="session")
def store_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StoreServer]:
    """The real engine behind its real endpoint, in a process of its own."""
    server = StoreServer(tmp_path_factory.mktemp("store"))
    server.start()
    client = connect(server.settings, "writer")
    for table in TABLES:  # no test here pulls the plug, and waiting for the disk is most of an insert
        client.command(f"ALTER TABLE {table} MODIFY SETTING fsync_after_insert = 0, fsync_part_directory = 0")
    yield server
    server.stop()


@pytest.fixture(scope="session")
def _writer(store_server: StoreServer) -> Client:
    return connect(store_server.settings, "writer")


@pytest.fixture(scope="session")
def _reader(store_server: StoreServer) -> Client:
    return connect(store_server.settings, "reader")


@pytest.fixture(scope="session")
def _officer(store_server: StoreServer) -> Client:
    return connect(store_server.settings, "officer")


def truncate(client: Client) -> None:
    """Empty every table."""
    for table in TABLES:
        client.command(f"TRUNCATE TABLE {table}")


@pytest.fixture
def writer(_writer: Client) -> Client:
    """A client that may do all the store does, over empty tables."""
    truncate(_writer)
    return _writer


@pytest.fixture
def reader(writer: Client, _reader: Client) -> Client:
    """A client that may only ask."""
    return _reader


@pytest.fixture
def officer(writer: Client, _officer: Client) -> Client:
    """A client that may ask, and add decisions and audit rows."""
    return _officer
