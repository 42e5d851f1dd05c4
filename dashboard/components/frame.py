"""What stands around each page: style, heading, the invented notice, and what is shown while the store is away.

Knows nothing of what a page shows.
"""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from dashboard import inert, source, theme
from dashboard.source import StoreAway


def page(title: str, body: Callable[[], None]) -> None:
    """Draw a page: its frame, then its body. While the store is away, a calm notice in its place."""
    st.set_page_config(page_title=f"{title} – Soundings")
    st.html(theme.STYLE)
    invented()
    with st.container(key="council"):
        st.markdown(f":gray[{inert.label(source.council_file().council.name)}]")
    st.title(title, anchor=False)
    try:
        body()
    except StoreAway:
        away()


def invented() -> None:
    """The notice on each page of a council that does not exist."""
    council = source.council_file().council
    if council.invented:
        with st.container(key="invented"):
            st.info(
                f"**Everything here is invented:** {inert.label(council.short_name or council.name)} is not a real "
                "council, and nobody real wrote these posts."
            )


def away() -> None:
    """The store does not answer: say so, try again by ourselves, and come back when it does."""
    with st.container(key="away"):
        st.warning(
            "**The store is not answering.** Nothing is lost: posts wait on the bus until it is back. "
            "This page tries again every few seconds by itself.",
            icon=":material/hourglass_top:",
        )
        st.markdown("If this lasts longer than a minute, run `soundings status` on the machine that Soundings runs on.")
    _try_again()


@st.fragment(run_every=source.LOOK)
def _try_again() -> None:
    if source.answers():
        st.rerun()
    st.text("")
