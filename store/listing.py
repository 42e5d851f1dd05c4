"""Questions that are answered with posts. Entry: `store.questions`.

No column of a voice, a native id or a link is ever selected (invariant R4).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from soundings.errors import BadInput
from store.answers import Found, Mark, PostView
from store.clickhouse import Client
from store.columns import EARLIEST, LATEST, fold
from store.corrected import CORRECTED, TOPICS
from store.filters import ALL, EVERYTHING, SHOWN, Condition, Filters, holding, matching, within
from store.finding import marks, whole
from store.rows import ask, milliseconds
from store.windows import Window

VIEW = (
    f"id, source, kind, text, happened_at, collected_at, author_kind, {TOPICS}, mood, clear, acts, places, language, "
    f"reply_to, thread, reader, topics, {CORRECTED}"
)
PAGE = 1000
"""Posts read whole in one question."""
MAX_PAGE, MAX_OFFSET = 1000, 100_000
MAX_WORDS, MAX_LENGTH = 32, 1000
REACHES = (timedelta(days=7), timedelta(days=90), LATEST - EARLIEST)
"""How far back the newest posts are looked for: most pages are full within a week."""


def newest(client: Client, filters: Filters = ALL, limit: int = 50, before: Mark | None = None) -> list[PostView]:
    """The newest posts by when they happened; `before` the last one of the page that was shown."""
    _check_page(limit, 0)
    where = matching(filters)
    if before:
        where = where & beyond("(happened_at, id) <", before)
    return read(client, newest_marks(client, where, limit, before.at if before else None))


def newest_marks(client: Client, where: Condition, limit: int, until: datetime | None = None) -> list[Mark]:
    """Which are the newest posts that meet a condition; `until`: none of them is newer than that."""
    start = until or _newest_instant(client)
    found: list[Mark] = []
    for reach in REACHES if start else ():
        window = Window(max((start or EARLIEST) - reach, EARLIEST), LATEST)
        found = marks(client, where & within(window, "reach"), f"ORDER BY happened_at DESC, id DESC LIMIT {limit}")
        if len(found) == limit:
            break
    return found


def _newest_instant(client: Client) -> datetime | None:
    rows = ask(client, "SELECT max(happened_at), count() FROM readings")
    return rows[0][0] if rows and rows[0][1] else None


def count_newer(client: Client, filters: Filters, than: Mark) -> int:
    """How many posts were collected (or edited) after one: for "12 new: show them"."""
    newer = beyond("(collected_at, id) >", than)
    rows = ask(
        client,
        # The subquery reads one small column and spares FINAL all that happened before the oldest of the new ones.
        f"SELECT count() FROM {SHOWN} AND happened_at >= "
        f"(SELECT min(happened_at) FROM readings WHERE {newer.sql}) AND {newer.sql} AND {matching(filters).sql}",
        **newer.parameters,
        **matching(filters).parameters,
    )
    return int(rows[0][0]) if rows else 0


def search(
    client: Client,
    words: str,
    filters: Filters = ALL,
    window: Window | None = None,
    limit: int = 50,
    offset: int = 0,
    before: Mark | None = None,
) -> Found:
    """Posts (and descriptions of their images) that hold all the words, newest first; case and accents do not count.

    A page begins at `offset`, or after the last post of the page `before`: then what arrives meanwhile moves nothing.
    Nothing is found for a search without a letter or digit. Raises BadInput above 32 words or 1,000 characters.
    """
    _check_page(limit, offset)
    wanted = _wanted(words)
    if not wanted:
        return Found(0, [])
    where = holding(wanted) & fitting(filters, window)
    page = where & beyond("(happened_at, id) <", before) if before else where
    found = marks(client, page, f"ORDER BY happened_at DESC, id DESC LIMIT {limit} OFFSET {offset}")
    return Found(count(client, where), read(client, found))


def fitting(filters: Filters, window: Window | None) -> Condition:
    """Posts that pass the filters, of a window or of any time."""
    return matching(filters) & (within(window) if window else EVERYTHING)


def hits(words: str, filters: Filters, window: Window | None) -> Condition:
    """What a search finds; without words, all that fits. A sign alone finds nothing. Raises BadInput as `search`."""
    wanted = _wanted(words)
    if words.strip() and not wanted:
        return Condition("0", {})
    return (holding(wanted) if wanted else EVERYTHING) & fitting(filters, window)


def count(client: Client, where: Condition) -> int:
    """How many posts meet a condition."""
    return int(ask(client, f"SELECT count() FROM {SHOWN} AND {where.sql}", **where.parameters)[0][0])


def _wanted(words: str) -> list[str]:
    wanted = list(dict.fromkeys(fold(words).split()))
    if len(words) > MAX_LENGTH or len(wanted) > MAX_WORDS:
        raise BadInput(f"A search may have {MAX_WORDS} words and {MAX_LENGTH:,} characters: use fewer.")
    return wanted


def posts(
    client: Client, since: datetime, until: datetime, filters: Filters = ALL, limit: int | None = None
) -> Iterator[PostView]:
    """All posts that happened from `since` until before `until`, oldest first, page by page: as many as there are."""
    where = within(Window(since, until)) & matching(filters)
    after: Mark | None = None
    left = limit
    while left is None or left > 0:
        size = PAGE if left is None else min(PAGE, left)
        rest = where & beyond("(happened_at, id) >", after) if after else where
        found = marks(client, rest, f"ORDER BY happened_at, id LIMIT {size}")
        yield from read(client, found)
        if len(found) < size:
            return
        after, left = found[-1], None if left is None else left - size


def read_where(client: Client, window: Window, where: Condition, limit: int = PAGE) -> list[PostView]:
    """Posts that meet a condition, oldest first: for questions whose condition is made elsewhere."""
    return read(client, marks(client, within(window) & where, f"ORDER BY happened_at, id LIMIT {limit}"))


def happened_at(client: Client, post_id: str) -> datetime | None:
    """When a post happened, if it is held: it is looked for among the newest first, since ids have no index."""
    end, newest_at = LATEST, _newest_instant(client)
    for reach in REACHES if newest_at else ():
        start = max((newest_at or EARLIEST) - reach, EARLIEST)
        where = within(Window(start, end)) & Condition("id = {post_id:String}", {"post_id": post_id})
        rows = ask(client, f"SELECT happened_at FROM readings WHERE {where.sql} LIMIT 1", **where.parameters)
        if rows:
            return rows[0][0]  # type: ignore[no-any-return]
        end = start
    return None


def beyond(comparison: str, mark: Mark) -> Condition:
    """Posts before or after one: `(happened_at, id) <` or `>`."""
    return Condition(
        f"{comparison} (fromUnixTimestamp64Milli({{mark_at:Int64}}), {{mark_id:String}})",
        {"mark_at": milliseconds(mark.at), "mark_id": mark.id},
    )


def read(client: Client, listed: Sequence[Mark]) -> list[PostView]:
    """These posts whole and in this order; one that was retracted meanwhile is left out."""
    found = {row[0]: PostView(*row) for row in whole(client, VIEW, listed)}
    return [found[mark.id] for mark in listed if mark.id in found]


def _check_page(limit: int, offset: int) -> None:
    if not 0 < limit <= MAX_PAGE or not 0 <= offset <= MAX_OFFSET:
        raise BadInput(f"A page has 1 to {MAX_PAGE:,} posts and begins within the first {MAX_OFFSET:,}.")
