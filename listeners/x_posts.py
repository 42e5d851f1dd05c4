"""Turns a post of X, as its API (version 2) gives it, into a `Native`. Pure.

X is renaming its fields, and its documents and its schema disagree: `note_tweet` and `note_post`, `referenced_tweets`
and `referenced_posts`, `edit_history_tweet_ids` and `edit_history_post_ids` are all read. What is not as it should be
is passed over, except the id and the text. No name is asked for, so none comes. Knows nothing of where posts come from.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from math import isfinite
from typing import Any

from listeners.accounts import plain
from listeners.native import Native
from soundings.errors import PostFailed
from soundings.messages import Kind

EPOCH = datetime(2010, 11, 4, 1, 42, 54, 657000, tzinfo=UTC)
"""What the instants in ids count from. https://docs.x.com/resources/fundamentals/x-ids"""
FIRST = 29_700_859_247
"""Ids up to this one, of November 2010, hold no instant."""
ID = re.compile(r"[0-9]{1,19}", re.ASCII)
PICTURE = re.compile(r"^https?://(?:www\.)?(?:x|twitter)\.com/[^/\s]+/status/\d+/(?:photo|video)/\d+/?$", re.IGNORECASE)
ESCAPED = (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&"))
"""What X escapes in texts. The last must come last, or "&amp;lt;" would become a bracket."""

Json = Mapping[str, Any]


def to_native(post: Json, includes: Json, listed: Mapping[str, str]) -> Native | None:
    """The post, or None for a repost and for what has no words. Raises PostFailed for what has no id or no text.

    `includes`: what X gave beside it. `listed`: id of an account -> its handle, as the council file lists it.
    """
    if not (own := _id(post.get("id"))):
        raise PostFailed("it has no id")
    said, entities = _words(post)
    answered, quoted, reposted = (_referenced(post, kind) for kind in ("replied_to", "quoted", "retweeted"))
    text, alt = _spelled_out(said, entities), tuple(_descriptions(post, includes))
    if reposted or not (text or alt):
        return None
    versions = [*filter(None, map(_id, _list(_either(post, "edit_history_tweet_ids", "edit_history_post_ids")))), own]
    first = min(versions, key=int)
    author = _id(post.get("author_id"))
    created_at = _instant(post.get("created_at"))
    return Native(
        native_id=first,
        text=text,
        account=listed.get(author, author),
        created_at=created_at,
        event_at=instant_of(first) or created_at,
        kind=Kind.REPLY if answered else Kind.POST,
        reply_to=answered[0] if answered else "",
        thread=_thread(post, own, bool(answered)),
        quotes=tuple(quoted),
        mentions=tuple(dict.fromkeys(_spoken_to(post, entities, listed))),
        link=f"https://x.com/i/status/{own}",
        alt=alt,
        edited_at=instant_of(own) if own != first else None,
        point=_point(post),
        place_hint=_place(post, includes),
        aliases=tuple(sorted({*versions} - {first}, key=int)),
    )


def instant_of(native_id: str) -> datetime | None:
    """The instant in an id; None for one from before ids had any."""
    number = int(native_id)
    return EPOCH + timedelta(milliseconds=number >> 22) if number > FIRST else None


def id_at(moment: datetime) -> str:
    """The id from which on posts are younger than this instant."""
    return str(max(0, (moment - EPOCH) // timedelta(milliseconds=1)) << 22)


def _words(post: Json) -> tuple[str, Json]:
    """The whole text and what stands where in it: of a long post it lies apart."""
    long = _table(_either(post, "note_tweet", "note_post"))
    if isinstance(text := long.get("text"), str) and text:
        return text, _table(long.get("entities"))
    if not isinstance(text := post.get("text", ""), str):
        raise PostFailed("its text is no text")
    return text, _table(post.get("entities"))


def _spelled_out(text: str, entities: Json) -> str:
    """The text with whole addresses instead of X's short ones, without those of its own pictures, and unescaped."""
    for escaped, letter in ESCAPED:
        text = text.replace(escaped, letter)
    for link in map(_table, _list(entities.get("urls"))):
        short, whole = link.get("url"), link.get("expanded_url")
        if isinstance(short, str) and short.startswith("https://t.co/") and isinstance(whole, str) and whole:
            shown = "" if PICTURE.match(whole) else whole
            text = re.sub(rf"{re.escape(short)}(?!\w)", lambda _, shown=shown: shown, text)  # type: ignore[misc]
    return text.strip()


def _thread(post: Json, own: str, answers: bool) -> str:
    found = _id(post.get("conversation_id"))
    return found if answers and found != own else ""


def _referenced(post: Json, kind: str) -> list[str]:
    found = map(_table, _list(_either(post, "referenced_tweets", "referenced_posts")))
    return [name for one in found if one.get("type") == kind and (name := _id(one.get("id")))]


def _spoken_to(post: Json, entities: Json, listed: Mapping[str, str]) -> Iterator[str]:
    """The handles that a post mentions, and the listed account that it answers."""
    for found in (entities, _table(post.get("entities"))):
        for mention in map(_table, _list(found.get("mentions"))):
            if isinstance(handle := mention.get("username"), str) and plain(handle):
                yield handle
    if handle := listed.get(_id(post.get("in_reply_to_user_id")), ""):
        yield handle


def _descriptions(post: Json, includes: Json) -> Iterator[str]:
    keys = _list(_table(post.get("attachments")).get("media_keys"))
    for media in map(_table, _list(includes.get("media"))):
        if media.get("media_key") in keys and isinstance(text := media.get("alt_text"), str) and text.strip():
            yield text


def _place(post: Json, includes: Json) -> str:
    place_id = _table(post.get("geo")).get("place_id")
    for place in map(_table, _list(includes.get("places"))):
        if isinstance(place_id, str) and place.get("id") == place_id and isinstance(place.get("full_name"), str):
            return str(place["full_name"])
    return ""


def _point(post: Json) -> tuple[float, float] | None:
    """Latitude and longitude; X gives them the other way round."""
    pair = _list(_table(_table(post.get("geo")).get("coordinates")).get("coordinates"))
    if len(pair) != 2 or not all(type(part) in (int, float) and abs(part) <= 180 and isfinite(part) for part in pair):
        return None
    longitude, latitude = pair
    return (float(latitude), float(longitude)) if abs(latitude) <= 90 else None


def _instant(text: Any) -> datetime | None:
    try:
        found = datetime.fromisoformat(text)
        return found.astimezone(UTC) if found.tzinfo else None
    except (TypeError, ValueError, OverflowError):
        return None


def _either(post: Json, old: str, new: str) -> Any:
    return post.get(new) if post.get(old) is None else post[old]


def _id(value: Any) -> str:
    return value if isinstance(value, str) and ID.fullmatch(value) else ""


def _table(value: Any) -> Json:
    return value if isinstance(value, dict) else {}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
