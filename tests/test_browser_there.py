"""The Chromium that the browser tests drive is a real one and starts."""

import pytest

from tests.browsers import open_browser


@pytest.mark.browser
def test_a_real_chromium_renders() -> None:
    with open_browser() as browser:
        page = browser.new_page()
        page.set_content("<h1>Soundings</h1>")
        assert page.locator("h1").inner_text() == "Soundings"
