"""Navigation only: which pages there are and what stands in the margin. Streamlit runs this file for each view."""

from pathlib import Path

import streamlit as st

from dashboard import inert, source, theme

PAGES = Path(__file__).parent / "pages"

st.set_page_config(page_icon=theme.ICON, layout="wide")
st.logo(theme.WORDMARK, size="large", icon_image=theme.ICON)
pages = [
    st.Page(PAGES / "now_page.py", title="Now", default=True),
    st.Page(PAGES / "search_page.py", title="Search", url_path="search"),
    st.Page(PAGES / "about_page.py", title="About this listening", url_path="about"),
]
st.navigation({inert.label(source.council_file().council.name): pages}, expanded=True).run()
