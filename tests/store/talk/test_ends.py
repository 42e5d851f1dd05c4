"""Three ends, and what an officer says about them. A deleted answer un-answers."""

from __future__ import annotations

import pytest

from store.talk.ends import Decided, End, Ended, ended
from store.talk.said import Said
from tests.factories import NOON
from tests.store.talk.kit import ROADS, Talk, found

NOTHING = Decided()
FRIDAY = "It opens again on Friday at noon."


@pytest.fixture
def talk() -> Talk:
    return Talk()


def end(talk: Talk, post: Said, decided: Decided = NOTHING) -> Ended:
    return ended(talk.question(post), decided)


def test_nobody(talk: Talk) -> None:
    asked = talk.ask("anna")
    talk.say("anna", "Anyone?", to=asked)
    talk.say("ben", "same here", to=asked)
    assert end(talk, asked).end is End.NOBODY


def test_the_council_answers_in_the_thread(talk: Talk) -> None:
    asked = talk.ask("anna")
    talk.say(ROADS, "Sorry about this. Which end do you mean?", to=asked)
    answer = talk.say(ROADS, FRIDAY, to=asked)
    assert end(talk, asked) == Ended(End.ANSWERED, answer.happened_at, answer.id, ROADS)


def test_a_deleted_answer_un_answers(talk: Talk) -> None:
    asked = talk.ask("anna")
    answer = talk.say(ROADS, FRIDAY, to=asked)
    [question] = found(one for one in talk.said if one.id != answer.id)
    assert ended(question, NOTHING).end is End.NOBODY


def test_please_dm_us_is_a_reply_and_no_answer(talk: Talk) -> None:
    asked = talk.ask("anna")
    talk.say(ROADS, "Hi, sorry to hear that. Please DM us your reference number.", to=asked)
    assert end(talk, asked).end is End.REPLIED


def test_in_a_flat_thread_the_answer_hangs_beside_the_question(talk: Talk) -> None:
    ours = talk.say(ROADS, "Old Ferry Road is shut.", "information")
    asked = talk.ask("anna", to=ours)
    talk.say(ROADS, FRIDAY, to=ours)
    assert end(talk, asked).end is End.ANSWERED


def test_beside_two_questions_it_answers_the_last(talk: Talk) -> None:
    ours = talk.say(ROADS, "Old Ferry Road is shut.", "information")
    first, second = talk.ask("anna", to=ours), talk.ask("ben", "Is the chip van there?", to=ours)
    talk.say(ROADS, "Yes, it stays until 9pm.", to=ours)
    assert (end(talk, first).end, end(talk, second).end) == (End.NOBODY, End.ANSWERED)


def test_of_two_who_ask_without_a_name_the_last_is_answered(talk: Talk) -> None:
    ours = talk.say(ROADS, "Old Ferry Road is shut.", "information")
    first, second = talk.ask("", to=ours), talk.ask("", "Is the chip van there?", to=ours)
    talk.say(ROADS, "Yes, it stays until 9pm.", to=ours)
    assert (end(talk, first).end, end(talk, second).end) == (End.NOBODY, End.ANSWERED)


def test_where_replies_have_replies_nothing_beside_a_question_answers_it(talk: Talk) -> None:
    ours = talk.say(ROADS, "Old Ferry Road is shut.", "information")
    asked = talk.ask("anna", to=ours)
    talk.say("ben", "same here", to=asked)
    talk.say(ROADS, "The diversion is by Mill Bank and the harbour.", to=ours)
    assert end(talk, asked).end is End.NOBODY


@pytest.mark.parametrize(
    ("first", "second", "how"),
    [
        ("Old Ferry Road is shut. 1/2", "It opens again on Friday at noon. 2/2", End.NOBODY),
        ("(1/2) Old Ferry Road is shut.", "(2/2) It opens again on Friday at noon.", End.NOBODY),
        ("Old Ferry Road is shut.", "It opens again on 3/4", End.ANSWERED),
    ],
)
def test_the_council_going_on_with_what_it_said_answers_nobody(talk: Talk, first: str, second: str, how: End) -> None:
    ours = talk.say(ROADS, first, "information")
    asked = talk.ask("anna", to=ours)
    talk.say(ROADS, second, to=ours)
    assert end(talk, asked).end is how


def test_what_the_council_said_before_is_no_answer(talk: Talk) -> None:
    ours = talk.say(ROADS, FRIDAY, "information")
    asked = talk.ask("anna", "This Friday?", to=ours)
    assert end(talk, asked).end is End.NOBODY


@pytest.mark.parametrize(("word", "how"), [("", End.NEIGHBOURS), ("right", End.NEIGHBOURS), ("wrong", End.NOBODY)])
def test_a_neighbour_helps_unless_an_officer_says_that_it_is_wrong(talk: Talk, word: str, how: End) -> None:
    asked = talk.ask("anna")
    reply = talk.say("ben", "Friday, it's on the sign", "answer", to=asked)
    assert end(talk, asked, Decided(neighbours={reply.id: word} if word else {})).end is how


def test_an_officer_may_say_that_any_reply_was_right(talk: Talk) -> None:
    asked = talk.ask("anna")
    reply = talk.say("ben", "friday", "other", to=asked)
    assert end(talk, asked).end is End.NOBODY
    assert end(talk, asked, Decided(neighbours={reply.id: "right"})).end is End.NEIGHBOURS


def test_nobody_answers_themselves(talk: Talk) -> None:
    asked = talk.ask("anna")
    talk.say("anna", "Found it: Friday", "answer", to=asked)
    assert end(talk, asked).end is End.NOBODY


def test_a_linked_answer_goes_before_everything_but_an_answer(talk: Talk) -> None:
    asked = talk.ask("anna")
    talk.say(ROADS, "Please DM us.", to=asked)
    decided = Decided(links={asked.id: ("https://penmarrow.example/bridge", NOON)}, not_ours={asked.id: "NHS"})
    assert end(talk, asked, decided) == Ended(End.ANSWERED, NOON)


def test_an_answer_in_the_thread_is_not_erased_by_a_link(talk: Talk) -> None:
    asked = talk.ask("anna")
    answer = talk.say(ROADS, FRIDAY, to=asked)
    decided = Decided(links={asked.id: ("https://penmarrow.example/bridge", NOON)})
    assert end(talk, asked, decided) == Ended(End.ANSWERED, answer.happened_at, answer.id, ROADS)


def test_not_ours_is_an_end_of_its_own(talk: Talk) -> None:
    asked = talk.ask("anna")
    decided = Decided(not_ours={asked.id: "Tidewater buses"})
    assert end(talk, asked, decided).end is End.NOT_OURS
    assert not End.NOT_OURS.waits and not End.ANSWERED.waits
    assert all(one.waits for one in (End.REPLIED, End.NEIGHBOURS, End.NOBODY))


def test_a_circle_of_replies_ends(talk: Talk) -> None:
    asked = talk.ask("anna")
    reply = talk.say("ben", "hm", to=asked)
    talk.said[0] = Said(**{**asked.__dict__, "reply_to": reply.id, "thread": asked.id})
    assert ended(talk.question(asked), NOTHING).end is End.NOBODY


@pytest.mark.parametrize(
    ("text", "how"),
    [
        ("Ring the depot before ten, they'll tell you the day.", End.NEIGHBOURS),
        ("same here", End.NOBODY),
        ("Heard it was Friday", End.NOBODY),
        ("Which end do you mean?", End.NOBODY),
    ],
)
def test_a_neighbour_answers_who_says_something_to_go_by(talk: Talk, text: str, how: End) -> None:
    asked = talk.ask("anna")
    talk.say("ben", text, "other", to=asked)
    assert end(talk, asked).end is how


def test_what_neighbours_tell_each_other_further_down_is_for_them(talk: Talk) -> None:
    asked = talk.ask("anna")
    chat = talk.say("ben", "like the year of the eels", to=asked)
    talk.say("cara", "No, that was 1987, in March.", to=chat)
    assert end(talk, asked).end is End.NOBODY


def test_beside_a_question_below_a_neighbours_post_stands_its_answer_too(talk: Talk) -> None:
    first = talk.say("anna", "Old Ferry Road is shut.", "information")
    asked = talk.ask("ben", "until when does it stay shut?", to=first)
    answer = talk.say("cara", "Until Friday at noon, it's on the sign.", to=first)
    assert end(talk, asked) == Ended(End.NEIGHBOURS, answer.happened_at, answer.id)


def test_what_is_said_beside_a_question_to_the_council_is_no_answer(talk: Talk) -> None:
    ours = talk.say(ROADS, "Old Ferry Road is shut.", "information")
    asked = talk.ask("anna", to=ours)
    talk.say("ben", "No, in 1987 they had it open in three weeks.", to=ours)
    assert end(talk, asked).end is End.NOBODY


@pytest.mark.parametrize(("kind", "how"), [("organisation", End.NEIGHBOURS), ("press", End.NOBODY)])
def test_a_local_group_may_help_as_a_neighbour_does(talk: Talk, kind: str, how: End) -> None:
    asked = talk.ask("anna")
    reply = talk.say("CarrFloodGroup", "Stack them by the slipway, there's a collection on Friday.", to=asked)
    talk.said[1] = Said(**{**reply.__dict__, "author_kind": kind})
    assert end(talk, asked).end is how
