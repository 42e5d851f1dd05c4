"""Makes a `Post` of a `Native`: hashed ids, pseudonym, the instant we trust, the version, what it is addressed to.

Pure but for the keys: the clock's reading and what the ledger holds are given. Knows nothing of the bus and of
platforms. Raises PostFailed, with a reason that repeats nothing of the item, for what can never be taken.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from pydantic import ValidationError

from listeners.accounts import Account, Accounts, plain
from listeners.area import AreaFinder
from listeners.checks import AHEAD, EARLIEST, check, check_dates
from listeners.ledger import Held
from listeners.minimise import Minimiser, asks_not_to_be_read
from listeners.native import Native
from soundings.council import CouncilFile
from soundings.envelopes import explain
from soundings.errors import PostFailed
from soundings.keys import Keys
from soundings.messages import AreaMatch, AuthorKind, Kind, Original, Post

BY_OURS = (AuthorKind.COUNCIL, AuthorKind.COUNCILLOR)
"""Whose posts are kept whatever they are about; press and organisations write about much else."""
PRIVATE = (AuthorKind.RESIDENT, AuthorKind.UNKNOWN)
"""Whose name is masked where their own text repeats it; a newspaper's or a council's stays."""
EDIT_TIMES = 10**11
"""A version from here on is an edit time in milliseconds. Below it is a counter: the second in which a text is first
seen, since EARLIEST, and at least one more than the one before. When the ledger is lost, or a crash kept a text from
it, the next text still outranks what the store holds."""


@dataclass(frozen=True)
class Rules:
    """What holds for every item of one source."""

    look_back: timedelta = timedelta(days=14)
    local: bool = False
    """All that it carries is about the area."""
    chosen: AreaMatch | None = None
    """Set for imports: an officer chose these posts, whatever they are about, and their dates are trusted."""


@dataclass(frozen=True)
class Made:
    """A post, and what the ledger is to keep beside it."""

    post: Post
    account: str
    content: bytes

    def row(self, native: Native, stream: str, now: datetime) -> Held:
        """The item as the ledger is to keep it once this bus has it."""
        post = self.post
        return Held(
            native_id=native.native_id, post_id=post.id, version=post.version, content=self.content,
            happened_at=post.happened_at, collected_at=post.collected_at, last_checked=now, stream=stream,
            aliases=native.aliases, thread_root=native.thread, account=self.account, voice=post.voice,
        )  # fmt: skip


def content_of(native: Native) -> bytes:
    """What makes an edit an edit: a hash of the text and the descriptions. Another date or link is a repeat."""
    parts = "\0".join((native.text, *native.alt)).encode("utf-8", "surrogatepass")
    return hashlib.sha256(parts).digest()[:16]


class Poster:
    """Makes the posts of one source."""

    def __init__(self, source: str, keys: Keys, council_file: CouncilFile, rules: Rules) -> None:
        self._source, self._keys, self._rules = source, keys, rules
        self._accounts = Accounts.of(council_file, source)
        self._minimiser = Minimiser(self._accounts, council_file.area)
        self._area = AreaFinder(council_file.area)

    def account(self, native: Native) -> str:
        """The hash by which an order to forget knows the writer; empty when nobody is named."""
        return self.account_of(native.account) if native.account else ""

    def account_of(self, handle: str) -> str:
        """The same for a handle."""
        return self._keys.account(self._source, plain(handle))

    def id(self, native_id: str) -> str:
        """The post id of a native id."""
        return self._keys.post_id(self._source, native_id)

    def make(self, native: Native, held: Held | None, now: datetime, answers_held: bool = False) -> Made | None:
        """The post, or None when it does not concern the area or its author asks not to be read.

        `held`: the same item as the ledger knows it. `answers_held`: it stands in a thread that we follow.
        """
        check(native)
        if self._rules.chosen:
            check_dates(native, now)
        if is_silent(native):
            return None
        author = self._accounts.find(native.account) if native.account else None
        addressed_to = self._addressed_to(native)
        match = self._match(native, addressed_to, author)
        if match is None and answers_held:
            match = AreaMatch(reason="in a conversation about the area", score=0.8)
        if match is None and native.answered:
            match = AreaMatch(reason="answered by a post about the area", score=0.8)
        if match is None and held:
            match = AreaMatch(reason="was about the area before its edit", score=0.5)
        if match is None:
            return None
        account = self.account(native) or (held.account if held else "")
        return Made(self._post(native, held, now, author, addressed_to, match), account, content_of(native))

    def _post(
        self,
        native: Native,
        held: Held | None,
        now: datetime,
        author: Account | None,
        addressed_to: tuple[str, ...],
        match: AreaMatch,
    ) -> Post:
        happened_at = held.happened_at if held else self._happened_at(native, now)
        repeat = held if held and held.stream and held.content == content_of(native) else None
        kind = _author_kind(native, author)
        private = kind in PRIVATE or (native.kind is Kind.REPORT and author is None)  # whoever passes a report on
        spoken_by = (native.account, native.author_name) if private else ()
        try:
            return Post(
                id=self.id(native.native_id),
                original=Original(native_id=native.native_id, link=native.link),
                source=self._source,
                kind=native.kind,
                text=self._minimiser.mask(native.text, spoken_by),
                alt=tuple(self._minimiser.mask(text, spoken_by) for text in native.alt),
                created_at=native.created_at,
                happened_at=happened_at,
                collected_at=repeat.collected_at if repeat else now,  # of a repeat the first, as the store keeps it
                version=_version(native, held, now),
                voice=self._keys.voice(self._source, plain(native.account), happened_at, now)
                or (held.voice if held else ""),
                author_kind=kind,
                account=author.handle if author and kind is AuthorKind.COUNCIL else "",
                reply_to=self._id_or_none(native.reply_to),
                thread=self._id_or_none(native.thread),
                quotes=tuple(self.id(quoted) for quoted in native.quotes),
                addressed_to=addressed_to,
                point=native.point,
                place_hint=self._minimiser.mask(native.place_hint, spoken_by),
                area_match=match,
            )
        except ValidationError as error:
            raise PostFailed(explain(error)) from None

    def _id_or_none(self, native_id: str) -> str | None:
        return self.id(native_id) if native_id else None

    def _addressed_to(self, native: Native) -> tuple[str, ...]:
        found = (self._accounts.find(handle) for handle in (*self._minimiser.mentioned(native.text), *native.mentions))
        handles = (account.handle for account in found if account and account.kind is AuthorKind.COUNCIL)
        return tuple(dict.fromkeys(handles))

    def _match(self, native: Native, addressed_to: tuple[str, ...], author: Account | None) -> AreaMatch | None:
        if self._rules.chosen:
            return self._rules.chosen
        if self._rules.local or native.local:
            return AreaMatch(reason=native.local_because or "from a source about this area")
        by_council = author is not None and author.kind in BY_OURS
        text = "\n".join((native.text, native.place_hint, *native.alt))
        return self._area.find(text, addressed_to, by_council)

    def _happened_at(self, native: Native, now: datetime) -> datetime:
        """The platform's event time, else a plausible word of the author, else now: first sight."""
        if native.event_at is not None:
            return min(native.event_at, now + AHEAD)
        said = native.created_at
        if said is None:
            return now
        if self._rules.chosen:
            return said
        return said if now - self._rules.look_back <= said <= now + AHEAD else now


def _milliseconds(instant: datetime | None) -> int:
    return int(instant.timestamp() * 1000) if instant else 0


def _version(native: Native, held: Held | None, now: datetime) -> int:
    """The platform's edit time in milliseconds, else a counter from the clock that grows when the content changed."""
    edited = _milliseconds(native.edited_at)
    if edited > _milliseconds(now + AHEAD):
        edited = 0  # believed, it would outweigh every later edit
    counter = max(1, int((now - EARLIEST).total_seconds()))
    if held is None:
        return edited if edited >= EDIT_TIMES else counter
    if content_of(native) == held.content:
        return held.version
    # One more than what is held is not enough: a crash may have kept an edit, which the bus took, from the ledger.
    return max(edited, held.version + 1, counter)


def is_silent(native: Native) -> bool:
    """Whether its author asks not to be read."""
    return native.no_index or asks_not_to_be_read(native.text)


def is_older(native: Native, held: Held) -> bool:
    """Whether this is an earlier text of an item whose edit we hold: once it has an edit time, one without is older."""
    if native.edited_at is None:
        return held.version >= EDIT_TIMES
    return _milliseconds(native.edited_at) < held.version


def _author_kind(native: Native, author: Account | None) -> AuthorKind:
    if author:
        return author.kind
    if native.author_kind:
        return native.author_kind
    return AuthorKind.RESIDENT if native.account else AuthorKind.UNKNOWN
