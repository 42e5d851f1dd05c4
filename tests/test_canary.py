"""Who said it stays with the listener: a canary's handle, name and native id are searched for in every byte under
SOUNDINGS_HOME, logs included, and in every column of the store. Found: ledger and sealed originals (invariant R4).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import clickhouse_connect
import pytest

from tests.service import Service

pytestmark = [pytest.mark.service, pytest.mark.timeout(180)]

HANDLE = "canaryhandleqzx7"
NAME = "Canaria Birdsong"
NATIVE = "at-did-plc-canarynative9w"
CANARIES = (HANDLE.encode(), NAME.encode(), NATIVE.encode())
LINES = [
    {
        "id": NATIVE,
        "author": HANDLE,
        "author_name": NAME,
        "text": f"My bin was missed. Mail me at {HANDLE}@mail.example or ask @{HANDLE}.",
        "link": f"https://social.example/@{HANDLE}/{NATIVE}",
        "created_at": "2026-11-02T10:00:00Z",
    },
    {
        "id": "an-answer",
        "kind": "reply",
        "author": "neighbour",
        "text": f"@{HANDLE} see https://social.example/@{HANDLE}/ , they come on Friday",
        "reply_to": NATIVE,
        "thread": NATIVE,
        "created_at": "2026-11-02T11:00:00Z",
    },
    {"id": f"{NATIVE}-bad", "author": HANDLE, "text": "a date that cannot be", "created_at": "2299-01-01T00:00:00Z"},
]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    service = Service(tmp_path_factory.mktemp("canary") / "home")
    service.start()
    path = service.home.parent / "canary.jsonl"
    path.write_text("".join(json.dumps(line) + "\n" for line in LINES))
    service.run("import", str(path))
    assert service.totals()["stored"] == 2
    assert service.totals()["rejected"] == 1
    service.run("rejected")
    service.run("ask", "posts", "--since", "1990-01-01")
    yield service.home
    service.stop()


def holders(home: Path) -> set[str]:
    """Files under the home folder (and what `up` printed) that hold a canary in clear."""
    files = [path for path in [*home.rglob("*"), home.parent / "up.out"] if path.is_file()]
    return {str(path.relative_to(home.parent)) for path in files if any(one in path.read_bytes() for one in CANARIES)}


def test_no_file_but_ledger_and_originals_holds_the_canary(home: Path) -> None:
    found = holders(home)
    ledgers = {name for name in found if name.startswith("home/ledgers/")}
    assert ledgers, "the scan finds what is there"
    database = {name for name in found if name.startswith("home/database/")}
    originals = {name for name in database if _table_of(home, home.parent / name) == "originals"}
    assert found - ledgers - originals == set()


def _table_of(home: Path, path: Path) -> str:
    """The table whose part a file is: chDB keeps each table's parts under its uuid."""
    with _writer(home) as client:
        rows = client.query("SELECT name, toString(uuid) FROM system.tables").result_rows
    return next((str(name) for name, uuid in rows if uuid in str(path)), "")


def _writer(home: Path) -> clickhouse_connect.driver.Client:
    note = json.loads((home / "run" / "clickhouse.json").read_text())
    host, _, port = note["url"].removeprefix("http://").partition(":")
    return clickhouse_connect.get_client(
        host=host, port=int(port), username="writer", password=note["users"]["writer"], database="soundings"
    )


def test_no_column_but_originals_holds_the_canary(home: Path) -> None:
    with _writer(home) as client:
        tables = [row[0] for row in client.query("SHOW TABLES").result_rows]
        assert {"readings", "originals", "tombstones"} <= set(tables)
        held = {table: client.query(f"SELECT * FROM {table}").result_rows for table in tables}
    leaking = {table for table, rows in held.items() if any(one.decode() in repr(rows) for one in CANARIES)}
    assert leaking == {"originals"}
    assert len(held["readings"]) == 2
