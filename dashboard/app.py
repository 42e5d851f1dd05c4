"""Navigation only: which pages there are and what stands in the margin. Streamlit runs this file for each view."""

from pathlib import Path

import streamlit as st

from dashboard import inert, source, theme

# Not named `pages`: Streamlit would take that folder for the pages, and call the first link to one of ours unknown.
ENTRIES = Path(__file__).parent / "entries"

st.set_page_config(page_icon=theme.ICON, layout="wide")
st.logo(theme.WORDMARK, size="large", icon_image=theme.ICON)
pages = [
    st.Page(ENTRIES / "now_page.py", title="Now", default=True),
    st.Page(ENTRIES / "conversations_page.py", title="Conversations", url_path="conversations"),
    st.Page(ENTRIES / "said_page.py", title="You said, we did", url_path="you-said"),
    st.Page(ENTRIES / "search_page.py", title="Search", url_path="search"),
    st.Page(ENTRIES / "about_page.py", title="About this listening", url_path="about"),
]
st.navigation({inert.label(source.council_file().council.name): pages}, expanded=True).run()
