"""The table `[[accounts]]`: the public accounts a council may listen to by name, and what each is.

Only council, councillor, press and organisation: a resident is never followed (invariant R7). Knows nothing of
posts.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Annotated, Any
from unicodedata import normalize

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from soundings.council import CouncilFile, Problem, table_problems
from soundings.messages import AuthorKind

LISTED = (AuthorKind.COUNCIL, AuthorKind.COUNCILLOR, AuthorKind.PRESS, AuthorKind.ORGANISATION)
REFUSED = (
    "an account of a resident may not be listed: only council, councillor, press and organisation are, "
    "because following a named person is surveillance (rule R7)"
)


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
    if not plain(value) or any(letter.isspace() for letter in value.strip()):
        raise ValueError("should be a handle without spaces, such as 'PenmarrowCouncil'")
    return value.strip().lstrip("@＠")


class Account(BaseModel):
    """One `[[accounts]]` entry."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    handle: Annotated[str, Field(min_length=1, max_length=200), AfterValidator(_handle)]
    name: Annotated[str, Field(min_length=1, max_length=200)]
    kind: Annotated[AuthorKind, BeforeValidator(_kind)]
    source: str = ""
    """The source this handle belongs to; empty: every source."""


def problems(table: Any) -> list[Problem]:
    """What is wrong with `[[accounts]]`."""
    if not isinstance(table, list):
        return [Problem(("accounts",), "write each account under its own line [[accounts]]")]
    found = [problem for number, entry in enumerate(table)
             for problem in table_problems(Account, ("accounts", number), entry)]  # fmt: skip
    return found or list(_doubles(table))


def _doubles(table: list[Any]) -> Iterable[Problem]:
    seen: set[tuple[str, str]] = set()
    for number, entry in enumerate(table):
        key = (entry.get("source", ""), plain(entry["handle"]))
        if key in seen:
            yield Problem(("accounts", number, "handle"), f"'{entry['handle']}' is listed twice")
        seen.add(key)


class Accounts:
    """The listed accounts as one source sees them."""

    def __init__(self, accounts: Iterable[Account], source: str) -> None:
        self._by_handle: Mapping[str, Account] = {
            plain(account.handle): account for account in accounts if account.source in ("", source)
        }

    @classmethod
    def of(cls, council_file: CouncilFile, source: str) -> Accounts:
        """Those of a council file that is in order."""
        return cls([Account.model_validate(entry) for entry in council_file.tables.get("accounts", [])], source)

    def find(self, handle: str) -> Account | None:
        """The entry of a handle, with or without @."""
        return self._by_handle.get(plain(handle))
