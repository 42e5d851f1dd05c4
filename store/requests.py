"""One HTTP request in ClickHouse's protocol, read into a `Job`: who asks, what, with which settings and rows.

Knows nothing of the engine. Speaks only the part of the protocol that `clickhouse_connect` uses, never claims a
protocol version, and never keeps a body anywhere but in memory.
"""

from __future__ import annotations

import base64
import binascii
import re
import secrets
import zlib
from collections.abc import Callable, Mapping
from typing import Any

from clickhouse_connect.driver.compression import _lz4_decompressor, _zstd_decompressor, _ZstdError

from store.access import PROFILES, USERS, Access
from store.engine import Job
from store.gate import Refused, User, check

MAX_BODY = 64 * 1024 * 1024
"""Bytes of one request, unpacked."""
TRANSPORT = frozenset({
    "buffer_size", "cancel_http_readonly_queries_on_client_close", "client_protocol_version", "compress",
    "database", "decompress", "default_format", "enable_http_compression",
    "http_headers_progress_interval_ms", "http_zlib_compression_level", "password", "query", "query_id",
    "quota_key", "role", "send_progress_in_http_headers", "session_check", "session_id", "session_timeout",
    "user", "wait_end_of_query",
})  # fmt: skip
"""Query parameters that are about the request and not about the engine. All of them may be ignored here."""
UNFOLDERS: dict[str, Callable[[], Any]] = {
    "gzip": lambda: zlib.decompressobj(31),
    "deflate": lambda: zlib.decompressobj(15),
    "lz4": _lz4_decompressor,
    "zstd": _zstd_decompressor,
}
INSERT = re.compile(r"\s*INSERT\s", re.IGNORECASE)
INSERT_HEAD = re.compile(rb"\s*INSERT\s[^\n]*?\bFORMAT\s+\w+[ \t]*\n", re.IGNORECASE)
FORMAT = re.compile(r"\sFORMAT\s+(\w+)\s*;*\s*$", re.IGNORECASE)


class Unknown(Exception):
    """No such user, or not this password."""


class TooLarge(Exception):
    """The body is above MAX_BODY."""


def who(access: Access, headers: Mapping[str, str]) -> User:
    """The user that a request proves to be. Raises Unknown; compares in constant time."""
    name, password = _credentials(headers)
    # An unknown name is compared too, so that the time taken does not tell which names exist.
    known = access.users.get(name, "")
    if not secrets.compare_digest(password.encode(), known.encode()) or not known:
        raise Unknown
    return next(user for user in USERS if user == name)


def _credentials(headers: Mapping[str, str]) -> tuple[str, str]:
    scheme, _, value = headers.get("authorization", "").partition(" ")
    if scheme.lower() == "basic":
        try:
            name, _, password = base64.b64decode(value, validate=True).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError):
            raise Unknown from None
        return name, password
    return headers.get("x-clickhouse-user", ""), headers.get("x-clickhouse-key", "")


def unpack(body: bytes, encoding: str) -> bytes:
    """A body without its compression. Raises Refused for what is damaged, TooLarge for what unfolds too far."""
    if encoding in ("", "identity"):
        return body
    if encoding not in UNFOLDERS:
        raise Refused(f"bodies are sent plain or as {', '.join(UNFOLDERS)}, not as {encoding[:20]}")
    try:
        return _unfold(UNFOLDERS[encoding], body)
    except (OSError, EOFError, ValueError, RuntimeError, zlib.error, _ZstdError) as error:
        raise Refused(f"the body is not what {encoding} makes: {type(error).__name__}") from None


def _unfold(make: Callable[[], Any], body: bytes) -> bytes:
    """One compressed stream after another. One that ends too early is refused: its last rows would be lost."""
    plain = bytearray()
    while body:
        stream = make()
        plain += stream.decompress(body, MAX_BODY + 1 - len(plain))
        if len(plain) > MAX_BODY:
            raise TooLarge
        if not stream.eof:
            raise Refused("the body ends too early")
        body = stream.unused_data or b""
    return bytes(plain)


def read_job(user: User, parameters: Mapping[str, str], body: bytes, ours: str) -> Job:
    """The statement with its rows, parameters and settings. Raises Refused when this user may not send it.

    `ours`: the one database there is. Within `system` a bare name would be a table that the gate does not know.
    """
    statement, rows = _split(parameters.get("query", ""), body)
    read_only = check(user, statement)
    named = FORMAT.search(statement)
    database = parameters.get("database", "")
    if database not in ("", "default", ours):
        raise Refused("there is one database here, and it has another name")
    return Job(
        statement=statement.rstrip("; \t\r\n"),
        format=named.group(1) if named else parameters.get("default_format", "TabSeparated"),
        settings={**_settings(user, parameters), **PROFILES[user]},
        params={name[6:]: value for name, value in parameters.items() if name.startswith("param_")},
        database="" if database == "default" else database,
        read_only=read_only and user != "writer",
        rows=rows,
    )


def _split(query: str, body: bytes) -> tuple[str, bytes | None]:
    """Statement and rows. An INSERT comes as one body (head, line end, rows), or as `query` and the rows as body."""
    if query:
        if INSERT.match(query) and FORMAT.search(query):
            return query, body
        return f"{query}\n{_text(body)}" if body else query, None
    head = INSERT_HEAD.match(body)
    if head:
        return _text(head.group()), body[head.end() :]
    return _text(body), None


def _text(body: bytes) -> str:
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        raise Refused("a statement is UTF-8") from None


def _settings(user: User, parameters: Mapping[str, str]) -> dict[str, str]:
    """Settings from the address. Only the writer may send any: `apply_deleted_mask = 0` shows deleted text."""
    given = {
        name: value for name, value in parameters.items() if name not in TRANSPORT and not name.startswith("param_")
    }
    if given and user != "writer":
        raise Refused(f"{user} may not change settings ({', '.join(sorted(given))[:80]})")
    if any(not re.fullmatch(r"\w{1,64}", name) for name in given):
        raise Refused("a setting has a name of letters, digits and underscores")
    return given
