"""Turns what Reddit lists (a comment, `t1`, or a submission, `t3`) into a `Native`, or says why it is gone. Pure.

What is odd is passed over, except the id and the text. Reddit keeps the place of what was deleted or removed, and says
so in many ways: all of them are here. Knows nothing of where things come from and of what is kept.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from listeners.checks import EARLIEST
from listeners.markdown_text import plain_words
from listeners.native import Native
from soundings.errors import PostFailed
from soundings.messages import AuthorKind, Kind

COMMENT, SUBMISSION = "t1", "t3"
FULLNAME = re.compile(r"t[13]_[0-9a-z]{1,16}")
SITE = "https://www.reddit.com"
DELETED, REMOVED = "removed by its author", "removed by moderators or by Reddit"
LEFT = "its author's account was deleted"
INSTEAD_DELETED = re.compile(r"\[\s*deleted(?: by user)?\s*\]", re.IGNORECASE)
INSTEAD_REMOVED = re.compile(r"\[\s*removed\b[^\]\n]{0,200}\]", re.IGNORECASE)
"""What stands in the place of the words: also `[ Removed by Reddit ]`, `[ Removed by reddit in response to ... ]`."""
REMOVED_MARKS = ("removed_by_category", "banned_by", "removal_reason", "removed", "spam")
"""Any of them set says removed; all but the first are shown to moderators alone."""
SPEAKS_TO = re.compile(r"(?<![\w/.])/?u/([A-Za-z0-9_-]{3,20})\b")
ODD = (ValueError, TypeError, LookupError, AttributeError, RecursionError)
"""What an odd thing can raise here: its own fault."""

Data = Mapping[str, Any]


def data_of(thing: Any) -> Data:
    """The fields of a listed thing. Raises PostFailed when it has none."""
    found = thing.get("data") if isinstance(thing, dict) else None
    if not isinstance(found, dict):
        raise PostFailed("a thing that Reddit lists is neither a comment nor a submission")
    return found


def name_of(thing: Any) -> str:
    """Its id as Reddit uses it everywhere, such as `t3_1abcde`; empty when it has none."""
    try:
        data = data_of(thing)
    except PostFailed:
        return ""
    for name in (data.get("name"), f"{thing.get('kind')}_{data.get('id')}"):
        if isinstance(name, str) and FULLNAME.fullmatch(name):
            return name
    return ""


def created(thing: Any) -> datetime | None:
    """When it was written, by Reddit's clock."""
    return instant(data_of(thing).get("created_utc")) if name_of(thing) else None


def community_of(thing: Any) -> str:
    """The community in which it stands, folded; empty when it does not say."""
    return _word(data_of(thing).get("subreddit")).casefold()


def why_gone(thing: Any) -> str:
    """Why it is shown no more; empty when it is. The words of who deleted their account are theirs as well."""
    data = data_of(thing)
    texts = [text for text in (data.get("title"), data.get("selftext"), data.get("body")) if isinstance(text, str)]
    if data.get("removed_by_category") == "deleted" or any(map(INSTEAD_DELETED.fullmatch, map(str.strip, texts))):
        return DELETED
    if any(data.get(mark) for mark in REMOVED_MARKS) or any(map(INSTEAD_REMOVED.fullmatch, map(str.strip, texts))):
        return REMOVED
    return LEFT if data.get("author", "") in (None, "[deleted]") else ""


def to_native(thing: Any, local: bool = False) -> Native:
    """The post. Raises PostFailed for what has no id or no words that are a text."""
    data, name = data_of(thing), name_of(thing)
    if not name:
        raise PostFailed("a thing that Reddit lists is without an id")
    return _comment(data, name, local) if name.startswith(COMMENT) else _submission(data, name, local)


def _comment(data: Data, name: str, local: bool) -> Native:
    body = data.get("body")
    if not isinstance(body, str):
        raise PostFailed("its text is no text")
    parent, thread = _fullname(data.get("parent_id")), _fullname(data.get("link_id"))
    whose = _word(data.get("link_author")) if parent == thread else ""  # of another comment it names nobody
    place = f"{thread.removeprefix('t3_')}/_/{name.removeprefix('t1_')}" if thread else name
    return Native(
        text=plain_words(body),
        kind=Kind.REPLY,
        reply_to=parent or thread,
        thread=thread or parent,
        mentions=tuple(_spoken_to(body, whose)),
        link=_link(data, place),
        **_common(data, name, local),
    )


def _submission(data: Data, name: str, local: bool) -> Native:
    title, words = data.get("title"), data.get("selftext") or ""
    if not isinstance(title, str) or not isinstance(words, str):
        raise PostFailed("its text is no text")
    quoted = _fullname(data.get("crosspost_parent"))
    return Native(
        text="\n\n".join(part for part in (title.strip(), plain_words(words)) if part),
        kind=Kind.REPOST if quoted and not words and title in _titles(data) else Kind.POST,
        quotes=(quoted,) if quoted else (),
        mentions=tuple(_spoken_to(f"{title}\n{words}")),
        link=_link(data, name.removeprefix("t3_")),
        alt=tuple(_captions(data)),
        **_common(data, name, local),
    )


def _common(data: Data, name: str, local: bool) -> dict[str, Any]:
    author, when = _word(data.get("author")), instant(data.get("created_utc"))
    account = "" if author == "[deleted]" else author
    return {
        "native_id": name,
        "account": account,
        "created_at": when,
        "event_at": when,
        "edited_at": instant(data.get("edited")),
        "author_kind": AuthorKind.ORGANISATION if _speaks_for_the_place(data, account) else None,
        "local": local,
    }


def _speaks_for_the_place(data: Data, account: str) -> bool:
    """Whether it is said as moderator or by their program. What a moderator says as themselves is a resident's."""
    return bool(_word(data.get("distinguished"))) or account == "AutoModerator" or account.endswith("-ModTeam")


def _spoken_to(text: str, whose: str = "") -> Iterator[str]:
    yield from dict.fromkeys(SPEAKS_TO.findall(text))
    if whose:
        yield whose


def _titles(data: Data) -> list[Any]:
    """The titles of what it passes on: their words are their authors', and are never kept with it."""
    parents = data.get("crosspost_parent_list")
    return [parent.get("title") for parent in parents if isinstance(parent, dict)] if isinstance(parents, list) else []


def _captions(data: Data) -> Iterator[str]:
    gallery = data.get("gallery_data")
    items = gallery.get("items") if isinstance(gallery, dict) else None
    for item in items if isinstance(items, list) else ():
        if isinstance(item, dict) and (caption := _word(item.get("caption")).strip()):
            yield caption


def _link(data: Data, place: str) -> str:
    given = _word(data.get("permalink"))  # old comments have none
    return f"{SITE}{given}" if given.startswith("/") else f"{SITE}/comments/{place}"


def instant(value: Any) -> datetime | None:
    """Seconds since 1970 as Reddit writes them; None for what is no instant, such as `edited: false`."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        found = datetime.fromtimestamp(value, UTC)
    except (ValueError, OverflowError, OSError):
        return None
    return found if found >= EARLIEST else None


def _fullname(value: Any) -> str:
    return value if isinstance(value, str) and FULLNAME.fullmatch(value) else ""


def _word(value: Any) -> str:
    return value if isinstance(value, str) else ""
