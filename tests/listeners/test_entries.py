"""Entries of feeds: ids, dates, plain text."""

from __future__ import annotations

import contextlib
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from listeners import entries as module
from listeners.entries import NotAFeed, Unread, native_id, natives, parse, plain_text
from listeners.native import Native
from soundings.messages import AuthorKind, Kind
from tests.listeners.feed_texts import ATOM, HTML, RSS, item, rss

XML = {"content-type": "application/xml"}


def read(body: str, kind: Kind = Kind.ARTICLE) -> list[Native]:
    entries = parse(body.encode(), XML)
    found = list(natives(entries, "https://n.example/rss", "Chron", kind, AuthorKind.PRESS, False))
    assert not [one for one in found if isinstance(one, Unread)]
    return [one for one in found if isinstance(one, Native)]


def test_rss_oldest_first_in_plain_words() -> None:
    old, new = read(RSS)
    assert old.native_id == "https://n.example/rss#item-1" and new.native_id == "https://n.example/2"
    assert new.text == "Library to stay open\n\nThe council & friends said yes.\nMore tomorrow."
    assert new.created_at == datetime(2026, 11, 9, 8, 0, tzinfo=UTC)
    assert old.created_at is None and old.point == (51.5, -3.1)


def test_atom() -> None:
    (entry,) = read(ATOM)
    assert entry.native_id == "tag:n.example,2026:1" and entry.text == "Bridge shut\n\nUntil Friday."
    assert entry.link == "https://n.example/bridge"


def test_a_page_is_no_feed_and_an_empty_feed_is_one() -> None:
    with pytest.raises(NotAFeed):
        parse(HTML.encode(), {"content-type": "text/html"})
    with pytest.raises(NotAFeed):
        parse(b"", XML)
    assert parse(b"<rss version='2.0'><channel><title>x</title></channel></rss>", XML) == []


def test_the_body_is_never_taken_for_the_name_of_a_file(tmp_path: Path) -> None:
    """feedparser opens a string that is a path."""
    (tmp_path / "secret.xml").write_text(rss(item("1", "ours")))
    with pytest.raises(NotAFeed):
        parse(str(tmp_path / "secret.xml").encode(), XML)


def test_ids_fall_back_to_the_link_and_to_the_content() -> None:
    assert native_id({"link": "https://n.example/1"}, "u") == "https://n.example/1"
    bare = {"title": "x", "published": "today"}
    assert native_id(bare, "u") == native_id(bare, "u") != native_id(bare, "other feed")
    assert native_id(bare, "u").startswith("sha256:")


def test_nothing_hidden_is_read() -> None:
    assert plain_text("<p>a<script>b()</script></p><img alt='c' src='d'>&amp; e\0") == "a\n& e"
    assert plain_text("1 < 2 and <b>bold") == "1 < 2 and bold"


@pytest.mark.parametrize(
    ("written", "read_as"),
    [
        ("&#xD83D;&#xDE00;", "😀"),
        ("&#55357;&#56832;", "😀"),
        ("&#x00d83d;&#56832;", "😀"),
        ("&amp;#xD83D;&amp;#xDE00;", "😀"),
        ("&#65;&#xD83D;&#xDE00;&#66;", "A😀B"),
        ("&#xD83D;", "\ufffd"),
        ("&#xDE00;&#xD83D;", "\ufffd\ufffd"),
        ("&#xD83D;b", "\ufffdb"),
        ("&#1114112;", "\ufffd"),
        ("&#x110000;", "\ufffd"),
        ("&#" + "9" * 5000 + ";", "\ufffd"),
        ("&#" + "9" * 5000 + " ", "\ufffd"),
        ("&amp;#" + "9" * 5000 + ";", "\ufffd"),
        ("&#0;", ""),
        ("&amp;#0;", "\ufffd"),
        ("&#7;", "\x07"),
        ("caf&#233; &#128512;", "café 😀"),
    ],
)
def test_numbers_of_characters_that_are_none(written: str, read_as: str) -> None:
    _, entry = read(rss(item("2", "whole"), item("1", f"a {written} z")))[::-1]
    assert "".join(entry.text.split()) == "".join(f"a {read_as} z".split())


def test_the_same_in_sixteen_bits() -> None:
    body = rss(item("1", "é &#xD83D;&#xDE00;")).encode("utf-16")
    (entry,) = parse(body, {"content-type": "application/xml; charset=utf-16"})
    assert entry["title"] == "é 😀"


@pytest.mark.parametrize(
    ("written", "read_as"),
    [
        ("a &lt;![ b", "a <![ b"),
        ("a &#60;![ b", "a <![ b"),
        ("a &lt;!&#91; b", "a <![ b"),
        ("a &amp;lt;![ b", "a <![ b"),
        ("a <![ b", "a <![ b"),
        ("a <![foo[ b", "a <![foo[ b"),
        ("<![CDATA[a <![ b]]>", "a <![ b"),
        ("<![CDATA[a <b>b</b> <![if !mso]>c<![endif]>]]>", "a b c"),
        ("a &lt;b>b&lt;/b> &lt;![CDATA[ c", "a b <![CDATA[ c"),
        ("&lt;![CDATA[a &lt;b>b&lt;/b>]]&gt; c", "a b c"),
        ("a <![if", "a <![if"),
    ],
)
def test_what_looks_like_a_section_silences_nobody(written: str, read_as: str) -> None:
    body = rss(item("2", "whole"), f"<item><guid>urn:1</guid><description>{written}</description></item>")
    first, second = read(body)
    assert (first.text, second.text) == (read_as, "whole")
    assert [entry.text for entry in read(rss(item("2", "whole"), item("1", "x"), item("0", written)))][1:] == [
        "x",
        "whole",
    ]


def test_an_entry_that_cannot_be_read_is_told_and_costs_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    plain = module.plain_text

    def fail(markup: str) -> str:
        assert "bad" not in markup
        return plain(markup)

    monkeypatch.setattr(module, "plain_text", fail)
    found = list(natives(parse(rss(item("3", "c"), item("2", "bad"), item("1", "a")).encode(), XML), "u", "",
                         Kind.ARTICLE, AuthorKind.PRESS, False))  # fmt: skip
    assert [one.native_id for one in found] == ["urn:1", "urn:2", "urn:3"]
    unread = found[1]
    assert isinstance(unread, Unread) and isinstance(unread.error, AssertionError) and b"bad" in unread.body


@pytest.mark.parametrize(
    "author",
    [
        "<author>anna@n.example (Anna Jones)</author>",
        "<dc:creator xmlns:dc='http://purl.org/dc/elements/1.1/'>Anna Jones</dc:creator>",
    ],
)
def test_who_reported_it_is_known_for_the_masks_alone(author: str) -> None:
    body = rss(f"<item><guid>urn:1</guid><title>Pothole, says Anna Jones</title>{author}</item>")
    (report,) = read(body, Kind.REPORT)
    (article,) = read(body)
    assert (report.author_name, article.author_name) == ("Anna Jones", "")


PARTS = st.lists(
    st.sampled_from(
        [
            "&#",
            "&amp;#",
            "x",
            "X",
            "0",
            "D83D",
            "de00",
            "55357",
            "56832",
            "9" * 20,
            ";",
            "a",
            " ",
            "&lt;",
            "![",
            "<![",
            "]",
            "]]",
            "if",
            "cdata[",
        ]
    ),
    max_size=12,
).map("".join)


@settings(deadline=None)
@given(PARTS)
def test_any_numbers_of_characters_leave_the_feed_readable(written: str) -> None:
    found = read(rss(item("1", f"a {written}"), item("2", "whole")))
    assert len(found) == 2
    for entry in found:
        entry.text.encode()


@settings(deadline=None)
@given(
    st.one_of(
        st.binary(max_size=300),
        st.text(max_size=200).map(lambda text: RSS.replace("yes", text).encode("utf-8", "replace")),
    )
)
def test_any_bytes_are_a_feed_or_none(body: bytes) -> None:
    with contextlib.suppress(NotAFeed):
        list(natives(parse(body, XML), "u", "", Kind.ARTICLE, AuthorKind.PRESS, False))
