"""Addresses of servers: what may stand in the council file, and where a server may send us on."""

from __future__ import annotations

from contextlib import suppress

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from listeners.addresses import base, on_server

OURS = "https://reports.example/api"


def test_a_slash_at_the_end_is_no_part_of_it() -> None:
    assert base(f"{OURS}/") == base(OURS) == OURS


@pytest.mark.parametrize(
    "url",
    ["", "x", "ftp://x.example", "https://", "https://a:b@x.example", "https://x.example/?a", "https://x.example/#a",
     "https://x.example/a b", "https://[::1", "https://x.example:0"],
)  # fmt: skip
def test_what_is_no_address_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match=r"should (?:be an address|begin with)"):
        base(url)


@pytest.mark.parametrize(
    ("given", "followed"),
    [
        ("https://reports.example/x?page=2", "https://reports.example/x?page=2"),
        ("http://reports.example/x?page=2", "https://reports.example/x?page=2"),
        ("https://reports.example:8443/x", ""),
        ("https://reports.example@evil.example/x", ""),
        ("https://evil.example/api", ""),
        ("requests.json?page=2", "https://reports.example/api/requests.json?page=2"),
        ("/other?page=2", "https://reports.example/other?page=2"),
        ("//evil.example/api", ""),
        ("file:///etc/passwd", ""),
        ("https://[", ""),
    ],
)
def test_a_server_may_send_us_on_to_itself_alone(given: str, followed: str) -> None:
    assert on_server(given, OURS) == followed


BEGINNINGS = ["", "/", "//", "https://", OURS, "http://reports.example", "https://reports.example@", "\t"]


@given(st.sampled_from(BEGINNINGS), st.text(max_size=40))
def test_whatever_it_sends_leads_nowhere_else(begin: str, rest: str) -> None:
    if found := on_server(begin + rest, OURS):
        with suppress(httpx.InvalidURL):  # then nothing is asked at all
            assert httpx.URL(found).host == "reports.example" and found.startswith("https://")
