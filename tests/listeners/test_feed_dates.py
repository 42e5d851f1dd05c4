"""Dates of feeds, read as feedparser and we read them together."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from listeners.entries import natives, parse
from listeners.feed_dates import said
from listeners.native import Native
from soundings.messages import AuthorKind, Kind
from tests.listeners.feed_texts import item, rss

LONDON = ZoneInfo("Europe/London")
NINE, TEN = datetime(2026, 7, 5, 9, tzinfo=UTC), datetime(2026, 7, 5, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("written", "instant"),
    [
        ("Sun, 05 Jul 2026 10:00:00 GMT", TEN),
        ("Sun, 05 Jul 2026 10:00:00 +0100", NINE),
        ("Sun, 05 Jul 2026 05:00:00 EST", TEN),
        ("2026-07-05T10:00:00Z", TEN),
        ("2026-07-05T10:00:00+01:00", NINE),
        ("2026-07-05T05:00:00-05:00", TEN),
        ("Sun, 05 Jul 2026 10:00:00 BST", NINE),
        ("Sun, 05 Jul 2026 10:00:00 IST", NINE),
        ("Sun, 05 Jul 2026 11:00:00 CEST", NINE),
        ("2026-07-05 10:00:00 BST", NINE),
        ("2026-07-05 10:00 bst", NINE),
        ("Sun, 05 Jul 2026 10:00:00", NINE),
        ("05 Jul 2026 10:00", NINE),
        ("Sun Jul  5 10:00:00 2026", NINE),
        ("2026-07-05T10:00:00", NINE),
        ("2026-07-05T10:00:00.000", NINE),
        ("2026-07-05 10:00", NINE),
        ("2026-07-05", datetime(2026, 7, 4, 23, tzinfo=UTC)),
        ("5 July 2026", datetime(2026, 7, 4, 23, tzinfo=UTC)),
        ("Sun, 05 Jul 2026 10:00:00 -0000", TEN),
        ("05/07/2026 10:00", None),
        ("yesterday", None),
    ],
)
def test_what_a_date_means(written: str, instant: datetime | None) -> None:
    entries = parse(rss(item("1", "x", written)).encode(), {})
    (native,) = natives(entries, "u", "", Kind.ARTICLE, AuthorKind.PRESS, False, LONDON)
    assert isinstance(native, Native) and native.created_at == instant


@given(st.one_of(st.text(max_size=40), st.from_regex(r"[0-9 :+T-]{0,30}(BST|CEST)?", fullmatch=True)))
def test_any_text_is_a_date_or_none(text: str) -> None:
    assert said(text, None, LONDON) is None or said(text, None, LONDON).tzinfo  # type: ignore[union-attr]
