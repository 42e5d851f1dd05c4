"""The page Conversations over the real store: the queue, one question, and all that an officer can do about it."""

from __future__ import annotations

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from store.archive import Archive
from tests.dashboard import drawn
from tests.dashboard.drawn import plain
from tests.dashboard.talk.conftest import Office
from tests.dashboard.talk.world import HOUR, MONDAY, said
from tests.factories import post_id

pytestmark = pytest.mark.servers

BRIDGE, BINS = post_id("1"), post_id("3")
THINGS = (
    "kerb drain sign fence gate bollard pillar bench verge ramp rail step lamp statue fountain archway shelter hut "
    "tunnel slide swing clock"
)
ANSWER = "https://penmarrow.example/osier-walk"


def shown(page: AppTest) -> list[str]:
    return [text.value for text in page.text if text.value]


def figures(page: AppTest) -> dict[str, str]:
    return {figure.label: figure.value for figure in page.metric}


def press(page: AppTest, label: str) -> AppTest:
    """The button of that name: keys change with each thing that is done."""
    [button] = [button for button in page.button if button.label == label]
    return button.click().run()


def fill(page: AppTest, label: str, value: str) -> None:
    [field] = [field for field in page.text_input if field.label == label]
    field.set_value(value)


def link(page: AppTest, address: str = ANSWER) -> AppTest:
    fill(page, "Where is the answer published?", address)
    return press(page, "Link the published answer")


def told(page: AppTest) -> str:
    return plain(" ".join(part.value for part in page.success))


def everything(page: AppTest) -> str:
    return plain(drawn.everything(page))


def test_the_first_sentence_says_whom_we_have_not_answered(office: Office) -> None:
    page = office.open("conversations")
    assert not page.exception
    assert "**2 questions wait for an answer.** None has waited more than two working days." in everything(page)
    assert "2 people ask the same about Osier Walk (roads and potholes)" in everything(page)
    assert figures(page) == {"Waiting": "2", "Answered": "–", "Time to answer": "3 h", "Replies": "–"}


def test_a_card_says_people_age_place_service_state_and_to_whom(office: Office) -> None:
    bridge, bins = (
        "".join(queue_text(office, state="Neighbours answered")),
        "".join(queue_text(office, to="Asked of us")),
    )
    assert "2 people" in bridge and "waiting 1 working day" in bridge and "Neighbours answered" in bridge
    assert "Osier Walk · Asked of nobody in particular · 1 of 2 answered" in bridge
    assert "A possible answer from what @PenmarrowRoads told somebody else who asked" in bridge
    assert "1 person" in bins and "Nobody answered" in bins and "Bins and recycling" in bins and "Asked of us" in bins


def queue_text(office: Office, **query: str) -> list[str]:
    page = office.open("conversations", **query)
    assert page.header[0].value == "1 question"
    return [plain(part.value) for part in page.markdown]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, ["reopen?", "Row?"]),
        ({"order": "Newest"}, ["Row?", "reopen?"]),
        ({"order": "Most people"}, ["reopen?", "Row?"]),
        ({"service": "Bins and recycling"}, ["Row?"]),
        ({"place": "Osier Walk"}, ["reopen?"]),
        ({"state": "Answered"}, []),
        ({"state": "All questions"}, ["reopen?", "Row?"]),
        ({"to": "Asked of nobody"}, ["reopen?"]),
        ({"state": "no such state", "page": "99"}, ["reopen?", "Row?"]),
    ],
)
def test_the_queue_can_be_sent_as_a_link(office: Office, query: dict[str, str], found: list[str]) -> None:
    page = office.open("conversations", **query)
    assert not page.exception
    assert [text.split()[-1] for text in shown(page)] == found


def test_the_queue_comes_in_pages_of_twenty_and_a_filter_goes_back_to_the_first(office: Office) -> None:
    more = [
        said(thing, thing, f"Why was the {thing} painted over?", "question", topic="parks" if at % 2 else "roads")
        for at, thing in enumerate(THINGS.split())
    ]
    Archive(office.writer).take(more)
    page = office.open("conversations", page="2")
    assert "21 to" in page.header[0].value
    page.selectbox(key="service").set_value("parks").run()
    assert "11 questions" in page.header[0].value


def test_nothing_found_says_so(office: Office) -> None:
    page = office.open("conversations", state="Not ours")
    assert page.header[0].value == "Nothing here"
    assert "Set one of them back" in everything(page)


def test_a_question_has_everybody_who_asked_with_their_thread(office: Office) -> None:
    page = office.open("conversations", conversation=post_id("2"))  # by any of its questions
    assert not page.exception
    assert "Asked twice" in [header.value for header in page.header]
    assert any("It reopens on Friday." in text for text in shown(page))
    drawn = everything(page)
    for mark in ("The question", "Our answer", "A neighbour’s answer", "Council", "Neighbours answered"):
        assert mark in drawn
    assert "a.example" not in drawn
    assert [expander.label for expander in page.expander] == ["Read the thread: 3 posts", "Read the thread: 2 posts"]


def test_a_possible_answer_can_be_copied_and_is_never_posted(office: Office) -> None:
    page = office.open("conversations", conversation=BINS)
    [given] = page.code
    assert given.value.endswith("![x](http://a.example/p.png)\nhttps://penmarrow.example/bins")
    assert "Soundings never posts this" in everything(page)
    assert [field.value for field in page.text_input if "published" in field.label] == [
        "https://penmarrow.example/bins"
    ]


def test_an_answer_is_linked_for_all_survives_a_reload_and_moves_the_numbers(office: Office) -> None:
    page = link(office.open("conversations", conversation=BRIDGE))
    assert "Linked. 2 people’s question counts as answered. 1 post had an answer before." in told(page).replace(
        "\\", ""
    )
    assert "1 question still waits" in told(page)
    again = office.open("conversations", conversation=BRIDGE)
    assert "penmarrow.example" in everything(again) and "Decided so far" in everything(again)
    assert not again.success
    assert figures(office.open("conversations"))["Waiting"] == "1"
    press(again, "Take the link back")
    assert figures(office.open("conversations"))["Waiting"] == "2"


def test_what_was_just_done_can_be_undone(office: Office) -> None:
    page = press(link(office.open("conversations", conversation=BRIDGE)), "Undo")
    assert "Undone" in told(page) and "2 questions still wait" in told(page)
    assert "Decided so far" not in everything(page)


@pytest.mark.parametrize(
    ("address", "says"),
    [("", "Give the address"), ("penmarrow.example", "https://"), ("javascript:alert(1)", "https://")],
)
def test_a_wrong_address_is_said_and_nothing_is_written(office: Office, address: str, says: str) -> None:
    page = link(office.open("conversations", conversation=BRIDGE), address)
    assert says in plain(page.error[0].value)
    assert office.audited() == []


def test_every_decision_is_written_down_with_who_made_it(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    link(office.open("conversations", conversation=BRIDGE))
    assert office.audited() == [("officer", "decided about a question", f"answer-link set: {BRIDGE}")]


def test_a_question_is_handed_over_and_taken_back(office: Office) -> None:
    page = office.open("conversations", conversation=BINS)
    fill(page, "To whom at the council?", "Waste [x](http://a.example)")
    page = press_form(page, "Hand over")
    assert "Handed to Waste" in told(page) and "[x](http" not in page.success[0].value
    assert len(shown(office.open("conversations", state="Handed to somebody"))) == 1
    page = press(page, "Take it back")
    assert shown(office.open("conversations", state="Handed to somebody")) == []


def press_form(page: AppTest, label: str) -> AppTest:
    """A form's button where a popover has the same name."""
    return [button for button in page.button if button.label == label][-1].click().run()


def test_a_question_is_somebody_elses(office: Office) -> None:
    page = office.open("conversations", conversation=BINS)
    [who] = [box for box in page.selectbox if box.label == "Whose is it?"]
    who.set_value("Something else")
    page = press_form(page, "It is not ours")
    assert "Say whose it is" in page.error[0].value
    [who] = [box for box in page.selectbox if box.label == "Whose is it?"]
    who.set_value("The water company")
    fill(page, "Which, or who", "Tidewater")
    page = press_form(page, "It is not ours")
    assert "Not ours: the water company (Tidewater)." in told(page)
    assert figures(office.open("conversations"))["Waiting"] == "1"
    press(page, "It is ours")
    assert figures(office.open("conversations"))["Waiting"] == "2"


def test_a_neighbours_answer_is_marked_wrong_then_right(office: Office) -> None:
    page = press(office.open("conversations", conversation=BRIDGE), "This is wrong")
    assert "no longer counts as an answer" in told(page)
    assert "Nobody answered" in everything(page) and "A neighbour’s answer: wrong" in everything(page)
    page = press(page, "Take this mark back")
    assert "Nobody answered" not in everything(page)
    first = next(button for button in page.button if button.label == "This answers it")
    page = first.click().run()
    assert "A neighbour’s answer: right" in everything(page)


def test_a_question_is_split_off_and_put_back(office: Office) -> None:
    page = office.open("conversations", conversation=BRIDGE)
    page = [button for button in page.button if button.label == "Another question"][1].click().run()
    assert "Split off" in told(page)
    assert "Asked once" in [header.value for header in page.header]
    other = office.open("conversations", conversation=post_id("2"))
    assert "Split off by an officer" in everything(other)
    press(other, "Put it back")
    assert "Asked twice" in [header.value for header in office.open("conversations", conversation=BRIDGE).header]


def test_two_questions_are_joined_and_parted(office: Office) -> None:
    Archive(office.writer).take(
        [said("9", "fay", "Is the little bridge mended by Easter?", "question", at=MONDAY + HOUR)]
    )
    page = office.open("conversations", conversation=BRIDGE)
    [other] = [box for box in page.selectbox if box.label == "The same question as"]
    assert other.options == ["Is the little bridge mended by Easter? (1 person)"]
    page = press_form(page, "Join the two")
    assert "Joined. It is now asked by 3 people." in told(page)
    assert "Asked 3 times" in [header.value for header in page.header]
    page = press(page, "Part them again")
    assert "Asked twice" in [header.value for header in page.header]


def test_a_deleted_reply_of_ours_puts_its_question_back(office: Office) -> None:
    assert "1 of 2 answered" in everything(office.open("conversations", conversation=BRIDGE))
    office.take_back("4")
    page = office.open("conversations", conversation=BRIDGE)
    assert "0 of 2 answered" in everything(page)
    assert not any("It reopens on Friday" in text for text in shown(page))


def test_a_question_that_was_taken_back_is_said_to_be_gone(office: Office) -> None:
    office.take_back("3")
    page = office.open("conversations", conversation=BINS)
    assert "This question is no longer here" in [header.value for header in page.header]
    assert not any("bin lorry" in text for text in shown(page))


def test_a_store_that_goes_away_while_something_is_written_is_said(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    from dashboard.keeping import StoreAway
    from dashboard.talk import deciding

    def away(*_: object) -> None:
        raise StoreAway

    page = office.open("conversations", conversation=BRIDGE)
    monkeypatch.setattr(deciding, "ask", away)
    assert "Nothing has changed" in link(page).error[0].value


def test_how_we_answer_has_components_a_story_and_the_agenda(office: Office) -> None:
    page = office.open("conversations", part="How we answer")
    assert not page.exception
    assert [header.value for header in page.header] == [
        "When we listened, and when we announced",
        "Posts that reply",
        "Questions answered",
        "Time to answer",
        "What we talk about, and what residents talk about",
    ]
    drawn = everything(page)
    assert "Answering the one question about roads and potholes that still waits would raise" in drawn
    assert "too few to compare weeks" in drawn
    assert "Questions asked in the last 60 days; our posts since 9 November." in drawn
    assert "A question that got a reply without an answer does not count as answered" in drawn
    assert "Grey: the week is not over" in drawn
    assert len(page.table) == 5


def test_the_index_of_one_account_is_a_link(office: Office) -> None:
    page = office.open("conversations", part="How we answer", account="@PenmarrowRoads")
    assert page.selectbox(key="account").value == "PenmarrowRoads"


def test_the_proxy_in_front_names_the_officer(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOUNDINGS_OFFICER_HEADER", "X-Forwarded-User")
    monkeypatch.setattr(type(st.context), "headers", {"X-Forwarded-User": "Jo\u202e  Pryce\n"})
    link(office.open("conversations", conversation=BRIDGE))
    assert [who for who, _, _ in office.audited()] == ["Jo Pryce"]


def test_what_is_too_much_to_look_at_is_said(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("store.talk.reading.MOST", 2)
    assert "those who waited longest are not" in everything(office.open("conversations"))
    monkeypatch.undo()
    st.cache_data.clear()
    assert "those who waited longest are not" not in everything(office.open("conversations"))
