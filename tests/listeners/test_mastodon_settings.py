"""The table `[sources.mastodon]`: what is refused, and with which words."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from listeners.mastodon import lacking
from listeners.mastodon_settings import MastodonSettings, Server
from listeners.sources import problems

ADDRESS = "https://social.penmarrow.example"


def said(**table: Any) -> str:
    """What is wrong with a table that names one server."""
    found = problems({"mastodon": {"enabled": True, "server": [{"address": ADDRESS, **table}]}})
    return " ".join(problem.message for problem in found)


@pytest.mark.parametrize(
    "table",
    [
        {},
        {"local": True},
        {"hashtags": ["Penmarrow", "#penmarrow", "Dŵr_2026"]},
        {"timeline": "none", "hashtags": ["x"]},
    ],
)
def test_what_is_right(table: dict[str, Any]) -> None:
    assert said(**table) == ""


@pytest.mark.parametrize(
    ("table", "words"),
    [
        ({"address": "x y"}, "address of a server"),
        ({"address": "ftp://social.example"}, "address of a server"),
        ({"address": "https://social.example/about"}, "address of a server"),
        ({"address": "https://[x"}, "address of a server"),
        ({"address": "http://social.example"}, "https://"),
        ({"address": "https://social.example/@anna"}, "belongs under"),
        ({"hashtags": ["@anna"]}, "surveillance"),
        ({"hashtags": ["two words"]}, "hashtag"),
        ({"hashtags": ["2026"]}, "hashtag"),
        ({"hashtags": ["a&b=c"]}, "hashtag"),
        ({"hashtags": [f"tag{number}" for number in range(21)]}, "20"),
        ({"timeline": "none"}, "hears nothing"),
        ({"timeline": "public"}, "'local' or 'none'"),
        ({"token": "x"}, "not something that can be set"),
    ],
)
def test_what_is_refused(table: dict[str, Any], words: str) -> None:
    assert words in said(**table)


def test_switched_on_it_names_a_server_and_each_once() -> None:
    (none,) = problems({"mastodon": {"enabled": True}})
    assert "[[sources.mastodon.server]]" in none.message
    twice = {"server": [{"address": ADDRESS}, {"address": ADDRESS.upper().replace("HTTPS", "https")}]}
    assert "each is listed once" in problems({"mastodon": twice})[0].message
    one_secret = {"server": [{"address": "https://a-b.example"}, {"address": "https://a.b.example"}]}
    assert "SOUNDINGS_MASTODON_TOKEN_A_B_EXAMPLE" in problems({"mastodon": one_secret})[0].message


def test_the_streams_and_the_secret_of_a_server() -> None:
    server = Server(address="Social.Penmarrow.example:8443/", hashtags=("Penmarrow", "#PENMARROW", "Bins"))
    assert (server.address, server.host) == (f"{ADDRESS}:8443", "social.penmarrow.example:8443")
    assert server.streams == ("local", "#penmarrow", "#bins")
    assert server.secret == "SOUNDINGS_MASTODON_TOKEN_SOCIAL_PENMARROW_EXAMPLE"


def test_what_the_environment_lacks_is_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    settings = MastodonSettings.model_validate({"server": [{"address": ADDRESS}, {"address": "https://b.example"}]})
    name = "SOUNDINGS_MASTODON_TOKEN_SOCIAL_PENMARROW_EXAMPLE"
    first, second = lacking(settings)
    assert name in first and "social.penmarrow.example" in first and "B_EXAMPLE" in second
    monkeypatch.setenv(name, "a token")
    file = tmp_path / "token"
    file.write_text("another\n")
    file.chmod(0o644)
    monkeypatch.setenv("SOUNDINGS_MASTODON_TOKEN_B_EXAMPLE_FILE", str(file))
    (open_to_all,) = lacking(settings)
    assert "chmod 600" in open_to_all and "another" not in open_to_all
    file.chmod(0o600)
    assert lacking(settings) == []
