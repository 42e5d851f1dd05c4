"""What a status means, on invented ones. No network."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from listeners import mastodon_place as place
from listeners.checks import check
from listeners.mastodon_posts import ODD, Seen, status_id, to_native
from listeners.mastodon_settings import LOCAL
from listeners.native import Native
from soundings.errors import PostFailed
from soundings.messages import AuthorKind, Kind
from tests.listeners.kit import NOON
from tests.listeners.mastodon_far_side import DOMAIN, edited, number, person, status

SEEN = Seen("social.penmarrow.example", DOMAIN)
ELSEWHERE = Seen("big.example", "big.example")
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


def native(one: dict[str, Any], seen: Seen = SEEN) -> Native:
    found = to_native(one, seen)
    assert found
    return found


def test_every_field_has_its_place() -> None:
    one = status(7, "Bins", in_reply_to_id="55", edited_at="2026-11-10T13:00:00.000Z", spoiler_text="Rubbish ahead")
    found = native(one)
    assert found.native_id == one["uri"] and found.link == one["url"]
    assert found.text == "Rubbish ahead\n\nBins"
    assert (found.account, found.author_name) == (f"anna@{DOMAIN}", "A name")
    assert (found.created_at, found.edited_at) == (NOON, NOON + timedelta(hours=1))
    assert (found.kind, found.reply_to, found.thread) == (Kind.REPLY, "social.penmarrow.example/55", "")
    assert found.aliases == (f"social.penmarrow.example/{one['id']}",)
    assert not found.no_index and not found.local and found.author_kind is None


def test_markup_becomes_words_and_addresses_stay_whole() -> None:
    content = (
        '<p>The <a href="https://x.example/tags/Tip" rel="tag">#<span>Tip</span></a> is shut.<br>See '
        '<a href="https://council.example/a/b"><span class="invisible">https://</span><span class="ellipsis">council.ex'
        'ample</span><span class="invisible">/a/b</span></a></p><p class="quote-inline">RE: <a>https://q.example/1</a></p>'
    )
    assert native(status(1, "") | {"content": content}).text == "The #Tip is shut.\nSee https://council.example/a/b"


def test_descriptions_count_as_words() -> None:
    picture = {"media_attachments": [{"description": "A full bin"}, {"description": None}, "odd"], "content": ""}
    found = native(status(1, "") | picture)
    assert (found.text, found.alt) == ("", ("A full bin",))


def test_the_same_post_by_two_servers_is_one_item() -> None:
    here = status(1, "Hello @penmarrow", mentions=[{"username": "penmarrow", "acct": "penmarrow"}])
    there = here | {"id": "99", "account": person(f"anna@{DOMAIN}")}
    there |= {"mentions": [{"username": "penmarrow", "acct": f"penmarrow@{DOMAIN}"}]}
    one, other = native(here), native(there, ELSEWHERE)
    assert (one.native_id, one.account, one.text) == (other.native_id, other.account, other.text)
    assert one.text == f"Hello @penmarrow@{DOMAIN}" and one.mentions == (f"penmarrow@{DOMAIN}",)
    assert one.aliases != other.aliases and other.aliases == ("big.example/99",)


def test_a_short_handle_that_two_people_share_stays_short() -> None:
    two = [{"username": "anna", "acct": "anna"}, {"username": "anna", "acct": "anna@big.example"}]
    found = native(status(1, "Ask @anna or @anna@big.example or a@anna.example", mentions=two))
    assert found.text == "Ask @anna or @anna@big.example or a@anna.example"
    assert found.mentions == (f"anna@{DOMAIN}", "anna@big.example")


@pytest.mark.parametrize("visibility", ["unlisted", "private", "direct", None, 5])
def test_only_what_is_for_everybody_is_a_post(visibility: object) -> None:
    assert to_native(status(1, "Bins") | {"visibility": visibility}, SEEN) is None


def test_a_boost_is_no_post() -> None:
    assert to_native(status(1, "", reblog=status(2, "Bins")), SEEN) is None


def test_a_picture_without_words_is_no_post() -> None:
    assert to_native(status(1, " "), SEEN) is None


@pytest.mark.parametrize(
    ("account", "silent"),
    [
        (person(), False),
        (person(indexable=False), True),
        (person(noindex=True), True),
        (person(noindex=False), False),
        (person(note="<p>Potter. <a href='x'>#<span>NoBot</span></a></p>"), True),
        (person(note="<p>#nobots please</p>"), True),
        (person(note=None, indexable=None), False),
        ({"acct": "old"}, False),
    ],
)
def test_who_asks_not_to_be_found(account: dict[str, Any], silent: bool) -> None:
    assert native(status(1, "Bins") | {"account": account}).no_index is silent


def test_a_program_is_no_resident() -> None:
    assert native(status(1, "Bins", account=person(bot=True))).author_kind is AuthorKind.ORGANISATION


@pytest.mark.parametrize(("acct", "local"), [("anna", True), ("anna@big.example", False)])
def test_only_a_servers_own_people_are_local(acct: str, local: bool) -> None:
    assert native(status(1, "Rain", account=person(acct)), Seen("h", DOMAIN, True)).local is local


def test_a_quote_names_what_it_quotes() -> None:
    found = native(status(1, "See", quote={"state": "accepted", "quoted_status": {"uri": "https://q.example/1"}}))
    assert found.quotes == ("https://q.example/1",)


def test_a_text_that_is_none_is_refused() -> None:
    for field in ("content", "spoiler_text"):
        with pytest.raises(PostFailed, match="no text"):
            to_native(status(1, "x") | {field: 5}, SEEN)


def test_what_is_typed_and_what_is_not_is_the_same() -> None:
    one = status(1, "Bins")
    assert native(one) == native(one | {"id": int(one["id"])})
    odd: list[Any] = [True, None, "", "a b", "x" * 101, 1.5, {}]
    assert not any(map(status_id, odd))


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None, max_examples=80)
@given(st.dictionaries(st.sampled_from(sorted(status(1, "x"))), JSON), JSON)
def test_any_json_is_a_post_or_none_or_refused(odd: dict[str, Any], account: Any) -> None:
    try:
        found = to_native(edited(status(1, "Bins"), "Bins", NOON) | {"account": account} | odd, SEEN)
        if found:
            check(found)
    except (PostFailed, *ODD):
        pass


def test_ids_sort_by_length_first_and_hold_a_time() -> None:
    assert place.higher("99", "100") == "100" and place.higher("", "1") == "1"
    assert place.written(place.at(NOON)) == NOON and place.written("01F8MH") is None
    assert place.highest([{"id": "9"}, {"id": "10"}, "odd", {"id": None}]) == "10" and place.highest([]) == ""


@pytest.mark.parametrize(("stream", "minutes"), [(LOCAL, 10), ("#bins", 60)])
def test_it_is_asked_from_before_the_highest_id(stream: str, minutes: int) -> None:
    assert place.begin(stream, number(NOON, 5), NOON) == place.at(NOON - timedelta(minutes=minutes))
    assert place.begin(stream, "", NOON) == place.at(NOON)
    assert place.begin(stream, "01F8MHGQ", NOON) == "01F8MHGQ"
