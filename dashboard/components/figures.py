"""Four numbers in a row, two by two on a phone, each with what it is compared with.

Knows nothing of where the numbers come from.
"""

from __future__ import annotations

import streamlit as st

from dashboard import words
from dashboard.shapes import Figures, Period

COUNTS = {
    "voices": ("Voices", "Distinct writers, not posts. Nobody is named."),
    "posts": ("Posts", "Public posts, the council’s own among them."),
    "questions": ("Questions asked", "Posts that ask something, answered or not."),
}
"""Field of `Figures` -> title and explanation."""
UNHAPPY = "Share of the posts whose mood is clear. A first sort by a machine, not a survey."
NARROWEST = 150
"""Pixels: two of these stand side by side on a phone, four on anything wider."""


def four(now: Figures, before: Figures | None, period: Period) -> None:
    """Voices, posts, questions and the unhappy share."""
    grid = st.grid(4, min_column_width=NARROWEST, border=True, key="figures")
    for name, (title, explained) in COUNTS.items():
        value, earlier = getattr(now, name), getattr(before, name) if before else None
        with grid.cell():
            one(title, words.number(value), [words.few(value), words.against(earlier, period.last)], explained)
    with grid.cell():
        share = "–" if now.unhappy is None else f"{now.unhappy}%"
        one("Unhappy", share, [words.points(now.unhappy, before.unhappy if before else None, period.last)], UNHAPPY)


def one(title: str, value: str, below: list[str], explained: str) -> None:
    """One number: its title, what stands below it (empty parts are left out), and its explanation."""
    with st.container(gap=None):
        st.metric(title, value, help=explained)
        if said := " · ".join(filter(None, below)):
            st.markdown(f":gray[{said}]")
