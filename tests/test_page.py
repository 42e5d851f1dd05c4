"""The whole service in a real browser: the number on the page is the number of `soundings status`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, Request

from tests.browsers import open_browser
from tests.service import Service, write_posts

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    running = Service(tmp_path_factory.mktemp("page") / "home")
    running.start()
    yield running
    running.stop()


@pytest.fixture
def page() -> Iterator[Page]:
    with open_browser() as browser:
        yield browser.new_page(viewport={"width": 1280, "height": 900})


def shown(page: Page, service: Service) -> int:
    """The number of posts kept, as the page shows it."""
    page.goto(service.status()["page"])
    number = page.locator(".st-key-posts-kept")
    number.wait_for()
    return int("".join(letter for letter in number.inner_text() if letter.isdigit()))


def test_an_empty_page_says_what_to_do_next(service: Service, page: Page) -> None:
    page.goto(service.status()["page"])
    page.get_by_text("soundings import").first.wait_for()


def test_the_number_on_the_page_is_the_number_of_status(service: Service, page: Page, tmp_path: Path) -> None:
    write_posts(tmp_path / "posts.jsonl", 1234)
    assert service.run("import", str(tmp_path / "posts.jsonl")).returncode == 0
    assert shown(page, service) == service.status()["totals"]["stored"] == 1234
    assert service.run("import", str(tmp_path / "posts.jsonl")).returncode == 0
    assert shown(page, service) == 1234


def test_nothing_is_fetched_from_another_host(service: Service, page: Page) -> None:
    asked: list[Request] = []
    page.on("request", lambda request: asked.append(request))  # Playwright marks the function, not a method
    shown(page, service)
    address = service.status()["page"]
    others = [request.url for request in asked if not request.url.startswith((address, address.replace("http", "ws")))]
    assert [url for url in others if not url.startswith(("data:", "blob:"))] == []
