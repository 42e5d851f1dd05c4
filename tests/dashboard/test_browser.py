"""The real dashboard process over the real store, in a real Chromium. Nothing here waits for a fixed time."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import count, pairwise

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from soundings import runtime
from soundings.messages import Retraction
from store import questions
from tests.dashboard.browsing import HOSTILE, Desk, Watched, looked, started
from tests.factories import post_id

pytestmark = pytest.mark.browser

PAGES = {
    "conversations": "/conversations",
    "answering": "/conversations?part=How+we+answer",
    "said": "/you-said",
    "now": "/",
    "search": "/search",
    "about": "/about",
}
"""The first is opened before any other: a link to a page works on a server that has just started."""
SLOW = 20_000
"""Milliseconds that a condition may take on a busy machine."""
expect.set_options(timeout=SLOW)
numbers = count()


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with started(tmp_path_factory.mktemp("desk")) as running:
        yield running


@pytest.fixture
def page(watched: Watched) -> Page:
    return watched.page


def button(page: Page) -> Locator:
    return page.locator(".st-key-show-new button")


def slot(page: Page) -> Locator:
    """Where the button stands, or plain words."""
    return page.locator(".st-key-waiting")


def add(desk: Desk, text: str, posts: int = 1) -> list[str]:
    """New posts, each by another voice, happening now. Returns their names."""
    names = [f"new-{next(numbers)}" for _ in range(posts)]
    desk.take([desk.reading(name, text, datetime.now(UTC)) for name in names])
    return names


@pytest.mark.parametrize("name", PAGES)
def test_a_page_opens_cleanly_and_asks_no_other_host(watched: Watched, name: str) -> None:
    watched.open(PAGES[name])
    page = watched.page
    expect(page).to_have_title(f"{page.locator('h1').inner_text()} – Soundings")
    assert page.locator("html").get_attribute("lang") == "en"
    levels = page.eval_on_selector_all(
        "[data-testid=stMain] :is(h1, h2, h3, h4)", "found => found.map(each => Number(each.tagName[1]))"
    )
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    # The council's name holds a picture and an address: it is shown as typed.
    expect(page.locator("[data-testid=stSidebar]")).to_contain_text("![x](http")
    assert page.locator("img[src*=evil], a[href*=evil]").count() == 0
    assert watched.foreign == []
    assert watched.errors == []


@pytest.mark.parametrize("name", PAGES)
def test_no_page_is_wider_than_a_phone(browser: Browser, desk: Desk, name: str) -> None:
    with looked(browser, desk, width=390, height=844, scheme="dark") as seen:
        seen.open(PAGES[name])
        widths = seen.page.evaluate(
            "() => [document.documentElement, document.querySelector('[data-testid=stMain]')].map(e => e.scrollWidth)"
        )
        assert max(widths) <= 390


def test_charts_have_a_text_alternative_and_no_menu(watched: Watched) -> None:
    watched.open("/")
    charts = watched.page.locator("[data-testid=stVegaLiteChart]")
    expect(charts).to_have_count(3)
    for chart in charts.all():
        assert "The same numbers are in the table below" in chart.evaluate("each => each.outerHTML")
    expect(watched.page.locator(".vega-actions")).to_have_count(0)


def test_the_page_shows_as_many_posts_as_the_store_holds(watched: Watched, desk: Desk) -> None:
    watched.open("/")
    held = questions.totals(desk.reader).stored
    expect(watched.page.locator(".st-key-posts-kept")).to_have_text(f"{held:,}")


def test_new_posts_wait_until_they_are_shown(watched: Watched, page: Page, desk: Desk) -> None:
    watched.open("/")
    expect(slot(page)).to_have_text("Up to date")
    add(desk, "The tip queue is back to the roundabout.", 3)
    expect(button(page)).to_have_text("Show 3 new posts")
    expect(page.locator(".st-key-post-0")).not_to_contain_text("The tip queue")
    button(page).click()
    expect(page.locator(".st-key-post-0")).to_contain_text("The tip queue is back to the roundabout.")
    expect(slot(page)).to_have_text("Up to date")


def test_pause_holds_the_line_still(watched: Watched, page: Page, desk: Desk) -> None:
    watched.open("/")
    switch = page.locator(".st-key-live-updates")
    switch.locator("label").click()
    expect(page.locator(".st-key-fresh")).to_contain_text("Paused at")
    said = page.locator(".st-key-live").inner_text()
    add(desk, "Nobody told us about the road closure.", 2)
    watched.wait_for_redraws(2)
    assert page.locator(".st-key-live").inner_text() == said
    switch.locator("label").click()
    expect(button(page)).to_have_text("Show 2 new posts")


def test_focus_scroll_and_an_open_table_survive_the_line(watched: Watched, page: Page, desk: Desk) -> None:
    watched.open("/")
    expect(page.locator("[data-testid=stVegaLiteChart] :is(canvas, svg)")).to_have_count(3)
    table = page.locator("details", has_text="Table: what people talk about")
    table.locator("summary").click()
    expect(table).to_have_attribute("open", "")
    expect(table.locator("table")).to_be_visible()
    before = table.evaluate("each => Math.round(each.getBoundingClientRect().top)")
    add(desk, "Street light out again.")
    expect(button(page)).to_have_text("Show 1 new post")
    watched.wait_for_redraws(1)
    expect(table).to_have_attribute("open", "")
    assert table.evaluate("each => Math.round(each.getBoundingClientRect().top)") == before
    assert page.evaluate("() => document.activeElement.tagName") == "SUMMARY"


def test_a_post_that_was_taken_back_vanishes_by_itself_even_while_paused(
    watched: Watched, page: Page, desk: Desk
) -> None:
    [name] = add(desk, "I should not have written this.")
    watched.open("/")
    expect(page.locator(".st-key-post-0")).to_contain_text("I should not have written this.")
    page.locator(".st-key-live-updates label").click()
    expect(page.locator(".st-key-fresh")).to_contain_text("Paused at")
    add(desk, "The bins are full again.", 15)  # far more than the page shows: it is no longer among the newest
    desk.retract([Retraction(source="files", post_id=post_id(name), reason="deleted", observed_at=datetime.now(UTC))])
    expect(page.locator("body")).not_to_contain_text("I should not have written this.")


def test_nearly_the_same_words_share_a_card_that_opens_and_loses_who_takes_a_post_back(
    watched: Watched, page: Page, desk: Desk
) -> None:
    names = add(desk, "Save the Number 4! They have taken our last bus and now carers and cleaners walk home.", 6)
    watched.open("/search?q=carers+cleaners")
    card = page.locator(".st-key-post-0")
    expect(page.locator("[class*=st-key-post-]")).to_have_count(1)
    expect(card.locator("summary")).to_contain_text("6 voices posted nearly the same words")
    card.locator("summary").click()
    expect(card.locator("[class*=st-key-other-] [data-testid=stText]")).to_have_count(5)
    gone = Retraction(source="files", post_id=post_id(names[2]), reason="deleted", observed_at=datetime.now(UTC))
    desk.retract([gone])
    expect(card.locator("summary")).to_contain_text("5 voices posted nearly the same words")


def test_a_hostile_post_is_shown_as_typed(watched: Watched, page: Page, desk: Desk) -> None:
    add(desk, HOSTILE)
    card = page.locator(".st-key-post-0")
    for _ in range(20):  # an answer is kept for 1.5 s, and the page before this one may have just asked
        watched.open("/")
        card.wait_for()
        if "evil.example" in card.inner_text():
            break
    expect(card.locator("[data-testid=stText]")).to_have_text(HOSTILE.replace("\u202e", ""))
    assert card.locator("img, a, iframe, script, .katex").count() == 0
    assert watched.foreign == []


def test_a_search_can_be_sent_as_a_link(watched: Watched, page: Page, desk: Desk) -> None:
    add(desk, "Where is the lighthouse keeper?", 21)
    watched.open("/search?q=lighthouse&topic=Bins+and+recycling&when=Last+24+hours&page=2")
    expect(page.locator("h2").first).to_have_text("21 posts, 21 to 21 shown.")
    expect(page.locator("input[aria-label=Words]")).to_have_value("lighthouse")
    expect(page.locator("[class*=st-key-post-]")).to_have_count(1)


def test_a_search_by_hand_becomes_a_link(watched: Watched, page: Page) -> None:
    watched.open("/search")
    page.locator("input[aria-label=Words]").fill("no such words anywhere")
    page.keyboard.press("Enter")
    expect(page.locator("h2").first).to_have_text("Nothing found")
    expect(page).to_have_url(f"{watched.base}/search?q=no+such+words+anywhere")


def test_a_period_can_be_sent_as_a_link(watched: Watched, page: Page) -> None:
    watched.open("/?period=24+hours")
    expect(page.locator("h2").first).to_have_text("Voices each hour")


def test_it_says_that_it_lives(watched: Watched, desk: Desk) -> None:
    [pulse] = [one for one in runtime.pulses(desk.settings) if one.stage == "dashboard"]
    assert pulse.pid == desk.pid
    assert pulse.alive(datetime.now(UTC).timestamp())


def test_a_store_that_goes_away_is_said_calmly_and_the_page_comes_back(
    watched: Watched, page: Page, desk: Desk
) -> None:
    watched.open("/")
    desk.store.stop()
    try:
        expect(page.locator(".st-key-fresh")).to_contain_text("The store is not answering")
        page.reload()
        expect(page.locator(".st-key-away")).to_contain_text("The store is not answering")
        assert "Traceback" not in page.content()
    finally:
        desk.store.start()
    expect(page.locator(".st-key-away")).to_have_count(0)
    expect(page.locator("[data-testid=stMetric]")).to_have_count(4)
