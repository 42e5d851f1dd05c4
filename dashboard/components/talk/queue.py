"""The queue: filters that are part of the address, and one card a question. Knows nothing of what officers can do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal, cast

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from dashboard import inert, source
from dashboard.components import now
from dashboard.talk import views, words
from dashboard.talk.shapes import Order, Queue, Talk, Wanted

ALL = "all"
NARROWEST = 150
BELOW = "page-below"
"""The second pager, under the cards: it turns the first."""
ORDERS: Mapping[Order, str] = {"longest": "Longest waiting", "people": "Most people", "newest": "Newest"}
TO = {"us": "Asked of us", "nobody": "Asked of nobody"}
PAGE = "entries/conversations_page.py"
LEFT = "queue-address"
"""Where the session keeps the address of the queue, for the way back from a question."""


def body(held: Queue, switches: DeltaGenerator) -> None:
    """The order among the page's switches, the filters, and a page of cards."""
    with switches:
        order = _order()
    wanted = _form(held, order)
    found = views.chosen(held.talks, wanted)
    st.session_state[LEFT] = st.query_params.to_dict()
    if not found:
        _nothing(wanted)
        return
    pages = -(-len(found) // source.PAGE)
    page = _page()
    if page > pages:
        st.session_state["page"] = 1
        st.rerun()
    first = (page - 1) * source.PAGE
    _list(found[first : first + source.PAGE], first, len(found), pages)
    now.note()


def left() -> dict[str, str]:
    """The address of the queue as it was left."""
    return {name: value for name, value in st.session_state.get(LEFT, {}).items() if name != "conversation"}


def _list(shown: Sequence[Talk], first: int, total: int, pages: int) -> None:
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="bottom", gap="small"):
        st.header(words.found(total, first + 1, len(shown)), anchor=False, width="content")
        if pages > 1:
            st.pagination(pages, key="page", bind="query-params", max_visible_pages=5)
    for index, talk in enumerate(shown):
        card(talk, index)
    if pages > 1:
        page = first // source.PAGE + 1
        below = f"{BELOW}-{page}"  # another key for each page: one with a value of its own may not be given another
        st.pagination(pages, default=page, key=below, on_change=_turn, args=(below,))


def _turn(below: str) -> None:
    st.session_state["page"] = st.session_state[below]


def _page() -> int:
    """The page, from 1: as chosen, else as the address says (the widget for it is drawn later)."""
    given = str(st.session_state.get("page") or st.query_params.get("page", ""))
    return max(1, int(given)) if given.isdecimal() and len(given) < 9 else 1


def _order() -> Order:
    chosen = st.segmented_control(
        "Order", list(ORDERS), default="longest", key="order", bind="query-params", required=True,
        format_func=lambda key: ORDERS[key], on_change=_first_page, label_visibility="collapsed",
    )  # fmt: skip
    return chosen or "longest"


def _form(held: Queue, order: Order) -> Wanted:
    grid = st.grid(4, min_column_width=NARROWEST, key="filters")
    with grid.cell():
        state = _choice("State", "state", "All questions", words.STATES, default="waiting")
    with grid.cell():
        service = _choice("Service", "service", "All services", _services(held))
    with grid.cell():
        place = _choice("Place", "place", "Anywhere", _places(held))
    with grid.cell():
        to = _choice("Asked of", "to", "Anybody", TO)
    asked_of = cast(Literal["us", "nobody"] | None, to)
    return Wanted(state, service, place, asked_of, order)


def _first_page() -> None:
    st.session_state["page"] = 1


def _choice(title: str, key: str, every: str, names: Mapping[str, str], default: str = ALL) -> str | None:
    """A filter. Its options are shown as typed (measured: a select box renders no Markdown)."""
    options = [ALL, *names]
    chosen = st.selectbox(
        title, options, index=options.index(default), key=key, bind="query-params", on_change=_first_page,
        format_func=lambda slug: names.get(slug, every),
    )  # fmt: skip
    return None if chosen in (ALL, None) else str(chosen)


def _services(held: Queue) -> dict[str, str]:
    return _named((slug, name) for talk in held.talks for slug, name in zip(talk.slugs, talk.services, strict=True))


def _places(held: Queue) -> dict[str, str]:
    names = source.names()
    return _named((place, names.place(place)) for talk in held.talks for place in talk.place_ids)


def _named(found: object) -> dict[str, str]:
    return dict(sorted(dict(found).items(), key=lambda item: item[1]))  # type: ignore[call-overload]


def card(talk: Talk, index: int) -> None:
    """One question. The place in the list is its key, so that a redraw keeps the page still."""
    with st.container(border=True, key=f"talk-{index}", gap="small"):
        with st.container(key=f"asks-{index}"):
            inert.resident_text(talk.text)
        badges(talk, f"badges-{index}")
        st.markdown(f":gray[{inert.label(_foot(talk), 400)}]")
        st.page_link(PAGE, label=_open(talk), icon=":material/arrow_forward:", query_params={"conversation": talk.id})


def _open(talk: Talk) -> str:
    return "Read it and answer" if len(talk.asked) == 1 else f"Read all {len(talk.asked)} and answer"


def badges(talk: Talk, key: str) -> None:
    """People, age, state, services."""
    with st.container(horizontal=True, gap="xsmall", key=key):
        st.badge(words.people(talk), icon=":material/group:", color="green")
        if talk.waited:
            st.badge(words.waited(talk), icon=":material/schedule:", color="orange" if talk.late else "gray")
        st.badge(inert.label(words.state(talk)), color="blue" if not talk.waiting else "violet")
        for service in talk.services[:2]:
            st.badge(inert.label(service), color="gray")


def _foot(talk: Talk) -> str:
    return " · ".join(
        filter(None, [words.some(talk.places), words.to(talk), words.progress(talk), words.suggested(talk)])
    )


def _nothing(wanted: Wanted) -> None:
    with st.container(key="nothing-found"):
        st.header("Nothing here", anchor=False)
        if wanted == Wanted(order=wanted.order):
            st.markdown("No question waits for an answer. What was answered is still here: choose another state.")
        else:
            st.markdown("No question fits these filters together. Set one of them back.")
