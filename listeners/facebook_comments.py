"""What the Graph API says of a Page's posts and comments, read: JSON in, `Native` out. Nothing is asked here.

The shapes are those of Meta's reference (nodes Page Post and Comment; the guides "Handling Errors" and "Rate Limits").
Knows nothing of the bus.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Annotated, Any

from pydantic import AwareDatetime, Field, ValidationError

from listeners.native import Native
from listeners.polled_source import Shape
from listeners.polling import AskFailed
from listeners.published import Hidden, Published
from soundings.messages import AuthorKind, Kind

PAGE = r"[0-9]{1,30}"
HOW_TO_NAME_IT = (
    'write the Page\'s number, digits in quotes, such as "123456789". It is not its address: on the Page, see About, '
    "Page transparency, Page ID"
)
POST_FIELDS = "id,message,created_time,updated_time,permalink_url,message_tags"
COMMENT_FIELDS = "id,message,created_time,from,parent,permalink_url,is_hidden,is_private,message_tags"
EXPIRED = frozenset({102, 190})
PAUSE = frozenset({4, 17, 32, 613, 80001})
"""Too many calls: of the app, of the user, of the Page, of one kind, of the Page's business use case."""
REFUSED = frozenset({3, 10, *range(200, 300)})
BUSY = 90
"""From so many percent of what we may ask in an hour on, we rest."""
A_REST = timedelta(minutes=30)

Id = Annotated[str, Field(pattern=r"^[0-9]+(_[0-9]+)*$", max_length=200)]
"""It becomes part of an address."""


class _Someone(Shape):
    id: str
    name: str = ""


class _Tag(Shape):
    name: str = ""
    type: str = "user"


class _Said(Shape):
    id: Id
    message: str = ""
    created_time: AwareDatetime | None = None
    permalink_url: str = ""
    message_tags: tuple[_Tag, ...] = ()


class _Parent(Shape):
    id: Id


class _Comment(_Said):
    author: _Someone | None = Field(None, alias="from")
    parent: _Parent | None = None
    is_hidden: bool = False
    is_private: bool = False


def post(item: Any, page: str, now: datetime) -> Published:
    """One post of the Page. Raises ValidationError. `now`: when a post without a date is first seen."""
    said = _Said.model_validate(item)
    at = said.created_time or now
    if not said.message.strip():
        return Published(said.id, at)
    native = Native(
        native_id=said.id,
        text=_untagged(said),
        account=page,
        author_kind=AuthorKind.COUNCIL,
        created_at=said.created_time,
        event_at=said.created_time,
        link=said.permalink_url,
    )
    return Published(said.id, at, native)


def comment(item: Any, page: str, under: str) -> Native | Hidden | None:
    """One comment or reply under a post; None: a sticker or picture without words. Raises ValidationError."""
    said = _Comment.model_validate(item)
    if said.is_hidden or said.is_private:
        return Hidden(said.id)
    if not said.message.strip():
        return None
    author = said.author or _Someone(id="")
    return Native(
        native_id=said.id,
        text=_untagged(said),
        account=author.id,
        author_name=author.name,
        author_kind=AuthorKind.COUNCIL if author.id == page else None,
        kind=Kind.REPLY,
        reply_to=said.parent.id if said.parent else under,
        thread=under,
        mentions=() if author.id == page else (page,),
        created_at=said.created_time,
        event_at=said.created_time,
        link=said.permalink_url,
    )


def _untagged(said: _Said) -> str:
    """The text with each person who is tagged in it as a handle, which is masked: Facebook writes their full name."""
    people = {tag.name for tag in said.message_tags if tag.type == "user" and tag.name.strip()}
    if not people:
        return said.message
    names = "|".join(map(re.escape, sorted(people, key=len, reverse=True)))
    return re.sub(rf"(?<!\w)(?:{names})(?!\w)", _handle, said.message)


def _handle(name: re.Match[str]) -> str:
    return "@" + "".join(filter(str.isalnum, name.group()))


def following(answer: Any) -> str:
    """The cursor of the next page; empty: there is none. `next` holds the token, so it is not followed as it is."""
    paging = answer.get("paging") if isinstance(answer, dict) else None
    if not isinstance(paging, dict) or not paging.get("next"):
        return ""
    cursors = paging.get("cursors")
    after = cursors.get("after") if isinstance(cursors, dict) else None
    if not isinstance(after, str) or not after:
        raise AskFailed("its answer is not as its documentation says")
    return after


def check(body: bytes, headers: Mapping[str, str], key: str) -> None:
    """What an error of the Graph API means, if this is one. `key`: where its token lies. Raises AskFailed."""
    code = _code(body)
    if code is None:
        return
    if code in EXPIRED:
        why = f"its page token has expired or was withdrawn (error {code}): renew it, put the new one into {key}"
        raise AskFailed(f"{why}, and start Soundings again", at_once=True)
    if code in PAUSE:
        raise AskFailed(f"Facebook asks us to wait (error {code})", wait=max(rest(headers), A_REST))
    if code in REFUSED:
        why = f"its page token may not read comments (error {code}): make one with pages_read_engagement and"
        raise AskFailed(f"{why} pages_read_user_content, by somebody who may moderate the Page", at_once=True)
    raise AskFailed(f"Facebook answers with its error {code}")


def _code(body: bytes) -> int | None:
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError):
        return None
    error = answer.get("error") if isinstance(answer, dict) else None
    if not isinstance(error, dict):
        return None
    code = error.get("code")
    return code if isinstance(code, int) else 0


class _Usage(Shape):
    call_count: float = 0
    total_cputime: float = 0
    total_time: float = 0
    estimated_time_to_regain_access: float = Field(0, le=10_000)
    """In minutes."""

    @property
    def rest(self) -> timedelta:
        if self.estimated_time_to_regain_access > 0:
            return timedelta(minutes=self.estimated_time_to_regain_access)
        return A_REST if max(self.call_count, self.total_cputime, self.total_time) >= BUSY else timedelta(0)


def rest(headers: Mapping[str, str]) -> timedelta:
    """How long to rest, by what the answer says of how much we have asked (`X-Business-Use-Case-Usage`)."""
    try:
        usage = json.loads(headers.get("x-business-use-case-usage", "{}"))
    except (ValueError, RecursionError):
        return timedelta(0)
    kinds: Iterable[Any] = usage.values() if isinstance(usage, dict) else ()
    found = [_rest(one) for several in kinds if isinstance(several, list) for one in several]
    return max(found, default=timedelta(0))


def _rest(item: Any) -> timedelta:
    try:
        return _Usage.model_validate(item).rest
    except ValidationError:
        return timedelta(0)
