"""The table `[sources.open311]`."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given as drawn
from hypothesis import strategies as st

from listeners.open311 import lacking
from listeners.open311_settings import Endpoint, Open311Settings
from listeners.sources import problems
from tests.listeners.toml_values import VALUES


@pytest.mark.parametrize(
    "given",
    [
        {"url": "ftp://x.example/"},
        {"url": "https://x.example/?a=1"},
        {"url": "https://a:b@x.example/"},
        {"url": "https://x.example", "cap": 1},
        {"url": "https://x.example", "together": 0},
        {"url": "https://x.example", "format": "csv"},
        {"url": "https://x.example", "interval_minutes": 1},
        {"url": "https://x.example", "link": "https://x.example/report"},
        {"url": "https://x.example", "link": "https://x.example/{id}/{name}"},
        {"url": "https://x.example", "requestor": "Anna"},
    ],
)
def test_settings_that_cannot_be(given: dict[str, Any]) -> None:
    with pytest.raises(ValueError):
        Endpoint(**given)


def test_an_endpoint_is_listed_once() -> None:
    twice = [{"url": "https://x.example/v2"}, {"url": "http://x.example/v2/"}]
    with pytest.raises(ValueError, match="twice"):
        Open311Settings.model_validate({"endpoint": twice})
    assert len(Open311Settings.model_validate({"endpoint": [twice[0], twice[1] | {"agency": "7"}]}).endpoint) == 2


def test_what_is_lacking_is_said() -> None:
    assert (
        lacking(Open311Settings())
        == lacking(Open311Settings(enabled=True, endpoint=(Endpoint(url="https://x.example"),)))
        == []
    )
    assert "no endpoint is listed" in lacking(Open311Settings(enabled=True))[0]


ENDPOINT = st.fixed_dictionaries({}, optional=dict.fromkeys(Endpoint.model_fields, VALUES))


@drawn(ENDPOINT)
def test_any_endpoint_is_told_and_none_raises(endpoint: dict[str, Any]) -> None:
    for problem in problems({"open311": {"endpoint": [endpoint]}}):
        assert problem.path[:3] == ("sources", "open311", "endpoint") and problem.message
