"""The page Search: words and filters above, posts below. Each filter is part of the address, so a search can be sent.

Knows nothing of how the store finds posts.
"""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from dashboard import labels, source, story_words, words
from dashboard.components import cards, live
from dashboard.posts import on_page
from dashboard.shapes import Period, Results, Wanted
from soundings.errors import BadInput

ALL = "all"
NARROWEST = 150
BELOW = "page-below"
"""The second pager, under the posts: it turns the first."""
LONGEST = 200
"""Characters of a search."""


def body() -> None:
    """The page below its heading."""
    wanted = _form()
    page = _page()
    try:
        results = source.search(source.OFFICER, wanted, page)
    except BadInput as error:
        st.warning(str(error))
        return
    if not results.total:
        cards.told((), repr(wanted))
        _nothing(wanted)
        return
    pages = -(-results.lines // source.PAGE)
    if page > pages:
        st.session_state["page"] = 1
        st.rerun()
    _list(results, page, pages, repr(wanted))
    live.watch(on_page(results.cards))


def _page() -> int:
    """The page of results, from 1: as chosen, else as the address says (the widget for it is drawn later)."""
    said = str(st.session_state.get("page") or st.query_params.get("page", ""))
    return max(1, min(int(said), source.MOST)) if said.isdecimal() and len(said) < 9 else 1


def _form() -> Wanted:
    first, second = st.columns([3, 1])
    with first:
        text = st.text_input(
            "Words", key="q", bind="query-params", max_chars=LONGEST, on_change=_first_page,
            placeholder="For example: brown bin Tolgarth Road", icon=":material/search:",
        )  # fmt: skip
    with second:
        period = _choice("Time", "when", "Any time", {item.value: f"Last {item.value}" for item in Period})
    grid = st.grid(4, min_column_width=NARROWEST, key="filters")
    with grid.cell():
        topic = _choice("Topic", "topic", "All topics", _topics())
    with grid.cell():
        mood = _choice("Mood", "mood", "Any mood", labels.MOODS)
    with grid.cell():
        origin = _choice("Source", "source", "All sources", _sources())
    with grid.cell():
        place = _choice("Place", "place", "Anywhere", _places())
    return Wanted((text or "").strip(), topic, mood, origin, place, Period(period) if period else None)


def _first_page() -> None:
    st.session_state["page"] = 1


def _choice(title: str, key: str, every: str, names: Mapping[str, str]) -> str | None:
    """A filter. Its options are shown as typed (measured: a select box renders no Markdown)."""
    options = [ALL, *names]
    chosen = st.selectbox(
        title, options, key=key, bind="query-params", on_change=_first_page,
        format_func=lambda slug: names.get(slug, every),
    )  # fmt: skip
    return None if chosen in (ALL, None) else chosen


def _topics() -> dict[str, str]:
    return dict(sorted(source.names().topics.items(), key=lambda item: item[1]))


def _places() -> dict[str, str]:
    return dict(sorted(source.names().offered.items(), key=lambda item: item[1]))


def _sources() -> dict[str, str]:
    return {item.slug: item.name for item in source.about(source.OFFICER).sources}


def _list(results: Results, page: int, pages: int, listed: str) -> None:
    first = (page - 1) * source.PAGE + 1
    told = story_words.found(results.total, results.lines, source.MOST, first, len(results.cards))
    st.header(told, anchor=False)
    folded = any(card.same for card in results.cards)
    st.markdown(f":gray[{words.FIRST_SORT}{f' {story_words.SHARED}' if folded else ''}]")
    if pages > 1:
        st.pagination(pages, key="page", bind="query-params")
    cards.posts(results.cards, source.clock(), source.council_file().council.zone, listed)
    if pages > 1:
        st.session_state[BELOW] = page
        st.pagination(pages, key=BELOW, on_change=_turn)


def _turn() -> None:
    st.session_state["page"] = st.session_state[BELOW]


def _nothing(wanted: Wanted) -> None:
    with st.container(key="nothing-found"):
        if source.pulse(source.OFFICER).kept:
            st.header("Nothing found", anchor=False)
            st.markdown(words.try_instead(bool(wanted.words), wanted.narrowed))
            return
        st.header("No posts yet", anchor=False)
        st.markdown(words.BEGIN)
    live.first_post()
