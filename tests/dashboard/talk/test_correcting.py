"""Where an officer says what a post is about: on its card, at once, with the way back, and written down."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from dashboard import keeping
from dashboard.keeping import StoreAway
from dashboard.talk import deciding
from store import questions as q
from store.archive import Archive
from store.clickhouse import connect
from store.decisions import correct_topics
from tests.dashboard import drawn
from tests.dashboard.drawn import plain
from tests.dashboard.talk.conftest import Office
from tests.dashboard.talk.test_conversations_page import press, told
from tests.dashboard.talk.world import MONDAY, said
from tests.factories import make_reading, post_id, voice

pytestmark = pytest.mark.servers

LORRY = post_id("3")
TOPICS = "What is it about?"


def badges(page: AppTest, kind: str = "green-badge") -> list[str]:
    return [plain(part.value) for part in page.markdown if f":{kind}[" in part.value]


def about(page: AppTest, label: str = TOPICS) -> list[str]:
    """What the one card's form offers as chosen."""
    [field] = [field for field in page.multiselect if field.label == label]
    return list(field.value)


def correct(page: AppTest, *topics: str) -> AppTest:
    [field] = [field for field in page.multiselect if field.label == TOPICS]
    field.set_value(list(topics))
    return press(page, "Set the topic")


def lorry(office: Office) -> AppTest:
    """The page Search with one post: the reader took it to be about bins."""
    page = office.open("search", q="lorry")
    assert not page.exception
    return page


def test_a_correction_shows_on_its_card_at_once(office: Office) -> None:
    page = lorry(office)
    assert about(page) == [], "what is wrong need not be taken out first"
    page = correct(page, "roads", "parking")
    assert not page.exception
    assert "Counted under Roads and potholes, Parking and Blue Badge." in told(page)
    shown = " ".join(badges(page))
    assert "Roads and potholes" in shown and "Parking and Blue Badge" in shown and "Bins" not in shown
    assert "Corrected by an officer" in " ".join(badges(page, "gray-badge"))
    assert "The reader guessed: Bins and recycling." in plain(drawn.everything(page))
    assert about(page) == ["roads", "parking"]
    assert office.audited() == [
        ("officer", "corrected the topic of a post", f"set: {LORRY}"),
    ]


def test_it_counts_where_the_officer_put_it(office: Office) -> None:
    correct(lorry(office), "parks")
    assert not office.open("search", q="lorry", topic="Bins and recycling").multiselect
    assert len(office.open("search", q="lorry", topic="Parks, trees and allotments").multiselect) == 1
    assert [view.guessed for view in q.newest(office.writer, q.Filters(topic="parks"))] == [("bins-recycling",)]


def test_what_leaves_its_list_is_said_above_it_and_can_be_undone_there(office: Office) -> None:
    filtered = {"q": "lorry", "topic": "Bins and recycling"}
    page = correct(office.open("search", **filtered), "parks")
    assert not page.multiselect, "the list is empty now"
    assert "Counted under Parks" in told(page)
    page = press(page, "Undo")
    assert "Undone" in told(page)
    assert len(page.multiselect) == 1
    Archive(office.writer).take(
        [said("9", "fay", "The lorry again", "other", at=MONDAY.replace(hour=20), topic="bins-recycling")]
    )
    page = office.open("search", **filtered)
    page.multiselect[0].set_value(["parks"])
    page = next(button for button in page.button if button.label == "Set the topic").click().run()
    assert len(page.multiselect) == 1, "one has left the list"
    assert "Counted under Parks" in told(page)
    page.text_input(key="q").set_value("swings").run()
    assert "Counted under" not in told(page), "of another list it says nothing"


PLEA = "Save the Number 4! They have taken our last bus and now carers and cleaners walk home in the dark."


def campaign(office: Office, *names: str, hour: int = 8, source: str = "files") -> list[str]:
    """Posts of the same words, each by somebody else; the ids."""
    posts = [
        make_reading(
            name, source=source, text=PLEA, happened_at=MONDAY.replace(hour=hour, minute=minute), voice=voice(name)
        )
        for minute, name in enumerate(names)
    ]
    Archive(office.writer).take(posts)
    keeping.forget()
    return [post.post.id for post in posts]


def topics_of(office: Office) -> dict[str, tuple[str, ...]]:
    return {view.id: view.topics for view in q.newest(office.writer) if view.text == PLEA}


def test_a_correction_of_a_story_is_written_for_all_its_posts(office: Office) -> None:
    ids = campaign(office, "91", "92", "93")
    first = topics_of(office)
    page = office.open("search", q="carers")
    assert "This is written for all 3 posts that say the same." in drawn.everything(page)
    page = correct(page, "roads")
    assert not page.exception
    assert "Counted under Roads" in told(page)
    assert topics_of(office) == dict.fromkeys(ids, ("roads",))
    [(_, _, detail)] = office.audited()
    assert detail.startswith("set: ") and set(ids) <= set(detail.split())
    page = press(page, "Undo")
    assert topics_of(office) == first
    assert "Corrected" not in plain(drawn.everything(page))


def test_undoing_a_storys_correction_gives_each_post_its_own_back(office: Office) -> None:
    ids = campaign(office, "91", "92", "93")
    correct_topics(connect(office.server.settings, "officer"), "Bea", ids[0], ["parks"], MONDAY)
    press(correct(office.open("search", q="carers"), "roads"), "Undo")
    assert topics_of(office)[ids[0]] == ("parks",)
    assert "roads" not in topics_of(office)[ids[1]]


def test_a_newer_post_of_a_story_does_not_hide_its_correction(office: Office) -> None:
    campaign(office, "91", "92")
    correct(office.open("search", q="carers"), "roads")
    [newest] = campaign(office, "94", hour=20)
    page = office.open("search", q="carers")
    assert "Others of these, by an officer: Roads and potholes" in plain(" ".join(badges(page, "gray-badge")))
    assert about(page) == ["roads"]
    press(page, "Set the topic")
    assert topics_of(office)[newest] == ("roads",)


def test_what_xs_terms_forbid_is_not_offered_for_a_story_with_a_post_from_there(office: Office) -> None:
    campaign(office, "91", "92")
    campaign(office, "95", source="x", hour=7)
    [field] = office.open("search", q="carers").multiselect
    assert "Homelessness and supported housing" not in field.options


def test_it_can_be_undone_and_taken_back_later(office: Office) -> None:
    page = press(correct(lorry(office), "parks"), "Undo")
    assert about(page) == []
    assert "Corrected" not in plain(drawn.everything(page))
    correct(page, "roads")
    page = press(lorry(office), "Take the correction back")
    assert "as the reader guessed" in told(page)
    assert about(page) == []
    assert about(press(page, "Undo")) == ["roads"], "what was taken back can come again"


def test_not_about_the_council_is_said_alone(office: Office) -> None:
    page = correct(lorry(office), "roads", "not-council")
    assert "no other topic" in plain(" ".join(part.value for part in page.error))
    assert office.audited() == []
    page = correct(page, "not-council")
    assert "Not about the council" in " ".join(badges(page))


def test_nothing_chosen_is_said_where_it_was_done(office: Office) -> None:
    page = correct(lorry(office))
    assert "Choose a topic" in page.error[0].value
    assert office.audited() == []


def test_what_xs_terms_forbid_is_not_offered(office: Office) -> None:
    Archive(office.writer).take([make_reading("x", source="x", text="unicorns", happened_at=MONDAY)])
    [field] = office.open("search", q="unicorns").multiselect
    assert "Homelessness and supported housing" not in field.options
    [field] = lorry(office).multiselect
    assert "Homelessness and supported housing" in field.options
    assert field.options[-1] == "Not about the council"


def test_the_post_that_comes_into_its_place_inherits_no_choice(office: Office) -> None:
    page = correct(lorry(office), "parks")
    later = said("9", "fay", "The lorry again", "other", at=MONDAY.replace(hour=20), topic="roads")
    Archive(office.writer).take([later])
    keeping.forget()
    assert [list(field.value) for field in page.run().multiselect] == [[], ["parks"]]


def test_when_the_store_is_away_nothing_is_said_to_be_written(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_: object) -> None:
        raise StoreAway

    page = lorry(office)
    monkeypatch.setattr(deciding, "ask", away)
    assert "Nothing has changed" in correct(page, "parks").error[0].value
