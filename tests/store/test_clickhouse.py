"""Clients, and what each failure means for the caller."""

from __future__ import annotations

from pathlib import Path

import pytest
from clickhouse_connect.driver.exceptions import DatabaseError, OperationalError
from urllib3.exceptions import ProtocolError

from soundings.errors import BadInput, OursFailed, PostFailed
from soundings.settings import Settings
from store import access
from store.clickhouse import connect, failures
from store.rows import ask
from tests.store.serving import StoreServer

pytestmark = pytest.mark.servers

SECRET = "the text of a resident"


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (DatabaseError(SECRET, code=241), OursFailed),  # memory
        (DatabaseError(SECRET, code=243), OursFailed),  # disk full
        (DatabaseError(SECRET, code=159), OursFailed),  # time
        (DatabaseError(SECRET, code=60), OursFailed),  # no such table: a deploy of ours
        (DatabaseError(SECRET, code=516), OursFailed),
        (DatabaseError(SECRET), OursFailed),
        (OperationalError(SECRET), OursFailed),
        (ProtocolError(SECRET), OursFailed),
        (ConnectionResetError(SECRET), OursFailed),
        (TimeoutError(SECRET), OursFailed),
        (DatabaseError(SECRET, code=27), PostFailed),  # cannot parse
        (DatabaseError(SECRET, code=69), PostFailed),  # out of range
        (DatabaseError(SECRET, code=33), OursFailed),  # cannot read all data: the connection was cut
    ],
)
def test_each_failure_is_ours_or_the_posts_and_tells_no_text(error: Exception, expected: type[Exception]) -> None:
    with pytest.raises(expected) as failed, failures(of_values=True):
        raise error
    assert SECRET not in str(failed.value)
    with pytest.raises(OursFailed), failures():  # a question carries no value of a post
        raise error


def test_a_real_server_is_reached_by_its_address_and_a_private_file(store_server: StoreServer, tmp_path: Path) -> None:
    note, file = access.read(store_server.settings), tmp_path / "password"
    file.write_text(note.users["reader"] + "\n")
    settings = Settings(home=tmp_path, clickhouse_url=note.url, clickhouse_password_file=file)
    with pytest.raises(BadInput, match="can be read by others"):
        connect(settings, "reader")
    file.chmod(0o600)
    assert ask(connect(settings, "reader"), "SELECT 1") == [(1,)]
    with pytest.raises(OursFailed, match="516"):
        connect(settings, "writer")


def test_what_an_administrator_runs_names_each_user_and_seals_the_originals() -> None:
    lines = access.grants("soundings")
    for user in access.USERS:
        assert any(line.startswith(f"CREATE USER {user} ") for line in lines)
    assert "REVOKE SELECT ON soundings.originals FROM reader" in lines
    assert not [line for line in lines if "INSERT" in line and line.endswith("TO reader")]
