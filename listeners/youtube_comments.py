"""What the YouTube Data API says of a channel's videos and comments, read: JSON in, `Native` out. Nothing is asked.

The shapes are those of Google's reference (resources channel, playlistItem, commentThread and comment; the page
"Errors"). Knows nothing of the bus.
"""

from __future__ import annotations

import json
import re
from datetime import datetime, time, timedelta
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from pydantic import AwareDatetime, Field, ValidationError

from listeners.native import Native
from listeners.polled_source import Shape
from listeners.polling import A_DAY, AskFailed, State
from listeners.published import Published
from soundings.messages import AuthorKind, Kind

CHANNEL = r"UC[A-Za-z0-9_-]{22}"
HOW_TO_NAME_IT = (
    "write the channel's id, which begins with UC and has 24 characters; it is the last part of "
    "youtube.com/channel/UC..., not the address and not @name"
)
PACIFIC = ZoneInfo("America/Los_Angeles")
"""Where Google's day of the quota begins."""
USED_UP = frozenset({"quotaExceeded", "dailyLimitExceeded"})
TOO_FAST = frozenset({"rateLimitExceeded", "userRateLimitExceeded"})
NOTHING = frozenset({"commentsDisabled", "playlistNotFound"})
"""There are no comments, or no videos yet: that is an answer."""
ONE_ONLY = frozenset({"forbidden", "videoNotFound", "commentNotFound", "processingFailure", "channelForbidden"})
"""It is about one video, and says nothing of the next."""
A_REST = timedelta(minutes=5)

Id = Annotated[str, Field(pattern=r"^[\w.-]+$", max_length=200)]


class Nothing(AskFailed):
    """There is nothing to be had there, and that is as it should be."""


class _Channel(Shape):
    value: str = ""


class _VideoId(Shape):
    videoId: Id
    videoPublishedAt: AwareDatetime | None = None


class _About(Shape):
    title: str = ""
    description: str = ""
    publishedAt: AwareDatetime | None = None


class _Video(Shape):
    contentDetails: _VideoId
    snippet: _About


class _Said(Shape):
    textDisplay: str = ""
    authorDisplayName: str = ""
    authorChannelId: _Channel = _Channel()
    parentId: str = ""
    publishedAt: AwareDatetime | None = None
    updatedAt: AwareDatetime | None = None


class _Comment(Shape):
    id: Id
    snippet: _Said


def opened(thread: Any) -> tuple[list[Any], str]:
    """The comment that a thread begins with and its replies, unread. When more replies are there than came with it:
    only the first, and the id by which they are asked for.
    """
    first, name = _within(thread, "snippet", "topLevelComment"), _within(thread, "id")
    replies, count = _within(thread, "replies", "comments"), _within(thread, "snippet", "totalReplyCount")
    replies = replies if isinstance(replies, list) else []
    begins = [thread if first is None else first]  # what is no thread is no comment either: it will be rejected
    if isinstance(name, str) and isinstance(count, int) and count > len(replies):
        return begins, name
    return [*begins, *replies], ""


def are_before(threads: list[Any], since: datetime) -> bool:
    """Whether each of these threads began before then."""
    return all((began := _began(thread)) is not None and began < since for thread in threads)


def _began(thread: Any) -> datetime | None:
    try:
        return _Comment.model_validate(_within(thread, "snippet", "topLevelComment")).snippet.publishedAt
    except ValidationError:
        return None


def _within(thing: Any, *path: str) -> Any:
    for name in path:
        thing = thing.get(name) if isinstance(thing, dict) else None
    return thing


def video(item: Any, channel: str, now: datetime) -> Published:
    """One video of the channel. Raises ValidationError. `now`: when a video without a date is first seen."""
    found = _Video.model_validate(item)
    name, about = found.contentDetails.videoId, found.snippet
    at = found.contentDetails.videoPublishedAt or about.publishedAt
    text = "\n\n".join(part for part in (about.title.strip(), about.description.strip()) if part)
    native = Native(
        native_id=name,
        text=text,
        account=channel,
        author_kind=AuthorKind.COUNCIL,
        created_at=at,
        event_at=at,
        link=f"https://www.youtube.com/watch?v={name}",
    )
    return Published(name, at or now, native if text else None)


def comment(item: Any, channel: str, video: str) -> Native | None:
    """One comment or reply under a video; None: it has no words. Raises ValidationError."""
    found = _Comment.model_validate(item)
    said = found.snippet
    if not said.textDisplay.strip():
        return None
    author, edited = said.authorChannelId.value, said.updatedAt != said.publishedAt
    return Native(
        native_id=found.id,
        text=said.textDisplay,
        account=author,
        author_name=said.authorDisplayName,
        author_kind=AuthorKind.COUNCIL if author == channel else None,
        kind=Kind.REPLY,
        reply_to=said.parentId or video,
        thread=video,
        mentions=() if author == channel else (channel,),
        created_at=said.publishedAt,
        event_at=said.publishedAt,
        edited_at=said.updatedAt if edited else None,
        link=f"https://www.youtube.com/watch?v={video}&lc={found.id}",
    )


def uploads(answer: Any) -> str:
    """The playlist of all that a channel uploaded. Raises AskFailed."""
    items = _within(answer, "items")
    first = items[0] if isinstance(items, list) and items else None
    found = _within(first, "contentDetails", "relatedPlaylists", "uploads")
    if not isinstance(found, str):
        raise AskFailed("there is no such channel: see `channel` in the council file", at_once=True)
    return found


def following(answer: Any) -> str:
    """The token of the next page; empty: there is none."""
    token = answer.get("nextPageToken", "") if isinstance(answer, dict) else ""
    return token if isinstance(token, str) else ""


def until_midnight(now: datetime) -> timedelta:
    """How long until Google's day ends, and a little."""
    there = now.astimezone(PACIFIC)
    ends = datetime.combine(there.date() + A_DAY, time(0, 1), PACIFIC)
    return ends - now


def spend(quota: State, most: int, now: datetime) -> None:
    """Count one unit of the day's quota. Raises AskFailed: our share is used up."""
    day = now.astimezone(PACIFIC).date().isoformat()
    if quota.get("day") != day:
        quota |= {"day": day, "units": 0}
    if quota["units"] >= most:
        why = (
            f"the {most:,} questions a day that `units_a_day` allows are asked; it goes on after midnight in California"
        )
        raise AskFailed(why, at_once=True, wait=until_midnight(now))
    quota["units"] += 1


def check(status: int, body: bytes, now: datetime, key: str) -> None:
    """What an error of the Data API means, if this is one. `key`: where its key lies. Raises AskFailed."""
    if status == 200 or status >= 500:
        return
    reason = _reason(body)
    if reason in NOTHING:
        raise Nothing(reason)
    if reason in USED_UP:
        why = f"YouTube's quota of the day is used up ({reason}); it goes on after midnight in California"
        raise AskFailed(why, at_once=True, wait=until_midnight(now))
    if reason in TOO_FAST:
        raise AskFailed(f"YouTube asks us to wait ({reason})", wait=A_REST)
    if reason in ONE_ONLY:
        raise AskFailed(f"YouTube does not show it ({reason})")
    if status in (400, 401, 403):
        why = (
            f"YouTube refuses our key ({status} {reason}): see that the YouTube Data API v3 is switched on for it, and"
        )
        raise AskFailed(f"{why} that {key} holds it", at_once=True)


def _reason(body: bytes) -> str:
    """Google's word for it; `unknown` where it has none that can be repeated."""
    try:
        reason = json.loads(body)["error"]["errors"][0]["reason"]
    except (ValueError, KeyError, IndexError, TypeError, RecursionError):
        return "unknown"
    return reason if isinstance(reason, str) and re.fullmatch(r"\w{1,60}", reason) else "unknown"
