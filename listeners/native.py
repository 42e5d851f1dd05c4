"""What a source knows of one item, before anything is masked, hashed or judged.

A `Native` never leaves this room: `listeners.posting` makes a `Post` of it. Knows nothing of any platform.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from soundings.messages import AuthorKind, Kind


@dataclass(frozen=True)
class Native:
    """One item as its platform gives it. Instants have a time zone; empty means that the source does not say."""

    native_id: str
    text: str
    account: str = ""
    """Who wrote it: the handle or account id that the platform keeps stable. Empty when nobody is named."""
    author_name: str = ""
    """The name shown beside it: only to mask it where the text repeats it."""
    created_at: datetime | None = None
    """What the author says."""
    event_at: datetime | None = None
    """What the platform itself says about when it happened, where it does."""
    kind: Kind = Kind.POST
    reply_to: str = ""
    thread: str = ""
    quotes: tuple[str, ...] = ()
    mentions: tuple[str, ...] = ()
    """Accounts that the item speaks to and that its text does not spell out."""
    link: str = ""
    alt: tuple[str, ...] = ()
    edited_at: datetime | None = None
    point: tuple[float, float] | None = None
    place_hint: str = ""
    author_kind: AuthorKind | None = None
    """What the source knows of the author; an entry of `[[accounts]]` goes before it."""
    aliases: tuple[str, ...] = ()
    """Other ids under which the platform may speak of the same item, such as a server's own number."""
    no_index: bool = False
    """The author asks not to be indexed: the item is not kept."""
    answered: bool = False
    """A post that we hold answers it: it is kept with that one, also where it names no place."""
    local: bool = False
    """True when it comes from somewhere that is only about the area."""
    local_because: str = ""
    """Why else it is local, in plain words that name no one."""

    def known_as(self, native_id: str, aliases: tuple[str, ...]) -> Native:
        """The same under the id by which it came first, whichever of its names came now: it is one item."""
        names = dict.fromkeys((*aliases, self.native_id, *self.aliases))
        names.pop(native_id, None)
        return replace(self, native_id=native_id, aliases=tuple(names))


@dataclass(frozen=True)
class Unread:
    """An item that could not be made out. `body`: its own words, which go no further."""

    native_id: str
    body: bytes
    error: Exception
