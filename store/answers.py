"""The shapes of the answers that `store.questions` gives: small, frozen, all instants UTC. None has a field for a
voice, a native id or a link: what is not there cannot be shown (invariant R4).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Mark:
    """A place in a list of posts: an instant, and the id that parts posts of the same instant."""

    at: datetime
    id: str


@dataclass(frozen=True)
class PostView:
    """One post as people may see it. `mood` is the likeliest of three; show it only when `clear`."""

    id: str
    source: str
    kind: str
    text: str
    happened_at: datetime
    collected_at: datetime
    author_kind: str
    topics: tuple[str, ...]
    """Slugs, likeliest first: as an officer corrected them, else as the reader guessed."""
    mood: str
    """`negative`, `neutral` or `positive`."""
    clear: bool
    acts: tuple[str, ...]
    places: tuple[str, ...]
    """Ids of places of the gazetteer, such as `street:tolgarth-road`."""
    language: str
    reply_to: str
    """Id of the post that this one answers, or empty."""
    thread: str
    reader: str
    guessed: tuple[str, ...] = ()
    """What the reader guessed, also where an officer said otherwise."""
    corrected: bool = False
    """Whether an officer said what it is about."""

    @property
    def happened(self) -> Mark:
        """For `newest(before=)`."""
        return Mark(self.happened_at, self.id)

    @property
    def collected(self) -> Mark:
        """For `count_newer(than=)`: take the greatest of those on the page."""
        return Mark(self.collected_at, self.id)


@dataclass(frozen=True)
class Found:
    """Search results: how many there are in all, and one page of them, newest first."""

    total: int
    posts: list[PostView]


@dataclass(frozen=True)
class Story:
    """What was said more than once in nearly the same words. Its posts are those that may be shown, and fit."""

    id: str
    """Id of its oldest post: what it is known by until that is removed."""
    text: str
    """As the oldest that has words put it."""
    specimen: Mark
    """That post."""
    voices: int
    """Distinct people who said it; a repost is a voice too, and an account of the council's own is none."""
    posts: int
    reposts: int
    unnamed: int
    """Posts of nobody who is named: they count as posts, never as voices."""
    sources: tuple[str, ...]
    first: datetime
    last: datetime
    members: tuple[Mark, ...]
    """Oldest first."""
    cut: bool = False
    """Whether there are more posts than are looked at: the oldest are missing then."""
    council: int = 0
    """Posts by the council's own accounts (they are among `posts`)."""


@dataclass(frozen=True)
class Telling:
    """A post in a list in which each story stands once, and its story with the newest of its other posts, if any."""

    post: PostView
    story: Story | None
    others: tuple[PostView, ...]
    """Newest first."""


@dataclass(frozen=True)
class Once:
    """A list of posts in which each story stands once: how many posts there are in all, and one page of it."""

    total: int
    lines: int
    """How many posts and stories can be reached by turning pages."""
    page: tuple[Telling, ...]


@dataclass(frozen=True)
class Volume:
    """Posts and voices in one hour or day of the council that begins at `start` (UTC)."""

    start: datetime
    posts: int
    voices: int


@dataclass(frozen=True)
class TopicCount:
    """A topic in a window and in the one before it (zeros when none was asked for)."""

    slug: str
    posts: int
    voices: int
    posts_before: int
    voices_before: int


@dataclass(frozen=True)
class Moods:
    """How posts feel. `unclear` counts those whose likeliest mood is not clear; the four add up to `posts`."""

    posts: int
    unhappy: int
    neutral: int
    pleased: int
    unclear: int


@dataclass(frozen=True)
class TopicMood(Moods):
    """The same for one topic."""

    slug: str


@dataclass(frozen=True)
class PlaceCount:
    """A place of the gazetteer (or the hint a source gave) in a window."""

    id: str
    posts: int
    voices: int


@dataclass(frozen=True)
class ActCount:
    """A speech act in a window."""

    slug: str
    posts: int
    voices: int


@dataclass(frozen=True)
class SourceCount:
    """A source in a window."""

    source: str
    posts: int
    voices: int


@dataclass(frozen=True)
class SourceFreshness:
    """All that is held of a source, and how new its newest post is."""

    source: str
    posts: int
    newest_happened: datetime
    newest_collected: datetime


@dataclass(frozen=True)
class Freshness:
    """All that is held and how new it is; None while there is nothing."""

    newest_happened: datetime | None
    newest_collected: datetime | None
    stored: int
    sources: list[SourceFreshness]


@dataclass(frozen=True)
class Totals:
    """`stored`: distinct posts. `retracted`: distinct orders to remove (a post, or a person's posts on a source)."""

    stored: int
    retracted: int


@dataclass(frozen=True)
class Stretch:
    """What the opening sentence of a page says about one window."""

    posts: int
    voices: int
    council_posts: int
    """Posts by the council's own accounts (they are among `posts`)."""
    questions: int
    unhappy: int
    """Posts that are clearly negative."""
    unclear: int

    @property
    def unhappy_share(self) -> float | None:
        """Clearly negative posts as a share (0 to 1) of those whose mood is clear; None when none is."""
        clear = self.posts - self.unclear
        return self.unhappy / clear if clear else None


@dataclass(frozen=True)
class Summary:
    """A window and the one before it."""

    now: Stretch
    before: Stretch | None


@dataclass(frozen=True)
class SourceGap:
    """A stretch in which a source may have said something that we did not hear. `end` None: still open."""

    source: str
    start: datetime
    end: datetime | None
    why: str


@dataclass(frozen=True)
class ReaderCount:
    """How many posts were last read by a reader."""

    reader: str
    posts: int
