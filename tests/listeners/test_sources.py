"""The registry and the table `[sources]`."""

from __future__ import annotations

import os
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from listeners import readiness
from listeners.feed_settings import Feed
from listeners.sources import SOURCES, enabled, load, problems
from soundings import policies
from soundings.council import CouncilFile
from soundings.errors import BadInput
from tests.listeners.toml_values import VALUES


def test_every_source_of_the_registry_is_there() -> None:
    for name in SOURCES:
        assert load(name).Settings().enabled is False


def test_every_source_of_the_registry_has_a_policy() -> None:
    """Rule R7: what may be done with it is written down before anything of it is heard."""
    assert set(SOURCES) <= set(policies.POLICIES)


@pytest.mark.parametrize("name", [name for name in SOURCES if policies.POLICIES[name].keys])
def test_a_source_with_a_key_can_say_that_it_lacks_one(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in [variable for variable in os.environ if variable.startswith(f"SOUNDINGS_{name.upper()}_")]:
        monkeypatch.delenv(variable)
    source = load(name)
    assert readiness._asking(source, "lacking"), (
        f"give its module `lacking(settings) -> list[str]` (see {readiness.__name__})"
    )


def test_a_source_without_a_policy_does_not_load(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(SOURCES, "nextdoor", SOURCES["feeds"])
    with pytest.raises(BadInput, match="has no policy"):
        load("nextdoor")


@pytest.mark.parametrize(
    ("table", "where", "word"),
    [
        ([], ("sources",), "table of its own"),
        ({"blusky": {}}, ("sources", "blusky"), f"there are: {', '.join(SOURCES)}"),
        ({"feeds": {"enable": True}}, ("sources", "feeds", "enable"), "not something that can be set"),
        ({"feeds": {"feed": [{"url": "x"}]}}, ("sources", "feeds", "feed", 0, "url"), "address of a feed"),
        ({"sample": 5}, ("sources", "sample"), ""),
        ({"feeds": {"api_key": "abc"}}, ("sources", "feeds", "api_key"), "this source needs none: take this line out"),
        ({"bluesky": {"Token": "abc"}}, ("sources", "bluesky", "Token"), "a key never stands in the council file"),
        ({"feeds": {"purpose": "to watch protesters"}}, ("sources", "feeds", "purpose"), "may not be used for"),
        ("feeds", ("sources",), "table of its own"),
        ({"bluesky": {"hosts": []}}, ("sources", "bluesky", "hosts"), "at least one server"),
        ({"bluesky": {"hosts": ["https://x.example"]}}, ("sources", "bluesky", "hosts", 0), "wss://host.example"),
        (
            {"bluesky": {"hosts": ["wss://x.example/subscribe"]}},
            ("sources", "bluesky", "hosts", 0),
            "address of a server",
        ),
        ({"bluesky": {"appview": "x"}}, ("sources", "bluesky", "appview"), "https://host.example"),
        ({"bluesky": {"look_back_hours": -1}}, ("sources", "bluesky", "look_back_hours"), "greater than"),
        ({"bluesky": {"dids": ["did:plc:x"]}}, ("sources", "bluesky", "dids"), "not something that can be set"),
        ({"feeds": []}, ("sources", "feeds"), ""),
        ({"feeds": "x"}, ("sources", "feeds"), ""),
        ({"feeds": {"feed": "x"}}, ("sources", "feeds", "feed"), "list"),
        ({"feeds": {"feed": {"url": "https://x.example"}}}, ("sources", "feeds", "feed"), ""),
        ({"feeds": {"feed": ["https://x.example"]}}, ("sources", "feeds", "feed", 0), ""),
    ],
)
def test_problems_say_where(table: Any, where: tuple[Any, ...], word: str) -> None:
    (problem,) = problems(table)
    assert problem.path == where and word in problem.message


FEED = st.fixed_dictionaries({}, optional=dict.fromkeys(Feed.model_fields, VALUES))
TABLES = st.fixed_dictionaries(
    {},
    optional={
        "feeds": VALUES
        | st.fixed_dictionaries({}, optional={"feed": VALUES | st.lists(FEED, max_size=2), "enabled": VALUES}),
        "bluesky": VALUES
        | st.fixed_dictionaries({}, optional=dict.fromkeys(load("bluesky").Settings.model_fields, VALUES)),
        "sample": VALUES
        | st.fixed_dictionaries({}, optional=dict.fromkeys(load("sample").Settings.model_fields, VALUES)),
        "x": VALUES,
    },
)


@given(VALUES | TABLES)
def test_any_table_is_told_and_none_raises(table: Any) -> None:
    for problem in problems(table):
        assert problem.path[0] == "sources" and problem.message


def test_only_what_is_switched_on_listens() -> None:
    file = CouncilFile(None, tables={"sources": {"sample": {"enabled": True}, "feeds": {"feed": []}}})
    assert [name for name, _, _ in enabled(file)] == ["sample"]
    assert list(enabled(CouncilFile(None))) == []
