"""The page You said, we did over the real store: written, prefilled, worded anew, taken back, and what came of it."""

from __future__ import annotations

from datetime import date

import pytest
from streamlit.testing.v1 import AppTest

from tests.dashboard.drawn import everything, plain
from tests.dashboard.talk.conftest import Office
from tests.dashboard.talk.world import HOSTILE
from tests.factories import post_id

pytestmark = pytest.mark.servers

SAID, DID = (
    "What residents said, in your words. Name and quote nobody.",
    "What was done, will be done, or why it will not be",
)


def area(page: AppTest, label: str) -> str:
    return str(next(field.value for field in page.text_area if field.label == label))


def write(page: AppTest, said: str = "The footbridge is shut.", did: str = "It opens in May.", **more: str) -> AppTest:
    """Fill the form in and send it."""
    if "topic" in more:
        page = service(page, more["topic"])
    for label, value in ((SAID, said), (DID, did)):
        next(field for field in page.text_area if field.label == label).set_value(value)
    for field in page.text_input:
        if field.label.startswith("Where to read more"):
            field.set_value(more.get("link", ""))
    if "on" in more:
        page.date_input[0].set_value(date.fromisoformat(more["on"]))
    if "what" in more:
        page.radio[0].set_value(more["what"])
    return press(page, "Save the change" if "edit" in more else "Write it down")


def service(page: AppTest, slug: str) -> AppTest:
    return next(box for box in page.selectbox if box.label == "Service").set_value(slug).run()


def press(page: AppTest, label: str) -> AppTest:
    return next(button for button in page.button if button.label == label).click().run()


def told(page: AppTest) -> str:
    return plain(" ".join(part.value for part in page.success))


def shown(page: AppTest) -> list[str]:
    return [text.value for text in page.text if text.value]


def test_with_nothing_written_it_says_what_belongs_here_and_the_form_is_open(office: Office) -> None:
    page = office.open("said")
    assert not page.exception
    assert "**Nothing is written down yet.**" in everything(page)
    assert page.expander[0].proto.expanded


def test_a_decision_is_written_down_and_shown_at_once_and_to_everybody(office: Office) -> None:
    page = write(office.open("said"), topic="roads", link="https://penmarrow.example/bridge")
    assert "Written down." in told(page)
    for drawn in (page, office.open("said")):
        assert shown(drawn) == ["The footbridge is shut.", "It opens in May."]
        text = plain(everything(drawn))
        assert "**1 decision because of what residents said.** The latest is of 10 November. 1 done." in text
        assert "[penmarrow.example/bridge](https://penmarrow.example/bridge)" in text
        assert "Too early to say what came of it: the decision is new. 4 people spoke of it in the four weeks" in text
    assert [(who, action) for who, action, _ in office.audited()] == [("officer", "you said, we did")]


def test_a_no_with_its_reason_is_an_answer(office: Office) -> None:
    page = write(office.open("said"), topic="roads", what="will-not", did="It would cost two libraries.")
    assert "1 refused with the reason" in plain(everything(page))
    assert "**We will not**" in everything(page)


def test_what_an_officer_types_renders_nothing(office: Office) -> None:
    page = write(office.open("said"), said=HOSTILE, did=HOSTILE, topic="roads")
    assert shown(page) == [HOSTILE, HOSTILE]
    assert "a.example" not in everything(page)


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"topic": "roads", "said": ""}, "Say what residents said"),
        ({"topic": "roads", "did": ""}, "why it will not be"),
        ({"topic": "roads", "link": "penmarrow"}, "https://"),
        ({}, "a topic, a place or words"),
    ],
)
def test_what_is_missing_is_said_and_nothing_is_written(office: Office, given: dict[str, str], says: str) -> None:
    page = write(office.open("said"), **given)
    assert says in plain(page.error[0].value)
    assert office.audited() == []


def test_how_many_posts_it_would_be_about_is_said_before_it_is_written(office: Office) -> None:
    page = (
        next(box for box in office.open("said").selectbox if box.label == "Service").set_value("bins-recycling").run()
    )
    size = "1 post by 1 person in the last four weeks would count as being about this (few voices)."
    assert size in plain(everything(page))
    page = next(field for field in page.text_input if field.label.startswith("Words")).set_value("unicorn").run()
    assert "No post of the last four weeks is about this." in everything(page)


def test_it_comes_of_a_conversation_with_what_is_known(office: Office) -> None:
    page = office.open("said", **{"from": post_id("1")})
    assert area(page, SAID) == "2 people asked about roads and potholes at Osier Walk."
    assert [box.value for box in page.selectbox] == ["roads", "street:osier-walk"]
    assert page.expander[0].proto.expanded
    assert office.open("said", **{"from": "files:nothing"}).expander[0].label == "Write down a decision"


def test_it_is_worded_anew_and_that_is_undone(office: Office) -> None:
    page = press(write(office.open("said"), topic="roads"), "Change")
    assert area(page, DID) == "It opens in May."
    page = write(page, did="It opens in June.", edit="yes")
    assert shown(page)[1] == "It opens in June."
    assert shown(press(page, "Undo"))[1] == "It opens in May."


def test_it_is_taken_back_and_that_is_undone(office: Office) -> None:
    page = press(write(office.open("said"), topic="roads"), "Take back")
    assert "Taken back" in told(page)
    assert shown(page) == []
    assert shown(press(page, "Undo")) == ["The footbridge is shut.", "It opens in May."]


def test_the_latest_day_stands_first(office: Office) -> None:
    page = write(office.open("said"), topic="roads", said="The later.")
    page = write(page, topic="roads", said="The earlier.", on="2026-11-01")
    assert shown(page)[::2] == ["The later.", "The earlier."]
    assert "1 November" in everything(page)
