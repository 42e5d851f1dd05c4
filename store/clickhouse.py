"""The one way to ClickHouse, embedded or a real server: clients, and what each failure means for the caller.

Knows nothing of tables. On a real server the users `writer`, `officer` and `reader` are made by its
administrator (`store.access.grants` prints how) and share the password of the setting.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TypeAlias
from urllib.parse import urlsplit

import clickhouse_connect
from clickhouse_connect.driver.client import Client as _Client
from clickhouse_connect.driver.exceptions import ClickHouseError, DatabaseError
from urllib3.exceptions import HTTPError

from soundings.errors import OursFailed, PostFailed
from soundings.lacks import Lack
from soundings.settings import Settings, secret
from store import access
from store.gate import REFUSED, User

Client: TypeAlias = _Client

CONNECT_SECONDS = 2
ANSWER_SECONDS = 300

VALUE_CODES = frozenset({6, 26, 27, 38, 41, 69, 70, 72, 321, 349, 407, 691})
"""ClickHouse's codes for a value that it cannot read or hold: cannot parse, convert, out of range, null, no element.

Not among them, because an outage says the same: 33 (cannot read all data) and 131 (too large string size) of a body
that was cut off, 117 (incorrect data) of a damaged part, 53 (type mismatch) of a table that an upgrade left behind.
"""
FULL_CODES = {243}
"""Not enough space on its disk."""


def connect(settings: Settings, user: User, *, answer_seconds: int = ANSWER_SECONDS) -> Client:
    """A client for one user. It may be shared by threads: it has no session, and its pool of connections is its own.

    Raises OursFailed while the store is not there.
    """
    address, password = _where(settings, user)
    parts = urlsplit(address)
    embedded = not settings.clickhouse_url
    with failures():
        return clickhouse_connect.get_client(
            host=parts.hostname or "127.0.0.1",
            port=parts.port or (8443 if parts.scheme == "https" else 8123),
            secure=parts.scheme == "https",
            username=user,
            password=password,
            database=settings.clickhouse_database,
            compress=not embedded,
            connect_timeout=CONNECT_SECONDS,
            send_receive_timeout=answer_seconds,
            autogenerate_session_id=False,
            autogenerate_query_id=False,
            query_retries=0,
            show_clickhouse_errors="scrub",
            tz_mode="aware",
            tz_source="server",
        )


def _where(settings: Settings, user: User) -> tuple[str, str]:
    if not settings.clickhouse_url:
        note = access.read(settings)
        return note.url, note.users[user]
    given = secret(settings.clickhouse_password_file)
    return settings.clickhouse_url, given.get_secret_value() if given else ""


@contextmanager
def failures(*, of_values: bool = False) -> Iterator[None]:
    """Turns what clients raise into a decision: OursFailed (try again) or PostFailed (never).

    `of_values`: what is done carries the values of posts. Nothing else can fail by the fault of a post. The message
    names ClickHouse's code only: its text may repeat the text of a post.
    """
    try:
        yield
    except DatabaseError as error:
        if of_values and error.code in VALUE_CODES:
            raise PostFailed(f"ClickHouse cannot hold it (code {error.code})") from None
        if error.code is None:
            raise OursFailed("ClickHouse does not answer", Lack.DATABASE) from None
        why = f"ClickHouse refused or failed (code {error.code}){_by_the_gate(error)}"
        raise OursFailed(why, Lack.DATABASE_FULL if error.code in FULL_CODES else Lack.DATABASE) from None
    except MemoryError:
        raise OursFailed("too little memory to speak to ClickHouse", Lack.MEMORY) from None
    except ClickHouseError as error:
        raise OursFailed(f"ClickHouse failed: {type(error).__name__}", Lack.DATABASE) from None
    except (HTTPError, OSError) as error:
        raise OursFailed(f"ClickHouse does not answer: {type(error).__name__}", Lack.DATABASE) from None


def _by_the_gate(error: DatabaseError) -> str:
    """The reason that `store.gate` gave: it never repeats a statement, so it may be told."""
    found = re.search(rf"{REFUSED}: ([^\n]{{1,200}})", str(error))
    return f": {found.group(1)}" if found else ""
