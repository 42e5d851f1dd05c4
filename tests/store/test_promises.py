"""You said, we did: written down, worded anew, taken back; and what was said before and after."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from soundings.errors import BadInput
from soundings.messages import AuthorKind, Mood, Sentiment
from store.archive import Archive
from store.clickhouse import Client
from store.promises import What, change, promise, promises, take_back, write
from tests.factories import NOON, make_reading, make_understanding, voice

LONDON = ZoneInfo("Europe/London")
DAY = timedelta(days=1)
DECIDED = date(2026, 11, 1)
FIELDS: dict[str, Any] = {
    "said": "The green man by the academy is too short.",
    "what": "did",
    "did": "It is six seconds longer.",
    "decided_on": DECIDED,
    "link": "https://penmarrow.example/crossing",
    "topic": "pavements-lighting",
    "words": "crossing",
}


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"said": ""}, "Say what residents said"),
        ({"did": "x"}, "why it will not be"),
        ({"decided_on": "soon"}, "on which day"),
        ({"link": "penmarrow"}, "https://"),
        ({"decided_on": "0001-01-01"}, "on which day"),
        ({"topic": "", "words": " "}, "a topic, a place or words"),
        ({"topic": "", "words": "🚮 !"}, "letters or digits"),
        ({"words": "🚮 !"}, "letters or digits"),
    ],
)
def test_what_is_wrong_is_said_in_a_sentence(wrong: dict[str, Any], says: str) -> None:
    with pytest.raises(BadInput, match=says):
        promise(FIELDS | wrong)


@pytest.mark.servers
def test_the_last_wording_stands_until_it_is_taken_back(officer: Client, reader: Client) -> None:
    first = write(officer, "Jo", promise(FIELDS), NOON)
    second = write(officer, "Sam", promise(FIELDS | {"decided_on": DECIDED + DAY, "what": "will-not"}), NOON)
    write(officer, "Sam", promise(FIELDS | {"did": "It is seven seconds longer."}), NOON + DAY, key=first)
    assert [(one.key, one.officer, one.promise.what, one.promise.did) for one in promises(reader)] == [
        (second, "Sam", What.WILL_NOT, "It is six seconds longer."),
        (first, "Sam", What.DID, "It is seven seconds longer."),
    ]
    take_back(officer, "Jo", second, NOON + DAY)
    assert [one.key for one in promises(reader)] == [first]


def spoken(name: str, when: datetime, who: str, mood: str = "negative", **more: Any) -> Any:
    return make_reading(
        name,
        happened_at=when,
        voice=voice(who),
        text=more.pop("text", "That crossing is a joke"),
        understood=make_understanding(
            topics=({"slug": "pavements-lighting", "confidence": 0.9},),
            sentiment=Sentiment(label=Mood(mood), clear=True, probabilities={Mood(mood): 0.9}),
        ),
        **more,
    )


@pytest.mark.servers
def test_the_same_is_counted_before_and_after(writer: Client, reader: Client) -> None:
    day = datetime(2026, 11, 1, tzinfo=UTC)
    Archive(writer).take(
        [
            spoken("1", day - DAY, "anna"),
            spoken("2", day - 2 * DAY, "anna"),
            spoken("3", day - 3 * DAY, "ben"),
            spoken("4", day - 8 * DAY, "cara"),  # a day longer ago than the decision
            spoken("5", day - DAY, "dan", text="No word of it"),
            spoken("6", day - DAY, "", author_kind=AuthorKind.COUNCIL),
            spoken("7", day, "eve", "positive"),  # the day itself counts as after
        ]
    )
    found = change(reader, promise(FIELDS), day + 7 * DAY, LONDON)
    assert (found.before.days, found.before.voices, found.before.posts, found.before.unhappy_share) == (7, 2, 3, 1)
    assert (found.after.days, found.after.voices, found.after.unhappy_share) == (7, 1, 0)


@pytest.mark.servers
def test_a_subject_that_nothing_happened_to_does_not_rise(writer: Client, reader: Client) -> None:
    """The same ten people speak of it every day, before and after."""
    day = datetime(2026, 11, 1, tzinfo=UTC)
    Archive(writer).take(
        [spoken(f"{who} {at}", day + at * DAY, f"p{who}") for who in range(10) for at in range(-28, 7)]
    )
    found = change(reader, promise(FIELDS), day + 7 * DAY + timedelta(hours=9), LONDON)
    assert (found.before.days, found.before.voices, found.after.days, found.after.voices) == (7, 10, 7, 10)
    assert found.volume and not found.volume.sure and found.volume.value == 0


@pytest.mark.servers
def test_a_new_key_for_voices_makes_no_change(writer: Client, reader: Client) -> None:
    """With the quarter everybody gets another pseudonym: who spoke on both sides of it is two."""
    day, quarter = datetime(2026, 10, 15, tzinfo=UTC), datetime(2026, 10, 1, tzinfo=UTC)
    days = [day + at * DAY for at in range(-28, 28)]
    Archive(writer).take(
        [spoken(f"{who} {at}", at, f"p{who} {at >= quarter}") for who in range(30) for at in days[::3]]
    )
    found = change(reader, promise(FIELDS | {"decided_on": day.date()}), day + 60 * DAY, LONDON)
    assert (found.before.days, found.before.voices, found.after.voices) == (28, 60, 60)
    assert found.volume and not found.volume.sure


@pytest.mark.servers
@pytest.mark.parametrize("decided_on", [date(2026, 11, 11), date(2027, 6, 1)])
def test_before_a_decision_to_come_are_the_days_until_now(writer: Client, reader: Client, decided_on: date) -> None:
    Archive(writer).take([spoken("1", NOON - timedelta(hours=1), "anna"), spoken("2", NOON - 27 * DAY, "ben")])
    found = change(reader, promise(FIELDS | {"decided_on": decided_on}), NOON, LONDON)
    assert (found.before.days, found.before.voices, found.after.days, found.volume) == (
        27 + 13 / 24,
        2,
        0,
        None,
    )  # an hour of them came twice


@pytest.mark.servers
def test_days_are_whole_and_the_councils(writer: Client, reader: Client) -> None:
    """Between them the clocks change: the day of 25 hours is one day, and the day that runs is none yet."""
    decided = datetime(2026, 10, 25, tzinfo=LONDON)
    found = change(reader, promise(FIELDS | {"decided_on": decided.date()}), decided + 3 * DAY, LONDON)
    assert (found.before.days, found.after.days) == (3, 3)
    found = change(reader, promise(FIELDS | {"decided_on": decided.date()}), decided + timedelta(hours=20), LONDON)
    assert (found.before.days, found.after.days) == (28, 0)


@pytest.mark.servers
def test_a_decision_of_today_has_no_after_yet(reader: Client) -> None:
    found = change(reader, promise(FIELDS), datetime(2026, 10, 30, tzinfo=UTC), LONDON)
    assert (found.after.days, found.volume) == (0, None)
