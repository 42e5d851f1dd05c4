"""Who may be listed: public bodies, never a resident (R7)."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from listeners.accounts import Account, Accounts, plain, problems
from soundings import council
from soundings.messages import AuthorKind
from soundings.toml_lines import line_of
from tests.listeners.toml_values import VALUES

DID = "did:plc:abcdefghijklmnopqrstuvwx"
GOOD = {"handle": "PenmarrowCouncil", "name": "Penmarrow Council", "kind": "council"}


def test_a_good_table_has_no_problems() -> None:
    assert problems([GOOD, {"handle": "@Chron", "name": "Chronicle", "kind": "press", "source": "feeds"}]) == []


@pytest.mark.parametrize("kind", ["resident", "person", "citizen"])
def test_a_resident_is_refused_with_the_rule(kind: str) -> None:
    (problem,) = problems([GOOD, {"handle": "anna", "name": "Anna", "kind": kind}])
    assert problem.path == ("accounts", 1, "kind")
    assert "surveillance" in problem.message


@pytest.mark.parametrize(
    ("table", "where"),
    [
        ({"handle": "x"}, ("accounts",)),
        ([{"handle": "x", "name": "y"}], ("accounts", 0, "kind")),
        ([GOOD | {"kind": "band"}], ("accounts", 0, "kind")),
        ([GOOD | {"follow": True}], ("accounts", 0, "follow")),
        ([GOOD | {"handle": "two words"}], ("accounts", 0, "handle")),
        ([GOOD, GOOD | {"handle": "@penmarrowcouncil"}], ("accounts", 1, "handle")),
        (["PenmarrowCouncil"], ("accounts", 0)),
        ("PenmarrowCouncil", ("accounts",)),
        (5, ("accounts",)),
        ([[]], ("accounts", 0)),
        ([GOOD | {"kind": [1]}], ("accounts", 0, "kind")),
        ([GOOD | {"kind": {"a": 1}}], ("accounts", 0, "kind")),
        ([GOOD | {"handle": ["x"]}], ("accounts", 0, "handle")),
        ([GOOD | {"source": 1}], ("accounts", 0, "source")),
        ([GOOD | {"did": "plc:abc"}], ("accounts", 0, "did")),
        ([GOOD | {"did": 5}], ("accounts", 0, "did")),
        ([GOOD | {"source": "bluesky"}], ("accounts", 0, "did")),
        ([GOOD | {"source": "mastodon", "handle": "@penmarrow"}], ("accounts", 0, "handle")),
        ([GOOD | {"did": DID}, GOOD | {"handle": "other", "did": DID}], ("accounts", 1, "did")),
    ],
)
def test_each_problem_says_where(table: Any, where: tuple[Any, ...]) -> None:
    assert [problem.path for problem in problems(table)] == [where]


def test_a_kind_that_is_no_word_is_told_plainly() -> None:
    (problem,) = problems([GOOD | {"kind": [1]}])
    assert problem.message == "'kind': should be one of council, councillor, press, organisation"


ENTRIES = st.one_of(
    VALUES, st.fixed_dictionaries({}, optional=dict.fromkeys([*GOOD, "source", "did", "x"], VALUES | st.just("press")))
)


@given(st.one_of(VALUES, st.lists(ENTRIES, max_size=3)))
def test_any_table_is_told_and_none_raises(table: Any) -> None:
    for problem in problems(table):
        assert problem.path[0] == "accounts" and problem.message
        line_of("", problem.path)


def test_the_council_file_calls_it_by_name() -> None:
    found = council.problems({"accounts": [GOOD | {"kind": "resident"}]})
    assert any("surveillance" in problem.message for problem in found)


def test_handles_are_found_however_they_are_written() -> None:
    accounts = Accounts(
        [Account.model_validate(GOOD), Account(handle="x", name="x", kind=AuthorKind.PRESS, source="feeds")], "files"
    )
    assert accounts.find("@penmarrowCOUNCIL") is not None
    assert accounts.find("x") is None


def test_an_account_is_found_by_its_did_and_the_handle_alone_does_not_do_on_bluesky() -> None:
    entry = GOOD | {"source": "bluesky", "did": DID}
    assert problems([entry]) == []
    accounts = Accounts([Account.model_validate(entry)], "bluesky")
    found = accounts.find(DID)
    assert found and found is accounts.find("@PenmarrowCouncil") and list(accounts) == [found]
    (problem,) = problems([GOOD | {"source": "bluesky"}])
    assert "needs a line `did" in problem.message


@pytest.mark.parametrize("kind", ["resident", "person", "citizen"])
def test_a_residents_did_is_refused_like_a_handle(kind: str) -> None:
    (problem,) = problems([{"handle": "anna.example", "name": "Anna", "kind": kind, "source": "bluesky", "did": DID}])
    assert "surveillance" in problem.message


def test_one_handle_however_its_accents_are_written() -> None:
    """A Mac writes an accent as a character of its own; a form on the web does not."""
    composed, apart = "Si\u00e2n Jones", "Sia\u0302n Jones"
    assert plain(composed) == plain(apart) == plain(f"@{apart.upper()}")
    assert plain("Sian Jones") != plain(composed)


@pytest.mark.parametrize(
    ("change", "field", "says"),
    [
        ({"source": "twitter"}, "source", "write 'x'"),
        ({"handle": "https://x.com/PenmarrowCouncil"}, "handle", "handle alone"),
        ({"handle": "x.com/PenmarrowCouncil"}, "handle", "handle alone"),
    ],
)
def test_what_newcomers_write(change: dict[str, str], field: str, says: str) -> None:
    (problem,) = problems([GOOD | change])
    assert problem.path == ("accounts", 0, field) and says in problem.message
