"""The table `[[accounts]]`: the public accounts a council may listen to by name, and what each is.

Only council, councillor, press and organisation: a resident is never followed (invariant R7). Knows nothing of
posts.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Annotated, Any
from unicodedata import normalize

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from soundings.council import CouncilFile, Problem, table_problems
from soundings.messages import AuthorKind

LISTED = (AuthorKind.COUNCIL, AuthorKind.COUNCILLOR, AuthorKind.PRESS, AuthorKind.ORGANISATION)
REFUSED = (
    "an account of a resident may not be listed: only council, councillor, press and organisation are, "
    "because following a named person is surveillance"
)


RENAMED = {"twitter": "x", "fb": "facebook", "bsky": "bluesky", "yt": "youtube", "rss": "feeds", "feed": "feeds"}
"""How people call sources -> what they are called here. Any other name may be that of an imported file."""
DID = re.compile(r"did:[a-z]+:[A-Za-z0-9._:%-]{1,200}")
"""An account of the AT protocol (https://atproto.com/specs/did)."""


def folded(text: str) -> str:
    """A text as handles are looked for in it: small letters, and each accent in one piece with its letter."""
    return normalize("NFC", normalize("NFC", text).casefold())


def plain(handle: str) -> str:
    """A handle as it is compared: without the leading @, folded."""
    return folded(handle.strip().lstrip("@＠"))


def _kind(value: object) -> object:
    words = ", ".join(LISTED)
    if not isinstance(value, str):
        raise ValueError(f"should be one of {words}")
    if value in (AuthorKind.RESIDENT.value, "person", "citizen", "public", "individual"):
        raise ValueError(REFUSED)
    if value not in {kind.value for kind in LISTED}:
        raise ValueError(f"should be one of {words}")
    return value


def _handle(value: str) -> str:
    if "://" in value or "/" in value:
        raise ValueError("should be the handle alone, such as 'PenmarrowCouncil', and not an address")
    if not plain(value) or any(letter.isspace() for letter in value.strip()):
        raise ValueError("should be a handle without spaces, such as 'PenmarrowCouncil'")
    return value.strip().lstrip("@＠")


def _did(value: str) -> str:
    if value and not DID.fullmatch(value.strip()):
        raise ValueError("should be the account's DID, such as 'did:plc:' and 24 letters and digits")
    return value.strip()


class Account(BaseModel):
    """One `[[accounts]]` entry."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    handle: Annotated[str, Field(min_length=1, max_length=200), AfterValidator(_handle)]
    name: Annotated[str, Field(min_length=1, max_length=200)]
    kind: Annotated[AuthorKind, BeforeValidator(_kind)]
    source: str = ""
    """The source this handle belongs to; empty: every source."""
    did: Annotated[str, AfterValidator(_did)] = ""
    """On Bluesky: what its account is known by. A handle can be given up, and another person can take it."""


def problems(table: Any) -> list[Problem]:
    """What is wrong with `[[accounts]]`."""
    if not isinstance(table, list):
        return [Problem(("accounts",), "write each account under its own line [[accounts]]")]
    found = [problem for number, entry in enumerate(table)
             for problem in table_problems(Account, ("accounts", number), entry)]  # fmt: skip
    return found or [
        *_of_no_source(table),
        *_doubles(table),
        *_unknown_on_bluesky(table),
        *_without_server_on_mastodon(table),
    ]


def _of_no_source(table: list[Any]) -> Iterable[Problem]:
    """A name that no source has; of files an officer chose the name."""
    for number, entry in enumerate(table):
        name = entry.get("source", "")
        if name in RENAMED:
            yield Problem(("accounts", number, "source"), f"there is no source '{name}': write '{RENAMED[name]}'")


def _doubles(table: list[Any]) -> Iterable[Problem]:
    seen: set[tuple[str, str]] = set()
    for number, entry in enumerate(table):
        for field in ("handle", "did"):
            key = (entry.get("source", ""), plain(entry.get(field, "")))
            if key[1] and key in seen:
                yield Problem(("accounts", number, field), f"'{entry[field]}' is listed twice")
            seen.add(key)


def _unknown_on_bluesky(table: list[Any]) -> Iterable[Problem]:
    for number, entry in enumerate(table):
        if entry.get("source") == "bluesky" and not entry.get("did"):
            yield Problem(
                ("accounts", number, "did"),
                f"'{entry['handle']}' on Bluesky needs a line `did = \"did:plc:...\"`: accounts are known by that. See "
                "docs/runbook.md for how to find it",
            )


def _without_server_on_mastodon(table: list[Any]) -> Iterable[Problem]:
    for number, entry in enumerate(table):
        if entry.get("source") == "mastodon" and "@" not in entry["handle"].strip().lstrip("@＠"):
            whole = f"{entry['handle']}@social.example"
            yield Problem(
                ("accounts", number, "handle"),
                f"'{entry['handle']}' on Mastodon needs the server that its handle ends in, such as '{whole}'",
            )


class Accounts:
    """The listed accounts as one source sees them."""

    def __init__(self, accounts: Iterable[Account], source: str) -> None:
        self._by_name: Mapping[str, Account] = {
            plain(name): account
            for account in accounts
            if account.source in ("", source)
            for name in (account.handle, account.did)
            if name
        }

    @classmethod
    def of(cls, council_file: CouncilFile, source: str) -> Accounts:
        """Those of a council file that is in order."""
        return cls([Account.model_validate(entry) for entry in council_file.tables.get("accounts", [])], source)

    def find(self, handle: str) -> Account | None:
        """The entry of a handle, with or without @, or of a DID."""
        return self._by_name.get(plain(handle))

    def __iter__(self) -> Iterator[Account]:
        return iter(dict.fromkeys(self._by_name.values()))
