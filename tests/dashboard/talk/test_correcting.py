"""Where an officer says what a post is about: on its card, at once, with the way back, and written down."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from dashboard import keeping
from dashboard.keeping import StoreAway
from dashboard.talk import deciding
from store import questions as q
from store.archive import Archive
from tests.dashboard import drawn
from tests.dashboard.drawn import plain
from tests.dashboard.talk.conftest import Office
from tests.dashboard.talk.test_conversations_page import press, told
from tests.dashboard.talk.world import MONDAY, said
from tests.factories import make_reading, post_id

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
    assert about(page) == ["bins-recycling"]
    page = correct(page, "roads", "parking")
    assert not page.exception
    assert "Counted under Roads and potholes, Parking and Blue Badge." in told(page)
    shown = " ".join(badges(page))
    assert "Roads and potholes" in shown and "Parking and Blue Badge" in shown and "Bins" not in shown
    assert "Corrected by an officer" in " ".join(badges(page, "gray-badge"))
    assert "The reader guessed: Bins and recycling." in plain(drawn.everything(page))
    assert about(page) == ["roads", "parking"]
    assert office.audited() == [
        ("officer", "corrected the topic of a post", f"set to roads parking: {LORRY}"),
    ]


def test_it_counts_where_the_officer_put_it(office: Office) -> None:
    correct(lorry(office), "parks")
    assert not office.open("search", q="lorry", topic="Bins and recycling").multiselect
    assert len(office.open("search", q="lorry", topic="Parks, trees and allotments").multiselect) == 1
    assert [view.guessed for view in q.newest(office.writer, q.Filters(topic="parks"))] == [("bins-recycling",)]


def test_it_can_be_undone_and_taken_back_later(office: Office) -> None:
    page = press(correct(lorry(office), "parks"), "Undo")
    assert about(page) == ["bins-recycling"]
    assert "Corrected" not in plain(drawn.everything(page))
    correct(page, "roads")
    page = press(lorry(office), "Take the correction back")
    assert "as the reader guessed" in told(page)
    assert about(page) == ["bins-recycling"]
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
    page = lorry(office)
    [field] = page.multiselect
    field.set_value(["parks"])
    later = said("9", "fay", "The lorry again", "other", at=MONDAY.replace(hour=20), topic="roads")
    Archive(office.writer).take([later])
    keeping.forget()
    assert [list(field.value) for field in page.run().multiselect] == [["roads"], ["bins-recycling"]]


def test_when_the_store_is_away_nothing_is_said_to_be_written(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_: object) -> None:
        raise StoreAway

    page = lorry(office)
    monkeypatch.setattr(deciding, "ask", away)
    assert "Nothing has changed" in correct(page, "parks").error[0].value
