"""What page tests look at and with: the Markdown of a drawn page, and posts enough to draw."""

from __future__ import annotations

from datetime import timedelta

from streamlit.testing.v1 import AppTest

from tests.dashboard.fake_store import NOW, Said, said


def everything(page: AppTest) -> str:
    """All Markdown and headings of a page: where a resident's words must never be."""
    parts = [*page.markdown, *page.title, *page.header, *page.subheader, *page.info, *page.warning, *page.caption]
    return "\n".join(str(part.value) for part in parts)


def plain(text: str) -> str:
    """Markdown without what makes names inert: as a reader sees it."""
    return text.replace("\\", "").replace("\u2060", "")


def many(count: int = 60) -> list[Said]:
    """One post every six hours, on three topics."""
    topics, moods = ("bins-recycling", "roads", "parks"), ("negative", "positive")
    return [
        said(str(i), happened_at=NOW - timedelta(hours=i * 6, minutes=1), topics=(topics[i % 3],), mood=moods[i % 2])
        for i in range(count)
    ]
