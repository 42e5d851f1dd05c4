"""Posts as cards: what the reader made of a post, its text, where and when it was said.

The text goes through `inert.resident_text`. Knows nothing of where posts come from.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

import streamlit as st

from dashboard import inert, labels, story_words, words
from dashboard.components import correcting
from dashboard.components.talk import done
from dashboard.posts import Card, Same

Colour = Literal["orange", "blue", "gray"]
FACES: dict[str, tuple[str, Colour]] = {
    labels.UNHAPPY: (":material/sentiment_dissatisfied:", "orange"),
    labels.UNCLEAR: (":material/help:", "gray"),
    labels.NEUTRAL: (":material/sentiment_neutral:", "gray"),
    labels.PLEASED: (":material/sentiment_satisfied:", "blue"),
}
PLACES = 3
"""Places that a card names before it says "and more"."""

GAP = timedelta(days=2)


def posts(cards: Sequence[Card], now: datetime, zone: ZoneInfo, listed: str) -> None:
    """A list of posts; a date parts two of which the second is more than two days older. `listed`: see `told`."""
    told(cards, listed)
    for index, card in enumerate(cards):
        if index and cards[index - 1].happened_at - card.happened_at > GAP:
            with st.container(key=f"day-{index}"):
                st.markdown(f":gray[{words.day(card.happened_at, now, zone)}]")
        post(card, index, now, zone, listed)


def told(cards: Sequence[Card], listed: str) -> None:
    """What was just done in this list, above it, where the post that it was done to has left it.

    `listed`: what tells this list from others, such as its filters.
    """
    if not done.is_about([card.id for card in cards]):
        done.notice([listed], "")


def post(card: Card, index: int, now: datetime, zone: ZoneInfo, listed: str) -> None:
    """One post. The place in the list is its key, so that a redraw keeps the page still."""
    with st.container(border=True, key=f"post-{index}", gap="small"):
        with st.container(horizontal=True, gap="xsmall", vertical_alignment="center"):
            _badges(card)
        inert.resident_text(card.text)
        with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center", gap="small"):
            st.markdown(f":gray[{foot(card, now, zone)}]", width="content")
            correcting.control(card, listed)
        done.notice([card.id], "")
        if card.same:
            _others(card.same, index, now, zone)


def _others(same: Same, index: int, now: datetime, zone: ZoneInfo) -> None:
    """How often it was said, which opens to show the other posts, but not those of one voice alone."""
    if not same.others:
        st.markdown(f":gray[:material/group: {story_words.folded(same, now, zone)}]")
        return
    with st.expander(story_words.folded(same, now, zone), icon=":material/group:"):
        for number, other in enumerate(same.others):
            with st.container(key=f"other-{index}-{number}", gap="xsmall"):
                inert.resident_text(other.text)
                st.markdown(f":gray[{foot(other, now, zone)}]")
        if left := story_words.left_out(same):
            st.markdown(f":gray[{left}]")


def _badges(card: Card) -> None:
    if card.council:
        st.badge("Council", icon=":material/account_balance:", color="violet")
    for topic in card.topics:
        st.badge(inert.label(topic), color="green")
    if card.same and card.same.slugs and not card.corrected:
        others = inert.label(", ".join(card.same.topics))
        st.badge(f"Others of these, by an officer: {others}", icon=":material/edit:", color="gray")
    if card.corrected:
        st.badge("Corrected by an officer", icon=":material/edit:", color="gray")
    if card.act:
        st.badge(inert.label(card.act), color="gray")
    if not card.council:
        icon, colour = FACES[card.mood]
        st.badge(card.mood, icon=icon, color=colour)


def foot(card: Card, now: datetime, zone: ZoneInfo) -> str:
    """`Bluesky · 12 minutes ago · Tolgarth Road`, as Markdown."""
    more = ["and more"] if len(card.places) > PLACES else []
    places = ", ".join([*map(inert.label, card.places[:PLACES]), *more])
    parts = [inert.label(card.source), words.when(card.happened_at, now, zone), places]
    return " · ".join(part for part in parts if part)
