"""How we answer: six weeks of components, what would change them, and what we talk about against what residents do.

For all accounts of the council together or one of them. Knows nothing of how a chart is drawn.
"""

from __future__ import annotations

import streamlit as st

from dashboard import inert, words
from dashboard.components import pictures
from dashboard.components.charts import Drawing
from dashboard.components.talk import charts
from dashboard.talk import index_words as told
from dashboard.talk.shapes import Account, Index, Queue, WeekRow

NARROWEST = 250
TOPICS = 10
"""Topics that the chart shows; all stand in the table."""
EVERYBODY = "All accounts"


def body(held: Queue, index: Index) -> None:
    """The index of one account, then the agenda."""
    account = _account(index)
    if account is None:
        st.markdown("None of the council’s accounts has written anything yet, and nobody has asked.")
        return
    _story(held, account)
    _weeks(account)
    _accounts(index)
    _agenda(index)


def _account(index: Index) -> Account | None:
    names = {account.handle: f"@{account.handle}" if account.handle else EVERYBODY for account in index.accounts}
    if not names:
        return None
    chosen = st.selectbox("Account", list(names), key="account", bind="query-params", width=320,
                          format_func=lambda handle: names[handle])  # fmt: skip
    return next((account for account in index.accounts if account.handle == chosen), index.accounts[0])


def _story(held: Queue, account: Account) -> None:
    st.header("When we listened, and when we announced", anchor=False)
    with st.container(key="says-story"):
        st.markdown(f"**{inert.label(told.story(account), 600)}**")
        if change := told.change(held.talks, account):
            st.markdown(f"**What would change it:** {inert.label(change, 300)}")
    with st.container(key="note"):
        st.markdown(f":gray[{told.NO_SCORE}]")


def _weeks(account: Account) -> None:
    grid = st.grid(3, min_column_width=NARROWEST, gap="medium", key="weeks")
    with grid.cell():
        _one(
            "Posts that reply", told.replies(account), charts.replies(account.weeks, pictures.ink()), account, "replies"
        )
    with grid.cell():
        _one(
            "Questions answered",
            told.answered(account),
            charts.answered(account.weeks, pictures.ink()),
            account,
            "answers",
        )
    with grid.cell():
        _one("Time to answer", told.speed(account), charts.speed(account.weeks, pictures.ink()), account, "speed")
    with st.container(key="says-key"):
        st.markdown(f":gray[{told.KEY}]")


def _one(title: str, says: str, chart: Drawing | None, account: Account, key: str) -> None:
    pictures.show(
        chart, title, inert.label(says, 300), {name: columns(account.weeks)[name] for name in COLUMNS[key]}, key
    )


COLUMNS = {
    "replies": ("Week of", "Our posts", "Replies"),
    "answers": ("Week of", "Asked", "Answered", "Replied only"),
    "speed": ("Week of", "Answered", "Typical time"),
}
"""Chart -> the columns of its table."""


def columns(weeks: tuple[WeekRow, ...]) -> dict[str, list[str]]:
    """Every count of some weeks, as a table."""
    return {
        "Week of": [week.label + (", so far" if week.so_far else "") for week in weeks],
        "Our posts": [words.number(week.posts) for week in weeks],
        "Replies": [words.number(week.replies) for week in weeks],
        "Asked": [words.number(week.asked) for week in weeks],
        "Answered": [words.number(week.answered) for week in weeks],
        "Replied only": [words.number(week.replied) for week in weeks],
        "Typical time": [week.took or "–" for week in weeks],
    }


def _accounts(index: Index) -> None:
    """Each account and week, counts only: shares of so few would say little."""
    with st.expander("Table: each account and each week"):
        table: dict[str, list[str]] = {"Account": []}
        for account in index.accounts:
            name = inert.label(f"@{account.handle}") if account.handle else EVERYBODY
            table["Account"] += [name] * len(account.weeks)
            for column, values in columns(account.weeks).items():
                table.setdefault(column, []).extend(values)
        st.table(table, border="horizontal", hide_index=True, alt="Each account and each week")


def _agenda(index: Index) -> None:
    spoken = [gap for gap in index.gaps if gap.voices >= words.FEW or gap.posts >= words.FEW]
    spoken.sort(key=lambda gap: -abs(gap.points))
    table = {
        "Topic": [inert.label(gap.name) for gap in index.gaps],
        "Our posts": [words.number(gap.posts) for gap in index.gaps],
        "Share of ours": [f"{gap.ours:.0f}%" for gap in index.gaps],
        "Residents": [words.number(gap.voices) for gap in index.gaps],
        "Share of theirs": [f"{gap.theirs:.0f}%" for gap in index.gaps],
    }
    chart = charts.agenda(spoken[:TOPICS], pictures.ink()) if spoken else None
    title = "What we talk about, and what residents talk about"
    pictures.show(chart, title, inert.label(told.agenda(index.gaps), 500), table, "agenda")
