"""The page Conversations: whom have we not answered? A sentence, four figures, then the questions or how we answer.

Only the order of things is decided here, and which part the address names.
"""

from __future__ import annotations

import streamlit as st

from dashboard import inert, source
from dashboard import words as said
from dashboard.components import figures, live
from dashboard.components.talk import conversation, index, queue
from dashboard.talk import asking, tally, words
from dashboard.talk.shapes import Index, Queue

QUESTIONS, ANSWERING = "Questions", "How we answer"
NARROWEST = 150
OPENED = "opened"
"""Where the session keeps whether it last showed one question."""


def body() -> None:
    """The page below its heading."""
    if not source.pulse(source.OFFICER).kept:
        st.header("No posts yet", anchor=False)
        st.markdown(said.BEGIN)
        live.first_post()
        return
    live.removals(source.erasures(source.OFFICER))
    held = asking.queue(source.OFFICER)
    if wanted := st.query_params.get("conversation", ""):
        _address({"conversation": wanted})
        conversation.body(held, wanted)
        return
    if st.session_state.pop(OPENED, False):
        _address(queue.left())
    _opening(held)
    answering = asking.index(source.OFFICER)
    _figures(held, answering)
    switches = st.container(horizontal=True, horizontal_alignment="distribute", gap="small", key="switches")
    with switches:
        part = _part()
    if part == QUESTIONS:
        queue.body(held, switches)
    else:
        index.body(held, answering)


def _address(wanted: dict[str, str]) -> None:
    """Put it into the address line: a link to the page that one is on changes what is shown, not the line (tried)."""
    st.session_state[OPENED] = "conversation" in wanted
    st.query_params.from_dict(wanted)


def _opening(held: Queue) -> None:
    zone = source.council_file().council.zone
    bold, rest = words.opening(held.waiting, said.stale(held.newest, held.as_of, zone))
    with st.container(key="opening"):
        st.markdown(f"**{bold}** {inert.label(rest, 400)}")
        if held.cut:
            st.markdown(f":orange[:material/warning: {words.CUT}]")


def _part() -> str:
    chosen = st.segmented_control(
        "Part", [QUESTIONS, ANSWERING], default=QUESTIONS, key="part", bind="query-params", required=True,
        label_visibility="collapsed",
    )  # fmt: skip
    return chosen or QUESTIONS


def _figures(held: Queue, answering: Index) -> None:
    told = tally.of(held, answering, asking.hours())
    with st.container(key="period"):
        st.markdown(f":gray[{tally.period(answering)}]")
    grid = st.grid(4, min_column_width=NARROWEST, border=True, key="figures")
    for title, value, below, explained in told:
        with grid.cell():
            figures.one(title, value, [below], explained)
