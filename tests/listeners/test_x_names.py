"""How people name what is on X."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from listeners import x_names
from soundings.errors import BadInput
from soundings.settings import Settings
from tests.listeners.kit import Clock
from tests.listeners.x_far_side import COUNCIL_ID, TOKEN, USERS, FarSide


@pytest.mark.parametrize(
    "given",
    [
        "77",
        "https://x.com/i/status/77",
        "twitter.com/anna_of_weir/status/77?s=20",
        "https://mobile.twitter.com/a/status/77/",
    ],
)
def test_a_post_by_its_link(given: str) -> None:
    assert x_names.post(given) == "77"


def test_an_account_by_its_number_asks_nobody(settings: Settings) -> None:
    assert x_names.account("@2001", settings) == "2001"
    with pytest.raises(BadInput, match="15 letters"):
        x_names.account("anna of weir", settings)


@pytest.fixture
def far(clock: Clock, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[FarSide]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setenv("SOUNDINGS_X_BEARER_TOKEN", TOKEN)
    server = FarSide(clock)
    settings.home.mkdir()
    settings.council_path.write_text(f'[sources.x]\napi = "{server.url}"\n', encoding="utf-8")
    yield server
    server.close()


@pytest.mark.servers
def test_a_handle_is_made_a_number_by_asking_x_once(far: FarSide, settings: Settings) -> None:
    assert x_names.account("@PenmarrowCncl", settings) == COUNCIL_ID
    with pytest.raises(BadInput, match="renamed or deleted"):
        x_names.account("nobody", settings)
    far.says(USERS, 401)
    with pytest.raises(BadInput, match=r"refuses us \(401\)"):
        x_names.account("PenmarrowCncl", settings)
    assert [asked.query["usernames"] for asked in far.of(USERS)] == ["PenmarrowCncl", "nobody", "PenmarrowCncl"]
