"""What a resident wrote, and names from the council file, can never act on the page."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard import inert


@pytest.mark.parametrize(
    "sign", ["\u202e", "\u2066", "\u200b", "\x00", "\x1b", "\x85", "\ufeff", "\u2028", "\U000e0041"]
)
def test_signs_that_reorder_or_hide_are_taken_out(sign: str) -> None:
    assert inert.calm(f"a{sign}b") in ("ab", "a\nb")


@pytest.mark.parametrize(
    "text", ["Bore da, sut wyt ti?", "Ŵyn yn y cae", "👩‍👩‍👧 at the park 🎉", "العربية", "a\nb\n\nc", "café é"]
)
def test_ordinary_writing_stays(text: str) -> None:
    assert inert.calm(text) == text


def test_a_flood_of_marks_is_held_back() -> None:
    assert len(inert.calm("e" + "\u0301" * 500)) == 1 + inert.MARKS


def test_empty_lines_do_not_push_the_page_away() -> None:
    assert inert.calm("a" + "\n" * 400 + "b\r\nc") == "a\n\nb\nc"


@given(st.text())
def test_calm_is_calm_already(text: str) -> None:
    assert inert.calm(inert.calm(text)) == inert.calm(text)


@given(st.text(max_size=2000), st.integers(1, 900))
def test_a_shortened_text_is_a_beginning(text: str, length: int) -> None:
    short, cut = inert.shorten(text, length)
    assert cut == (len(text) > length)
    assert len(short) <= length + 2
    assert text.startswith(short.removesuffix(" …") if cut else short)


@given(st.text())
def test_no_special_sign_of_a_label_is_bare(name: str) -> None:
    bare = re.sub(r"\\.", "", inert.label(name))
    assert not set("`*_{}[]()<>#+!|~$:=&^@\\") & set(bare)
    assert "\n" not in bare


@pytest.mark.parametrize("name", ["http://a.example/x", "HTTPS://a.example", "www.a.example", "anna@a.example"])
def test_no_address_in_a_label_is_whole(name: str) -> None:
    """Streamlit makes links of addresses after it has taken the escapes away."""
    read = re.sub(r"\\(.)", r"\1", inert.label(name))
    assert not re.search(r"https?://|www\.|\w@", read, re.IGNORECASE)


def test_a_label_reads_as_the_name() -> None:
    assert inert.label("Street cleaning, litter and fly-tipping").replace("\\", "") == (
        "Street cleaning, litter and fly-tipping"
    )
