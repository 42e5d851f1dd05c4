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
        ({"topic": "", "words": " "}, "a topic, a place or words"),
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
            spoken("4", day - 40 * DAY, "cara"),  # longer ago than is looked at
            spoken("5", day - DAY, "dan", text="No word of it"),
            spoken("6", day - DAY, "", author_kind=AuthorKind.COUNCIL),
            spoken("7", day, "eve", "positive"),  # the day itself counts as after
        ]
    )
    found = change(reader, promise(FIELDS), day + 7 * DAY, LONDON)
    assert (found.before.days, found.before.voices, found.before.posts, found.before.unhappy_share) == (28, 2, 3, 1)
    assert (found.after.days, found.after.voices, found.after.unhappy_share) == (7, 1, 0)


@pytest.mark.servers
def test_a_decision_of_today_has_no_after_yet(reader: Client) -> None:
    found = change(reader, promise(FIELDS), datetime(2026, 10, 30, tzinfo=UTC), LONDON)
    assert (found.after.days, found.volume) == (0, None)
