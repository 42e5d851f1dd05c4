"""What is listened to and read by what: the sentences of the page About, and the feeds of the council file. Pure.

Knows nothing of how a feed is fetched: it reads the council file's tables as they stand.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from dashboard import words
from soundings.words import BESIDE

HEARD = ("bluesky", "facebook", "feeds", "sample", "youtube")
"""Sources that Soundings hears by itself; posts of every other came in a file that the council imported."""


def origins(posts: int, sources: list[str]) -> str:
    """`3,223 posts from 1 source. All are from files that the council imported.` Sources: as the store names them."""
    heard = any(slug in HEARD for slug in sources)
    imported = any(slug not in HEARD for slug in sources)
    if heard and imported:
        what = "Public posts, and posts from files that the council imported."
    else:
        what = "All are from files that the council imported." if imported else "All are public posts."
    return f"{words.count(posts, 'post')} from {words.count(len(sources), 'source')}. {what}"


def feeds(tables: Mapping[str, Any]) -> list[str]:
    """The council file's feeds as people call them: `Penmarrow Post (news.example/rss)`."""
    return [_called(feed) for feed in _table(tables).get("feed", ()) if isinstance(feed, Mapping)]


def on(tables: Mapping[str, Any]) -> bool:
    """Whether the council file says that its feeds are listened to."""
    return bool(_table(tables).get("enabled", False))


def _table(tables: Mapping[str, Any]) -> Mapping[str, Any]:
    found: Any = tables
    for name in ("sources", "feeds"):
        found = found.get(name) if isinstance(found, Mapping) else None
    return found if isinstance(found, Mapping) else {}


def reader(name: str) -> str:
    """What to think of a reader's labels."""
    name, _, named = name.partition(BESIDE)
    if named:
        return f"{reader(name)} How the writer feels is judged by {named}, a model that the council chose."
    return (
        f"The reader ({name}) guesses from the words of a post. It misreads much sarcasm; "
        "treat labels as a first sort, not a finding."
    )


def taken_back(orders: int) -> str:
    """How often something was removed because its writer wanted that."""
    if not orders:
        return "So far nobody has taken a post back."
    return f"So far this was done {'once' if orders == 1 else f'{words.number(orders)} times'}."


def _called(feed: Mapping[str, Any]) -> str:
    address, name = _address(str(feed.get("url", ""))), str(feed.get("name", "")).strip()
    return f"{name} ({address})" if name and address else name or address or "A feed without an address"


def _address(url: str) -> str:
    """Host and path only: what follows a question mark, or stands before an @, may be a secret."""
    try:
        parts = urlsplit(url)
        return f"{parts.hostname or ''}{parts.path.rstrip('/')}"
    except ValueError:
        return ""
