"""The sentences about conversations and decisions: singular and plural, few voices, too early, no clear change."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.talk import change_words, index_words, said_words, words
from dashboard.talk.shapes import Account, Deed, Gap, State, Talk, WeekRow
from dashboard.words import FEW
from store.promises import promise
from store.talk.change import Change, Counted
from store.talk.ends import End
from store.talk.shapes import Asking, Suggestion

NOON = datetime(2026, 11, 10, 12, 0, tzinfo=UTC)
naturals = st.integers(0, 500)


def asking(name: str = "1", end: End = End.NOBODY, accounts: tuple[str, ...] = ()) -> Asking:
    return Asking(name, name, "files", "When?", NOON, accounts, end, None, "", "")


def talk(**changes: Any) -> Talk:
    fields: dict[str, Any] = {
        "id": "1", "text": "When?", "asked": (asking(),), "people": 1, "slugs": ("roads",),
        "services": ("Roads and potholes",), "place_ids": (), "places": (), "state": State.NOBODY, "waiting": 1,
        "answered": 0, "oldest": NOON, "last": NOON, "waits": timedelta(hours=3), "waited": "3 working hours",
        "late": False, "to_council": False, "handed_to": "", "not_ours": "", "link": "", "suggestion": None,
    }  # fmt: skip
    return Talk(**(fields | changes))


def week(label: str, posts: int, replies: int, asked: int = 10, answered: int = 0, **more: Any) -> WeekRow:
    so_far, replied, took, timed = (
        more.get("so_far", False), more.get("replied", 0), more.get("took", ""), more.get("timed", 0)
    )  # fmt: skip
    hours = 0.4 if timed >= FEW else None
    return WeekRow(label, label, so_far, posts, replies, asked, answered, replied, hours, took, timed)


def test_nobody_waits() -> None:
    assert words.opening([]) == ("No question waits for an answer.", "")


def test_one_waits_and_has_waited_long() -> None:
    bold, rest = words.opening([talk(late=True)], "The newest post is of 2 March.")
    assert bold == "1 question waits for an answer."
    assert rest == "The newest post is of 2 March. 1 has waited more than two working days."


def test_what_most_people_ask_is_named_by_place_and_service() -> None:
    many = [talk(), talk(people=14, places=("Osier Walk", "Carrow Bridge"))]
    assert words.largest(many) == "14 people ask the same about Osier Walk (roads and potholes)."
    assert words.largest([talk(people=2)]) == "2 people ask the same about roads and potholes."
    assert words.largest([talk(people=2, services=())]) == "2 people ask the same."
    assert words.largest([talk()]) == ""


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({}, "Nobody answered"),
        ({"state": State.HANDED, "handed_to": "Highways"}, "Handed to Highways"),
        ({"state": State.NOT_OURS, "not_ours": "the NHS", "waiting": 0}, "Not ours: the NHS"),
        ({"state": State.REPLIED}, "We replied, and did not answer"),
        ({"state": State.ANSWERED, "waiting": 0}, "Answered"),
    ],
)
def test_states_are_plain_words(changes: dict[str, Any], said: str) -> None:
    assert words.state(talk(**changes)) == said


def test_people_are_counted_and_who_has_no_name_is_a_post() -> None:
    assert words.people(talk(people=0)) == "1 post"
    assert words.people(talk(people=1204)) == "1,204 people"


def test_a_possible_answer_is_offered_to_those_who_wait() -> None:
    there = Suggestion("In May.", "", "the answers in the council file")
    assert words.suggested(talk(suggestion=there)) == "A possible answer from the answers in the council file"
    assert words.suggested(talk()) == "No published answer found"
    assert words.suggested(talk(waiting=0)) == ""


def test_linking_says_for_how_many() -> None:
    both = (asking("1"), asking("2"))
    assert words.counts(talk(people=0), 1) == "Linked. The question counts as answered."
    assert words.counts(talk(), 1) == "Linked. One person’s question counts as answered."
    assert words.counts(talk(people=2, asked=both), 2) == "Linked. 2 people’s question counts as answered."
    assert words.counts(talk(people=2, asked=both), 1).endswith("1 post had an answer before.")


@pytest.mark.parametrize(
    ("who", "more", "said"),
    [
        ("The NHS", "", "the NHS"),
        ("The water company", " Tidewater ", "the water company (Tidewater)"),
        ("Another council", "Hallowshire", "another council (Hallowshire)"),
        ("Something else", "the harbour board", "the harbour board"),
    ],
)
def test_whose_it_is(who: str, more: str, said: str) -> None:
    assert words.whose(who, more) == said


@pytest.mark.parametrize(
    ("minutes", "said"), [(0, "1 min"), (24, "24 min"), (60, "1 h"), (140, "2 h 20 min"), (960, "16 h")]
)
def test_office_time(minutes: int, said: str) -> None:
    assert words.brief(timedelta(minutes=minutes)) == said


def test_the_story_names_the_week_that_listened_and_the_one_that_announced() -> None:
    weeks = (week("2 February", 47, 2, 60), week("16 February", 98, 70, 75, 30), week("now", 99, 99, so_far=True))
    assert index_words.story(Account("", weeks)) == (
        "In the week of 16 February we answered people most: 71% of our 98 posts were replies, and 30 of 75 questions "
        "were answered. In the week of 2 February we mostly announced: 4% of our 47 posts were replies, and 0 of 60 "
        "questions were answered."
    )


def test_weeks_of_few_posts_tell_no_story() -> None:
    assert "too few to compare" in index_words.story(Account("Libs", (week("2 February", 9, 9),)))
    assert index_words.story(Account("", (week("2 February", 10, 5),))).startswith("In the week of 2 February 50%")


def test_what_would_change_it_is_worked_out_from_those_who_wait() -> None:
    bins = talk(services=("Bins and recycling",), asked=tuple(asking(str(n)) for n in range(9)))
    roads = talk(asked=(asking("a", End.ANSWERED), *(asking(str(n), End.NOT_OURS) for n in range(5))))
    assert index_words.change([bins, roads], Account("", ())) == (
        "Answering the 9 questions about bins and recycling that still wait would raise the share of answered "
        "questions from 7% to 67%."
    )
    assert index_words.change([roads], Account("", ())) == ""
    assert index_words.change([bins], Account("PenmarrowRoads", ())) == ""


def test_the_agenda_in_a_sentence() -> None:
    gaps = (Gap("Libraries", 13, 45, 5, 84), Gap("Health", 1, 5, 4, 74), Gap("Few", 90, 1, 1, 1))
    assert index_words.agenda(gaps) == (
        "We talk more than residents do about libraries: 13% of what we post about, 5% of what they talk about. "
        "Residents talk more than we do about health: 4% of what they talk about, 1% of what we post about."
    )
    assert index_words.agenda(()) == "We and residents talk about much the same."
    assert [index_words.ahead(gap) for gap in gaps] == [
        "we +8 points", "they +3 points", "we +89 points · few voices",
    ]  # fmt: skip


def test_a_gap_is_the_difference_of_the_shares_as_they_are_told() -> None:
    assert index_words.ahead(Gap("Elections", 5.4, 17, 8.6, 90)) == "they +4 points"
    assert index_words.ahead(Gap("Elections", 5.4, 17, 5.6, 90)) == "they +1 point"
    assert index_words.ahead(Gap("Elections", 5.6, 17, 6.4, 90)) == "even"


def test_last_week_in_a_sentence() -> None:
    account = Account("", (week("2 February", 40, 9, 74, 8, replied=2, took="24 min", timed=8),))
    assert index_words.replies(account) == "Last week 9 of 40 posts replied to somebody (22%)."
    assert index_words.answered(account) == (
        "Of the 74 questions asked last week, 8 got an answer (11%). 2 more got a reply that is no answer."
    )
    assert index_words.speed(account) == (
        "Half of last week’s answers came within 24 min. Lower is quicker. With so few answers this figure jumps about."
    )
    many = Account("", (week("2 February", 40, 9, 74, 60, took="24 min", timed=60),))
    assert index_words.speed(many).endswith("Lower is quicker.")
    few = Account("", (week("2 February", 40, 9, 74, 8, took="few", timed=2),))
    assert index_words.speed(few).startswith("Only 2 answers in a thread last week: too few for a typical time.")
    nothing = Account("", (week("2 February", 0, 0, 0),))
    assert index_words.replies(nothing) == "Nothing was posted in the last whole week."
    assert index_words.answered(nothing) == "Nobody asked anything in the last whole week."
    assert index_words.speed(nothing) == "Nothing was answered in its thread last week."
    fresh = Account("", (week("now", 9, 9, so_far=True),))
    assert index_words.replies(fresh) == index_words.speed(fresh) == index_words.answered(fresh) == index_words.UNHEARD


def counted(days: float, voices: int, unhappy: int = 0, clear: int = 0) -> Counted:
    return Counted(days, voices, voices, unhappy, clear)


def test_about_half_as_many_with_its_interval() -> None:
    found = Change(counted(28, 80, 48, 80), counted(28, 40, 8, 40))
    assert change_words.volume(found).startswith("About half as many people a week as before (between ")
    assert "fewer): 20 people a week before, 10 since." in change_words.volume(found)
    assert change_words.mood(found).startswith("Less unhappy: 60% of posts before, 20% since (between ")
    assert change_words.mood(found).endswith("points lower).")


def test_what_may_be_chance_is_no_clear_change() -> None:
    found = Change(counted(28, 10, 5, 10), counted(28, 9, 5, 9))
    assert change_words.volume(found).startswith(
        "No clear change in how many people speak of it: 2.5 people a week before"
    )
    assert change_words.mood(found).startswith("No clear change in how unhappy they are")


@pytest.mark.parametrize(
    ("days", "said"), [(0, "the decision is new"), (1, "the decision is new"), (6.9, "only 6 days have passed")]
)
def test_too_early_to_say(days: float, said: str) -> None:
    assert said in change_words.early(Change(counted(28, 12), counted(days, 3)))
    assert change_words.early(Change(counted(28, 12), counted(7, 3))) == ""


def test_few_voices_are_not_compared() -> None:
    found = Change(counted(28, 3, 3, 3), counted(28, 1, 1, 1))
    assert change_words.volume(found) == "3 people in the four weeks before, 1 person since: too few voices to compare."
    assert change_words.mood(found) == ""
    nobody = Change(counted(28, 0), counted(28, 0))
    assert change_words.volume(nobody) == "Nobody spoke of it in the four weeks before, and nobody has since."
    assert change_words.volume(Change(counted(28, 0), counted(28, 9))).startswith("Nobody spoke of it")
    assert "(few voices)" in change_words.volume(Change(counted(28, 40), counted(28, 2)))


@given(naturals, naturals, st.integers(7, 28), st.integers(0, 100), st.integers(0, 100))
def test_any_change_is_a_sentence_that_claims_nothing(
    before: int, after: int, days: int, unhappy: int, happy: int
) -> None:
    clear = unhappy + happy
    found = Change(counted(28, before, unhappy, clear), counted(days, after, happy, clear))
    for said in (change_words.volume(found), change_words.mood(found)):
        assert said == "" or said.endswith((".", "(few voices)"))
        assert not {"None", "nan", "inf", "because"} & set(said.replace("(", " ").split())


def deed(what: str, on: date) -> Deed:
    made = promise(
        {"said": "Said.", "what": what, "did": "Done.", "decided_on": on, "topic": "roads", "words": "bridge"}
    )
    return Deed(what, made, "Roads and potholes", "Osier Walk", Change(counted(28, 0), counted(28, 0)))


def test_the_ledger_in_a_sentence() -> None:
    deeds = [deed("did", date(2026, 3, 12)), deed("will", date(2026, 3, 1)), deed("will-not", date(2026, 2, 1))]
    bold, rest = said_words.opening(deeds, 2026)
    assert bold == "3 decisions because of what residents said."
    assert rest == "The latest is of 12 March. 1 done, 1 to come, 1 refused with the reason."
    assert said_words.about(deeds[0]) == "Roads and potholes · Osier Walk · posts that say “bridge”"
    assert said_words.day(date(2025, 3, 1), 2026) == "1 March 2025"


def test_a_share_of_few_is_told_as_counts() -> None:
    account = Account("Libs", (week("2 February", 4, 3, 1, 1),))
    assert index_words.replies(account) == "Last week 3 of 4 posts replied to somebody."
    assert index_words.answered(account) == "Of the 1 question asked last week, 1 got an answer."
    assert index_words.change([talk(asked=(asking("1"), asking("2")))], Account("", ())).endswith(
        "from 0 of 2 to 2 of 2."
    )
