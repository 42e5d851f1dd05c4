"""Who counts as asking: people, about a service, the council or nobody."""

from __future__ import annotations

import pytest

from tests.store.talk.kit import ROADS, Talk


@pytest.fixture
def talk() -> Talk:
    return Talk()


def test_a_question_about_a_service_to_nobody(talk: Talk) -> None:
    talk.ask("anna")
    [question] = talk.questions()
    assert (question.services, question.to_council, question.accounts) == (("roads",), False, ())


def test_a_question_about_nothing_of_the_councils_is_none(talk: Talk) -> None:
    talk.ask("anna", "Who won the match?", topics="not-council")
    assert talk.questions() == []


@pytest.mark.parametrize("how", ["named", "below a post of ours"])
def test_whatever_is_put_to_the_council_is_one(talk: Talk, how: str) -> None:
    ours = talk.say(ROADS, "Old Ferry Road is shut.", "information") if how != "named" else None
    talk.ask("anna", "until when?", to=ours, topics="not-council", addressed=[ROADS] if how == "named" else [])
    [question] = talk.questions()
    assert question.to_council
    assert question.accounts == (ROADS,)


def test_a_reply_is_about_what_its_thread_is_about(talk: Talk) -> None:
    first = talk.say("anna", "Osier Walk footbridge is shut", "information", places="street:osier-walk")
    second = talk.say("ben", "no!", to=first, topics="not-council")
    talk.ask("cara", "till when?", to=second, topics="not-council")
    [question] = talk.questions()
    assert (question.services, question.places) == (("roads",), ("street:osier-walk",))


def test_an_idea_put_as_a_question_is_for_the_ideas(talk: Talk) -> None:
    talk.say("anna", "Could we have a bench there?", "idea question")
    assert talk.questions() == []


def test_the_councils_own_questions_articles_and_reposts_ask_nobody(talk: Talk) -> None:
    talk.ask(ROADS, "Which road should we mend next?")
    talk.ask("The Chronicle", kind="article")
    talk.ask("anna", kind="repost")
    assert talk.questions() == []


def test_words_of_public_life_make_up_for_a_service_that_was_not_heard(talk: Talk) -> None:
    talk.ask("anna", "how do you renew a street trader's licence", topics="not-council")
    [question] = talk.questions()
    assert question.services == ()


@pytest.mark.parametrize(
    ("text", "topics", "heard"),
    [
        ("which house are you?", "not-council", False),
        ("did you ring the council?", "not-council", False),
        ("is he fast?", "not-council", False),
        ("any idea when it's back?", "not-council", True),
        ("do they charge at the station too?", "not-council", True),
        ("who mends the drains?", "roads", True),
    ],
)
def test_below_a_neighbours_post_a_question_has_to_say_what_it_is_about(
    talk: Talk, text: str, topics: str, heard: bool
) -> None:
    first = talk.say("anna", "Mill Bank is under water again", "information")
    talk.ask("ben", text, to=first, topics=topics)
    assert bool(talk.questions()) is heard
