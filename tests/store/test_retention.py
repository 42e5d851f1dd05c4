"""What is older than the retention is in no answer from that moment on, and leaves the disk with the next sweep.

The clock is moved by the data: posts collected long ago, and a shorter retention.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

import store
from soundings.council import CouncilFile
from soundings.errors import BadInput
from soundings.messages import PlaceGuess, Reading
from store import questions as q
from store.archive import Archive
from store.clickhouse import Client
from store.expiring import expire
from store.migrate import AGING, keep_for
from store.originals import open_original
from tests.factories import NOON, make_reading, make_understanding, post_id
from tests.store.serving import RETENTION

pytestmark = pytest.mark.servers

HOUR = timedelta(hours=1)
TODAY = datetime.now(UTC).replace(microsecond=0)
YEAR = 395
LONG_AGO = TODAY - timedelta(days=YEAR, seconds=1)
JUST_KEPT = TODAY - timedelta(days=YEAR) + timedelta(hours=1)
EVER = q.Window(NOON - timedelta(days=3650), NOON + timedelta(days=3650))


@pytest.fixture
def kept_a_year(writer: Client) -> Iterator[Client]:
    """The store of an installation that keeps posts for 395 days."""
    keep_for(writer, YEAR)
    yield writer
    keep_for(writer, RETENTION)


def old(name: str = "old", **changes: Any) -> Reading:
    return make_reading(name, collected_at=LONG_AGO, text="old words", **changes)


def ids(client: Client) -> set[str]:
    return {view.id for view in q.newest(client)}


QUESTIONS: dict[str, Callable[[Client], int]] = {
    "acts": lambda c: sum(one.posts for one in q.acts(c, EVER)),
    "agenda": lambda c: sum(one.voices for one in q.agenda(c, EVER)),
    "conversations": lambda c: sum(len(one.asked) for one in q.conversations(c, NOON + HOUR, CouncilFile(None))),
    "count_newer": lambda c: q.count_newer(c, q.ALL, q.Mark(datetime(1990, 1, 1, tzinfo=UTC), "")),
    "freshness": lambda c: q.freshness(c, TODAY).stored,
    "held": lambda c: len(q.held(c, [q.Mark(NOON, post_id(name)) for name in ("old", "new")])),
    "mood": lambda c: q.mood(c, EVER).posts,
    "mood_by_topic": lambda c: sum(one.posts for one in q.mood_by_topic(c, EVER)),
    "newest": lambda c: len(q.newest(c)),
    "places": lambda c: sum(one.posts for one in q.places(c, EVER)),
    "posts": lambda c: len(list(q.posts(c, EVER.start, EVER.end))),
    "readers": lambda c: sum(one.posts for one in q.readers(c)),
    "search": lambda c: q.search(c, "words").total,
    "sources": lambda c: sum(one.posts for one in q.sources(c)),
    "summary": lambda c: q.summary(c, EVER).now.posts,
    "thread": lambda c: sum(len(q.thread(c, post_id(name))) for name in ("old", "new")),
    "told_once": lambda c: len(q.told_once(c, []).page),
    "topics": lambda c: sum(one.posts for one in q.topics(c, EVER)),
    "totals": lambda c: q.totals(c).stored,
    "volume": lambda c: sum(one.posts for one in q.volume(c, EVER, "day", ZoneInfo("UTC"))),
    "weeks": lambda c: sum(one.asked for one in q.weeks(c, NOON + HOUR, CouncilFile(None)) if not one.account),
}
WITHOUT_POSTS = {"decisions", "erasures", "gaps"}
OF_SEVERAL = {"stories"}
"""Questions that one post answers with nothing: each has a test of its own below."""


def test_every_question_is_tried_here() -> None:
    functions = {name for name in q.__all__ if inspect.isfunction(getattr(q, name))}
    assert functions == set(QUESTIONS) | WITHOUT_POSTS | OF_SEVERAL


@pytest.mark.parametrize("name", QUESTIONS)
def test_no_question_shows_what_is_past_its_time(kept_a_year: Client, reader: Client, name: str) -> None:
    saltings = PlaceGuess(id="saltings", name="Saltings", score=1.0, found_by="gazetteer")
    placed = make_understanding(places=(saltings,))
    Archive(kept_a_year).take([old(understood=placed)])
    assert QUESTIONS[name](reader) == 0
    Archive(kept_a_year).take([make_reading("new", text="new words", collected_at=JUST_KEPT, understood=placed)])
    assert QUESTIONS[name](reader) == 1


def test_no_story_holds_what_is_past_its_time(kept_a_year: Client, reader: Client) -> None:
    said = "They have taken our last bus and now carers and cleaners walk home in the dark"
    Archive(kept_a_year).take([make_reading(f"old {n}", text=said, collected_at=LONG_AGO) for n in range(2)])
    Archive(kept_a_year).take([make_reading("new", text=said, collected_at=JUST_KEPT)])
    assert q.stories(reader) == []
    Archive(kept_a_year).take([make_reading("newer", text=said, collected_at=JUST_KEPT)])
    assert [one.posts for one in q.stories(reader)] == [2]


def test_a_shorter_retention_holds_from_the_next_question_on(writer: Client, reader: Client) -> None:
    Archive(writer).take([old(), make_reading("new", collected_at=TODAY)])
    assert ids(reader) == {post_id("old"), post_id("new")}
    try:
        keep_for(writer, YEAR)
        assert ids(reader) == {post_id("new")}
    finally:
        keep_for(writer, RETENTION)


def test_its_original_is_sealed_for_good(kept_a_year: Client, officer: Client) -> None:
    Archive(kept_a_year).take([old()])
    with pytest.raises(BadInput, match="not held"):
        open_original(officer, post_id("old"), "Bea", "a reply is due", TODAY)


def test_no_merge_takes_it_off_the_disk(kept_a_year: Client) -> None:
    """A clock that is wrong for a minute would empty the archive."""
    Archive(kept_a_year).take([old(), make_reading("new", collected_at=TODAY)])
    for table in AGING:
        kept_a_year.command(f"OPTIMIZE TABLE {table} FINAL")
        assert kept_a_year.query(f"SELECT count() FROM {table}").result_rows == [(2,)]
    expire(kept_a_year, TODAY, YEAR)
    for table in AGING:
        assert kept_a_year.query(f"SELECT id FROM {table}").result_rows == [(post_id("new"),)]


def test_an_old_archive_imported_today_stays_its_full_term(kept_a_year: Client, reader: Client) -> None:
    years_ago = NOON - timedelta(days=2500)
    Archive(kept_a_year).take([make_reading("1", happened_at=years_ago, created_at=years_ago, collected_at=JUST_KEPT)])
    expire(kept_a_year, TODAY, YEAR)
    assert ids(reader) == {post_id("1")}


def test_an_old_text_does_not_come_back_when_a_newer_one_expires(writer: Client, reader: Client) -> None:
    """The newer version was collected first: a ledger was lost, or the bus delivered late."""
    Archive(writer).take([make_reading("1", version=1, text="before the edit", collected_at=TODAY)])
    Archive(writer).take([make_reading("1", version=2, text="after the edit", collected_at=LONG_AGO)])
    try:
        keep_for(writer, YEAR)
        assert [view.text for view in q.newest(reader)] == ["after the edit"]
        expire(writer, TODAY, YEAR)
        assert [view.text for view in q.newest(reader)] == ["after the edit"]
    finally:
        keep_for(writer, RETENTION)


@pytest.mark.parametrize("version", [1, 2, 3])
def test_what_is_collected_anew_is_held_whatever_lies_there_still(
    kept_a_year: Client, reader: Client, version: int
) -> None:
    """Its old row may have a greater version and another instant, and no merge has dropped it yet."""
    Archive(kept_a_year).take([old("1", version=2, happened_at=NOON - timedelta(days=400))])
    anew = make_reading("1", version=version, text="still public", happened_at=NOON, collected_at=TODAY)
    Archive(kept_a_year).take([anew])
    for _ in range(2):
        [view] = q.newest(reader)
        assert (view.text, view.happened_at) == ("still public", NOON)
        collected = kept_a_year.query("SELECT collected_at FROM originals FINAL").result_rows
        assert collected == [(TODAY,)], "it would go with the old term"
        expire(kept_a_year, TODAY, YEAR)


def test_no_question_forgets_to_ask_for_what_is_kept() -> None:
    """`store.filters.SHOWN` is the one way to ask; who else reads it writes or copies it, or seeks an instant."""
    texts = {path.name: path.read_text(encoding="utf-8") for path in Path(store.__file__).parent.glob("*.py")}
    asking = {name for name, text in texts.items() if re.search(r"readings FINAL(?! WHERE kept)", text)}
    assert asking == {"retractions.py", "backup.py"}


MONTH = 30
"""What YouTube's policy allows (`soundings.policies`)."""
PAST, WITHIN = TODAY - timedelta(days=MONTH, seconds=1), TODAY - timedelta(days=MONTH) + timedelta(hours=1)


def comments() -> list[Reading]:
    """Of YouTube and of a feed: each one that its policy lets go, and one that it keeps."""
    return [
        make_reading(f"{source} {name}", source=source, collected_at=at, text=f"{source} words")
        for source in ("youtube", "feeds")
        for name, at in (("past", PAST), ("within", WITHIN))
    ]


KEPT = {post_id("youtube within", "youtube"), post_id("feeds past", "feeds"), post_id("feeds within", "feeds")}


def test_what_its_platform_lets_nobody_keep_longer_is_in_no_answer(kept_a_year: Client, reader: Client) -> None:
    Archive(kept_a_year).take(comments())
    assert ids(reader) == KEPT
    assert q.totals(reader).stored == len(KEPT)
    assert q.search(reader, "youtube").total == 1


def test_and_leaves_every_table_with_the_sweep_though_others_stay(kept_a_year: Client) -> None:
    Archive(kept_a_year).take(comments())
    expire(kept_a_year, TODAY, YEAR)
    for table in AGING:
        assert {row[0] for row in kept_a_year.query(f"SELECT id FROM {table}").result_rows} == KEPT, table


def test_a_council_that_keeps_less_keeps_less_of_every_source(writer: Client, reader: Client) -> None:
    Archive(writer).take(comments())
    try:
        keep_for(writer, MONTH - 1)
        assert ids(reader) == set()
    finally:
        keep_for(writer, RETENTION)


def test_a_source_that_goes_sooner_changes_the_table_once(writer: Client) -> None:
    """The definition is compared with what the engine gives back: another spelling would be changed at each start."""
    try:
        assert keep_for(writer, YEAR) and not keep_for(writer, YEAR)
        assert "'youtube'" in str(writer.query("SHOW CREATE TABLE readings").result_rows)
    finally:
        keep_for(writer, RETENTION)


def test_a_comment_that_is_still_public_begins_a_new_term(kept_a_year: Client, reader: Client) -> None:
    """Its platform gives it again after its time was over: asked for again, as its rule says."""
    Archive(kept_a_year).take([make_reading("1", source="youtube", collected_at=PAST)])
    assert ids(reader) == set()
    Archive(kept_a_year).take([make_reading("1", source="youtube", collected_at=TODAY)])
    assert ids(reader) == {post_id("1", "youtube")}
