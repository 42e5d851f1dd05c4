"""The control by which an officer says what a post is about. It counts there at once, and the reader learns from it.

What the reader guessed stays, and is shown beside it. Knows nothing of how it is written down, or learnt.
"""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from dashboard import inert, source, words
from dashboard.components.talk import done
from dashboard.posts import Card, stands_for
from dashboard.talk import deciding
from soundings.taxonomy import NOT_COUNCIL

MOST = 3
"""Topics of one post (store/decisions.py)."""


def control(card: Card, listed: str) -> None:
    """A quiet button on the card, and a form behind it. `listed`: what tells its list from others."""
    key = f"{card.id}-{done.acts()}"  # not its place in the list: the next post there would inherit the choice
    before = _before(card)
    with st.popover("Topic wrong?", type="tertiary", key=f"correct-{key}"):
        if card.corrected and card.guessed:
            st.markdown(f":gray[The reader guessed: {inert.label(', '.join(card.guessed))}.]")
        with st.form(f"topics-{key}", border=False):
            chosen = _choice(card, before, key)
            if (many := len(stands_for(card))) > 1:
                st.markdown(f"This is written for all {words.number(many)} posts that say the same.")
            pressed = st.form_submit_button("Set the topic", type="primary")
        if pressed:
            _set(card, chosen, listed)
        if before and st.button("Take the correction back", type="tertiary", icon=":material/undo:",
                                key=f"uncorrect-{key}"):  # fmt: skip
            _write(card, (), "Taken back: it counts as the reader guessed.", listed)
        st.markdown(":gray[It counts at once, and the reader learns from it. Nobody outside is told.]")


def _before(card: Card) -> Sequence[str]:
    """What an officer said of the post, else of others that the card stands for."""
    return card.slugs if card.corrected else card.same.slugs if card.same else ()


def _choice(card: Card, before: Sequence[str], key: str) -> Sequence[str]:
    """The council's topics as typed (a select box renders no Markdown), what is not the council's last."""
    names = {slug: name for slug, name in source.names().topics.items() if slug not in card.barred}
    options = sorted(names, key=lambda slug: (slug == NOT_COUNCIL, names[slug].casefold()))
    default = [slug for slug in before if slug in names]  # what the reader guessed is wrong: begin anew
    return st.multiselect(
        "What is it about?", options, default=default, format_func=lambda slug: names[slug],
        max_selections=MOST, key=f"about-{key}", placeholder="Choose up to three", select_all=False,
    )  # fmt: skip


def _set(card: Card, chosen: Sequence[str], listed: str) -> None:
    if not chosen:
        st.error("Choose a topic, or “Not about the council”.")
    else:
        names = source.names()
        _write(card, tuple(chosen), f"Counted under {', '.join(names.topic(slug) for slug in chosen)}.", listed)


def _write(card: Card, topics: Sequence[str], said: str, listed: str) -> None:
    before: dict[str, tuple[str, ...]] = {}
    done.do(
        [listed, card.id],  # of a story the one on its card: the sentence stands once
        lambda: before.update(deciding.correct_topics(stands_for(card), topics)), said,
        lambda: deciding.put_back(before),
    )  # fmt: skip
