"""What a newcomer sees while there is no post at all: what Soundings is, and what to do next.

Knows nothing of posts or figures: there are none.
"""

from __future__ import annotations

import streamlit as st

from dashboard import source

NARROWEST = 230


def panel() -> None:
    """Two sentences, then three ways to go on, each with its exact command."""
    with st.container(key="opening"):
        st.markdown(
            "**No posts yet.** Soundings collects what people say in public about your area, works out what each "
            "post is about and how its writer feels, and shows it here within seconds. It listens only: it never "
            "posts, replies or follows."
        )
    st.header("Three ways to begin", anchor=False)
    grid = st.grid(3, min_column_width=NARROWEST, border=True, key="empty")
    for title, what, command in _ways():
        with grid.cell():
            st.markdown(f"**{title}**")
            st.markdown(what)
            st.code(command, language=None, wrap_lines=True)
    st.markdown("This page fills by itself as soon as the first post is in.")


def _ways() -> list[tuple[str, str, str]]:
    path = source.settings().council_path
    return [
        ("Bring in a file of posts", "CSV or JSON lines, for example an export from a tool that you already use.",
         "soundings import FILE"),
        ("Listen to a news feed", "Add the feed to your council file, then restart Soundings. The file is here:",
         str(path.absolute())),
        ("See it work first", "An invented council with six weeks of invented posts. No keys, no network, "
         "and apart from your own data.", "SOUNDINGS_HOME=soundings-demo soundings demo"),
    ]  # fmt: skip
