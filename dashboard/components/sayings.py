"""What was said again and again: a campaign, a petition's words, a post that goes round. Nothing where nothing is.

The text goes through `inert.resident_text`. Knows nothing of how two texts are found to be alike.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

import streamlit as st

from dashboard import inert, story_words, words
from dashboard.posts import Saying


def body(sayings: Sequence[Saying], now: datetime, zone: ZoneInfo) -> None:
    """Each with how many said it, since when, and where."""
    if not sayings:
        return
    st.header("Said again and again", anchor=False)
    with st.container(key="says-again"):
        st.markdown(
            "Nearly the same words from three voices or more, in the last 30 days: often a campaign. "
            "All other numbers count each of these voices as they count every one."
        )
    for index, saying in enumerate(sayings):
        _saying(saying, index, now, zone)


def _saying(saying: Saying, index: int, now: datetime, zone: ZoneInfo) -> None:
    with st.container(border=True, key=f"saying-{index}", gap="small"):
        inert.resident_text(saying.text)
        told = [*story_words.spread(saying, now, zone), ", ".join(map(inert.label, saying.sources))]
        st.markdown(f"**{words.marked(saying.same.voices)}** :gray[· {' · '.join(told)}]")
