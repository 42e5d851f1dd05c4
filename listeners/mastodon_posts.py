"""Turns a status of Mastodon, as plain JSON (https://docs.joinmastodon.org/entities/Status/), into a `Native`. Pure.

A status may come from any program of the network, so what is not as it should be is passed over, except the text
itself. Knows nothing of how statuses are fetched and of what is kept.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from listeners.entries import plain_text
from listeners.minimise import asks_not_to_be_read
from listeners.native import Native
from soundings.errors import PostFailed
from soundings.messages import AuthorKind, Kind

QUOTED = re.compile(r"<(p|span) class=\"quote-inline\">.*?</\1>", re.DOTALL)
"""How a quoted post is told to programs that know no quotes: an address, which some servers leave out."""
SHORT = re.compile(r"(?<![\w@/.])@(\w+(?:[.-]\w+)*)(?![\w@])")
"""A handle without its server."""
LONGEST_ID = 100
ODD = (ValueError, TypeError, LookupError, AttributeError, RecursionError)
"""What an odd status can raise here and where it is judged: its own fault, never the bus's or the ledger's."""

Status = Mapping[str, Any]


@dataclass(frozen=True)
class Seen:
    """Through whose eyes a status is seen: ids and short handles are a server's own."""

    host: str
    domain: str
    """What the handles of its own people end in; often, and not always, its host."""
    local: bool = False
    """All that its people write is about the area."""

    def alias(self, number: Any) -> str:
        """The name in our ledger for this server's own id of a post; empty for none."""
        plain = status_id(number)
        return f"{self.host}/{plain}" if plain else ""

    def handle(self, acct: Any) -> str:
        """The handle by which the whole network knows an account; empty for none."""
        if not isinstance(acct, str) or not acct.strip("@"):
            return ""
        return acct if "@" in acct else f"{acct}@{self.domain}"


def to_native(status: Status, seen: Seen) -> Native | None:
    """The post, or None for what is no post for everybody: a boost, a post for followers, a picture without words.

    Raises PostFailed for a text that is none.
    """
    if status.get("reblog") or status.get("visibility") != "public":
        return None
    text, alt = _text(status, seen), tuple(_descriptions(status))
    if not text and not alt:
        return None
    account, answered = _table(status.get("account")), seen.alias(status.get("in_reply_to_id"))
    alias = seen.alias(status.get("id"))
    return Native(
        native_id=_words(status.get("uri")),
        text=text,
        account=seen.handle(account.get("acct")),
        author_name=_words(account.get("display_name")),
        created_at=instant(status.get("created_at")),
        kind=Kind.REPLY if answered else Kind.POST,
        reply_to=answered,
        quotes=tuple(_quotes(status)),
        mentions=tuple(
            handle for one in _list(status.get("mentions")) if (handle := seen.handle(_table(one).get("acct")))
        ),
        link=_words(status.get("url")),
        alt=alt,
        edited_at=instant(status.get("edited_at")),
        author_kind=AuthorKind.ORGANISATION if account.get("bot") is True else None,
        aliases=(alias,) if alias else (),
        no_index=is_silent(account),
        local=seen.local and "@" not in _words(account.get("acct")),
    )


def is_silent(account: Mapping[str, Any]) -> bool:
    """Whether an account asks not to be found, in either of the two ways that there are, or in what it says of itself.

    `indexable` is what servers say since 4.2, and False unless its owner chose otherwise; `noindex` is older.
    """
    if account.get("indexable") is False or account.get("noindex") is True:
        return True
    return asks_not_to_be_read(plain_text(_words(account.get("note"))))


def status_id(value: Any) -> str:
    """A server's own id of a post, as text whichever way it came; empty for what is none."""
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    return value if isinstance(value, str) and value.isalnum() and len(value) <= LONGEST_ID else ""


def instant(text: Any) -> datetime | None:
    """A date as statuses have it; None for what is none, or has no offset."""
    try:
        found = datetime.fromisoformat(text)
        return found.astimezone(UTC) if found.tzinfo else None
    except (TypeError, ValueError, OverflowError):
        return None


def _text(status: Status, seen: Seen) -> str:
    """The warning before it, then what it says."""
    warning, content = status.get("spoiler_text") or "", status.get("content") or ""
    if not isinstance(warning, str) or not isinstance(content, str):
        raise PostFailed("its text is no text")
    said = plain_text(QUOTED.sub("", content))
    return "\n\n".join(part for part in (warning.strip(), _whole(said, status, seen)) if part)


def _whole(text: str, status: Status, seen: Seen) -> str:
    """The text with whole handles: `@anna` may be anybody, and who is listed must be known."""
    handles: dict[str, set[str]] = {}
    for one in map(_table, _list(status.get("mentions"))):
        if handle := seen.handle(one.get("acct")):
            handles.setdefault(_words(one.get("username")).casefold(), set()).add(handle)

    def whole(found: re.Match[str]) -> str:
        meant = handles.get(found[1].casefold(), set())
        return f"@{next(iter(meant))}" if len(meant) == 1 else found[0]

    return SHORT.sub(whole, text) if handles else text


def _descriptions(status: Status) -> Iterator[str]:
    """What the author says of pictures and films."""
    for one in _list(status.get("media_attachments")):
        if said := _words(_table(one).get("description")).strip():
            yield said


def _quotes(status: Status) -> Iterator[str]:
    if uri := _words(_table(_table(status.get("quote")).get("quoted_status")).get("uri")):
        yield uri


def _words(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _table(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
