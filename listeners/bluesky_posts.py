"""Turns a post of Bluesky, as its record says it (app.bsky.feed.post), into a `Native`. Pure.

A record is written by whatever program its author uses, so nothing in it is sure to be there or to be what it should
be: what is not is passed over, except the text itself. Knows nothing of where records come from and of what is kept.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from listeners.checks import EARLIEST
from listeners.minimise import asks_not_to_be_read
from listeners.native import Native
from soundings.errors import PostFailed
from soundings.messages import Kind

POST, PROFILE = "app.bsky.feed.post", "app.bsky.actor.profile"
NOT_IN_PUBLIC = "!no-unauthenticated"
"""The label by which an account asks to be shown to nobody who is not signed in: it does not want to be archived."""
AHEAD = timedelta(days=1)
"""How far behind its own date an event can be: what is dated later still is no date."""
LONGEST_URI = 600
SHORTENED = re.compile(r"(?:\.{3}|…)$")
PREFIX = re.compile(r"^(?:https?://)?(?:www\.)?", re.IGNORECASE)
LETTERS = {letter: number for number, letter in enumerate("234567abcdefghijklmnopqrstuvwxyz")}
TID = re.compile(r"[234567abcdefghij][2-7a-z]{12}")

Record = Mapping[str, Any]
ODD = (ValueError, TypeError, LookupError, AttributeError, RecursionError)
"""What an odd record can raise here and where it is judged: its own fault, never the bus's or the ledger's."""


@dataclass(frozen=True)
class Place:
    """Where a record lies, and when."""

    did: str
    rkey: str
    event_at: datetime
    """When the platform saw it."""
    edited_at: datetime | None = None
    """When its repository took this text: tells a later text from an earlier one, on whichever server it is read."""

    @property
    def uri(self) -> str:
        """The native id of a post."""
        return f"at://{self.did}/{POST}/{self.rkey}"


def to_native(place: Place, record: Record) -> Native | None:
    """The post, or None when it has no words at all. Raises PostFailed for a text that is none."""
    text = record.get("text", "")
    if not isinstance(text, str):
        raise PostFailed("its text is no text")
    shown, alt = _with_tags(_links_spelled_out(text, record), record), tuple(descriptions(record))
    if not shown.strip() and not alt:
        return None
    parent, root = answers(record)
    return Native(
        native_id=place.uri,
        text=shown,
        account=place.did,
        created_at=_created_at(record, place.event_at),
        event_at=place.event_at,
        kind=Kind.REPLY if parent else Kind.POST,
        reply_to=parent,
        thread=root,
        quotes=tuple(_quotes(record)),
        mentions=tuple(spoken_to(record, parent)),
        link=f"https://bsky.app/profile/{place.did}/post/{place.rkey}",
        alt=alt,
        edited_at=place.edited_at,
        no_index=is_silent(record),
    )


def answers(record: Record) -> tuple[str, str]:
    """The ids of the post that this one answers, and of the one that its thread began with; empty for no reply."""
    if not (reply := _table(record.get("reply"))):
        return "", ""
    parent, root = _uri(_table(reply.get("parent")).get("uri")), _uri(_table(reply.get("root")).get("uri"))
    return (parent, root or parent) if parent else ("", "")


def spoken_to(record: Record, parent: str) -> Iterator[str]:
    """The accounts (DIDs) that a post mentions, and whom it answers."""
    for _, feature in _features(record):
        if isinstance(did := feature.get("did"), str):
            yield did
    if parent:
        yield did_of(parent)


def words(record: Record) -> Iterator[str]:
    """Every text of a post in which its area may be named."""
    if isinstance(text := record.get("text"), str):
        yield text
    yield from descriptions(record)
    yield from (f"#{tag}" for tag in _tags(record))
    yield from (uri for _, feature in _features(record) if isinstance(uri := feature.get("uri"), str))


def descriptions(record: Record) -> Iterator[str]:
    """What the author says of pictures and films, and the title of a page that they show."""
    if not (embed := _table(record.get("embed"))):
        return
    for part in (embed, _table(embed.get("media"))):
        shown = [part, _table(part.get("external")), *map(_table, _list(part.get("images"))),
                 *map(_table, _list(part.get("items")))]  # fmt: skip
        said = [one.get("title" if one is shown[1] else "alt") for one in shown]
        yield from (text for text in said if isinstance(text, str) and text.strip())


def is_silent(record: Record) -> bool:
    """Whether a post or a profile says of itself that it is not for the public."""
    labels = _list(_table(record.get("labels")).get("values"))
    if any(_table(label).get("val") == NOT_IN_PUBLIC for label in labels):
        return True
    said = record.get("description")  # of a profile; the text of a post is looked at like any other
    return isinstance(said, str) and asks_not_to_be_read(said)


def did_of(uri: str) -> str:
    """The account in whose repository a record lies."""
    return uri.removeprefix("at://").partition("/")[0]


def taken_at(rev: str) -> datetime | None:
    """The instant in a revision of a repository (a TID: https://atproto.com/specs/tid)."""
    if not TID.fullmatch(rev):
        return None
    number = 0
    for letter in rev:
        number = number << 5 | LETTERS[letter]
    try:
        return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=number >> 10)
    except OverflowError:
        return None


def instant(text: Any) -> datetime | None:
    """A date as records have it; None for what is none, or has no offset."""
    try:
        found = datetime.fromisoformat(text)
        return found.astimezone(UTC) if found.tzinfo else None
    except (TypeError, ValueError, OverflowError):
        return None


def _created_at(record: Record, event_at: datetime) -> datetime | None:
    said = instant(record.get("createdAt"))
    return said if said and EARLIEST <= said <= event_at + AHEAD else None


def _quotes(record: Record) -> Iterator[str]:
    embed = _table(record.get("embed"))
    quoted = _table(embed.get("record"))
    for found in (quoted, _table(quoted.get("record"))):  # beside a picture it lies one deeper
        if f"/{POST}/" in (uri := _uri(found.get("uri"))):
            yield uri


def _features(record: Record) -> Iterator[tuple[Mapping[str, Any], Mapping[str, Any]]]:
    """Each mention, link and tag, with the bytes of the text that it is about."""
    if not (facets := _list(record.get("facets"))):
        return
    for facet in map(_table, facets):
        for feature in map(_table, _list(facet.get("features"))):
            yield _table(facet.get("index")), feature


def _tags(record: Record) -> list[str]:
    tags = [*_list(record.get("tags")), *(feature.get("tag") for _, feature in _features(record))]
    return [tag for tag in tags if isinstance(tag, str) and tag.strip()]


def _with_tags(text: str, record: Record) -> str:
    """The text with the tags that it does not show."""
    folded = text.casefold()
    unseen = [f"#{tag}" for tag in dict.fromkeys(_tags(record)) if f"#{tag}".casefold() not in folded]
    return "\n".join([text, " ".join(unseen)]).strip("\n") if unseen else text


def _links_spelled_out(text: str, record: Record) -> str:
    """The text with whole addresses where programs show `council.example/bin...`; where words hide a link they stay."""
    raw, links = text.encode("utf-8", "surrogatepass"), []
    for index, feature in _features(record):
        start, end, uri = index.get("byteStart"), index.get("byteEnd"), feature.get("uri")
        if isinstance(start, int) and isinstance(end, int) and isinstance(uri, str) and 0 <= start < end <= len(raw):
            links.append((start, end, uri))
    after = len(raw)
    for start, end, uri in sorted(links, reverse=True):  # from the end on, so that the places before stay right
        if end > after:  # it lies over another one
            continue
        after = start
        shown = raw[start:end].decode("utf-8", "replace")
        seen = PREFIX.sub("", SHORTENED.sub("", shown)).casefold()
        if SHORTENED.search(shown) and seen and PREFIX.sub("", uri).casefold().startswith(seen):
            raw = raw[:start] + uri.encode("utf-8", "surrogatepass") + raw[end:]
    return raw.decode("utf-8", "surrogatepass")


def _uri(value: Any) -> str:
    return value if isinstance(value, str) and value.startswith("at://") and len(value) <= LONGEST_URI else ""


def _table(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}  # a plain one, as JSON gives it: quicker than any mapping


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
