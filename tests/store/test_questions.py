"""Each question a person asks, over a few posts that one can count by hand."""

from __future__ import annotations

from dataclasses import fields
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from soundings.errors import BadInput
from soundings.messages import (
    ActGuess,
    AuthorKind,
    Mood,
    PlaceGuess,
    Reading,
    Sentiment,
    SpeechAct,
    TopicGuess,
    Understanding,
)
from store import questions as q
from store.archive import Archive
from store.clickhouse import Client
from tests.factories import NOON, make_reading, make_understanding, post_id, voice

pytestmark = pytest.mark.servers

LONDON = ZoneInfo("Europe/London")
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
WEEK = q.Window(NOON - 7 * DAY, NOON + HOUR)


def understood(
    topics: str = "", mood: str = "neutral", clear: bool = True, acts: str = "", places: str = ""
) -> Understanding:
    return make_understanding(
        topics=tuple(TopicGuess(slug=slug, confidence=0.5) for slug in topics.split()),
        sentiment=Sentiment(label=Mood(mood), clear=clear, probabilities={Mood(mood): 0.9}),
        speech_acts=tuple(ActGuess(slug=SpeechAct(slug), confidence=0.5) for slug in acts.split()),
        places=tuple(PlaceGuess(id=name, name=name, score=1, found_by="gazetteer") for name in places.split()),
    )


WORLD: list[Reading] = [
    make_reading(
        "1",
        happened_at=NOON - 1 * HOUR,
        voice=voice("anna"),
        text="Bins on Tolgarth Road, again!",
        understood=understood("bins parking", "negative", acts="complaint", places="street:tolgarth-road"),
    ),
    make_reading(
        "2",
        happened_at=NOON - 2 * HOUR,
        voice=voice("anna"),
        text="When are the bins emptied?",
        understood=understood("bins", "neutral", acts="question"),
    ),
    make_reading(
        "3",
        happened_at=NOON - 2 * DAY,
        voice=voice("ben"),
        text="Thank you, bin crew",
        understood=understood("bins", "positive", acts="thanks", places="street:tolgarth-road park:victoria"),
    ),
    make_reading(
        "4",
        happened_at=NOON - 3 * DAY,
        voice="",
        source="feeds",
        author_kind=AuthorKind.COUNCIL,
        text="Bins: new days",
        understood=understood("bins", "neutral", acts="information"),
    ),
    make_reading(
        "5",
        happened_at=NOON - 4 * DAY,
        voice=voice("cara"),
        text="Sarcasm is hard",
        understood=understood("parking", "negative", clear=False, acts="question opinion"),
    ),
    make_reading(
        "6",
        happened_at=NOON - 8 * DAY,
        voice=voice("dan"),
        text="Last week's bins",
        understood=understood("bins", "negative", acts="complaint"),
    ),
]


@pytest.fixture
def asked(writer: Client, reader: Client) -> Client:
    """A reader over the small world, each post of which was delivered twice and read twice."""
    Archive(writer).take(WORLD)
    Archive(writer).take([reading.model_copy(update={"reading_version": 2}) for reading in WORLD])
    return reader


def ids(posts: list[q.PostView]) -> list[str]:
    names = {post_id(name, source): name for name in "123456" for source in ("files", "feeds")}
    return [names[post.id] for post in posts]


def test_topics_beside_the_week_before(asked: Client) -> None:
    assert q.topics(asked, WEEK, WEEK.before()) == [
        q.TopicCount("bins", posts=4, voices=2, posts_before=1, voices_before=1),
        q.TopicCount("parking", posts=2, voices=2, posts_before=0, voices_before=0),
    ]
    assert q.topics(asked, WEEK)[0].posts_before == 0


def test_moods_add_up(asked: Client) -> None:
    assert q.mood(asked, WEEK) == q.Moods(posts=5, unhappy=1, neutral=2, pleased=1, unclear=1)
    assert q.mood_by_topic(asked, WEEK) == [
        q.TopicMood(posts=4, unhappy=1, neutral=2, pleased=1, unclear=0, slug="bins"),
        q.TopicMood(posts=2, unhappy=1, neutral=0, pleased=0, unclear=1, slug="parking"),
    ]


def test_places_acts_and_sources(asked: Client) -> None:
    assert q.places(asked, WEEK) == [q.PlaceCount("street:tolgarth-road", 2, 2), q.PlaceCount("park:victoria", 1, 1)]
    assert q.acts(asked, WEEK)[0] == q.ActCount("question", 2, 2)
    assert q.sources(asked, WEEK) == [q.SourceCount("files", 4, 3), q.SourceCount("feeds", 1, 0)]
    assert q.sources(asked)[0] == q.SourceCount("files", 5, 4)


def test_the_opening_sentence(asked: Client) -> None:
    found = q.summary(asked, WEEK, WEEK.before())
    assert found.now == q.Stretch(posts=5, voices=3, council_posts=1, questions=2, unhappy=1, unclear=1)
    assert found.now.unhappy_share == 0.25
    assert found.before and found.before.posts == 1
    assert q.summary(asked, q.Window(NOON + DAY, NOON + 2 * DAY)).now.unhappy_share is None


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        (q.ALL, ["1", "2", "3", "4", "5", "6"]),
        (q.Filters(topic="parking"), ["1", "5"]),
        (q.Filters(place="street:tolgarth-road"), ["1", "3"]),
        (q.Filters(source="feeds"), ["4"]),
        (q.Filters(act="question"), ["2", "5"]),
        (q.Filters(mood="negative"), ["1", "6"]),
        (q.Filters(mood="unclear"), ["5"]),
        (q.Filters(topic="bins", mood="neutral", source="files"), ["2"]),
        (q.Filters(topic="' OR 1 = 1 --"), []),
    ],
)
def test_filters_hold_everywhere(asked: Client, filters: q.Filters, expected: list[str]) -> None:
    assert ids(q.newest(asked, filters)) == expected
    everything = q.Window(NOON - 30 * DAY, NOON + DAY)
    assert ids(list(q.posts(asked, everything.start, everything.end, filters))) == expected[::-1]
    assert q.mood(asked, everything, filters).posts == len(expected)
    assert sum(step.posts for step in q.volume(asked, everything, "day", LONDON, filters)) == len(expected)
    assert sum(count.posts for count in q.sources(asked, everything, filters)) == len(expected)


def test_an_unknown_mood_is_refused() -> None:
    with pytest.raises(ValueError, match="is not a mood"):
        q.Filters(mood="angry")


def test_paging_through_the_newest_meets_each_post_once(asked: Client) -> None:
    met, before = [], None
    while page := q.newest(asked, limit=2, before=before):
        met += ids(page)
        before = page[-1].happened
    assert met == ["1", "2", "3", "4", "5", "6"]


def test_posts_of_one_instant_are_parted_by_their_id(writer: Client, reader: Client) -> None:
    Archive(writer).take([make_reading(str(number)) for number in range(25)])
    first = q.newest(reader, limit=10)
    second = q.newest(reader, limit=20, before=first[-1].happened)
    assert len({post.id for post in first + second}) == 25
    assert len(list(q.posts(reader, NOON, NOON + HOUR))) == 25


def test_count_newer_counts_what_came_since(writer: Client, reader: Client) -> None:
    archive = Archive(writer)
    archive.take([make_reading("1"), make_reading("2", collected_at=NOON + HOUR)])
    last = max((post.collected for post in q.newest(reader)), key=lambda mark: (mark.at, mark.id))
    assert q.count_newer(reader, q.ALL, last) == 0
    archive.take([make_reading("3", collected_at=NOON + 2 * HOUR, happened_at=NOON - 400 * DAY)])
    archive.take([make_reading("1", collected_at=NOON + 3 * HOUR, version=2, source="files")])
    assert q.count_newer(reader, q.ALL, last) == 2
    assert q.count_newer(reader, q.Filters(topic="parking"), last) == 0


def test_volume_fills_empty_steps_and_keeps_to_the_councils_days(writer: Client, reader: Client) -> None:
    start = datetime(2026, 10, 24, 23, tzinfo=UTC)  # midnight in London: the day has 25 hours
    Archive(writer).take(
        [
            make_reading("1", happened_at=start),
            make_reading("2", happened_at=start + 24 * HOUR),
            make_reading("3", happened_at=start + 25 * HOUR),
            make_reading("4", happened_at=start - timedelta(milliseconds=1)),
        ]
    )
    window = q.Window(start, start + 73 * HOUR)
    assert q.volume(reader, window, "day", LONDON) == [
        q.Volume(start, 2, 1),
        q.Volume(start + 25 * HOUR, 1, 1),
        q.Volume(start + 49 * HOUR, 0, 0),
    ]
    hours = q.volume(reader, window, "hour", LONDON)
    assert len(hours) == 73 and sum(hour.posts for hour in hours) == 3 and hours[24].posts == 1


def test_volume_reaches_before_1970_and_refuses_too_many_steps(writer: Client, reader: Client) -> None:
    Archive(writer).take([make_reading("1", happened_at=datetime(1950, 6, 1, 12, tzinfo=UTC))])
    window = q.Window(datetime(1950, 5, 31, tzinfo=UTC), datetime(1950, 6, 3, tzinfo=UTC))
    assert [step.posts for step in q.volume(reader, window, "day", ZoneInfo("UTC"))] == [0, 1, 0]
    with pytest.raises(BadInput, match="steps"):
        q.volume(reader, q.Window(NOON - 3000 * DAY, NOON), "hour", LONDON)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("bins", ["1", "2", "4", "6"]),
        ("BINS emptied", ["2"]),
        ("tolgarth, road!", ["1"]),
        ("week's", ["6"]),
        ("bin", ["3"]),
        ("bins nowhere", []),
        ("' OR 1=1 --", []),
        ("%", []),
        ("!?.,;' \"", []),
        ("", []),
        ("\x00", []),
        ("🗑️", []),
        ("bins\\", ["1", "2", "4", "6"]),
    ],
)
def test_search_finds_all_the_words_and_survives_anything(asked: Client, words: str, expected: list[str]) -> None:
    found = q.search(asked, words)
    assert (found.total, ids(found.posts)) == (len(expected), expected)


def test_search_pages_and_keeps_to_the_window(asked: Client) -> None:
    found = q.search(asked, "bins", window=WEEK, limit=1, offset=1)
    assert (found.total, ids(found.posts)) == (3, ["2"])
    assert q.search(asked, "bins", q.Filters(mood="negative")).total == 2


def test_search_knows_accents_and_images(writer: Client, reader: Client) -> None:
    Archive(writer).take([make_reading("1", text="Dŵr ar y LÔN", alt=("A flooded café’s door",))])
    for words in ("dwr", "DŴR", "lon", "CAFÉ", "cafe s", "Flooded"):
        assert q.search(reader, words).total == 1, words


@pytest.mark.parametrize("words", ["x" * 1001, " ".join(map(str, range(33)))])
def test_a_search_that_is_too_long_says_so(reader: Client, words: str) -> None:
    with pytest.raises(BadInput, match="32 words"):
        q.search(reader, words)


@pytest.mark.parametrize("page", [{"limit": 0}, {"limit": 1001}, {"limit": 5, "offset": -1}])
def test_a_page_has_limits(reader: Client, page: dict[str, int]) -> None:
    with pytest.raises(BadInput, match="A page has"):
        q.search(reader, "bins", **page)  # type: ignore[arg-type]


def test_posts_streams_page_by_page_to_the_last(
    writer: Client, reader: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("store.listing.PAGE", 7)
    Archive(writer).take([make_reading(str(n), happened_at=NOON + n // 3 * HOUR) for n in range(50)])
    found = list(q.posts(reader, NOON, NOON + DAY))
    assert len(found) == 50
    assert [post.happened for post in found] == sorted((post.happened for post in found), key=lambda m: (m.at, m.id))
    assert list(q.posts(reader, NOON, NOON + DAY, limit=20)) == found[:20]
    assert list(q.posts(reader, NOON, NOON + DAY, limit=0)) == []


def test_an_empty_archive_answers_everything(reader: Client, writer: Client) -> None:
    assert q.freshness(reader, NOON) == q.Freshness(None, None, 0, [])
    assert q.totals(reader) == q.Totals(0, 0)
    lists = [
        q.newest(reader),
        q.topics(reader, WEEK),
        q.places(reader, WEEK),
        q.acts(reader, WEEK),
        q.readers(reader),
        q.mood_by_topic(reader, WEEK),
        q.sources(reader),
        q.gaps(reader, WEEK),
    ]
    assert not any(lists)
    assert q.mood(reader, WEEK) == q.Moods(0, 0, 0, 0, 0)
    assert q.search(reader, "bins") == q.Found(0, [])
    assert q.count_newer(reader, q.ALL, q.Mark(NOON, "")) == 0
    assert {step.posts for step in q.volume(reader, WEEK, "day", LONDON)} == {0}
    assert q.summary(reader, WEEK).now.posts == 0


def test_freshness_and_readers(asked: Client) -> None:
    found = q.freshness(asked, NOON + DAY)
    assert (found.stored, found.newest_happened, found.newest_collected) == (6, NOON - HOUR, NOON)
    assert [(source.source, source.posts) for source in found.sources] == [("feeds", 1), ("files", 5)]
    assert q.readers(asked) == [q.ReaderCount("plain 1", 6)]


def test_a_post_dated_ahead_does_not_make_the_archive_look_fresher(writer: Client, reader: Client) -> None:
    Archive(writer).take([make_reading("1", happened_at=NOON + HOUR)])
    assert q.freshness(reader, NOON).newest_happened == NOON


OURS = (q.Conversation, q.Suggestion)
"""Their link is the address of an answer that the council has published."""


def test_no_answer_has_a_place_for_who_wrote_it() -> None:
    for name in q.__all__:
        shape = getattr(q, name)
        if hasattr(shape, "__dataclass_fields__"):
            sealed = {"voice", "original", "native_id"} | (set() if shape in OURS else {"link"})
            assert not sealed & {field.name for field in fields(shape)}
