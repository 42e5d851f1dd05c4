"""Colours are readable, options are Streamlit's, the icon is a small local file."""

from __future__ import annotations

import pytest
from streamlit import config

from dashboard import draw_icon, theme
from dashboard.theme import DARK, LIGHT, Ink


def brightness(colour: str) -> float:
    """Relative luminance (WCAG 2.2)."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((brightness(one), brightness(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("kind", ["light", "dark"])
@pytest.mark.parametrize("colour", ["orange", "blue", "gray", "green", "violet", "yellow"])
def test_words_in_colour_are_readable_on_their_badge_and_on_the_page(kind: str, colour: str) -> None:
    options = theme.options()
    text = options[f"theme.{kind}.{colour}TextColor"]
    for ground in (f"theme.{kind}.{colour}BackgroundColor", f"theme.{kind}.backgroundColor"):
        assert contrast(text, options[ground]) >= 4.5


@pytest.mark.parametrize("kind", ["light", "dark"])
@pytest.mark.parametrize("name", ["textColor", "primaryColor", "linkColor"])
def test_text_is_readable_on_both_grounds(kind: str, name: str) -> None:
    options = theme.options()
    for part in (f"theme.{kind}", f"theme.{kind}.sidebar"):
        for ground in ("backgroundColor", "secondaryBackgroundColor"):
            assert contrast(options[f"{part}.{name}"], options[f"{part}.{ground}"]) >= 4.5


@pytest.mark.parametrize("ink", [LIGHT, DARK])
def test_marks_of_charts_stand_out(ink: Ink) -> None:
    for mark in (ink.focus, ink.usual, ink.unhappy, ink.pleased):
        assert contrast(mark, ink.background) >= 3
    for text in (ink.text, ink.muted):
        assert contrast(text, ink.background) >= 4.5


def test_the_ink_follows_the_browser() -> None:
    assert theme.ink("dark") is DARK
    assert theme.ink("light") is theme.ink(None) is LIGHT


def test_streamlit_knows_every_option() -> None:
    known = config.get_config_options()
    assert [name for name in theme.options() if name not in known] == []


def test_the_icon_is_small_and_as_drawn() -> None:
    assert theme.ICON.stat().st_size < 10_000
    assert draw_icon.draw().size == (64, 64)


def test_the_wordmark_loads_nothing() -> None:
    drawing = theme.WORDMARK.read_text()
    assert "href" not in drawing
    assert "url(" not in drawing
    assert "<title>Soundings</title>" in drawing


def test_the_style_sheet_loads_nothing() -> None:
    assert "url(" not in theme.STYLE
    assert "@import" not in theme.STYLE
