"""Conversations over the real engine: merged, ended, un-answered by a removal, decided about. The dialogue index."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from soundings.council import CouncilFile
from soundings.errors import BadInput
from soundings.messages import ActGuess, AuthorKind, PlaceGuess, Reading, Retraction, SpeechAct, TopicGuess
from store import questions as q
from store.archive import Archive
from store.clickhouse import Client
from store.decisions import decide
from store.retractions import Registrar
from store.talk import reading as reading_module
from tests.factories import NOON, make_reading, make_understanding, post_id, voice

pytestmark = pytest.mark.servers

MONDAY = datetime(2026, 11, 9, 9, 0, tzinfo=UTC)
"""NOON is the Tuesday after it."""
HOUR = timedelta(hours=1)
ROADS = "PenmarrowRoads"
COUNCIL = CouncilFile(
    None,
    tables={"answers": [{"about": ["footbridge reopen"], "text": "In May.", "link": "https://penmarrow.example/b"}]},
)


def reading(
    name: str, who: str, text: str, acts: str = "question", to: str = "", at: datetime = MONDAY, **more: Any
) -> Reading:
    """A post of a thread: `to` names the one that it replies to, which began the thread."""
    ours = who == ROADS
    return make_reading(
        name,
        text=text,
        voice="" if ours else voice(who),
        author_kind=AuthorKind.COUNCIL if ours else AuthorKind.RESIDENT,
        account=who if ours else "",
        happened_at=at,
        reply_to=post_id(to) if to else None,
        thread=post_id(to) if to else None,
        understood=make_understanding(
            topics=(TopicGuess(slug=more.get("topic", "roads"), confidence=0.9),),
            speech_acts=tuple(ActGuess(slug=SpeechAct(act), confidence=0.9) for act in acts.split()),
            places=tuple(
                PlaceGuess(id=place, name=place, score=1, found_by="gazetteer")
                for place in more.get("places", "").split()
            ),
        ),
    )


BRIDGE: dict[str, Any] = {"places": "street:osier-walk"}
WORLD = [
    reading("1", "anna", "When does the Osier Walk footbridge reopen?", **BRIDGE),
    reading("2", "ben", "Any idea when the footbridge on Osier Walk will reopen?", at=MONDAY + HOUR, **BRIDGE),
    reading("3", "cara", "When is the bin lorry coming to Fuller's Row?", at=MONDAY + 2 * HOUR, topic="bins-recycling"),
    reading("4", ROADS, "It reopens on Friday.", "information", to="2", at=MONDAY + 4 * HOUR),
    reading("5", ROADS, "Old Ferry Road is shut tonight.", "information", at=MONDAY + 5 * HOUR),
    reading("6", "dan", "Lovely sunset", "other", at=MONDAY + 5 * HOUR, topic="not-council"),
]


@pytest.fixture
def asked(writer: Client, reader: Client) -> Client:
    Archive(writer).take(WORLD)
    return reader


def conversations(client: Client) -> list[q.Conversation]:
    return q.conversations(client, NOON, COUNCIL)


def bridge(client: Client) -> q.Conversation:
    return next(one for one in conversations(client) if one.id == post_id("1"))


def test_what_two_people_ask_is_one_conversation(asked: Client) -> None:
    found = conversations(asked)
    assert [(one.id, len(one.asked), one.voices, one.waiting) for one in found] == [
        (post_id("1"), 2, 2, 1),
        (post_id("3"), 1, 1, 1),
    ]


def test_while_one_of_them_waits_it_waits_and_the_others_answer_is_suggested(asked: Client) -> None:
    found = bridge(asked)
    assert (found.end, found.answered, found.oldest) == (q.End.NOBODY, 1, MONDAY)
    assert found.suggestion == q.Suggestion("It reopens on Friday.", "", f"what @{ROADS} told somebody else who asked")


def test_what_most_of_those_who_wait_have_come_to_is_the_end_of_all(writer: Client, reader: Client) -> None:
    texts = (
        "When does Osier Walk footbridge reopen?",
        "When is Osier Walk footbridge going to reopen?",
        "Osier Walk footbridge: when does it reopen?",
    )
    asked = [reading(str(n), f"who{n}", text, at=MONDAY + n * HOUR, **BRIDGE) for n, text in enumerate(texts)]
    helped = reading("9", "fay", "Friday, it says so on the sign", "answer", to="1", at=MONDAY + 5 * HOUR)
    Archive(writer).take([*asked, helped])
    [found] = conversations(reader)
    assert (found.waiting, found.end) == (3, q.End.NOBODY)


def test_a_deleted_answer_un_answers_and_then_the_council_file_has_one(
    asked: Client, writer: Client, tmp_path: Any
) -> None:
    order = Retraction(source="files", post_id=post_id("4"), reason="deleted there", observed_at=NOON)
    Registrar(writer, tmp_path).retract([order])
    found = bridge(asked)
    assert (found.waiting, found.answered) == (2, 0)
    assert found.suggestion == q.Suggestion("In May.", "https://penmarrow.example/b", "the answers in the council file")


def test_an_officer_links_the_answer_for_all_and_takes_it_back(asked: Client, officer: Client) -> None:
    both = [one.id for one in bridge(asked).asked]
    decide(officer, "Jo", both, "answer-link", "https://penmarrow.example/bridge", NOON)
    found = bridge(asked)
    assert (found.end, found.waiting, found.link) == (q.End.ANSWERED, 0, "https://penmarrow.example/bridge")
    decide(officer, "Jo", both, "answer-link", "", NOON + HOUR)
    assert bridge(asked).waiting == 1


def test_a_link_for_all_leaves_the_answer_that_one_of_them_has(asked: Client, officer: Client) -> None:
    decide(officer, "Jo", [post_id("1"), post_id("2")], "answer-link", "https://penmarrow.example/bridge", NOON)
    first, second = bridge(asked).asked
    assert (first.answer, second.answer, second.account) == ("", post_id("4"), ROADS)
    everybody = q.weeks(asked, NOON, COUNCIL, count=1)[0]
    assert (everybody.answered, everybody.median) == (2, 3 * HOUR)


def test_an_officer_parts_and_joins(asked: Client, officer: Client) -> None:
    decide(officer, "Jo", [post_id("2")], "apart", "yes", NOON)
    assert [len(one.asked) for one in conversations(asked)] == [1, 1, 1]
    decide(officer, "Jo", [post_id("2")], "with", post_id("3"), NOON)
    assert sorted(len(one.asked) for one in conversations(asked)) == [1, 2]


@pytest.mark.parametrize("parted", ["2", "3"])
def test_of_parting_and_joining_the_later_holds(asked: Client, officer: Client, parted: str) -> None:
    decide(officer, "Jo", [post_id("2")], "apart", "yes", NOON)
    decide(officer, "Jo", [post_id("2")], "with", post_id("3"), NOON + HOUR)
    assert [len(one.asked) for one in conversations(asked)] == [1, 2]
    decide(officer, "Jo", [post_id(parted)], "apart", "yes", NOON + 2 * HOUR)
    assert [len(one.asked) for one in conversations(asked)] == [1, 1, 1]


def test_not_ours_and_handed_over(asked: Client, officer: Client) -> None:
    decide(officer, "Jo", [post_id("3")], "not-ours", "Tidewater", NOON)
    decide(officer, "Jo", [post_id("1")], "handed-to", "Highways", NOON)
    found = {one.id: one for one in conversations(asked)}
    assert (found[post_id("3")].end, found[post_id("3")].not_ours) == (q.End.NOT_OURS, "Tidewater")
    assert found[post_id("1")].handed_to == "Highways"


@pytest.mark.parametrize("value", ["penmarrow.example", "https://", "javascript:x", "https://a b.example"])
def test_a_link_is_a_whole_address(officer: Client, value: str) -> None:
    with pytest.raises(BadInput, match="https://"):
        decide(officer, "Jo", [post_id("1")], "answer-link", value, NOON)


def test_a_question_that_was_removed_is_in_no_conversation(asked: Client, writer: Client, tmp_path: Any) -> None:
    gone = [Retraction(source="files", post_id=post_id(name), reason="x", observed_at=NOON) for name in ("1", "3")]
    Registrar(writer, tmp_path).retract(gone)
    assert [(one.id, one.end) for one in conversations(asked)] == [(post_id("2"), q.End.ANSWERED)]


def test_a_thread_is_read_whole_and_in_order(asked: Client) -> None:
    assert [post.id for post in q.thread(asked, post_id("2"))] == [post_id("2"), post_id("4")]


def test_the_index_of_a_week(asked: Client) -> None:
    found = {one.account: one for one in q.weeks(asked, NOON, COUNCIL, count=1)}
    everybody, roads = found[""], found[ROADS]
    assert (everybody.posts, everybody.replies, everybody.asked, everybody.answered) == (2, 1, 3, 1)
    assert (everybody.median, everybody.timed) == (3 * HOUR, 1)
    assert (everybody.reply_share, everybody.answered_share) == (1 / 2, 1 / 3)
    assert (roads.posts, roads.asked, roads.answered_share) == (2, 0, None)


def dialogue(client: Client) -> tuple[int, int, int]:
    """Posts, replies and answered questions of the week."""
    everybody = q.weeks(client, NOON, COUNCIL, count=1)[0]
    return everybody.posts, everybody.replies, everybody.answered


def test_an_answer_beside_the_question_is_a_reply(writer: Client, reader: Client) -> None:
    Archive(writer).take(
        [
            reading("1", ROADS, "Old Ferry Road is shut.", "information"),
            reading("2", "anna", "Until when?", to="1", at=MONDAY + HOUR),
            reading("3", ROADS, "It opens again on Friday at noon.", "information", to="1", at=MONDAY + 2 * HOUR),
        ]
    )
    assert dialogue(reader) == (2, 1, 1)


LONG_AGO = MONDAY - timedelta(days=20)


def test_going_on_with_an_announcement_of_another_week_is_no_reply(writer: Client, reader: Client) -> None:
    Archive(writer).take(
        [
            reading("1", ROADS, "Old Ferry Road is shut.", "information", at=LONG_AGO),
            reading("2", ROADS, "It is still shut.", "information", to="1"),
        ]
    )
    assert dialogue(reader) == (1, 0, 0)


def test_going_on_with_an_announcement_that_was_removed_is_no_reply(
    writer: Client, reader: Client, tmp_path: Any
) -> None:
    Archive(writer).take(
        [
            reading("1", ROADS, "Old Ferry Road is shut.", "information"),
            reading("2", ROADS, "The diversion is by Mill Bank.", "information", to="1", at=MONDAY + HOUR),
        ]
    )
    order = Retraction(source="files", post_id=post_id("1"), reason="deleted there", observed_at=NOON)
    Registrar(writer, tmp_path).retract([order])
    assert dialogue(reader) == (1, 0, 0)


def asked_by(name: str, at: datetime, **more: Any) -> Reading:
    return reading(name, name, f"When is {name} mended?", at=at, **more)


def test_that_not_all_questions_are_looked_at_is_said(
    writer: Client, reader: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two are looked at: in each week. What is for neighbours takes the place of no question."""
    monkeypatch.setattr(reading_module, "MOST", 2)
    Archive(writer).take(
        [asked_by(f"old {n}", LONG_AGO + n * HOUR) for n in range(3)]
        + [asked_by(f"new {n}", MONDAY + n * HOUR) for n in range(2)]
        + [asked_by(f"who won {n}", MONDAY + timedelta(hours=3, minutes=n), topic="not-council") for n in range(5)]
    )
    found = conversations(reader)
    assert {each.id for one in found for each in one.asked} == {post_id("new 0"), post_id("new 1")}
    assert all(one.cut for one in found)
    weeks = [one for one in q.weeks(reader, NOON, COUNCIL, count=4) if not one.account]
    assert [(one.asked, one.cut) for one in weeks] == [(2, True), (0, False), (0, False), (2, False)]


def test_all_that_was_asked_is_looked_at(asked: Client) -> None:
    assert not any(one.cut for one in conversations(asked))


def test_weeks_begin_on_the_councils_monday(asked: Client) -> None:
    found = q.weeks(asked, NOON, COUNCIL, count=3)
    starts = [one.start for one in found if not one.account]
    assert starts == [
        datetime(2026, 10, 26, tzinfo=UTC),
        datetime(2026, 11, 2, tzinfo=UTC),
        datetime(2026, 11, 9, tzinfo=UTC),
    ]
    assert [one.posts for one in found if one.account == ROADS] == [0, 0, 2]


def test_what_we_talk_about_against_what_residents_talk_about(asked: Client) -> None:
    found = q.agenda(asked, q.Window(MONDAY - HOUR, NOON))
    assert [(one.slug, one.council_posts, one.voices) for one in found] == [("bins-recycling", 0, 1), ("roads", 2, 2)]
    assert [round(one.gap, 2) for one in found] == [0.33, -0.33]
