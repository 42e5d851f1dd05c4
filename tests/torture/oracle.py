"""Whether a service shows exactly what it must: the set of ids, their newest texts, and every number of them.

Asks as people do, by the named questions. Knows nothing of how the posts came in.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

from soundings.keys import Keys
from soundings.settings import Settings
from store import questions as q
from store.clickhouse import Client, connect
from store.columns import EARLIEST, LATEST
from tests.service import Service

EVER = q.Window(EARLIEST, LATEST)
SHOWN = 5
"""Differences of one kind that are named."""


Texts = Mapping[tuple[str, str], str]
"""(source, native id) -> text."""


def differences(service: Service, expected: Texts, gone: Texts) -> list[str]:
    """What is not as it must be. `expected`: all that must be shown, in its newest text; `gone`: what nothing shows."""
    keys = Keys.open(service.home / "keys.json")
    client = connect(Settings(home=service.home), "reader")
    wanted = {keys.post_id(*name): text for name, text in expected.items()}
    names = {keys.post_id(*name): name for name in [*expected, *gone]}
    views = list(q.posts(client, EVER.start, EVER.end))
    return [
        *_compare([view.id for view in views], wanted, names),
        *_texts(views, wanted, names),
        *_numbers(client, views),
        *_totals(service, len(wanted)),
        *_searches(client, gone),
    ]


def _named(found: Iterator[object] | list[object], what: str) -> Iterator[str]:
    listed = list(found)
    if listed:
        yield f"{len(listed)} {what}, such as {', '.join(map(str, listed[:SHOWN]))}"


def _compare(ids: list[str], wanted: Mapping[str, str], names: Mapping[str, tuple[str, str]]) -> Iterator[str]:
    yield from _named([names[one] for one in wanted.keys() - set(ids)], "are missing")
    yield from _named([names.get(one, one) for one in set(ids) - wanted.keys()], "are shown and must not be")
    yield from _named([one for one, count in Counter(ids).items() if count > 1], "are shown twice")


def _texts(views: list[q.PostView], wanted: Mapping[str, str], names: Mapping[str, tuple[str, str]]) -> Iterator[str]:
    other = [f"{names[view.id]}: {view.text!r}" for view in views if view.id in wanted and view.text != wanted[view.id]]
    yield from _named(list(other), "have another text than their newest")


def _numbers(client: Client, views: list[q.PostView]) -> Iterator[str]:
    """Each count, against the posts themselves."""
    counted = {
        "sources": {one.source: one.posts for one in q.sources(client)},
        "sources in a window": {one.source: one.posts for one in q.sources(client, EVER)},
        "freshness": {one.source: one.posts for one in q.freshness(client, EVER.end).sources},
    }
    right = Counter(view.source for view in views)
    topics = Counter(topic for view in views for topic in set(view.topics))
    acts = Counter(act for view in views for act in set(view.acts))
    for name, found in counted.items():
        if found != right:
            yield f"the question {name} counts {found}, and there are {dict(right)}"
    if {one.slug: one.posts for one in q.topics(client, EVER)} != topics:
        yield "the topics are not counted right"
    if {one.slug: one.posts for one in q.acts(client, EVER)} != acts:
        yield "the speech acts are not counted right"
    if (posts := q.summary(client, EVER).now.posts) != len(views):
        yield f"the summary counts {posts}, and there are {len(views)}"


def _totals(service: Service, count: int) -> Iterator[str]:
    totals = service.totals()
    right = {"published": count, "read": count, "stored": count, "rejected": 0, "waiting": 0}
    wrong = {name: totals[name] for name, value in right.items() if totals[name] != value}
    if wrong:
        yield f"the status says {wrong}, and there are {count}"


def _searches(client: Client, gone: Texts) -> Iterator[str]:
    """A few of what is gone, searched for by their own words."""
    for name, text in list(gone.items())[:SHOWN]:
        if q.search(client, text).total:
            yield f"{name} is gone, and a search finds it"
