"""You said, we did: what the council decided about something that residents said, and what was said before and after.

A decision is one row of the table `decisions` (field `you-said`), in plain words that may be published. A later row
about the same key replaces it, an empty one takes it back. What it is about is a filter over posts (topic, place,
words), so that the count before and after is the same question asked twice. Knows nothing of pages.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from soundings.errors import BadInput
from store.clickhouse import Client
from store.columns import fold
from store.decisions import WEB, add
from store.filters import BY_PEOPLE, SHOWN, Condition, Filters, holding, matching, within
from store.rows import ask, milliseconds
from store.talk.change import Change, Counted
from store.windows import Window, midnight

FIELD = "you-said"
DAY = timedelta(days=1)
QUARTERS = (1, 4, 7, 10)
"""The months with which they begin."""
SPAN = timedelta(days=28)
"""How long before and after a decision is looked at, at most: four weeks have four of each weekday."""


class What(StrEnum):
    """What the council does about it."""

    DID = "did"
    WILL = "will"
    WILL_NOT = "will-not"


class Promise(BaseModel):
    """One decision, as an officer writes it down. Nothing of it names or quotes a resident."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    said: Annotated[str, Field(min_length=3, max_length=300)]
    """What residents said, in the officer's words."""
    what: What
    did: Annotated[str, Field(min_length=3, max_length=600)]
    """What was or will be done; for `will-not`, why not."""
    decided_on: Annotated[date, Field(ge=date(1990, 1, 1), le=date(2200, 1, 1))]
    link: Annotated[str, Field(max_length=500)] = ""
    topic: str = ""
    place: str = ""
    words: Annotated[str, Field(max_length=200)] = ""
    """Posts are about it when they pass the topic and the place, and hold all these words."""
    asked: tuple[str, ...] = ()
    """Ids of the questions that it answers, when it came of a conversation."""

    @model_validator(mode="after")
    def _about_something(self) -> Promise:
        if not (self.topic or self.place or self.words.strip()):
            raise ValueError("say what it is about: a topic, a place or words that people use for it")
        if self.words.strip() and not fold(self.words).split():  # else it would be about every post
            raise ValueError("the words that people use for it should have letters or digits")
        if self.link and not WEB.fullmatch(self.link):
            raise ValueError("the link should begin with https:// and have no spaces in it")
        return self


class Kept(BaseModel):
    """A promise with its key."""

    model_config = ConfigDict(frozen=True)

    key: str
    officer: str
    promise: Promise


def promise(fields: dict[str, Any]) -> Promise:
    """A promise from what an officer filled in. Raises BadInput with one sentence for each thing that is wrong."""
    try:
        return Promise.model_validate(fields)
    except ValidationError as error:
        raise BadInput(" ".join(_sentence(fault) for fault in error.errors(include_url=False))) from None


WANTED: dict[str, str] = {
    "said": "Say what residents said, in a sentence.",
    "did": "Say what was done, will be done, or why it will not be.",
    "decided_on": "Say on which day it was decided.",
}


def _sentence(fault: Any) -> str:
    name = str(fault["loc"][0]) if fault["loc"] else ""
    said = str(fault["msg"]).removeprefix("Value error, ")
    return WANTED.get(name, f"{said[0].upper()}{said[1:]}.")


def write(client: Client, officer: str, made: Promise, at: datetime, key: str = "") -> str:
    """Write a promise down, or a new wording of the one of that key. Returns the key."""
    key = key or f"said:{uuid.uuid4().hex}"
    add(client, officer, [key], FIELD, made.model_dump_json(), at)
    return key


def take_back(client: Client, officer: str, key: str, at: datetime) -> None:
    """A promise that was written by mistake is shown no more; the table remembers it."""
    add(client, officer, [key], FIELD, "", at)


def promises(client: Client) -> list[Kept]:
    """All that stand, the latest decision first."""
    rows = ask(
        client,
        "SELECT post_id, argMax(officer, at), argMax(value, at) AS word FROM decisions "
        f"WHERE field = '{FIELD}' GROUP BY post_id HAVING word != '' LIMIT 10000",
    )
    kept = [Kept(key=key, officer=officer, promise=Promise.model_validate_json(word)) for key, officer, word in rows]
    return sorted(kept, key=lambda one: (one.promise.decided_on, one.key), reverse=True)


def change(client: Client, made: Promise, now: datetime, zone: ZoneInfo, span: timedelta = SPAN) -> Change:
    """What was said of it in the whole days since the decision, and in as many before. The day itself counts as after.

    People are counted, and they do not grow in proportion to time: who speaks of it every day is one in a week and one
    in four. So both stretches are equally long. Until a whole day is over, before are the last days, up to `span`.

    The key by which people are told apart changes with the quarter (UTC), and who spoke on both sides of that is two.
    Where it changes within one stretch, both are counted in the same two parts, so that neither gains by it.
    """
    decided, today = made.decided_on, now.astimezone(zone).date()
    passed = min(max(today - decided, timedelta()), span)
    after = Window(midnight(decided, zone), midnight(decided + passed, zone))
    if passed:
        before = Window(midnight(decided - passed, zone), after.start)
    else:
        last = min(decided, today + timedelta(days=1))
        before = Window(midnight(last - span, zone), min(after.start, now))
    cut = next((keys - one.start for one in (before, after) for keys in _new_keys(one)), timedelta())
    length = passed / DAY or (before.end - before.start) / DAY  # a day of 23 hours is one day
    return Change(
        Counted(length, *_counted(client, made, before, cut)),
        Counted(passed / DAY, *_counted(client, made, after, cut)),
    )


def _new_keys(window: Window) -> Iterator[datetime]:
    """When voices get a new key within a window (soundings/keys.py)."""
    for year in range(window.start.year, window.end.year + 1):
        yield from (
            at for month in QUARTERS if window.start < (at := datetime(year, month, 1, tzinfo=UTC)) < window.end
        )


def _counted(client: Client, made: Promise, window: Window, cut: timedelta) -> tuple[int, int, int, int]:
    """Voices, posts, unhappy ones and those with a clear mood; voices apart in what comes before and after the cut."""
    where = within(window) & about(made)
    later = "happened_at >= fromUnixTimestamp64Milli({cut:Int64})"
    voices = " + ".join(f"uniqExactIf(voice, voice != '' AND {side})" for side in (later, f"NOT ({later})"))
    rows = ask(
        client,
        f"SELECT {voices}, count(), countIf(clear AND mood = 'negative'), countIf(clear) FROM {SHOWN} "
        f"AND {BY_PEOPLE} AND {where.sql}",
        cut=milliseconds(window.start + cut),
        **where.parameters,
    )
    return _numbers(rows[0])


def _numbers(row: Sequence[Any]) -> tuple[int, int, int, int]:
    voices, posts, unhappy, clear = (int(value) for value in row)
    return voices, posts, unhappy, clear


def about(made: Promise) -> Condition:
    """The posts that a promise is about."""
    where = matching(Filters(topic=made.topic or None, place=made.place or None))
    wanted = list(dict.fromkeys(fold(made.words).split()))
    return where & holding(wanted) if wanted else where
