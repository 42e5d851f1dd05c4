"""The charts on a page, each a heading, the sentence it says, the picture with its text alternative, and its table.

Knows nothing of how a chart is drawn (`charts`) or where its numbers come from.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from dashboard import inert, theme, words
from dashboard.components import charts
from dashboard.shapes import Morning


def voices(seen: Morning) -> None:
    """How many people spoke, hour by hour or day by day."""
    unit = seen.period.unit
    show(
        charts.voices(seen.bars, seen.period, ink()),
        f"Voices each {unit}",
        words.peak([(bar.label, bar.voices) for bar in seen.bars], unit),
        {
            unit.capitalize(): [bar.label for bar in seen.bars],
            "Voices": [words.number(bar.voices) for bar in seen.bars],
            "Posts": [words.number(bar.posts) for bar in seen.bars],
        },
        "voices",
    )


def topics(seen: Morning) -> None:
    """What people talk about, and did in the period before."""
    rows = [(row.name, row.voices, row.before) for row in seen.topics]
    table: dict[str, list[str]] = {
        "Topic": [inert.label(name) for name, _, _ in rows],
        "Voices": [words.number(voices) for _, voices, _ in rows],
    }
    if seen.before:
        table[seen.period.last.capitalize()] = [words.number(before or 0) for _, _, before in rows]
    said = words.talk([(inert.label(name), voices, before) for name, voices, before in rows], seen.period.last)
    show(charts.topics(seen.topics, ink()), "What people talk about", said, table, "topics")


def moods(seen: Morning) -> None:
    """How the posts on each topic feel."""
    rows = seen.moods
    table = {
        "Topic": [inert.label(row.name) for row in rows],
        "Unhappy": [words.number(row.unhappy) for row in rows],
        "Unclear": [words.number(row.unclear) for row in rows],
        "Neutral": [words.number(row.neutral) for row in rows],
        "Pleased": [words.number(row.pleased) for row in rows],
    }
    said = words.feeling([(inert.label(row.name), row.unhappy, row.pleased, row.clear, row.all) for row in rows])
    drawn = [row for row in rows if row.all >= words.FEW]
    show(charts.moods(drawn, ink()) if drawn else None, "How they feel", said, table, "moods")


def show(chart: charts.Drawing | None, title: str, says: str, table: Mapping[str, Sequence[str]], key: str) -> None:
    """All four parts; without a chart, the sentence and the table."""
    st.header(title, anchor=False)
    with st.container(key=f"says-{key}"):
        st.markdown(says)
    if chart:
        plain = says.replace("\\", "")
        st.altair_chart(
            charts.dressed(chart, ink()),
            key=f"chart-{key}",
            theme=None,
            alt=f"{title}. {plain} The same numbers are in the table below.",
        )
    with st.expander(f"Table: {title[:1].lower()}{title[1:]}"):
        st.table(table, border="horizontal", hide_index=True, alt=title)


def ink() -> theme.Ink:
    """The colours of the theme that the browser shows."""
    return theme.ink(st.context.theme.type)
