"""The dialogue index: what each of the council's accounts did in a week, as components and never as one score.

How much of what it writes replies to somebody; how many of the questions put to it were answered, and in what office
time; and what the council talks about beside what residents talk about. Knows nothing of pages.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from statistics import median
from zoneinfo import ZoneInfo

from soundings.council import CouncilFile
from soundings.hours import OfficeHours
from soundings.taxonomy import NOT_COUNCIL
from store.clickhouse import Client
from store.corrected import TOPICS
from store.counts import VOICES
from store.filters import BY_PEOPLE, SHOWN, Condition, within
from store.rows import ask
from store.talk.asked import Question
from store.talk.ends import End, Ended, ended
from store.talk.reading import OLDER, asked, by_council, decisions, held, others_spoke
from store.talk.replying import replying
from store.talk.said import COUNCIL, Said
from store.talk.shapes import Agenda, Week
from store.windows import Window, midnight

ALL = ""
"""Stands for all of the council's accounts together."""


def weeks(client: Client, now: datetime, council_file: CouncilFile, count: int = 6) -> list[Week]:
    """Each account's last `count` weeks, Monday to Sunday of the council, oldest first; before them, all together.

    The last one is the week so far. An account is shown when it wrote something, or was asked something.
    """
    zone, hours = council_file.council.zone, OfficeHours(council_file.council)
    starts = list(_mondays(now, zone, count))
    stretches = [Window(start, end) for start, end in zip(starts, [*starts[1:], now], strict=True)]
    decided, _ = decisions(client)
    # Week by week: of the questions of many weeks at once, those of the first would be left out unseen.
    heard = [asked(client, stretch, now) for stretch in stretches]
    put = [[(one, ended(one, decided)) for one in week.questions] for week in heard]
    posts, replies = _wrote(client, Window(starts[0], now))
    named = {name for week in heard for one in week.questions for name in one.accounts}
    accounts = sorted({post.account for post in posts} | named)
    return [
        replace(_week(account, stretch, posts, replies, ends, hours), cut=week.cut)
        for account in [ALL, *(name for name in accounts if name)]
        for stretch, week, ends in zip(stretches, heard, put, strict=True)
    ]


def _wrote(client: Client, window: Window) -> tuple[list[Said], frozenset[str]]:
    """What the council wrote in a window, and the ids of what of it replies to somebody.

    What it wrote before is read too: there may be the announcement that a post goes on with.
    """
    since = Window(window.start - OLDER, window.end)
    posts = by_council(client, since)
    ours = {post.id for post in posts}
    above = held(client, {post.reply_to for post in posts if post.reply_to} - ours, since)
    spoke = others_spoke(client, {post.root for post in posts if post.reply_to in ours}, since)
    return [post for post in posts if post.happened_at >= window.start], replying(posts, above, spoke)


def _mondays(now: datetime, zone: ZoneInfo, count: int) -> Iterator[datetime]:
    today = now.astimezone(zone).date()
    monday = today - timedelta(days=today.weekday())
    for back in reversed(range(count)):
        yield midnight(monday - timedelta(weeks=back), zone)


def _week(
    account: str,
    stretch: Window,
    posts: Sequence[Said],
    replies: Collection[str],
    ends: Sequence[tuple[Question, Ended]],
    hours: OfficeHours,
) -> Week:
    start, end = stretch.start, stretch.end
    wrote = [post for post in posts if start <= post.happened_at < end and account in (ALL, post.account)]
    put = [(one, how) for one, how in ends if account == ALL or account in one.accounts]
    waits = list(_waits(put, hours))
    return Week(
        account=account,
        start=start,
        posts=len(wrote),
        replies=sum(post.id in replies for post in wrote),
        asked=len(put),
        answered=sum(how.end is End.ANSWERED for _, how in put),
        replied=sum(how.end is End.REPLIED for _, how in put),
        median=timedelta(seconds=median(waits)) if waits else None,
        timed=len(waits),
    )


def _waits(put: Iterable[tuple[Question, Ended]], hours: OfficeHours) -> Iterator[float]:
    """Office seconds until each answer in a thread. A link says when it was made, not when the answer was given."""
    for one, how in put:
        if how.end is End.ANSWERED and how.by and how.at is not None:
            yield hours.between(one.post.happened_at, how.at).total_seconds()


def agenda(client: Client, window: Window) -> list[Agenda]:
    """Each service as a share of the council's own posts and of residents' voices, the widest gap first.

    Shares are of all mentions of services: whoever speaks of two is counted with both.
    """
    council = _by_topic(client, window, f"author_kind = '{COUNCIL}'", "count()")
    residents = _by_topic(client, window, BY_PEOPLE, VOICES)
    ours, theirs = sum(council.values()), sum(residents.values())
    found = [
        Agenda(
            slug, council.get(slug, 0), _share(council.get(slug, 0), ours), residents.get(slug, 0),
            _share(residents.get(slug, 0), theirs),
        )
        for slug in sorted(council.keys() | residents.keys())
    ]  # fmt: skip
    return sorted(found, key=lambda one: (-round(abs(one.gap), 6), one.slug))


def _by_topic(client: Client, window: Window, who: str, counted: str) -> dict[str, int]:
    where = within(window) & Condition(who, {})
    rows = ask(
        client,
        f"SELECT arrayJoin(arrayDistinct({TOPICS})) AS slug, {counted} FROM {SHOWN} AND {where.sql} "
        "GROUP BY slug LIMIT 1000",
        **where.parameters,
    )
    return {slug: int(count) for slug, count in rows if slug != NOT_COUNCIL}


def _share(count: int, of: int) -> float:
    return count / of if of else 0.0
