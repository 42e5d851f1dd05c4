"""An officer's morning over the whole sample: the real process, the real store, a real Chromium.

From the queue to the question that most people ask, its threads, an answer that is linked, and the numbers that move.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Browser, Page, expect

from dashboard.talk.shapes import State
from dashboard.talk.words import STATES
from soundings import council
from soundings.messages import Retraction
from store import questions
from store.questions import End
from tests.dashboard import sampled
from tests.dashboard.browsing import Desk, Watched, looked, started

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

START = f"""
from datetime import UTC, datetime, timedelta
from dashboard import service, source
ahead = datetime.now(UTC) - datetime.fromisoformat("{sampled.MORNING.isoformat()}")
source.clock = lambda: datetime.now(UTC) - ahead
source.LOOK = 1
service.main()
"""
"""The dashboard on the Monday after the sample: its weeks are then whole weeks, whatever day it is here."""
ANSWER = "https://penmarrow.example/osier-walk"
BRIDGE = sampled.native_id_as_held("a0006")
expect.set_options(timeout=30_000)


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with started(tmp_path_factory.mktemp("morning"), sampled.readings(), sampled.TOML.read_text(), START) as running:
        yield running


def conversations(desk: Desk) -> list[questions.Conversation]:
    return questions.conversations(desk.reader, sampled.MORNING, council.load(sampled.TOML))


def waiting(page: Page) -> int:
    """How many wait, as the first sentence says."""
    found = re.match(r"([\d,]+) questions? waits? for an answer", page.locator(".st-key-opening").inner_text())
    assert found
    return int(found.group(1).replace(",", ""))


def answered(page: Page) -> int:
    """How many posts that ask are answered, as the second figure says."""
    found = re.search(r"([\d,]+) of [\d,]+ posts that ask", page.locator(".st-key-figures").inner_text())
    assert found
    return int(found.group(1).replace(",", ""))


def test_a_morning(watched: Watched, desk: Desk) -> None:
    page = watched.page
    watched.open("/conversations")
    before, answered_before = waiting(page), answered(page)
    assert before == sum(one.waiting > 0 for one in conversations(desk))
    bridge = next(one for one in conversations(desk) if BRIDGE in [asking.id for asking in one.asked])

    page.get_by_text("Most people", exact=True).click()
    card = page.locator("[class*=st-key-talk-]", has_text="Osier Walk").first
    expect(card).to_contain_text(f"{bridge.voices} people")
    expect(card).to_contain_text(STATES[State(bridge.end.value)])
    expect(page).to_have_url(f"{watched.base}/conversations?order=Most+people")
    card.get_by_role("link").click()

    expect(page.get_by_role("heading", name=f"Asked {len(bridge.asked)} times")).to_be_visible()
    expect(page).to_have_url(re.compile("conversation="))
    thread = page.locator("details", has_text="Read the thread").first
    thread.locator("summary").click()
    expect(thread).to_contain_text("There were two of them underneath on ropes last week")

    page.get_by_role("textbox", name="Where is the answer published?").fill(ANSWER)
    page.get_by_role("button", name="Link the published answer").click()
    told = page.locator(".st-key-told")
    expect(told).to_contain_text(f"Linked. {bridge.voices} people’s question counts as answered.")
    expect(told).to_contain_text(f"{before - 1:,} questions still wait.")
    page.reload()
    expect(page.locator(".st-key-decided")).to_contain_text("Linked to penmarrow.example/osier-walk")

    page.get_by_role("link", name="All questions").click()
    expect(page.locator(".st-key-opening")).to_contain_text(f"{before - 1:,} questions wait")
    expect(page.locator(".st-key-figures")).to_contain_text(f"{answered_before + bridge.waiting} of ")
    assert watched.foreign == []
    assert watched.errors == []


def test_the_way_back_keeps_the_filters(watched: Watched) -> None:
    watched.open("/conversations?order=Newest&service=Bins+and+recycling&page=2")
    page = watched.page
    page.locator(".st-key-talk-0").get_by_role("link").click()
    expect(page.get_by_role("heading", name="What to do")).to_be_visible()
    page.get_by_role("link", name="All questions").click()
    expect(page.locator(".st-key-talk-0")).to_contain_text("Bins and recycling")
    expect(page).to_have_url(re.compile("order=Newest"))
    expect(page).not_to_have_url(re.compile("conversation="))


def test_a_week_that_announced_and_a_week_that_listened_are_told_in_words(watched: Watched) -> None:
    watched.open("/conversations?part=How+we+answer")
    story = watched.page.locator(".st-key-says-story")
    expect(story).to_contain_text(
        re.compile(r"In the week of 16 February we answered people most: 7\d% of our 98 posts")
    )
    expect(story).to_contain_text("In the week of 2 February we mostly announced: 4% of our 47 posts")
    expect(story).to_contain_text("What would change it: Answering the")
    expect(watched.page.locator("[data-testid=stVegaLiteChart]")).to_have_count(4)
    assert watched.errors == []


def test_a_deleted_reply_of_ours_puts_its_question_back_by_itself(watched: Watched, desk: Desk) -> None:
    one, asking = next(
        (one, asking)
        for one in conversations(desk)
        for asking in one.asked
        if len(one.asked) == 1 and asking.end is End.ANSWERED and asking.answer
    )
    page = watched.page
    watched.open(f"/conversations?conversation={one.id}")
    badges = page.locator(".st-key-badges-question")
    expect(badges).to_contain_text("Answered")
    with_answer = page.locator("[class*=st-key-asked-]")
    expect(with_answer).to_contain_text("Our answer")
    gone = Retraction(source="sample", post_id=asking.answer, reason="deleted there", observed_at=datetime.now(UTC))
    desk.retract([gone])
    expect(badges).not_to_contain_text("Answered")
    expect(with_answer).not_to_contain_text("Our answer")
    assert one.id in [other.id for other in conversations(desk) if other.waiting]


@pytest.mark.parametrize("path", ["/conversations", "/conversations?part=How+we+answer", "/you-said"])
def test_on_a_phone_nothing_is_wider_than_the_screen(browser: Browser, desk: Desk, path: str) -> None:
    with looked(browser, desk, width=390, height=844, scheme="dark") as seen:
        seen.open(path)
        widths = seen.page.evaluate(
            "() => [document.documentElement, document.querySelector('[data-testid=stMain]')].map(e => e.scrollWidth)"
        )
        assert max(widths) <= 390


def test_by_keyboard_alone(watched: Watched, desk: Desk) -> None:
    one = next(one for one in conversations(desk) if one.waiting and not one.suggestion)
    watched.open(f"/conversations?conversation={one.id}")
    page = watched.page
    page.get_by_role("textbox", name="Where is the answer published?").focus()
    page.keyboard.type(ANSWER)
    page.keyboard.press("Enter")
    expect(page.locator(".st-key-told")).to_contain_text("Linked.")
    page.get_by_role("button", name="Undo").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".st-key-told")).to_contain_text("Undone.")
    page.get_by_role("button", name="Not ours").focus()
    page.keyboard.press("Enter")
    whose = page.get_by_role("button", name="It is not ours")
    whose.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".st-key-told")).to_contain_text("Not ours: the NHS. It no longer waits for us.")
