"""Feeds that are one person's on a platform where people write: refused, unless the account is listed as no resident's.

Judges the council file across `[sources.feeds]` and `[[accounts]]`, by addresses alone. Asks nobody.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

from listeners.accounts import REFUSED, plain
from soundings.council import Problem

REDDIT = ("reddit.com", "redd.it", "libreddit", "teddit", "redlib")
USE_REDDIT = (
    "Reddit is read only with its approval, never as a feed: take this feed out, and see "
    "`soundings check --source reddit` for [sources.reddit]"
)
LIST_IT = (
    "{}. Is '{}' an account of the council, a councillor, the press or an organisation? Then list it as `handle` under "
    "[[accounts]], with its `kind`"
)
ENDING = re.compile(r"\.(?:rss|atom|xml|json)$", re.IGNORECASE)
FIRST_OF_PATH = {
    "twitter.com": "x", "x.com": "x", "nitter": "x", "facebook.com": "facebook", "instagram.com": "instagram",
    "threads.net": "threads", "threads.com": "threads", "tiktok.com": "tiktok", "tumblr.com": "tumblr",
    "t.me": "telegram", "micro.blog": "micro.blog", "cohost.org": "cohost",
}  # fmt: skip
"""Platforms whose addresses begin with the name of an account -> what they are called under [[accounts]]."""
OWN_HOSTS = (
    "substack.com", "tumblr.com", "blogspot.com", "blogspot.co.uk", "wordpress.com", "livejournal.com",
    "dreamwidth.org", "medium.com", "micro.blog", "bearblog.dev", "write.as",
)  # fmt: skip
"""Platforms that give each account a host of its own: `anna.substack.com`."""
BEFORE_NAME = frozenset({"profile", "user", "users", "u", "author", "people", "profiles", "channel", "c"})
"""Parts of a path after which an account is named: /profile/anna, /users/anna."""
PEOPLES = ("bsky.app", "bsky.social", "youtube.com", "rsshub", "rss-bridge", "flickr.com", "vimeo.com", "lemmy",
           "pixelfed", "mastodon", "mstdn", "medium.com", "friendica", "misskey", "peertube")  # fmt: skip


@dataclass(frozen=True)
class Person:
    """An account, as the address of its feed has it."""

    name: str
    platform: str = ""
    host: str = ""

    @property
    def handles(self) -> frozenset[str]:
        """How it may be listed."""
        return frozenset({plain(self.name), plain(f"{self.name}@{self.host}")})


def problems(document: Mapping[str, Any]) -> Iterator[Problem]:
    """Each feed of a parsed council file that follows somebody, or goes round a platform's approval."""
    for number, url in _feeds(document):
        where = ("sources", "feeds", "feed", number, "url")
        if _is_of(_host(url), REDDIT):
            yield Problem(where, USE_REDDIT)
        elif (whose := person(url)) and not _listed(document, whose):
            yield Problem(where, LIST_IT.format(f"a feed of one account's posts: {REFUSED}", whose.name))


def person(url: str) -> Person | None:
    """Whose feed an address is; None: nobody's."""
    parts = urlsplit(url)
    host, path = _host(url), [ENDING.sub("", unquote(part)) for part in parts.path.split("/") if part]
    if named := next((part for part in path if part.startswith("@") and len(part) > 1), ""):  # Mastodon, Medium, TikTok
        return Person(named[1:], "mastodon", host)
    if _is_of(host, PEOPLES) and (named := _after(path) or _asked_for(parts)):
        return Person(named, "bluesky" if "bsky" in host else host.split(".")[-2] if "." in host else host, host)
    if path and (platform := next((name for at, name in FIRST_OF_PATH.items() if _is_of(host, (at,))), "")):
        return Person(path[0], platform, host)
    own = next((at for at in OWN_HOSTS if host.endswith(f".{at}")), "")
    name = host.removesuffix(f".{own}").removeprefix("www.") if own else ""
    return Person(name, own.split(".")[0], host) if name not in ("", "www", "blog", "news") else None


def _after(path: list[str]) -> str:
    return next((name for before, name in pairwise(path) if before.lower() in BEFORE_NAME), "")


def _asked_for(parts: SplitResult) -> str:
    """The account that a question names: ?channel_id=UC..., ?user=anna."""
    asked = parse_qs(parts.query)
    return next((asked[name][0] for name in ("channel_id", "user", "u", "username", "id") if name in asked), "")


def _host(url: str) -> str:
    return (urlsplit(url).hostname or "").rstrip(".").lower()


def _is_of(host: str, names: tuple[str, ...]) -> bool:
    """Whether a host is one of these, below one, or has a name without a dot in it: nitter.example is a nitter."""
    return any(host == name or host.endswith(f".{name}") or ("." not in name and name in host) for name in names)


def _feeds(document: Mapping[str, Any]) -> Iterator[tuple[int, str]]:
    """Number and address of each; what is malformed is told elsewhere."""
    try:
        feeds = document["sources"]["feeds"]["feed"]
        for number, feed in enumerate(feeds):
            if isinstance(url := feed["url"], str) and urlsplit(url):
                yield number, url
    except (KeyError, TypeError, ValueError, AttributeError):
        return


def _listed(document: Mapping[str, Any], whose: Person) -> bool:
    accounts = document.get("accounts")
    return any(_is_it(entry, whose) for entry in (accounts if isinstance(accounts, list) else []))


def _is_it(entry: Any, whose: Person) -> bool:
    """Of which kind it is, `listeners.accounts` has seen to: no resident is listed."""
    if not isinstance(entry, dict) or entry.get("source", "") not in ("", "feeds", whose.platform):
        return False
    names = [entry.get("handle"), entry.get("did")]
    return any(isinstance(name, str) and plain(name) in whose.handles for name in names if name)
