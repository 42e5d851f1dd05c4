"""The table `[sources.reddit]`: nothing is listened to without Reddit's approval, and nobody is followed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from listeners.reddit_settings import CLIENT_ID, CLIENT_SECRET, RedditSettings, lacking
from listeners.sources import problems
from tests.listeners.toml_values import VALUES

SOUND = {
    "enabled": True, "approved": True, "approval_reference": "R-17", "contact_account": "/u/PenmarrowCouncil",
    "subreddits": [{"name": "r/Penmarrow", "local": True}, {"name": "Wales"}],
}  # fmt: skip


def test_a_table_that_is_in_order() -> None:
    assert problems({"reddit": SOUND}) == [] == problems({"reddit": {}})
    found = RedditSettings.model_validate(SOUND)
    assert found.contact_account == "PenmarrowCouncil"
    assert [(one.called, one.local) for one in found.subreddits] == [("r/Penmarrow", True), ("r/Wales", False)]


@pytest.mark.parametrize(
    ("changes", "where", "words"),
    [
        ({"approved": False}, (), "only with its approval: ask for it under its Responsible Builder Policy"),
        ({"approval_reference": "  "}, (), "`approval_reference`"),
        ({"contact_account": ""}, (), "add `contact_account`"),
        ({"contact_account": "a b"}, ("contact_account",), "the council's own account"),
        ({"subreddits": []}, (), "name at least one community"),
        ({"subreddits": [{"name": "Wales"}, {"name": "wales"}]}, (), "listed twice"),
        ({"subreddits": [{"name": "u_anna_weir"}]}, ("subreddits", 0, "name"), "surveillance"),
        ({"subreddits": [{"name": "/u/anna_weir"}]}, ("subreddits", 0, "name"), "surveillance"),
        ({"subreddits": [{"name": "user/anna"}]}, ("subreddits", 0, "name"), "surveillance"),
        ({"subreddits": [{"name": "all"}]}, ("subreddits", 0, "name"), "should be one community"),
        ({"subreddits": [{"name": "Wales+Cymru"}]}, ("subreddits", 0, "name"), "should be the name of a community"),
        ({"subreddits": [{"name": "../api"}]}, ("subreddits", 0, "name"), "should be the name of a community"),
        ({"subreddits": [{"local": True}]}, ("subreddits", 0, "name"), "missing"),
        ({"accounts": ["anna"]}, ("accounts",), "not something that can be set here"),
        ({"interval_seconds": 1}, ("interval_seconds",), "greater than"),
        ({"api": "http://elsewhere.example"}, ("api",), "it is given our secret"),
        ({"login": "https://a:b@reddit.example"}, ("login",), "address of a server"),
        ({"login": "https://[x"}, ("login",), "address of a server"),
    ],
)
def test_what_is_wrong_is_said_in_a_sentence(changes: dict[str, Any], where: tuple[Any, ...], words: str) -> None:
    (problem,) = problems({"reddit": {**SOUND, **changes}})
    assert problem.path == ("sources", "reddit", *where) and words in problem.message


def test_a_table_that_is_switched_off_needs_no_approval() -> None:
    assert problems({"reddit": {**SOUND, "enabled": False, "approved": False}}) == []


COMMUNITY = st.fixed_dictionaries({}, optional={"name": VALUES | st.text(max_size=30), "local": VALUES})
FIELDS = dict.fromkeys(RedditSettings.model_fields, VALUES) | {"subreddits": VALUES | st.lists(COMMUNITY, max_size=2)}


@given(st.fixed_dictionaries({}, optional=FIELDS))
def test_any_table_is_told_and_none_raises(table: dict[str, Any]) -> None:
    for problem in problems({"reddit": table}):
        assert problem.path[:2] == ("sources", "reddit") and problem.message


def test_what_it_lacks_is_known_without_a_network(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    settings = RedditSettings.model_validate(SOUND)
    for name in (CLIENT_ID, CLIENT_SECRET):
        monkeypatch.delenv(name, raising=False)
    first, second = lacking(settings)
    assert CLIENT_ID in first and CLIENT_SECRET in second
    monkeypatch.setenv(CLIENT_ID, "an-id")
    file = tmp_path / "secret"
    file.write_text("a-secret\n")
    file.chmod(0o644)
    monkeypatch.setenv(f"{CLIENT_SECRET}_FILE", str(file))
    (open_to_all,) = lacking(settings)
    assert "chmod 600" in open_to_all and "a-secret" not in open_to_all
    file.chmod(0o600)
    assert lacking(settings) == []
