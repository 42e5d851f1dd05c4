"""Phrases put in the place of others: the longest wins, apostrophes and capitals decide, nothing else is touched."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.swapping import Case, Entry, Found, Swaps, entry

ENTRIES = [
    entry("nowt", "nothing"),
    entry("nowt else", "nothing more"),
    entry("'ere", "here"),
    entry("goin'", "going"),
    entry("d'you", "do you"),
    entry("as is his nowt", None),
    entry("Rose", "NAME", Case.INSIDE),
    entry("Polish", "NATION", Case.CAPITAL),
    entry("u", "you", Case.SMALL),
]


def put(text: str, entries: list[Entry] = ENTRIES) -> str:
    return Swaps(entries).put(text, lambda found: found.entry.instead)


@pytest.mark.parametrize(
    ("text", "made"),
    [
        ("there's nowt here", "there's nothing here"),
        ("nowt else, nowt", "nothing more, nothing"),
        ("as is his nowt", "as is his nowt"),
        ("nowt-else", "nothing more"),
        ("nowt. Else?", "nothing. Else?"),
        ("nowt's right", "nothing's right"),
        ("down ’ere", "down here"),
        ("ere long", "ere long"),
        ("I'm goin’ now", "I'm going now"),
        ("goin now", "goin now"),
        ("d’you know", "do you know"),
        ("a rose for Rose", "a rose for NAME"),
        ("ask @rose, see x.example/nowt/u?u=1", "ask @rose, see x.example/nowt/u?u=1"),
        ("a u-turn", "a u-turn"),
        ("👍 Rose again; Rose again", "👍 Rose again; Rose again"),
        ("Every Rose Garden", "Every Rose Garden"),
        ("Rose bushes. Rose again", "Rose bushes. Rose again"),
        ("WE ROSE", "WE ROSE"),
        ("polish the Polish shop", "polish the NATION shop"),
        ("u and U", "you and U"),
        ("unowt", "unowt"),
        ("", ""),
    ],
)
def test_what_stands_as_whole_words_is_swapped(text: str, made: str) -> None:
    assert put(text) == made


def test_a_phrase_knows_its_neighbours() -> None:
    found: list[Found] = []

    def note(one: Found) -> None:
        found.append(one)

    Swaps([entry("Emily", "Sam")]).put("Ask St. Emily Road, Emily, too", note)
    first, second = found
    assert first.before and first.following
    assert (first.before.said, first.following.said, first.following.capital) == ("st", "road", True)
    assert (second.before, second.following) == (None, None)


def test_none_leaves_a_phrase_and_goes_on_behind_it() -> None:
    assert Swaps(ENTRIES).put("nowt nowt", lambda found: None if found.start == 0 else "x") == "nowt x"


@given(st.text())
def test_without_a_phrase_a_text_is_what_it_was(text: str) -> None:
    assert put(text, [entry("quincunx zyzzyva", "x")]) == text


@given(
    st.lists(st.sampled_from(["nowt", "else", "'", "’", " ", "-", "Rose", "u", ".", "'ere", "İ", "\n"])).map("".join)
)
def test_everything_between_phrases_stays(text: str) -> None:
    left = put(text, [entry("nowt", ""), entry("u", "", Case.SMALL)])
    assert [sign for sign in left if sign in "-.İ\n"] == [sign for sign in text if sign in "-.İ\n"]
